"""SS58: addresses as text, with a network prefix and a checksum.

Format: https://docs.substrate.io/reference/address-formats, for 32-byte accounts; prefixes 0 to
16 383, the checksum the first two bytes of blake2b-512("SS58PRE" ++ prefix ++ account).
"""

from typing import NamedTuple

from parachain.primitives.blake2b import blake2b

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

#: 32 bytes of account, 2 of prefix and 2 of checksum take at most 50 characters.
MAX_LENGTH = 50
MAX_PREFIX = 16_383

#: Prefixes that no network has.
RESERVED_PREFIXES = (46, 47)

_DIGITS = {character: value for value, character in enumerate(ALPHABET)}


class Ss58Error(ValueError):
    """The text is not an address, or the value has none; the message says why."""


class Address(NamedTuple):
    """What an address says: the 32-byte account and the network it was written for."""

    account: bytes
    prefix: int


def _checksum(body: bytes) -> bytes:
    return blake2b(b"SS58PRE" + body, 64)[:2]


def _base58_encode(raw: bytes) -> str:
    number, out = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        out = ALPHABET[digit] + out
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + out


def _base58_decode(text: str) -> bytes:
    number = 0
    for character in text:
        digit = _DIGITS.get(character)
        if digit is None:
            raise Ss58Error(f"{character!r} does not occur in an address")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) >> 3, "big")


def encode_address(account: bytes, prefix: int) -> str:
    """Write a 32-byte account as an address of network `prefix`. Raises Ss58Error."""
    if len(account) != 32:
        raise Ss58Error(f"an account has 32 bytes, not {len(account)}")
    if not 0 <= prefix <= MAX_PREFIX:
        raise Ss58Error(f"the network prefix {prefix} is not in 0..{MAX_PREFIX}")
    if prefix in RESERVED_PREFIXES:
        raise Ss58Error(f"the network prefix {prefix} is reserved")
    if prefix < 64:
        head = bytes((prefix,))
    else:
        head = bytes(((prefix & 0xFC) >> 2 | 0x40, prefix >> 8 | (prefix & 3) << 6))
    return _base58_encode(head + account + _checksum(head + account))


def decode_address(text: str) -> Address:
    """Read an address of a 32-byte account. Raises Ss58Error."""
    if len(text) > MAX_LENGTH:
        raise Ss58Error(f"an address has at most {MAX_LENGTH} characters, not {len(text)}")
    raw = _base58_decode(text)
    head = 1 if raw and raw[0] < 64 else 2
    if len(raw) != head + 34 or raw[0] > 127:
        raise Ss58Error(f"not the address of a 32-byte account: {text!r}")
    prefix = raw[0] if head == 1 else (raw[0] & 0x3F) << 2 | raw[1] >> 6 | (raw[1] & 0x3F) << 8
    if _checksum(raw[:-2]) != raw[-2:]:
        raise Ss58Error(f"wrong checksum, probably a typing error: {text!r}")
    return Address(raw[head:-2], prefix)
