"""What goes when a queue of the pool is full: the lowest priority first, then the oldest.

Older rather than newer, because who waited long was passed over often. Transactions that depend
on an evicted one go with it. As `enforce_limits` of sc-transaction-pool's `graph/base_pool.rs`.
"""

from collections.abc import Mapping
from heapq import heapify, heappop, heappush
from typing import Final

from parachain.client.pool.entry import Entry

_SLACK: Final = 1024
"""Outdated heap items that are never worth a rebuild."""


def _rank(entry: Entry) -> tuple[int, int, bytes]:
    return entry.transaction.priority, entry.position, entry.transaction.hash


class WorstFirst:
    """A heap of the ready queue, worst first; items of entries that left are skipped lazily."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, bytes]] = []

    def add(self, entry: Entry, queue: Mapping[bytes, Entry]) -> None:
        """Take note of an entry that was added to `queue`."""
        heappush(self._heap, _rank(entry))
        if len(self._heap) > 2 * len(queue) + _SLACK:
            self._heap = [_rank(each) for each in queue.values()]
            heapify(self._heap)

    def first(self, queue: Mapping[bytes, Entry]) -> bytes | None:
        """Find the worst entry of `queue`; None if that is empty."""
        while self._heap:
            item = self._heap[0]
            entry = queue.get(item[2])
            if entry is not None and _rank(entry) == item:
                return item[2]
            heappop(self._heap)
        return None


def worst_first(queue: Mapping[bytes, Entry]) -> list[bytes]:
    """Sort a queue, for one that is rarely full."""
    return [rank[2] for rank in sorted(map(_rank, queue.values()))]
