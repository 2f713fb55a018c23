"""Secret URIs: the text form of a secret key that `subkey` and all Substrate tools share.

`<phrase or 0x seed><path>///<password>`, where the path is a sequence of `/soft` and `//hard`
junctions. Parses text into a `SecretUri`; deriving keys from one is in `keys`. Grammar:
polkadot-sdk `substrate/primitives/core/src/{address_uri,crypto}.rs`.
"""

import re
from typing import Final, NamedTuple

from parachain.client.crypto.hashing import blake2_256

DEV_PHRASE: Final = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
"""The public phrase behind //Alice and the others; it stands in where a URI has no phrase."""

MAX_URI_LENGTH: Final = 1024
"""Characters. 24 words, a password and a path fit many times; bounds the work on foreign text."""

_GRAMMAR: Final = re.compile(r"([a-zA-Z0-9 ]*)((?://?[^/]+)*)(?:///([^\n]*))?")
_JUNCTION: Final = re.compile(r"/(/?)([^/]+)")
_CHAIN_CODE_SIZE: Final = 32
_MAX_ONE_BYTE_COMPACT: Final = 63
_MAX_TWO_BYTE_COMPACT: Final = 16383


class SecretUriError(ValueError):
    """The text is not a secret URI or names no key. The message never quotes the secret."""


class Junction(NamedTuple):
    """One step of a derivation path: a chain code of 32 bytes, and whether it is hard."""

    chain_code: bytes
    hard: bool


class SecretUri(NamedTuple):
    """A parsed secret URI: its phrase (words or 0x seed), path and password."""

    phrase: str
    junctions: tuple[Junction, ...]
    password: str


def encoded_text(text: str) -> bytes:
    """`text` in UTF-8 behind its SCALE compact length, as Rust encodes a `&str`."""
    data = text.encode()
    size = len(data)
    if size <= _MAX_ONE_BYTE_COMPACT:
        return bytes((size << 2,)) + data
    if size <= _MAX_TWO_BYTE_COMPACT:
        return (size << 2 | 1).to_bytes(2, "little") + data
    raise SecretUriError(f"a junction of {size} bytes is too long")


def junction(name: str, *, hard: bool) -> Junction:
    """Make the junction called `name`: a u64 as 8 little-endian bytes, other text SCALE encoded.

    Longer than 32 bytes is hashed with BLAKE2-256, shorter is padded with zeros.
    """
    digits = name.removeprefix("+")  # as Rust's u64::from_str
    number = int(digits) if digits.isascii() and digits.isdecimal() else -1
    code = number.to_bytes(8, "little") if 0 <= number < 1 << 64 else encoded_text(name)
    if len(code) > _CHAIN_CODE_SIZE:
        code = blake2_256(code)
    return Junction(code.ljust(_CHAIN_CODE_SIZE, b"\0"), hard)


def parse(text: str) -> SecretUri:
    """Parse `text` as a secret URI. Raises SecretUriError."""
    if len(text) > MAX_URI_LENGTH:
        raise SecretUriError(f"a secret URI has at most {MAX_URI_LENGTH} characters")
    match = _GRAMMAR.fullmatch(text)
    if match is None:
        raise SecretUriError("expected <phrase or 0x seed>[/soft][//hard]...[///password]")
    phrase, path, password = match.groups()
    steps = (junction(name, hard=bool(hard)) for hard, name in _JUNCTION.findall(path))
    try:
        return SecretUri(phrase or DEV_PHRASE, tuple(steps), password or "")
    except UnicodeEncodeError as error:
        raise SecretUriError("a junction is not valid Unicode text") from error
