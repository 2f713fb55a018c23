"""`Follow`: one client's view of the head of the chain, as a machine without I/O.

It is fed with a snapshot of the chain and then each change after it, and says which events the
client gets: parents before children, every block once, finality in order. Each reported block is
pinned in the chain until the client unpins it or the machine ends.

Source: json-rpc-interface-spec, chainHead_v1_follow.md. Out of scope: JSON, runtimes, operations.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from parachain.client.chain.chain import Snapshot
from parachain.client.chain.notifications import (
    FinalizedBlocks,
    HeadSet,
    ImportedBlock,
    Notification,
)
from parachain.client.chain.runtime_calls import CODE
from parachain.client.chain.tree_route import BlockId
from parachain.rpc.chain_head_events import (
    BestBlockChanged,
    Finalised,
    FollowEvent,
    Initialized,
    NewBlock,
    Stop,
)


class FollowLimits(NamedTuple):
    """How much a subscription may keep from being pruned before it is stopped.

    `pinned`: blocks that are final or can never be; those of the open part of the chain do not
    count, so that a chain which does not finalise can still be followed. `age`: how many blocks
    the one pinned longest may be behind the last final one: its state and all later ones stay.
    """

    pinned: int = 512
    age: int = 2048


DEFAULT_LIMITS: Final = FollowLimits()


class Pinning(Protocol):
    """Keeps blocks from being pruned: the chain."""

    def pin(self, block_hash: bytes, /) -> None:
        """Keep a block once more."""

    def unpin(self, block_hash: bytes, /) -> None:
        """Take back one `pin`."""


class NotPinnedError(Exception):
    """A block was never reported to this client, or is unpinned."""

    def __init__(self, block_hash: bytes) -> None:
        super().__init__(f"block 0x{block_hash.hex()} is not pinned")
        self.block_hash = block_hash


class DuplicateHashesError(Exception):
    """A block is to be unpinned twice at once."""


class Follow:
    """The state of one subscription. `begin` first, `end` last, whatever happens in between."""

    def __init__(self, pinning: Pinning, limits: FollowLimits = DEFAULT_LIMITS) -> None:
        self._pinning = pinning
        self._limits = limits
        #: Reported blocks that are neither final nor stale, with their numbers.
        self._open: dict[bytes, int] = {}
        self._finalised: BlockId | None = None
        self._best = b""
        #: With their numbers, in the order in which they were reported.
        self._pinned: dict[bytes, int] = {}
        #: How many of the pinned ones are not open.
        self._settled = 0
        self._ended = False

    def begin(self, snapshot: Snapshot, recent: Sequence[BlockId]) -> list[FollowEvent]:
        """Report the chain as it stands; `recent`: the last final blocks, oldest first."""
        assert recent[-1] == snapshot.finalised, "the recent blocks end with the last final one"
        self._finalised = snapshot.finalised
        for block in recent:
            self._pin(block)
        self._settled = len(recent)
        events: list[FollowEvent] = [Initialized(tuple(block.hash for block in recent))]
        for block, parent_hash in snapshot.unfinalised:
            events.append(self._report(block, parent_hash, sets_code=None))
        self._best = snapshot.best.hash
        events.append(BestBlockChanged(self._best))
        return events

    def on_change(self, news: Notification) -> list[FollowEvent]:
        """Report a change that came after all reported so far."""
        if self._ended:
            return []
        match news:
            case ImportedBlock():
                return self._on_import(news)
            case FinalizedBlocks():
                return self._on_finality(news)
            case HeadSet():
                return self._stop()

    def is_pinned(self, block_hash: bytes) -> bool:
        """Whether the client may ask about this block."""
        return block_hash in self._pinned

    def unpin(self, hashes: Sequence[bytes]) -> None:
        """Unpin all of these blocks, or none: raises DuplicateHashesError, NotPinnedError."""
        if len(dict.fromkeys(hashes)) != len(hashes):
            raise DuplicateHashesError
        for block_hash in hashes:
            if block_hash not in self._pinned:
                raise NotPinnedError(block_hash)
        for block_hash in hashes:
            del self._pinned[block_hash]
            self._pinning.unpin(block_hash)
            self._settled -= block_hash not in self._open

    def end(self) -> None:
        """Release every block; nothing will be reported any more."""
        self._ended = True
        pinned, self._pinned = self._pinned, {}
        for block_hash in pinned:
            self._pinning.unpin(block_hash)

    def _on_import(self, news: ImportedBlock) -> list[FollowEvent]:
        parent_hash = news.header.parent_hash
        assert self._finalised is not None, "begun before"
        if parent_hash != self._finalised.hash and parent_hash not in self._open:
            return self._stop()  # there is a gap
        block = self._report(news.block, parent_hash, sets_code=CODE in news.changes.main)
        if not news.is_new_best:
            return [block]
        self._best = news.block.hash
        return [block, BestBlockChanged(self._best)]

    def _on_finality(self, news: FinalizedBlocks) -> list[FollowEvent]:
        finalised = tuple(block.hash for block in news.blocks)
        if any(block_hash not in self._open for block_hash in finalised):
            return self._stop()  # there is a gap
        events: list[FollowEvent] = []
        if news.route is not None:
            best = news.route.enacted[-1] if news.route.enacted else news.route.common
            self._best = best.hash
            events.append(BestBlockChanged(self._best))
        pruned = tuple(block.hash for block in news.stale if block.hash in self._open)
        events.append(Finalised(finalised, pruned))
        self._finalised = news.blocks[-1]
        for block_hash in (*finalised, *pruned):
            del self._open[block_hash]
            self._settled += block_hash in self._pinned
        return events if self._is_within_limits() else events + self._stop()

    def _is_within_limits(self) -> bool:
        assert self._finalised is not None, "begun before"
        oldest = next(iter(self._pinned.values()), self._finalised.number)
        age = self._finalised.number - oldest
        return self._settled <= self._limits.pinned and age <= self._limits.age

    def _report(self, block: BlockId, parent_hash: bytes, *, sets_code: bool | None) -> NewBlock:
        self._pin(block)
        self._open[block.hash] = block.number
        return NewBlock(block.hash, parent_hash, sets_code)

    def _pin(self, block: BlockId) -> None:
        self._pinning.pin(block.hash)
        self._pinned[block.hash] = block.number

    def _stop(self) -> list[FollowEvent]:
        self.end()
        return [Stop()]
