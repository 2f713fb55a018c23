"""The hash functions of Substrate's host interface, as plain functions from bytes to bytes.

Names and results are those of `sp-crypto-hashing`: `blake2_*` is unkeyed BLAKE2b with the digest
length as a parameter (not a truncated longer digest), `twox_*` is xxHash64 with seeds 0, 1, ...
concatenated, each half little-endian. The twox family is not collision resistant.
"""

import hashlib

import xxhash
from Crypto.Hash import keccak as _keccak

_blake2b = hashlib.blake2b
_sha256 = hashlib.sha256
_xxh64 = xxhash.xxh64_intdigest


def blake2_128(data: bytes) -> bytes:
    """BLAKE2b of `data` with a digest of 16 bytes."""
    return _blake2b(data, digest_size=16).digest()


def blake2_256(data: bytes) -> bytes:
    """BLAKE2b of `data` with a digest of 32 bytes: block, extrinsic and account hashes."""
    return _blake2b(data, digest_size=32).digest()


def blake2_512(data: bytes) -> bytes:
    """BLAKE2b of `data` with a digest of 64 bytes: the checksum of SS58."""
    return _blake2b(data, digest_size=64).digest()


def twox_64(data: bytes) -> bytes:
    """Eight bytes of xxHash64 with seed 0."""
    return _xxh64(data, 0).to_bytes(8, "little")


def twox_128(data: bytes) -> bytes:
    """Sixteen bytes: xxHash64 with seeds 0 and 1, the hash of pallet and storage item names."""
    return (_xxh64(data, 1) << 64 | _xxh64(data, 0)).to_bytes(16, "little")


def twox_256(data: bytes) -> bytes:
    """Thirty-two bytes: xxHash64 with seeds 0 to 3."""
    return b"".join(_xxh64(data, seed).to_bytes(8, "little") for seed in range(4))


def keccak_256(data: bytes) -> bytes:
    """Keccak-256 as Ethereum uses it, which is not the later SHA3-256."""
    return _keccak.new(digest_bits=256, data=data).digest()


def sha2_256(data: bytes) -> bytes:
    """SHA-256."""
    return _sha256(data).digest()
