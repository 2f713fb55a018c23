"""Subscriptions that are ended by a method with an answer of its own.

The server's unsubscribing methods answer true or false, as those of legacy subscriptions do; the
JSON-RPC interface specification wants null, or an error. Such a subscription is declared without
an unsubscribing method, and a plain method ends it through `LiveSinks`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from parachain.rpc import jsonrpc
from parachain.rpc.connection import Connection
from parachain.rpc.subscriptions import Sink


class LiveSinks:
    """The subscriptions of one kind, of all connections. `limit` is per connection."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._sinks: dict[int, dict[str, Sink]] = {}

    @contextmanager
    def hold(self, sink: Sink) -> Iterator[None]:
        """Let `sink` be ended from here on. Raises RpcError -32006 if there are too many."""
        number = sink.connection.number
        sinks = self._sinks.setdefault(number, {})
        if len(sinks) >= self._limit:
            raise jsonrpc.too_many_subscriptions(self._limit)
        sinks[sink.id] = sink
        try:
            yield
        finally:
            sinks.pop(sink.id, None)
            if not sinks and self._sinks.get(number) is sinks:
                del self._sinks[number]

    def end(self, connection: Connection, identifier: str) -> bool:
        """End a subscription; False if the connection has none with this id."""
        sink = self._sinks.get(connection.number, {}).pop(identifier, None)
        if sink is None:
            return False
        sink.close()
        return True
