"""JSON-RPC 2.0 messages: bytes to requests, results and errors to bytes. Pure, no I/O.

Codes and messages are those of jsonrpsee (types/src/error.rs), which Substrate nodes answer with.
Two departures of jsonrpsee from the JSON-RPC specification are not followed: a well-formed object
that is no request is -32600 here (jsonrpsee: -32700 when it has no id), and an object whose id is
of the wrong type is -32600 with a null id (jsonrpsee takes it for a notification: silence).

Of duplicate keys the last one counts. Nesting is bounded by orjson (1024 levels), which refuses
invalid UTF-8 and lone surrogates too; all three are -32700.

Out of scope: looking up and running methods (`dispatch`), parameters (`params`).
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeAlias

import orjson

Id: TypeAlias = int | str | None
Bytes: TypeAlias = bytes | bytearray | memoryview

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
CALL_EXECUTION_FAILED: Final = -32000
BATCHES_NOT_SUPPORTED: Final = -32005
TOO_MANY_SUBSCRIPTIONS: Final = -32006
OVERSIZED_REQUEST: Final = -32007
OVERSIZED_RESPONSE: Final = -32008
TOO_BIG_BATCH_REQUEST: Final = -32010
TOO_BIG_BATCH_RESPONSE: Final = -32011

RawJson = orjson.Fragment
"""`RawJson(text_or_bytes)` as (part of) a result is copied into the answer as it is."""


class RpcError(Exception):
    """What a handler raises to answer with a JSON-RPC error object.

    `data` is any JSON value; None leaves it out.
    """

    def __init__(self, code: int, message: str, data: object = None) -> None:
        super().__init__(code, message, data)
        self.code = code
        self.message = message
        self.data = data

    def __str__(self) -> str:
        detail = "" if self.data is None else f" ({self.data})"
        return f"{self.message}{detail} [{self.code}]"

    def render(self) -> dict[str, object]:
        """Return the error object of the specification, section 5.1."""
        error: dict[str, object] = {"code": self.code, "message": self.message}
        if self.data is not None:
            error["data"] = self.data
        return error


class Request(NamedTuple):
    """A call that wants an answer. `params` is the decoded JSON, of any type, None if absent."""

    id: Id
    method: str
    params: object


class Notification(NamedTuple):
    """A call without id. As in jsonrpsee it is neither executed nor answered."""

    method: str


class Invalid(NamedTuple):
    """What could not be read as a call, and the error to answer with."""

    id: Id
    error: RpcError


class Batch(NamedTuple):
    """A non-empty JSON array of calls, in order."""

    entries: Sequence[Request | Notification | Invalid]


def parse(
    message: Bytes, max_batch_items: int | None = None
) -> Request | Notification | Invalid | Batch:
    """Read one message of a client. Never raises: what is wrong becomes `Invalid`.

    `max_batch_items`: None for no limit, 0 to refuse batches.
    """
    try:
        value = orjson.loads(message)
    except orjson.JSONDecodeError:
        return Invalid(None, RpcError(PARSE_ERROR, "Parse error"))
    if type(value) is not list:
        return _read_call(value)
    if max_batch_items == 0:
        text = "Batched requests are not supported by this server"
        return Invalid(None, RpcError(BATCHES_NOT_SUPPORTED, text))
    if not value:
        return Invalid(None, RpcError(INVALID_REQUEST, "Invalid request"))
    if max_batch_items is not None and len(value) > max_batch_items:
        text = "The batch request was too large"
        return Invalid(None, _exceeded(TOO_BIG_BATCH_REQUEST, text, max_batch_items))
    return Batch([_read_call(entry) for entry in value])


def _read_call(value: object) -> Request | Notification | Invalid:
    if type(value) is not dict:
        return Invalid(None, RpcError(INVALID_REQUEST, "Invalid request"))
    request_id = value.get("id")
    # An exact test: a bool is no number here. Integers above u64 arrive as floats and are refused.
    if request_id is not None and type(request_id) is not int and type(request_id) is not str:
        return Invalid(None, RpcError(INVALID_REQUEST, "Invalid request"))
    method = value.get("method")
    if type(method) is not str or value.get("jsonrpc") != "2.0":
        return Invalid(request_id, RpcError(INVALID_REQUEST, "Invalid request"))
    if request_id is None and "id" not in value:
        return Notification(method)
    return Request(request_id, method, value.get("params"))


def success(request_id: Id, result: object, max_bytes: int) -> bytes:
    """Encode an answer, or the "Response is too big" error if it exceeds `max_bytes`.

    Raises orjson.JSONEncodeError (a TypeError) if `result` has no JSON form: the handler's bug.
    """
    encoded = orjson.dumps({"jsonrpc": "2.0", "id": request_id, "result": result})
    if len(encoded) > max_bytes:
        return failure(request_id, response_too_big(max_bytes))
    return encoded


def failure(request_id: Id, error: RpcError) -> bytes:
    """Encode an answer that carries an error."""
    return orjson.dumps({"jsonrpc": "2.0", "id": request_id, "error": error.render()})


def join_batch(answers: Sequence[bytes]) -> bytes:
    """Encode the answers to a batch."""
    return b"[" + b",".join(answers) + b"]"


def notify(method: str, subscription: str, result: object) -> bytes:
    """Encode a notification of a subscription. Raises as `success` does."""
    params = {"subscription": subscription, "result": result}
    return orjson.dumps({"jsonrpc": "2.0", "method": method, "params": params})


def notify_error(method: str, subscription: str, error: RpcError) -> bytes:
    """Encode the last notification of a subscription that failed."""
    params = {"subscription": subscription, "error": error.render()}
    return orjson.dumps({"jsonrpc": "2.0", "method": method, "params": params})


def _exceeded(code: int, message: str, limit: int) -> RpcError:
    return RpcError(code, message, f"Exceeded max limit of {limit}")


def response_too_big(max_bytes: int) -> RpcError:
    """Return the error for an answer above the response limit."""
    return _exceeded(OVERSIZED_RESPONSE, "Response is too big", max_bytes)


def batch_response_too_big(max_bytes: int) -> RpcError:
    """Return the error for a batch whose answers together exceed the response limit."""
    return _exceeded(TOO_BIG_BATCH_RESPONSE, "The batch response was too large", max_bytes)


def request_too_big(max_bytes: int) -> RpcError:
    """Return the error for a message above the request limit, which is not read."""
    return _exceeded(OVERSIZED_REQUEST, "Request is too big", max_bytes)


def too_many_subscriptions(limit: int) -> RpcError:
    """Return the error for a subscription above the limit of its connection."""
    text = "Too many subscriptions on the connection"
    return _exceeded(TOO_MANY_SUBSCRIPTIONS, text, limit)


def method_not_found() -> RpcError:
    """Return the error for a name nobody registered."""
    return RpcError(METHOD_NOT_FOUND, "Method not found")


def unsafe_call() -> RpcError:
    """Return Substrate's denial of an unsafe method (substrate/client/rpc-api/src/policy.rs)."""
    return RpcError(METHOD_NOT_FOUND, "RPC call is unsafe to be called externally")


def invalid_params(reason: str) -> RpcError:
    """Return the error for parameters of the wrong number, type or value."""
    return RpcError(INVALID_PARAMS, "Invalid params", reason)


def internal_error() -> RpcError:
    """Return the error for a failure that is ours; the log has the details."""
    return RpcError(INTERNAL_ERROR, "Internal error")
