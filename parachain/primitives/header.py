"""Block headers with a u32 number and BlakeTwo256 hashes.

Source: polkadot-sdk, primitives/runtime/src/generic/header.rs.
"""

from typing import Callable, NamedTuple

from parachain.primitives.digest import DIGEST, Digest
from parachain.primitives.scale import COMPACT_U32, H256, U32, fields, struct


class Header(NamedTuple):
    """A block header. Hashes and roots are 32 bytes."""

    parent_hash: bytes
    number: int
    state_root: bytes
    extrinsics_root: bytes
    digest: Digest


_HASH = H256.named("Hash::Output")

HEADER = struct(
    "sp_runtime::generic::header::Header",
    Header,
    fields(
        ("parent_hash", _HASH),
        ("number", COMPACT_U32.named("Number")),
        ("state_root", _HASH),
        ("extrinsics_root", _HASH),
        ("digest", DIGEST),
    ),
    params=(("Number", U32), ("Hash", None)),
)


def header_hash(header: Header, blake2_256: Callable[[bytes], bytes]) -> bytes:
    """The hash of a block: blake2_256 of its encoded header, the seal included."""
    return blake2_256(HEADER.encode(header))
