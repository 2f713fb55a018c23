"""Byte strings and text: `Vec<u8>`, `String`, and `[u8; N]`."""

from typing import Tuple

from parachain.primitives.scale.codec import (
    Array,
    Codec,
    Composite,
    Field,
    Primitive,
    Readable,
    Sequence,
)
from parachain.primitives.scale.compact import encode_count, read_count
from parachain.primitives.scale.errors import DecodeError, EncodeError
from parachain.primitives.scale.integers import U8
from parachain.primitives.scale.shape import ByteString, FixedBytes


def encode_bytes(value: bytes) -> bytes:
    """Vec<u8>: the length as Compact<u32>, then the bytes. Raises EncodeError."""
    if not isinstance(value, (bytes, bytearray)):
        raise EncodeError("%r is not bytes" % (value,))
    return encode_count(len(value)) + value


def read_bytes(data: bytes, pos: int) -> Tuple[bytes, int]:
    """Vec<u8> and the position after it. Raises DecodeError."""
    length, pos = read_count(data, pos, 1)
    end = pos + length
    return data[pos:end], end


BYTES = Codec(
    Readable(encode_bytes, read_bytes), Sequence(U8), "Vec<u8>", 1, shape=ByteString(None)
)


def _encode_text(value: str) -> bytes:
    try:
        return encode_bytes(value.encode())
    except (AttributeError, UnicodeEncodeError):
        raise EncodeError("%r is not text that UTF-8 can carry" % (value,)) from None


def _read_text(data: bytes, pos: int) -> Tuple[str, int]:
    raw, pos = read_bytes(data, pos)
    try:
        return raw.decode(), pos
    except UnicodeDecodeError as error:
        raise DecodeError("not UTF-8: %s" % error) from None


STR = Codec(
    Readable(_encode_text, _read_text),
    Primitive("str"),
    "String",
    1,
    shape=ByteString(None, text=True),
)


def last_segment(path: str) -> str:
    """The type's own name: the last segment of its path."""
    return path.rpartition("::")[2]


def fixed_bytes(size: int, path: str = "") -> Codec[bytes]:
    """[u8; size]; with `path`, a newtype around it such as `primitive_types::H256`."""

    def encode(value: bytes) -> bytes:
        if not isinstance(value, (bytes, bytearray)) or len(value) != size:
            raise EncodeError("%r is not a byte string of %d bytes" % (value, size))
        return bytes(value)

    def read(data: bytes, pos: int) -> Tuple[bytes, int]:
        end = pos + size
        if end > len(data):
            raise DecodeError("needs %d bytes, %d are left" % (size, max(0, len(data) - pos)))
        return data[pos:end], end

    array = Codec(
        Readable(encode, read),
        Array(size, U8),
        "[u8; %d]" % size,
        size,
        shape=FixedBytes(size),
    )
    if not path:
        return array
    return array.described(
        Composite(path, (Field("", array, array.rust_name),)), last_segment(path)
    )
