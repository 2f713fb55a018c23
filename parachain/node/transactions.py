"""`Transactions`: the transaction pool on the event loop, its runtime calls on worker threads.

The pool belongs to the event loop. Validation is a runtime call and may take milliseconds, so it
is done elsewhere, in batches where there are several. One task follows the chain: after
each best block the pool is maintained, and after each finalised one its watchers are told.
"""

import logging
from collections.abc import Sequence
from typing import Final

import trio

from parachain.client.chain.chain import Chain
from parachain.client.chain.notifications import FinalizedBlocks, ImportedBlock, Notification
from parachain.client.chain.runtime_calls import UnknownBlock
from parachain.client.chain.tree_route import TreeRoute
from parachain.client.executor.executor import RuntimePanic, decode_answer
from parachain.client.pool import maintenance
from parachain.client.pool.maintenance import Answer
from parachain.client.pool.pool import Imported, TransactionPool
from parachain.client.pool.transaction import ValidationRequest, Validity
from parachain.client.pool.watchers import Callback, WatchId
from parachain.client.state import UnknownState
from parachain.node.clock import now_ms
from parachain.primitives.scale import Err, result
from parachain.primitives.transaction_validity import (
    TRANSACTION_SOURCE,
    TRANSACTION_VALIDITY_ERROR,
    VALID_TRANSACTION,
    InvalidTransaction,
    TransactionSource,
)
from parachain.rpc.backend import UnvalidatableError

_log = logging.getLogger("gear.txpool")

#: Threads that validate; more would only wait for each other's Python.
MAX_VALIDATING_THREADS: Final = 1

_VALIDITY = result(VALID_TRANSACTION, TRANSACTION_VALIDITY_ERROR)


class Transactions:
    """Submits to the pool and keeps it in step with the chain."""

    def __init__(self, chain: Chain, pool: TransactionPool) -> None:
        self.pool = pool
        self._chain = chain
        self._threads = trio.CapacityLimiter(MAX_VALIDATING_THREADS)
        self._moved = trio.Event()

    async def submit(
        self,
        data: bytes,
        callback: Callback | None = None,
        source: TransactionSource = TransactionSource.EXTERNAL,
    ) -> Imported:
        """Validate an extrinsic and let it into the pool; `callback` gets what becomes of it.

        Raises PoolError, or UnvalidatableError.
        """
        request = self.pool.prepare(data, source, now_ms())
        validity = await trio.to_thread.run_sync(self._validate, request, limiter=self._threads)
        return self.pool.import_validated(request, validity, now_ms(), callback)

    def unwatch(self, watch_id: WatchId) -> None:
        """End a watch; the transaction stays."""
        self.pool.unwatch(watch_id)

    def remove(self, hashes: Sequence[bytes]) -> list[bytes]:
        """Remove transactions and what depends on them; return the hashes of all removed."""
        return [removed.hash for removed in self.pool.remove_invalid(hashes, now_ms())]

    async def caught_up(self) -> None:
        """Wait until the pool has taken in the best block: before, it offers what that holds."""
        while self.pool.best != self._chain.best:
            await self._moved.wait()

    def _validate(self, request: ValidationRequest) -> Validity:
        args = TRANSACTION_SOURCE.encode(request.source) + request.data + request.at.hash
        method = "TaggedTransactionQueue_validate_transaction"
        try:
            answer = self._chain.runtime_call(request.at.hash, method, args)
            value = decode_answer(_VALIDITY, method, answer)
        except (RuntimePanic, UnknownBlock, UnknownState) as failure:
            raise UnvalidatableError(str(failure)) from failure
        validity: Validity = value.error if isinstance(value, Err) else value.value
        return validity

    def _answer(self, requests: Sequence[ValidationRequest]) -> list[Answer]:
        """Answer what maintenance asks; a transaction nobody can validate is invalid."""
        answers = []
        for request in requests:
            try:
                validity = self._validate(request)
            except UnvalidatableError as error:
                _log.debug("0x%s cannot be validated: %s", request.hash.hex(), error)
                validity = InvalidTransaction.CALL
            answers.append(Answer(request, validity))
        return answers

    async def follow(self, news: trio.MemoryReceiveChannel[Notification]) -> None:
        """Keep the pool in step with the chain, for as long as there is news."""
        async for item in news:
            if item.route is not None:
                await self._enact(item.route)
            if isinstance(item, FinalizedBlocks):
                maintenance.finalize(self.pool, [block.hash for block in item.blocks])
            elif isinstance(item, ImportedBlock) and item.is_new_best:
                _log.debug("%s", self.pool.status())

    async def _enact(self, route: TreeRoute) -> None:
        pool = self.pool
        bodies = {
            block.hash: body
            for block in (*route.retracted, *route.enacted)
            if (body := self._chain.body(block.hash)) is not None
        }
        requests = maintenance.prepare_enactment(pool, route, bodies)
        known = await self._answered(requests)
        requests = maintenance.enact(pool, route, bodies, known, now_ms())
        maintenance.apply_answers(pool, await self._answered(requests), now_ms())
        self._moved.set()
        self._moved = trio.Event()

    async def _answered(self, requests: list[ValidationRequest]) -> list[Answer]:
        if not requests:
            return []
        return await trio.to_thread.run_sync(self._answer, requests, limiter=self._threads)
