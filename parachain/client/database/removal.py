"""Removing a LevelDB folder, unless a process has it open. Works on a damaged database as well."""

import fcntl
import shutil
from pathlib import Path

from parachain.client.database.errors import DatabaseError, explain

#: LevelDB holds a POSIX lock on this file of the folder for as long as the database is open.
_LOCK_FILE = "LOCK"


def remove_leveldb(path: Path) -> None:
    """Remove the database in the folder `path`; of a symbolic link, what it leads to.

    Raises DatabaseError if a process has it open, or the folder cannot be removed.
    """
    try:
        _remove(path.resolve())
        if path.is_symlink():  # the operator keeps databases elsewhere, and will again
            path.resolve().mkdir()
    except OSError as error:
        raise explain(str(error), str(path)) from error


def _remove(folder: Path) -> None:
    lock = folder / _LOCK_FILE
    if not lock.exists():
        shutil.rmtree(folder)
        return
    with lock.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            raise DatabaseError(
                "the database is in use",
                str(folder),
                "stop the node that runs on this base path first",
            ) from None
        shutil.rmtree(folder)
