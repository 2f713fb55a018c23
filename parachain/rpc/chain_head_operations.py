"""The operations of one `chainHead_v1_follow` subscription: slots, tasks, events, waiting.

Each runs in a task of the subscription and takes its steps in worker threads that all
subscriptions share. It keeps its block pinned, so it ends well even if the client unpins the block
meanwhile. Its events come after the answer that names it.
"""

import itertools
from typing import Final

import trio

from parachain.client.chain.chain import Chain
from parachain.rpc.chain_head_jobs import FINAL, WAITING, Event, Job, guarded, step
from parachain.rpc.subscriptions import Sink

MAX_OPERATIONS: Final = 16
"""At once and for one subscription, as many as the specification demands; each queried storage item
counts as one."""

CONTINUE_TIMEOUT_S: Final = 60.0
"""How long an operation waits for the client, its block pinned, before it becomes inaccessible."""


class Operation:
    """One operation. It is the `Opened` of the answer that names it."""

    __slots__ = ("announced", "block_hash", "continued", "identifier", "scope", "weight")

    def __init__(self, identifier: str, block_hash: bytes, weight: int) -> None:
        self.identifier = identifier
        self.block_hash = block_hash
        self.weight = weight
        self.scope = trio.CancelScope()
        self.announced = trio.Event()
        #: Set by the client, while the operation waits for that.
        self.continued: trio.Event | None = None

    def answered(self) -> None:
        """Let notifications out."""
        self.announced.set()

    def close(self) -> None:
        """Interrupt it."""
        self.scope.cancel()


class Operations:
    """The operations in progress of one subscription. Tasks run in `nursery`."""

    def __init__(
        self, chain: Chain, sink: Sink, nursery: trio.Nursery, threads: trio.CapacityLimiter
    ) -> None:
        self._chain = chain
        self._sink = sink
        self._nursery = nursery
        self._threads = threads
        self._running: dict[str, Operation] = {}
        self._identifiers = itertools.count()

    @property
    def free(self) -> int:
        """How many more may be started."""
        return MAX_OPERATIONS - sum(each.weight for each in self._running.values())

    def start(self, block_hash: bytes, job: Job, weight: int = 1) -> Operation:
        """Start an operation on a block that the client has pinned.

        The answer that names it must be `Announced`.
        """
        operation = Operation(str(next(self._identifiers)), block_hash, weight)
        self._running[operation.identifier] = operation
        self._chain.pin(block_hash)
        self._nursery.start_soon(self._run, operation, guarded(job))
        return operation

    def stop(self, identifier: str) -> None:
        """Interrupt an operation, if it is in progress."""
        operation = self._running.pop(identifier, None)
        if operation is not None:
            operation.close()

    def resume(self, identifier: str) -> bool:
        """Continue an operation; False if it is in progress without waiting for that."""
        operation = self._running.get(identifier)
        if operation is None:
            return True
        if operation.continued is None:
            return False
        operation.continued.set()
        operation.continued = None
        return True

    async def _run(self, operation: Operation, job: Job) -> None:
        try:
            with operation.scope:
                await operation.announced.wait()
                await self._work(operation, job)
        finally:
            self._running.pop(operation.identifier, None)
            self._chain.unpin(operation.block_hash)

    async def _work(self, operation: Operation, job: Job) -> None:
        while True:
            events = await trio.to_thread.run_sync(
                step, job, abandon_on_cancel=True, limiter=self._threads
            )
            for event in events:
                if event["event"] != WAITING:
                    await self._send(operation, event)
                elif not await self._is_continued(operation):
                    await self._send(operation, {"event": "operationInaccessible"})
                    return
            if events[-1]["event"] in FINAL:
                return

    async def _is_continued(self, operation: Operation) -> bool:
        """Ask the client to continue, and say whether it does in time."""
        operation.continued = continued = trio.Event()
        await self._send(operation, {"event": WAITING})
        with trio.move_on_after(CONTINUE_TIMEOUT_S):
            await continued.wait()
        operation.continued = None
        return continued.is_set()

    async def _send(self, operation: Operation, event: Event) -> None:
        await self._sink.send({**event, "operationId": operation.identifier})
