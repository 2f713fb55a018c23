"""The legacy methods over a chain in memory, with fakes for what else a node brings.

Calls go through a dispatcher without a transport, subscriptions through a server without sockets.
"""

import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, NamedTuple

import orjson
import trio
import trio.testing

from parachain.client.chain.chain import Chain
from parachain.client.chain.genesis import GenesisState
from parachain.client.chain.notifications import FinalizedBlocks, Notification
from parachain.client.pool import maintenance
from parachain.client.pool.config import PoolConfig
from parachain.client.pool.pool import Imported, TransactionPool
from parachain.client.pool.transaction import ValidationRequest, Validity
from parachain.client.pool.watchers import Callback, WatchId
from parachain.primitives.scale import Err, result
from parachain.primitives.transaction_validity import (
    TRANSACTION_SOURCE,
    TRANSACTION_VALIDITY_ERROR,
    VALID_TRANSACTION,
    TransactionSource,
)
from parachain.rpc.access import AccessPolicy
from parachain.rpc.backend import (
    AuthoringError,
    CreatedBlock,
    KeyRefusedError,
    NodeInfo,
    UnvalidatableError,
)
from parachain.rpc.chain_feed import ChainFeed
from parachain.rpc.config import RpcConfig
from parachain.rpc.connection import Connection, Transport
from parachain.rpc.legacy import legacy_namespaces
from parachain.rpc.methods import Registry
from parachain.rpc.server import Server
from parachain.rpc.service import Service
from tests.client.chain.real_node import NOW_MS, RealNode, development
from tests.rpc.rpc_peer import WsClient

INFO = NodeInfo(
    name="Gear Node",
    version="0.1.0-test",
    chain_name="Development",
    chain_type="Development",
    properties={"ss58Format": 137, "tokenDecimals": 12, "tokenSymbol": "TVARA"},
    roles=("Authority",),
    peer_id="12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp",
    listen_addresses=("/ip4/127.0.0.1/tcp/30333",),
    development=True,
)

_VALIDITY = result(VALID_TRANSACTION, TRANSACTION_VALIDITY_ERROR)


@cache
def real_genesis() -> GenesisState:
    """Return the development chain's first state, which takes a moment to build."""
    return development()


class RpcFailure(NamedTuple):
    """An error object."""

    code: int
    message: str
    data: object = None


class FakeTransactions:
    """A real pool that validates at once. `broken` stands for a runtime that gives up."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.pool = TransactionPool(PoolConfig(), chain.best)
        self.now_ms = NOW_MS
        self.unwatched: list[WatchId] = []

    def validate(self, request: ValidationRequest) -> Validity:
        args = TRANSACTION_SOURCE.encode(request.source) + request.data + request.at.hash
        name = "TaggedTransactionQueue_validate_transaction"
        value = _VALIDITY.decode(self.chain.runtime_call(request.at.hash, name, args))
        validity: Validity = value.error if isinstance(value, Err) else value.value
        return validity

    async def submit(
        self,
        data: bytes,
        callback: Callback | None = None,
        source: TransactionSource = TransactionSource.EXTERNAL,
    ) -> Imported:
        await trio.lowlevel.checkpoint()
        if data.endswith(b"panic"):
            raise UnvalidatableError("panicked at 'no'")
        return self.pool.submit(data, source, self.validate, self.now_ms, callback)

    def unwatch(self, watch_id: WatchId) -> None:
        self.unwatched.append(watch_id)
        self.pool.unwatch(watch_id)

    def remove(self, hashes: Sequence[bytes]) -> list[bytes]:
        return [gone.hash for gone in self.pool.remove_invalid(hashes, self.now_ms)]

    async def follow(self, news: trio.MemoryReceiveChannel[Notification]) -> None:
        """Keep the pool in step with the chain, in a task as the node does."""
        async for item in news:
            self.take(item)

    def take(self, news: Notification) -> None:
        """Keep the pool in step with one change."""
        if news.route is not None:
            blocks = (*news.route.retracted, *news.route.enacted)
            bodies = {block.hash: self.chain.body(block.hash) or () for block in blocks}
            maintenance.maintain(self.pool, news.route, bodies, self.validate, self.now_ms)
        if isinstance(news, FinalizedBlocks):
            maintenance.finalize(self.pool, [block.hash for block in news.blocks])


class FakeAuthoring:
    """Makes blocks with the author of a test's node; `refuses` makes it fail."""

    def __init__(self, node: RealNode | None, transactions: FakeTransactions) -> None:
        self._node = node
        self._transactions = transactions
        self.refuses: str | None = None
        self.travelled_to: int | None = None
        self.asked: list[tuple[object, ...]] = []

    def _check(self) -> RealNode:
        if self.refuses is not None or self._node is None:
            raise AuthoringError(self.refuses or "no author")
        return self._node

    async def create_block(
        self,
        *,
        create_empty: bool = True,
        finalize: bool = False,
        parent: bytes | None = None,
        transactions: Sequence[bytes] | None = None,
        timestamp_ms: int | None = None,
    ) -> CreatedBlock:
        await trio.lowlevel.checkpoint()
        self.asked.append((create_empty, finalize, parent, transactions, timestamp_ms))
        node = self._check()
        ready = [each.data for each in self._transactions.pool.ready()]
        block = node.make(*(ready if transactions is None else transactions), parent=parent).block
        if finalize:
            node.chain.finalize(block.hash)
        return CreatedBlock(block.hash, block.number)

    async def finalize_block(self, block_hash: bytes) -> None:
        node = self._check()
        if node.chain.header(block_hash) is None:
            raise AuthoringError("unknown block")
        node.chain.finalize(block_hash)

    async def set_head(self, block_hash: bytes) -> None:
        self._check().chain.set_head(block_hash)

    async def set_storage(self, changes: Mapping[bytes, bytes | None]) -> bytes:
        node = self._check()
        self.asked.append(tuple(changes.items()))
        return node.make().block.hash

    def travel(self, timestamp_ms: int) -> int:
        self._check()
        self.travelled_to = timestamp_ms
        return timestamp_ms


class FakeKeys:
    """A keystore of public keys."""

    def __init__(self) -> None:
        self.known: list[tuple[bytes, bytes]] = []

    def insert(self, key_type: bytes, uri: str, public: bytes) -> None:
        if uri == "bad":
            raise KeyRefusedError("the secret URI is of another key")
        self.known.append((key_type, public))

    def rotate(self) -> bytes:
        self.known.append((b"aura", b"\x07" * 32))
        return b"\x07" * 32

    def has(self, key_type: bytes, public: bytes) -> bool:
        return (key_type, public) in self.known


class FakeLogFilters:
    """Remembers directives."""

    def __init__(self) -> None:
        self.directives: list[str] = []

    def add(self, directives: str) -> None:
        if "=" not in directives:
            raise ValueError(f"{directives!r} is no log filter")
        self.directives.append(directives)

    def reset(self) -> None:
        self.directives.clear()


class LegacyNode:
    """A chain with the legacy methods. Make it where trio runs; `author` may be missing."""

    def __init__(self, chain: Chain, node: RealNode | None = None, info: NodeInfo = INFO) -> None:
        self.chain = chain
        self.feed = ChainFeed(chain)
        self.transactions = FakeTransactions(chain)
        self.authoring = FakeAuthoring(node, self.transactions)
        self.keys = FakeKeys()
        self.log_filters = FakeLogFilters()
        self.registry = Registry(
            legacy_namespaces(
                chain,
                self.feed,
                self.transactions,
                self.authoring,
                self.keys,
                self.log_filters,
                info,
            )
        )
        self.feed.attach()
        self._validates = node is not None
        self._service = Service(self.registry.table, RpcConfig(), random.Random(1))

    async def answer(self, message: object, *, allows_unsafe: bool = True) -> Any:
        """Return the decoded answer to a request."""
        connection = Connection(1, Transport.HTTP, allows_unsafe=allows_unsafe)
        body = await self._service.http_dispatcher(connection).answer(orjson.dumps(message))
        assert body is not None
        return orjson.loads(body)

    async def call(self, name: str, *arguments: object, allows_unsafe: bool = True) -> Any:
        """Call a method; return its result, or what it failed with."""
        call = {"jsonrpc": "2.0", "id": 1, "method": name, "params": arguments}
        answer = await self.answer(call, allows_unsafe=allows_unsafe)
        return RpcFailure(**answer["error"]) if "error" in answer else answer["result"]

    async def _follow(self) -> None:
        with self.feed.listen() as news:
            await self.transactions.follow(news)

    @asynccontextmanager
    async def client(self, *, allows_unsafe: bool = True) -> AsyncIterator[WsClient]:
        """Connect a WebSocket client for the block, which fails when it takes long."""
        server = Server(RpcConfig(listen=()), self.registry, random.Random(1))
        ours, theirs = trio.testing.memory_stream_pair()

        async def serve() -> None:
            access = AccessPolicy(None, 9944)
            await server.serve_stream(theirs, access, allows_unsafe=allows_unsafe)

        with trio.fail_after(10):
            async with trio.open_nursery() as nursery:
                if self._validates:
                    nursery.start_soon(self._follow)
                nursery.start_soon(serve)
                client = WsClient(ours)
                await client.handshake()
                yield client
                nursery.cancel_scope.cancel()


def real_node() -> LegacyNode:
    """Return the development chain with its author."""
    node = RealNode(real_genesis())
    return LegacyNode(node.chain, node)


def hexed(data: bytes) -> str:
    return "0x" + data.hex()


async def settle() -> None:
    """Let what the chain has told arrive everywhere."""
    await trio.testing.wait_all_tasks_blocked()
