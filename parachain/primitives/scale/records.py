"""Structs, and types that only give another type a name."""

from typing import Any, Callable, Tuple, TypeVar, TypeVarTuple, Unpack

from parachain.primitives.scale.bytestrings import last_segment
from parachain.primitives.scale.codec import Codec, Composite, Field, Params, Readable
from parachain.primitives.scale.fields import Fields
from parachain.primitives.scale.shape import Record
from parachain.primitives.scale.straight_line import straight_line

T = TypeVar("T")
S = TypeVar("S")
Ts = TypeVarTuple("Ts")


def struct(
    path: str, make: Callable[[Unpack[Ts]], S], body: Fields[Unpack[Ts]], params: Params = ()
) -> Codec[S]:
    """A struct. `make` is the NamedTuple class of its values, with the same fields in order."""

    def encode(value: S) -> bytes:
        fields: Any = value  # a NamedTuple is the tuple of its fields
        return body.readable.encode(fields)

    def read(data: bytes, pos: int) -> Tuple[S, int]:
        values, pos = body.readable.read(data, pos)
        return make(*values), pos

    shape = Record(body.codecs, make)
    return Codec(
        Readable(encode, read),
        Composite(path, body.described(), params),
        last_segment(path),
        body.min_size,
        order=body.order(),
        recursive=body.recursive,
        fast=straight_line(shape, body.recursive),
        shape=shape,
    )


def newtype(path: str, codec: Codec[T], params: Params = ()) -> Codec[T]:
    """A struct Name(T): encoded as T, with T's values, under a name of its own."""
    info = Composite(path, (Field("", codec, codec.rust_name),), params)
    return codec.described(info, last_segment(path))
