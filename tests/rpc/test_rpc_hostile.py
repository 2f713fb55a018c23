"""Hostile bytes at every layer: whatever arrives, the connection ends or goes on, the server lives.

Every failure of a connection task is logged as an error, so "no error was logged" means that each
byte sequence was answered, refused or ignored on purpose.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import orjson
import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from parachain.rpc.config import RpcConfig
from tests.rpc.rpc_peer import Peer, serving

CONFIG = RpcConfig(max_request_bytes=10_000, max_response_bytes=100_000)
FEW = settings(max_examples=60, deadline=None)  # each example is a connection or two


class Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def nothing_logged_as_error() -> Iterator[None]:
    collector = Collector()
    logging.getLogger("gear.rpc").addHandler(collector)
    try:
        yield
    finally:
        logging.getLogger("gear.rpc").removeHandler(collector)
    assert collector.messages == []


async def still_serves(peer: Peer) -> None:
    assert (await peer.http().call("test_echo", 1))["result"] == 1
    assert await (await peer.websocket()).call("test_echo", 2) == 2


async def drain(stream: trio.abc.HalfCloseableStream) -> None:
    """Say that no more will come, then read whatever the server has to say."""
    await stream.send_eof()
    while await stream.receive_some(1 << 16):
        pass


CHUNKS = st.lists(st.binary(max_size=300), max_size=5)
HTTP_LIKE = st.lists(
    st.sampled_from(
        [
            b"POST / HTTP/1.1\r\n", b"GET /health HTTP/1.1\r\n", b"Host: localhost:9944\r\n",
            b"Content-Length: 3\r\n", b"Content-Length: 99999999999999999999\r\n", b"\r\n",
            b"Transfer-Encoding: chunked\r\n", b"Content-Type: application/json\r\n", b"5\r\n",
            b"Expect: 100-continue\r\n", b"Upgrade: websocket\r\nConnection: upgrade\r\n", b"{}",
            b"Sec-WebSocket-Version: 13\r\n", b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
            b"Origin: \xff\r\n", b"0\r\n\r\n", b"\x81\x80\0\0\0\0",
        ]
    ),
    max_size=12,
)  # fmt: skip


@FEW
@given(CHUNKS | HTTP_LIKE)
async def test_any_bytes_instead_of_http(chunks: list[bytes]) -> None:
    with nothing_logged_as_error():
        async with serving(CONFIG) as peer:
            stream = peer.connect()
            for chunk in chunks:
                await stream.send_all(chunk)
            await drain(stream)
            await still_serves(peer)


@FEW
@given(CHUNKS)
async def test_any_bytes_instead_of_frames(chunks: list[bytes]) -> None:
    with nothing_logged_as_error():
        async with serving(CONFIG) as peer:
            client = await peer.websocket()
            for chunk in chunks:
                await client.stream.send_all(chunk)
            await drain(client.stream)
            await still_serves(peer)


def masked(head: int, data: bytes) -> bytes:
    """Return a frame with any first byte: flags, reserved bits and opcode."""
    size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
    return bytes([head]) + size + bytes(4) + data


HEADS = st.sampled_from([0x00, 0x01, 0x02, 0x08, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8A])
PAYLOADS = st.binary(max_size=130) | st.sampled_from([b"{}", b"[", b"\x03\xe8", b"\x03\xe8bye"])


@FEW
@given(st.lists(st.builds(masked, HEADS | st.integers(0, 255), PAYLOADS), max_size=8))
async def test_any_frames(frames: list[bytes]) -> None:
    with nothing_logged_as_error():
        async with serving(CONFIG) as peer:
            client = await peer.websocket()
            await client.stream.send_all(b"".join(frames))
            await drain(client.stream)
            await still_serves(peer)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
CALLS = st.fixed_dictionaries(
    {},
    optional={
        "jsonrpc": st.just("2.0") | JSON_VALUES,
        "id": st.integers(0, 9) | JSON_VALUES,
        "method": st.sampled_from(
            ["test_echo", "test_repeat", "test_count", "test_unlisten", "test_listen",
             "rpc_methods", "test_reject", "test_secret", "test_blockingEcho",
             "test_refuse", "test_whoami"]
        ) | JSON_VALUES,
        "params": st.lists(st.integers(0, 5) | JSON_VALUES, max_size=3) | JSON_VALUES,
    },
)  # fmt: skip


@FEW
@given(st.lists(CALLS | st.lists(CALLS, max_size=4) | JSON_VALUES, max_size=6))
async def test_any_json(messages: list[object]) -> None:
    with nothing_logged_as_error():
        async with serving(CONFIG) as peer:
            client = await peer.websocket()
            http = peer.http()
            for message in messages:
                try:
                    raw = orjson.dumps(message)
                except orjson.JSONEncodeError:  # a lone surrogate
                    continue
                await client.send(raw)
                status, body = await http.post(raw)
                assert status == 200
                if body:
                    answer = orjson.loads(body)
                    for one in answer if isinstance(answer, list) else [answer]:
                        assert one["jsonrpc"] == "2.0"
                        assert ("result" in one) != ("error" in one)
            await drain(client.stream)
            await still_serves(peer)


async def test_a_flood_of_tiny_frames_holds_no_memory_and_lets_others_run() -> None:
    async with serving() as peer:
        client = await peer.websocket()
        bystander = await peer.websocket()
        nothing = Frame(Opcode.CONT, b"", fin=False).serialize(mask=True)
        first = Frame(Opcode.TEXT, b"", fin=False).serialize(mask=True)
        await client.stream.send_all(first + nothing * 50_000)
        assert await bystander.call("test_echo", "alive") == "alive"
        last = Frame(Opcode.CONT, b"{").serialize(mask=True)
        await client.stream.send_all(last)
        assert (await client.receive())["error"]["code"] == -32700


async def test_a_client_that_floods_and_does_not_read_is_not_answered_without_bound() -> None:
    async with serving(RpcConfig(max_request_bytes=1000)) as peer:
        client = await peer.websocket(lockstep=True)
        call = b'{"jsonrpc":"2.0","id":1,"method":"test_repeat","params":["x",100000]}'
        flood = Frame(Opcode.TEXT, call).serialize(mask=True) * 100
        sent = 0
        with trio.move_on_after(0.2):
            while True:
                await client.stream.send_all(flood)
                sent += 1
        # The server stops reading: what it reads at once, 16 KiB, is all it took.
        assert sent <= 2


@pytest.mark.parametrize("depth", [100, 1000, 5000])
async def test_deep_nesting(depth: int) -> None:
    async with serving() as peer:
        client = await peer.websocket()
        nested = b"[" * depth + b"]" * depth
        call = b'{"jsonrpc":"2.0","id":1,"method":"test_repeat","params":['
        await client.send(call + nested + b"]}")
        assert (await client.receive())["error"]["code"] in {-32602, -32700}
        await client.send(call.replace(b"test_repeat", b"test_echo") + nested + b"]}")
        answer = await client.receive()
        # An echo that parses may still be too deep to be rendered: our side's limit is lower.
        assert "result" in answer or answer["error"]["code"] in {-32700, -32603}
