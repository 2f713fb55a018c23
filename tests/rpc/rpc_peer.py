"""Fakes for the tests of the RPC server: a namespace of every kind of method, and two clients.

The clients speak over any byte stream, so most tests need no socket. They are built on the client
halves of h11 and websockets.
"""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import h11
import orjson
import trio
import trio.testing
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import CLIENT, OPEN, Protocol

from parachain.rpc.access import AccessPolicy
from parachain.rpc.config import RpcConfig
from parachain.rpc.connection import Connection
from parachain.rpc.jsonrpc import RpcError
from parachain.rpc.methods import Namespace, Registry, awaited, blocking, method, subscription
from parachain.rpc.params import CONNECTION, param, params
from parachain.rpc.parsers import JSON, STRING, U32
from parachain.rpc.server import Server
from parachain.rpc.subscriptions import Sink

LONG = 1 << 20
HANDSHAKE = {
    "Host": "localhost:9944",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Version": "13",
}


class Sample:
    """A namespace with one method of every kind; tests hold on to its events."""

    def __init__(self) -> None:
        self.gate = trio.Event()
        self.sinks: list[Sink] = []
        self.ended: list[str] = []
        self.gone: list[int] = []
        self.waiting = 0
        self.health: dict[str, object] = {"peers": 0, "isSyncing": False, "shouldHavePeers": False}

    def echo(self, value: object) -> object:
        return value

    def crash(self) -> object:
        raise ZeroDivisionError("a bug of ours")

    def refuse(self) -> object:
        raise RpcError(1010, "Invalid Transaction", "Transaction has a bad signature")

    def repeat(self, text: str, times: int) -> object:
        return text * times

    def secret(self) -> object:
        return "secret"

    def whoami(self, connection: Connection) -> object:
        connection.on_close(lambda: self.gone.append(connection.number))
        return connection.number

    async def wait(self) -> object:
        self.waiting += 1
        await self.gate.wait()
        return "waited"

    async def count(self, sink: Sink, limit: int) -> None:
        await sink.accept()
        for number in range(limit):
            await sink.send(number)

    async def listen(self, sink: Sink) -> None:
        await sink.accept()
        self.sinks.append(sink)
        try:
            await trio.sleep_forever()
        finally:
            self.ended.append(sink.id)

    async def reject(self, sink: Sink) -> None:
        del sink
        raise RpcError(1010, "Invalid Transaction")

    async def fail_late(self, sink: Sink, code: int) -> None:
        await sink.accept()
        await sink.send("fine so far")
        if code:
            raise RpcError(code, "went wrong")
        raise ZeroDivisionError("a bug of ours")

    async def forget_to_accept(self, sink: Sink) -> None:
        del sink

    def namespace(self) -> Namespace:
        listen = "test_listening"
        return [
            method("test_echo", self.echo, params(param("value", JSON)), aliases=("test_same",)),
            method("test_crash", self.crash, params()),
            method("test_refuse", self.refuse, params()),
            method("test_repeat", self.repeat, params(param("text", STRING), param("times", U32))),
            method("test_secret", self.secret, params(), unsafe=True),
            method("test_whoami", self.whoami, params(CONNECTION)),
            method("system_health", lambda: self.health, params()),
            awaited("test_wait", self.wait, params()),
            blocking("test_blockingEcho", self.echo, params(param("value", JSON))),
            blocking("test_blockingCrash", self.crash, params()),
            subscription("test_count", "test_counted", "test_uncount", self.count, _LIMIT),
            subscription(
                "test_listen", listen, ("test_unlisten", "test_off"), self.listen, params()
            ),
            subscription("test_reject", "test_never", "test_unreject", self.reject, params()),
            subscription("test_late", "test_lately", "test_unlate", self.fail_late, _CODE),
            subscription("test_idle", "test_i", "test_unidle", self.forget_to_accept, params()),
            subscription(
                "test_private", "test_p", "test_unprivate", self.listen, params(), unsafe=True
            ),
        ]


_LIMIT = params(param("limit", U32))
_CODE = params(param("code", U32))


class ConnectionEndedError(Exception):
    """The server ended the connection where the test expected a message."""


class WsClient:
    """A WebSocket client; `closed_with` is the close code the server sent."""

    def __init__(self, stream: trio.abc.HalfCloseableStream) -> None:
        self.stream = stream
        self.frames = Protocol(CLIENT, state=OPEN, max_size=None)
        self.messages: list[Any] = []
        self.closed_with: int | None = None

    async def handshake(self, **headers: str) -> bytes:
        """Ask for the upgrade; return the head of the answer."""
        lines = [f"{k}: {v}" for k, v in {**HANDSHAKE, **headers}.items()]
        request = "\r\n".join(["GET / HTTP/1.1", *lines, "", ""])
        await self.stream.send_all(request.encode())
        head = b""
        while b"\r\n\r\n" not in head:
            data = await self.stream.receive_some(1)
            if not data:
                break
            head += data
        return head

    async def send(self, message: object) -> None:
        """Send JSON, or bytes as they are."""
        raw = message if isinstance(message, bytes) else orjson.dumps(message)
        self.frames.send_text(raw)
        await self.flush()

    async def send_frames(self, *frames: Frame) -> None:
        """Send frames, valid or not."""
        await self.stream.send_all(b"".join(frame.serialize(mask=True) for frame in frames))

    async def flush(self) -> None:
        await self.stream.send_all(b"".join(self.frames.data_to_send()))

    async def receive(self) -> Any:
        """Return the next message, decoded. Raises ConnectionEndedError."""
        while not self.messages:
            data = await self.stream.receive_some(LONG)
            if not data:
                raise ConnectionEndedError
            self.frames.receive_data(data)
            for frame in self.frames.events_received():
                assert isinstance(frame, Frame)
                if frame.opcode is Opcode.TEXT:
                    self.messages.append(orjson.loads(frame.data))
            if self.frames.close_rcvd is not None:
                self.closed_with = self.frames.close_rcvd.code
                await self.flush()  # our half of the closing handshake
        return self.messages.pop(0)

    async def ended(self) -> int | None:
        """Read to the end, which must come without a message; return the close code."""
        try:
            message = await self.receive()
        except ConnectionEndedError:
            return self.closed_with
        raise AssertionError(f"unexpected {message}")

    async def call(self, name: str, *arguments: object) -> Any:
        """Send a call and return the next message, `result` if it is an answer with one."""
        await self.send({"jsonrpc": "2.0", "id": 7, "method": name, "params": arguments})
        answer = await self.receive()
        return answer["result"] if answer.get("id") == 7 and "result" in answer else answer

    async def close(self) -> None:
        """Begin the closing handshake."""
        self.frames.send_close(CloseCode.NORMAL_CLOSURE)
        await self.flush()


class HttpClient:
    """An HTTP/1.1 client."""

    def __init__(self, stream: trio.abc.HalfCloseableStream) -> None:
        self.stream = stream
        self.http = h11.Connection(h11.CLIENT)
        self.headers: dict[bytes, bytes] = {}

    async def post(self, message: object, **headers: str) -> tuple[int, bytes]:
        """POST JSON, or bytes as they are."""
        raw = message if isinstance(message, bytes) else orjson.dumps(message)
        return await self.request("POST", "/", raw, {"Content-Type": "application/json", **headers})

    async def call(self, name: str, *arguments: object) -> Any:
        """POST a call and return the decoded answer."""
        call = {"jsonrpc": "2.0", "id": 7, "method": name, "params": arguments}
        status, body = await self.post(call)
        assert status == 200
        return orjson.loads(body)

    async def request(
        self, verb: str, target: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Send a request and return status and body of the answer; its headers are kept."""
        lines = {"Host": "localhost:9944", **(headers or {})}
        if body or verb == "POST":
            lines.setdefault("Content-Length", str(len(body)))
        request = h11.Request(method=verb, target=target, headers=list(lines.items()))
        sent = self.http.send(request) or b""
        if body:
            sent += self.http.send(h11.Data(data=body)) or b""
        await self.stream.send_all(sent + (self.http.send(h11.EndOfMessage()) or b""))
        return await self.answer()

    async def answer(self) -> tuple[int, bytes]:
        """Read one answer."""
        status, body = 0, b""
        while True:
            event = self.http.next_event()
            if event is h11.NEED_DATA:
                self.http.receive_data(bytes(await self.stream.receive_some(LONG)))
            elif isinstance(event, h11.Response):
                status, self.headers = event.status_code, dict(event.headers)
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                if self.http.their_state is h11.DONE and self.http.our_state is h11.DONE:
                    self.http.start_next_cycle()
                return status, body
            elif isinstance(event, h11.ConnectionClosed):
                raise ConnectionEndedError


class Peer:
    """A server without sockets: `connect` gives the client's end of a fresh connection."""

    def __init__(self, config: RpcConfig, nursery: trio.Nursery) -> None:
        self.sample = Sample()
        self.server = Server(config, Registry([self.sample.namespace()]), random.Random(1))
        self._origins = config.cors_origins
        self._nursery = nursery
        self.allows_unsafe = True

    def connect(self, *, lockstep: bool = False) -> trio.abc.HalfCloseableStream:
        """Connect; with `lockstep` a sender waits until all it sent is received."""
        make = trio.testing.lockstep_stream_pair if lockstep else trio.testing.memory_stream_pair
        ours, theirs = make()
        self._nursery.start_soon(self._serve, theirs)
        return ours

    async def _serve(self, stream: trio.abc.HalfCloseableStream) -> None:
        access = AccessPolicy(self._origins, 9944)
        await self.server.serve_stream(stream, access, allows_unsafe=self.allows_unsafe)

    async def websocket(self, *, lockstep: bool = False, **headers: str) -> WsClient:
        """Connect and upgrade."""
        client = WsClient(self.connect(lockstep=lockstep))
        head = await client.handshake(**headers)
        assert head.startswith(b"HTTP/1.1 101"), head
        return client

    def http(self) -> HttpClient:
        """Connect."""
        return HttpClient(self.connect())


@asynccontextmanager
async def serving(config: RpcConfig | None = None, *, within_s: float = 10) -> AsyncIterator[Peer]:
    """Run a server for the block, which fails when it takes longer."""
    with trio.fail_after(within_s):
        async with trio.open_nursery() as nursery:
            yield Peer(replace(config or RpcConfig(), listen=()), nursery)
            nursery.cancel_scope.cancel()


def errors(answers: Sequence[dict[str, Any]]) -> list[int | None]:
    """Return the error codes of a batch's answers, None for results."""
    return [answer["error"]["code"] if "error" in answer else None for answer in answers]
