"""Types as metadata carry them: scale-info's portable form, in which types have numbers.

Source: scale-info 2.11, `src/{ty,portable}.rs`. A type's number is its position in the registry.
"""

from enum import IntEnum
from typing import Callable, NamedTuple, Optional, Tuple, Union

from parachain.primitives.scale import (
    COMPACT_U32,
    STR,
    U8,
    U32,
    Codec,
    c_enum,
    enum,
    fields,
    option,
    struct,
    variant,
    vec,
)

#: The number of a type.
TYPE_ID = COMPACT_U32
#: Lines of documentation.
DOCS = vec(STR)


class PortableField(NamedTuple):
    """A field; without a name in tuple structs, without a type name where Rust spells none."""

    name: Optional[str]
    type_id: int
    type_name: Optional[str]
    docs: Tuple[str, ...]


class PortableVariant(NamedTuple):
    """A variant of an enum. `discriminant` is its byte on the wire."""

    name: str
    fields: Tuple[PortableField, ...]
    discriminant: int
    docs: Tuple[str, ...]


class PrimitiveKind(IntEnum):
    """The types without parts."""

    BOOL = 0
    CHAR = 1
    STR = 2
    U8 = 3
    U16 = 4
    U32 = 5
    U64 = 6
    U128 = 7
    U256 = 8
    I8 = 9
    I16 = 10
    I32 = 11
    I64 = 12
    I128 = 13
    I256 = 14


class CompositeDef(NamedTuple):
    """A struct."""

    fields: Tuple[PortableField, ...]


class VariantDef(NamedTuple):
    """An enum."""

    variants: Tuple[PortableVariant, ...]


class SequenceDef(NamedTuple):
    """Vec<T>."""

    type_id: int


class ArrayDef(NamedTuple):
    """[T; length]."""

    length: int
    type_id: int


class TupleDef(NamedTuple):
    """(A, B, ...)."""

    type_ids: Tuple[int, ...]


class PrimitiveDef(NamedTuple):
    """A type without parts."""

    kind: PrimitiveKind


class CompactDef(NamedTuple):
    """Compact<T>."""

    type_id: int


class BitSequenceDef(NamedTuple):
    """BitVec<store, order>."""

    store: int
    order: int


TypeDef = Union[
    CompositeDef,
    VariantDef,
    SequenceDef,
    ArrayDef,
    TupleDef,
    PrimitiveDef,
    CompactDef,
    BitSequenceDef,
]


class TypeParameter(NamedTuple):
    """A parameter of a generic type; without a type where it is none of the wire."""

    name: str
    type_id: Optional[int]


class Type(NamedTuple):
    """What a type is called, what it is generic over, and what it is made of."""

    path: Tuple[str, ...]
    params: Tuple[TypeParameter, ...]
    definition: TypeDef
    docs: Tuple[str, ...]


class PortableType(NamedTuple):
    """An entry of the registry."""

    type_id: int
    type: Type


_FIELD = struct(
    "scale_info::ty::Field",
    PortableField,
    fields(("name", option(STR)), ("ty", TYPE_ID), ("type_name", option(STR)), ("docs", DOCS)),
)
_VARIANT = struct(
    "scale_info::ty::Variant",
    PortableVariant,
    fields(("name", STR), ("fields", vec(_FIELD)), ("index", U8), ("docs", DOCS)),
)
_TYPE_DEF: Codec[TypeDef] = enum(
    "scale_info::ty::TypeDef",
    variant(0, "Composite", CompositeDef, fields(("fields", vec(_FIELD)))),
    variant(1, "Variant", VariantDef, fields(("variants", vec(_VARIANT)))),
    variant(2, "Sequence", SequenceDef, fields(("type_param", TYPE_ID))),
    variant(3, "Array", ArrayDef, fields(("len", U32), ("type_param", TYPE_ID))),
    variant(4, "Tuple", TupleDef, fields(("fields", vec(TYPE_ID)))),
    variant(
        5,
        "Primitive",
        PrimitiveDef,
        fields(("kind", c_enum("scale_info::ty::TypeDefPrimitive", PrimitiveKind))),
    ),
    variant(6, "Compact", CompactDef, fields(("type_param", TYPE_ID))),
    variant(
        7,
        "BitSequence",
        BitSequenceDef,
        fields(("bit_store_type", TYPE_ID), ("bit_order_type", TYPE_ID)),
    ),
)
_PARAMETER = struct(
    "scale_info::ty::TypeParameter",
    TypeParameter,
    fields(("name", STR), ("ty", option(TYPE_ID))),
)
_TYPE = struct(
    "scale_info::ty::Type",
    Type,
    fields(
        ("path", vec(STR)),
        ("type_params", vec(_PARAMETER)),
        ("type_def", _TYPE_DEF),
        ("docs", DOCS),
    ),
)
PORTABLE_REGISTRY = vec(
    struct(
        "scale_info::portable::PortableType", PortableType, fields(("id", TYPE_ID), ("type", _TYPE))
    )
)


def renumbered(described: Type, number: Callable[[int], int]) -> Type:
    """The same type with other numbers for the types it refers to, asked for in wire order."""
    params = tuple(
        [
            TypeParameter(name, None if type_id is None else number(type_id))
            for name, type_id in described.params
        ]
    )
    return Type(
        described.path, params, _renumbered_def(described.definition, number), described.docs
    )


def _renumbered_def(definition: TypeDef, number: Callable[[int], int]) -> TypeDef:
    match definition:
        case CompositeDef(members):
            return CompositeDef(_renumbered_fields(members, number))
        case VariantDef(variants):
            return VariantDef(
                tuple([v._replace(fields=_renumbered_fields(v.fields, number)) for v in variants])
            )
        case SequenceDef(type_id):
            return SequenceDef(number(type_id))
        case ArrayDef(length, type_id):
            return ArrayDef(length, number(type_id))
        case TupleDef(type_ids):
            return TupleDef(tuple([number(type_id) for type_id in type_ids]))
        case CompactDef(type_id):
            return CompactDef(number(type_id))
        case BitSequenceDef(store, order):
            return BitSequenceDef(number(store), number(order))
        case PrimitiveDef():
            return definition


def _renumbered_fields(
    members: Tuple[PortableField, ...], number: Callable[[int], int]
) -> Tuple[PortableField, ...]:
    return tuple([member._replace(type_id=number(member.type_id)) for member in members])
