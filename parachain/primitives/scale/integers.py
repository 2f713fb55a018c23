"""Fixed-width integers, little-endian, bool and the unit type."""

from typing import Callable, Tuple

from parachain.primitives.scale.codec import Codec, Primitive, Readable, TupleOf
from parachain.primitives.scale.errors import DecodeError, EncodeError
from parachain.primitives.scale.shape import Boolean, Integer, Record


def integer(name: str, size: int, *, signed: bool = False) -> Codec[int]:
    """An integer of `size` bytes, two's complement if signed."""
    low = -(1 << (8 * size - 1)) if signed else 0
    high = low + (1 << (8 * size))

    def encode(value: int) -> bytes:
        if not isinstance(value, int) or not low <= value < high:
            raise EncodeError("%r does not fit %s" % (value, name))
        return value.to_bytes(size, "little", signed=signed)

    def read(data: bytes, pos: int) -> Tuple[int, int]:
        end = pos + size
        if end > len(data):
            raise DecodeError("%s needs %d bytes" % (name, size))
        return int.from_bytes(data[pos:end], "little", signed=signed), end

    codec = Codec(Readable(encode, read), Primitive(name), name, size, shape=Integer(size, signed))
    if not signed:
        codec.encode, codec.decode = _fast_encode(size, encode), _fast_decode(size, codec.decode)
    return codec


def _fast_encode(size: int, encode: Callable[[int], bytes]) -> Callable[[int], bytes]:
    to_bytes = int.to_bytes

    def fast(value: int) -> bytes:
        try:
            return to_bytes(value, size, "little")
        except (OverflowError, TypeError):
            return encode(value)

    return fast


def _fast_decode(size: int, decode: Callable[[bytes], int]) -> Callable[[bytes], int]:
    from_bytes = int.from_bytes

    def fast(data: bytes) -> int:
        return from_bytes(data, "little") if len(data) == size else decode(data)

    return fast


U8 = integer("u8", 1)
U16 = integer("u16", 2)
U32 = integer("u32", 4)
U64 = integer("u64", 8)
U128 = integer("u128", 16)
I8 = integer("i8", 1, signed=True)
I16 = integer("i16", 2, signed=True)
I32 = integer("i32", 4, signed=True)
I64 = integer("i64", 8, signed=True)
I128 = integer("i128", 16, signed=True)


def _encode_bool(value: bool) -> bytes:
    if value is True:
        return b"\x01"
    if value is False:
        return b"\x00"
    raise EncodeError("%r is not a bool" % (value,))


def _read_bool(data: bytes, pos: int) -> Tuple[bool, int]:
    if pos >= len(data):
        raise DecodeError("bool needs a byte")
    if data[pos] > 1:
        raise DecodeError("bool is 0 or 1, not %d" % data[pos])
    return data[pos] == 1, pos + 1


BOOL = Codec(Readable(_encode_bool, _read_bool), Primitive("bool"), "bool", 1, shape=Boolean())


def _encode_unit(value: Tuple[()]) -> bytes:
    if value != ():
        raise EncodeError("%r is not the unit value ()" % (value,))
    return b""


def _read_unit(data: bytes, pos: int) -> Tuple[Tuple[()], int]:  # noqa: ARG001  # reads nothing
    return (), pos


#: The unit type `()`: no bytes. Its value is the empty tuple, so that Option<()> stays readable.
UNIT = Codec(Readable(_encode_unit, _read_unit), TupleOf(()), "()", 0, shape=Record((), None))
