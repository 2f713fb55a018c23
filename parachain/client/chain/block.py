"""A block as the client handles it: its hash, its header, its extrinsics as they came.

Extrinsics stay encoded (each with its length prefix): only the runtime looks inside. What is
hashed or decoded once is carried along, so that nothing is hashed or decoded twice.
"""

from collections.abc import Sequence
from typing import NamedTuple

from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.body import encode_body, read_body
from parachain.primitives.header import HEADER, Header
from parachain.primitives.scale import BYTES, DecodeError, fixed_bytes, option, tuple_of, vec
from parachain.primitives.trie import ordered_root

#: Proof of finality of one consensus engine: its four-letter id and its own encoding.
Justification = tuple[bytes, bytes]

JUSTIFICATIONS = vec(tuple_of(fixed_bytes(4), BYTES))
_OPTIONAL_JUSTIFICATIONS = option(JUSTIFICATIONS)


class Block(NamedTuple):
    """A block. `hash` is that of `encoded_header`, which is the encoding of `header`."""

    hash: bytes
    header: Header
    encoded_header: bytes
    extrinsics: tuple[bytes, ...]
    justifications: tuple[Justification, ...] | None = None

    @property
    def number(self) -> int:
        """Height of the block above genesis."""
        return self.header.number


def make_block(header: Header, extrinsics: Sequence[bytes]) -> Block:
    """Return the block of a header and its extrinsics."""
    encoded = HEADER.encode(header)
    return Block(blake2_256(encoded), header, encoded, tuple(extrinsics))


def extrinsics_root(extrinsics: Sequence[bytes]) -> bytes:
    """Root of the trie of the extrinsics by their position.

    In layout V0 also where the state has V1: sp_version's `extrinsics_root_state_version`.
    """
    return ordered_root(extrinsics, 0, blake2_256)


def encode_signed_block(block: Block) -> bytes:
    """Encode as `SignedBlock`: header, extrinsics, optional justifications."""
    justifications = _OPTIONAL_JUSTIFICATIONS.encode(block.justifications)
    return block.encoded_header + encode_body(block.extrinsics) + justifications


def read_signed_block(data: bytes, pos: int) -> tuple[Block, int]:
    """Read a `SignedBlock`. Raises DecodeError with the path of the field."""
    begin = pos
    try:
        header, pos = HEADER.read(data, begin)
    except DecodeError as error:
        raise error.inside("header") from None
    encoded = data[begin:pos]
    try:
        extrinsics, pos = read_body(data, pos)
    except DecodeError as error:
        raise error.inside("extrinsics") from None
    try:
        justifications, pos = _OPTIONAL_JUSTIFICATIONS.read(data, pos)
    except DecodeError as error:
        raise error.inside("justifications") from None
    return Block(blake2_256(encoded), header, encoded, extrinsics, justifications), pos
