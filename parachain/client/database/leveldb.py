"""LevelDB through plyvel; the only module that knows plyvel.

LevelDB appends every batch to a log before it answers, syncs the log if asked to, and replays it
when the database is opened: that is what makes a batch survive a kill at any moment.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

import plyvel

from parachain.client.database.errors import DatabaseError, explain
from parachain.client.database.store import WriteBatch

#: Uncompressed blocks kept in memory. Trie nodes have a cache of their own, decoded.
_BLOCK_CACHE_BYTES: Final = 16 << 20

#: Up to two buffers of this size are in memory: one filled, one written out.
_WRITE_BUFFER_BYTES: Final = 8 << 20

#: 1 % of look-ups of an absent key read from disk; node insertions look up absent keys.
_BLOOM_FILTER_BITS: Final = 10

#: Large tables, so that a state of 10^6 accounts is some dozens of files and all of them can stay
#: open. With LevelDB's 2 MB they outgrew the limit, and a read opened a file first: 3 times slower.
_TABLE_BYTES: Final = 16 << 20

#: Files LevelDB may keep open, 8 GB of tables: well below the usual limit of 1024 for the process.
_MAX_OPEN_FILES: Final = 512

P = ParamSpec("P")
T = TypeVar("T")


class LevelDb:
    """A KeyValueStore in a folder. Made by `open_leveldb`."""

    def __init__(self, database: "plyvel.DB", path: Path) -> None:
        self._database = database
        self._path = str(path)
        self._get = database.get

    def _call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except (plyvel.Error, RuntimeError) as error:
            raise self._error(error) from error

    def _error(self, error: Exception) -> DatabaseError:
        if self._database.closed:
            return DatabaseError("the database is closed", self._path, "this is a bug: report it")
        return explain(str(error), self._path)

    def get(self, key: bytes) -> bytes | None:
        """Value at `key`, or None."""
        try:
            value: bytes | None = self._get(key)
        except (plyvel.Error, RuntimeError) as error:
            raise self._error(error) from error
        return value

    def put(self, key: bytes, value: bytes) -> None:
        """Set one value, not synced."""
        self._call(self._database.put, key, value)

    def delete(self, key: bytes) -> None:
        """Remove one key, not synced."""
        self._call(self._database.delete, key)

    def iterate(
        self, prefix: bytes = b"", start: bytes | None = None, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """Keys and values in order, over a snapshot."""
        first, last = prefix, _after_prefix(prefix)
        include_last = False
        if start is not None and reverse and (last is None or start < last):
            last, include_last = start, True
        elif start is not None and not reverse:
            first = max(first, start)
        if last is not None and last < first:
            return
        # plyvel finds nothing backwards if the last key in range is the first one as well: the
        # lower bound is checked here.
        lower = None if reverse else first or None
        try:
            with self._database.iterator(
                start=lower, stop=last, include_stop=include_last, reverse=reverse
            ) as iterator:
                for key, value in iterator:
                    if key < first:
                        return
                    yield key, value
        except (plyvel.Error, RuntimeError) as error:
            raise self._error(error) from error

    def write(self, batch: WriteBatch, *, sync: bool = True) -> None:
        """Apply a batch; with `sync` it is on disk when this returns."""
        self._call(self._write, batch, sync)

    def _write(self, batch: WriteBatch, sync: bool) -> None:
        pending = self._database.write_batch(sync=sync)
        put, delete = pending.put, pending.delete
        for key, value in batch.operations:
            if value is None:
                delete(key)
            else:
                put(key, value)
        pending.write()

    def close(self) -> None:
        """Release the files and the lock."""
        self._database.close()


def _after_prefix(prefix: bytes) -> bytes | None:
    """The first key greater than all keys that start with `prefix`, or None if there is none."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes((stem[-1] + 1,)) if stem else None


def open_leveldb(path: Path) -> LevelDb:
    """Open the database in the folder `path`, which is created if need be. Raises DatabaseError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        database = plyvel.DB(
            str(path),
            create_if_missing=True,
            paranoid_checks=True,
            lru_cache_size=_BLOCK_CACHE_BYTES,
            write_buffer_size=_WRITE_BUFFER_BYTES,
            bloom_filter_bits=_BLOOM_FILTER_BITS,
            compression=None,  # hashes do not shrink: 10 % less on disk for 25 % slower reads
            max_open_files=_MAX_OPEN_FILES,
            max_file_size=_TABLE_BYTES,
        )
    except (plyvel.Error, OSError) as error:
        raise explain(str(error), str(path)) from error
    return LevelDb(database, path)
