"""The HTTP driver: status codes as jsonrpsee's, keep-alive, CORS, Host, Origin, health, limits."""

import orjson
import pytest
import trio
import trio.testing

from parachain.rpc.access import AccessPolicy
from parachain.rpc.config import LOCAL_ORIGINS, RpcConfig
from tests.rpc.rpc_peer import HttpClient, WsClient, errors, serving

ECHO = {"jsonrpc": "2.0", "id": 1, "method": "test_echo", "params": ["x"]}


async def test_calls_share_a_connection() -> None:
    async with serving() as peer:
        client = peer.http()
        for number in range(3):
            assert (await client.call("test_echo", number))["result"] == number
        assert (await client.call("test_blockingEcho", "thread"))["result"] == "thread"
        assert client.headers[b"content-type"] == b"application/json; charset=utf-8"
        number = (await client.call("test_whoami"))["result"]
        assert (await client.call("test_whoami"))["result"] == number
        await client.stream.aclose()
        await trio.testing.wait_all_tasks_blocked()
        assert peer.sample.gone == [number, number]


async def test_batches_and_notifications() -> None:
    async with serving() as peer:
        client = peer.http()
        status, body = await client.post([ECHO, {"id": 1}, {**ECHO, "method": "test_listen"}])
        assert (status, errors(orjson.loads(body))) == (200, [None, -32600, -32603])
        assert await client.post({"jsonrpc": "2.0", "method": "test_echo"}) == (200, b"")
        status, body = await client.post(b"{nope")
        assert (status, orjson.loads(body)["error"]["code"]) == (200, -32700)


async def test_pipelined_requests_are_answered_in_order() -> None:
    async with serving() as peer:
        client = peer.http()
        body = b'{"jsonrpc":"2.0","id":%d,"method":"test_echo","params":[1]}'
        head = "POST / HTTP/1.1\r\nHost: localhost:9944\r\nContent-Type: application/json\r\n"
        for number in range(20):
            text = body % number
            request = f"{head}Content-Length: {len(text)}\r\n\r\n".encode() + text
            await client.stream.send_all(request)
        received = b""
        while received.count(b"\r\n\r\n{") < 20:
            received += await client.stream.receive_some(1 << 16)
        assert [received.index(b'"id":%d,' % n) for n in range(20)] == sorted(
            received.index(b'"id":%d,' % n) for n in range(20)
        )


async def test_bodies_too_big() -> None:
    async with serving(RpcConfig(max_request_bytes=100)) as peer:
        status, body = await peer.http().post(b" " * 101)
        assert status == 413
        assert orjson.loads(body)["error"] == {
            "code": -32007,
            "message": "Request is too big",
            "data": "Exceeded max limit of 100",
        }
        stream = peer.connect()
        await stream.send_all(
            b"POST / HTTP/1.1\r\nHost: localhost:9944\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n40\r\n" + b" " * 64 + b"\r\n40\r\n" + b" " * 64
        )
        assert (await stream.receive_some(99)).startswith(b"HTTP/1.1 413 ")


async def test_a_client_may_ask_before_it_sends_a_large_body() -> None:
    async with serving() as peer:
        stream = peer.connect()
        body = orjson.dumps(ECHO)
        await stream.send_all(
            b"POST / HTTP/1.1\r\nHost: localhost:9944\r\nContent-Type: application/json\r\n"
            b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body)
        )
        assert (await stream.receive_some(99)).startswith(b"HTTP/1.1 100 ")
        await stream.send_all(body)
        assert (await stream.receive_some(9999)).endswith(b'"result":"x"}')


@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE"])
async def test_other_verbs(verb: str) -> None:
    async with serving() as peer:
        client = peer.http()
        assert (await client.request(verb, "/"))[0] == 405
        assert (await client.call("test_echo", "kept alive"))["result"] == "kept alive"


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200), ("Application/JSON; charset=UTF-8", 200),
        ("application/json-rpc;charset=utf-8", 200), ("text/plain", 415), ("", 415),
    ],
)  # fmt: skip
async def test_content_types(content_type: str, status: int) -> None:
    async with serving() as peer:
        client = peer.http()
        headers = {"Content-Type": content_type}
        assert (await client.request("POST", "/", orjson.dumps(ECHO), headers))[0] == status
        assert (await client.call("test_echo", "kept alive"))["result"] == "kept alive"


async def test_health() -> None:
    async with serving() as peer:
        client = peer.http()
        sample = peer.sample
        assert await client.request("GET", "/health") == (200, orjson.dumps(sample.health))
        assert await client.request("GET", "/health/readiness") == (200, b"")
        sample.health = {"peers": 0, "isSyncing": False, "shouldHavePeers": True}
        assert await client.request("GET", "/health/readiness?x=1") == (500, b"")
        sample.health = {"peers": 3, "isSyncing": False, "shouldHavePeers": True}
        assert await client.request("GET", "/health/readiness") == (200, b"")
        sample.health = {"peers": 3, "isSyncing": True, "shouldHavePeers": True}
        assert await client.request("GET", "/health/readiness") == (500, b"")
        assert (await client.request("POST", "/health"))[0] == 405


async def test_preflight_and_cors_headers_for_everybody() -> None:
    async with serving(RpcConfig(cors_origins=None)) as peer:
        client = peer.http()
        asked = {"Origin": "https://any.where", "Access-Control-Request-Method": "POST"}
        assert await client.request("OPTIONS", "/", headers=asked) == (200, b"")
        assert client.headers[b"access-control-allow-origin"] == b"*"
        assert client.headers[b"access-control-allow-headers"] == b"*"
        await client.post(ECHO, Origin="https://any.where", Host="any.host")
        assert client.headers[b"access-control-allow-origin"] == b"*"


async def test_preflight_and_cors_headers_for_listed_origins() -> None:
    async with serving() as peer:
        client = peer.http()
        asked = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}
        await client.request("OPTIONS", "/", headers=asked)
        assert client.headers[b"access-control-allow-origin"] == b"http://localhost:3000"
        assert client.headers[b"access-control-allow-headers"] == b"content-type"
        await client.post(ECHO, Origin="https://polkadot.js.org")
        assert client.headers[b"access-control-allow-origin"] == b"https://polkadot.js.org"
        await client.request("OPTIONS", "/", headers={**asked, "Origin": "https://evil.example"})
        assert b"access-control-allow-origin" not in client.headers
        assert b"origin" in client.headers[b"vary"]


async def test_a_foreign_host_name_is_refused_unless_everybody_may_come() -> None:
    async with serving() as peer:
        client = peer.http()
        headers = {"Host": "rebound.example:9944"}
        answer = await client.request("POST", "/", orjson.dumps(ECHO), headers)
        assert answer == (403, b"Provided Host header is not whitelisted.\n")
        head = await WsClient(peer.connect()).handshake(Host="localhost:9945")
        assert head.startswith(b"HTTP/1.1 403 ")


async def test_a_foreign_page_cannot_open_a_websocket() -> None:
    async with serving() as peer:
        head = await WsClient(peer.connect()).handshake(Origin="https://evil.example")
        assert head.startswith(b"HTTP/1.1 403 ")
        assert await (await peer.websocket(Origin="http://127.0.0.1:80")).call("test_echo", 1) == 1


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://localhost:3000", True), ("HTTP://LocalHost:3000", True),
        ("http://localhost", True),
        ("http://localhost:", False), ("http://localhost:1.evil.com", False),
        ("http://localhost.evil.com", False), ("http://localhost:*", True), ("null", False),
        ("https://polkadot.js.org", True), ("https://polkadot.js.org:81", False),
    ],
)  # fmt: skip
def test_origins(origin: str, allowed: bool) -> None:
    assert AccessPolicy(LOCAL_ORIGINS, 9944).origin_allowed(origin.encode()) is allowed
    assert AccessPolicy(None, 9944).origin_allowed(origin.encode())


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"Sec-WebSocket-Version": "8"}, 400),
        ({"Sec-WebSocket-Key": "short"}, 400),
        ({"Connection": "close"}, 426),
        ({"Content-Length": "5"}, 400),
    ],
)
async def test_broken_handshakes(changed: dict[str, str], status: int) -> None:
    async with serving() as peer:
        head = await WsClient(peer.connect()).handshake(**changed)
        assert head.startswith(b"HTTP/1.1 %d " % status)


async def test_compression_is_not_agreed_to() -> None:
    async with serving() as peer:
        offer = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
        head = await WsClient(peer.connect()).handshake(**offer)
        assert head.startswith(b"HTTP/1.1 101 ")
        assert b"extensions" not in head.lower()


@pytest.mark.parametrize(
    ("junk", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),  # TLS
        (b"GET / HTTP/1.1\r\n\r\n", 400),  # no Host
        (b"GET /" + b"a" * 20_000, 431),
        (b"POST / HTTP/1.1\r\nHost: localhost:9944\r\nContent-Length: x\r\n\r\n", 400),
    ],
)
async def test_what_is_not_http(junk: bytes, status: int) -> None:
    async with serving() as peer:
        stream = peer.connect()
        await stream.send_all(junk)
        assert (await stream.receive_some(99)).startswith(b"HTTP/1.1 %d " % status)
        await stream.send_eof()
        while await stream.receive_some(99):
            pass


async def test_a_connection_refused_leaves_a_slot_for_later() -> None:
    async with serving(RpcConfig(max_connections=3)) as peer:
        first, _, _ = [await peer.websocket() for _ in range(3)]
        head = await WsClient(peer.connect()).handshake()
        assert head.startswith(b"HTTP/1.1 429 ")
        status, body = await peer.http().post(ECHO)
        assert (status, body) == (429, b"Too many connections. Please try again later.")
        await first.close()
        await first.ended()
        await trio.testing.wait_all_tasks_blocked()
        assert await (await peer.websocket()).call("test_echo", 1) == 1


async def test_idle_sockets_are_limited_too() -> None:
    async with serving(RpcConfig(max_connections=2)) as peer:
        for _ in range(4):
            peer.connect()
        await trio.testing.wait_all_tasks_blocked()
        refused = await peer.connect().receive_some(999)
        assert refused.startswith(b"HTTP/1.1 429 ")
        length = int(refused.split(b"content-length: ")[1].split(b"\r")[0])
        assert len(refused.split(b"\r\n\r\n")[1]) == length


async def ends_after(stream: trio.abc.HalfCloseableStream, clock: trio.testing.MockClock) -> float:
    """Return how long, by the mock clock, the server keeps a silent client."""
    began = clock.current_time()
    while await stream.receive_some(999):
        pass
    return clock.current_time() - began


@pytest.mark.parametrize(
    ("sent", "seconds"),
    [(b"", 75), (b"GET / HT", 30), (b"POST / HTTP/1.1\r\nHost: localhost:9944\r\n", 30)],
)
async def test_slow_heads_are_cut_off(
    sent: bytes, seconds: float, autojump_clock: trio.testing.MockClock
) -> None:
    async with serving(within_s=9999) as peer:
        stream = peer.connect()
        if sent:
            await stream.send_all(sent)
        assert await ends_after(stream, autojump_clock) == pytest.approx(seconds)


async def test_slow_bodies_are_cut_off_however_they_trickle(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with serving(within_s=9999) as peer, trio.open_nursery() as nursery:
        stream = peer.connect()
        await stream.send_all(
            b"POST / HTTP/1.1\r\nHost: localhost:9944\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000\r\n\r\n"
        )

        async def trickle() -> None:
            while True:
                await trio.sleep(1)
                await stream.send_all(b" ")

        nursery.start_soon(trickle)
        began = autojump_clock.current_time()
        assert (await stream.receive_some(99)).startswith(b"HTTP/1.1 408 ")
        assert autojump_clock.current_time() - began == pytest.approx(60)
        nursery.cancel_scope.cancel()


async def test_closing_ends_idle_connections_and_finishes_requests() -> None:
    async with serving() as peer, trio.open_nursery() as nursery:
        nursery.start_soon(peer.server.run)
        idle, busy = peer.http(), peer.http()
        await idle.call("test_echo", 1)

        async def wait() -> None:
            assert (await busy.call("test_wait"))["result"] == "waited"
            assert busy.headers[b"connection"] == b"close"

        nursery.start_soon(wait)
        await trio.testing.wait_all_tasks_blocked()
        peer.server.close()
        assert await idle.stream.receive_some(1) == b""
        peer.sample.gate.set()


async def test_http_1_0() -> None:
    async with serving() as peer:
        client = HttpClient(peer.connect())
        body = orjson.dumps(ECHO)
        head = "POST / HTTP/1.0\r\nHost: localhost:9944\r\nContent-Type: application/json\r\n"
        await client.stream.send_all(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        assert b'"result":"x"}' in await client.stream.receive_some(999)
        assert await client.stream.receive_some(999) == b""
