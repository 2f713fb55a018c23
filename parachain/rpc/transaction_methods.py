"""transaction_v1_*: keeping a transaction on its way into the chain.

A broadcast submits its transaction at once, and again after each new best block for as long as the
pool does not take it or has lost it, until the client stops it or leaves, or a block with it is
final. Then its id is one of no operation. Stopping does not take a transaction out of the pool:
others may have submitted it too. Source: json-rpc-interface-spec, transaction_v1_*.md.
"""

import itertools
import logging
from functools import partial
from typing import Final

import trio

from parachain.client.chain.notifications import Notification
from parachain.client.pool.errors import PoolError
from parachain.client.pool.watchers import FINAL_STATUSES, Finalized, Status, WatchId
from parachain.rpc import jsonrpc
from parachain.rpc.backend import Transactions, UnvalidatableError
from parachain.rpc.chain_feed import ChainFeed
from parachain.rpc.connection import Connection
from parachain.rpc.jsonrpc import RpcError
from parachain.rpc.methods import Namespace, method
from parachain.rpc.params import CONNECTION, param, params
from parachain.rpc.parsers import STRING
from parachain.rpc.spec_values import SPEC_HEX
from parachain.rpc.transaction_submission import submit_or_join

_logger = logging.getLogger("rpc")

MAX_BROADCASTS_PER_CONNECTION: Final = 16
"""At least 4 are demanded. Each may cost a validation per block."""


class Broadcasts:
    """The broadcasts of all connections; each is a task of its connection."""

    def __init__(self, transactions: Transactions, feed: ChainFeed) -> None:
        self._transactions = transactions
        self._feed = feed
        self._running: dict[int, dict[str, trio.CancelScope]] = {}
        self._identifiers = itertools.count()

    def start(self, connection: Connection, data: bytes) -> str | None:
        """Begin a broadcast and return its id, None if the connection has too many."""
        if connection.nursery is None:
            reason = "broadcasting needs a WebSocket connection"
            raise RpcError(jsonrpc.INTERNAL_ERROR, "Internal error", reason)
        number = connection.number
        if number not in self._running:
            self._running[number] = {}
            connection.on_close(partial(self._running.__delitem__, number))
        running = self._running[number]
        if len(running) >= MAX_BROADCASTS_PER_CONNECTION:
            return None
        identifier = str(next(self._identifiers))
        running[identifier] = scope = trio.CancelScope()
        connection.nursery.start_soon(self._run, running, identifier, scope, data)
        return identifier

    def stop(self, connection: Connection, identifier: str) -> None:
        """End a broadcast."""
        scope = self._running.get(connection.number, {}).pop(identifier, None)
        if scope is None:
            raise RpcError(jsonrpc.INVALID_PARAMS, "Invalid operation id")
        scope.cancel()

    async def _run(
        self,
        running: dict[str, trio.CancelScope],
        identifier: str,
        scope: trio.CancelScope,
        data: bytes,
    ) -> None:
        with scope:
            try:
                await self._broadcast(data)
            except UnvalidatableError as error:
                # Nothing will come of it, but the specification has it count until it is stopped.
                _logger.debug("broadcast %s: %s", identifier, error)
                return
            running.pop(identifier, None)

    async def _broadcast(self, data: bytes) -> None:
        """Return once the transaction is final. Raises UnvalidatableError."""
        while True:
            with self._feed.listen() as news:
                submission = await self._submit(data)
                if submission is None:
                    await _next_best_block(news)
                    continue
            if await submission.is_finalised():
                return

    async def _submit(self, data: bytes) -> "_Submission | None":
        """Try to have the pool take the transaction. Raises UnvalidatableError."""
        submission = _Submission(self._transactions)
        try:
            await submission.begin(data)
        except UnvalidatableError:
            raise
        except PoolError as error:
            _logger.debug("a transaction to broadcast is refused: %s", error)
            return None
        except Exception:
            _logger.exception("a transaction to broadcast could not be submitted")
            return None
        return submission


class _Submission:
    """A transaction in the pool, until it leaves it."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._watch_id: WatchId | None = None
        self._ended = trio.Event()
        self._final: Status | None = None

    def _on_status(self, status: Status) -> None:
        if isinstance(status, FINAL_STATUSES):
            self._final = status
            self._ended.set()

    async def begin(self, data: bytes) -> None:
        """Submit. Raises PoolError, UnvalidatableError."""
        self._watch_id = await submit_or_join(self._transactions, data, self._on_status)

    async def is_finalised(self) -> bool:
        """Wait for the end, and say whether it was a good one."""
        try:
            await self._ended.wait()
        finally:
            if self._watch_id is not None:
                self._transactions.unwatch(self._watch_id)
        return isinstance(self._final, Finalized)


async def _next_best_block(news: trio.MemoryReceiveChannel[Notification]) -> None:
    async for change in news:
        if change.route is not None:
            return


def transaction_methods(transactions: Transactions, feed: ChainFeed) -> Namespace:
    """Return the methods of transaction_v1_*."""
    broadcasts = Broadcasts(transactions, feed)
    return [
        method(
            "transaction_v1_broadcast",
            broadcasts.start,
            params(CONNECTION, param("transaction", SPEC_HEX)),
        ),
        method(
            "transaction_v1_stop",
            broadcasts.stop,
            params(CONNECTION, param("operationId", STRING)),
        ),
    ]
