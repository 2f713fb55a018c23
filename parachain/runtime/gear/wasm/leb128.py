"""LEB128, as wasmparser reads it: of any length up to the type's most, unused bits in order.

Readers take a buffer and a position and raise `ValidationError` for a number that does not fit;
where the buffer ends too early they raise IndexError, which whoever owns the buffer translates.
"""

from typing import Tuple

from parachain.runtime.gear.wasm.errors import ValidationError


def read_u32(data: bytes, pos: int) -> Tuple[int, int]:
    """Read an unsigned 32-bit number; also the position behind it."""
    byte = data[pos]
    value = byte & 0x7F
    shift = 7
    while byte > 0x7F:
        pos += 1
        byte = data[pos]
        if shift == 28 and byte > 0x0F:
            raise ValidationError("an integer does not fit in u32")
        value |= (byte & 0x7F) << shift
        shift += 7
    return value, pos + 1


def _read_signed(data: bytes, pos: int, bits: int) -> Tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[pos]
        pos += 1
        left = bits - shift
        # the last byte holds `left` bits of the number; those above must repeat its sign
        if left < 7 and byte & ~((1 << (left - 1)) - 1) not in (0, 0x80 - (1 << (left - 1))):
            raise ValidationError("an integer does not fit in i%d" % bits)
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return (value - (1 << shift) if byte & 0x40 else value), pos


def read_i32(data: bytes, pos: int) -> Tuple[int, int]:
    """Read a signed 32-bit number; also the position behind it."""
    return _read_signed(data, pos, 32)


def read_i64(data: bytes, pos: int) -> Tuple[int, int]:
    """Read a signed 64-bit number; also the position behind it."""
    return _read_signed(data, pos, 64)


def unsigned(value: int) -> bytes:
    """Shortest encoding of a number that is not negative."""
    if value < 0x80:
        return bytes((value,))
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def signed(value: int) -> bytes:
    """Shortest encoding of a signed number."""
    out = bytearray()
    while not -0x40 <= value < 0x40:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value & 0x7F)
    return bytes(out)
