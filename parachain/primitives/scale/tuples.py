"""Tuples of codecs: `(A, B, ...)`. The empty tuple is `UNIT`."""

from typing import Any, Tuple, TypeVar, overload

from parachain.primitives.scale.codec import Codec, TupleOf
from parachain.primitives.scale.fields import Fields
from parachain.primitives.scale.integers import UNIT
from parachain.primitives.scale.shape import Record

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")
G = TypeVar("G")
H = TypeVar("H")


@overload
def tuple_of() -> Codec[Tuple[()]]: ...
@overload
def tuple_of(a: Codec[A], /) -> Codec[Tuple[A]]: ...
@overload
def tuple_of(a: Codec[A], b: Codec[B], /) -> Codec[Tuple[A, B]]: ...
@overload
def tuple_of(a: Codec[A], b: Codec[B], c: Codec[C], /) -> Codec[Tuple[A, B, C]]: ...
@overload
def tuple_of(a: Codec[A], b: Codec[B], c: Codec[C], d: Codec[D], /) -> Codec[Tuple[A, B, C, D]]: ...
@overload
def tuple_of(
    a: Codec[A], b: Codec[B], c: Codec[C], d: Codec[D], e: Codec[E], /
) -> Codec[Tuple[A, B, C, D, E]]: ...
@overload
def tuple_of(
    a: Codec[A], b: Codec[B], c: Codec[C], d: Codec[D], e: Codec[E], f: Codec[F], /
) -> Codec[Tuple[A, B, C, D, E, F]]: ...
@overload
def tuple_of(
    a: Codec[A], b: Codec[B], c: Codec[C], d: Codec[D], e: Codec[E], f: Codec[F], g: Codec[G], /
) -> Codec[Tuple[A, B, C, D, E, F, G]]: ...
@overload
def tuple_of(
    a: Codec[A],
    b: Codec[B],
    c: Codec[C],
    d: Codec[D],
    e: Codec[E],
    f: Codec[F],
    g: Codec[G],
    h: Codec[H],
    /,
) -> Codec[Tuple[A, B, C, D, E, F, G, H]]: ...
def tuple_of(*codecs: Codec[Any]) -> Any:
    """(A, B, ...), up to eight members. Errors name the member by its number, as Rust does."""
    if not codecs:
        return UNIT
    body: Fields[Any] = Fields(tuple(map(str, range(len(codecs)))), codecs)
    comma = "," if len(codecs) == 1 else ""
    return Codec(
        body.readable,
        TupleOf(codecs),
        "(%s%s)" % (", ".join([codec.rust_name for codec in codecs]), comma),
        body.min_size,
        order=body.order(),
        recursive=body.recursive,
        fast=body.fast,
        shape=Record(codecs, None),
    )
