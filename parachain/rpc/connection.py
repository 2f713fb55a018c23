"""A client's connection as a method sees it: who it is, what it may do, when it ends.

Not here: bytes. `websocket` and `http` drive the socket and own one `Connection` each.
"""

import enum
import logging
from collections.abc import Callable

import trio

_logger = logging.getLogger("gear.rpc")


class Transport(enum.Enum):
    """How a call arrived. Subscriptions need WEBSOCKET."""

    HTTP = "http"
    WEBSOCKET = "ws"


class Connection:
    """One client. The state of methods like chainHead_v1_* belongs to it and ends with it.

    `number` is unique in the process. `allows_unsafe` is the `--rpc-methods` policy applied to the
    listener the client reached. Tasks in `nursery` end with the connection; it is None over HTTP.
    """

    __slots__ = ("_on_close", "allows_unsafe", "closed", "number", "nursery", "transport")

    def __init__(self, number: int, transport: Transport, *, allows_unsafe: bool) -> None:
        self.number = number
        self.transport = transport
        self.allows_unsafe = allows_unsafe
        self.closed = False
        self.nursery: trio.Nursery | None = None
        self._on_close: list[Callable[[], None]] = []

    def on_close(self, callback: Callable[[], None]) -> None:
        """Call `callback` once when the client is gone; at once if it already is."""
        if self.closed:
            callback()
        else:
            self._on_close.append(callback)

    def close(self) -> None:
        """Run the callbacks. For the driver; a failing callback is logged, the rest still run."""
        self.closed = True
        callbacks, self._on_close = self._on_close, []
        for callback in callbacks:
            try:
                callback()
            except Exception:
                _logger.exception("connection %d: a close callback failed", self.number)
