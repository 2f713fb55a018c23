"""archive_v1_storageDiff: what changed between blocks, on forks, in child tries."""

from typing import Any

import pytest

from parachain.client.crypto.hashing import blake2_256
from parachain.client.database import MemoryStore, WriteBatch
from parachain.client.state import Pruning, StateAt, StateDb
from parachain.primitives.trie import EMPTY_ROOT
from tests.client.chain.small_node import SmallNode
from tests.client.chain.small_runtime import put
from tests.rpc.spec_node import SpecClient, hexed, serving

UNKNOWN = "0x" + "ab" * 32


def hex_of(data: bytes) -> str:
    return "0x" + data.hex()


async def differences(client: SpecClient, *arguments: object) -> list[dict[str, Any]]:
    """Subscribe; return the entries without their event name, or the only event, an error."""
    subscription = await client.call("archive_v1_storageDiff", *arguments)
    entries = []
    while (event := await client.event(subscription, "archive_v1_storageDiffEvent"))[
        "event"
    ] == "storageDiff":
        del event["event"]
        entries.append(event)
    if event["event"] == "storageDiffDone":
        assert len(event) == 1
        return entries
    assert not entries
    return [event]


async def test_between_blocks() -> None:
    node = SmallNode()
    one = node.make(put(b"a", b"1")).block
    two = node.make(put(b"a", b"2"), put(b"b", b"3")).block
    fork = node.make(put(b"b", b"9"), parent=one.hash, skip=3).block
    genesis, first, second, other = hexed(node.chain.genesis_hash, one.hash, two.hash, fork.hash)
    a, b = hex_of(b"valuea"), hex_of(b"valueb")
    items = [{"key": hex_of(b"value"), "returnType": "value"}]
    added_b = {"key": b, "value": hex_of(b"3"), "type": "added"}
    async with serving(node.chain) as peer:
        client = await peer.connect()
        assert await differences(client, second, items) == [
            {"key": a, "value": hex_of(b"2"), "type": "modified"},
            added_b,
        ]
        assert await differences(client, second, items, genesis) == [
            {"key": a, "value": hex_of(b"2"), "type": "added"},
            added_b,
        ]
        assert await differences(client, second, items, second) == []
        assert await differences(client, other, items, first) == [
            {"key": b, "value": hex_of(b"9"), "type": "added"}
        ]
        hashes = [{"key": b, "returnType": "hash"}]
        assert await differences(client, second, hashes) == [
            {"key": b, "hash": hex_of(blake2_256(b"3")), "type": "added"}
        ]
        everything = await differences(client, second)
        assert everything == await differences(client, second, [])
        assert everything == await differences(client, second, [{"returnType": "value"}], first)
        assert added_b in everything
        assert [entry["key"] for entry in everything] == sorted(e["key"] for e in everything)


async def test_what_cannot_be_compared() -> None:
    node = SmallNode()
    one, two = node.grow(2)
    fork = node.make(parent=one.hash, skip=3).block
    genesis, first, second, other = hexed(node.chain.genesis_hash, one.hash, two.hash, fork.hash)
    async with serving(node.chain) as peer:
        client = await peer.connect()
        for arguments, reason in (
            ((genesis,), "the genesis block has no parent"),
            ((UNKNOWN,), f"unknown block {UNKNOWN}"),
            ((first, [], UNKNOWN), f"unknown block {UNKNOWN}"),
            ((second, [], other), f"{other} is not an ancestor of {second}"),
            ((other, [], second), f"{second} is not an ancestor of {other}"),
            ((first, [], second), f"{second} is not an ancestor of {first}"),
        ):
            (event,) = await differences(client, *arguments)
            assert event == {"event": "storageDiffError", "error": reason}


async def test_overlapping_items_tell_an_entry_once() -> None:
    node = SmallNode()
    block = node.make(put(b"a", b"1")).block
    async with serving(node.chain) as peer:
        client = await peer.connect()
        items = [
            {"key": hex_of(key), "returnType": kind}
            for key in (b"valuea", b"value", b"valuea")
            for kind in ("value", "hash")
        ]
        found = await differences(client, hex_of(block.hash), items)
        assert [sorted(entry) for entry in found] == [
            ["hash", "key", "type"],
            ["key", "type", "value"],
        ]


def states(*contents: tuple[dict[bytes, bytes], dict[bytes, bytes]]) -> list[StateAt]:
    """Store states of a main trie and a child trie each."""
    store = MemoryStore()
    database = StateDb(store, Pruning())
    found = []
    for number, (main, child) in enumerate(contents):
        change = database.at(EMPTY_ROOT).change(main, {b"child": child}, 1)
        transaction = database.transaction()
        transaction.insert(number, bytes([number]) * 32, bytes(32), change)
        batch = WriteBatch()
        transaction.write_to(batch)
        store.write(batch)
        found.append(database.at(change.root))
    return found


async def test_deleted_entries_and_child_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    node = SmallNode()
    block = node.make().block
    old, new = states(({b"a": b"1", b"b": b"2"}, {b"x": b"3"}), ({b"b": b"2"}, {b"x": b"4"}))
    by_hash = {node.chain.genesis_hash: old, block.hash: new}
    monkeypatch.setattr(node.chain, "state_at", by_hash.__getitem__)
    child = hex_of(b"child")
    async with serving(node.chain) as peer:
        client = await peer.connect()
        items = [
            {"key": hex_of(b"a"), "returnType": "value"},
            {"key": hex_of(b"a"), "returnType": "hash"},
            {"returnType": "value", "childTrieKey": child},
        ]
        found = await differences(client, hex_of(block.hash), items)
        deleted = {"key": hex_of(b"a"), "type": "deleted"}
        changed = {"key": hex_of(b"x"), "value": hex_of(b"4"), "type": "modified"}
        assert found == [
            {**deleted, "hash": hex_of(blake2_256(b"1"))},
            {**deleted, "value": hex_of(b"1")},
            {**changed, "childTrieKey": child},
        ]
