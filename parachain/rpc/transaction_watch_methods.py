"""transactionWatch_v1_*: submitting a transaction and watching what becomes of it.

A transaction that is in the pool already is watched like a new one. Unwatching, or leaving, never
takes a transaction back. Source: json-rpc-interface-spec, transactionWatch_v1_*.md.
"""

import logging
from typing import Final

import trio

from parachain.client.pool.errors import PoolError
from parachain.client.pool.watchers import Status, WatchId
from parachain.rpc import jsonrpc
from parachain.rpc.backend import Transactions, UnvalidatableError
from parachain.rpc.connection import Connection
from parachain.rpc.jsonrpc import RpcError
from parachain.rpc.live_sinks import LiveSinks
from parachain.rpc.methods import Namespace, method, subscription
from parachain.rpc.params import CONNECTION, param, params
from parachain.rpc.parsers import STRING
from parachain.rpc.spec_values import SPEC_HEX
from parachain.rpc.subscriptions import Sink
from parachain.rpc.transaction_submission import submit_or_join
from parachain.rpc.transaction_watch import TransactionWatch, invalid, refused

_logger = logging.getLogger("rpc")

MAX_WATCHES_PER_CONNECTION: Final = 256
"""Of the 16384 that the pool has for all."""


class _Watching:
    """A machine with a bell: the pool's callback rings, the sending task waits."""

    def __init__(self) -> None:
        self.watch = TransactionWatch()
        self._bell = trio.Event()

    def on_status(self, status: Status) -> None:
        """Take a status from the pool."""
        self.watch.note(status)
        self._bell.set()

    async def send_all(self, sink: Sink) -> None:
        """Send events until the last one."""
        while True:
            event = self.watch.take()
            if event is not None:
                await sink.send(event)
            elif self.watch.ended:
                return
            else:
                await self._bell.wait()
                self._bell = trio.Event()


class TransactionWatches:
    """The watches of all connections."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._live = LiveSinks(MAX_WATCHES_PER_CONNECTION)

    async def submit_and_watch(self, sink: Sink, data: bytes) -> None:
        """Serve a subscription; the submission goes on if the client leaves at once."""
        with self._live.hold(sink):
            await sink.accept()
            watching = _Watching()
            with trio.CancelScope(shield=True):
                watch_id = await self._submit(data, watching)
            try:
                await watching.send_all(sink)
            finally:
                if watch_id is not None:
                    self._transactions.unwatch(watch_id)

    async def _submit(self, data: bytes, watching: _Watching) -> WatchId | None:
        try:
            return await submit_or_join(self._transactions, data, watching.on_status)
        except UnvalidatableError as error:
            watching.watch.end(invalid(str(error)))
        except PoolError as error:
            watching.watch.end(refused(error))
        except Exception:
            _logger.exception("a transaction could not be submitted")
            watching.watch.end({"event": "error", "error": "Internal error"})
        return None

    def unwatch(self, connection: Connection, subscription_id: str) -> None:
        """End a watch; the transaction stays where it is."""
        if not self._live.end(connection, subscription_id):
            raise RpcError(jsonrpc.INVALID_PARAMS, "Invalid subscription id")


def transaction_watch_methods(transactions: Transactions) -> Namespace:
    """Return the methods of transactionWatch_v1_*."""
    watches = TransactionWatches(transactions)
    return [
        subscription(
            "transactionWatch_v1_submitAndWatch",
            "transactionWatch_v1_watchEvent",
            (),
            watches.submit_and_watch,
            params(param("transaction", SPEC_HEX)),
        ),
        method(
            "transactionWatch_v1_unwatch",
            watches.unwatch,
            params(CONNECTION, param("subscription", STRING)),
        ),
    ]
