"""chainHead_v1_* over a WebSocket: following, pinning, dead subscriptions, connections."""

from typing import Any

import pytest
import trio.testing

from parachain.primitives.header import HEADER
from parachain.rpc import chain_head_follow, chain_head_session
from parachain.rpc.chain_head_follow import FollowLimits
from parachain.rpc.chain_head_methods import (
    DUPLICATE_HASHES,
    INVALID_BLOCK,
    MAX_FOLLOWS_PER_CONNECTION,
    NEEDS_RUNTIME,
    TOO_MANY_FOLLOWS,
)
from tests.client.chain.small_node import SmallNode
from tests.rpc.spec_node import SpecClient, hexed, pins, serving

LIMIT_REACHED = {"result": "limitReached"}
UNKNOWN = "0x" + "ab" * 32


async def begun(
    client: SpecClient, *, with_runtime: bool = False
) -> tuple[str, list[dict[str, Any]]]:
    """Follow, and receive events up to the first best block."""
    follow = await client.call("chainHead_v1_follow", with_runtime)
    return follow, await client.events(follow, "bestBlockChanged")


async def test_begins_with_the_chain_as_it_stands() -> None:
    node = SmallNode()
    blocks = node.grow(20)
    node.chain.finalize(blocks[17].hash)
    fork = node.grow(1, parent=blocks[17].hash, skip=1)[0]
    async with serving(node.chain) as peer:
        client = await peer.connect()
        _, events = await begun(client)
    assert events == [
        {
            "event": "initialized",
            "finalizedBlockHashes": hexed(*(each.hash for each in blocks[2:18])),
        },
        *(
            {
                "event": "newBlock",
                "blockHash": hexed(each.hash)[0],
                "parentBlockHash": hexed(each.header.parent_hash)[0],
            }
            for each in (blocks[18], blocks[19], fork)
        ),
        {"event": "bestBlockChanged", "bestBlockHash": hexed(blocks[19].hash)[0]},
    ]


async def test_a_new_chain_has_its_genesis_block_only() -> None:
    node = SmallNode()
    (genesis,) = hexed(node.chain.genesis_hash)
    async with serving(node.chain) as peer:
        client = await peer.connect()
        _, events = await begun(client, with_runtime=True)
    spec = {
        "specName": "small",
        "implName": "small",
        "specVersion": 1,
        "implVersion": 1,
        "transactionVersion": 1,
        "apis": {"0xdf6acb689907609b": 4},
    }
    assert events == [
        {
            "event": "initialized",
            "finalizedBlockHashes": [genesis],
            "finalizedBlockRuntime": {"type": "valid", "spec": spec},
        },
        {"event": "bestBlockChanged", "bestBlockHash": genesis},
    ]


async def test_reports_blocks_reorganisations_and_finality() -> None:
    node = SmallNode()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        follow, _ = await begun(client, with_runtime=True)
        first = node.make().block
        fork = node.make(parent=node.chain.genesis_hash, skip=2).block
        above = node.make(parent=fork.hash).block
        node.chain.finalize(fork.hash)
        events = await client.events(follow, "finalized")
    (genesis,) = hexed(node.chain.genesis_hash)
    one, two, three = hexed(first.hash, fork.hash, above.hash)

    def new(block: str, parent: str) -> dict[str, object]:
        named = {"blockHash": block, "parentBlockHash": parent}
        return {"event": "newBlock", **named, "newRuntime": None}

    assert events == [
        new(one, genesis),
        {"event": "bestBlockChanged", "bestBlockHash": one},
        new(two, genesis),
        new(three, two),
        {"event": "bestBlockChanged", "bestBlockHash": three},
        {"event": "finalized", "finalizedBlockHashes": [two], "prunedBlockHashes": [one]},
    ]


async def test_a_lost_best_block_is_replaced_before_finality() -> None:
    node = SmallNode()
    best = node.grow(2)
    fork = node.make(parent=node.chain.genesis_hash, skip=3).block
    async with serving(node.chain) as peer:
        client = await peer.connect()
        follow, _ = await begun(client)
        node.chain.finalize(fork.hash)
        events = await client.events(follow, "finalized")
    kept, *pruned = hexed(fork.hash, *(each.hash for each in best))
    assert events == [
        {"event": "bestBlockChanged", "bestBlockHash": kept},
        {"event": "finalized", "finalizedBlockHashes": [kept], "prunedBlockHashes": pruned},
    ]


async def test_setting_the_chain_back_stops_the_subscription() -> None:
    node = SmallNode()
    node.grow(3)
    async with serving(node.chain) as peer:
        client = await peer.connect()
        follow, _ = await begun(client)
        node.chain.revert(1)
        assert await client.event(follow) == {"event": "stop"}
        assert pins(node.chain) == 0
        assert await client.call("chainHead_v1_header", follow, UNKNOWN) is None
        node.make()
        again, _ = await begun(client)
        assert client.waiting(follow) == []
        assert again != follow


async def test_headers_of_pinned_blocks() -> None:
    node = SmallNode()
    block = node.make().block
    (block_hash,) = hexed(block.hash)
    async with serving(node.chain) as peer:
        client = await peer.connect()
        follow, _ = await begun(client)
        header = await client.call("chainHead_v1_header", follow, block_hash)
        assert HEADER.decode(bytes.fromhex(header[2:])) == block.header
        assert await client.error("chainHead_v1_header", follow, UNKNOWN) == INVALID_BLOCK
        assert await client.call("chainHead_v1_unpin", follow, block_hash) is None
        assert await client.error("chainHead_v1_header", follow, block_hash) == INVALID_BLOCK
        for method, arguments in (
            ("chainHead_v1_body", ()),
            ("chainHead_v1_storage", ([], None)),
            ("chainHead_v1_unpin", ()),
        ):
            assert await client.error(method, follow, block_hash, *arguments) == INVALID_BLOCK


async def test_unpins_all_or_nothing() -> None:
    node = SmallNode()
    hashes = hexed(node.chain.genesis_hash, *(each.hash for each in node.grow(3)))
    async with serving(node.chain) as peer:
        client = await peer.connect()
        follow, _ = await begun(client)
        assert pins(node.chain) == 4
        wrong = [*hashes[:2], UNKNOWN]
        assert await client.error("chainHead_v1_unpin", follow, wrong) == INVALID_BLOCK
        twice = [hashes[1], hashes[2], hashes[1]]
        assert await client.error("chainHead_v1_unpin", follow, twice) == DUPLICATE_HASHES
        assert pins(node.chain) == 4
        assert await client.call("chainHead_v1_unpin", follow, hashes[1:]) is None
        assert pins(node.chain) == 1
        assert await client.call("chainHead_v1_unpin", follow, []) is None


async def test_pins_belong_to_one_subscription() -> None:
    node = SmallNode()
    (genesis,) = hexed(node.chain.genesis_hash)
    async with serving(node.chain) as peer:
        client = await peer.connect()
        one, _ = await begun(client)
        two, _ = await begun(client)
        assert pins(node.chain) == 2
        await client.call("chainHead_v1_unpin", one, genesis)
        assert await client.error("chainHead_v1_header", one, genesis) == INVALID_BLOCK
        assert await client.call("chainHead_v1_header", two, genesis)


async def test_dead_subscriptions_are_answered_and_not_refused() -> None:
    node = SmallNode()
    (genesis,) = hexed(node.chain.genesis_hash)
    async with serving(node.chain) as peer:
        client, other = await peer.connect(), await peer.connect()
        follow, _ = await begun(client, with_runtime=True)
        alive = await client.call("chainHead_v1_header", follow, genesis)
        for caller, wait in ((other, False), (client, True)):
            if wait:
                assert await client.call("chainHead_v1_unfollow", follow) is None
            for method, arguments, answer in (
                ("header", (genesis,), None),
                ("body", (genesis,), LIMIT_REACHED),
                ("call", (genesis, "Core_version", "0x"), LIMIT_REACHED),
                ("storage", (genesis, [], None), LIMIT_REACHED),
                ("continue", ("0",), None),
                ("stopOperation", ("0",), None),
                ("unpin", (genesis,), None),
                ("unfollow", (), None),
            ):
                name = f"chainHead_v1_{method}"
                assert await caller.call(name, follow, *arguments) == answer
            if not wait:
                assert await client.call("chainHead_v1_header", follow, genesis) == alive
        await trio.testing.wait_all_tasks_blocked()
        assert pins(node.chain) == 0


async def test_unfollowing_ends_the_events() -> None:
    node = SmallNode()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        follow, _ = await begun(client)
        other, _ = await begun(client)
        await client.call("chainHead_v1_unfollow", follow)
        node.make()
        await client.events(other, "bestBlockChanged")
        assert client.waiting(follow) == []


async def test_leaving_releases_everything() -> None:
    node = SmallNode()
    node.grow(3)
    async with serving(node.chain) as peer:
        client, other = await peer.connect(), await peer.connect()
        for each in (client, client, other):
            await begun(each)
        assert pins(node.chain) == 12
        await client.ws.stream.aclose()
        await trio.testing.wait_all_tasks_blocked()
        assert pins(node.chain) == 4


async def test_follows_are_limited_per_connection() -> None:
    node = SmallNode()
    async with serving(node.chain) as peer:
        client, other = await peer.connect(), await peer.connect()
        follows = [(await begun(client))[0] for _ in range(MAX_FOLLOWS_PER_CONNECTION)]
        assert await client.error("chainHead_v1_follow", False) == TOO_MANY_FOLLOWS
        await begun(other)
        await client.call("chainHead_v1_unfollow", follows[0])
        await begun(client)


async def test_too_many_pinned_blocks_stop_a_subscription(monkeypatch: pytest.MonkeyPatch) -> None:
    def make(pinning: chain_head_follow.Pinning) -> chain_head_follow.Follow:
        return chain_head_follow.Follow(pinning, FollowLimits(pinned=3, age=100))

    monkeypatch.setattr(chain_head_session, "Follow", make)
    node = SmallNode()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        careless, _ = await begun(client)
        careful, _ = await begun(client)
        last = node.chain.genesis_hash
        for _ in range(6):
            block = node.make().block
            node.chain.finalize(block.hash)
            await client.events(careful, "finalized")
            await client.call("chainHead_v1_unpin", careful, hexed(last))
            last = block.hash
        events = await client.events(careless, "stop")
        assert [event["event"] for event in events].count("finalized") == 3
        assert pins(node.chain) == 1


async def test_a_client_that_does_not_read_gets_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parachain.rpc.chain_feed.MAX_BEHIND", 4)
    node = SmallNode()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        follow, _ = await begun(client)
        node.grow(7)  # told at once: one is taken, four wait, then the subscription is cut off
        events = await client.events(follow, "stop")
        assert sum(event["event"] == "newBlock" for event in events) == 5
        assert pins(node.chain) == 0


async def test_without_runtime_there_are_no_calls() -> None:
    node = SmallNode()
    (genesis,) = hexed(node.chain.genesis_hash)
    async with serving(node.chain) as peer:
        client = await peer.connect()
        follow, _ = await begun(client)
        call = ("chainHead_v1_call", follow, genesis, "Core_version", "0x")
        assert await client.error(*call) == NEEDS_RUNTIME


async def test_over_http_no_subscription_is_alive() -> None:
    node = SmallNode()
    (genesis,) = hexed(node.chain.genesis_hash)
    async with serving(node.chain) as peer:
        client = peer.http()
        assert (await client.call("chainHead_v1_follow", False))["error"]["code"] == -32603
        answer = await client.call("chainHead_v1_body", "abc", genesis)
        assert answer["result"] == LIMIT_REACHED


HASH = "0x" + "00" * 32
HOSTILE = [
    ("chainHead_v1_follow", ()),
    ("chainHead_v1_follow", ("true",)),
    ("chainHead_v1_follow", (1,)),
    ("chainHead_v1_unfollow", ()),
    ("chainHead_v1_unfollow", (None,)),
    ("chainHead_v1_header", ("a",)),
    ("chainHead_v1_header", (5, HASH)),
    ("chainHead_v1_header", ("a", "0x00")),
    ("chainHead_v1_header", ("a", HASH[2:])),
    ("chainHead_v1_body", ("a", [HASH])),
    ("chainHead_v1_call", ("a", HASH, "Core_version")),
    ("chainHead_v1_call", ("a", HASH, "Core_version", "0x0")),
    ("chainHead_v1_call", ("a", HASH, 1, "0x")),
    ("chainHead_v1_storage", ("a", HASH, None, None)),
    ("chainHead_v1_storage", ("a", HASH, [{}], None)),
    ("chainHead_v1_storage", ("a", HASH, [{"key": "0x", "type": "values"}], None)),
    ("chainHead_v1_storage", ("a", HASH, [{"key": "zz", "type": "value"}], None)),
    ("chainHead_v1_storage", ("a", HASH, [], 5)),
    ("chainHead_v1_continue", ("a",)),
    ("chainHead_v1_stopOperation", ("a", {})),
    ("chainHead_v1_unpin", ("a",)),
    ("chainHead_v1_unpin", ("a", None)),
    ("chainHead_v1_unpin", ("a", [HASH, 3])),
]


async def test_wrong_parameters_are_refused() -> None:
    node = SmallNode()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        for method, arguments in HOSTILE:
            assert await client.error(method, *arguments) == -32602, (method, arguments)
        assert pins(node.chain) == 0


async def test_parameters_by_name() -> None:
    node = SmallNode()
    (genesis,) = hexed(node.chain.genesis_hash)
    async with serving(node.chain) as peer:
        client = await peer.connect()
        follow, _ = await begun(client)
        named = {"followSubscription": follow, "hashOrHashes": genesis}
        call = {"jsonrpc": "2.0", "id": "n", "method": "chainHead_v1_unpin", "params": named}
        await client.ws.send(call)
        assert (await client.ws.receive())["result"] is None
        assert pins(node.chain) == 0
