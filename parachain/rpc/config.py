"""What an operator may choose about the RPC server. Every field has a unit and Substrate's default.

Not here: the namespaces that are served (`methods.Registry`), nor command-line parsing.
Defaults: polkadot-sdk substrate/client/rpc-servers/src/lib.rs and cli/src/lib.rs.
"""

import enum
from dataclasses import dataclass

MEBIBYTE = 1024 * 1024

LOCAL_ORIGINS = (
    "http://localhost:*",
    "http://127.0.0.1:*",
    "https://localhost:*",
    "https://127.0.0.1:*",
    "https://polkadot.js.org",
)
"""Browser origins a node accepts unless told otherwise; `*` as port means any port."""


class MethodsPolicy(enum.Enum):
    """`--rpc-methods`: who may call methods declared unsafe."""

    SAFE = "safe"
    """Nobody."""
    UNSAFE = "unsafe"
    """Everybody."""
    AUTO = "auto"
    """Those who reach a loopback listen address."""


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """One TCP address to serve on."""

    host: str
    """An IP address; `MethodsPolicy.AUTO` asks whether it is loopback."""
    port: int
    """0 lets the system choose; `Server.run` reports what it chose."""
    optional: bool = False
    """Whether failing to bind is a warning only (IPv6 on a machine without it)."""
    free_port_if_taken: bool = False
    """Whether to serve on a port of the system's choice, with a warning, when `port` is in use."""


@dataclass(frozen=True, slots=True)
class RpcConfig:
    """Limits and policies of one `Server`."""

    listen: tuple[ListenAddress, ...] = (
        ListenAddress("127.0.0.1", 9944),
        ListenAddress("::1", 9944, optional=True),
    )
    cors_origins: tuple[str, ...] | None = LOCAL_ORIGINS
    """Origins of web pages that may connect; None (`--rpc-cors all`) lets every page in."""
    methods: MethodsPolicy = MethodsPolicy.AUTO
    max_request_bytes: int = 15 * MEBIBYTE
    max_response_bytes: int = 15 * MEBIBYTE
    max_connections: int = 100
    """WebSocket connections plus HTTP requests in progress; as many idle sockets besides."""
    max_subscriptions_per_connection: int = 1024
    message_buffer_per_connection: int = 64
    """Messages waiting for a slow client, and calls in progress, on one WebSocket connection."""
    max_batch_items: int | None = None
    """None: bounded by the request size only. 0: batches are refused."""
    gear_allowance_multiplier: int = 64
    """One question to programs may burn the gas of so many blocks (gear's node, cli.rs)."""
    gear_max_batch_items: int = 256
    """States that `gear_readStateBatch` reads at once, programs in a filter (gear's node)."""
    worker_threads: int = 4
    """Threads for methods declared `blocking`, shared by all connections."""
    ping_interval_s: float = 30.0
    inactivity_limit_s: float = 60.0
    """A WebSocket connection silent for longer misses a ping at the next interval."""
    max_missed_pings: int = 3
    request_head_timeout_s: float = 30.0
    """From the first byte of an HTTP request to the end of its headers (hyper's default)."""
    request_body_timeout_s: float = 60.0
    idle_timeout_s: float = 75.0
    """How long an HTTP connection may stay open between requests (nginx's default)."""
    write_timeout_s: float = 60.0
    """A client that accepts nothing for so long, though data is waiting, is disconnected."""
    shutdown_grace_s: float = 1.0
    """What calls in progress and closing handshakes get when the server closes."""

    def allows_unsafe(self, *, loopback: bool) -> bool:
        """Whether clients of a listener may call unsafe methods (rpc-servers/src/utils.rs)."""
        if self.methods is MethodsPolicy.AUTO:
            return loopback
        return self.methods is MethodsPolicy.UNSAFE
