"""Storage hashers: how the keys of maps are spread, and whether they can be read back.

Numbers and names are those of the metadata (frame-metadata, StorageHasher).
"""

from enum import IntEnum
from typing import Callable, Tuple

from parachain.runtime.frame.ext import Ext


class Hasher(IntEnum):
    """The hashers FRAME knows, numbered as in the metadata."""

    BLAKE2_128 = 0
    BLAKE2_256 = 1
    BLAKE2_128_CONCAT = 2
    TWOX_128 = 3
    TWOX_256 = 4
    TWOX_64_CONCAT = 5
    IDENTITY = 6


def _blake2_128(ext: Ext, raw: bytes) -> bytes:
    return ext.blake2_128(raw)


def _blake2_256(ext: Ext, raw: bytes) -> bytes:
    return ext.blake2_256(raw)


def _blake2_128_concat(ext: Ext, raw: bytes) -> bytes:
    return ext.blake2_128(raw) + raw


def _twox_128(ext: Ext, raw: bytes) -> bytes:
    return ext.twox_128(raw)


def _twox_256(ext: Ext, raw: bytes) -> bytes:
    return ext.twox_256(raw)


def _twox_64_concat(ext: Ext, raw: bytes) -> bytes:
    return ext.twox_64(raw) + raw


def _identity(ext: Ext, raw: bytes) -> bytes:  # noqa: ARG001  the hashers share one signature
    return raw


HASH_FUNCTIONS: Tuple[Callable[[Ext, bytes], bytes], ...] = (
    _blake2_128,
    _blake2_256,
    _blake2_128_concat,
    _twox_128,
    _twox_256,
    _twox_64_concat,
    _identity,
)

#: Bytes of hash before the key itself; None where the key cannot be read back.
KEY_OFFSETS: Tuple["int | None", ...] = (None, None, 16, None, None, 8, 0)
