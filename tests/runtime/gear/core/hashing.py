"""BLAKE2b-256 and ids for tests of the engine."""

from hashlib import blake2b


def blake2_256(data: bytes) -> bytes:
    return blake2b(data, digest_size=32).digest()


def some_id(number: int) -> bytes:
    """32 bytes that name the number."""
    return number.to_bytes(32, "big")
