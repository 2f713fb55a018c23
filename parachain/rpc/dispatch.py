"""From a client's message to its answer: look up, check, parse, run, encode.

`Dispatcher.begin` answers at once where the handler runs on the event loop, without a task; other
messages become a function to await. The transport decides where: HTTP awaits it, a WebSocket
connection starts a task.

A handler's `RpcError` is the answer. Any other exception is our bug: it is logged with its
traceback, answered with -32603, and the connection lives on.

Out of scope: framing and flow control (`http`, `websocket`).
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final, NamedTuple, TypeAlias

import trio

from parachain.rpc import jsonrpc
from parachain.rpc.announced import Announced, Opened
from parachain.rpc.config import RpcConfig
from parachain.rpc.connection import Connection
from parachain.rpc.jsonrpc import Batch, Bytes, Invalid, Notification, Request, RpcError
from parachain.rpc.methods import Entry, Method, Runs, Subscription, Unsubscription
from parachain.rpc.subscriptions import Sink, Subscriptions

_logger = logging.getLogger("gear.rpc")

CALLS_PER_TURN: Final = 32
"""Calls of a batch answered before other connections get the event loop; about a millisecond."""


class Answer(NamedTuple):
    """Encoded answer, None for notifications, and what it names that is going to notify.

    Once the answer is queued, `answered()` must be called for each.
    """

    body: bytes | None
    opened: tuple[Opened, ...] = ()


Work: TypeAlias = Callable[[], Awaitable[Answer]]


class Dispatcher:
    """Answers the messages of one connection. `subscriptions` is None over HTTP."""

    def __init__(
        self,
        table: Mapping[str, Entry],
        config: RpcConfig,
        connection: Connection,
        subscriptions: Subscriptions | None,
        threads: trio.CapacityLimiter,
    ) -> None:
        self._table = table
        self._config = config
        self._connection = connection
        self._subscriptions = subscriptions
        self._threads = threads
        self._max_bytes = config.max_response_bytes
        self._max_batch_items = config.max_batch_items

    def begin(self, message: Bytes) -> bytes | Work | None:
        """Answer now with bytes, or None if nothing is to be said, or return what to await."""
        parsed = jsonrpc.parse(message, self._max_batch_items)
        if type(parsed) is Request:
            entry = self._table.get(parsed.method)
            if type(entry) is Method and entry.runs is Runs.ON_LOOP:
                answer = self._call(parsed, entry)
                return partial(_give, answer) if answer.opened else answer.body
            if entry is None or type(entry) is Unsubscription:
                return self._answer_now(parsed, entry)
            return partial(self._answer, parsed)
        if isinstance(parsed, Batch):
            return partial(self._answer_batch, parsed)
        if isinstance(parsed, Invalid):
            return jsonrpc.failure(parsed.id, parsed.error)
        return None

    async def answer(self, message: Bytes) -> bytes | None:
        """Answer over a transport without subscriptions."""
        outcome = self.begin(message)
        return (await outcome()).body if callable(outcome) else outcome

    def _call(self, request: Request, entry: Method) -> Answer:
        try:
            self._check_allowed(entry)
            arguments = entry.params.parse(request.params, self._connection)
            result = entry.handler(*arguments)
            opened: tuple[Opened, ...] = ()
            if isinstance(result, Announced):
                opened = (result.opened,)
                result = result.result
            return Answer(jsonrpc.success(request.id, result, self._max_bytes), opened)
        except RpcError as error:
            return Answer(jsonrpc.failure(request.id, error))
        except Exception:
            _logger.exception("the handler of %s failed", request.method)
            return Answer(jsonrpc.failure(request.id, jsonrpc.internal_error()))

    def _answer_now(self, request: Request, entry: Unsubscription | None) -> bytes:
        if entry is None:
            return jsonrpc.failure(request.id, jsonrpc.method_not_found())
        if self._subscriptions is None:
            return jsonrpc.failure(request.id, jsonrpc.internal_error())
        # As in jsonrpsee anything that is no id of a live subscription is answered with false.
        match request.params:
            case [identifier, *_] | {"subscription": identifier}:
                closed = self._subscriptions.close(entry.subscription, identifier)
            case _:
                closed = False
        return jsonrpc.success(request.id, closed, self._max_bytes)

    async def _answer(self, request: Request) -> Answer:
        """Answer any request, awaiting what its handler needs."""
        entry = self._table.get(request.method)
        if entry is None or isinstance(entry, Unsubscription):
            return Answer(self._answer_now(request, entry))
        if isinstance(entry, Method) and entry.runs is Runs.ON_LOOP:
            return self._call(request, entry)
        try:
            self._check_allowed(entry)
            arguments = entry.params.parse(request.params, self._connection)
            if isinstance(entry, Subscription):
                sink = await self._subscribe(entry, arguments)
                return Answer(jsonrpc.success(request.id, sink.id, self._max_bytes), (sink,))
            result = await self._run(entry, arguments)
            return Answer(jsonrpc.success(request.id, result, self._max_bytes))
        except RpcError as error:
            return Answer(jsonrpc.failure(request.id, error))
        except Exception:
            _logger.exception("the handler of %s failed", request.method)
            return Answer(jsonrpc.failure(request.id, jsonrpc.internal_error()))

    async def _run(self, entry: Method, arguments: tuple[object, ...]) -> object:
        if entry.runs is Runs.AWAITED:
            result = entry.handler(*arguments)
            assert isinstance(result, Awaitable), f"{entry.name} is declared `awaited`"
            return await result
        return await trio.to_thread.run_sync(
            entry.handler, *arguments, abandon_on_cancel=True, limiter=self._threads
        )

    async def _subscribe(self, entry: Subscription, arguments: tuple[object, ...]) -> Sink:
        if self._subscriptions is None:
            # jsonrpsee's answer over HTTP, with the reason added.
            data = "subscriptions need a WebSocket connection"
            raise RpcError(jsonrpc.INTERNAL_ERROR, "Internal error", data)
        return await self._subscriptions.open(entry, entry.notification, entry.handler, arguments)

    async def _answer_batch(self, batch: Batch) -> Answer:
        """Answer the calls of a batch one after the other, in order, as jsonrpsee does.

        Stops at the limit of the response size; what was opened until then is closed, since its
        ids will not be known.
        """
        answers: list[bytes] = []
        opened: tuple[Opened, ...] = ()
        size = 0
        for number, call in enumerate(batch.entries, 1):
            if isinstance(call, Notification):
                continue
            if isinstance(call, Invalid):
                answer = Answer(jsonrpc.failure(call.id, call.error))
            else:
                answer = await self._answer(call)
            if answer.body is not None:
                answers.append(answer.body)
                size += len(answer.body) + 1
            opened += answer.opened
            if size >= self._max_bytes:
                for each in opened:
                    each.close()
                too_big = jsonrpc.batch_response_too_big(self._max_bytes)
                return Answer(jsonrpc.failure(None, too_big))
            if number % CALLS_PER_TURN == 0:
                await trio.lowlevel.checkpoint()
        return Answer(jsonrpc.join_batch(answers) if answers else None, opened)

    def _check_allowed(self, entry: Method | Subscription) -> None:
        if entry.unsafe and not self._connection.allows_unsafe:
            raise jsonrpc.unsafe_call()


async def _give(answer: Answer) -> Answer:
    """Give an answer in a task, which can tell what it names once the answer is queued."""
    return answer
