"""`TransactionPool`: takes transactions in, and answers what is there.

Submission has two phases, because validation is a runtime call that may take milliseconds:
`prepare` on the thread of the pool, then the caller has the request answered wherever it likes,
then `import_validated` on the thread of the pool. The chain may have moved in between; what that
makes outdated is refused or checked again. `submit` does all three at once.

The pool belongs to one thread; only `ReadyTransactions` and requests may leave it. How it follows
the chain is in `maintenance`. Out of scope: asking the runtime, gossip, and JSON.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from parachain.client.chain.tree_route import BlockId
from parachain.client.pool.banned import BanList
from parachain.client.pool.config import PoolConfig
from parachain.client.pool.errors import (
    AlreadyImportedError,
    ImmediatelyDroppedError,
    InvalidTransactionError,
    NoTagsProvidedError,
    RejectedFutureError,
    TemporarilyBannedError,
    UnactionableError,
    refusal,
)
from parachain.client.pool.eviction import worst_first
from parachain.client.pool.graph import Change, Outcome, TransactionGraph
from parachain.client.pool.ready import Candidate, ReadyTransactions
from parachain.client.pool.transaction import (
    Purpose,
    Transaction,
    ValidationRequest,
    Validity,
    transaction_hash,
    validated,
)
from parachain.client.pool.watchers import (
    Broadcast,
    Callback,
    Dropped,
    Future,
    Invalid,
    Ready,
    Usurped,
    Watchers,
    WatchId,
)
from parachain.primitives.transaction_validity import (
    InvalidTransaction,
    TransactionSource,
    ValidTransaction,
)

Validate = Callable[[ValidationRequest], Validity]
ImportListener = Callable[[bytes], None]


class Imported(NamedTuple):
    """A transaction that entered the pool, and the watch on it if one was asked for."""

    hash: bytes
    watch_id: WatchId | None


class PoolStatus(NamedTuple):
    """Sizes for metrics: transactions and bytes in each queue, watches, bans."""

    ready: int
    ready_bytes: int
    future: int
    future_bytes: int
    watched: int
    banned: int


@dataclass(slots=True)
class PoolCounters:
    """Transactions since the start: let in, found invalid, evicted, in blocks, taken back in."""

    submitted: int = 0
    invalid: int = 0
    dropped: int = 0
    included: int = 0
    resubmitted: int = 0


class TransactionPool:
    """Transactions that wait for a block. `best`: the block they are validated on.

    `graph`, `bans`, `watchers` and `counters` are for `maintenance` and for reading.
    """

    def __init__(self, config: PoolConfig, best: BlockId) -> None:
        self.config = config
        self.best = best
        self.graph = TransactionGraph()
        self.bans = BanList(config.ban_time_ms, config.max_banned)
        self.watchers = Watchers(config.finality_timeout_blocks, config.max_watchers)
        self.counters = PoolCounters()
        self._import_listeners: list[ImportListener] = []

    def prepare(self, data: bytes, source: TransactionSource, now_ms: int) -> ValidationRequest:
        """Say what must be validated before the extrinsic `data` can be imported.

        Raises TemporarilyBannedError or AlreadyImportedError.
        """
        tx_hash = transaction_hash(data)
        self._check_unknown(tx_hash, now_ms)
        return ValidationRequest(Purpose.SUBMISSION, data, tx_hash, source, self.best)

    def import_validated(
        self,
        request: ValidationRequest,
        validity: Validity,
        now_ms: int,
        callback: Callback | None = None,
    ) -> Imported:
        """Import a transaction whose request was answered, and watch it with `callback`.

        Raises the PoolError that says why not; `callback` is not called then. An invalid
        transaction is banned.
        """
        self._check_unknown(request.hash, now_ms)
        if not isinstance(validity, ValidTransaction):
            error = refusal(validity)
            if isinstance(error, InvalidTransactionError):
                self.counters.invalid += 1
                self.bans.ban((request.hash,), now_ms)
            raise error
        transaction = validated(request, validity)
        if callback is not None:
            self.watchers.check_room()
        changes = self.admit(transaction)
        self.counters.submitted += 1
        evicted = self._evict(now_ms)
        stays = transaction.hash in self.graph
        watch_id = None
        if stays and callback is not None:
            watch_id = self.watchers.watch(transaction.hash, callback)
        self.publish(changes)
        self._publish_evicted(evicted)
        if not stays:
            raise ImmediatelyDroppedError
        return Imported(transaction.hash, watch_id)

    def submit(
        self,
        data: bytes,
        source: TransactionSource,
        validate: Validate,
        now_ms: int,
        callback: Callback | None = None,
    ) -> Imported:
        """Validate and import in one go. Raises as `prepare` and `import_validated`."""
        request = self.prepare(data, source, now_ms)
        return self.import_validated(request, validate(request), now_ms, callback)

    def remove_invalid(self, hashes: Sequence[bytes], now_ms: int) -> list[Transaction]:
        """Remove and ban transactions; those that depend on them go too, but are not banned.

        Returns all that were removed; each is reported as invalid.
        """
        self.bans.ban(hashes, now_ms)
        removed = self.graph.remove(hashes)
        self.counters.invalid += len(removed)
        for transaction in removed:
            self.watchers.notify(transaction.hash, Invalid())
        return removed

    def ready(self) -> ReadyTransactions:
        """Iterate over the ready transactions, in the order in which to put them into a block."""
        graph = self.graph
        return ReadyTransactions(
            {
                tx_hash: Candidate(entry.transaction, entry.position, graph.parents(entry))
                for tx_hash, entry in graph.ready.items()
            }
        )

    def futures(self) -> list[Transaction]:
        """List the transactions that wait for tags, oldest first."""
        entries = sorted(self.graph.future.values(), key=lambda entry: entry.position)
        return [entry.transaction for entry in entries]

    def transaction(self, tx_hash: bytes) -> Transaction | None:
        """Look up a transaction, ready or future."""
        entry = self.graph.get(tx_hash)
        return None if entry is None else entry.transaction

    def is_provided(self, tag: bytes) -> bool:
        """Whether a ready transaction provides the tag, as for the next nonce of an account."""
        return self.graph.provider(tag) is not None

    def status(self) -> PoolStatus:
        """Measure the pool."""
        graph = self.graph
        return PoolStatus(
            ready=len(graph.ready),
            ready_bytes=graph.ready_bytes,
            future=len(graph.future),
            future_bytes=graph.future_bytes,
            watched=len(self.watchers),
            banned=len(self.bans),
        )

    def watch(self, tx_hash: bytes, callback: Callback) -> WatchId | None:
        """Watch a transaction that is in the pool; None if it is not.

        Calls `callback` with the present status at once. Raises TooManyWatchersError.
        """
        if tx_hash not in self.graph:
            return None
        watch_id = self.watchers.watch(tx_hash, callback)
        callback(Ready() if tx_hash in self.graph.ready else Future())
        return watch_id

    def unwatch(self, watch_id: WatchId) -> None:
        """End a watch; the transaction stays."""
        self.watchers.unwatch(watch_id)

    def on_broadcast(self, peers_by_hash: Mapping[bytes, Sequence[str]]) -> None:
        """Take note that transactions were sent to peers."""
        for tx_hash, peers in peers_by_hash.items():
            self.watchers.notify(tx_hash, Broadcast(tuple(peers)))

    def add_import_listener(self, listener: ImportListener) -> None:
        """Call `listener` with the hash of each transaction that becomes ready.

        For instant sealing and gossip. As for watchers: it must neither raise nor call the pool.
        """
        self._import_listeners.append(listener)

    def admit(self, transaction: Transaction) -> list[Change]:
        """Insert a validated transaction that the limits may still evict. For `maintenance`.

        Raises a PoolError, and then nothing changed. One that was valid before a block with its
        tags is outdated now.
        """
        if not transaction.provides:
            raise NoTagsProvidedError
        if not transaction.propagate and not self.config.authors_blocks:
            raise UnactionableError
        if any(
            self.graph.was_provided_after(transaction.validated_at, tag)
            for tag in transaction.provides
        ):
            raise InvalidTransactionError(InvalidTransaction.STALE)
        if not self.config.accept_future and self.graph.missing_tags(transaction):
            raise RejectedFutureError
        return self.graph.insert(transaction)

    def publish(self, changes: Iterable[Change]) -> None:
        """Tell watchers and import listeners of changes in the graph. For `maintenance`.

        A queue that a transaction has left again since is not told.
        """
        for outcome, transaction, by in changes:
            tx_hash = transaction.hash
            if outcome is Outcome.READY:
                if tx_hash in self.graph.ready:
                    self.watchers.notify(tx_hash, Ready())
                    for listener in self._import_listeners:
                        listener(tx_hash)
            elif outcome is Outcome.FUTURE:
                if tx_hash in self.graph.future:
                    self.watchers.notify(tx_hash, Future())
            elif outcome is Outcome.USURPED and by is not None:
                self.watchers.notify(tx_hash, Usurped(by))
            else:
                self.counters.invalid += 1
                self.watchers.notify(tx_hash, Invalid())

    def enforce_limits(self, now_ms: int) -> None:
        """Evict and ban what is over the limits. For `maintenance`."""
        self._publish_evicted(self._evict(now_ms))

    def _check_unknown(self, tx_hash: bytes, now_ms: int) -> None:
        if self.bans.is_banned(tx_hash, now_ms):
            raise TemporarilyBannedError
        if tx_hash in self.graph:
            raise AlreadyImportedError(tx_hash)

    def _evict(self, now_ms: int) -> list[Transaction]:
        graph, config = self.graph, self.config
        evicted: list[Transaction] = []
        while len(graph.ready) > config.max_ready or graph.ready_bytes > config.max_ready_bytes:
            first = graph.worst_ready()
            assert first is not None, "an empty queue is within its limits"
            evicted += graph.remove((first,))
        for each in worst_first(graph.future) if self._future_is_over() else ():
            if not self._future_is_over():
                break
            evicted += graph.remove((each,))
        self.bans.ban((transaction.hash for transaction in evicted), now_ms)
        return evicted

    def _future_is_over(self) -> bool:
        graph, config = self.graph, self.config
        return len(graph.future) > config.max_future or graph.future_bytes > config.max_future_bytes

    def _publish_evicted(self, evicted: Iterable[Transaction]) -> None:
        for transaction in evicted:
            self.counters.dropped += 1
            self.watchers.notify(transaction.hash, Dropped())
