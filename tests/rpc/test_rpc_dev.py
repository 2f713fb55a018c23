"""engine_* and dev_*: a development chain driven by its developer."""

import pytest

from parachain.client.chain.opening import ChainConfig
from parachain.client.executor.executor import RuntimePanic
from parachain.client.state import Pruning
from parachain.runtime.frame.ext import Ext
from tests.client.chain.real_node import UNIT
from tests.client.chain.small_node import ALICE, BOB, SmallNode
from tests.rpc.legacy_node import LegacyNode, RpcFailure, hexed, real_node

UNKNOWN = hexed(b"\xaa" * 32)


async def test_creating_blocks() -> None:
    node = real_node()
    empty = await node.call("engine_createBlock", False, False)
    assert empty == RpcFailure(
        12_000,
        "Transaction pool is empty, set create_empty to true, if you want to create empty blocks",
    )
    created = await node.call("engine_createBlock", True, False, None)
    assert created == {
        "hash": hexed(node.chain.best.hash),
        "aux": {
            "header_only": False,
            "clear_justification_requests": False,
            "needs_justification": False,
            "bad_justification": False,
            "is_new_best": True,
        },
        "proof_size": 0,
    }
    genesis = hexed(node.chain.genesis_hash)
    await node.call("engine_createBlock", True, True, created["hash"])
    assert node.chain.finalised == node.chain.best
    assert node.authoring.asked[-1][:3] == (True, True, bytes.fromhex(created["hash"][2:]))
    missing = await node.call("engine_createBlock", True, False, UNKNOWN)
    assert missing == RpcFailure(13_000, f"Supplied parent_hash: {UNKNOWN} doesn't exist in chain")
    assert (await node.call("engine_createBlock", "yes", False)).code == -32602
    node.authoring.refuses = "no key of this node belongs to an authority"
    assert await node.call("engine_createBlock", True, False, genesis) == RpcFailure(
        14_000, "Consensus Error: no key of this node belongs to an authority"
    )


async def test_finalising_blocks() -> None:
    node = real_node()
    created = await node.call("engine_createBlock", True, False)
    assert await node.call("engine_finalizeBlock", created["hash"]) is True
    assert hexed(node.chain.finalised.hash) == created["hash"]
    assert await node.call("engine_finalizeBlock", created["hash"], [1, 2]) is True
    answer = await node.call("engine_finalizeBlock", UNKNOWN, None)
    assert answer == RpcFailure(16_000, "Finalization Error: unknown block")


async def test_new_blocks() -> None:
    node = real_node()
    assert await node.call("dev_newBlock") == hexed(node.chain.best.hash)
    assert node.chain.best.number == 1
    assert await node.call("dev_newBlock", {"count": 3}) == hexed(node.chain.best.hash)
    assert node.chain.best.number == 4
    await node.call("dev_newBlock", {"to": 6})
    assert node.chain.best.number == 6
    for wish in ({"to": 2}, {"count": 0}, {}, {"count": None}):
        before = node.chain.best.number
        await node.call("dev_newBlock", wish)
        assert node.chain.best.number == before + 1
    node.authoring.refuses = "no"
    assert await node.call("dev_newBlock") == RpcFailure(1, "no")


async def test_new_blocks_with_given_transactions() -> None:
    node = real_node()
    assert node.authoring._node is not None
    extrinsic = node.authoring._node.transfer(ALICE, 0, BOB.public, UNIT)
    block = await node.call("dev_newBlock", {"count": 2, "transactions": [hexed(extrinsic)]})
    header = node.chain.header(bytes.fromhex(block[2:]))
    assert header is not None
    body = node.chain.body(header.parent_hash)
    assert body is not None
    assert extrinsic in body


@pytest.mark.parametrize(
    ("name", "argument", "where"),
    [
        ("dev_newBlock", {"dmp": []}, "params.dmp: not supported"),
        ("dev_newBlock", {"unsafeBlockHeight": 7}, "params.unsafeBlockHeight: not supported"),
        ("dev_newBlock", {"count": -1}, "params.count: expected an unsigned integer"),
        ("dev_newBlock", {"transactions": ["x"]}, "params.transactions[0]: expected a 0x"),
        ("dev_newBlock", 3, "params: expected an object"),
        ("dev_setStorage", {"System": {}}, "values: values by pallet and item are not supported"),
        ("dev_setStorage", [["0x"]], "values[0]: expected [key, value or null]"),
        ("dev_setStorage", [["0x", 5]], "values[0]: expected a 0x-prefixed hex string"),
        ("dev_setStorage", None, "values: expected an array"),
        ("dev_setHead", "0x12", "hashOrNumber: expected 0x and 64 hex digits"),
        ("dev_setHead", True, "hashOrNumber: expected 0x and 64 hex digits"),
        ("dev_timeTravel", 1.5, "date: expected a date or milliseconds"),
        ("dev_timeTravel", None, "date: expected a date or milliseconds"),
    ],
)
async def test_wrong_parameters(name: str, argument: object, where: str) -> None:
    answer = await real_node().call(name, argument)
    assert answer.code == -32602, answer
    assert answer.data.startswith(where), answer.data


async def test_setting_storage() -> None:
    node = real_node()
    answer = await node.call("dev_setStorage", [["0x01", "0x02"], ["0x03", None]])
    assert answer == hexed(node.chain.best.hash)
    assert node.authoring.asked == [((b"\x01", b"\x02"), (b"\x03", None))]
    best = hexed(node.chain.best.hash)
    assert await node.call("dev_setStorage", [], best) == hexed(node.chain.best.hash)
    stale = await node.call("dev_setStorage", [], best)
    assert stale == RpcFailure(1, "storage can be changed above the best block only")
    node.authoring.refuses = "no"
    assert await node.call("dev_setStorage", []) == RpcFailure(1, "no")


async def test_setting_the_head() -> None:
    node = real_node()
    await node.call("dev_newBlock", {"count": 5})
    hashes = await node.call("chain_getBlockHash", [0, 1, 2, 3, 4, 5])
    assert await node.call("dev_setHead", hashes[4]) == hashes[4]
    assert node.chain.best.number == 4
    assert await node.call("dev_setHead", -1) == hashes[3]
    assert await node.call("dev_setHead", 0) == hashes[3]
    assert await node.call("dev_setHead", 1) == hashes[1]
    assert node.chain.best.number == 1
    for wrong in (UNKNOWN, 9, -9, (1 << 64) - 1):
        assert await node.call("dev_setHead", wrong) == RpcFailure(1, f"Block not found {wrong}")
    node.authoring.refuses = "no"
    assert await node.call("dev_setHead", 1) == RpcFailure(1, "no")


@pytest.mark.parametrize(
    ("date", "timestamp_ms"),
    [
        (1_700_000_000_000, 1_700_000_000_000),
        ("2023-01-01", 1_672_531_200_000),
        ("2023-01-01T00:00:00Z", 1_672_531_200_000),
        ("2023-01-01T01:00:00.250+01:00", 1_672_531_200_250),
        ("Jan 1, 2023", 1_672_531_200_000),
        ("January 1, 2023", 1_672_531_200_000),
    ],
)
async def test_time_travel(date: object, timestamp_ms: int) -> None:
    node = real_node()
    assert await node.call("dev_timeTravel", date) == timestamp_ms
    assert node.authoring.travelled_to == timestamp_ms


async def test_time_travel_to_nowhere() -> None:
    node = real_node()
    hostile: list[object] = ["tomorrow", "", "0001-01-01", -1, 1 << 60, "9" * 10_000]
    for date in hostile:
        assert await node.call("dev_timeTravel", date) == RpcFailure(1, "Invalid date")
    node.authoring.refuses = "the time of the chain only goes forward"
    answer = await node.call("dev_timeTravel", 1)
    assert answer == RpcFailure(1, "the time of the chain only goes forward")


async def test_block_stats() -> None:
    node = real_node()
    assert node.authoring._node is not None
    block = node.authoring._node.make(
        node.authoring._node.transfer(ALICE, 0, BOB.public, UNIT)
    ).block
    stats = await node.call("dev_getBlockStats", hexed(block.hash))
    assert list(stats) == ["witnessLen", "witnessCompactLen", "blockLen", "numExtrinsics"]
    assert stats["numExtrinsics"] == 3
    seal = 1 + 4 + 2 + 64  # variant, engine, length, signature
    assert stats["blockLen"] == len(block.encoded_header) - seal + 1 + sum(
        map(len, block.extrinsics)
    )
    assert 0 < stats["witnessCompactLen"] < stats["witnessLen"]
    assert await node.call("dev_getBlockStats", UNKNOWN) is None
    assert await node.call("dev_getBlockStats", hexed(node.chain.genesis_hash)) is None
    assert (await node.call("dev_getBlockStats", UNKNOWN, allows_unsafe=False)).code == -32601


async def test_stats_of_blocks_that_cannot_be_executed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = SmallNode(config=ChainConfig(state_pruning=Pruning(1)))
    blocks = small.grow(4)
    small.chain.finalize(blocks[3].hash)
    node = LegacyNode(small.chain)
    assert await node.call("dev_getBlockStats", hexed(blocks[1].hash)) is None

    def panic(_ext: Ext, _args: bytes) -> bytes:
        raise RuntimePanic("the state was changed outside any extrinsic")

    monkeypatch.setattr(small.runtime, "Core_execute_block", panic)
    assert await node.call("dev_getBlockStats", hexed(blocks[3].hash)) == RpcFailure(
        6003,
        "Failed to re-execute the specified block",
        "the state was changed outside any extrinsic",
    )
