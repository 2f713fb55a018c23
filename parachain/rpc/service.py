"""What all connections of a server share: methods, limits, worker threads, slots, randomness.

Not here: sockets. `server` accepts them and hands each to `http`, which may upgrade to `websocket`.
"""

import itertools
import random
from collections.abc import Mapping
from typing import Protocol

import trio

from parachain.rpc.config import RpcConfig
from parachain.rpc.connection import Connection, Transport
from parachain.rpc.dispatch import Dispatcher
from parachain.rpc.methods import Entry
from parachain.rpc.subscriptions import Outlet, Subscriptions


class Leaver(Protocol):
    """A driver that can be asked to end its connection soon and politely."""

    def leave(self) -> None:
        """Begin to end."""


class Service:
    """One per server. `rng` makes subscription ids: unpredictable in production."""

    def __init__(self, table: Mapping[str, Entry], config: RpcConfig, rng: random.Random) -> None:
        self.config = config
        self.table = table
        self.threads = trio.CapacityLimiter(config.worker_threads)
        self.closing = False
        self._rng = rng
        self._numbers = itertools.count(1)
        self._slots_taken = 0
        self._drivers: dict[int, Leaver] = {}

    def new_connection(self, transport: Transport, *, allows_unsafe: bool) -> Connection:
        """Return a connection with a number of its own."""
        return Connection(next(self._numbers), transport, allows_unsafe=allows_unsafe)

    def http_dispatcher(self, connection: Connection) -> Dispatcher:
        """Return what answers the requests of an HTTP connection."""
        return Dispatcher(self.table, self.config, connection, None, self.threads)

    def websocket_dispatcher(
        self, connection: Connection, outlet: Outlet, nursery: trio.Nursery
    ) -> Dispatcher:
        """Return what answers a WebSocket connection; its subscriptions run in `nursery`."""
        subscriptions = Subscriptions(
            connection,
            outlet,
            nursery,
            self._rng,
            limit=self.config.max_subscriptions_per_connection,
            buffer_messages=self.config.message_buffer_per_connection,
        )
        return Dispatcher(self.table, self.config, connection, subscriptions, self.threads)

    def take_slot(self) -> bool:
        """Take one of `max_connections`; False if none is left."""
        if self._slots_taken >= self.config.max_connections:
            return False
        self._slots_taken += 1
        return True

    def return_slot(self) -> None:
        """Give back a slot taken."""
        self._slots_taken -= 1

    @property
    def sockets(self) -> int:
        """How many sockets are open, idle ones included."""
        return len(self._drivers)

    def enter(self, key: int, driver: Leaver) -> None:
        """Note the driver that now runs a connection (after an upgrade, another one)."""
        self._drivers[key] = driver
        if self.closing:
            driver.leave()

    def forget(self, key: int) -> None:
        """Note that a connection has ended."""
        self._drivers.pop(key, None)

    def close(self) -> None:
        """Ask every connection to end."""
        self.closing = True
        for driver in list(self._drivers.values()):
            driver.leave()
