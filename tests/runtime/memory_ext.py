"""`MemoryExt`: the runtime's host over dictionaries, for tests.

A fake, not a mock: storage, nested transactions, child tries, hashes and signature checks behave
as the node's do. Missing on purpose: a database, pruning, proofs.

The *parent state* is what `seal_block` saw last; it matters only to the limits of `clear_prefix`
and its relatives, which count keys of the parent state and none that the block wrote itself.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from parachain.client.crypto import hashing, signatures
from parachain.client.crypto.bls12_381 import bls12_381
from parachain.client.executor.wasm.version import version_of
from parachain.primitives.scale import COMPACT_U32
from parachain.primitives.trie import CHILD_STORAGE_PREFIX, ordered_root, trie_root
from parachain.runtime.frame.ext import HostRefused
from parachain.runtime.gear.sandbox import Sandbox

#: The main trie among `MemoryExt.tries`; child tries are found by their ids.
MAIN = None

Trie = dict[bytes, bytes]

#: Trie layouts: of extrinsics, and of the state.
V0, V1 = 0, 1


class LogLine(NamedTuple):
    """What the runtime passed to `log`."""

    level: int
    target: str
    message: str


class MemoryExt:
    """State in memory. `tries[MAIN]` is the main state, `tries[child_id]` a child trie."""

    def __init__(self, state: Trie | None = None, sandbox: Sandbox | None = None) -> None:
        self.tries: dict[bytes | None, Trie] = {MAIN: dict(state or {})}
        self.parent: dict[bytes | None, Trie] = {MAIN: dict(state or {})}
        self.logs: list[LogLine] = []
        self._sandbox = sandbox
        self._undo: list[list[tuple[bytes | None, bytes, bytes | None]]] = []
        self._sorted: dict[bytes | None, list[bytes]] = {}

    @property
    def state(self) -> Trie:
        """The main state, to look into."""
        return self.tries[MAIN]

    def seal_block(self) -> None:
        """Make the state as it is now the parent state of what follows."""
        assert not self._undo, "a storage transaction is open"
        self.parent = {name: dict(trie) for name, trie in self.tries.items()}

    # -- one trie ----------------------------------------------------------------------------

    def _put(self, name: bytes | None, key: bytes, value: bytes) -> None:
        assert type(key) is bytes, f"key {key!r} is no bytes"
        assert type(value) is bytes, f"value {value!r} is no bytes"
        trie = self.tries.setdefault(name, {})
        old = trie.get(key)
        if self._undo:
            self._undo[-1].append((name, key, old))
        if old is None:
            self._sorted.pop(name, None)
        trie[key] = value

    def _delete(self, name: bytes | None, key: bytes) -> None:
        trie = self.tries.get(name, {})
        old = trie.pop(key, None)
        if old is not None:
            self._sorted.pop(name, None)
            if self._undo:
                self._undo[-1].append((name, key, old))

    def _keys(self, name: bytes | None) -> list[bytes]:
        keys = self._sorted.get(name)
        if keys is None:
            keys = self._sorted[name] = sorted(self.tries.get(name, {}))
        return keys

    def _next_key(self, name: bytes | None, key: bytes) -> bytes | None:
        keys = self._keys(name)
        at = bisect_right(keys, key)
        return keys[at] if at < len(keys) else None

    def _clear(self, name: bytes | None, prefix: bytes, limit: int | None) -> tuple[int, bool]:
        in_parent = self.parent.get(name, {})
        mine = [key for key in self.tries.get(name, {}) if key.startswith(prefix)]
        for key in mine:
            if key not in in_parent or self.tries[name][key] != in_parent[key]:
                self._delete(name, key)
        of_parent = sorted(key for key in in_parent if key.startswith(prefix))
        taken = of_parent if limit is None else of_parent[:limit]
        for key in taken:
            self._delete(name, key)
        return len(taken), len(taken) == len(of_parent)

    # -- main state --------------------------------------------------------------------------

    def get(self, key: bytes, /) -> bytes | None:
        return self.tries[MAIN].get(key)

    def put(self, key: bytes, value: bytes, /) -> None:
        self._put(MAIN, key, value)

    def delete(self, key: bytes, /) -> None:
        self._delete(MAIN, key)

    def exists(self, key: bytes, /) -> bool:
        return key in self.tries[MAIN]

    def append(self, key: bytes, item: bytes, /) -> None:
        old = self.get(key) or b""
        try:
            count, at = COMPACT_U32.read(old, 0)
        except Exception:  # noqa: BLE001  whatever is no vector is replaced, as by the host
            count, at = 0, len(old)
        self.put(key, COMPACT_U32.encode(count + 1) + old[at:] + item)

    def next_key(self, key: bytes, /) -> bytes | None:
        return self._next_key(MAIN, key)

    def clear_prefix(self, prefix: bytes, limit: int | None, /) -> tuple[int, bool]:
        return self._clear(MAIN, prefix, limit)

    def keys_with(self, prefix: bytes) -> list[bytes]:
        """Keys of the main state under `prefix`, sorted."""
        keys = self._keys(MAIN)
        return [key for key in keys[bisect_left(keys, prefix) :] if key.startswith(prefix)]

    # -- transactions ------------------------------------------------------------------------

    def begin(self) -> None:
        self._undo.append([])

    def commit(self) -> None:
        done = self._undo.pop()
        if self._undo:
            self._undo[-1].extend(done)

    def rollback(self) -> None:
        for name, key, old in reversed(self._undo.pop()):
            self._sorted.pop(name, None)
            if old is None:
                self.tries[name].pop(key, None)
            else:
                self.tries[name][key] = old

    # -- child tries -------------------------------------------------------------------------

    def child_get(self, child: bytes, key: bytes, /) -> bytes | None:
        return self.tries.get(child, {}).get(key)

    def child_put(self, child: bytes, key: bytes, value: bytes, /) -> None:
        self._put(child, key, value)

    def child_delete(self, child: bytes, key: bytes, /) -> None:
        self._delete(child, key)

    def child_next_key(self, child: bytes, key: bytes, /) -> bytes | None:
        return self._next_key(child, key)

    def child_clear_prefix(
        self, child: bytes, prefix: bytes, limit: int | None, /
    ) -> tuple[int, bool]:
        return self._clear(child, prefix, limit)

    def child_kill(self, child: bytes, limit: int | None, /) -> tuple[int, bool]:
        return self._clear(child, b"", limit)

    # -- roots -------------------------------------------------------------------------------

    def child_root(self, child: bytes, /) -> bytes:
        return trie_root(self.tries.get(child, {}), V1, hashing.blake2_256)

    def storage_root(self) -> bytes:
        main = dict(self.tries[MAIN])
        for child, trie in self.tries.items():
            if child is not MAIN and trie:
                main[CHILD_STORAGE_PREFIX + child] = self.child_root(child)
        return trie_root(main, V1, hashing.blake2_256)

    def ordered_root(self, values: Sequence[bytes], /) -> bytes:
        return ordered_root(values, V0, hashing.blake2_256)

    # -- hashes, signatures, log -------------------------------------------------------------

    blake2_128 = staticmethod(hashing.blake2_128)
    blake2_256 = staticmethod(hashing.blake2_256)
    twox_64 = staticmethod(hashing.twox_64)
    twox_128 = staticmethod(hashing.twox_128)
    twox_256 = staticmethod(hashing.twox_256)
    keccak_256 = staticmethod(hashing.keccak_256)
    sha2_256 = staticmethod(hashing.sha2_256)
    sr25519_verify = staticmethod(signatures.sr25519_verify)
    ed25519_verify = staticmethod(signatures.ed25519_verify)
    ecdsa_verify = staticmethod(signatures.ecdsa_verify)
    secp256k1_recover = staticmethod(signatures.secp256k1_recover)
    secp256k1_recover_compressed = staticmethod(signatures.secp256k1_recover_compressed)
    bls12_381 = staticmethod(bls12_381)

    def runtime_version(self, code: bytes, /) -> bytes | None:
        return version_of(code)

    def sr25519_generate(self, key_type: bytes, seed: bytes | None, /) -> bytes:
        """A key that depends on the arguments alone; nobody can sign with it."""
        return hashing.blake2_256(key_type + (seed or b""))

    def log(self, level: int, target: str, message: str, /) -> None:
        self.logs.append(LogLine(level, target, message))

    def sandbox(self) -> Sandbox:
        if self._sandbox is None:
            raise HostRefused("no sandbox was given")
        return self._sandbox
