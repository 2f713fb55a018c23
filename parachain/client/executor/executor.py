"""What the client knows of a runtime: entry points called by name, SCALE bytes in and out."""

from typing import Protocol, TypeVar

from parachain.primitives.scale import Codec, DecodeError
from parachain.runtime.frame.ext import Ext

T = TypeVar("T")


class RuntimePanic(Exception):  # noqa: N818  the field's word
    """The call ended where a compiled runtime would panic; nothing it wrote may be kept."""


class NoSuchEntryPoint(RuntimePanic):
    """The runtime has no function of that name."""


class UnusableCode(RuntimePanic):
    """What the chain has as its runtime cannot be run at all."""


class RuntimeKeystore(Protocol):
    """Secret keys that a runtime may have made and used in off-chain calls.

    `key_type` is four ASCII letters, `scheme` one of "sr25519", "ed25519" and "ecdsa".
    """

    def public_keys(self, scheme: str, key_type: bytes, /) -> tuple[bytes, ...]:
        """Public keys of a type, in the order of their bytes."""

    def generate(self, scheme: str, key_type: bytes, seed: bytes | None, /) -> bytes:
        """Make a key pair, of a secret URI or a random one; return the public key."""

    def sign(self, scheme: str, key_type: bytes, public: bytes, message: bytes, /) -> bytes | None:
        """Sign a message; None if there is no such key."""


class HostState(Ext, Protocol):
    """What the client offers an executor beside what the runtime asks of its host."""

    @property
    def keystore(self) -> RuntimeKeystore | None:
        """Keys of this kind of call; a call that executes a block has none."""

    def committed(self, key: bytes, /) -> bytes | None:
        """Value at `key` before any change; not counted as read in a proof."""

    def committed_hash(self, key: bytes, /) -> bytes | None:
        """BLAKE2-256 of `committed`."""

    def storage_root_in(self, version: int, /) -> bytes:
        """Root of the state as it is now, changes written in this layout from now on."""

    def child_root_in(self, child: bytes, version: int, /) -> bytes:
        """Root of a child trie as it is now, likewise."""

    def proof_size(self) -> int | None:
        """Bytes of the proof of what was read so far, None if none is recorded."""


class Executor(Protocol):
    """Runs entry points of a runtime on a state."""

    def call(self, ext: HostState, method: str, args: bytes) -> bytes:
        """Run `method` on encoded `args`. Raises RuntimePanic."""


def decode_answer(codec: Codec[T], method: str, answer: bytes) -> T:
    """Decode what an entry point has answered. Raises RuntimePanic if that is nothing it may."""
    try:
        return codec.decode(answer)
    except DecodeError as error:
        raise RuntimePanic(f"{method} answers what it must not: {error}") from error
