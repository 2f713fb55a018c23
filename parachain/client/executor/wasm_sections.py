"""Custom sections of a WebAssembly module, read without looking at its code.

Not a validator: sections other than custom ones are skipped by their length.
"""

from collections.abc import Iterator
from typing import Final

from parachain.primitives.scale import DecodeError

MAGIC_AND_VERSION: Final = b"\0asm\x01\0\0\0"

_CUSTOM_SECTION: Final = 0

#: Lengths in a module are u32: five groups of seven bits.
_MAX_LEB128_BYTES: Final = 5


def find_section(code: bytes, name: bytes) -> bytes | None:
    """Content of the first custom section of that name, None if there is none.

    Raises DecodeError if the module ends within a section, or is no module.
    """
    return next((content for found, content in custom_sections(code) if found == name), None)


def custom_sections(code: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each custom section. Raises DecodeError as `find_section`."""
    if not code.startswith(MAGIC_AND_VERSION):
        raise DecodeError("not a WebAssembly module of version 1")
    pos = len(MAGIC_AND_VERSION)
    while pos < len(code):
        kind = code[pos]
        size, begin = _read_leb128(code, pos + 1)
        pos = begin + size
        if pos > len(code):
            raise DecodeError("a section is longer than the module")
        if kind == _CUSTOM_SECTION:
            length, name = _read_leb128(code, begin)
            if name + length > pos:
                raise DecodeError("the name of a section is longer than the section")
            yield code[name : name + length], code[name + length : pos]


def encode_section(name: bytes, content: bytes) -> bytes:
    """Encode a custom section."""
    body = _leb128(len(name)) + name + content
    return bytes((_CUSTOM_SECTION,)) + _leb128(len(body)) + body


def _leb128(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _read_leb128(data: bytes, pos: int) -> tuple[int, int]:
    number = 0
    for index, byte in enumerate(data[pos : pos + _MAX_LEB128_BYTES]):
        number |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return number, pos + index + 1
    raise DecodeError("the module ends within a length")
