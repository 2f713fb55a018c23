"""Compact integers: 1, 2, 4 or 5 to 17 bytes, the two low bits of the first saying which.

    low bits  bytes          holds
    00        1              value < 2**6
    01        2              value < 2**14
    10        4              value < 2**30
    11        1 + 4 .. 67    any larger value; the upper six bits are the byte count minus four

Only the shortest form of a value is accepted. Source: Polkadot specification, section "SCALE
Compact Encoding".
"""

from typing import Callable, Tuple

from parachain.primitives.scale.codec import Codec, CompactOf, Readable
from parachain.primitives.scale.errors import DecodeError, EncodeError
from parachain.primitives.scale.integers import U8, U16, U32, U64, U128, UNIT
from parachain.primitives.scale.shape import Compact


def encode_compact(value: int) -> bytes:
    """The shortest form of a value from 0 up to 2**536 - 1."""
    if value < 1 << 6:
        return bytes((value << 2,))
    if value < 1 << 14:
        return (value << 2 | 1).to_bytes(2, "little")
    if value < 1 << 30:
        return (value << 2 | 2).to_bytes(4, "little")
    size = (value.bit_length() + 7) >> 3
    return bytes((size - 4 << 2 | 3,)) + value.to_bytes(size, "little")


def read_compact(data: bytes, pos: int) -> Tuple[int, int]:
    """A compact integer of any width and the position after it. Raises DecodeError."""
    if pos >= len(data):
        raise DecodeError("compact needs a byte")
    mode = data[pos] & 3
    if mode == 3:
        size = (data[pos] >> 2) + 4
        pos += 1
        end = pos + size
        value = int.from_bytes(data[pos:end], "little")
        least = 1 << max(30, 8 * (size - 1))
    else:
        size = 1 << mode
        end = pos + size
        value = int.from_bytes(data[pos:end], "little") >> 2
        least = (0, 1 << 6, 1 << 14)[mode]
    if end > len(data):
        raise DecodeError("compact of %d bytes is cut short" % size)
    if value < least:
        raise DecodeError("compact %d is not in its shortest form" % value)
    return value, end


def compact(of: Codec[int]) -> Codec[int]:
    """Compact<T> of an unsigned fixed-width integer or of a newtype around one."""
    bits = 8 * of.min_size
    rust_name = "Compact<%s>" % of.rust_name

    def encode(value: int) -> bytes:
        if not isinstance(value, int) or value < 0 or value >> bits:
            raise EncodeError("%r does not fit %s" % (value, rust_name))
        return encode_compact(value)

    def read(data: bytes, pos: int) -> Tuple[int, int]:
        value, pos = read_compact(data, pos)
        if value >> bits:
            raise DecodeError("%d does not fit %s" % (value, rust_name))
        return value, pos

    codec = Codec(
        Readable(encode, read), CompactOf(of), rust_name, 1, fast=_fast_compact(bits, encode)
    )
    codec.shape = Compact(codec)
    return codec


#: Encodings of the values below 64, which take one byte.
SMALL = tuple([bytes((value << 2,)) for value in range(64)])


def _fast_compact(bits: int, encode_other: Callable[[int], bytes]) -> Readable[int]:
    """Twins with the forms told apart once, and the checks where they can fail."""
    from_bytes = int.from_bytes

    def encode(value: int) -> bytes:
        if value >> bits:  # too large, or negative
            return encode_other(value)
        if value < 1 << 6:
            return SMALL[value]
        if value < 1 << 14:
            return (value << 2 | 1).to_bytes(2, "little")
        if value < 1 << 30:
            return (value << 2 | 2).to_bytes(4, "little")
        size = value.bit_length() + 7 >> 3
        return (value << 8 | (size - 4 << 2 | 3)).to_bytes(size + 1, "little")

    def read(data: bytes, pos: int) -> Tuple[int, int]:
        first = data[pos]
        mode = first & 3
        if mode == 1:
            value = (data[pos + 1] << 8 | first) >> 2
            if value < 1 << 6 or value >> bits:
                raise ValueError
            return value, pos + 2
        if mode == 3:
            end = pos + (first >> 2) + 5
            if data[end - 1] == 0:  # also says whether the bytes are there
                raise ValueError
            value = from_bytes(data[pos + 1 : end], "little")
            if value < 1 << 30 or value >> bits:
                raise ValueError
            return value, end
        if mode == 0:
            return first >> 2, pos + 1
        end = pos + 4
        value = from_bytes(data[pos:end], "little") >> 2
        if end > len(data) or value < 1 << 14 or value >> bits:
            raise ValueError
        return value, end

    return Readable(encode, read)


COMPACT_U8 = compact(U8)
COMPACT_U16 = compact(U16)
COMPACT_U32 = compact(U32)
COMPACT_U64 = compact(U64)
COMPACT_U128 = compact(U128)


#: Compact<()>: no bytes either; the account index of chains that have no account indices.
COMPACT_UNIT = UNIT.described(CompactOf(UNIT), "Compact<()>")

#: Encodes an element count, which SCALE writes as Compact<u32>.
encode_count: Callable[[int], bytes] = COMPACT_U32.encode


#: Elements without bytes cost the sender nothing, so their number needs a limit of its own. No
#: FRAME type holds more; parity-scale-codec has none because it allocates nothing for them.
MAX_ZERO_SIZE_ELEMENTS = 1 << 14


def read_count(data: bytes, pos: int, min_size: int) -> Tuple[int, int]:
    """An element count that the remaining bytes can satisfy, and the position after it.

    `min_size` is the least number of bytes of one element. Raises DecodeError before anything is
    allocated.
    """
    count, pos = COMPACT_U32.readable.read(data, pos)
    if min_size == 0:
        if count > MAX_ZERO_SIZE_ELEMENTS:
            raise DecodeError(
                "%d empty elements, at most %d are accepted" % (count, MAX_ZERO_SIZE_ELEMENTS)
            )
    elif count * min_size > len(data) - pos:
        raise DecodeError(
            "%d elements of %d or more bytes in %d bytes" % (count, min_size, len(data) - pos)
        )
    return count, pos
