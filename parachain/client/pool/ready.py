"""The order in which an author takes ready transactions.

Dependencies first; among what is possible next, the highest priority, then the shortest remaining
validity, then the longest time in the pool. As `BestIterator` of sc-transaction-pool's
`graph/ready.rs`.
"""

from collections.abc import Iterator, Mapping
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from parachain.client.pool.transaction import Transaction


class Candidate(NamedTuple):
    """A ready transaction, when it came, and the ready ones that must go before it."""

    transaction: Transaction
    position: int
    parents: tuple[bytes, ...]


class ReadyTransactions(Iterator[Transaction]):
    """Iterate over the ready transactions as they were when this was made.

    Holds its own copies: the pool may change, also from another thread, without any effect here.
    """

    def __init__(self, candidates: Mapping[bytes, Candidate]) -> None:
        self._candidates = candidates
        self._possible = []
        self._waiting_for: dict[bytes, int] = {}
        self._unlocks: dict[bytes, list[bytes]] = {}
        for tx_hash, candidate in candidates.items():
            if not candidate.parents:
                self._possible.append(self._rank(tx_hash))
                continue
            self._waiting_for[tx_hash] = len(candidate.parents)
            for parent in candidate.parents:
                self._unlocks.setdefault(parent, []).append(tx_hash)
        heapify(self._possible)
        self._invalid: set[bytes] = set()  # asked for members only, never iterated

    def __next__(self) -> Transaction:
        while self._possible:
            tx_hash = heappop(self._possible)[-1]
            for child in self._unlocks.get(tx_hash, ()):
                self._waiting_for[child] -= 1
                if not self._waiting_for[child]:
                    heappush(self._possible, self._rank(child))
            candidate = self._candidates[tx_hash]
            if not any(parent in self._invalid for parent in candidate.parents):
                return candidate.transaction
            self._invalid.add(tx_hash)
        raise StopIteration

    def report_invalid(self, transaction: Transaction) -> None:
        """Skip all that depends on `transaction`, which could not be put into the block."""
        self._invalid.add(transaction.hash)

    def _rank(self, tx_hash: bytes) -> tuple[int, int, int, bytes]:
        transaction, position, _ = self._candidates[tx_hash]
        return -transaction.priority, transaction.valid_till, position, tx_hash
