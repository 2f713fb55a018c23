"""chain_*: headers and blocks, and the order in which heads are told."""

from typing import Any

import pytest

from parachain.client.chain.block import Block
from parachain.primitives.digest import DIGEST_ITEM
from tests.client.chain.real_node import UNIT, RealNode
from tests.client.chain.small_node import ALICE, BOB, SmallNode
from tests.rpc.legacy_node import LegacyNode, RpcFailure, hexed, real_genesis, settle
from tests.rpc.rpc_peer import WsClient

UNKNOWN = hexed(b"\xaa" * 32)


def rendered(block: Block) -> dict[str, object]:
    header = block.header
    return {
        "parentHash": hexed(header.parent_hash),
        "number": hex(header.number),
        "stateRoot": hexed(header.state_root),
        "extrinsicsRoot": hexed(header.extrinsics_root),
        "digest": {"logs": [hexed(DIGEST_ITEM.encode(item)) for item in header.digest]},
    }


async def test_headers_and_blocks() -> None:
    node = RealNode(real_genesis())
    block = node.make(node.transfer(ALICE, 0, BOB.public, UNIT)).block
    legacy = LegacyNode(node.chain, node)
    assert await legacy.call("chain_getHeader") == rendered(block)
    assert await legacy.call("chain_getHeader", hexed(block.hash)) == rendered(block)
    signed = await legacy.call("chain_getBlock", hexed(block.hash))
    assert signed == {
        "block": {
            "header": rendered(block),
            "extrinsics": [hexed(extrinsic) for extrinsic in block.extrinsics],
        },
        "justifications": None,
    }
    assert len(block.extrinsics) == 3
    assert await legacy.call("chain_getBlock") == signed
    genesis = await legacy.call("chain_getHeader", hexed(node.chain.genesis_hash))
    assert genesis["number"] == "0x0"
    assert genesis["digest"] == {"logs": []}
    assert await legacy.call("chain_getHeader", UNKNOWN) is None
    assert await legacy.call("chain_getBlock", UNKNOWN) is None


async def test_justifications_are_arrays_of_numbers() -> None:
    small = SmallNode()
    (block,) = small.grow(1)
    small.chain.finalize(block.hash, ((b"FRNK", b"\x01\x02"),))
    signed = await LegacyNode(small.chain).call("chain_getBlock", hexed(block.hash))
    assert signed["justifications"] == [[[70, 82, 78, 75], [1, 2]]]


@pytest.mark.parametrize("name", ["chain_getBlockHash", "chain_getHead"])
async def test_hashes_by_number(name: str) -> None:
    small = SmallNode()
    genesis = hexed(small.chain.genesis_hash)
    one, two = (hexed(block.hash) for block in small.grow(2))
    node = LegacyNode(small.chain)
    assert await node.call(name) == two
    assert await node.call(name, None) == two
    assert await node.call(name, 0) == genesis
    assert await node.call(name, "0x1") == one
    assert await node.call(name, 3) is None
    assert await node.call(name, [2, "0x00", 7]) == [two, genesis, None]
    assert await node.call(name, []) == []
    limit = "the max block number is u32."
    assert await node.call(name, 1 << 32) == RpcFailure(
        3001, f"`Number(4294967296)` > u32::MAX, {limit}"
    )
    assert (await node.call(name, [0, hex(1 << 70)])).code == 3001
    hostile: list[object] = [-1, 1.5, "1", "0x", True, {}, [None], [[1]]]
    for wrong in hostile:
        assert (await node.call(name, wrong)).code == -32602


@pytest.mark.parametrize("name", ["chain_getFinalizedHead", "chain_getFinalisedHead"])
async def test_the_finalised_head(name: str) -> None:
    small = SmallNode()
    blocks = small.grow(2)
    node = LegacyNode(small.chain)
    assert await node.call(name) == hexed(small.chain.genesis_hash)
    small.chain.finalize(blocks[0].hash)
    assert await node.call(name) == hexed(blocks[0].hash)


async def numbers(client: WsClient, method: str, identifier: str, count: int) -> list[Any]:
    """Read notifications and return the numbers of their headers."""
    found = []
    for _ in range(count):
        message = await client.receive()
        assert message["method"] == method
        assert message["params"]["subscription"] == identifier
        found.append(int(message["params"]["result"]["number"], 16))
    return found


@pytest.mark.parametrize(
    ("subscribe", "notification", "unsubscribe"),
    [
        ("chain_subscribeAllHeads", "chain_allHead", "chain_unsubscribeAllHeads"),
        ("chain_subscribeNewHeads", "chain_newHead", "chain_unsubscribeNewHeads"),
        ("chain_subscribeNewHead", "chain_newHead", "chain_unsubscribeNewHead"),
        ("subscribe_newHead", "chain_newHead", "unsubscribe_newHead"),
    ],
)
async def test_new_heads(subscribe: str, notification: str, unsubscribe: str) -> None:
    small = SmallNode()
    small.grow(2)
    node = LegacyNode(small.chain)
    async with node.client() as client:
        identifier = await client.call(subscribe)
        assert await numbers(client, notification, identifier, 1) == [2]
        small.grow(3)
        assert await numbers(client, notification, identifier, 3) == [3, 4, 5]
        assert await client.call(unsubscribe, identifier) is True
        assert await client.call(unsubscribe, identifier) is False
        small.grow(1)
        await settle()
        assert await client.call("chain_getBlockHash", 0) == hexed(small.chain.genesis_hash)


async def test_forks_are_new_heads_once_they_are_best() -> None:
    first, second = SmallNode(), SmallNode()
    ours = first.grow(2)
    theirs = second.grow(3, skip=5)
    node = LegacyNode(first.chain)
    async with node.client() as client:
        best = await client.call("chain_subscribeNewHeads")
        assert await numbers(client, "chain_newHead", best, 1) == [2]
        every = await client.call("chain_subscribeAllHeads")
        assert await numbers(client, "chain_allHead", every, 1) == [2]
        first.take(*theirs)
        seen = [await client.receive() for _ in range(4)]
        by_id = [(m["params"]["subscription"], m["params"]["result"]) for m in seen]
        assert [header for each, header in by_id if each == best] == [rendered(theirs[2])]
        assert [header for each, header in by_id if each == every] == [
            rendered(block) for block in theirs
        ]
    assert first.chain.best.hash != ours[1].hash


async def test_a_head_set_by_the_operator_is_new() -> None:
    small = SmallNode()
    blocks = small.grow(4)
    node = LegacyNode(small.chain)
    async with node.client() as client:
        identifier = await client.call("chain_subscribeNewHeads")
        assert await numbers(client, "chain_newHead", identifier, 1) == [4]
        small.chain.set_head(blocks[1].hash)
        small.grow(1, skip=3)
        assert await numbers(client, "chain_newHead", identifier, 2) == [2, 3]


@pytest.mark.parametrize("spelling", ["Finalized", "Finalised"])
async def test_every_finalised_block_is_told_in_order(spelling: str) -> None:
    small = SmallNode()
    blocks = small.grow(6)
    small.chain.finalize(blocks[0].hash)
    node = LegacyNode(small.chain)
    async with node.client() as client:
        identifier = await client.call(f"chain_subscribe{spelling}Heads")
        assert await numbers(client, "chain_finalizedHead", identifier, 1) == [1]
        small.chain.finalize(blocks[4].hash)
        small.chain.finalize(blocks[5].hash)
        assert await numbers(client, "chain_finalizedHead", identifier, 5) == [2, 3, 4, 5, 6]
        assert await client.call(f"chain_unsubscribe{spelling}Heads", identifier) is True


async def test_news_that_the_snapshot_holds_already_is_not_told_again() -> None:
    small = SmallNode()
    node = LegacyNode(small.chain)
    async with node.client() as client:
        small.grow(3)  # told to the feed, which has not passed it on yet
        identifier = await client.call("chain_subscribeNewHeads")
        assert await numbers(client, "chain_newHead", identifier, 1) == [3]
        small.grow(1)
        assert await numbers(client, "chain_newHead", identifier, 1) == [4]


async def test_a_subscription_far_behind_is_ended_with_an_error() -> None:
    small = SmallNode()
    node = LegacyNode(small.chain)
    async with node.client() as client:
        identifier = await client.call("chain_subscribeAllHeads")
        assert await numbers(client, "chain_allHead", identifier, 1) == [0]
        small.grow(300)
        found: list[Any] = []
        while "result" in (message := await client.receive())["params"]:
            found.append(int(message["params"]["result"]["number"], 16))
        assert found == list(range(1, len(found) + 1))
        assert message["params"]["error"]["code"] == -32000
