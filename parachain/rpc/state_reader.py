"""`StateReader`: the state of a block, or of the best one, with the errors that clients expect.

For state_* and childstate_*, whose failures are 4003 "Client error: ...". Scans over many keys get
a deadline for callers who may not call unsafe methods, as in Substrate
(client/rpc/src/state/utils.rs).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from parachain.client.chain.chain import Chain
from parachain.client.state import StateAt
from parachain.rpc.client_errors import CLIENT_ERRORS, client_error_text, state_error
from parachain.rpc.connection import Connection

T = TypeVar("T")

MAX_SCAN_S: Final = 30.0
"""MAXIMUM_SAFE_RPC_CALL_TIMEOUT: what a stranger may keep a worker thread busy for."""

ITEMS_PER_LOOK: Final = 256
"""Items between two looks at the clock; some milliseconds."""


class StateReader:
    """Reads states. A block of None is the best one. `clock_s` counts seconds from anywhere."""

    def __init__(self, chain: Chain, clock_s: Callable[[], float]) -> None:
        self.chain = chain
        self._clock_s = clock_s

    def block(self, at: bytes | None) -> bytes:
        """Hash of the block that is meant; it need not exist."""
        return self.chain.best.hash if at is None else at

    def read(self, at: bytes | None, query: Callable[[StateAt], T]) -> T:
        """Ask the state after a block. Raises RpcError if it is unknown or was pruned.

        `query` must have read all it returns: an iterator would fail outside.
        """
        block_hash = self.chain.best.hash if at is None else at
        try:
            return query(self.chain.state_at(block_hash))
        except CLIENT_ERRORS as error:
            raise state_error(client_error_text(error, block_hash)) from None

    def limited(self, items: Iterable[T], connection: Connection) -> Iterator[T]:
        """Pass items on until the caller's time is up. Raises RpcError then."""
        if connection.allows_unsafe:
            yield from items
            return
        ends_s = self._clock_s() + MAX_SCAN_S
        for number, item in enumerate(items, 1):
            yield item
            if number % ITEMS_PER_LOOK == 0 and self._clock_s() > ends_s:
                raise state_error(f"Timed out after {MAX_SCAN_S:.0f} s")
