"""How many state_getStorage-like calls the RPC server answers, loaded from another process.

The handler reads a dictionary, so the figures are the server's own cost: transport, framing, JSON,
dispatch. The client prepares its frames beforehand and only counts the answers' bytes, so that on
two cores the server is what is measured. `rows()` gives (name, value, unit, target).
"""

import random
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import trio
from websockets.frames import Frame, Opcode

from parachain.rpc.config import ListenAddress, RpcConfig
from parachain.rpc.jsonrpc import success
from parachain.rpc.methods import Registry, method
from parachain.rpc.params import param, params
from parachain.rpc.parsers import HASH, HEX, optional
from parachain.rpc.server import Server

KEYS: Final = [index.to_bytes(2, "little") * 40 for index in range(1000)]
VALUE: Final = bytes(80)
SECONDS: Final = 2.0
LONG: Final = 1 << 20
HANDSHAKE: Final = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Row(NamedTuple):
    """One line of the table; `target` is None where none was set."""

    name: str
    value: float
    unit: str
    target: float | None


async def serve() -> None:
    """Serve a dictionary as storage on a free port and print the port."""
    storage = dict.fromkeys(KEYS, VALUE)

    def get_storage(key: bytes, at: bytes | None) -> str | None:
        del at
        value = storage.get(key)
        return None if value is None else "0x" + value.hex()

    spec = params(param("key", HEX), param("hash", optional(HASH)))
    registry = Registry([[method("state_getStorage", get_storage, spec)]])
    config = RpcConfig(listen=(ListenAddress("127.0.0.1", 0),), cors_origins=None)
    server = Server(config, registry, random.SystemRandom())
    async with trio.open_nursery() as nursery:
        addresses: list[tuple[str, int]] = await nursery.start(server.run)
        sys.stdout.write(f"{addresses[0][1]}\n")
        sys.stdout.flush()
        await trio.to_thread.run_sync(sys.stdin.read, abandon_on_cancel=True)
        server.close()


def request_body(number: int) -> bytes:
    """Return the JSON text of a call, as polkadot.js writes it."""
    key = KEYS[number % len(KEYS)].hex()
    call = f'{{"id":{number % 9000 + 1000},"jsonrpc":"2.0","method":"state_getStorage",'
    return (call + f'"params":["0x{key}"]}}').encode()


def frame(number: int) -> bytes:
    """Return a masked WebSocket frame with a call."""
    return Frame(Opcode.TEXT, request_body(number)).serialize(mask=True)


def http_post(number: int) -> bytes:
    """Return a keep-alive HTTP request with a call."""
    body = request_body(number)
    head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Client:
    """A connection that keeps `depth` calls in flight; all answers have the same size."""

    def __init__(self, port: int, encode: Callable[[int], bytes], depth: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if encode is frame:
            self.socket.sendall(HANDSHAKE)
            while not self.socket.recv(LONG).endswith(b"\r\n\r\n"):
                pass
        self.calls = [encode(number) for number in range(depth, 1024)]
        self.next = 0
        self.depth = depth
        # The size of an answer, once its first is read whole.
        self.socket.sendall(encode(0))
        first = self.socket.recv(LONG)
        assert b'"result":"0x00' in first, first
        self.answer_size = len(first)
        self.received = 0

    def start(self) -> None:
        """Send the first calls."""
        self.socket.sendall(b"".join(self.calls[: self.depth]))

    def step(self) -> int:
        """Read what arrived, replace the calls answered, return how many they were."""
        received = self.received + len(self.socket.recv(LONG))
        answered, self.received = divmod(received, self.answer_size)
        if answered == 1:
            self.socket.send(self.calls[self.next])
        elif answered:
            self.socket.sendall(b"".join(self.calls[self.next : self.next + answered]))
        self.next = (self.next + answered) % (len(self.calls) - self.depth)
        return answered


def calls_per_second(port: int, encode: Callable[[int], bytes], clients: int, depth: int) -> float:
    """Run clients for SECONDS and return the answers per second."""
    selector = selectors.DefaultSelector()
    for client in [Client(port, encode, depth) for _ in range(clients)]:
        selector.register(client.socket, selectors.EVENT_READ, client)
        client.start()
    count = 0
    begin = now = time.perf_counter()
    while now - begin < SECONDS:
        for key, _ in selector.select():
            count += key.data.step()
        now = time.perf_counter()
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    selector.close()
    return count / (now - begin)


def encode_reference() -> float:
    """Return how many answers a second are encoded to JSON, the part that is not ours."""
    begin = time.perf_counter()
    for number in range(100_000):
        success(number, "0x" + VALUE.hex(), LONG)
    return 100_000 / (time.perf_counter() - begin)


def rows() -> Iterator[Row]:
    """Start a server process, load it in every way, and yield the figures."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.rpc", "serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        for name, encode, clients, depth, target in (
            ("RPC storage reads, one WebSocket, one at a time", frame, 1, 1, 3000.0),
            ("RPC storage reads, one WebSocket, 16 in flight", frame, 1, 16, 3000.0),
            ("RPC storage reads, 20 WebSockets, one at a time each", frame, 20, 1, 6000.0),
            ("RPC storage reads, 20 WebSockets, 16 in flight each", frame, 20, 16, 6000.0),
            ("RPC storage reads, one HTTP connection", http_post, 1, 1, None),
            ("RPC storage reads, 20 HTTP connections", http_post, 20, 1, None),
        ):
            yield Row(name, calls_per_second(port, encode, clients, depth), "calls/s", target)
        assert process.stdin is not None
        process.stdin.close()
    yield Row("RPC answers encoded, reference", encode_reference(), "answers/s", None)


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        trio.run(serve)
    else:
        for row in rows():
            goal = "" if row.target is None else f"  (target {row.target:,.0f})"
            sys.stdout.write(f"{row.name:55} {row.value:10,.0f} {row.unit}{goal}\n")
