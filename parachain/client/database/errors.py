"""The one error of the database, with a line that an operator can act upon."""

import errno
import os


class DatabaseError(Exception):
    """What happened, where, and what to do about it. `str()` is a single line."""

    def __init__(self, what: str, path: str, advice: str) -> None:
        super().__init__(what, path, advice)
        self.what = what
        self.path = path
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.what}: {self.path}; {self.advice}"


#: Texts of LevelDB and the operating system in an error, what they mean, what to do. LevelDB's
#: errors have no codes: the system's message is all there is. The first match counts.
_CAUSES = (
    (
        ("already held by process", os.strerror(errno.EAGAIN)),
        "the database is locked",
        "another node is running on this base path: stop it, or choose another --base-path",
    ),
    (
        (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT), os.strerror(errno.EFBIG)),
        "no space left for the database",
        "free disk space, then start the node again; no finished block is lost",
    ),
    (
        (os.strerror(errno.EACCES), os.strerror(errno.EPERM), os.strerror(errno.EROFS)),
        "the database may not be written",
        "check the owner and the permissions of this folder",
    ),
    (
        (os.strerror(errno.ENOTDIR), os.strerror(errno.EEXIST)),
        "a file is in the way of the database",
        "choose another --base-path",
    ),
    (
        ("corruption", "checksum mismatch", "missing files"),
        "the database is damaged",
        "restore a copy, or run `gear-parachain purge-chain` and synchronise again",
    ),
    (
        (os.strerror(errno.EMFILE), os.strerror(errno.ENFILE)),
        "too many open files for the database",
        "raise the limit (`ulimit -n`) and start the node again",
    ),
)


def explain(reason: str, path: str) -> DatabaseError:
    """The DatabaseError for a message of LevelDB about the database at `path`."""
    lowered = reason.lower()
    for texts, what, advice in _CAUSES:
        if any(text.lower() in lowered for text in texts):
            return DatabaseError(what, path, advice)
    return DatabaseError(
        f"the database failed ({' '.join(reason.split())})", path, "check the disk and its log"
    )
