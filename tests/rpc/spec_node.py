"""A chain served over JSON-RPC without sockets, and a client that tells answers from events."""

import random
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
import trio
import trio.testing

from parachain.client.chain.chain import Chain
from parachain.client.chain.genesis import GenesisState
from parachain.client.pool.config import PoolConfig
from parachain.client.pool.pool import TransactionPool
from parachain.node.transactions import Transactions
from parachain.rpc.access import AccessPolicy
from parachain.rpc.backend import NodeInfo
from parachain.rpc.chain_feed import ChainFeed
from parachain.rpc.config import RpcConfig
from parachain.rpc.methods import Registry
from parachain.rpc.new_spec import new_spec_namespaces
from parachain.rpc.server import Server
from tests.client.chain.real_node import RealNode, development
from tests.rpc.rpc_peer import HttpClient, WsClient

INFO = NodeInfo(
    name="Gear Node",
    version="1.0.0-test",
    chain_name="Development",
    chain_type="Development",
    properties={"ss58Format": 137, "tokenDecimals": 12, "tokenSymbol": "TVARA"},
    roles=("Authority",),
    peer_id="",
    listen_addresses=(),
    development=True,
)


@lru_cache(1)
def genesis() -> GenesisState:
    return development()


def real_node() -> RealNode:
    return RealNode(genesis())


class RefusedError(Exception):
    """The answer is an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error)
        self.code = error["code"]
        self.error = error


class SpecClient:
    """A client whose answers and events may come in any order."""

    def __init__(self, ws: WsClient) -> None:
        self.ws = ws
        self._next_id = 0
        self._events: dict[str, deque[dict[str, Any]]] = {}
        self.log: list[object] = []
        """What came, in order: ids of answers, results of notifications."""

    async def call(self, name: str, *arguments: object) -> Any:
        """Call and return the result. Raises RefusedError."""
        return await self.answer(await self.send(name, *arguments))

    async def send(self, name: str, *arguments: object) -> int:
        self._next_id += 1
        call = {"jsonrpc": "2.0", "id": self._next_id, "method": name, "params": arguments}
        await self.ws.send(call)
        return self._next_id

    async def answer(self, request_id: int) -> Any:
        """Receive until the answer to a call is there."""
        while True:
            message = await self._receive()
            if message.get("id") == request_id:
                if "error" in message:
                    raise RefusedError(message["error"])
                return message["result"]

    async def error(self, name: str, *arguments: object) -> int:
        """Call and return the code of the error, which must come."""
        with pytest.raises(RefusedError) as refused:
            await self.call(name, *arguments)
        code: int = refused.value.code
        return code

    async def event(self, subscription: str, method: str | None = None) -> dict[str, Any]:
        """Receive the next event of a subscription."""
        events = self._events.setdefault(subscription, deque())
        while not events:
            message = await self._receive()
            assert "params" in message, message
        found = events.popleft()
        assert method is None or found["method"] == method
        result: dict[str, Any] = found["params"]["result"]
        return result

    async def events(self, subscription: str, last: str) -> list[dict[str, Any]]:
        """Receive events up to the one with this name."""
        found = [await self.event(subscription)]
        while found[-1]["event"] != last:
            found.append(await self.event(subscription))
        return found

    def waiting(self, subscription: str) -> list[dict[str, Any]]:
        """Take the events that were received and not looked at."""
        events = self._events.pop(subscription, deque())
        return [event["params"]["result"] for event in events]

    async def _receive(self) -> Any:
        message = await self.ws.receive()
        if isinstance(message, list):
            self.log.append([answer["id"] for answer in message])
        elif "params" in message:
            subscription = message["params"]["subscription"]
            self._events.setdefault(subscription, deque()).append(message)
            self.log.append(message["params"]["result"])
        else:
            self.log.append(message["id"])
        return message


class SpecPeer:
    """A server of one chain; `connect` gives clients."""

    def __init__(self, chain: Chain, config: RpcConfig, nursery: trio.Nursery) -> None:
        self.chain = chain
        self.pool = TransactionPool(PoolConfig(), chain.best)
        self.transactions = Transactions(chain, self.pool)
        self.feed = ChainFeed(chain)
        namespaces = new_spec_namespaces(chain, self.feed, self.transactions, INFO)
        self.server = Server(config, Registry(namespaces), random.Random(1))
        self._nursery = nursery

    async def follow_pool(self) -> None:
        with self.feed.listen() as news:
            await self.transactions.follow(news)

    def stream(self) -> trio.abc.HalfCloseableStream:
        ours, theirs = trio.testing.memory_stream_pair()
        self._nursery.start_soon(self._serve, theirs)
        return ours

    async def connect(self) -> SpecClient:
        client = WsClient(self.stream())
        head = await client.handshake()
        assert head.startswith(b"HTTP/1.1 101"), head
        return SpecClient(client)

    def http(self) -> HttpClient:
        return HttpClient(self.stream())

    async def ready(self, count: int) -> None:
        """Let others run until the pool has so many ready transactions."""
        await _until(lambda: self.pool.status().ready == count)

    async def watched(self, count: int) -> None:
        """Let others run until the pool has so many watches."""
        await _until(lambda: len(self.pool.watchers) == count)

    async def _serve(self, stream: trio.abc.HalfCloseableStream) -> None:
        await self.server.serve_stream(stream, AccessPolicy(None, 9944), allows_unsafe=True)


@asynccontextmanager
async def serving(
    chain: Chain, config: RpcConfig | None = None, *, within_s: float = 10
) -> AsyncIterator[SpecPeer]:
    """Serve a chain for the block, which fails when it takes longer."""
    with trio.fail_after(within_s):
        async with trio.open_nursery() as nursery:
            peer = SpecPeer(chain, replace(config or RpcConfig(), listen=()), nursery)
            peer.feed.attach()
            nursery.start_soon(peer.follow_pool)
            await trio.testing.wait_all_tasks_blocked()
            yield peer
            nursery.cancel_scope.cancel()
            peer.feed.detach()


async def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        await trio.lowlevel.checkpoint()  # threads are at work; the test has a deadline


def pins(chain: Chain) -> int:
    """Count the blocks that are pinned, each as often as it is."""
    return sum(chain._writer.pins._counts.values())


def hexed(*hashes: bytes) -> list[str]:
    return ["0x" + each.hex() for each in hashes]
