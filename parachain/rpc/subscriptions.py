"""The subscriptions of one connection: ids, acceptance, order, limits, slow clients, the end.

What the client sees of a subscription, in this order: the answer to the call, which is the id or
the error the handler raised before accepting; notifications; if the handler fails later, one
notification with `params.error`; nothing more once unsubscribed. A handler that returns ends its
subscription silently, as in jsonrpsee.

Slow clients: `Sink.send` waits for room, so a handler falls behind the source it reads from.
`Sink.send_nowait` cannot wait; when too much is queued already the subscription is dropped, with an
error notification. A client that accepts nothing at all is disconnected by the driver.

Out of scope: sockets. The driver is an `Outlet`.
"""

import logging
import random
import string
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import trio

from parachain.rpc import jsonrpc
from parachain.rpc.connection import Connection
from parachain.rpc.jsonrpc import RpcError

_logger = logging.getLogger("gear.rpc")

ID_CHARACTERS: Final = string.ascii_letters + string.digits
ID_LENGTH: Final = 16
"""As jsonrpsee's RandomStringIdProvider(16), which Substrate configures."""

TOO_SLOW: Final = "the client reads too slowly, the subscription was dropped"


class Outlet(Protocol):
    """Where notifications go: the outgoing queue of a connection."""

    flushes: int
    """Counts how often the queue was emptied into the socket."""

    async def room(self) -> None:
        """Wait until fewer messages are queued than the connection may buffer."""

    def put(self, message: bytes) -> None:
        """Queue a message whatever is queued already."""

    def has_room_for_burst(self) -> bool:
        """Whether the bytes queued are few enough for more that cannot wait."""


class Sink:
    """The sending end of one subscription, given to its handler.

    A handler is an async function `handler(sink, *arguments)` that runs until the client
    unsubscribes or leaves, and is then cancelled. It must

    1. raise `RpcError` to refuse the call, or `await sink.accept()`, which answers with the id;
    2. then `await sink.send(result)` as often as it likes, or let a callback `send_nowait`;
    3. return when there is nothing more to say; an `RpcError` raised here is sent as the last
       notification.
    """

    def __init__(
        self,
        identifier: str,
        notification: str,
        connection: Connection,
        outlet: Outlet,
        buffer_messages: int,
    ) -> None:
        self.id = identifier
        self.connection = connection
        self._notification = notification
        self._outlet = outlet
        self._buffer_messages = buffer_messages
        self._scope = trio.CancelScope()
        self._decided = trio.Event()
        self._answered = trio.Event()
        self._ended = trio.Event()
        self._refusal: RpcError | None = None
        # How many messages `send_nowait` queued since the flush number `_counted_at`.
        self._queued = 0
        self._counted_at = -1

    @property
    def closed(self) -> bool:
        """Whether the client has unsubscribed, left or was dropped: nothing will be sent."""
        return self._ended.is_set()

    async def wait_closed(self) -> None:
        """Wait until `closed`."""
        await self._ended.wait()

    async def accept(self) -> None:
        """Answer the call with the id; returns when notifications may follow."""
        self._decided.set()
        await self._answered.wait()

    async def send(self, result: object) -> None:
        """Notify the client, waiting while 64 (`message_buffer_per_connection`) messages wait.

        Raises trio.ClosedResourceError if closed; a handler is cancelled before it can see that.
        """
        self._check_accepted()
        await self._outlet.room()
        if self.closed:
            await trio.lowlevel.checkpoint_if_cancelled()
            raise trio.ClosedResourceError("the subscription is closed")
        self._outlet.put(jsonrpc.notify(self._notification, self.id, result))

    def send_nowait(self, result: object) -> bool:
        """Notify the client at once, from the event loop's thread; False if closed.

        Drops the subscription when the client has left 64 messages of it, or too many bytes of
        any, unread.
        """
        self._check_accepted()
        if self.closed:
            return False
        outlet = self._outlet
        if self._counted_at != outlet.flushes:
            self._counted_at, self._queued = outlet.flushes, 0
        if self._queued >= self._buffer_messages or not outlet.has_room_for_burst():
            _logger.debug("connection %d: %s %s", self.connection.number, self.id, TOO_SLOW)
            self._fail(RpcError(jsonrpc.CALL_EXECUTION_FAILED, TOO_SLOW))
            self.close()
            return False
        self._queued += 1
        outlet.put(jsonrpc.notify(self._notification, self.id, result))
        return True

    def close(self) -> None:
        """End the subscription: nothing more is sent, the handler is cancelled."""
        self._ended.set()
        self._scope.cancel()

    def answered(self) -> None:
        """Let notifications out: the answer with the id is queued. For the driver."""
        self._answered.set()

    def _check_accepted(self) -> None:
        if not self._answered.is_set():
            raise RuntimeError("a subscription must be accepted before it notifies")

    def _fail(self, error: RpcError) -> None:
        if not self._decided.is_set():
            self._refusal = error
        elif self._answered.is_set() and not self.closed:
            message = jsonrpc.notify_error(self._notification, self.id, error)
            self._outlet.put(message)

    async def run(
        self, handler: Callable[..., Awaitable[None]], arguments: tuple[object, ...]
    ) -> None:
        """Run the handler to its end. For `Subscriptions`."""
        try:
            with self._scope:
                await handler(self, *arguments)
                self._fail_unaccepted()
        except RpcError as error:
            self._fail(error)
        except Exception:
            _logger.exception("the handler of %s failed", self._notification)
            self._fail(jsonrpc.internal_error())
        finally:
            self._ended.set()
            self._decided.set()

    def _fail_unaccepted(self) -> None:
        if not self._decided.is_set():
            raise RuntimeError("returned without accepting or refusing the subscription")

    async def decision(self) -> None:
        """Wait until accepted; raises the RpcError the call is refused with. For the driver."""
        await self._decided.wait()
        if self._refusal is not None:
            raise self._refusal


class Subscriptions:
    """The live subscriptions of one connection, by id."""

    def __init__(
        self,
        connection: Connection,
        outlet: Outlet,
        nursery: trio.Nursery,
        rng: random.Random,
        *,
        limit: int,
        buffer_messages: int,
    ) -> None:
        self._connection = connection
        self._outlet = outlet
        self._nursery = nursery
        self._rng = rng
        self._limit = limit
        self._buffer_messages = buffer_messages
        self._live: dict[str, tuple[object, Sink]] = {}

    def __len__(self) -> int:
        return len(self._live)

    async def open(
        self,
        kind: object,
        notification: str,
        handler: Callable[..., Awaitable[None]],
        arguments: tuple[object, ...],
    ) -> Sink:
        """Start a handler and return its sink once accepted; the caller answers with `sink.id`.

        After queueing that answer the caller calls `sink.answered()`. Raises RpcError: refused by
        the handler, or too many subscriptions (-32006). `kind` is what `close` must name again.
        """
        if len(self._live) >= self._limit:
            raise jsonrpc.too_many_subscriptions(self._limit)
        identifier = self._new_id()
        sink = Sink(identifier, notification, self._connection, self._outlet, self._buffer_messages)
        self._live[identifier] = kind, sink
        self._nursery.start_soon(self._run, sink, handler, arguments)
        await sink.decision()
        return sink

    def close(self, kind: object, identifier: object) -> bool:
        """End a subscription of this kind; False if there is none with the id."""
        found = self._live.get(identifier) if isinstance(identifier, str) else None
        if found is None or found[0] is not kind:
            return False
        del self._live[found[1].id]
        found[1].close()
        return True

    async def _run(
        self, sink: Sink, handler: Callable[..., Awaitable[None]], arguments: tuple[object, ...]
    ) -> None:
        try:
            await sink.run(handler, arguments)
        finally:
            self._live.pop(sink.id, None)

    def _new_id(self) -> str:
        while True:
            identifier = "".join(self._rng.choices(ID_CHARACTERS, k=ID_LENGTH))
            if identifier not in self._live:
                return identifier
