"""A codec is a value: how one type is written, read, bounded and described.

`read` takes the buffer and a position and returns the value and the next position, so decoding
neither copies the buffer nor mutates a cursor. Composite codecs are built once, when a module is
imported; nothing is looked up by name or by annotation while a block runs.

The descriptions (`Composite`, `Variants`, ...) are scale-info's type definitions with codecs in
the place of type numbers; numbering them is the business of the metadata writer, not done here.
"""

import struct
from functools import lru_cache
from typing import Any, Callable, Generic, NamedTuple, Optional, Tuple, TypeVar, Union

from parachain.primitives.scale.errors import DecodeError, ScaleError
from parachain.primitives.scale.nesting import NestedBytes

T = TypeVar("T")

#: Names and types of a generic's parameters; None for a parameter that is no type of the wire.
Params = Tuple[Tuple[str, Optional["Codec[Any]"]], ...]


class Readable(NamedTuple, Generic[T]):
    """A pair of functions. The plain one defines a codec and words its errors."""

    encode: Callable[[T], bytes]
    read: Callable[[bytes, int], Tuple[T, int]]


#: What generated code may raise on bytes or values that do not fit; never seen by callers.
MISFITS = (
    ScaleError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    struct.error,
)


class Codec(Generic[T]):
    """How the values of one type are written, read and described.

    encode     value -> bytes. Raises EncodeError only.
    read       (buffer, position) -> (value, next position). Raises DecodeError only.
    decode     bytes -> value, all of the bytes. Raises DecodeError only.
    readable   the plain functions that define both.
    fast       generated twins of them, for other generated code: on malformed input they raise
               any of MISFITS. `encode` and `read` try them first and leave failures to `readable`.
    shape      what the generator knows of the type, see `shape.py`; None if nothing.
    info       the type as metadata shows it.
    rust_name  how a field of this type is spelled in Rust source (scale-info's typeName).
    min_size   bytes that every encoding has at least; bounds element counts before looping.
    order      sort key giving Rust's `Ord` of the type; None if Python's own order is the same.
    recursive  whether a `forward` codec is reachable, so that reading must count its nesting.
    """

    __slots__ = (
        "decode",
        "encode",
        "fast",
        "info",
        "min_size",
        "order",
        "read",
        "readable",
        "recursive",
        "rust_name",
        "shape",
    )

    def __init__(
        self,
        readable: Readable[T],
        info: "TypeInfo",
        rust_name: str,
        min_size: int,
        *,
        order: Optional[Callable[[T], Any]] = None,
        recursive: bool = False,
        fast: Optional[Readable[T]] = None,
        shape: object = None,
    ) -> None:
        self.readable = readable
        self.fast = readable if fast is None else fast
        guarded = readable if fast is None else guard(readable, fast)
        self.decode: Callable[[bytes], T] = whole(readable.read, self.fast.read)
        self.encode: Callable[[T], bytes] = guarded.encode
        self.read: Callable[[bytes, int], Tuple[T, int]] = guarded.read
        self.info = info
        self.rust_name = rust_name
        self.min_size = min_size
        self.order = order
        self.recursive = recursive
        self.shape = shape

    def __repr__(self) -> str:
        return "<Codec %s>" % self.rust_name

    def named(self, rust_name: str) -> "Codec[T]":
        """The same type under another spelling, for example u128 as `T::Balance`."""
        return self.described(self.info, rust_name)

    def remembering(self, count: int) -> "Codec[T]":
        """The same codec, whose `decode` keeps its last `count` results.

        For values that nobody changes and that are read again and again, such as an account that
        every transfer pays into. The outcome is the same; errors are found again.
        """
        twin = self.named(self.rust_name)
        twin.decode = lru_cache(maxsize=count)(self.decode)
        return twin

    def described(self, info: "TypeInfo", rust_name: str) -> "Codec[T]":
        """The same encoding with another description: a newtype."""
        twin = Codec(
            self.readable,
            info,
            rust_name,
            self.min_size,
            order=self.order,
            recursive=self.recursive,
            shape=self.shape,
        )
        twin.fast, twin.encode = self.fast, self.encode
        twin.read, twin.decode = self.read, self.decode
        return twin


def guard(readable: Readable[T], fast: Readable[T]) -> Readable[T]:
    """The fast functions, with failures left to the readable ones, which say what is wrong.

    Inside a recursive value the pass is the outermost reader's: reading fast there and starting
    over with care at every level would take time exponential in the depth.
    """
    read_fast, encode_fast = fast.read, fast.encode

    def encode(value: T) -> bytes:
        try:
            return encode_fast(value)
        except MISFITS:
            return readable.encode(value)

    def read(data: bytes, pos: int) -> Tuple[T, int]:
        if isinstance(data, NestedBytes):
            return (readable if data.careful else fast).read(data, pos)
        try:
            return read_fast(data, pos)
        except MISFITS:
            return readable.read(data, pos)

    return Readable(encode, read)


def whole(
    readable: Callable[[bytes, int], Tuple[T, int]], fast: Callable[[bytes, int], Tuple[T, int]]
) -> Callable[[bytes], T]:
    """Reading of exactly one value: trailing bytes are a DecodeError, too."""

    def decode(data: bytes) -> T:
        try:
            value, end = fast(data, 0)
        except MISFITS:
            value, end = readable(data, 0)
        if end != len(data):
            raise DecodeError("%d trailing bytes" % (len(data) - end))
        return value

    return decode


class Field(NamedTuple):
    """A field of a composite or a variant. `name` is empty in tuple structs."""

    name: str
    codec: Codec[Any]
    rust_name: str
    docs: Tuple[str, ...] = ()


class Variant(NamedTuple):
    """One variant of an enum. `index` is the byte on the wire."""

    name: str
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs here
    fields: Tuple[Field, ...] = ()
    docs: Tuple[str, ...] = ()


class Primitive(NamedTuple):
    """bool, str, u8 to u256 or i8 to i256."""

    name: str


class CompactOf(NamedTuple):
    """Compact<T>."""

    codec: Codec[Any]


class Sequence(NamedTuple):
    """Vec<T>."""

    codec: Codec[Any]


class Array(NamedTuple):
    """[T; length]."""

    length: int
    codec: Codec[Any]


class TupleOf(NamedTuple):
    """(A, B, ...); the empty one is the unit type."""

    codecs: Tuple[Codec[Any], ...]


class BitSequence(NamedTuple):
    """BitVec<store, order>."""

    store: Codec[Any]
    order: Codec[Any]


class Composite(NamedTuple):
    """A struct. `path` is written `crate::module::Name`."""

    path: str
    fields: Tuple[Field, ...]
    params: Params = ()
    docs: Tuple[str, ...] = ()


class Variants(NamedTuple):
    """An enum. `path` is written `crate::module::Name`."""

    path: str
    variants: Tuple[Variant, ...]
    params: Params = ()
    docs: Tuple[str, ...] = ()


class Deferred(NamedTuple):
    """The type a `Forward` codec is bound to later: then to be read as `codec.info`."""

    codec: Codec[Any]


TypeInfo = Union[
    Primitive, CompactOf, Sequence, Array, TupleOf, BitSequence, Composite, Variants, Deferred
]
