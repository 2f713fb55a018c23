"""Who wants to know what becomes of a transaction, and what they are told.

A synchronous registry of callbacks by transaction hash. Statuses are those of
`sc_transaction_pool_api::TransactionStatus`; exactly one of the final ones ends each watch.
A callback is called in the middle of the pool's work: it may put the status somewhere, and must
neither raise nor call the pool.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from parachain.client.chain.tree_route import BlockId
from parachain.client.pool.errors import TooManyWatchersError


@dataclass(frozen=True, slots=True)
class Future:
    """The transaction waits for tags that nothing provides yet."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The transaction may be put into the next block."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """The transaction was sent to these peers."""

    peers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InBlock:
    """The transaction is extrinsic number `index` of a block of the best chain."""

    block_hash: bytes
    index: int


@dataclass(frozen=True, slots=True)
class Retracted:
    """The block that held the transaction is no longer of the best chain."""

    block_hash: bytes


@dataclass(frozen=True, slots=True)
class FinalityTimeout:
    """Final: the block that holds the transaction was not finalised for too many blocks."""

    block_hash: bytes


@dataclass(frozen=True, slots=True)
class Finalized:
    """Final: the block that holds the transaction cannot be retracted any more."""

    block_hash: bytes
    index: int


@dataclass(frozen=True, slots=True)
class Usurped:
    """Final: the transaction `by` took its place, in the pool or in a block."""

    by: bytes


@dataclass(frozen=True, slots=True)
class Dropped:
    """Final: the pool was full."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """Final: the transaction is not valid any more."""


Status = (
    Future
    | Ready
    | Broadcast
    | InBlock
    | Retracted
    | FinalityTimeout
    | Finalized
    | Usurped
    | Dropped
    | Invalid
)
FINAL_STATUSES = (FinalityTimeout, Finalized, Usurped, Dropped, Invalid)

Callback = Callable[[Status], None]


class WatchId(NamedTuple):
    """Names one watch, to end it."""

    tx_hash: bytes
    serial: int


class _Inclusion(NamedTuple):
    number: int
    indices: dict[bytes, int]


class Watchers:
    """The registry. `finality_timeout_blocks` and `max_watchers` as in `PoolConfig`."""

    def __init__(self, finality_timeout_blocks: int, max_watchers: int) -> None:
        self._finality_timeout_blocks = finality_timeout_blocks
        self._max_watchers = max_watchers
        self._callbacks: dict[bytes, dict[int, Callback]] = {}
        self._count = 0
        self._next_serial = 0
        self._included: dict[bytes, _Inclusion] = {}  # by block hash
        self._block_of: dict[bytes, bytes] = {}  # of a transaction

    def __len__(self) -> int:
        return self._count

    def is_watched(self, tx_hash: bytes) -> bool:
        """Whether somebody watches this transaction."""
        return tx_hash in self._callbacks

    def check_room(self) -> None:
        """Raise TooManyWatchersError if `watch` would."""
        if self._count >= self._max_watchers:
            raise TooManyWatchersError(self._max_watchers)

    def watch(self, tx_hash: bytes, callback: Callback) -> WatchId:
        """Call `callback` with each status from now on. Raises TooManyWatchersError."""
        self.check_room()
        watch_id = WatchId(tx_hash, self._next_serial)
        self._next_serial += 1
        self._callbacks.setdefault(tx_hash, {})[watch_id.serial] = callback
        self._count += 1
        return watch_id

    def unwatch(self, watch_id: WatchId) -> None:
        """End a watch without a status; nothing happens if it has ended."""
        callbacks = self._callbacks.get(watch_id.tx_hash, {})
        if callbacks.pop(watch_id.serial, None) is not None:
            self._count -= 1
            if not callbacks:
                self._forget(watch_id.tx_hash)

    def notify(self, tx_hash: bytes, status: Status) -> None:
        """Tell those who watch `tx_hash`; a final status ends their watches."""
        callbacks = self._callbacks.get(tx_hash)
        if callbacks is None:
            return
        if isinstance(status, FINAL_STATUSES):
            self._count -= len(callbacks)
            self._forget(tx_hash)
        for callback in tuple(callbacks.values()):
            callback(status)

    def included(self, block: BlockId, hashes: Sequence[bytes]) -> None:
        """Say that `block`, now of the best chain, consists of these extrinsics, in order."""
        indices: dict[bytes, int] = {}
        for index, tx_hash in enumerate(hashes):
            if tx_hash in self._callbacks:
                indices.setdefault(tx_hash, index)
        if indices:
            self._included[block.hash] = _Inclusion(block.number, indices)
        for tx_hash, index in indices.items():
            self._block_of[tx_hash] = block.hash
            self.notify(tx_hash, InBlock(block.hash, index))

    def retracted(self, block_hash: bytes) -> None:
        """Say that a block left the best chain."""
        for tx_hash in self._taken_out(block_hash):
            self.notify(tx_hash, Retracted(block_hash))

    def finalized(self, block_hash: bytes) -> None:
        """Say that a block is final."""
        for tx_hash, index in self._taken_out(block_hash).items():
            self.notify(tx_hash, Finalized(block_hash, index))

    def time_out(self, best_number: int) -> None:
        """End watches whose block is too far behind the best one."""
        oldest = best_number - self._finality_timeout_blocks
        late = [block for block, inclusion in self._included.items() if inclusion.number <= oldest]
        for block_hash in late:
            for tx_hash in self._taken_out(block_hash):
                self.notify(tx_hash, FinalityTimeout(block_hash))

    def _taken_out(self, block_hash: bytes) -> dict[bytes, int]:
        inclusion = self._included.pop(block_hash, None)
        indices = inclusion.indices if inclusion else {}
        for tx_hash in indices:
            del self._block_of[tx_hash]
        return indices

    def _forget(self, tx_hash: bytes) -> None:
        del self._callbacks[tx_hash]
        block_hash = self._block_of.pop(tx_hash, None)
        if block_hash is not None:
            indices = self._included[block_hash].indices
            del indices[tx_hash]
            if not indices:
                del self._included[block_hash]
