"""A bounded cache in two generations, close to least-recently-used and cheaper.

New and used entries live in the young generation. When it reaches half the bound it becomes the
old one, and what was old and not used since is dropped. A hit in the young generation is one
dictionary look-up. Threads may share a cache: at worst an entry is dropped early.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class GenerationCache(Generic[T]):
    """Entries by hash; their costs (bytes, as `cost` says) add up to at most `max_bytes`.

    `load` gets an entry from where all of them are.
    """

    def __init__(
        self, max_bytes: int, cost: Callable[[T], int], load: Callable[[bytes], T]
    ) -> None:
        self._half = max_bytes // 2
        self._cost = cost
        self._load = load
        self._young: dict[bytes, T] = {}
        self._old: dict[bytes, T] = {}
        self._young_bytes = 0

    def get(self, digest: bytes) -> T:
        """Return the entry, loaded and kept if it is not cached. Raises what `load` raises."""
        item = self._young.get(digest)
        if item is None:
            item = self._old.get(digest)
            if item is None:
                item = self._load(digest)
            self.put(digest, item)
        return item

    def put(self, digest: bytes, item: T) -> None:
        """Keep an entry; one that costs over an eighth of the bound is not worth the others."""
        cost = self._cost(item)
        if cost * 4 > self._half:
            return
        if digest not in self._young:
            self._young_bytes += cost
        self._young[digest] = item
        if self._young_bytes > self._half:
            self._old = self._young
            self._young = {}
            self._young_bytes = 0

    def __len__(self) -> int:
        return len(self._young) + len(self._old)
