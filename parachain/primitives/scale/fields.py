"""Named, typed fields in wire order: the body of a struct, a variant, a call or an event."""

from typing import (
    Any,
    Callable,
    Generic,
    List,
    Optional,
    Tuple,
    TypeVar,
    TypeVarTuple,
    Unpack,
    overload,
)

from parachain.primitives.scale.codec import Codec, Field, Readable, guard, whole
from parachain.primitives.scale.errors import DecodeError, EncodeError
from parachain.primitives.scale.shape import Record
from parachain.primitives.scale.straight_line import straight_line

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")
G = TypeVar("G")
H = TypeVar("H")
Ts = TypeVarTuple("Ts")


class Fields(Generic[Unpack[Ts]]):
    """Codecs in wire order with their names. The type parameters are the fields' value types.

    encode and read work on the tuple of the fields' values and raise as a codec's do.
    """

    __slots__ = (
        "codecs",
        "decode",
        "encode",
        "fast",
        "min_size",
        "names",
        "read",
        "readable",
        "recursive",
    )

    def __init__(self, names: Tuple[str, ...], codecs: Tuple[Codec[Any], ...]) -> None:
        self.names = names
        self.codecs = codecs
        self.min_size = sum([codec.min_size for codec in codecs])
        self.recursive = any(codec.recursive for codec in codecs)
        self.readable: Readable[Tuple[Unpack[Ts]]] = Readable(self._encode, self._read)
        self.fast: Readable[Tuple[Unpack[Ts]]] = straight_line(Record(codecs, None), self.recursive)
        guarded = guard(self.readable, self.fast)
        self.decode: Callable[[bytes], Tuple[Unpack[Ts]]] = whole(
            self.readable.read, self.fast.read
        )
        self.encode: Callable[[Tuple[Unpack[Ts]]], bytes] = guarded.encode
        self.read: Callable[[bytes, int], Tuple[Tuple[Unpack[Ts]], int]] = guarded.read

    def __repr__(self) -> str:
        shown = ["%s: %s" % (n, c.rust_name) for n, c in zip(self.names, self.codecs, strict=True)]
        return "<Fields %s>" % ", ".join(shown)

    def _encode(self, values: Tuple[Unpack[Ts]]) -> bytes:
        items: Any = values  # a tuple of unknown length has no element types to mypy
        if not isinstance(items, (tuple, list)) or len(items) != len(self.codecs):
            raise EncodeError("%r is not a tuple of %d fields" % (items, len(self.codecs)))
        out: List[bytes] = []
        for index, codec in enumerate(self.codecs):
            try:
                out.append(codec.readable.encode(items[index]))
            except EncodeError as error:
                raise error.inside(self.names[index]) from None
        return b"".join(out)

    def _read(self, data: bytes, pos: int) -> Tuple[Tuple[Unpack[Ts]], int]:
        out: List[Any] = []
        for index, codec in enumerate(self.codecs):
            try:
                value, pos = codec.readable.read(data, pos)
            except DecodeError as error:
                raise error.inside(self.names[index]) from None
            out.append(value)
        values: Any = tuple(out)
        return values, pos

    def described(self) -> Tuple[Field, ...]:
        """The fields as metadata shows them. Names that are digits stand for tuple structs."""
        return tuple(
            [
                Field("" if name.isdigit() else name, codec, codec.rust_name)
                for name, codec in zip(self.names, self.codecs, strict=True)
            ]
        )

    def order(self) -> Optional[Callable[[Any], Any]]:
        """The sort key of a struct of these fields: field by field, as Rust derives it."""
        return order_of(self.codecs)


def _natural(value: Any) -> Any:
    return value


def order_of(codecs: Tuple[Codec[Any], ...]) -> Optional[Callable[[Any], Any]]:
    """The sort key of a tuple of these codecs; None if Python compares it as Rust does."""
    if all(codec.order is None for codec in codecs):
        return None
    orders = tuple([codec.order or _natural for codec in codecs])
    return lambda values: tuple([order(v) for order, v in zip(orders, values, strict=True)])


@overload
def fields() -> Fields[()]: ...
@overload
def fields(a: Tuple[str, Codec[A]], /) -> Fields[A]: ...
@overload
def fields(a: Tuple[str, Codec[A]], b: Tuple[str, Codec[B]], /) -> Fields[A, B]: ...
@overload
def fields(
    a: Tuple[str, Codec[A]], b: Tuple[str, Codec[B]], c: Tuple[str, Codec[C]], /
) -> Fields[A, B, C]: ...
@overload
def fields(
    a: Tuple[str, Codec[A]],
    b: Tuple[str, Codec[B]],
    c: Tuple[str, Codec[C]],
    d: Tuple[str, Codec[D]],
    /,
) -> Fields[A, B, C, D]: ...
@overload
def fields(
    a: Tuple[str, Codec[A]],
    b: Tuple[str, Codec[B]],
    c: Tuple[str, Codec[C]],
    d: Tuple[str, Codec[D]],
    e: Tuple[str, Codec[E]],
    /,
) -> Fields[A, B, C, D, E]: ...
@overload
def fields(
    a: Tuple[str, Codec[A]],
    b: Tuple[str, Codec[B]],
    c: Tuple[str, Codec[C]],
    d: Tuple[str, Codec[D]],
    e: Tuple[str, Codec[E]],
    f: Tuple[str, Codec[F]],
    /,
) -> Fields[A, B, C, D, E, F]: ...
@overload
def fields(
    a: Tuple[str, Codec[A]],
    b: Tuple[str, Codec[B]],
    c: Tuple[str, Codec[C]],
    d: Tuple[str, Codec[D]],
    e: Tuple[str, Codec[E]],
    f: Tuple[str, Codec[F]],
    g: Tuple[str, Codec[G]],
    /,
) -> Fields[A, B, C, D, E, F, G]: ...
@overload
def fields(
    a: Tuple[str, Codec[A]],
    b: Tuple[str, Codec[B]],
    c: Tuple[str, Codec[C]],
    d: Tuple[str, Codec[D]],
    e: Tuple[str, Codec[E]],
    f: Tuple[str, Codec[F]],
    g: Tuple[str, Codec[G]],
    h: Tuple[str, Codec[H]],
    /,
) -> Fields[A, B, C, D, E, F, G, H]: ...
@overload
def fields(
    a: Tuple[str, Codec[Any]],
    b: Tuple[str, Codec[Any]],
    c: Tuple[str, Codec[Any]],
    d: Tuple[str, Codec[Any]],
    e: Tuple[str, Codec[Any]],
    f: Tuple[str, Codec[Any]],
    g: Tuple[str, Codec[Any]],
    h: Tuple[str, Codec[Any]],
    i: Tuple[str, Codec[Any]],
    /,
    *more: Tuple[str, Codec[Any]],
) -> Fields[Unpack[Tuple[Any, ...]]]: ...
def fields(*pairs: Tuple[str, Codec[Any]]) -> Any:
    """Fields in wire order. Up to eight of them, mypy carries each field's type along.

    The fields of a tuple struct are named "0", "1", ... as Rust does; metadata leaves those out.
    """
    return Fields(tuple([name for name, _ in pairs]), tuple([codec for _, codec in pairs]))
