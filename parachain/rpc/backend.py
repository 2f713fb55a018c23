"""What the namespaces need of the node besides the chain, as protocols that the node implements.

Chain and pool are used as they are (`parachain.client`); here is what takes tasks, threads, keys or
the operating system: submitting transactions, authoring on request, facts about the process.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from parachain.client.pool.pool import Imported, TransactionPool
from parachain.client.pool.watchers import Callback, WatchId
from parachain.primitives.transaction_validity import TransactionSource


class UnvalidatableError(Exception):
    """Nobody can tell whether a transaction is valid; the message says why.

    Its bytes are none, the runtime has a bug, or the state to ask on is gone by now.
    """


class AuthoringError(Exception):
    """No block could be made or finalised; the message says why."""


class Transactions(Protocol):
    """The transaction pool with somebody who validates."""

    @property
    def pool(self) -> TransactionPool:
        """The pool, for reading on the event loop."""

    async def submit(
        self,
        data: bytes,
        callback: Callback | None = None,
        source: TransactionSource = TransactionSource.EXTERNAL,
    ) -> Imported:
        """Validate and import an extrinsic. Raises PoolError, UnvalidatableError."""

    def unwatch(self, watch_id: WatchId) -> None:
        """End a watch."""

    def remove(self, hashes: Sequence[bytes]) -> list[bytes]:
        """Remove transactions and what depends on them; return the hashes of all removed."""


class CreatedBlock(NamedTuple):
    """A block made on request."""

    block_hash: bytes
    number: int


class Authoring(Protocol):
    """Blocks on request: `engine_*` and `dev_*`. Raises AuthoringError where it cannot."""

    async def create_block(
        self,
        *,
        create_empty: bool = True,
        finalize: bool = False,
        parent: bytes | None = None,
        transactions: Sequence[bytes] | None = None,
        timestamp_ms: int | None = None,
    ) -> CreatedBlock:
        """Make a block above `parent` (default: the best) from the pool, or from `transactions`.

        `timestamp_ms` moves the time of the chain to a later slot.
        """

    async def finalize_block(self, block_hash: bytes) -> None:
        """Make a block and its ancestors final."""

    async def set_head(self, block_hash: bytes) -> None:
        """Make a block the best one and forget what is above it (`dev_setHead`)."""

    async def set_storage(self, changes: Mapping[bytes, bytes | None]) -> bytes:
        """Change the state outside any extrinsic, in a new block; return its hash."""

    def travel(self, timestamp_ms: int) -> int:
        """Set the time of the next block; return it (`dev_timeTravel`)."""


class Keys(Protocol):
    """The keystore."""

    def insert(self, key_type: bytes, uri: str, public: bytes) -> None:
        """Store a key. Raises KeyRefusedError."""

    def rotate(self) -> bytes:
        """Generate new session keys and return their public parts."""

    def has(self, key_type: bytes, public: bytes) -> bool:
        """Whether the secret key is there."""


class KeyRefusedError(Exception):
    """A key or key type cannot be used; the message says why."""


class LogFilters(Protocol):
    """Levels of the log, changed while the node runs."""

    def add(self, directives: str) -> None:
        """Apply directives such as `sync=debug`. Raises ValueError."""

    def reset(self) -> None:
        """Return to the levels of the command line."""


class NodeInfo(NamedTuple):
    """Facts that do not change while the node runs."""

    #: `system_name`; Gear's clients expect "Gear Node".
    name: str
    #: `system_version`: x.y.z-<commit>; portals split it at the dash.
    version: str
    chain_name: str
    #: "Development", "Local", "Live" or {"Custom": ...}.
    chain_type: object
    properties: Mapping[str, object]
    #: "Authority" or "Full".
    roles: tuple[str, ...]
    peer_id: str
    listen_addresses: tuple[str, ...]
    #: Whether `dev_*` and `engine_*` are offered.
    development: bool
