"""`Registry`: numbers the types that codecs describe, equal types with one number.

Types are equal if their path, parameters, parts and documentation are, whichever codecs describe
them. Numbers are given in the order of first mention, a type before its parameters before its
parts, as scale-info does. They depend on nothing but the order of the calls.

A type that contains itself does so through a `Forward` codec, whose description is that of the
codec it is bound to. Two recursive types that were bound separately stay two types.
"""

from typing import Any, Dict, List, Optional, Tuple

from parachain.primitives.scale import (
    Array,
    BitSequence,
    Codec,
    CompactOf,
    Composite,
    Deferred,
    Field,
    Params,
    Primitive,
    Sequence,
    TupleOf,
    TypeInfo,
    Variants,
)
from parachain.runtime.frame.metadata.portable import (
    ArrayDef,
    BitSequenceDef,
    CompactDef,
    CompositeDef,
    PortableField,
    PortableType,
    PortableVariant,
    PrimitiveDef,
    PrimitiveKind,
    SequenceDef,
    TupleDef,
    Type,
    TypeDef,
    TypeParameter,
    VariantDef,
    renumbered,
)

_KINDS: Dict[str, PrimitiveKind] = {kind.name.lower(): kind for kind in PrimitiveKind}


class Registry:
    """Types under construction.

    Every description first becomes a shape: a `Type` in which other shapes stand for types. As
    shapes are compared by value, equal ones are found; numbers are then given to shapes. Values
    are compared together with their class, since NamedTuples compare as tuples: Sequence(U32)
    equals CompactOf(U32).
    """

    __slots__ = ("_by_codec", "_by_info", "_by_shape", "_numbers", "_shapes", "_types")

    def __init__(self) -> None:
        self._by_codec: Dict[Codec[Any], int] = {}
        self._by_info: Dict[Tuple[type, TypeInfo], int] = {}
        self._by_shape: Dict[Tuple[type, Type], int] = {}
        self._shapes: Dict[int, Type] = {}
        self._numbers: Dict[int, int] = {}
        self._types: List[Optional[Type]] = []

    def type_id(self, codec: Codec[Any]) -> int:
        """Return the number of the type of `codec`. Raises ValueError if a part is not bound."""
        return self._number(self._shape_of(codec))

    def info_id(self, info: TypeInfo) -> int:
        """Return the number of the type described by `info`."""
        return self._number(self._shape_of_info(info))

    def stand_in(self, info: TypeInfo, fuller: TypeInfo) -> None:
        """Let `fuller` describe whatever `info` describes; to be called before `info` is met."""
        self._by_info[info.__class__, info] = self._shape_of_info(fuller)

    def types(self) -> Tuple[PortableType, ...]:
        """All types so far, by number."""
        return tuple(
            [
                PortableType(type_id, described)
                for type_id, described in enumerate(self._types)
                if described is not None
            ]
        )

    # -- numbers -------------------------------------------------------------------------------

    def _number(self, shape: int) -> int:
        number = self._numbers.get(shape)
        if number is None:
            number = self._numbers[shape] = len(self._types)
            self._types.append(None)
            self._types[number] = renumbered(self._shapes[shape], self._number)
        return number

    # -- shapes --------------------------------------------------------------------------------

    def _shape_of(self, codec: Codec[Any]) -> int:
        shape = self._by_codec.get(codec)
        if shape is None:
            shape = self._by_codec[codec] = self._shape_of_info(codec.info)
        return shape

    def _shape_of_info(self, info: TypeInfo) -> int:
        while isinstance(info, Deferred):
            if info.codec.info is info:
                raise ValueError(f"{info.codec.rust_name} is described before it is bound")
            info = info.codec.info
        key = (info.__class__, info)
        known = self._by_info.get(key)
        if known is not None:
            return known
        # Known before its parts are, so that a part may be the type itself.
        shape = self._by_info[key] = len(self._by_info)
        described = self._described(info)
        equal = self._by_shape.setdefault((described.definition.__class__, described), shape)
        self._by_info[key] = equal
        self._shapes[equal] = described
        return equal

    def _described(self, info: TypeInfo) -> Type:
        if isinstance(info, (Composite, Variants)):
            path = tuple(info.path.split("::"))
            return Type(path, self._params(info.params), self._definition(info), info.docs)
        return Type((), (), self._definition(info), ())

    def _params(self, params: Params) -> Tuple[TypeParameter, ...]:
        return tuple(
            [
                TypeParameter(name, None if codec is None else self._shape_of(codec))
                for name, codec in params
            ]
        )

    def _definition(self, info: TypeInfo) -> TypeDef:
        match info:
            case Primitive(name):
                return PrimitiveDef(_KINDS[name])
            case CompactOf(codec):
                return CompactDef(self._shape_of(codec))
            case Sequence(codec):
                return SequenceDef(self._shape_of(codec))
            case Array(length, codec):
                return ArrayDef(length, self._shape_of(codec))
            case TupleOf(codecs):
                return TupleDef(tuple([self._shape_of(codec) for codec in codecs]))
            case BitSequence(store, order):
                return BitSequenceDef(self._shape_of(store), self._shape_of(order))
            case Composite():
                return CompositeDef(self._fields(info.fields))
            case Variants():
                return VariantDef(
                    tuple(
                        [
                            PortableVariant(v.name, self._fields(v.fields), v.index, v.docs)
                            for v in info.variants
                        ]
                    )
                )
            case Deferred():
                raise AssertionError("resolved by the caller")

    def _fields(self, declared: Tuple[Field, ...]) -> Tuple[PortableField, ...]:
        return tuple(
            [
                PortableField(
                    field.name or None,
                    self._shape_of(field.codec),
                    field.rust_name or None,
                    field.docs,
                )
                for field in declared
            ]
        )
