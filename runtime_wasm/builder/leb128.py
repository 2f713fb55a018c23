"""LEB128 numbers, and the framing of a module's sections."""

from collections.abc import Iterable, Iterator
from typing import Final

HEADER: Final = b"\0asm\x01\0\0\0"


def unsigned(number: int) -> bytes:
    """Shortest encoding of a number that is not negative."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def signed(number: int) -> bytes:
    """Shortest encoding of a signed number."""
    out = bytearray()
    while not -0x40 <= number < 0x40:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number & 0x7F)
    return bytes(out)


def sized(content: bytes) -> bytes:
    """Content behind its length."""
    return unsigned(len(content)) + content


def vector(items: Iterable[bytes]) -> bytes:
    """Items behind their number."""
    encoded = list(items)
    return unsigned(len(encoded)) + b"".join(encoded)


def read_unsigned(data: bytes, pos: int) -> tuple[int, int]:
    """Read a number, and where it ends."""
    number = shift = 0
    while True:
        byte = data[pos]
        pos += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return number, pos


def sections(module: bytes) -> Iterator[tuple[int, bytes]]:
    """Id and content of each section."""
    pos = len(HEADER)
    while pos < len(module):
        kind = module[pos]
        size, pos = read_unsigned(module, pos + 1)
        yield kind, module[pos : pos + size]
        pos += size
