"""How many state_getStorage calls a second a server answers, loaded from another process.

`rows` loads a server whose handler reads a dictionary: the figures are the server's own cost,
transport, framing, JSON, dispatch. `tests.bench.node` loads a whole node with the same client. The
client prepares its frames beforehand and only counts the bytes of answers, so that on two cores
the server is what is measured.
"""

import random
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import trio
from websockets.frames import Frame, Opcode

from parachain.rpc.config import ListenAddress, RpcConfig
from parachain.rpc.jsonrpc import success
from parachain.rpc.methods import Registry, method
from parachain.rpc.params import param, params
from parachain.rpc.parsers import HASH, HEX, optional
from parachain.rpc.server import Server
from tests.bench.row import Row, Target, at_least

KEYS: Final = tuple(index.to_bytes(2, "little") * 40 for index in range(1000))
VALUE: Final = bytes(80)
SECONDS: Final = 2.0

#: What is demanded of one WebSocket, and of 20 together.
ONE: Final = at_least(3000)
TWENTY: Final = at_least(6000)

_LONG: Final = 1 << 20
_PREPARED: Final = 1024
_HANDSHAKE: Final = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)

Encode = Callable[[bytes], bytes]


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


def get_storage_call(number: int, key: bytes) -> bytes:
    """Return the JSON text of a call, as polkadot.js writes it; all ids have four digits."""
    call = f'{{"id":{number % 9000 + 1000},"jsonrpc":"2.0","method":"state_getStorage",'
    return (call + f'"params":["0x{key.hex()}"]}}').encode()


def websocket(body: bytes) -> bytes:
    """Return a masked WebSocket frame with a call."""
    return Frame(Opcode.TEXT, body).serialize(mask=True)


def http(body: bytes) -> bytes:
    """Return a keep-alive HTTP request with a call."""
    head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Client:
    """A connection that keeps `depth` calls in flight; all answers have the same size."""

    def __init__(self, port: int, encode: Encode, depth: int, keys: Sequence[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if encode is websocket:
            self.socket.sendall(_HANDSHAKE)
            while not self.socket.recv(_LONG).endswith(b"\r\n\r\n"):
                pass
        bodies = [get_storage_call(n, keys[n % len(keys)]) for n in range(depth + _PREPARED)]
        self.calls = [encode(body) for body in bodies]
        self.next = 0
        self.depth = depth
        # The size of an answer, once its first is read whole.
        self.socket.sendall(self.calls[0])
        first = self.socket.recv(_LONG)
        if b'"result":"0x' not in first:
            raise RuntimeError(f"the server answered {first!r}")
        self.answer_size = len(first)
        self.received = 0

    def start(self) -> None:
        """Send the first calls."""
        self.socket.sendall(b"".join(self.calls[: self.depth]))

    def step(self) -> int:
        """Read what arrived, replace the calls answered, return how many they were."""
        received = self.received + len(self.socket.recv(_LONG))
        answered, self.received = divmod(received, self.answer_size)
        if answered:
            self.socket.sendall(b"".join(self.calls[self.next : self.next + answered]))
        self.next = (self.next + answered) % _PREPARED
        return answered


def calls_per_second(
    port: int, encode: Encode, clients: int, depth: int, seconds: float, keys: Sequence[bytes]
) -> float:
    """Let clients call for some seconds and return the answers per second."""
    selector = selectors.DefaultSelector()
    for client in [Client(port, encode, depth, keys) for _ in range(clients)]:
        selector.register(client.socket, selectors.EVENT_READ, client)
        client.start()
    count = 0
    begin = now = time.perf_counter()
    while now - begin < seconds:
        for key, _ in selector.select():
            count += key.data.step()
        now = time.perf_counter()
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    selector.close()
    return count / (now - begin)


def storage_reads(
    server: str, port: int, keys: Sequence[bytes], seconds: float, *, demanded: bool
) -> Iterator[Row]:
    """Load a server in every way; `server` names it in the rows."""
    ways: tuple[tuple[str, Encode, int, int, Target | None], ...] = (
        ("one WebSocket, one at a time", websocket, 1, 1, ONE),
        ("one WebSocket, 16 in flight", websocket, 1, 16, ONE),
        ("20 WebSockets, one at a time", websocket, 20, 1, TWENTY),
        ("20 WebSockets, 16 in flight", websocket, 20, 16, TWENTY),
        ("20 HTTP connections", http, 20, 1, None),
    )
    for how, encode, clients, depth, target in ways:
        value = calls_per_second(port, encode, clients, depth, seconds, keys)
        what = f"{server}: state_getStorage, {how}"
        yield Row(what, value, "/s", target if demanded else None)


def encode_reference() -> float:
    """Return how many answers a second are encoded to JSON, the part that is not ours."""
    begin = time.perf_counter()
    for number in range(100_000):
        success(number, "0x" + VALUE.hex(), _LONG)
    return 100_000 / (time.perf_counter() - begin)


def rows(seconds: float = SECONDS) -> Iterator[Row]:
    """Start a server process over a dictionary, load it in every way, and yield the figures."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.rpc", "serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield from storage_reads("server alone", port, KEYS, seconds, demanded=False)
        assert process.stdin is not None
        process.stdin.close()
    yield Row("answers encoded to JSON, for comparison", encode_reference(), "/s")


if __name__ == "__main__" and sys.argv[1:] == ["serve"]:
    trio.run(serve)
