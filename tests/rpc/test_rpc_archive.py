"""archive_v1_*: blocks by number and hash, runtime calls, storage of any block."""

from typing import Any

import pytest
import trio.testing

from parachain.client.chain.genesis import GenesisState
from parachain.client.chain.opening import open_chain
from parachain.client.crypto.hashing import blake2_256
from parachain.client.database import MemoryStore
from parachain.client.executor.native import NativeExecutor
from parachain.client.state import UnknownState
from parachain.rpc import archive_storage
from parachain.rpc.chain_head_storage import PageLimits
from tests.client.chain.small_node import SmallNode
from tests.client.chain.small_runtime import put
from tests.rpc.spec_node import SpecClient, hexed, real_node, serving

UNKNOWN = "0x" + "ab" * 32
STORAGE_EVENT = "archive_v1_storageEvent"


def hex_of(data: bytes) -> str:
    return "0x" + data.hex()


def item(key: bytes, kind: str, start: bytes | None = None) -> dict[str, str]:
    found = {"key": hex_of(key), "type": kind}
    return found if start is None else {**found, "paginationStartKey": hex_of(start)}


async def stored(
    client: SpecClient, block: str, items: list[dict[str, str]], child: str | None = None
) -> list[dict[str, Any]]:
    """Subscribe to storage; return the entries without their event name."""
    subscription = await client.call("archive_v1_storage", block, items, child)
    entries = []
    while (event := await client.event(subscription, STORAGE_EVENT))["event"] == "storage":
        del event["event"]
        entries.append(event)
    assert event == {"event": "storageDone"}
    return entries


async def test_blocks_by_number() -> None:
    node = SmallNode()
    first = node.grow(2)
    fork = node.make(parent=node.chain.genesis_hash, skip=5).block
    async with serving(node.chain) as peer:
        client = await peer.connect()

        async def at(height: int) -> Any:
            return await client.call("archive_v1_hashByHeight", height)

        (genesis,) = hexed(node.chain.genesis_hash)
        assert await client.call("archive_v1_genesisHash") == genesis
        assert await client.call("archive_v1_finalizedHeight") == 0
        assert await at(0) == [genesis]
        assert await at(1) == hexed(first[0].hash, fork.hash)
        assert await at(2) == hexed(first[1].hash)
        assert await at(3) == await at(1 << 32) == await at((1 << 64) - 1) == []
        node.chain.finalize(fork.hash)
        assert await client.call("archive_v1_finalizedHeight") == 1
        assert await at(1) == hexed(fork.hash)


async def test_headers_and_bodies() -> None:
    node = SmallNode()
    block = node.make(put(b"a", b"1")).block
    (block_hash,) = hexed(block.hash)
    async with serving(node.chain) as peer:
        client = await peer.connect()
        header = await client.call("archive_v1_header", block_hash)
        assert header == hex_of(block.encoded_header)
        assert await client.call("archive_v1_body", block_hash) == hexed(*block.extrinsics)
        assert await client.call("archive_v1_header", UNKNOWN) is None
        assert await client.call("archive_v1_body", UNKNOWN) is None
        assert (await peer.http().call("archive_v1_body", block_hash))["result"]


async def test_runtime_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    node = real_node()
    (genesis,) = hexed(node.chain.genesis_hash)
    async with serving(node.chain) as peer:
        client = await peer.connect()

        async def call(block: str, function: str, args: str) -> Any:
            return await client.call("archive_v1_call", block, function, args)

        answer = await call(genesis, "Core_version", "0x")
        output = node.chain.runtime_call(node.chain.genesis_hash, "Core_version", b"")
        assert answer == {"success": True, "value": hex_of(output)}
        assert await call(UNKNOWN, "Core_version", "0x") is None
        for function, args in (("Core_no", "0x"), ("Metadata_metadata_at_version", "0x01")):
            answer = await call(genesis, function, args)
            assert answer.pop("error")
            assert answer == {"success": False}

        def pruned(*_: object) -> None:
            raise UnknownState(bytes(32))

        monkeypatch.setattr(node.chain, "runtime_call", pruned)
        assert (await call(genesis, "Core_version", ""))["success"] is False


async def test_storage() -> None:
    node = SmallNode()
    old = node.make(put(b"a", b"1"), put(b"b", b"2")).block
    node.make(put(b"a", b"other"))
    (block,) = hexed(old.hash)
    a, b = b"valuea", b"valueb"
    async with serving(node.chain) as peer:
        client = await peer.connect()
        queries = [
            item(a, "value"),
            item(b, "hash"),
            item(b"missing", "value"),
            item(b"value", "closestDescendantMerkleValue"),
        ]
        merkle_value = node.chain.state_at(old.hash).closest_descendant_merkle_value(b"value")
        assert merkle_value is not None
        assert await stored(client, block, queries) == [
            {"key": hex_of(a), "value": hex_of(b"1")},
            {"key": hex_of(b), "hash": hex_of(blake2_256(b"2"))},
            {"key": hex_of(b"value"), "closestDescendantMerkleValue": hex_of(merkle_value)},
        ]
        assert await stored(client, block, []) == []


async def test_descendants_from_a_key_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_storage, "PAGE", PageLimits(2, 1 << 20))
    node = SmallNode()
    letters = "abcdefg"
    block = node.make(*(put(each.encode(), b"1") for each in letters)).block

    async with serving(node.chain) as peer:
        client = await peer.connect()

        async def keys(start: bytes | None) -> str:
            query = item(b"value", "descendantsHashes", start)
            entries = await stored(client, hex_of(block.hash), [query])
            found = [bytes.fromhex(entry["key"][2:]) for entry in entries]
            assert all(key.startswith(b"value") for key in found)
            return b"".join(key[5:] for key in found).decode()

        assert await keys(None) == await keys(b"") == await keys(b"value") == letters
        assert await keys(b"valuec") == "defg"
        assert await keys(b"valuec0") == "defg"
        assert await keys(b"valueg") == await keys(b"w") == ""


async def test_child_tries() -> None:
    genesis = GenesisState({b":code": b"\0asm"}, {b"child": {b"x": b"1"}})
    chain = open_chain(MemoryStore(), genesis, NativeExecutor())
    (block,) = hexed(chain.genesis_hash)
    async with serving(chain) as peer:
        client = await peer.connect()
        entry = {"key": hex_of(b"x"), "childTrieKey": hex_of(b"child")}
        entries = await stored(client, block, [item(b"x", "value")], hex_of(b"child"))
        assert entries == [{**entry, "value": hex_of(b"1")}]
        assert await stored(client, block, [item(b"x", "value")], hex_of(b"none")) == []


async def test_storage_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    node = SmallNode()
    (genesis,) = hexed(node.chain.genesis_hash)
    async with serving(node.chain) as peer:
        client = await peer.connect()

        async def error(block: str) -> Any:
            subscription = await client.call("archive_v1_storage", block, [], None)
            event = await client.event(subscription)
            assert event["event"] == "storageError"
            return event["error"]

        assert await error(UNKNOWN) == f"unknown block {UNKNOWN}"

        def pruned(_hash: bytes) -> None:
            raise UnknownState(bytes(32))

        monkeypatch.setattr(node.chain, "state_at", pruned)
        assert "pruned" in await error(genesis)


async def test_stopping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_storage, "MAX_STORAGES_PER_CONNECTION", 2)
    node = SmallNode()
    node.make(*(put(bytes([number]), bytes(9000)) for number in range(200)))
    (block,) = hexed(node.chain.best.hash)
    query = [item(b"value", "descendantsValues")]
    async with serving(node.chain) as peer:
        client, other = await peer.connect(), await peer.connect()
        one = await client.call("archive_v1_storage", block, query * 3)
        two = await client.call("archive_v1_storage", block, query * 3)
        assert await client.error("archive_v1_storage", block, query) == -32006
        assert await other.call("archive_v1_stopStorage", one) is None
        assert (await client.event(one))["event"] == "storage"
        assert await client.call("archive_v1_stopStorage", one) is None
        assert await client.call("archive_v1_stopStorage", one) is None
        assert len(await client.events(two, "storageDone")) == 601
        assert all(event["event"] == "storage" for event in client.waiting(one))
        await trio.testing.wait_all_tasks_blocked()
        again = await client.call("archive_v1_storage", block, [])
        assert await client.event(again) == {"event": "storageDone"}


HASH = "0x" + "00" * 32
HOSTILE = [
    ("archive_v1_hashByHeight", (-1,)),
    ("archive_v1_hashByHeight", ("0x1",)),
    ("archive_v1_hashByHeight", (1.5,)),
    ("archive_v1_hashByHeight", ()),
    ("archive_v1_header", ("0x",)),
    ("archive_v1_body", (None,)),
    ("archive_v1_call", (HASH, "Core_version")),
    ("archive_v1_call", (HASH, None, "0x")),
    ("archive_v1_storage", (HASH, {})),
    ("archive_v1_storage", (HASH, [item(b"", "values")])),
    ("archive_v1_storage", (HASH, [item(b"", "value", b"")])),
    ("archive_v1_storage", (HASH, [{"key": "0x", "type": "hash", "paginationStartKey": 1}])),
    ("archive_v1_storageDiff", (HASH, [{"key": "0x"}])),
    ("archive_v1_storageDiff", (HASH, [{"returnType": "both"}])),
    ("archive_v1_storageDiff", (HASH, [], "0x")),
    ("archive_v1_stopStorage", ()),
    ("archive_v1_stopStorageDiff", (1,)),
]


async def test_wrong_parameters_are_refused() -> None:
    node = SmallNode()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        for method, arguments in HOSTILE:
            assert await client.error(method, *arguments) == -32602, (method, arguments)
