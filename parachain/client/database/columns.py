"""Columns: the first byte of every database key says what the rest of it means.

A column is a one-byte prefix, so that one batch spans all of them. Numbers in keys are big-endian,
so that byte order is numeric order.
"""

from typing import Final

META: Final = b"\x00"
"""Name -> value: genesis hash, best and finalised block, database version."""

STATE: Final = b"\x01"
"""32-byte hash -> trie node or detached value."""

STATE_REFERENCES: Final = b"\x02"
"""32-byte hash -> u32 little-endian: how often it is used, where that is more than once."""

STATE_JOURNAL: Final = b"\x03"
"""Block number (8) and block hash (32) -> what the block changed in STATE, until finalised."""

STATE_PRUNING: Final = b"\x04"
"""Block number (8) -> what finalising block n put out of use in STATE, until pruned."""

HEADER: Final = b"\x10"
"""Block hash -> SCALE header."""

BODY: Final = b"\x11"
"""Block hash -> SCALE vector of extrinsics."""

JUSTIFICATION: Final = b"\x12"
"""Block hash -> SCALE vector of (engine id, justification)."""

NUMBER: Final = b"\x13"
"""Block number (8) -> hashes of the blocks with this number, the canonical one first."""

AUX: Final = b"\x20"
"""Name -> bytes: data that other parts of the node keep with the chain."""


def number_key(column: bytes, number: int) -> bytes:
    """The key of a block number in a column."""
    return column + number.to_bytes(8, "big")
