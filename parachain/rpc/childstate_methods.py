"""childstate_*: keys, values and proofs of child tries.

A child trie is named by its prefixed key, `:child_storage:default:` and its id. Source:
polkadot-sdk stable2409, substrate/client/rpc-api/src/child_state.
"""

from collections.abc import Sequence

from parachain.client.state import StateAt, TrieView
from parachain.primitives.trie import CHILD_STORAGE_PREFIX
from parachain.rpc.client_errors import state_error
from parachain.rpc.connection import Connection
from parachain.rpc.methods import Namespace, blocking, method
from parachain.rpc.params import CONNECTION, param, params
from parachain.rpc.parsers import HASH, HEX, U32, list_of, optional
from parachain.rpc.render import render_bytes, render_optional, render_read_proof
from parachain.rpc.state_reader import StateReader

_AT = param("hash", optional(HASH))
_CHILD = param("childStorageKey", HEX)
_KEY = params(_CHILD, param("key", HEX), _AT)
_KEYS = params(_CHILD, param("keys", list_of(HEX)), _AT)
_PAGE = params(
    _CHILD,
    param("prefix", optional(HEX)),
    param("count", U32),
    param("startKey", optional(HEX)),
    _AT,
)


def childstate_methods(reader: StateReader) -> Namespace:
    """Return the methods of childstate_*, and `state_getChildReadProof`."""

    def keys(connection: Connection, child: bytes, prefix: bytes, at: bytes | None) -> object:
        def under(state: StateAt) -> list[str]:
            found = _child(state, child).keys(prefix)
            return [render_bytes(key) for key in reader.limited(found, connection)]

        return reader.read(at, under)

    def keys_paged(
        child: bytes, prefix: bytes | None, count: int, start: bytes | None, at: bytes | None
    ) -> object:
        def page(state: StateAt) -> list[bytes]:
            return _child(state, child).keys_paged(prefix or b"", count, start)

        return [render_bytes(key) for key in reader.read(at, page)]

    def storage(child: bytes, key: bytes, at: bytes | None) -> object:
        return render_optional(reader.read(at, lambda state: _child(state, child).get(key)))

    def storage_entries(child: bytes, keys: Sequence[bytes], at: bytes | None) -> object:
        def entries(state: StateAt) -> list[str | None]:
            trie = _child(state, child)
            return [render_optional(trie.get(key)) for key in keys]

        return reader.read(at, entries)

    def storage_hash(child: bytes, key: bytes, at: bytes | None) -> object:
        return render_optional(reader.read(at, lambda state: _child(state, child).value_hash(key)))

    def storage_size(child: bytes, key: bytes, at: bytes | None) -> object:
        return reader.read(at, lambda state: _child(state, child).value_size(key))

    def read_proof(child: bytes, keys: Sequence[bytes], at: bytes | None) -> object:
        block_hash = reader.block(at)
        proof = reader.read(block_hash, lambda state: state.read_proof(keys, _child_id(child)))
        return render_read_proof(block_hash, proof)

    return [
        blocking("childstate_getKeys", keys, params(CONNECTION, _CHILD, param("prefix", HEX), _AT)),
        blocking(
            "childstate_getKeysPaged", keys_paged, _PAGE, aliases=("childstate_getKeysPagedAt",)
        ),
        method("childstate_getStorage", storage, _KEY),
        blocking("childstate_getStorageEntries", storage_entries, _KEYS),
        method("childstate_getStorageHash", storage_hash, _KEY),
        method("childstate_getStorageSize", storage_size, _KEY),
        blocking("state_getChildReadProof", read_proof, _KEYS),
    ]


def _child(state: StateAt, prefixed: bytes) -> TrieView:
    return state.child(_child_id(prefixed))


def _child_id(prefixed: bytes) -> bytes:
    if not prefixed.startswith(CHILD_STORAGE_PREFIX):
        raise state_error("Invalid child storage key")
    return prefixed.removeprefix(CHILD_STORAGE_PREFIX)
