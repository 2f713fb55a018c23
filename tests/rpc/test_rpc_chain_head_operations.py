"""Operations of chainHead_v1_*: bodies, runtime calls, storage, paging, slots, interruption."""

from typing import Any

import pytest
import trio.testing

from parachain.client.chain.genesis import GenesisState
from parachain.client.chain.opening import open_chain
from parachain.client.crypto.hashing import blake2_256
from parachain.client.database import MemoryStore
from parachain.client.executor.native import NativeExecutor
from parachain.client.state import UnknownState
from parachain.primitives.runtime_version import RUNTIME_VERSION
from parachain.rpc import chain_head_jobs, chain_head_operations
from parachain.rpc.chain_head_methods import INVALID_CONTINUE
from parachain.rpc.chain_head_operations import MAX_OPERATIONS
from parachain.rpc.chain_head_storage import PageLimits
from parachain.rpc.config import RpcConfig
from tests.client.chain.small_node import SmallNode
from tests.client.chain.small_runtime import put
from tests.rpc.spec_node import SpecClient, hexed, pins, real_node, serving

CHILD = b"child"


def hex_of(data: bytes) -> str:
    return "0x" + data.hex()


def item(key: bytes, kind: str) -> dict[str, str]:
    return {"key": hex_of(key), "type": kind}


class Following:
    """A client that follows, and asks about one block."""

    def __init__(self, client: SpecClient, follow: str, block_hash: bytes) -> None:
        self.client = client
        self.follow = follow
        self.block = hex_of(block_hash)

    async def start(self, method: str, *arguments: object) -> str:
        answer = await self.client.call(method, self.follow, self.block, *arguments)
        assert answer.pop("result") == "started", answer
        assert not answer.get("discardedItems")
        operation: str = answer["operationId"]
        return operation

    async def event(self, operation: str) -> dict[str, Any]:
        event = await self.client.event(self.follow)
        assert event.pop("operationId") == operation
        return event

    async def stored(self, *items: dict[str, str], child: str | None = None) -> list[object]:
        """Read storage that needs no continuing; return the entries."""
        operation = await self.start("chainHead_v1_storage", items, child)
        found: list[object] = []
        while (event := await self.event(operation))["event"] == "operationStorageItems":
            found += event["items"]
        assert event == {"event": "operationStorageDone"}
        return found


async def following(peer: Any, *, with_runtime: bool = True) -> Following:
    client = await peer.connect()
    follow = await client.call("chainHead_v1_follow", with_runtime)
    await client.events(follow, "bestBlockChanged")
    return Following(client, follow, peer.chain.best.hash)


def node_with_values(**values: bytes) -> SmallNode:
    node = SmallNode()
    node.make(*(put(key.encode(), value) for key, value in values.items()))
    return node


async def test_body() -> None:
    node = node_with_values(a=b"1", b=b"2")
    async with serving(node.chain) as peer:
        asks = await following(peer)
        operation = await asks.start("chainHead_v1_body")
        body = node.chain.body(node.chain.best.hash)
        assert body is not None
        assert len(body) == 3
        event = await asks.event(operation)
        assert event == {"event": "operationBodyDone", "value": hexed(*body)}


async def test_runtime_calls() -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        asks = await following(peer)
        operation = await asks.start("chainHead_v1_call", "Core_version", "")
        event = await asks.event(operation)
        assert event["event"] == "operationCallDone"
        version = RUNTIME_VERSION.decode(bytes.fromhex(event["output"][2:]))
        assert version == node.chain.runtime_version(node.chain.genesis_hash)
        for function, args in (("Core_versions", "0x"), ("Metadata_metadata_at_version", "0x00")):
            operation = await asks.start("chainHead_v1_call", function, args)
            event = await asks.event(operation)
            assert event.pop("error")
            assert event == {"event": "operationError"}


async def test_storage_of_every_type() -> None:
    node = node_with_values(a=b"1", b=b"2" * 40)
    state = node.chain.state_at(node.chain.best.hash)
    a, b = b"valuea", b"valueb"
    async with serving(node.chain) as peer:
        asks = await following(peer, with_runtime=False)
        found = await asks.stored(
            item(a, "value"),
            item(b, "hash"),
            item(b"missing", "value"),
            item(b"missing", "hash"),
            item(b"value", "closestDescendantMerkleValue"),
            item(b"none", "closestDescendantMerkleValue"),
        )
        merkle_value = state.closest_descendant_merkle_value(b"value")
        assert merkle_value is not None
        assert found == [
            {"key": hex_of(a), "value": hex_of(b"1")},
            {"key": hex_of(b), "hash": hex_of(blake2_256(b"2" * 40))},
            {"key": hex_of(b"value"), "closestDescendantMerkleValue": hex_of(merkle_value)},
        ]
        found = await asks.stored(item(b"value", "descendantsValues"))
        assert found == [
            {"key": hex_of(a), "value": hex_of(b"1")},
            {"key": hex_of(b), "value": hex_of(b"2" * 40)},
        ]
        found = await asks.stored(item(b"", "descendantsHashes"))
        assert found == [
            {"key": hex_of(key), "hash": hex_of(value)} for key, value in state.value_hashes()
        ]
        assert await asks.stored() == []


async def test_storage_of_child_tries() -> None:
    genesis = GenesisState({b":code": b"\0asm"}, {CHILD: {b"x": b"1", b"y": b"2"}})
    chain = open_chain(MemoryStore(), genesis, NativeExecutor())
    async with serving(chain) as peer:
        asks = await following(peer, with_runtime=False)
        found = await asks.stored(item(b"x", "value"), child=hex_of(CHILD))
        assert found == [{"key": hex_of(b"x"), "value": hex_of(b"1")}]
        assert await asks.stored(item(b"x", "value"), child="0x00") == []
        found = await asks.stored(item(b":child_storage:", "descendantsHashes"))
        assert len(found) == 1


async def test_pages_of_descendants_wait_for_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_head_jobs, "STORAGE_PAGE", PageLimits(2, 1 << 20))
    node = node_with_values(a=b"1", b=b"2", c=b"3", d=b"4", e=b"5")
    async with serving(node.chain) as peer:
        asks = await following(peer)
        items = [item(b"value", "descendantsValues")]
        operation = await asks.start("chainHead_v1_storage", items, None)
        resume = ("chainHead_v1_continue", asks.follow, operation)
        sizes = []
        while (event := await asks.event(operation))["event"] == "operationStorageItems":
            sizes.append(len(event["items"]))
            if len(sizes) == 3:
                continue
            waiting = await asks.event(operation)
            assert waiting == {"event": "operationWaitingForContinue"}
            await trio.testing.wait_all_tasks_blocked()
            assert asks.client.waiting(asks.follow) == []
            call = {"jsonrpc": "2.0", "method": resume[0], "params": resume[1:]}
            await asks.client.ws.send([{**call, "id": each} for each in range(2)])
            first, second = await asks.client.ws.receive()  # at once: one page for one continue
            assert first["result"] is None
            assert second["error"]["code"] == INVALID_CONTINUE
        assert sizes == [2, 2, 1]
        assert event == {"event": "operationStorageDone"}
        assert await asks.client.call(*resume) is None


async def test_pages_without_descendants_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_head_jobs, "STORAGE_PAGE", PageLimits(1, 1 << 20))
    node = node_with_values(a=b"1", b=b"2")
    async with serving(node.chain) as peer:
        asks = await following(peer)
        found = await asks.stored(item(b"valuea", "value"), item(b"valueb", "value"))
        assert len(found) == 2


async def test_full_pages_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_head_jobs, "STORAGE_PAGE", PageLimits(1000, 2000))
    node = node_with_values(a=bytes(1000), b=b"2")
    async with serving(node.chain) as peer:
        asks = await following(peer)
        items = [item(b"value", "descendantsValues")]
        operation = await asks.start("chainHead_v1_storage", items, None)
        assert len((await asks.event(operation))["items"]) == 1
        assert (await asks.event(operation))["event"] == "operationWaitingForContinue"


@pytest.fixture
def paging(monkeypatch: pytest.MonkeyPatch) -> SmallNode:
    """Make descendants wait after each; return a node with two of them."""
    monkeypatch.setattr(chain_head_jobs, "STORAGE_PAGE", PageLimits(1, 1 << 20))
    return node_with_values(a=b"1", b=b"2")


DESCENDANTS = [item(b"value", "descendantsValues")]


async def waiting(asks: Following, weight: int = 1) -> str:
    """Start an operation and receive until it waits."""
    operation = await asks.start("chainHead_v1_storage", DESCENDANTS * weight, None)
    assert (await asks.event(operation))["event"] == "operationStorageItems"
    assert (await asks.event(operation))["event"] == "operationWaitingForContinue"
    return operation


async def test_slots(paging: SmallNode) -> None:
    async with serving(paging.chain) as peer:
        asks = await following(peer)
        client, where = asks.client, (asks.follow, asks.block)
        heavy = await waiting(asks, MAX_OPERATIONS - 2)
        light = await waiting(asks)
        values = [item(b"valuea", "value")] * 3
        answer = await client.call("chainHead_v1_storage", *where, values, None)
        assert answer == {"result": "started", "operationId": "2", "discardedItems": 2}
        assert await asks.event("2") == {
            "event": "operationStorageItems",
            "items": [{"key": hex_of(b"valuea"), "value": hex_of(b"1")}],
        }
        assert await asks.event("2") == {"event": "operationStorageDone"}
        await waiting(asks)
        full = {"result": "limitReached"}
        assert await client.call("chainHead_v1_storage", *where, values, None) == full
        assert await client.call("chainHead_v1_body", *where) == full
        assert await client.call("chainHead_v1_call", *where, "Core_version", "0x") == full
        assert await client.call("chainHead_v1_stopOperation", asks.follow, light) is None
        await asks.event(await asks.start("chainHead_v1_body"))
        await client.call("chainHead_v1_stopOperation", asks.follow, heavy)
        for _ in range(MAX_OPERATIONS - 1):
            await asks.start("chainHead_v1_body")


async def test_interrupted_operations_say_nothing_more(paging: SmallNode) -> None:
    async with serving(paging.chain) as peer:
        asks = await following(peer)
        assert pins(paging.chain) == 2
        operation = await waiting(asks)
        assert pins(paging.chain) == 3
        await asks.client.call("chainHead_v1_stopOperation", asks.follow, operation)
        await asks.client.call("chainHead_v1_continue", asks.follow, operation)
        await trio.testing.wait_all_tasks_blocked()
        assert asks.client.waiting(asks.follow) == []
        assert pins(paging.chain) == 2
        await asks.client.call("chainHead_v1_stopOperation", asks.follow, operation)
        await asks.client.call("chainHead_v1_stopOperation", asks.follow, "unknown")


async def test_operations_outlive_the_pin_of_their_block(paging: SmallNode) -> None:
    async with serving(paging.chain) as peer:
        asks = await following(peer)
        operation = await waiting(asks)
        await asks.client.call("chainHead_v1_unpin", asks.follow, asks.block)
        await asks.client.call("chainHead_v1_continue", asks.follow, operation)
        assert (await asks.event(operation))["event"] == "operationStorageItems"
        assert (await asks.event(operation))["event"] == "operationStorageDone"
        await trio.testing.wait_all_tasks_blocked()
        assert pins(paging.chain) == 1


async def test_operations_end_with_their_subscription(paging: SmallNode) -> None:
    async with serving(paging.chain) as peer:
        asks = await following(peer)
        for _ in range(3):
            await waiting(asks)
        paging.chain.revert(1)
        assert await asks.client.event(asks.follow) == {"event": "stop"}
        await trio.testing.wait_all_tasks_blocked()
        assert pins(paging.chain) == 0


async def test_a_client_that_never_continues(
    paging: SmallNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain_head_operations, "CONTINUE_TIMEOUT_S", 0.0)
    async with serving(paging.chain) as peer:
        asks = await following(peer)
        operation = await waiting(asks)
        assert await asks.event(operation) == {"event": "operationInaccessible"}


async def test_what_is_pruned_is_inaccessible(monkeypatch: pytest.MonkeyPatch) -> None:
    node = node_with_values(a=b"1")

    def pruned(_hash: bytes) -> None:
        raise UnknownState(bytes(32))

    async with serving(node.chain) as peer:
        asks = await following(peer)
        monkeypatch.setattr(node.chain, "state_at", pruned)
        monkeypatch.setattr(node.chain, "body", lambda _hash: None)
        for method, arguments in (
            ("chainHead_v1_body", ()),
            ("chainHead_v1_storage", ([item(b"a", "value")], None)),
        ):
            operation = await asks.start(method, *arguments)
            assert await asks.event(operation) == {"event": "operationInaccessible"}


async def test_a_bug_of_ours_ends_one_operation_only(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    node = node_with_values(a=b"1")

    def broken(_hash: bytes) -> None:
        raise ZeroDivisionError("a bug of ours")

    async with serving(node.chain) as peer:
        asks = await following(peer)
        monkeypatch.setattr(node.chain, "body", broken)
        event = await asks.event(await asks.start("chainHead_v1_body"))
        assert event == {"event": "operationError", "error": "Internal error"}
        assert "a bug of ours" in caplog.text
        monkeypatch.undo()
        event = await asks.event(await asks.start("chainHead_v1_body"))
        assert event["event"] == "operationBodyDone"


async def test_answers_come_before_events_in_batches_too() -> None:
    node = node_with_values(a=b"1")
    async with serving(node.chain) as peer:
        asks = await following(peer)
        body = {"method": "chainHead_v1_body", "params": [asks.follow, asks.block]}
        slow = {"method": "archive_v1_body", "params": [asks.block]}
        calls = [body, slow, body, slow]
        asks.client.log.clear()
        await asks.client.ws.send(
            [{"jsonrpc": "2.0", "id": number, **call} for number, call in enumerate(calls)]
        )
        answers = await asks.client._receive()
        operations = [answer["result"]["operationId"] for answer in answers[::2]]
        for operation in operations:
            event = await asks.client.event(asks.follow)
            assert event["operationId"] in operations, operation
        assert asks.client.log[0] == [0, 1, 2, 3]


async def test_operations_that_nobody_can_know_end(paging: SmallNode) -> None:
    async with serving(paging.chain, RpcConfig(max_response_bytes=200)) as peer:
        asks = await following(peer)
        where = [asks.follow, asks.block]
        call = {"method": "chainHead_v1_storage", "params": [*where, DESCENDANTS, None]}
        await asks.client.ws.send([{"jsonrpc": "2.0", "id": each, **call} for each in range(4)])
        assert (await asks.client.ws.receive())["error"]["code"] == -32011
        await trio.testing.wait_all_tasks_blocked()
        assert asks.client.waiting(asks.follow) == []
        assert pins(paging.chain) == 2


async def test_unpinning_right_after_starting() -> None:
    node = node_with_values(a=b"1")
    async with serving(node.chain) as peer:
        asks = await following(peer)
        start = await asks.client.send("chainHead_v1_body", asks.follow, asks.block)
        unpin = await asks.client.send("chainHead_v1_unpin", asks.follow, asks.block)
        assert (await asks.client.answer(start))["result"] == "started"
        assert await asks.client.answer(unpin) is None
        assert (await asks.client.event(asks.follow))["event"] == "operationBodyDone"
