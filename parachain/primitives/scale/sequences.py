"""Arrays, Vec and its bounded forms. Their values are tuples; byte strings are elsewhere."""

from typing import Any, Callable, List, Optional, Tuple, TypeVar
from typing import Sequence as PySequence

from parachain.primitives.scale.bytestrings import BYTES
from parachain.primitives.scale.codec import (
    Array,
    Codec,
    Composite,
    Field,
    Readable,
    Sequence,
    TypeInfo,
)
from parachain.primitives.scale.compact import encode_count, read_count
from parachain.primitives.scale.errors import DecodeError, EncodeError
from parachain.primitives.scale.integers import U8
from parachain.primitives.scale.nesting import nested
from parachain.primitives.scale.shape import ByteString, Items
from parachain.primitives.scale.straight_line import straight_line

T = TypeVar("T")


def encode_items(codec: Codec[T], values: PySequence[T]) -> bytes:
    """The encodings one after the other. Raises EncodeError naming the index."""
    out: List[bytes] = []
    for value in values:
        try:
            out.append(codec.readable.encode(value))
        except EncodeError as error:
            raise error.inside("[%d]" % len(out)) from None
    return b"".join(out)


def read_items(codec: Codec[T], count: int, data: bytes, pos: int) -> Tuple[Tuple[T, ...], int]:
    """`count` values and the position after them. Raises DecodeError naming the index."""
    if codec.recursive:
        data = nested(data, careful=True)
    out: List[T] = []
    for index in range(count):
        try:
            value, pos = codec.readable.read(data, pos)
        except DecodeError as error:
            raise error.inside("[%d]" % index) from None
        out.append(value)
    return tuple(out), pos


def order_items(codec: Codec[T]) -> Optional[Callable[[Tuple[T, ...]], Any]]:
    """Rust's order of a sequence: element by element."""
    order = codec.order
    if order is None:
        return None
    return lambda values: tuple(map(order, values))


def array(codec: Codec[T], length: int) -> Codec[Tuple[T, ...]]:
    """[T; length]. For [u8; N] as bytes see `fixed_bytes`."""

    def encode(value: Tuple[T, ...]) -> bytes:
        if not isinstance(value, (tuple, list)) or len(value) != length:
            raise EncodeError("%r is not a tuple of %d" % (value, length))
        return encode_items(codec, value)

    def read(data: bytes, pos: int) -> Tuple[Tuple[T, ...], int]:
        return read_items(codec, length, data, pos)

    shape = Items(codec, None, length)
    return Codec(
        Readable(encode, read),
        Array(length, codec),
        "[%s; %d]" % (codec.rust_name, length),
        length * codec.min_size,
        order=order_items(codec),
        recursive=codec.recursive,
        fast=straight_line(shape, codec.recursive),
        shape=shape,
    )


def _sequence(
    codec: Codec[T], limit: Optional[int], info: TypeInfo, rust_name: str
) -> Codec[Tuple[T, ...]]:
    """Elements after their count, which `limit` bounds when given."""

    def encode(value: Tuple[T, ...]) -> bytes:
        if not isinstance(value, (tuple, list)):
            raise EncodeError("%r is not a tuple" % (value,))
        if limit is not None and len(value) > limit:
            raise EncodeError("%d elements, the limit is %d" % (len(value), limit))
        return encode_count(len(value)) + encode_items(codec, value)

    def read(data: bytes, pos: int) -> Tuple[Tuple[T, ...], int]:
        count, pos = read_count(data, pos, codec.min_size)
        if limit is not None and count > limit:
            raise DecodeError("%d elements, the limit is %d" % (count, limit))
        return read_items(codec, count, data, pos)

    shape = Items(codec, limit, None) if codec.min_size else None
    return Codec(
        Readable(encode, read),
        info,
        rust_name,
        1,
        order=order_items(codec),
        recursive=codec.recursive,
        fast=straight_line(shape, codec.recursive) if shape else None,
        shape=shape,
    )


def vec(codec: Codec[T]) -> Codec[Tuple[T, ...]]:
    """Vec<T>. For Vec<u8> as bytes see `BYTES`."""
    return _sequence(codec, None, Sequence(codec), "Vec<%s>" % codec.rust_name)


def _bounded(path: str, inner: Codec[Any], codec: Codec[Any]) -> Composite:
    """bounded_collections' tuple structs; the bound S is no type of the wire."""
    return Composite(path, (Field("", inner, "Vec<T>"),), (("T", codec), ("S", None)))


def bounded_vec(codec: Codec[T], limit: int) -> Codec[Tuple[T, ...]]:
    """BoundedVec<T, ConstU32<limit>>: a Vec that is refused above `limit` elements."""
    return _sequence(
        codec,
        limit,
        _bounded("bounded_collections::bounded_vec::BoundedVec", vec(codec), codec),
        "BoundedVec<%s, ConstU32<%d>>" % (codec.rust_name, limit),
    )


def weak_bounded_vec(codec: Codec[T], limit: int) -> Codec[Tuple[T, ...]]:
    """WeakBoundedVec<T, ConstU32<limit>>: as in Rust, the bound is not enforced on the wire.

    Source: bounded-collections, weak_bounded_vec.rs, whose Decode only warns.
    """
    return _sequence(
        codec,
        None,
        _bounded("bounded_collections::weak_bounded_vec::WeakBoundedVec", vec(codec), codec),
        "WeakBoundedVec<%s, ConstU32<%d>>" % (codec.rust_name, limit),
    )


def bounded_bytes(limit: int) -> Codec[bytes]:
    """BoundedVec<u8, ConstU32<limit>> as bytes."""

    def encode(value: bytes) -> bytes:
        encoded = BYTES.readable.encode(value)
        if len(value) > limit:
            raise EncodeError("%d bytes, the limit is %d" % (len(value), limit))
        return encoded

    def read(data: bytes, pos: int) -> Tuple[bytes, int]:
        value, pos = BYTES.readable.read(data, pos)
        if len(value) > limit:
            raise DecodeError("%d bytes, the limit is %d" % (len(value), limit))
        return value, pos

    return Codec(
        Readable(encode, read),
        _bounded("bounded_collections::bounded_vec::BoundedVec", BYTES, U8),
        "BoundedVec<u8, ConstU32<%d>>" % limit,
        1,
        shape=ByteString(limit),
    )
