"""The dependency graph: transactions with the tags they require and provide.

A transaction is *ready* when each tag it requires is provided by the state or by another ready
transaction, else it waits among the *future* ones. Only ready transactions count as providers,
and of those only one for each tag. Edges are not stored: they follow from two indices of tags,
so nothing can go stale. Roughly `graph/{base_pool,ready,future}.rs` of sc-transaction-pool;
different from there, a transaction that would close a cycle is refused and the others stay.

Out of scope: limits in time, bans, watchers (`pool`), and the order of authoring (`ready`).
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import Enum, auto
from typing import Final, NamedTuple

from parachain.client.pool.entry import Entry
from parachain.client.pool.errors import (
    AlreadyImportedError,
    CycleDetectedError,
    PoolError,
    TooLowPriorityError,
)
from parachain.client.pool.eviction import WorstFirst
from parachain.client.pool.transaction import Transaction

MAX_PRIORITY: Final = (1 << 64) - 1
REMEMBERED_BLOCKS: Final = 16
"""Tags of this many last blocks are known, for what was validated before them and comes later.
Validation takes far less; whatever is later still waits until it is validated again."""


class Outcome(Enum):
    """What happened to a transaction in the graph; all but the first two mean it is gone."""

    READY = auto()
    FUTURE = auto()
    USURPED = auto()
    INVALID = auto()


class Change(NamedTuple):
    """One transaction changed its place. `by`: the hash of what usurped it."""

    outcome: Outcome
    transaction: Transaction
    by: bytes | None = None


class _Enacted(NamedTuple):
    number: int
    tags: Collection[bytes]


class TransactionGraph:
    """Ready and future transactions. Every method leaves the graph consistent, also on errors."""

    def __init__(self) -> None:
        self.ready: dict[bytes, Entry] = {}
        self.future: dict[bytes, Entry] = {}
        self.ready_bytes = 0
        self.future_bytes = 0
        self._providers: dict[bytes, bytes] = {}  # tag -> hash of a ready transaction
        self._requirers: dict[bytes, dict[bytes, None]] = {}  # tag -> hashes, ready and future
        self._recent: deque[_Enacted] = deque(maxlen=REMEMBERED_BLOCKS)
        self._worst_ready = WorstFirst()
        self._next_position = 0

    def __contains__(self, tx_hash: bytes) -> bool:
        return tx_hash in self.ready or tx_hash in self.future

    def __len__(self) -> int:
        return len(self.ready) + len(self.future)

    def entries(self) -> Iterator[Entry]:
        """Go through all entries, ready ones first, in no particular order."""
        yield from self.ready.values()
        yield from self.future.values()

    def get(self, tx_hash: bytes) -> Entry | None:
        """Look up a transaction in either queue."""
        return self.ready.get(tx_hash) or self.future.get(tx_hash)

    def provider(self, tag: bytes) -> bytes | None:
        """Look up the ready transaction that provides a tag."""
        return self._providers.get(tag)

    def was_provided_after(self, number: int, tag: bytes) -> bool:
        """Whether the tag came with one of the last blocks, and that is above `number`."""
        return any(tag in block.tags for block in self._recent if block.number > number)

    def parents(self, entry: Entry) -> tuple[bytes, ...]:
        """List the ready transactions that must go before this one."""
        found = [
            self._providers[tag]
            for tag in entry.transaction.requires
            if tag in self._providers and tag not in entry.from_state
        ]
        return tuple(found if len(found) < 2 else dict.fromkeys(found))

    def missing_tags(self, transaction: Transaction) -> list[bytes]:
        """List the tags for which a new transaction would have to wait."""
        return self._missing(self._new_entry(transaction, self._next_position))

    def insert(self, transaction: Transaction) -> list[Change]:
        """Insert a transaction; the first change is its own (READY or FUTURE).

        Replaces ready transactions with a common tag if its priority is higher than theirs
        together, and promotes what waited for it. Raises AlreadyImportedError,
        TooLowPriorityError or CycleDetectedError; then nothing changed.
        """
        if transaction.hash in self:
            raise AlreadyImportedError(transaction.hash)
        if any(tag in transaction.provides for tag in transaction.requires):
            raise CycleDetectedError
        entry = self._new_entry(transaction, self._next_position)
        changes = self._place(entry)
        self._next_position += 1
        return changes

    def remove(self, hashes: Iterable[bytes]) -> list[Transaction]:
        """Remove transactions together with the ready ones that depend on them."""
        removed = []
        for tx_hash in hashes:
            entry = self.future.get(tx_hash)
            doomed = [tx_hash] if entry else self._losing((tx_hash,), ())
            removed += [self._detach(each).transaction for each in doomed]
        return removed

    def update(self, transaction: Transaction) -> list[Change]:
        """Replace what is known of a transaction in the graph by its latest validation.

        What it requires now is not in the state. Returns the changes of queue that follow from
        new tags or a new priority. Does nothing if the transaction is not in the graph.
        """
        entry = self.get(transaction.hash)
        if entry is None:
            return []
        renewed = self._new_entry(transaction, entry.position)
        was_ready = {transaction.hash: transaction.hash in self.ready}
        if self._keeps_place(entry, renewed, is_ready=was_ready[transaction.hash]):
            self._forget_requirements(entry.transaction)
            entry.transaction, entry.from_state = transaction, renewed.from_state
            entry.suspect = False
            self._index_requirements(transaction)
            return []
        moved = [renewed]
        if was_ready[transaction.hash]:
            for tx_hash in self._losing((transaction.hash,), ()):
                detached = self._detach(tx_hash)
                if tx_hash != transaction.hash:
                    was_ready[tx_hash] = True
                    moved.append(detached)
        else:
            self._detach(transaction.hash)
        changes: list[Change] = []
        for each in moved:
            changes += self._place_or_drop(each)
        return [
            change
            for change in changes
            if change.outcome not in (Outcome.READY, Outcome.FUTURE)
            or change.transaction.hash not in was_ready
        ] + [
            Change(Outcome.READY if tx_hash in self.ready else Outcome.FUTURE, now.transaction)
            for tx_hash, was in was_ready.items()
            if (now := self.get(tx_hash)) is not None and (tx_hash in self.ready) != was
        ]

    def prune(
        self, number: int, included: Iterable[bytes], provided: Mapping[bytes, bytes]
    ) -> list[Change]:
        """Take in best block `number`: extrinsics by hash, and tags of those not in the graph.

        `provided` maps tags to the extrinsic that has them. The included transactions leave
        without a change; others with a tag of the block are usurped; what waited for its tags is
        promoted. Ancestors of what left become suspect.
        """
        tags = dict(provided)
        for tx_hash in included:
            entry = self.get(tx_hash)
            if entry is not None:
                self._suspect_ancestors(entry)
                for tag in self._detach(tx_hash).transaction.provides:
                    tags.setdefault(tag, tx_hash)
        self._recent.append(_Enacted(number, tags))
        for tag in tags:
            for tx_hash in self._requirers.get(tag, ()):
                self._at(tx_hash).from_state[tag] = None
        changes: list[Change] = []
        for tag, by in tags.items():
            usurped = self._providers.get(tag)
            if usurped is not None:
                self._suspect_ancestors(self.ready[usurped])
                changes += self._usurp(self._losing((usurped,), tags), by)
        for tx_hash, entry in list(self.future.items()):
            usurper = next((tags[tag] for tag in entry.transaction.provides if tag in tags), None)
            if usurper is not None:
                changes += self._usurp((tx_hash,), usurper)
        return changes + self._promote_waiting_for(tags)

    def worst_ready(self) -> bytes | None:
        """Find the ready transaction to give up first: lowest priority, then longest here."""
        return self._worst_ready.first(self.ready)

    def forget_recent(self) -> None:
        """Forget the tags of the last blocks: some of these were retracted."""
        self._recent.clear()

    def _new_entry(self, transaction: Transaction, position: int) -> Entry:
        from_state = {
            tag: None
            for tag in transaction.requires
            if tag not in self._providers and self.was_provided_after(transaction.validated_at, tag)
        }
        return Entry(transaction, position, from_state)

    def _at(self, tx_hash: bytes) -> Entry:
        return self.ready.get(tx_hash) or self.future[tx_hash]

    def _missing(self, entry: Entry) -> list[bytes]:
        return [
            tag
            for tag in entry.transaction.requires
            if tag not in self._providers and tag not in entry.from_state
        ]

    def _place(self, entry: Entry) -> list[Change]:
        if not self._missing(entry):
            changes = self._make_ready(entry)
            return changes + self._promote_waiting_for(entry.transaction.provides)
        transaction = entry.transaction
        self.future[transaction.hash] = entry
        self.future_bytes += len(transaction.data)
        self._index_requirements(transaction)
        return [Change(Outcome.FUTURE, transaction)]

    def _place_or_drop(self, entry: Entry) -> list[Change]:
        """Place an entry that is not in the graph; one that does not fit any more is gone."""
        try:
            return self._place(entry)
        except TooLowPriorityError as error:
            return [Change(Outcome.USURPED, entry.transaction, error.holder)]
        except PoolError:
            return [Change(Outcome.INVALID, entry.transaction)]

    def _promote_waiting_for(self, tags: Iterable[bytes]) -> list[Change]:
        """Make future transactions ready that need nothing more than `tags`, and so on."""
        changes: list[Change] = []
        queue = deque(tags)
        while queue:
            for tx_hash in tuple(self._requirers.get(queue.popleft(), ())):
                entry = self.future.get(tx_hash)
                if entry is None or self._missing(entry):
                    continue
                self._detach(tx_hash)
                try:
                    changes += self._make_ready(entry)
                except TooLowPriorityError as error:
                    changes.append(Change(Outcome.USURPED, entry.transaction, error.holder))
                except CycleDetectedError:
                    changes.append(Change(Outcome.INVALID, entry.transaction))
                else:
                    queue.extend(entry.transaction.provides)
        return changes

    def _make_ready(self, entry: Entry) -> list[Change]:
        """Move an entry that misses nothing, and is in no queue, into the ready one."""
        transaction = entry.transaction
        tags = transaction.provides
        replaced = list(dict.fromkeys(self._providers[t] for t in tags if t in self._providers))
        if replaced:
            total = sum(self.ready[tx_hash].transaction.priority for tx_hash in replaced)
            if min(total, MAX_PRIORITY) >= transaction.priority:
                raise TooLowPriorityError(
                    old=min(total, MAX_PRIORITY), new=transaction.priority, holder=replaced[0]
                )
        lost = self._losing(replaced, tags)
        dependants = {
            tx_hash: None
            for tag in tags
            for tx_hash in self._requirers.get(tag, ())
            if tx_hash in self.ready
        }
        if (lost or dependants) and self._descends_from(entry, lost | dependants):
            raise CycleDetectedError
        changes = [Change(Outcome.READY, transaction), *self._usurp(lost, transaction.hash)]
        for tag in tags:
            self._providers[tag] = transaction.hash
            for tx_hash in self._requirers.get(tag, ()):
                self._at(tx_hash).from_state.pop(tag, None)  # valid, so not in the state yet
        self.ready[transaction.hash] = entry
        self.ready_bytes += len(transaction.data)
        self._worst_ready.add(entry, self.ready)
        self._index_requirements(transaction)
        return changes

    def _usurp(self, hashes: Iterable[bytes], by: bytes) -> list[Change]:
        return [Change(Outcome.USURPED, self._detach(each).transaction, by) for each in hashes]

    def _losing(self, roots: Iterable[bytes], kept: Collection[bytes]) -> dict[bytes, None]:
        """Find the ready ones among `roots` and all that need a tag of theirs outside `kept`.

        Parents come before what depends on them only through them.
        """
        found = {tx_hash: None for tx_hash in roots if tx_hash in self.ready}
        queue = deque(found)
        while queue:
            for tag in self.ready[queue.popleft()].transaction.provides:
                for child in self._requirers.get(tag, ()) if tag not in kept else ():
                    entry = self.ready.get(child)
                    if entry is not None and child not in found and tag not in entry.from_state:
                        found[child] = None
                        queue.append(child)
        return found

    def _descends_from(self, entry: Entry, targets: Mapping[bytes, None]) -> bool:
        queue = deque(self.parents(entry))
        seen = dict.fromkeys(queue)
        while queue:
            tx_hash = queue.popleft()
            if tx_hash in targets:
                return True
            for parent in self.parents(self.ready[tx_hash]):
                if parent not in seen:
                    seen[parent] = None
                    queue.append(parent)
        return False

    def _suspect_ancestors(self, entry: Entry) -> None:
        queue = deque(self.parents(entry))
        while queue:
            ancestor = self.ready[queue.popleft()]
            if not ancestor.suspect:
                ancestor.suspect = True
                queue.extend(self.parents(ancestor))

    def _index_requirements(self, transaction: Transaction) -> None:
        for tag in transaction.requires:
            self._requirers.setdefault(tag, {})[transaction.hash] = None

    def _detach(self, tx_hash: bytes) -> Entry:
        """Take one entry out of its queue and the indices."""
        entry = self.ready.pop(tx_hash, None)
        if entry is None:
            entry = self.future.pop(tx_hash)
            self.future_bytes -= len(entry.transaction.data)
        else:
            self.ready_bytes -= len(entry.transaction.data)
            for tag in entry.transaction.provides:
                if self._providers.get(tag) == tx_hash:
                    del self._providers[tag]
        self._forget_requirements(entry.transaction)
        return entry

    def _forget_requirements(self, transaction: Transaction) -> None:
        for tag in transaction.requires:
            requirers = self._requirers[tag]
            del requirers[transaction.hash]
            if not requirers:
                del self._requirers[tag]

    def _keeps_place(self, entry: Entry, renewed: Entry, *, is_ready: bool) -> bool:
        """Whether no other entry is concerned: the same but for tags no longer required."""
        old, new = entry.transaction, renewed.transaction
        return (
            (old.provides, old.priority) == (new.provides, new.priority)
            and all(tag in old.requires for tag in new.requires)
            and is_ready == (not self._missing(renewed))
        )
