"""transactionWatch_v1_*: the machine, and a real pool behind it."""

from typing import Any

import pytest
import trio.testing
from hypothesis import given
from hypothesis import strategies as st

from parachain.client.chain.runtime_calls import UnknownBlock
from parachain.client.pool.errors import (
    ImmediatelyDroppedError,
    TemporarilyBannedError,
    TooManyWatchersError,
)
from parachain.client.pool.watchers import (
    FINAL_STATUSES,
    Broadcast,
    Dropped,
    FinalityTimeout,
    Finalized,
    Future,
    InBlock,
    Invalid,
    Ready,
    Retracted,
    Status,
    Usurped,
)
from parachain.rpc import transaction_watch_methods
from parachain.rpc.transaction_watch import Event, TransactionWatch, refused
from tests.client.chain.real_node import UNIT, RealNode
from tests.client.chain.small_node import ALICE, BOB
from tests.rpc.spec_node import SpecClient, real_node, serving

A, B = bytes(32), b"\x01" * 32
STATUSES: list[Status] = [
    Future(),
    Ready(),
    Broadcast(("peer",)),
    InBlock(A, 1),
    InBlock(B, 2),
    Retracted(A),
    FinalityTimeout(A),
    Finalized(A, 1),
    Usurped(B),
    Dropped(),
    Invalid(),
]


def told(watch: TransactionWatch) -> list[Event]:
    events = []
    while (event := watch.take()) is not None:
        events.append(event)
    return events


@pytest.mark.parametrize(
    ("status", "event"),
    [
        (Ready(), {"event": "validated"}),
        (Future(), {"event": "validated"}),
        (Broadcast(("peer",)), None),
        (
            InBlock(A, 1),
            {"event": "bestChainBlockIncluded", "block": {"hash": "0x" + "00" * 32, "index": 1}},
        ),
        (
            Finalized(B, 2),
            {"event": "finalized", "block": {"hash": "0x" + "01" * 32, "index": 2}},
        ),
    ],
)
def test_what_is_told(status: Status, event: Event | None) -> None:
    watch = TransactionWatch()
    watch.note(status)
    assert watch.take() == event
    assert watch.take() is None


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (FinalityTimeout(A), "dropped"),
        (Dropped(), "dropped"),
        (Usurped(B), "invalid"),
        (Invalid(), "invalid"),
    ],
)
def test_bad_ends(status: Status, name: str) -> None:
    watch = TransactionWatch()
    watch.note(Ready())
    watch.note(status)
    assert watch.ended
    watch.note(Ready())
    (event,) = told(watch)
    assert event["event"] == name
    assert event["error"]


def test_only_the_newest_of_each_property_waits() -> None:
    watch = TransactionWatch()
    for status in (Ready(), InBlock(A, 1), Retracted(A), Ready(), InBlock(B, 2)):
        watch.note(status)
    assert [event["event"] for event in told(watch)] == ["validated", "bestChainBlockIncluded"]
    watch.note(Retracted(B))
    watch.note(InBlock(B, 2))
    assert told(watch) == []


@given(st.lists(st.tuples(st.sampled_from(STATUSES), st.booleans()), max_size=30))
def test_a_slow_reader_knows_the_state_and_costs_little(
    noted: list[tuple[Status, bool]],
) -> None:
    watch = TransactionWatch()
    included: object = None
    events: list[Event] = []
    ended = False
    for status, reads in noted:
        watch.note(status)
        if not ended and isinstance(status, InBlock):
            included = {"hash": "0x" + status.block_hash.hex(), "index": status.index}
        elif not ended and isinstance(status, Retracted):
            included = None
        ended = ended or isinstance(status, FINAL_STATUSES)
        assert watch.ended == ended
        if reads:
            events += told(watch)
    rest = told(watch)
    assert len(rest) <= 3
    events += rest
    finals = [event["event"] for event in events]
    assert any(name in {"finalized", "dropped", "invalid"} for name in finals[-1:]) == ended
    if not ended:
        blocks = [event["block"] for event in events if "block" in event]
        assert (blocks or [None])[-1] == included


def test_refusals() -> None:
    assert refused(ImmediatelyDroppedError())["event"] == "dropped"
    assert refused(TooManyWatchersError(1))["event"] == "dropped"
    assert refused(TemporarilyBannedError()) == {
        "event": "invalid",
        "error": "Transaction is temporarily banned",
    }


# The methods.


async def submitted(client: SpecClient, data: bytes) -> str:
    watch: str = await client.call("transactionWatch_v1_submitAndWatch", "0x" + data.hex())
    return watch


def transfer(node: RealNode, nonce: int = 0) -> bytes:
    return node.transfer(ALICE, nonce, BOB.public, UNIT)


async def test_from_submission_to_finality() -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        data = transfer(node)
        watch = await submitted(client, data)
        assert await client.event(watch, "transactionWatch_v1_watchEvent") == {"event": "validated"}
        block = node.make(data).block
        index = block.extrinsics.index(data)
        where = {"hash": "0x" + block.hash.hex(), "index": index}
        assert await client.event(watch) == {"event": "bestChainBlockIncluded", "block": where}
        node.chain.finalize(block.hash)
        assert await client.event(watch) == {"event": "finalized", "block": where}
        await trio.testing.wait_all_tasks_blocked()
        assert len(peer.pool.watchers) == 0
        assert await client.error("transactionWatch_v1_unwatch", watch) == -32602


async def test_retraction_and_another_block() -> None:
    node = real_node()
    genesis = node.chain.genesis_hash
    async with serving(node.chain) as peer:
        client = await peer.connect()
        data = transfer(node)
        watch = await submitted(client, data)
        await client.event(watch)
        first = node.make(data).block
        assert (await client.event(watch))["block"]["hash"] == "0x" + first.hash.hex()
        fork = node.make(parent=genesis, skip=1).block
        node.make(parent=fork.hash)
        assert await client.event(watch) == {"event": "bestChainBlockIncluded", "block": None}
        assert await client.event(watch) == {"event": "validated"}
        third = node.make(data).block
        assert (await client.event(watch))["block"]["hash"] == "0x" + third.hash.hex()


async def test_a_future_transaction_is_valid() -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        watch = await submitted(client, transfer(node, nonce=1))
        assert await client.event(watch) == {"event": "validated"}


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x04", b"\xff" * 40, b"\x10abcd"])
async def test_bytes_that_are_no_transaction(data: bytes) -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        watch = await submitted(client, data)
        event = await client.event(watch)
        assert event.pop("error")
        assert event == {"event": "invalid"}


async def test_invalid_transactions() -> None:
    node = real_node()
    node.make(transfer(node))
    async with serving(node.chain) as peer:
        client = await peer.connect()
        data = transfer(node)
        for error in ("Transaction is outdated", "Transaction is temporarily banned"):
            watch = await submitted(client, data)
            event = await client.event(watch)
            assert event["event"] == "invalid"
            assert error in event["error"]
        assert await client.error("transactionWatch_v1_submitAndWatch", "0xz") == -32602
        assert await client.error("transactionWatch_v1_submitAndWatch") == -32602


async def test_what_the_pool_has_already_is_watched() -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        one, two = await peer.connect(), await peer.connect()
        data = transfer(node)
        watches = [(one, await submitted(one, data)), (two, await submitted(two, data))]
        for client, watch in watches:
            assert await client.event(watch) == {"event": "validated"}
        node.make(data)
        for client, watch in watches:
            assert (await client.event(watch))["event"] == "bestChainBlockIncluded"


async def test_unwatching_leaves_the_transaction() -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        client, other = await peer.connect(), await peer.connect()
        watch = await submitted(client, transfer(node))
        await client.event(watch)
        assert await other.error("transactionWatch_v1_unwatch", watch) == -32602
        assert await client.call("transactionWatch_v1_unwatch", watch) is None
        assert await client.error("transactionWatch_v1_unwatch", watch) == -32602
        assert await client.error("transactionWatch_v1_unwatch", 3) == -32602
        await trio.testing.wait_all_tasks_blocked()
        assert len(peer.pool.watchers) == 0
        assert peer.pool.status().ready == 1


async def test_leaving_at_once_submits_all_the_same() -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        data = "0x" + transfer(node).hex()
        await client.send("transactionWatch_v1_submitAndWatch", data)
        await client.ws.receive()
        await client.ws.stream.aclose()
        await peer.ready(1)
        await peer.watched(0)


async def test_errors_of_ours(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    node = real_node()

    async def fail(*_: Any) -> None:
        raise UnknownBlock(bytes(32))

    async with serving(node.chain) as peer:
        client = await peer.connect()
        monkeypatch.setattr(peer.transactions, "submit", fail)
        watch = await submitted(client, transfer(node))
        assert await client.event(watch) == {"event": "error", "error": "Internal error"}
        assert "unknown block" in caplog.text


async def test_watches_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction_watch_methods, "MAX_WATCHES_PER_CONNECTION", 2)
    node = real_node()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        for nonce in range(2):
            await submitted(client, transfer(node, nonce))
        data = "0x" + transfer(node, 2).hex()
        assert await client.error("transactionWatch_v1_submitAndWatch", data) == -32006
