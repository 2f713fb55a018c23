"""transaction_v1_*: broadcasting until finality, or until the client has enough."""

import pytest
import trio.testing

from parachain.client.pool.errors import ImmediatelyDroppedError
from parachain.client.pool.watchers import Dropped
from parachain.rpc.transaction_methods import MAX_BROADCASTS_PER_CONNECTION
from tests.client.chain.real_node import UNIT, RealNode
from tests.client.chain.small_node import ALICE, BOB
from tests.rpc.spec_node import SpecClient, real_node, serving


def transfer(node: RealNode, nonce: int = 0) -> bytes:
    return node.transfer(ALICE, nonce, BOB.public, UNIT)


async def broadcast(client: SpecClient, data: bytes) -> str | None:
    operation: str | None = await client.call("transaction_v1_broadcast", "0x" + data.hex())
    return operation


async def test_ends_with_finality() -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        data = transfer(node)
        operation = await broadcast(client, data)
        await peer.ready(1)
        block = node.make(data).block
        await peer.ready(0)
        assert len(peer.pool.watchers) == 1
        node.chain.finalize(block.hash)
        await peer.watched(0)
        await trio.testing.wait_all_tasks_blocked()
        assert await client.error("transaction_v1_stop", operation) == -32602


async def test_stopping_leaves_the_transaction_in_the_pool() -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        client, other = await peer.connect(), await peer.connect()
        operation = await broadcast(client, transfer(node))
        await peer.ready(1)
        assert await other.error("transaction_v1_stop", operation) == -32602
        assert await client.call("transaction_v1_stop", operation) is None
        assert await client.error("transaction_v1_stop", operation) == -32602
        await peer.watched(0)
        assert peer.pool.status().ready == 1


async def test_leaving_stops() -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        await broadcast(client, transfer(node))
        await broadcast(client, transfer(node, 1))
        await peer.ready(2)
        await client.ws.stream.aclose()
        await peer.watched(0)
        assert peer.pool.status().ready == 2


async def test_tries_again_after_each_best_block(monkeypatch: pytest.MonkeyPatch) -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        submit, attempts = peer.transactions.submit, []

        async def refuse(*arguments: object) -> object:
            attempts.append(arguments)
            if len(attempts) < 3:
                raise ImmediatelyDroppedError
            return await submit(*arguments)  # type: ignore[arg-type]  # as they were given

        monkeypatch.setattr(peer.transactions, "submit", refuse)
        await broadcast(client, transfer(node))
        for count in (1, 2):
            await trio.testing.wait_all_tasks_blocked()
            assert len(attempts) == count
            node.make()
        await peer.ready(1)
        assert len(attempts) == 3


async def test_tries_again_when_the_pool_lost_it() -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        data = transfer(node)
        await broadcast(client, data)
        await peer.ready(1)
        (lost,) = peer.pool.graph.remove([each.hash for each in peer.pool.ready()])
        peer.pool.watchers.notify(lost.hash, Dropped())
        assert peer.pool.status().ready == 0
        await peer.ready(1)


async def test_joins_what_the_pool_has() -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        data = transfer(node)
        for _ in range(2):
            await broadcast(client, data)
        await peer.watched(2)
        assert peer.pool.status().ready == 1


async def test_errors_of_ours_do_not_end_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        client = await peer.connect()

        async def fail(*_: object) -> None:
            raise ZeroDivisionError("a bug of ours")

        with monkeypatch.context() as patch:
            patch.setattr(peer.transactions, "submit", fail)
            await broadcast(client, transfer(node))
            await trio.testing.wait_all_tasks_blocked()
        assert "a bug of ours" in caplog.text
        node.make()
        await peer.ready(1)


async def test_what_is_no_transaction_counts_until_it_is_stopped() -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        client, other = await peer.connect(), await peer.connect()
        operations = [
            await broadcast(client, bytes([number]))
            for number in range(MAX_BROADCASTS_PER_CONNECTION)
        ]
        assert len(dict.fromkeys(operations)) == MAX_BROADCASTS_PER_CONNECTION >= 4
        await trio.testing.wait_all_tasks_blocked()
        assert await broadcast(client, transfer(node)) is None
        assert await broadcast(other, transfer(node)) is not None
        assert await client.call("transaction_v1_stop", operations[0]) is None
        assert await broadcast(client, transfer(node, 1)) is not None
        await peer.ready(2)


async def test_wrong_parameters_and_transports() -> None:
    node = real_node()
    async with serving(node.chain) as peer:
        client = await peer.connect()
        assert await client.error("transaction_v1_broadcast") == -32602
        assert await client.error("transaction_v1_stop") == -32602
        wrong: object
        for wrong in (None, "00", "0x0", [], 5):
            assert await client.error("transaction_v1_broadcast", wrong) == -32602
            assert await client.error("transaction_v1_stop", wrong) == -32602
        answer = await peer.http().call("transaction_v1_broadcast", "0x00")
        assert answer["error"]["data"] == "broadcasting needs a WebSocket connection"
