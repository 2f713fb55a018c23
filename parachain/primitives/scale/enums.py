"""Enums: a byte that says which variant, then the variant's fields.

A variant's value is an instance of that variant's own NamedTuple class, and encoding looks at the
class alone. NamedTuples compare as tuples, so that a `Seal` would equal a `PreRuntime` with the
same fields, and one without fields would count as false. `variant` mends both: its classes are
equal within one class only, and always true.
"""

from enum import IntEnum
from typing import (
    Any,
    Callable,
    Dict,
    Generic,
    List,
    Tuple,
    Type,
    TypeVar,
    TypeVarTuple,
    Unpack,
    overload,
)

from parachain.primitives.scale.bytestrings import last_segment
from parachain.primitives.scale.codec import Codec, Params, Readable, Variant, Variants
from parachain.primitives.scale.errors import DecodeError, EncodeError
from parachain.primitives.scale.fields import Fields, fields
from parachain.primitives.scale.shape import Cases, Member
from parachain.primitives.scale.straight_line import straight_line

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)
E = TypeVar("E", bound=IntEnum)
Ts = TypeVarTuple("Ts")


class Case(Generic[S_co]):
    """One variant of an enum: its index byte, its name and the class and fields of its values."""

    __slots__ = ("body", "docs", "index", "make", "name")

    def __init__(
        self,
        index: int,
        name: str,
        make: Callable[..., S_co],
        body: Fields[Unpack[Tuple[Any, ...]]],
        docs: Tuple[str, ...],
    ) -> None:
        if not 0 <= index <= 255:
            raise ValueError("variant %s: index %d is not a byte" % (name, index))
        self.index = index
        self.name = name
        self.make = make
        self.body = body
        self.docs = docs


def _equal(self: Any, other: Any) -> Any:
    return tuple.__eq__(self, other) if self.__class__ is other.__class__ else False


def _unequal(self: Any, other: Any) -> Any:
    return tuple.__ne__(self, other) if self.__class__ is other.__class__ else True


def _true(self: Any) -> bool:  # noqa: ARG001  # a variant is a value even without fields
    return True


def tell_apart(kind: Any) -> None:
    """Make values of a NamedTuple class equal to each other only, and true."""
    if "__eq__" not in kind.__dict__:
        kind.__eq__ = _equal
        kind.__ne__ = _unequal
        kind.__bool__ = _true


@overload
def variant(
    index: int, name: str, make: Callable[[], S], *, docs: Tuple[str, ...] = ()
) -> Case[S]: ...
@overload
def variant(
    index: int,
    name: str,
    make: Callable[[Unpack[Ts]], S],
    body: Fields[Unpack[Ts]],
    *,
    docs: Tuple[str, ...] = (),
) -> Case[S]: ...
def variant(
    index: int, name: str, make: Any, body: Any = None, *, docs: Tuple[str, ...] = ()
) -> Case[Any]:
    """A variant; without `body` a unit variant. `make` is the NamedTuple class of its values."""
    if not isinstance(make, type):
        raise TypeError("variant %s: values are told apart by class, %r is none" % (name, make))
    tell_apart(make)
    unit: Any = fields()
    return Case(index, name, make, unit if body is None else body, docs)


def enum(path: str, *cases: Case[S], params: Params = ()) -> Codec[S]:
    """An enum. Annotate the result with the union of the variants' classes."""
    by_index: Dict[int, Case[S]] = {case.index: case for case in cases}
    by_class: Dict[Any, Case[S]] = {case.make: case for case in cases}
    ranks: Dict[Any, int] = {case.make: rank for rank, case in enumerate(cases)}
    if len(by_index) != len(cases) or len(by_class) != len(cases):
        raise ValueError("%s: two variants share an index or a class" % path)

    def encode(value: S) -> bytes:
        case = by_class.get(type(value))
        if case is None:
            raise EncodeError("%r is no variant of %s" % (value, path))
        values: Any = value  # a NamedTuple is the tuple of its fields
        try:
            return bytes((case.index,)) + case.body.readable.encode(values)
        except EncodeError as error:
            raise error.inside(case.name) from None

    def read(data: bytes, pos: int) -> Tuple[S, int]:
        if pos >= len(data):
            raise DecodeError("%s needs a byte for its variant" % path)
        case = by_index.get(data[pos])
        if case is None:
            raise DecodeError("%s has no variant %d" % (path, data[pos]))
        try:
            values, pos = case.body.readable.read(data, pos + 1)
        except DecodeError as error:
            raise error.inside(case.name) from None
        return case.make(*values), pos

    def order(value: S) -> Any:
        """Rust derives the order of declaration, then that of the fields."""
        key = by_class[type(value)].body.order()
        return (ranks[type(value)], value if key is None else key(value))

    recursive = any(case.body.recursive for case in cases)
    shape = Cases(tuple([(case.index, case.make, case.body.codecs) for case in cases]))
    return Codec(
        Readable(encode, read),
        Variants(
            path,
            tuple([Variant(c.name, c.index, c.body.described(), c.docs) for c in cases]),
            params,
        ),
        last_segment(path),
        1 + min([case.body.min_size for case in cases], default=0),
        order=order,
        recursive=recursive,
        fast=straight_line(shape, recursive),
        shape=shape,
    )


def _rust_case(name: str) -> str:
    """NO_FUNDS -> NoFunds; names in another style stay."""
    return name.title().replace("_", "") if name.isupper() else name


def c_enum(path: str, kind: Type[E]) -> Codec[E]:
    """An enum without fields, as an IntEnum whose values are the index bytes."""
    members: Dict[int, E] = {int(member): member for member in kind}

    def encode(value: E) -> bytes:
        if not isinstance(value, int) or value not in members:
            raise EncodeError("%r is no variant of %s" % (value, path))
        return bytes((value,))

    def read(data: bytes, pos: int) -> Tuple[E, int]:
        if pos >= len(data):
            raise DecodeError("%s needs a byte" % path)
        member = members.get(data[pos])
        if member is None:
            raise DecodeError("%s has no variant %d" % (path, data[pos]))
        return member, pos + 1

    variants: List[Variant] = [Variant(_rust_case(m.name), int(m)) for m in kind]
    return Codec(
        Readable(encode, read),
        Variants(path, tuple(variants)),
        last_segment(path),
        1,
        shape=Member(members),
    )
