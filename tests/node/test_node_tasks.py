"""The tasks of a node on a real chain in memory: pool, authoring, finality, without sockets."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio
import trio.testing

from parachain.client.authoring.author import Author, Sealing
from parachain.client.chain.chain import Chain
from parachain.client.chain.finality import FinalityConfig
from parachain.client.chain.notifications import FinalizedBlocks, HeadSet, ImportedBlock
from parachain.client.chain.tree_route import BlockId
from parachain.client.crypto.keys import pair_from_uri
from parachain.client.pool.config import PoolConfig
from parachain.client.pool.errors import InvalidTransactionError
from parachain.client.pool.pool import TransactionPool
from parachain.client.pool.watchers import Finalized, InBlock, Ready, Status
from parachain.node.authorship import Authorship, ChainThread
from parachain.node.transactions import Transactions
from parachain.rpc.backend import AuthoringError, UnvalidatableError
from parachain.rpc.chain_feed import MAX_BEHIND, ChainFeed
from tests.client.chain.real_node import RealNode, development
from tests.client.chain.small_node import ALICE, PairKeys

BOB = pair_from_uri("//Bob")
NO_DELAY = FinalityConfig(lag_blocks=1, min_age_ms=0)


class Tasks:
    """A node without its process: chain, pool, authorship, feed."""

    def __init__(self) -> None:
        self.real = RealNode(development())
        self.chain: Chain = self.real.chain
        self.pool = TransactionPool(PoolConfig(), self.chain.best)
        self.transactions = Transactions(self.chain, self.pool)
        self.authorship = Authorship(
            self.chain,
            Author(self.chain, PairKeys(ALICE)),
            self.transactions,
            ChainThread(),
            NO_DELAY,
        )
        self.feed = ChainFeed(self.chain)


@asynccontextmanager
async def running() -> AsyncIterator[Tasks]:
    """Tasks that follow the chain."""
    tasks = Tasks()
    tasks.feed.attach()
    with tasks.feed.listen() as for_pool, tasks.feed.listen() as for_finality:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(tasks.transactions.follow, for_pool)
            nursery.start_soon(tasks.authorship.follow, for_finality)
            nursery.start_soon(tasks.authorship.finalise)
            yield tasks
            nursery.cancel_scope.cancel()
    tasks.feed.detach()


async def test_a_transaction_from_submission_to_finality() -> None:
    async with running() as node:
        statuses: list[Status] = []
        done = trio.Event()

        def note(status: Status) -> None:
            statuses.append(status)
            if isinstance(status, Finalized):
                done.set()

        transfer = node.real.transfer(ALICE, 0, BOB.public, 10**12)
        await node.transactions.submit(transfer, note)
        first = await node.authorship.create_block()
        await node.authorship.create_block()
        with trio.fail_after(5):
            await done.wait()
        assert statuses == [Ready(), InBlock(first.block_hash, 1), Finalized(first.block_hash, 1)]
        assert node.pool.status().ready == 0


async def test_the_slot_in_which_the_node_starts_gets_a_block(
    mock_clock: trio.testing.MockClock,  # noqa: ARG001  it stands still: nobody wakes from a sleep
) -> None:
    tasks = Tasks()
    arrived = threading.Event()
    tasks.chain.subscribe(lambda _news: arrived.set())
    async with trio.open_nursery() as nursery:
        nursery.start_soon(tasks.authorship.seal, Sealing.INTERVAL)
        assert await trio.to_thread.run_sync(arrived.wait, 10)
        nursery.cancel_scope.cancel()
    assert tasks.chain.best.number == 1


async def test_refusals_say_why() -> None:
    async with running() as node:
        poor = pair_from_uri("//Poor")
        with pytest.raises(InvalidTransactionError):
            await node.transactions.submit(node.real.transfer(poor, 0, BOB.public, 1))
        with pytest.raises(UnvalidatableError, match="version byte"):
            await node.transactions.submit(b"\x08\x05\x00")
        with pytest.raises(AuthoringError, match="no transaction"):
            await node.authorship.create_block(create_empty=False)
        with pytest.raises(AuthoringError):
            await node.authorship.finalize_block(bytes(32))


async def test_storage_can_be_set_and_the_head_moved() -> None:
    async with running() as node:
        genesis = node.chain.genesis_hash
        block_hash = await node.authorship.set_storage({b"probe": b"\x01", b"gone": None})
        assert node.chain.state_at(block_hash).get(b"probe") == b"\x01"
        await node.authorship.set_head(genesis)
        assert node.chain.best.hash == genesis


async def test_time_travels_forward_only() -> None:
    async with running() as node:
        await node.authorship.create_block()
        ahead = node.authorship.travel(4_000_000_000_000)
        assert ahead == 4_000_000_000_000
        with pytest.raises(AuthoringError, match="forward"):
            node.authorship.travel(1_000)


async def test_listeners_see_changes_in_order_and_slow_ones_are_cut_off() -> None:
    node = Tasks()
    node.feed.attach()
    with node.feed.listen() as news, node.feed.listen() as idle:
        for _ in range(3):
            await node.authorship.create_block(transactions=())
        await node.authorship.finalize_block(node.chain.best.hash)
        await node.authorship.set_head(node.chain.genesis_hash)
        kinds = [type(await news.receive()) for _ in range(5)]
        assert kinds == [ImportedBlock] * 3 + [FinalizedBlocks, HeadSet]
        for _ in range(MAX_BEHIND):
            await node.authorship.create_block(transactions=())
        await trio.testing.wait_all_tasks_blocked()
        received = [item async for item in idle]
        assert len(received) == MAX_BEHIND
    node.feed.detach()


async def test_blocks_on_request_do_not_offer_a_transaction_twice() -> None:
    async with running() as node:
        statuses: list[Status] = []
        await node.transactions.submit(
            node.real.transfer(ALICE, 0, BOB.public, 10**12), statuses.append
        )
        for _ in range(3):
            await node.authorship.create_block()
        await node.transactions.caught_up()
        assert [type(status) for status in statuses[:2]] == [Ready, InBlock]
        assert node.pool.counters.invalid == 0


async def test_instant_sealing_makes_a_block_for_each_arrival() -> None:
    async with running() as node, trio.open_nursery() as nursery:
        nursery.start_soon(node.authorship.seal, Sealing.INSTANT)
        await trio.testing.wait_all_tasks_blocked()
        for nonce in range(3):
            included = trio.Event()

            def note(status: Status, included: trio.Event = included) -> None:
                if isinstance(status, InBlock):
                    included.set()

            await node.transactions.submit(
                node.real.transfer(ALICE, nonce, BOB.public, 10**12), note
            )
            with trio.fail_after(5):
                await included.wait()
        assert node.chain.best.number >= 3
        nursery.cancel_scope.cancel()


async def test_a_state_that_is_gone_is_a_refusal_and_no_bug() -> None:
    async with running() as node:
        node.pool.best = BlockId(bytes(32), 7)
        with pytest.raises(UnvalidatableError, match="00000000"):
            await node.transactions.submit(node.real.transfer(ALICE, 0, BOB.public, 1))
