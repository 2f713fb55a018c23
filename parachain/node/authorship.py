"""`Authorship`: when this node makes blocks and makes them final, and doing so on request.

Everything that changes the chain runs on one worker thread, in turn. The tasks here decide
when: at the start of each slot, as soon as a transaction is ready, or when somebody asks; and
finality follows the best chain at a lag, for a chain without a relay has nobody else to say so.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, TypeVar

import trio

from parachain.client.authoring.author import Author, Authored, Sealing
from parachain.client.authoring.proposer import Given, GivenTransactions, ProposalError
from parachain.client.authoring.slots import Claim, SlotMachine
from parachain.client.chain.chain import Chain
from parachain.client.chain.finality import FinalityConfig, LaggingFinality
from parachain.client.chain.fork_tree import ForkTreeFullError, UnknownBlockError
from parachain.client.chain.notifications import Notification
from parachain.client.chain.runtime_calls import UnknownBlock
from parachain.client.database import DatabaseError
from parachain.client.pool.transaction import transaction_hash
from parachain.client.state import NativeExt, UnknownState
from parachain.node import informant
from parachain.node.clock import now_ms
from parachain.node.short import short
from parachain.node.transactions import Transactions
from parachain.rpc.backend import AuthoringError, CreatedBlock

_log = logging.getLogger("gear.aura")

T = TypeVar("T")

#: Refusals of a request to author or finalise that are no bug and not the end of the node.
_REFUSALS: Final = (
    ProposalError,
    UnknownBlock,
    UnknownBlockError,
    UnknownState,
    ForkTreeFullError,
)


class ChainThread:
    """The one thread on which the chain changes."""

    def __init__(self) -> None:
        self._limiter = trio.CapacityLimiter(1)

    async def run(self, function: Callable[[], T]) -> T:
        """Run `function` there, after what was asked for before."""
        return await trio.to_thread.run_sync(function, limiter=self._limiter)


class Authorship:
    """Blocks and finality of this node. Implements `rpc.backend.Authoring`."""

    def __init__(
        self,
        chain: Chain,
        author: Author,
        transactions: Transactions,
        thread: ChainThread,
        finality: FinalityConfig,
    ) -> None:
        self._chain = chain
        self._author = author
        self._transactions = transactions
        self._thread = thread
        self._finality = LaggingFinality(finality)
        self._finality_moved = trio.Event()
        self._wanted = trio.Event()
        #: Milliseconds by which the time of the chain was moved ahead of the clock.
        self._travelled_ms = 0

    # -- tasks ---------------------------------------------------------------------------------

    async def seal(self, mode: Sealing) -> None:
        """Make blocks for as long as the node runs. Manual sealing has nothing to do here."""
        if mode is Sealing.INTERVAL:
            await self._seal_slots()
        elif mode is Sealing.INSTANT:
            await self._seal_instantly()

    async def _seal_slots(self) -> None:
        machine = SlotMachine(self._author.slot_duration_ms())
        while True:  # the slot in which the node starts is the first, as long as it still lasts
            try:
                await self._author_slot(machine)
            except _REFUSALS as refusal:
                _log.error("🙈 no block in this slot: %s", refusal)
            now = self._now_ms()
            await trio.sleep((machine.wakes_at_ms(now) - now) / 1000)

    async def _author_slot(self, machine: SlotMachine) -> None:
        await self._transactions.caught_up()
        ready = self._transactions.pool.ready()

        def make() -> Authored | None:
            claimed = self._author.claim(machine, self._now_ms())
            if claimed is None:
                return None
            parent, claim = claimed
            now = self._now_ms()
            return self._author.author(parent.hash, claim, now, ready, self._now_ms)

        started = now_ms()
        authored = await self._thread.run(make)
        if authored is not None:
            self._report(authored, now_ms() - started)

    async def _seal_instantly(self) -> None:
        self._transactions.pool.add_import_listener(lambda _hash: self._wanted.set())
        while True:
            await self._wanted.wait()
            self._wanted = trio.Event()
            await self._transactions.caught_up()
            if not self._transactions.pool.status().ready:
                continue  # the last block took it along
            try:
                await self.create_block(create_empty=False)
            except AuthoringError as error:
                _log.error("🙈 no block: %s", error)
            await self._transactions.caught_up()
            if self._transactions.pool.status().ready:
                self._wanted.set()  # the block had no room for all

    async def follow(self, news: trio.MemoryReceiveChannel[Notification]) -> None:
        """Tell the finality machine of the chain, for as long as there is news."""
        chain = self._chain
        self._finality.on_best_block(chain.route(chain.finalised.hash, chain.best.hash), now_ms())
        self._finality_moved.set()
        async for item in news:
            if item.route is not None:
                self._finality.on_best_block(item.route, now_ms())
            self._finality.on_finalised(self._chain.finalised)
            self._finality_moved.set()

    async def finalise(self) -> None:
        """Make blocks final when they are due, for as long as the node runs."""
        while True:
            due = self._finality.due(now_ms())
            if due is not None:
                self._finality.on_finalised(due)
                try:
                    await self._thread.run(partial(self._chain.finalize, due.hash))
                except _REFUSALS as refusal:
                    _log.warning("block %d cannot be finalised: %s", due.number, refusal)
                continue
            self._finality_moved = trio.Event()
            due_ms = self._finality.next_due_ms()
            wait_s = float("inf") if due_ms is None else max(due_ms - now_ms(), 0) / 1000
            with trio.move_on_after(wait_s):
                await self._finality_moved.wait()

    # -- on request --------------------------------------------------------------------------

    async def create_block(
        self,
        *,
        create_empty: bool = True,
        finalize: bool = False,
        parent: bytes | None = None,
        transactions: Sequence[bytes] | None = None,
        timestamp_ms: int | None = None,
    ) -> CreatedBlock:
        """Make a block now. Raises AuthoringError."""
        if transactions is None:
            await self._transactions.caught_up()
        ready = self._transactions.pool.ready()
        if not create_empty and transactions is None and not self._transactions.pool.status().ready:
            raise AuthoringError("the pool has no transaction and an empty block is not wanted")

        def make() -> Authored:
            above = self._chain.best.hash if parent is None else parent
            now = self._now_ms() if timestamp_ms is None else timestamp_ms
            claim = self._claim(above, now, travels=timestamp_ms is not None)
            if transactions is None:
                return self._author.author(above, claim, now, ready, now_ms)
            given = GivenTransactions(
                tuple(Given(transaction_hash(data), data) for data in transactions)
            )
            return self._author.author(above, claim, now, given, now_ms)

        started = now_ms()
        authored = await self._request(make)
        self._report(authored, now_ms() - started)
        block = authored.news.block
        if finalize:
            await self.finalize_block(block.hash)
        return CreatedBlock(block.hash, block.number)

    def _claim(self, parent: bytes, timestamp_ms: int, *, travels: bool) -> Claim:
        if travels:
            return self._author.claim_at(parent, timestamp_ms, now_ms())
        claim = self._author.claim_next(parent, timestamp_ms)
        slot_ms = claim.slot.ends_ms - claim.slot.starts_ms
        return claim._replace(deadline_ms=now_ms() + slot_ms)

    async def finalize_block(self, block_hash: bytes) -> None:
        """Make a block and its ancestors final. Raises AuthoringError."""
        await self._request(lambda: self._chain.finalize(block_hash))

    async def set_head(self, block_hash: bytes) -> None:
        """Make a block the best one and forget what is above it. Raises AuthoringError."""
        await self._request(lambda: self._chain.set_head(block_hash))

    async def set_storage(self, changes: Mapping[bytes, bytes | None]) -> bytes:
        """Make a block that also changes the state as given. Raises AuthoringError.

        For development: nobody who executes that block arrives at its state.
        """
        ready = GivenTransactions(())

        def write(ext: NativeExt) -> tuple[bytes, ...]:
            for key, value in changes.items():
                if value is None:
                    ext.delete(key)
                else:
                    ext.put(key, value)
            return ()

        def make() -> Authored:
            above = self._chain.best.hash
            now = self._now_ms()
            claim = self._claim(above, now, travels=False)
            return self._author.author(above, claim, now, ready, now_ms, write)

        authored = await self._request(make)
        self._report(authored, 0)
        return authored.news.block.hash

    def travel(self, timestamp_ms: int) -> int:
        """Set the time of the chain, which from now on runs ahead of the clock by as much.

        Raises AuthoringError for a time in the past of the chain's clock.
        """
        ahead = timestamp_ms - now_ms()
        if ahead < self._travelled_ms:
            raise AuthoringError("the time of the chain only goes forward")
        self._travelled_ms = ahead
        return timestamp_ms

    async def _request(self, function: Callable[[], T]) -> T:
        try:
            return await self._thread.run(function)
        except _REFUSALS as refusal:
            raise AuthoringError(str(refusal)) from refusal
        except DatabaseError as error:
            raise AuthoringError(f"the database failed: {error}") from error

    def _now_ms(self) -> int:
        return now_ms() + self._travelled_ms

    def _report(self, authored: Authored, took_ms: int) -> None:
        """Log what was made, and take what the runtime refused out of the pool."""
        block, proposal = authored.news.block, authored.proposal
        _log.info(
            "🎁 Prepared block for proposing at %d (%d ms) hash: 0x%s; parent_hash: %s; end: %s; "
            "extrinsics_count: %d",
            block.number,
            took_ms,
            block.hash.hex(),
            short(authored.block.header.parent_hash),
            proposal.end,
            len(proposal.extrinsics),
        )
        informant.imported(authored.news)
        if proposal.refused:
            self._transactions.remove([refused.hash for refused in proposal.refused])
