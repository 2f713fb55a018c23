"""state_*: keys, values and proofs, at any block whose state is kept.

Sources: polkadot-sdk stable2409, substrate/client/rpc-api/src/state, client/rpc/src/state. Calls of
the runtime are in `state_runtime_methods`, subscriptions in `state_subscriptions`.
"""

from collections.abc import Sequence
from typing import Final

from parachain.client.state import StateAt
from parachain.rpc.client_errors import STATE_COUNT, state_error
from parachain.rpc.connection import Connection
from parachain.rpc.jsonrpc import RpcError
from parachain.rpc.methods import Namespace, blocking, method
from parachain.rpc.params import CONNECTION, param, params
from parachain.rpc.parsers import HASH, HEX, STRING, U32, list_of, optional
from parachain.rpc.render import render_bytes, render_optional, render_read_proof
from parachain.rpc.state_queries import query_storage, query_storage_at
from parachain.rpc.state_reader import StateReader

MAX_KEYS_PER_PAGE: Final = 1000
"""STORAGE_KEYS_PAGED_MAX_COUNT."""

_AT = param("hash", optional(HASH))
_KEY = params(param("key", HEX), _AT)
_KEYS = param("keys", list_of(HEX))
_PAGE = params(
    param("prefix", optional(HEX)), param("count", U32), param("startKey", optional(HEX)), _AT
)
_FILTER = optional(STRING)
_TRACE = params(
    param("block", HASH),
    param("targets", _FILTER),
    param("storageKeys", _FILTER),
    param("methods", _FILTER),
)


class _StateHandlers:
    """What the methods do. `at` of None is the best block."""

    def __init__(self, reader: StateReader) -> None:
        self._reader = reader

    def storage(self, key: bytes, at: bytes | None) -> object:
        return render_optional(self._reader.read(at, lambda state: state.get(key)))

    def storage_hash(self, key: bytes, at: bytes | None) -> object:
        return render_optional(self._reader.read(at, lambda state: state.value_hash(key)))

    def storage_size(self, connection: Connection, key: bytes, at: bytes | None) -> object:
        def size(state: StateAt) -> int | None:
            exact = state.value_size(key)
            if exact is not None:
                return exact
            pairs = self._reader.limited(state.pairs(key), connection)
            return sum(len(value) for _, value in pairs) or None

        return self._reader.read(at, size)

    def keys(self, connection: Connection, prefix: bytes, at: bytes | None) -> object:
        def under(state: StateAt) -> list[str]:
            return [
                render_bytes(key) for key in self._reader.limited(state.keys(prefix), connection)
            ]

        return self._reader.read(at, under)

    def pairs(self, prefix: bytes, at: bytes | None) -> object:
        def under(state: StateAt) -> list[list[str]]:
            return [[render_bytes(key), render_bytes(value)] for key, value in state.pairs(prefix)]

        return self._reader.read(at, under)

    def keys_paged(
        self, prefix: bytes | None, count: int, start: bytes | None, at: bytes | None
    ) -> object:
        if count > MAX_KEYS_PER_PAGE:
            text = f"count exceeds maximum value. value: {count}, max: {MAX_KEYS_PER_PAGE}"
            raise RpcError(STATE_COUNT, text)
        page = self._reader.read(at, lambda state: state.keys_paged(prefix or b"", count, start))
        return [render_bytes(key) for key in page]

    def read_proof(self, keys: Sequence[bytes], at: bytes | None) -> object:
        block_hash = self._reader.block(at)
        proof = self._reader.read(block_hash, lambda state: state.read_proof(keys))
        return render_read_proof(block_hash, proof)

    def history(self, keys: list[bytes], first: bytes, last: bytes | None) -> object:
        return query_storage(self._reader, keys, first, last)

    def values(self, keys: list[bytes], at: bytes | None) -> object:
        return query_storage_at(self._reader, keys, at)

    def migration_status(self, at: bytes | None) -> object:
        def count(state: StateAt) -> dict[str, int]:
            children = [state.child(child) for child in state.children()]
            # Every state of this node has layout V1 from genesis on: nothing is left to migrate.
            return {
                "topRemainingToMigrate": 0,
                "childRemainingToMigrate": 0,
                "totalTop": sum(1 for _ in state.keys(b"")),
                "totalChild": sum(1 for child in children for _ in child.keys(b"")),
            }

        return self._reader.read(at, count)


def state_methods(reader: StateReader) -> Namespace:
    """Return the methods of state_* that read."""
    state = _StateHandlers(reader)
    return [
        method("state_getStorage", state.storage, _KEY, aliases=("state_getStorageAt",)),
        method(
            "state_getStorageHash", state.storage_hash, _KEY, aliases=("state_getStorageHashAt",)
        ),
        blocking(
            "state_getStorageSize",
            state.storage_size,
            params(CONNECTION, param("key", HEX), _AT),
            aliases=("state_getStorageSizeAt",),
        ),
        blocking("state_getKeys", state.keys, params(CONNECTION, param("prefix", HEX), _AT)),
        blocking("state_getPairs", state.pairs, params(param("prefix", HEX), _AT), unsafe=True),
        blocking("state_getKeysPaged", state.keys_paged, _PAGE, aliases=("state_getKeysPagedAt",)),
        blocking("state_getReadProof", state.read_proof, params(_KEYS, _AT)),
        blocking(
            "state_queryStorage",
            state.history,
            params(_KEYS, param("block", HASH), _AT),
            unsafe=True,
        ),
        blocking("state_queryStorageAt", state.values, params(_KEYS, param("at", optional(HASH)))),
        blocking("state_trieMigrationStatus", state.migration_status, params(_AT), unsafe=True),
        method("state_traceBlock", _refuse_to_trace, _TRACE, unsafe=True),
    ]


def _refuse_to_trace(
    block: bytes,  # noqa: ARG001  the parameters are read, so that wrong ones are named first
    targets: str | None,  # noqa: ARG001
    storage_keys: str | None,  # noqa: ARG001
    methods: str | None,  # noqa: ARG001
) -> object:
    raise state_error("this node does not trace the execution of blocks")
