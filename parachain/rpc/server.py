"""The RPC server: binds the listen addresses, accepts sockets, closes within a bounded time.

    server = Server(RpcConfig(), Registry([system_methods(node), ...]), random.SystemRandom())
    addresses = await nursery.start(server.run)
    ...
    server.close()  # `run` returns within `shutdown_grace_s` plus the last switch of tasks

Cancelling `run` ends everything at once. Worker threads that still run then are left to finish;
`busy_threads` tells whether a database may be closed under them.

Out of scope: protocols (`http`, `websocket`), what is served (`methods.Registry`).
"""

import errno
import ipaddress
import logging
import random
from contextlib import suppress
from functools import partial

import trio

from parachain.rpc.access import AccessPolicy
from parachain.rpc.config import ListenAddress, RpcConfig
from parachain.rpc.http import HttpDriver
from parachain.rpc.methods import Registry
from parachain.rpc.service import Service

_logger = logging.getLogger("gear.rpc")

_TOO_MANY = (
    b"HTTP/1.1 429 Too Many Requests\r\ncontent-type: text/plain\r\nconnection: close\r\n"
    b"content-length: 45\r\n\r\nToo many connections. Please try again later."
)


class Server:
    """Serves a registry's methods on the configured addresses."""

    def __init__(self, config: RpcConfig, registry: Registry, rng: random.Random) -> None:
        self._config = config
        self._service = Service(registry.table, config, rng)
        self._closing = trio.Event()

    @property
    def busy_threads(self) -> int:
        """How many worker threads are running a handler, abandoned ones included."""
        return self._service.threads.borrowed_tokens

    @property
    def sockets(self) -> int:
        """How many client connections are open."""
        return self._service.sockets

    def close(self) -> None:
        """Begin to end: accept nobody, finish calls in progress, close connections politely."""
        self._closing.set()

    async def run(
        self, task_status: trio.TaskStatus[list[tuple[str, int]]] = trio.TASK_STATUS_IGNORED
    ) -> None:
        """Serve until `close`. Reports the (host, port) pairs bound.

        Raises OSError if an address that is not optional cannot be had.
        """
        listeners = [
            listener for address in self._config.listen for listener in await _open(address)
        ]
        bound = [_name(listener) for listener in listeners]
        shown = ",".join(f"[{h}]:{p}" if ":" in h else f"{h}:{p}" for h, p in bound)
        _logger.info("Running JSON-RPC server: addr=%s, allowed origins=%s", shown, self._origins())
        task_status.started(bound)
        async with trio.open_nursery() as connections, trio.open_nursery() as accepting:
            for listener in listeners:
                accepting.start_soon(self._serve_listener, listener, connections)
            await self._closing.wait()
            accepting.cancel_scope.cancel()
            connections.cancel_scope.deadline = trio.current_time() + self._config.shutdown_grace_s
            self._service.close()

    async def _serve_listener(
        self, listener: trio.SocketListener, connections: trio.Nursery
    ) -> None:
        host, port = _name(listener)
        access = AccessPolicy(self._config.cors_origins, port)
        loopback = ipaddress.ip_address(host).is_loopback
        unsafe = self._config.allows_unsafe(loopback=loopback)
        handler = partial(self.serve_stream, access=access, allows_unsafe=unsafe)
        await trio.serve_listeners(handler, [listener], handler_nursery=connections)

    def _origins(self) -> list[str]:
        origins = self._config.cors_origins
        return ["*"] if origins is None else list(origins)

    async def serve_stream(
        self, stream: trio.abc.HalfCloseableStream, access: AccessPolicy, *, allows_unsafe: bool
    ) -> None:
        """Serve one accepted connection to its end; any byte stream will do."""
        async with stream:
            if self._service.sockets >= 2 * self._config.max_connections:
                with trio.move_on_after(1), suppress(trio.BrokenResourceError):
                    await stream.send_all(_TOO_MANY)
                return
            try:
                driver = HttpDriver(stream, self._service, access, allows_unsafe=allows_unsafe)
                await driver.run()
            except Exception:
                _logger.exception("an RPC connection failed")


async def _open(address: ListenAddress) -> list[trio.SocketListener]:
    try:
        return await trio.open_tcp_listeners(address.port, host=address.host)
    except OSError as error:
        if error.errno == errno.EADDRINUSE and address.free_port_if_taken:
            _logger.warning(
                "RPC port %d of %s is taken, using a free one", address.port, address.host
            )
            return await trio.open_tcp_listeners(0, host=address.host)
        if address.optional:
            _logger.warning("RPC cannot listen on %s: %s", address.host, error.strerror)
            return []
        reason = f"RPC cannot listen on {address.host}:{address.port} ({error.strerror})"
        raise OSError(error.errno, f"{reason}; choose another --rpc-port") from error


def _name(listener: trio.SocketListener) -> tuple[str, int]:
    host, port = listener.socket.getsockname()[:2]
    return host, port
