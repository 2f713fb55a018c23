"""`ProofExt`: the host interface over the storage proof of a candidate.

What is in the proof reads as in the node; asking for anything else raises MissingTrieNode, and so
does computing a root that depends on it. Storage is `OverlaidStorage`, as in the node, so both
touch the same nodes. Hashing, signatures, programs and the log are the validator's.
"""

from typing import Iterator, Mapping, Optional

from parachain.primitives.storage import OverlaidStorage
from parachain.primitives.trie import (
    Changes,
    HashFunction,
    HeldNodes,
    StateChange,
    change_state,
    change_trie,
    child_root,
    get_value,
    iterate,
    next_key,
)
from parachain.runtime.frame.ext import Ext, HostRefused


class ProofTrie:
    """A trie of which some nodes are known. All functions may raise MissingTrieNode."""

    def __init__(self, nodes: HeldNodes, root: bytes, hash_function: HashFunction) -> None:
        self._nodes = nodes
        self._root = root
        self._hash_function = hash_function

    def get(self, key: bytes) -> Optional[bytes]:
        """Value at `key`, or None."""
        return get_value(self._nodes, self._root, key)

    def next_key(self, key: bytes) -> Optional[bytes]:
        """Return the first key after `key`."""
        return next_key(self._nodes, self._root, key)

    def keys(self, prefix: bytes) -> Iterator[bytes]:
        """Keys under `prefix` in order."""
        return (key for key, _ in iterate(self._nodes, self._root, prefix))

    def root_after(self, changes: Changes, version: int) -> bytes:
        """Root of the trie with the changes applied."""
        return change_trie(self._nodes, self._root, changes, version, self._hash_function).root


class ProofState(ProofTrie):
    """The state with the given root, of which some nodes are known."""

    def child(self, child: bytes) -> ProofTrie:
        """Return the child trie with this id, empty if there is none."""
        root = child_root(self._nodes, self._root, child)
        return ProofTrie(self._nodes, root, self._hash_function)

    def change(self, main: Changes, children: Mapping[bytes, Changes], version: int) -> StateChange:
        """Compute the state that follows from changes."""
        hash_function = self._hash_function
        return change_state(self._nodes, self._root, main, children, version, hash_function)


class ProofExt(OverlaidStorage):
    """Storage of one block above the state of its parent; everything else is the host's."""

    def __init__(self, host: Ext, state: ProofState, state_version: int) -> None:
        super().__init__(state, state_version, host.log)
        self.blake2_128 = host.blake2_128
        self.blake2_256 = host.blake2_256
        self.twox_64 = host.twox_64
        self.twox_128 = host.twox_128
        self.twox_256 = host.twox_256
        self.keccak_256 = host.keccak_256
        self.sha2_256 = host.sha2_256
        self.sr25519_verify = host.sr25519_verify
        self.ed25519_verify = host.ed25519_verify
        self.ecdsa_verify = host.ecdsa_verify
        self.secp256k1_recover = host.secp256k1_recover
        self.secp256k1_recover_compressed = host.secp256k1_recover_compressed
        self.ordered_root = host.ordered_root
        self.runtime_version = host.runtime_version
        self.bls12_381 = host.bls12_381
        self.sandbox = host.sandbox

    def sr25519_generate(self, key_type: bytes, seed: Optional[bytes]) -> bytes:  # noqa: ARG002
        """Not here: a validator has no keys of this chain."""
        raise HostRefused("no keys are generated while a candidate is validated")
