"""A bounded cache in two generations, close to least-recently-used and cheaper.

New and used entries live in the young generation. When it reaches half the bound it becomes the
old one, and what was old and not used since is dropped. A hit in the young generation is one
dictionary look-up. Threads may share a cache: at worst an entry is dropped early.
"""

from typing import Generic, TypeVar

T = TypeVar("T")


class GenerationCache(Generic[T]):
    """Entries by hash; their costs (bytes, by estimate) add up to at most `max_bytes`."""

    def __init__(self, max_bytes: int) -> None:
        self._half = max_bytes // 2
        self._young: dict[bytes, tuple[T, int]] = {}
        self._old: dict[bytes, tuple[T, int]] = {}
        self._young_bytes = 0

    def get(self, digest: bytes) -> T | None:
        """Return the entry, or None if it is not cached."""
        entry = self._young.get(digest)
        if entry is None:
            entry = self._old.get(digest)
            if entry is None:
                return None
            self.put(digest, *entry)
        return entry[0]

    def put(self, digest: bytes, item: T, cost: int) -> None:
        """Keep an entry; one that costs over an eighth of the bound is not worth the others."""
        if cost * 4 > self._half:
            return
        if digest not in self._young:
            self._young_bytes += cost
        self._young[digest] = (item, cost)
        if self._young_bytes > self._half:
            self._old = self._young
            self._young = {}
            self._young_bytes = 0

    def __len__(self) -> int:
        return len(self._young) + len(self._old)
