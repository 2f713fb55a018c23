"""state_subscribeStorage, state_subscribeRuntimeVersion, and the machine behind the former."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parachain.client.chain.block import Block
from parachain.rpc.storage_watch import Change, StorageWatch
from tests.client.chain.real_node import UNIT, RealNode
from tests.client.chain.small_node import ALICE, BOB, SmallNode
from tests.client.chain.small_runtime import VERSION, put
from tests.rpc.legacy_node import LegacyNode, hexed, real_genesis, settle
from tests.rpc.rpc_peer import WsClient

A, B = b"valuea", b"valueb"


async def change_set(client: WsClient, identifier: str) -> tuple[str, dict[str, Any]]:
    """Read a notification and return its block and changes."""
    message = await client.receive()
    assert message["method"] == "state_storage", message
    assert message["params"]["subscription"] == identifier
    result = message["params"]["result"]
    return result["block"], dict(result["changes"])


async def test_the_first_values_and_then_changes_only() -> None:
    small = SmallNode()
    first = small.make(put(b"a", b"1")).block
    node = LegacyNode(small.chain)
    async with node.client() as client:
        identifier = await client.call("state_subscribeStorage", [hexed(A), hexed(B), hexed(A)])
        assert await change_set(client, identifier) == (
            hexed(first.hash),
            {hexed(A): "0x31", hexed(B): None},
        )
        small.make(put(b"c", b"other"))
        small.make(put(b"a", b"1"))  # the value that it has
        changed = small.make(put(b"a", b"2"), put(b"b", b"3")).block
        assert await change_set(client, identifier) == (
            hexed(changed.hash),
            {hexed(A): "0x32", hexed(B): "0x33"},
        )
        assert await client.call("state_unsubscribeStorage", identifier) is True
        small.make(put(b"a", b"4"))
        await settle()
        assert await client.call("chain_getHeader", hexed(b"\0" * 32)) is None


async def test_a_reorganisation_takes_values_back() -> None:
    first, second = SmallNode(), SmallNode()
    first.make(put(b"a", b"1"))
    first.make(put(b"b", b"2"))
    node = LegacyNode(first.chain)
    async with node.client() as client:
        identifier = await client.call("state_subscribeStorage", [hexed(A), hexed(B)])
        assert (await change_set(client, identifier))[1] == {hexed(A): "0x31", hexed(B): "0x32"}
        # The other branch never writes the one and gives the other the same value.
        theirs = [
            second.make(skip=5).block,
            second.make(put(b"a", b"1")).block,
            second.make().block,
        ]
        first.take(*theirs)
        assert await change_set(client, identifier) == (hexed(theirs[2].hash), {hexed(B): None})


async def test_a_head_set_back_takes_values_back() -> None:
    small = SmallNode()
    first = small.make().block
    small.make(put(b"a", b"1"))
    node = LegacyNode(small.chain)
    async with node.client() as client:
        identifier = await client.call("state_subscribeStorage", [hexed(A)])
        assert (await change_set(client, identifier))[1] == {hexed(A): "0x31"}
        small.chain.set_head(first.hash)
        assert await change_set(client, identifier) == (hexed(first.hash), {hexed(A): None})


async def test_all_keys_are_for_those_who_may_call_unsafe_methods() -> None:
    small = SmallNode()
    node = LegacyNode(small.chain)
    async with node.client(allows_unsafe=False) as client:
        answer = await client.call("state_subscribeStorage")
        assert answer["error"]["code"] == -32601
        assert await client.call("state_subscribeStorage", [])
    async with node.client() as client:
        identifier = await client.call("state_subscribeStorage", None)
        block = small.make(put(b"a", b"1")).block
        told, changes = await change_set(client, identifier)
        assert told == hexed(block.hash)
        assert changes[hexed(A)] == "0x31"
        assert list(changes) == sorted(changes)
        assert len(changes) > 1


async def test_many_keys_are_read_elsewhere_and_no_change_gets_lost() -> None:
    small = SmallNode()
    node = LegacyNode(small.chain)
    keys = [b"value" + bytes((byte,)) for byte in range(256)]
    async with node.client() as client:
        subscribe = "state_subscribeStorage"
        call = {"id": 7, "jsonrpc": "2.0", "method": subscribe, "params": [[*map(hexed, keys)]]}
        await client.send(call)
        blocks = [small.make(put(b"a", bytes((byte,)))).block for byte in range(3)]
        identifier = (await client.receive())["result"]
        values: dict[str, Any] = {}
        while values.get(hexed(A)) != "0x02":
            _, changes = await change_set(client, identifier)
            values |= changes
        assert len(values) == 256
        assert small.chain.best.hash == blocks[2].hash


async def test_a_sender_hears_of_his_nonce_before_he_hears_of_the_block() -> None:
    real = RealNode(real_genesis())
    node = LegacyNode(real.chain, real)
    (account,) = [
        key for key in real.chain.state_at(real.chain.best.hash).keys(b"") if ALICE.public in key
    ]
    async with node.client() as client:
        heads = await client.call("chain_subscribeNewHeads")
        await client.receive()
        storage = await client.call("state_subscribeStorage", [hexed(account)])
        await client.receive()
        for nonce in range(5):
            extrinsic = real.transfer(ALICE, nonce, BOB.public, UNIT)
            watch = await client.call("author_submitAndWatchExtrinsic", hexed(extrinsic))
            assert (await client.receive())["params"] == {"subscription": watch, "result": "ready"}
            await node.authoring.create_block()
            told = [(await client.receive())["params"]["subscription"] for _ in range(3)]
            assert told == [storage, heads, watch]
            real.make()  # a block that changes nothing of hers
            assert (await client.receive())["params"]["subscription"] == heads


async def test_runtime_versions() -> None:
    small = SmallNode()
    node = LegacyNode(small.chain)
    for subscribe, unsubscribe in (
        ("state_subscribeRuntimeVersion", "state_unsubscribeRuntimeVersion"),
        ("chain_subscribeRuntimeVersion", "chain_unsubscribeRuntimeVersion"),
    ):
        async with node.client() as client:
            identifier = await client.call(subscribe)
            first = await client.receive()
            assert first["method"] == "state_runtimeVersion"
            assert first["params"]["result"]["specVersion"] == VERSION.spec_version
            small.grow(2)  # with the same version
            await settle()
            assert await client.call(unsubscribe, identifier) is True


async def test_a_new_runtime_version_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    small = SmallNode()
    node = LegacyNode(small.chain)
    version = VERSION
    monkeypatch.setattr(small.chain, "runtime_version", lambda _hash: version)
    async with node.client() as client:
        await client.call("state_subscribeRuntimeVersion")
        await client.receive()
        version = VERSION._replace(spec_version=2)
        small.grow(2)
        await settle()
        assert (await client.receive())["params"]["result"]["specVersion"] == 2
        assert await client.call("chain_getHeader", hexed(b"\0" * 32)) is None


class Told:
    """A listener of the machine that keeps what it was told by key."""

    def __init__(self, small: SmallNode, keys: tuple[bytes, ...]) -> None:
        self._small = small
        self.values: dict[bytes, bytes | None] = {}
        state = small.chain.state_at(small.chain.best.hash)
        self.values = {key: state.get(key) for key in keys}

    def __call__(self, block_hash: bytes, changes: Sequence[Change]) -> None:
        assert block_hash == self._small.chain.best.hash
        for key, value in changes:
            assert self.values[key] != value, "no change"
            self.values[key] = value


@given(st.lists(st.tuples(st.integers(0, 4), st.binary(max_size=2), st.integers(0, 2))))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_told_adds_up_to_the_state_of_the_best_block(
    steps: list[tuple[int, bytes, int]],
) -> None:
    small = SmallNode()
    watch = StorageWatch(small.chain)
    small.chain.subscribe(watch.on_change)
    keys = (A, B)
    told = Told(small, keys)
    watched = watch.add(keys, told)
    watch.note_values(told.values.items())
    known: list[Block] = []
    for skip, (parent, written, kind) in enumerate(steps, 1):
        if kind == 0 and known:
            small.chain.set_head(known[parent % len(known)].hash)
            known = [block for block in known if small.chain.is_canonical(block.hash)]
            continue
        above = known[-1 - parent % len(known)].hash if known else small.chain.genesis_hash
        calls = [put(bytes((97 + byte % 3,)), bytes((kind,))) for byte in written]
        known.append(small.make(*calls, parent=above, skip=skip).block)
        state = small.chain.state_at(small.chain.best.hash)
        assert told.values == {key: state.get(key) for key in keys}
    watch.remove(watched)
    assert not watch._by_key
    assert not watch._values
