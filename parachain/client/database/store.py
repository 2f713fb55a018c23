"""What the node needs of a database: ordered keys, atomic batches; and a fake in memory.

Keys and values are bytes, keys in byte order. A batch is applied whole or not at all, also if the
process is killed while it is written. Methods raise DatabaseError. Out of scope: what keys mean
(`columns`), transactions that read their own writes (`parachain.client.state.commit`).
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Protocol

from parachain.client.database.errors import DatabaseError


class WriteBatch:
    """Puts and deletes to be applied together, in the order in which they were added."""

    __slots__ = ("operations",)

    def __init__(self) -> None:
        self.operations: list[tuple[bytes, bytes | None]] = []

    def put(self, key: bytes, value: bytes) -> None:
        """Set `key` when the batch is written."""
        self.operations.append((key, value))

    def delete(self, key: bytes) -> None:
        """Remove `key` when the batch is written; nothing happens if it is absent."""
        self.operations.append((key, None))

    def __len__(self) -> int:
        return len(self.operations)


class KeyValueStore(Protocol):
    """An ordered key-value store. Reading from several threads at once is allowed."""

    def get(self, key: bytes, /) -> bytes | None:
        """Value at `key`, or None."""

    def put(self, key: bytes, value: bytes) -> None:
        """Set one value, not synced: for what may be lost. See `write`."""

    def delete(self, key: bytes) -> None:
        """Remove one key, not synced."""

    def iterate(
        self, prefix: bytes = b"", start: bytes | None = None, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """Keys (whole, with the prefix) and values in order, over a snapshot.

        `start` is the first key to be met, `reverse` included: the greatest one then.
        """

    def write(self, batch: WriteBatch, *, sync: bool = True) -> None:
        """Apply a batch; with `sync` it is on disk when this returns."""

    def close(self) -> None:
        """Release the files and the lock. Any later use raises DatabaseError."""


class MemoryStore:
    """A KeyValueStore without a disk, for tests."""

    def __init__(self) -> None:
        self._values: dict[bytes, bytes] = {}
        self._keys: list[bytes] = []
        self._closed = False

    def _open(self) -> dict[bytes, bytes]:
        if self._closed:
            raise DatabaseError("the database is closed", "memory", "this is a bug: report it")
        return self._values

    def get(self, key: bytes) -> bytes | None:
        """Value at `key`, or None."""
        return self._open().get(key)

    def put(self, key: bytes, value: bytes) -> None:
        """Set one value."""
        if key not in self._open():
            insort(self._keys, key)
        self._values[key] = value

    def delete(self, key: bytes) -> None:
        """Remove one key."""
        if self._open().pop(key, None) is not None:
            del self._keys[bisect_left(self._keys, key)]

    def iterate(
        self, prefix: bytes = b"", start: bytes | None = None, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """Keys and values in order, over a snapshot."""
        values = self._open()
        keys = [
            key
            for key in self._keys
            if key.startswith(prefix)
            and (start is None or (key <= start if reverse else key >= start))
        ]
        snapshot = [(key, values[key]) for key in keys]
        return iter(snapshot[::-1] if reverse else snapshot)

    def write(self, batch: WriteBatch, *, sync: bool = True) -> None:  # noqa: ARG002  # no disk
        """Apply a batch."""
        for key, value in batch.operations:
            if value is None:
                self.delete(key)
            else:
                self.put(key, value)

    def close(self) -> None:
        """Refuse any later use."""
        self._closed = True
