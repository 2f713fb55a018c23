"""Which web pages and Host names are let in: CORS, Origin and Host rules. Pure.

As in Substrate (rpc-servers/src/utils.rs): with `--rpc-cors all` everything passes; with a list of
origins, CORS headers name the caller's origin if listed, and the Host header must be a loopback
name with the port served (against DNS rebinding). Beyond Substrate, which leaves WebSockets open
to every page, a listed-origins node refuses an upgrade whose Origin is not listed: a page could
otherwise reach the unsafe methods of a node on the visitor's own machine.
"""

from collections.abc import Sequence
from typing import Final

Headers = list[tuple[bytes, bytes]]

_VARY: Final = (
    b"vary",
    b"origin, access-control-request-method, access-control-request-headers",
)
_ANYBODY: Final[Headers] = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"*"),
    _VARY,
]
_ANYBODY_PREFLIGHT: Final[Headers] = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"*"),
    (b"access-control-allow-headers", b"*"),
    _VARY,
]


class AccessPolicy:
    """The rules of one listener. `origins` of None means `--rpc-cors all`."""

    def __init__(self, origins: Sequence[str] | None, port: int) -> None:
        self._exact: frozenset[bytes] | None = None
        self._any_port: tuple[bytes, ...] = ()
        if origins is not None:
            listed = [origin.lower().encode("ascii") for origin in origins]
            self._exact = frozenset(listed)
            self._any_port = tuple(o[:-2] for o in listed if o.endswith(b":*"))
        names = ("localhost", "127.0.0.1", "[::1]")
        self._hosts = frozenset(f"{name}:{port}".encode() for name in names)

    @property
    def needs_host(self) -> bool:
        """Whether a request must say which host it means."""
        return self._exact is not None

    def host_allowed(self, host: bytes) -> bool:
        """Whether the Host header names this machine, where that is required."""
        return self._exact is None or host.lower() in self._hosts

    def origin_allowed(self, origin: bytes | None) -> bool:
        """Whether a page of this origin may connect; None is a client that is no browser."""
        if self._exact is None or origin is None:
            return True
        origin = origin.lower()
        if origin in self._exact:
            return True
        return any(
            origin == stem or (origin.startswith(stem + b":") and origin[len(stem) + 1 :].isdigit())
            for stem in self._any_port
        )

    def response_headers(self, origin: bytes | None) -> Headers:
        """Return the CORS headers of an answer to a page of this origin."""
        if self._exact is None:
            return _ANYBODY
        if origin is None or not self.origin_allowed(origin):
            return [_VARY]
        return [(b"access-control-allow-origin", origin), _VARY]

    def preflight_headers(self, origin: bytes | None) -> Headers:
        """Return the headers that answer an OPTIONS request."""
        if self._exact is None:
            return _ANYBODY_PREFLIGHT
        if origin is None or not self.origin_allowed(origin):
            return [_VARY]
        return [
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-methods", b"GET, POST"),
            (b"access-control-allow-headers", b"content-type"),
            _VARY,
        ]
