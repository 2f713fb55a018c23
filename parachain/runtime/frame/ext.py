"""`Ext`: the only door of the runtime to its host, shaped after Substrate's host functions.

The native node implements it over its overlay and C libraries, the blob over `ext_*` imports,
a validator over the storage proof of a candidate. Missing trie nodes, full disks and the like
are the host's own exceptions: they pass through the runtime and fail the call as a whole.
"""

from typing import Any, Optional, Protocol, Sequence, Tuple


class HostRefused(Exception):  # noqa: N818  the name says what is wrong without a suffix
    """The host does not offer this function to this kind of call."""


class Ext(Protocol):
    """Storage with nested transactions, hashing, signature checks and a log."""

    def get(self, key: bytes, /) -> Optional[bytes]:
        """Value at `key`, or None."""

    def put(self, key: bytes, value: bytes, /) -> None:
        """Set the value at `key`."""

    def delete(self, key: bytes, /) -> None:
        """Remove `key`; nothing happens if it is absent."""

    def exists(self, key: bytes, /) -> bool:
        """Whether `key` has a value."""

    def append(self, key: bytes, item: bytes, /) -> None:
        """Append an encoded item to the SCALE vector at `key`; a value that is none is replaced."""

    def next_key(self, key: bytes, /) -> Optional[bytes]:
        """Return the first key after `key` in byte order."""

    def clear_prefix(self, prefix: bytes, limit: Optional[int], /) -> Tuple[int, bool]:
        """Remove keys under `prefix`: how many were removed, and whether none is left.

        `limit` bounds how many keys of the parent state are removed, as in
        `ext_storage_clear_prefix_version_2`; keys written by this block do not count.
        """

    def storage_root(self) -> bytes:
        """Root of the state as it is now, child tries included (state version 1)."""

    def begin(self) -> None:
        """Open a nested storage transaction."""

    def commit(self) -> None:
        """Keep what the innermost transaction did."""

    def rollback(self) -> None:
        """Undo what the innermost transaction did."""

    def child_get(self, child: bytes, key: bytes, /) -> Optional[bytes]:
        """Value at `key` of the child trie; `child` is its id without the well-known prefix."""

    def child_put(self, child: bytes, key: bytes, value: bytes, /) -> None:
        """Set the value at `key` of the child trie."""

    def child_delete(self, child: bytes, key: bytes, /) -> None:
        """Remove `key` of the child trie."""

    def child_next_key(self, child: bytes, key: bytes, /) -> Optional[bytes]:
        """Return the first key after `key` in the child trie."""

    def child_clear_prefix(
        self, child: bytes, prefix: bytes, limit: Optional[int], /
    ) -> Tuple[int, bool]:
        """Remove keys of the child trie under `prefix`, as `clear_prefix` does."""

    def child_kill(self, child: bytes, limit: Optional[int], /) -> Tuple[int, bool]:
        """Remove the child trie."""

    def child_root(self, child: bytes, /) -> bytes:
        """Root of the child trie as it is now."""

    def blake2_128(self, data: bytes, /) -> bytes:
        """BLAKE2b with 16 bytes of output."""

    def blake2_256(self, data: bytes, /) -> bytes:
        """BLAKE2b with 32 bytes of output."""

    def twox_64(self, data: bytes, /) -> bytes:
        """XXH64 with seed 0, little endian."""

    def twox_128(self, data: bytes, /) -> bytes:
        """XXH64 with seeds 0 and 1."""

    def twox_256(self, data: bytes, /) -> bytes:
        """XXH64 with seeds 0 to 3."""

    def keccak_256(self, data: bytes, /) -> bytes:
        """Keccak-256, as Ethereum uses it."""

    def sha2_256(self, data: bytes, /) -> bytes:
        """SHA-256."""

    def sr25519_verify(self, signature: bytes, message: bytes, public: bytes, /) -> bool:
        """Check a Schnorrkel signature in the context `substrate`."""

    def ed25519_verify(self, signature: bytes, message: bytes, public: bytes, /) -> bool:
        """Check an ed25519 signature by the rules of ZIP-215."""

    def ecdsa_verify(self, signature: bytes, message: bytes, public: bytes, /) -> bool:
        """Check a 65-byte secp256k1 signature of blake2_256(message) by a compressed key."""

    def secp256k1_recover(self, signature: bytes, digest: bytes, /) -> Optional[bytes]:
        """Return the 64-byte public key that made the signature, or None."""

    def secp256k1_recover_compressed(self, signature: bytes, digest: bytes, /) -> Optional[bytes]:
        """Return the 33-byte public key that made the signature, or None."""

    def ordered_root(self, values: Sequence[bytes], /) -> bytes:
        """Trie root of values keyed by their compact position, in layout V0.

        V0 because a runtime of system version 1 roots its extrinsics so, although its state
        is V1 (sp_version::RuntimeVersion::extrinsics_root_state_version).
        """

    def log(self, level: int, target: str, message: str, /) -> None:
        """Pass a message to the host's log: 0 error, 1 warn, 2 info, 3 debug, 4 trace."""

    def runtime_version(self, code: bytes, /) -> Optional[bytes]:
        """Return the encoded RuntimeVersion of a runtime's code, compressed or not, or None.

        None if the code is that of no runtime. Code that does not carry its version is run for
        it by a host that can (`ext_misc_runtime_version`).
        """

    def sr25519_generate(self, key_type: bytes, seed: Optional[bytes], /) -> bytes:
        """Make a key pair in the host's keystore and return the public key.

        `key_type` is four ASCII letters; `seed` is a secret URI, or None for a random key. Only
        off-chain calls may use it: a host that executes blocks raises HostRefused.
        """

    def bls12_381(self, operation: int, argument: bytes, /) -> Optional[bytes]:
        """Calculate on BLS12-381; None if the argument is refused. What it costs is paid before.

        The operations and their arguments are those of `pallets.gear_builtin.curve`.
        """

    def sandbox(self) -> Any:  # its protocol lies above this layer
        """Return the engine that runs programs: a `parachain.runtime.gear.sandbox.Sandbox`.

        Raises HostRefused if the host has none.
        """
