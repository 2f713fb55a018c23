"""SS58 addresses: base58 of a network prefix, a public key and a checksum.

Covers account ids (32 bytes) and compressed ECDSA keys (33 bytes), both with a checksum of two
bytes. Short forms for account indices are out of scope: no chain of ours has index accounts.
Format: polkadot-sdk `substrate/primitives/core/src/crypto.rs`.
"""

from typing import Final

import base58

from parachain.client.crypto.hashing import blake2_512

MAX_PREFIX: Final = 16383
"""Fourteen bits is what two prefix bytes hold."""
MAX_ADDRESS_LENGTH: Final = 64
"""Characters. The longest address, 37 bytes, takes 51; base58 decoding is quadratic."""

_RESERVED_PREFIXES: Final = (46, 47)
_SIMPLE_PREFIXES: Final = 64
_CHECKSUM_SIZE: Final = 2
_PAYLOAD_SIZES: Final = (32, 33)


class Ss58Error(ValueError):
    """The text is not an SS58 address, or the value has no SS58 form; the message says why."""


def _check_prefix(prefix: int) -> None:
    if not 0 <= prefix <= MAX_PREFIX:
        raise Ss58Error(f"network prefix {prefix} is not in 0..{MAX_PREFIX}")
    if prefix in _RESERVED_PREFIXES:
        raise Ss58Error(f"network prefix {prefix} is reserved")


def _checksum(body: bytes) -> bytes:
    return blake2_512(b"SS58PRE" + body)[:_CHECKSUM_SIZE]


def encode(payload: bytes, prefix: int) -> str:
    """Write the address of an account id (32 bytes) or ECDSA key (33) on the network `prefix`.

    Raises Ss58Error if the prefix or the length has no such form.
    """
    _check_prefix(prefix)
    if len(payload) not in _PAYLOAD_SIZES:
        raise Ss58Error(f"an address holds 32 or 33 bytes, not {len(payload)}")
    if prefix < _SIMPLE_PREFIXES:
        head = bytes((prefix,))
    else:  # the low byte's upper six bits, then the high byte with the low two bits on top
        head = bytes((prefix >> 2 & 0x3F | 0x40, prefix >> 8 | (prefix & 0b11) << 6))
    body = head + payload
    return base58.b58encode(body + _checksum(body)).decode("ascii")


def decode(address: str) -> tuple[bytes, int]:
    """Read the payload (32 or 33 bytes) and network prefix of `address`. Raises Ss58Error."""
    if len(address) > MAX_ADDRESS_LENGTH:
        raise Ss58Error(f"an address has at most {MAX_ADDRESS_LENGTH} characters")
    try:
        raw = base58.b58decode(address.encode("ascii"))
    except ValueError as error:  # UnicodeEncodeError is one too
        raise Ss58Error("an address consists of base58 characters") from error
    if len(raw) < min(_PAYLOAD_SIZES):
        raise Ss58Error(f"an address has 35 bytes or more, this one {len(raw)}")
    if raw[0] < _SIMPLE_PREFIXES:
        prefix, head_size = raw[0], 1
    elif raw[0] < 2 * _SIMPLE_PREFIXES:
        prefix, head_size = (raw[0] & 0x3F) << 2 | raw[1] >> 6 | (raw[1] & 0x3F) << 8, 2
    else:
        raise Ss58Error(f"first byte {raw[0]:#04x} starts no network prefix")
    _check_prefix(prefix)
    payload = raw[head_size:-_CHECKSUM_SIZE]
    if len(payload) not in _PAYLOAD_SIZES:
        raise Ss58Error(f"an address holds 32 or 33 bytes, this one {len(payload)}")
    if raw[-_CHECKSUM_SIZE:] != _checksum(raw[:-_CHECKSUM_SIZE]):
        raise Ss58Error("the checksum does not match: a character is wrong")
    return payload, prefix
