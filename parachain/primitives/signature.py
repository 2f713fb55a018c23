"""MultiSignature: a signature of one of the three schemes, as bytes; verified elsewhere.

Source: polkadot-sdk, primitives/runtime/src/lib.rs.
"""

from typing import NamedTuple, Union

from parachain.primitives.scale import Codec, enum, fields, fixed_bytes, variant


class Ed25519(NamedTuple):
    """64 bytes: R and s."""

    signature: bytes


class Sr25519(NamedTuple):
    """64 bytes: R and s, the highest bit set as schnorrkel marks them."""

    signature: bytes


class Ecdsa(NamedTuple):
    """65 bytes: r, s and the recovery id, of secp256k1."""

    signature: bytes


MultiSignature = Union[Ed25519, Sr25519, Ecdsa]

MULTI_SIGNATURE: Codec[MultiSignature] = enum(
    "sp_runtime::MultiSignature",
    variant(0, "Ed25519", Ed25519, fields(("0", fixed_bytes(64).named("ed25519::Signature")))),
    variant(1, "Sr25519", Sr25519, fields(("0", fixed_bytes(64).named("sr25519::Signature")))),
    variant(2, "Ecdsa", Ecdsa, fields(("0", fixed_bytes(65).named("ecdsa::Signature")))),
)
