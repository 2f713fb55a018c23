"""The HTTP/1.1 driver: POST of JSON-RPC, health, CORS preflight, and the upgrade to WebSocket.

Status codes and texts are jsonrpsee's (server/src/transport/http.rs): 413 with -32007 for a body
too big, 415, 405, 403 for a Host not allowed, 429 when all connections are taken. A request that
breaks HTTP gets 400 or 431 and the connection is closed, as it is after every refusal that leaves a
body unread. Requests of one connection are answered one after the other.

Timeouts (`RpcConfig`) bound the idle time, the headers, the body and the answer, so a client that
sends a byte at a time holds a socket, never a slot of `max_connections`.

Out of scope: HTTP/2, TLS, other content encodings.
"""

import logging
from contextlib import suppress
from http import HTTPStatus
from typing import Final

import h11
import orjson
import trio
from websockets.datastructures import Headers
from websockets.http11 import Request
from websockets.server import ServerProtocol

from parachain.rpc import jsonrpc
from parachain.rpc.access import AccessPolicy
from parachain.rpc.connection import Transport
from parachain.rpc.service import Service
from parachain.rpc.websocket import serve_websocket

_logger = logging.getLogger("gear.rpc")

RECEIVE_BYTES: Final = 64 * 1024
MAX_HEAD_BYTES: Final = 16 * 1024
"""Request line and headers together; h11's default, twice what common servers take per line."""
LINGER_S: Final = 1.0
"""How long the rest of a refused request is read and dropped, so that the refusal arrives."""

JSON: Final = b"application/json; charset=utf-8"
TEXT: Final = b"text/plain"
WRONG_TYPE: Final = (
    b"Supplied content type is not allowed. Content-Type: application/json is required\n"
)
_JSON_TYPES: Final = frozenset(
    essence + charset
    for essence in (b"application/json", b"application/json-rpc")
    for charset in (b"", b"; charset=utf-8", b";charset=utf-8")
)
_HEALTH_CALL: Final = b'{"jsonrpc":"2.0","id":0,"method":"system_health"}'


class Refusal(Exception):  # noqa: N818 - an answer, not always an error of somebody
    """The request is answered with this status, and the connection closed if its body is unread."""

    def __init__(self, status: HTTPStatus, text: bytes, content_type: bytes = TEXT) -> None:
        super().__init__(status, text)
        self.status = status
        self.text = text
        self.content_type = content_type


class HttpDriver:
    """One connection until it ends or becomes a WebSocket."""

    def __init__(
        self,
        stream: trio.abc.HalfCloseableStream,
        service: Service,
        access: AccessPolicy,
        *,
        allows_unsafe: bool,
    ) -> None:
        self._stream = stream
        self._service = service
        self._config = service.config
        self._access = access
        self._allows_unsafe = allows_unsafe
        self._connection = service.new_connection(Transport.HTTP, allows_unsafe=allows_unsafe)
        self._dispatcher = service.http_dispatcher(self._connection)
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD_BYTES)
        self._idle = trio.CancelScope()
        self._leaving = False
        self._received_anything = False

    def leave(self) -> None:
        """Finish the request in progress, then close; at once if there is none."""
        self._leaving = True
        self._idle.cancel()

    async def run(self) -> None:
        """Serve until the client or a timeout ends the connection."""
        self._service.enter(self._connection.number, self)
        try:
            while not self._leaving and await self._wait_for_request():
                request = await self._read_head()
                if request is None or not await self._serve(request):
                    break
                if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
                    await self._linger()
                    break
                self._http.start_next_cycle()
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            _logger.debug("connection %d: reset by the client", self._connection.number)
        finally:
            self._connection.close()
            self._service.forget(self._connection.number)

    async def _wait_for_request(self) -> bool:
        """Wait for the first byte of a request; False when there will be none."""
        if self._http.trailing_data[0]:
            return True
        self._idle = trio.move_on_after(self._config.idle_timeout_s)
        with self._idle:
            data = await self._stream.receive_some(RECEIVE_BYTES)
            self._http.receive_data(bytes(data))
            return bool(data)
        return False

    async def _read_head(self) -> h11.Request | None:
        with trio.move_on_after(self._config.request_head_timeout_s):
            try:
                event = await self._next_event()
            except h11.RemoteProtocolError as error:
                await self._refuse_malformed(error)
                return None
            return event if isinstance(event, h11.Request) else None
        return None

    async def _next_event(self) -> h11.Event:
        """Return the client's next event. Raises h11.RemoteProtocolError."""
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                if self._http.they_are_waiting_for_100_continue:
                    proceed = h11.InformationalResponse(status_code=100, headers=[])
                    await self._send(self._http.send(proceed))
                data = await self._stream.receive_some(RECEIVE_BYTES)
                self._http.receive_data(bytes(data))
            elif isinstance(event, h11.Event):
                return event
            else:  # PAUSED: the caller asked for more than one request's events
                raise h11.LocalProtocolError("read past the end of a request")

    async def _serve(self, request: h11.Request) -> bool:
        """Answer one request; False if the connection now belongs to a WebSocket that ended."""
        headers = dict(request.headers)
        origin = headers.get(b"origin")
        try:
            self._check_host(headers)
            if _wants_websocket(request, headers):
                return await self._upgrade(request, origin)
            status, body, content_type = await self._answer(request, headers)
            cors = self._access.response_headers(origin)
            if request.method == b"OPTIONS":
                cors = self._access.preflight_headers(origin)
            await self._respond(status, body, content_type, cors)
        except Refusal as refusal:
            cors = self._access.response_headers(origin)
            await self._respond(refusal.status, refusal.text, refusal.content_type, cors)
        except h11.RemoteProtocolError as error:
            await self._refuse_malformed(error)
            return False
        return True

    def _check_host(self, headers: dict[bytes, bytes]) -> None:
        if b"host" not in headers and self._access.needs_host:
            raise Refusal(HTTPStatus.BAD_REQUEST, b"The Host header is missing.\n")
        if not self._access.host_allowed(headers.get(b"host", b"")):
            text = b"Provided Host header is not whitelisted.\n"
            raise Refusal(HTTPStatus.FORBIDDEN, text)

    async def _answer(
        self, request: h11.Request, headers: dict[bytes, bytes]
    ) -> tuple[HTTPStatus, bytes, bytes]:
        """Return status, body and content type. Raises Refusal, h11.RemoteProtocolError."""
        if request.method == b"OPTIONS":
            await self._read_body(0)
            return HTTPStatus.OK, b"", TEXT
        path = request.target.partition(b"?")[0]
        if path in {b"/health", b"/health/readiness"}:
            if request.method != b"GET":
                raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, b"")
            await self._read_body(0)
            return await self._health(readiness=path == b"/health/readiness")
        if request.method != b"POST":
            text = b"Used HTTP Method is not allowed. POST is required\n"
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, text)
        if headers.get(b"content-type", b"").lower() not in _JSON_TYPES:
            raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, WRONG_TYPE)
        limit = self._config.max_request_bytes
        if int(headers.get(b"content-length", b"0")) > limit:  # h11 has checked the digits
            raise _too_large(limit)
        body = await self._read_body(limit)
        return HTTPStatus.OK, await self._call(body), JSON

    async def _read_body(self, limit: int) -> bytes | bytearray:
        with trio.move_on_after(self._config.request_body_timeout_s):
            body = bytearray()
            while True:
                event = await self._next_event()
                if isinstance(event, h11.EndOfMessage):
                    return body
                if isinstance(event, h11.Data):
                    body += event.data
                    if len(body) > limit:
                        raise _too_large(limit)
                else:  # ConnectionClosed inside a body is a RemoteProtocolError of h11 already
                    raise trio.BrokenResourceError
        raise Refusal(HTTPStatus.REQUEST_TIMEOUT, b"The request body took too long.\n")

    async def _call(self, body: bytes | bytearray) -> bytes:
        if not self._service.take_slot():
            text = b"Too many connections. Please try again later."
            raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, text)
        try:
            return await self._dispatcher.answer(body) or b""
        finally:
            self._service.return_slot()

    async def _health(self, *, readiness: bool) -> tuple[HTTPStatus, bytes, bytes]:
        """Answer from `system_health` (rpc-servers/src/middleware/node_health.rs)."""
        health = orjson.loads(await self._call(_HEALTH_CALL)).get("result")
        if not isinstance(health, dict):
            return HTTPStatus.INTERNAL_SERVER_ERROR, b"", JSON
        if not readiness:
            return HTTPStatus.OK, orjson.dumps(health), JSON
        synced = not health.get("isSyncing") and health.get("peers", 0) > 0
        if synced or not health.get("shouldHavePeers"):
            return HTTPStatus.OK, b"", JSON
        return HTTPStatus.INTERNAL_SERVER_ERROR, b"", JSON

    async def _upgrade(self, request: h11.Request, origin: bytes | None) -> bool:
        self._skip_buffered()
        if self._http.their_state is h11.SEND_BODY:
            raise Refusal(HTTPStatus.BAD_REQUEST, b"An upgrade request has no body.\n")
        if not self._access.origin_allowed(origin):
            raise Refusal(HTTPStatus.FORBIDDEN, b"Provided Origin header is not whitelisted.\n")
        if not self._service.take_slot():
            text = b"Too many connections. Please try again later."
            raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, text)
        try:
            headers = Headers()
            for name, value in request.headers:
                headers[name.decode("latin-1")] = value.decode("latin-1")
            target, version = request.target.decode("latin-1"), request.http_version.decode()
            handshake = Request(target, headers, protocol=f"HTTP/{version}")
            response = ServerProtocol(logger=_logger).accept(handshake)
            if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
                raise Refusal(HTTPStatus(response.status_code), bytes(response.body or b""))
            agreed = [
                (name.encode("latin-1"), value.encode("latin-1"))
                for name, value in response.headers.raw_items()
            ]
            switch = h11.InformationalResponse(status_code=101, headers=agreed)
            await self._send(self._http.send(switch))
            connection = self._service.new_connection(
                Transport.WEBSOCKET, allows_unsafe=self._allows_unsafe
            )
            self._service.forget(self._connection.number)
            try:
                first = bytes(self._http.trailing_data[0])
                await serve_websocket(self._stream, self._service, connection, first)
            finally:
                self._service.forget(connection.number)
        finally:
            self._service.return_slot()
        return False

    async def _respond(
        self,
        status: HTTPStatus,
        body: bytes,
        content_type: bytes,
        extra: list[tuple[bytes, bytes]],
    ) -> None:
        self._skip_buffered()
        headers = [
            (b"content-type", content_type),
            (b"content-length", b"%d" % len(body)),
            *extra,
        ]
        busy = status is HTTPStatus.TOO_MANY_REQUESTS
        if self._leaving or busy or self._http.their_state is h11.SEND_BODY:
            headers.append((b"connection", b"close"))
        response = h11.Response(status_code=status.value, headers=headers, reason=status.phrase)
        sent = [self._http.send(response), self._http.send(h11.Data(data=body))]
        sent.append(self._http.send(h11.EndOfMessage()))
        await self._send(b"".join(part for part in sent if part))

    def _skip_buffered(self) -> None:
        """Pass over what has already arrived of the request, often all of it."""
        with suppress(h11.RemoteProtocolError):
            while self._http.their_state is h11.SEND_BODY:
                if self._http.next_event() is h11.NEED_DATA:
                    break

    async def _send(self, data: bytes | None) -> None:
        if data:
            with trio.move_on_after(self._config.write_timeout_s):
                await self._stream.send_all(data)
                return
            raise trio.BrokenResourceError("the client does not read")

    async def _refuse_malformed(self, error: h11.RemoteProtocolError) -> None:
        """Answer what is not HTTP, if an answer is still possible, and close."""
        _logger.debug("connection %d: %s", self._connection.number, error)
        if self._http.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            status = HTTPStatus(error.error_status_hint)
            await self._respond(status, f"{error}\n".encode(), TEXT, [])
            await self._linger()

    async def _linger(self) -> None:
        """Half-close, then drop what still arrives: a reset would take the answer with it."""
        with trio.move_on_after(LINGER_S):
            await self._stream.send_eof()
            while await self._stream.receive_some(RECEIVE_BYTES):
                pass


def _wants_websocket(request: h11.Request, headers: dict[bytes, bytes]) -> bool:
    return request.method == b"GET" and headers.get(b"upgrade", b"").lower() == b"websocket"


def _too_large(limit: int) -> Refusal:
    body = jsonrpc.failure(None, jsonrpc.request_too_big(limit))
    return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, body, JSON)
