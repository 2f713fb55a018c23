"""JSON-RPC with one node over one WebSocket, for a command line: one request at a time."""

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

from websockets.exceptions import InvalidHandshake, InvalidURI, WebSocketException
from websockets.sync.client import ClientConnection, connect

OPEN_TIMEOUT_S: Final = 10.0
"""Time for a node to accept the connection."""

ANSWER_TIMEOUT_S: Final = 60.0
"""Time for one answer. Calculations of gas may execute a block's worth of gas."""

MAX_MESSAGE_BYTES: Final = 64 << 20
"""An answer may hold the body of a block or the state of a program."""


class NodeConnectionError(Exception):
    """The node cannot be reached, or has left; the message says which node."""


class NodeRefusalError(Exception):
    """The node has answered with an error; the message is the node's."""


class Connection:
    """An open connection."""

    def __init__(self, url: str, socket: ClientConnection) -> None:
        self._url = url
        self._socket = socket
        self._ids = count(1)
        #: What subscriptions were sent while an answer was awaited.
        self._news: dict[str, deque[Any]] = {}

    def call(self, method: str, *params: Any) -> Any:
        """Call a method. Raises NodeRefusalError, NodeConnectionError."""
        number = next(self._ids)
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        self._send(json.dumps(request))
        while True:
            message = self._receive(ANSWER_TIMEOUT_S)
            if message.get("id") != number:
                self._keep(message)
                continue
            error = message.get("error")
            if error is not None:
                raise NodeRefusalError(_text(error))
            return message.get("result")

    def subscribe(self, method: str, *params: Any) -> Iterator[Any]:
        """Subscribe, and yield what is sent, without an end. Raises as `call`."""
        key = str(self.call(method, *params))
        kept = self._news.setdefault(key, deque())
        while True:
            while kept:
                yield kept.popleft()
            self._keep(self._receive(None))

    def _keep(self, message: dict[str, Any]) -> None:
        params = message.get("params")
        if isinstance(params, dict) and "subscription" in params:
            news = self._news.setdefault(str(params["subscription"]), deque())
            news.append(params.get("result"))

    def _send(self, text: str) -> None:
        try:
            self._socket.send(text)
        except WebSocketException as error:
            raise NodeConnectionError(f"{self._url}: the connection has ended: {error}") from error

    def _receive(self, timeout_s: float | None) -> dict[str, Any]:
        try:
            message = json.loads(self._socket.recv(timeout_s))
        except TimeoutError:
            raise NodeConnectionError(
                f"{self._url} has not answered in {timeout_s:.0f} s"
            ) from None
        except WebSocketException as error:
            raise NodeConnectionError(f"{self._url}: the connection has ended: {error}") from error
        except ValueError as error:
            raise NodeConnectionError(f"{self._url} does not speak JSON: {error}") from error
        if not isinstance(message, dict):
            raise NodeConnectionError(f"{self._url} does not speak JSON-RPC")
        return message


def _text(error: Any) -> str:
    """Message of an error object, with its data where these say more."""
    if not isinstance(error, dict):
        return str(error)
    message, data = str(error.get("message", "error")), error.get("data")
    return message if data is None else f"{message}: {data}"


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Connect to the node at `ws://HOST:PORT`. Raises NodeConnectionError."""
    try:
        socket = connect(
            url, open_timeout=OPEN_TIMEOUT_S, max_size=MAX_MESSAGE_BYTES, compression=None
        )
    except InvalidURI:
        raise NodeConnectionError(
            f"{url!r} is not the URL of a WebSocket (ws://HOST:PORT)"
        ) from None
    except (InvalidHandshake, TimeoutError) as error:
        raise NodeConnectionError(f"{url} does not answer as a node: {error}") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise NodeConnectionError(f"no node answers at {url}: {reason}") from error
    with socket:
        yield Connection(url, socket)
