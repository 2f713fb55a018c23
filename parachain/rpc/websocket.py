"""The WebSocket driver: moves bytes between a socket, the frame parser and the dispatcher.

Three tasks per connection: one reads, answers what can be answered at once and flushes when a chunk
is done, so pipelined calls share a `send`; one flushes what other tasks queue (answers of calls in
progress, notifications), so everything queued in one turn of the event loop shares a `send`; one
pings. Calls in progress and subscriptions are further tasks of the same nursery and end with it.

Memory is bounded per connection: one incoming message (`max_request_bytes`), and outgoing
`message_buffer_per_connection` queued messages plus as many calls in progress. A client that does
not read stops being read from, and is disconnected after `write_timeout_s`.

Compression is not offered, as in Substrate: it would let a small message grow without bound.

Out of scope: the opening handshake (`http`), JSON (`dispatch`).
"""

import logging
import math
from typing import Final

import trio
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import OPEN, SERVER, Protocol

from parachain.rpc import jsonrpc
from parachain.rpc.connection import Connection
from parachain.rpc.dispatch import Work
from parachain.rpc.service import Service

_logger = logging.getLogger("gear.rpc")
_frames_log = logging.getLogger("gear.rpc.frames")
_frames_log.setLevel(logging.WARNING)  # it would describe every frame, and every closing as news

RECEIVE_BYTES: Final = 16 * 1024
"""Read at once. Small, because what arrived is parsed and answered in one turn: at most some 2700
frames of hostile size, or about 100 usual calls."""
FLUSH_BYTES: Final = 256 * 1024
"""Answers of one chunk above this size are sent before the next call is looked at."""
LINGER_S: Final = 1.0
"""How long to wait for the client's half of the closing handshake, so that it reads our last words
instead of a connection reset."""


class ServerFrames(Protocol):
    """The frame parser of a server whose handshake is done; explains itself before 1009."""

    def __init__(self, max_message_bytes: int) -> None:
        super().__init__(SERVER, state=OPEN, max_size=max_message_bytes, logger=_frames_log)
        self._max_message_bytes = max_message_bytes

    def fail(self, code: CloseCode | int, reason: str = "") -> None:
        """End the connection with this code; -32007 goes first when a message was too big."""
        if code == CloseCode.MESSAGE_TOO_BIG and self.state is OPEN:
            error = jsonrpc.request_too_big(self._max_message_bytes)
            self.send_text(jsonrpc.failure(None, error))
        super().fail(code, reason)


async def serve_websocket(
    stream: trio.abc.HalfCloseableStream, service: Service, connection: Connection, first: bytes
) -> None:
    """Serve an upgraded connection to its end. `first` is what came right after the handshake."""
    try:
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as nursery:
                driver = WebSocketDriver(stream, service, connection, nursery, scope)
                service.enter(connection.number, driver)
                connection.nursery = nursery
                await driver.run(first)
                nursery.cancel_scope.cancel()
    finally:
        connection.close()


class WebSocketDriver:
    """One connection. It is the `Outlet` of its subscriptions."""

    def __init__(
        self,
        stream: trio.abc.HalfCloseableStream,
        service: Service,
        connection: Connection,
        nursery: trio.Nursery,
        scope: trio.CancelScope,
    ) -> None:
        self._stream = stream
        self._config = service.config
        self._connection = connection
        self._nursery = nursery
        self._scope = scope
        self._frames = ServerFrames(service.config.max_request_bytes)
        self._dispatcher = service.websocket_dispatcher(connection, self, nursery)
        self._partial: bytearray | None = None
        self._last_heard = trio.current_time()
        self._deadline = math.inf  # of the whole connection; finite once closing
        self._ended = False  # reading is over, so the nursery is about to take no more tasks
        # Outgoing: frames wait in `self._frames.writes`.
        self.flushes = 0
        self._queued_bytes = 0
        self._sending = trio.Lock()
        self._idle_writer = trio.lowlevel.ParkingLot()
        self._no_room = trio.lowlevel.ParkingLot()
        # Calls in progress.
        self._calls = 0
        self._call_ended = trio.lowlevel.ParkingLot()

    async def run(self, first: bytes) -> None:
        """Read until the connection ends."""
        self._nursery.start_soon(self._write)
        self._nursery.start_soon(self._ping)
        try:
            data: bytes | bytearray = first or await self._stream.receive_some(RECEIVE_BYTES)
            while data:
                await self._receive(data)
                if self._frames.close_rcvd is not None:
                    return  # and answered: nothing more will come
                data = await self._stream.receive_some(RECEIVE_BYTES)
            self._frames.receive_eof()
            await self._flush()
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            _logger.debug("connection %d: reset by the client", self._connection.number)
        finally:
            self._ended = True

    async def _receive(self, data: bytes | bytearray) -> None:
        self._last_heard = trio.current_time()
        frames = self._frames
        frames.receive_data(data)
        for frame in frames.events_received():
            assert isinstance(frame, Frame)
            message = self._complete(frame)
            if message is None:
                continue
            outcome = self._dispatcher.begin(message)
            if type(outcome) is bytes:
                self._queue(outcome)
                if self._queued_bytes >= FLUSH_BYTES:
                    await self._flush()
            elif outcome is not None:
                assert not isinstance(outcome, bytes)
                await self._start(outcome)
        if frames.writes:
            await self._flush()
        if frames.close_expected():
            self._end_within(LINGER_S)

    def _complete(self, frame: Frame) -> bytes | bytearray | memoryview | None:
        """Return the message this data frame completes."""
        opcode = frame.opcode
        if opcode is Opcode.TEXT or opcode is Opcode.BINARY:
            if frame.fin:
                return frame.data
            self._partial = bytearray(frame.data)
        elif opcode is Opcode.CONT and self._partial is not None:
            self._partial += frame.data
            if frame.fin:
                message, self._partial = self._partial, None
                return message
        return None

    async def _start(self, work: Work) -> None:
        """Run a call in a task of its own, as soon as few enough are running."""
        if self._calls >= self._config.message_buffer_per_connection:
            await self._flush()
        while self._calls >= self._config.message_buffer_per_connection:
            await self._call_ended.park()
        self._calls += 1
        self._nursery.start_soon(self._run_call, work)

    async def _run_call(self, work: Work) -> None:
        try:
            answer = await work()
            if answer.body is not None:
                await self.room()
                self.put(answer.body)
            for opened in answer.opened:
                opened.answered()
        finally:
            self._calls -= 1
            self._call_ended.unpark_all()

    # Outgoing.

    def _queue(self, message: bytes) -> None:
        if self._frames.state is OPEN:
            self._queued_bytes += len(message)
            self._frames.send_text(message)

    def put(self, message: bytes) -> None:
        """Queue a message and have it sent soon. See `Outlet`."""
        self._queue(message)
        self._idle_writer.unpark()

    async def room(self) -> None:
        """Wait until fewer than `message_buffer_per_connection` messages wait. See `Outlet`."""
        while len(self._frames.writes) >= self._config.message_buffer_per_connection:
            await self._no_room.park()

    def has_room_for_burst(self) -> bool:
        """Whether less than a largest answer's worth of bytes waits. See `Outlet`."""
        return self._queued_bytes < self._config.max_response_bytes

    async def _write(self) -> None:
        while True:
            if self._frames.writes:
                await self._flush()
            else:
                await self._idle_writer.park()

    async def _flush(self) -> None:
        """Send what is queued, in order. A client that is gone or stuck ends the connection."""
        try:
            self._sending.acquire_nowait()
        except trio.WouldBlock:
            await self._sending.acquire()
        try:
            while writes := self._frames.data_to_send():
                self.flushes += 1
                self._queued_bytes = 0
                self._no_room.unpark_all()
                timeout_s = self._config.write_timeout_s
                self._scope.deadline = min(self._deadline, trio.current_time() + timeout_s)
                await self._stream.send_all(writes[0] if len(writes) == 1 else b"".join(writes))
                if not writes[-1]:  # the parser's sign to half-close
                    await self._stream.send_eof()
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            self._scope.cancel()
        finally:
            self._scope.deadline = self._deadline
            self._sending.release()

    # Ending.

    async def _ping(self) -> None:
        config = self._config
        missed = 0
        while True:
            await trio.sleep(config.ping_interval_s)
            if trio.current_time() - self._last_heard > config.inactivity_limit_s:
                missed += 1
            else:
                missed = 0
            if missed >= config.max_missed_pings:
                _logger.debug("connection %d: silent too long", self._connection.number)
                self._scope.cancel()
            elif self._frames.state is OPEN:
                self._frames.send_ping(b"")
                self._idle_writer.unpark()

    def leave(self) -> None:
        """Finish the calls in progress, then close with "going away"."""
        if not self._ended:
            self._nursery.start_soon(self._leave)

    async def _leave(self) -> None:
        while self._calls:
            await self._call_ended.park()
        if self._frames.state is OPEN:
            self._frames.send_close(CloseCode.GOING_AWAY)
            await self._flush()
            self._end_within(LINGER_S)

    def _end_within(self, seconds: float) -> None:
        self._deadline = min(self._deadline, trio.current_time() + seconds)
        self._scope.deadline = min(self._scope.deadline, self._deadline)
