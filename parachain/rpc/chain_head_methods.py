"""chainHead_v1_*: following the head of the chain, and asking about the blocks reported.

A subscription belongs to the connection that made it; to all others, and after its end, its id is
one of a dead subscription, which is no error. Source: json-rpc-interface-spec, chainHead_v1_*.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

import trio

from parachain.client.chain.chain import Chain
from parachain.rpc import jsonrpc
from parachain.rpc.announced import Announced
from parachain.rpc.chain_feed import ChainFeed
from parachain.rpc.chain_head_follow import DuplicateHashesError, NotPinnedError
from parachain.rpc.chain_head_jobs import Job, call_runtime, read_body, read_storage
from parachain.rpc.chain_head_session import FollowSession
from parachain.rpc.chain_head_storage import STORAGE_ITEMS, StorageItem
from parachain.rpc.connection import Connection
from parachain.rpc.jsonrpc import RpcError
from parachain.rpc.methods import Namespace, method, subscription
from parachain.rpc.params import CONNECTION, param, params
from parachain.rpc.parsers import BOOL, HASH, STRING, list_or_one, optional
from parachain.rpc.render import render_bytes
from parachain.rpc.spec_values import SPEC_HEX
from parachain.rpc.subscriptions import Sink

TOO_MANY_FOLLOWS: Final = -32800
INVALID_BLOCK: Final = -32801
NEEDS_RUNTIME: Final = -32802
INVALID_CONTINUE: Final = -32803
DUPLICATE_HASHES: Final = -32804

MAX_FOLLOWS_PER_CONNECTION: Final = 4
"""At least 2 are demanded; libraries that share a connection need one each."""

OPERATION_THREADS: Final = 2
"""For the operations of all subscriptions: Python runs one at a time, others may wait for disks."""

_LIMIT_REACHED: Final = {"result": "limitReached"}

_FOLLOW = param("followSubscription", STRING)
_HASH = param("hash", HASH)
_OPERATION = param("operationId", STRING)


class ChainHead:
    """The subscriptions of all connections."""

    def __init__(self, chain: Chain, feed: ChainFeed) -> None:
        self._chain = chain
        self._feed = feed
        self._threads = trio.CapacityLimiter(OPERATION_THREADS)
        self._sessions: dict[int, dict[str, tuple[Sink, FollowSession]]] = {}

    async def follow(self, sink: Sink, with_runtime: bool) -> None:
        """Serve a subscription.

        `stop` is sent when the client's calls do not find the subscription any more and no
        operation of it is in progress.
        """
        if len(self._sessions.get(sink.connection.number, ())) >= MAX_FOLLOWS_PER_CONNECTION:
            text = f"a connection may have {MAX_FOLLOWS_PER_CONNECTION} chainHead_v1_follow at once"
            raise RpcError(TOO_MANY_FOLLOWS, text)
        async with trio.open_nursery() as nursery:
            session = FollowSession(
                self._chain, sink, self._threads, nursery, with_runtime=with_runtime
            )
            with self._registered(sink, session):
                await sink.accept()
                await session.run(self._feed)
            nursery.cancel_scope.cancel()
        await sink.send({"event": "stop"})

    @contextmanager
    def _registered(self, sink: Sink, session: FollowSession) -> Iterator[None]:
        """Let the calls of the client find a subscription."""
        number = sink.connection.number
        sessions = self._sessions.setdefault(number, {})
        sessions[sink.id] = sink, session
        try:
            yield
        finally:
            sessions.pop(sink.id, None)
            if not sessions and self._sessions.get(number) is sessions:
                del self._sessions[number]

    def unfollow(self, connection: Connection, follow: str) -> None:
        """End a subscription, if it is alive."""
        found = self._sessions.get(connection.number, {}).pop(follow, None)
        if found is not None:
            found[0].close()

    def header(self, connection: Connection, follow: str, block_hash: bytes) -> object:
        """Return the encoded header of a pinned block."""
        session = self._session(connection, follow)
        if session is None:
            return None
        _check_pinned(session, block_hash)
        encoded = self._chain.blocks.encoded_header(block_hash)
        if encoded is None:
            raise RpcError(jsonrpc.INTERNAL_ERROR, "the header of a pinned block is missing")
        return render_bytes(encoded)

    def body(self, connection: Connection, follow: str, block_hash: bytes) -> object:
        """Start to read the extrinsics of a pinned block."""
        session = self._session(connection, follow)
        if session is None:
            return _LIMIT_REACHED
        return _start(session, block_hash, read_body(self._chain, block_hash))

    def call(
        self, connection: Connection, follow: str, block_hash: bytes, function: str, args: bytes
    ) -> object:
        """Start to call the runtime on a pinned block."""
        session = self._session(connection, follow)
        if session is None:
            return _LIMIT_REACHED
        if not session.with_runtime:
            raise RpcError(NEEDS_RUNTIME, "chainHead_v1_follow was called without withRuntime")
        return _start(session, block_hash, call_runtime(self._chain, block_hash, function, args))

    def storage(
        self,
        connection: Connection,
        follow: str,
        block_hash: bytes,
        items: list[StorageItem],
        child: bytes | None,
    ) -> object:
        """Start to read the storage of a pinned block, as many items as there are slots for."""
        session = self._session(connection, follow)
        if session is None:
            return _LIMIT_REACHED
        _check_pinned(session, block_hash)
        free = session.operations.free
        if not free:
            return _LIMIT_REACHED
        taken = items[:free]
        job = read_storage(self._chain, block_hash, taken, child)
        operation = session.operations.start(block_hash, job, max(1, len(taken)))
        answer = {
            "result": "started",
            "operationId": operation.identifier,
            "discardedItems": len(items) - len(taken),
        }
        return Announced(answer, operation)

    def resume(self, connection: Connection, follow: str, operation: str) -> None:
        """Continue an operation that waits for it."""
        session = self._session(connection, follow)
        if session is not None and not session.operations.resume(operation):
            raise RpcError(INVALID_CONTINUE, "the operation is not waiting to be continued")

    def stop_operation(self, connection: Connection, follow: str, operation: str) -> None:
        """Interrupt an operation, if it is in progress."""
        session = self._session(connection, follow)
        if session is not None:
            session.operations.stop(operation)

    def unpin(self, connection: Connection, follow: str, hashes: bytes | list[bytes]) -> None:
        """Unpin blocks, all or none."""
        session = self._session(connection, follow)
        if session is None:
            return
        try:
            session.follow.unpin(hashes if isinstance(hashes, list) else [hashes])
        except NotPinnedError as error:
            _refuse(error.block_hash)
        except DuplicateHashesError:
            raise RpcError(DUPLICATE_HASHES, "a hash is given more than once") from None

    def _session(self, connection: Connection, follow: str) -> FollowSession | None:
        found = self._sessions.get(connection.number, {}).get(follow)
        return None if found is None else found[1]


def _check_pinned(session: FollowSession, block_hash: bytes) -> None:
    if not session.follow.is_pinned(block_hash):
        _refuse(block_hash)


def _refuse(block_hash: bytes) -> NoReturn:
    text = "the block was not reported by this subscription, or is unpinned"
    raise RpcError(INVALID_BLOCK, text, render_bytes(block_hash))


def _start(session: FollowSession, block_hash: bytes, job: Job) -> object:
    _check_pinned(session, block_hash)
    if not session.operations.free:
        return _LIMIT_REACHED
    operation = session.operations.start(block_hash, job)
    return Announced({"result": "started", "operationId": operation.identifier}, operation)


def chain_head_methods(chain: Chain, feed: ChainFeed) -> Namespace:
    """Return the methods of chainHead_v1_*."""
    head = ChainHead(chain, feed)
    return [
        subscription(
            "chainHead_v1_follow",
            "chainHead_v1_followEvent",
            (),
            head.follow,
            params(param("withRuntime", BOOL)),
        ),
        method("chainHead_v1_unfollow", head.unfollow, params(CONNECTION, _FOLLOW)),
        method("chainHead_v1_header", head.header, params(CONNECTION, _FOLLOW, _HASH)),
        method("chainHead_v1_body", head.body, params(CONNECTION, _FOLLOW, _HASH)),
        method(
            "chainHead_v1_call",
            head.call,
            params(
                CONNECTION,
                _FOLLOW,
                _HASH,
                param("function", STRING),
                param("callParameters", SPEC_HEX),
            ),
        ),
        method(
            "chainHead_v1_storage",
            head.storage,
            params(
                CONNECTION,
                _FOLLOW,
                _HASH,
                param("items", STORAGE_ITEMS),
                param("childTrie", optional(SPEC_HEX)),
            ),
        ),
        method("chainHead_v1_continue", head.resume, params(CONNECTION, _FOLLOW, _OPERATION)),
        method(
            "chainHead_v1_stopOperation",
            head.stop_operation,
            params(CONNECTION, _FOLLOW, _OPERATION),
        ),
        method(
            "chainHead_v1_unpin",
            head.unpin,
            params(CONNECTION, _FOLLOW, param("hashOrHashes", list_or_one(HASH))),
        ),
    ]
