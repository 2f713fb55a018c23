"""The type registry: equal types once, numbers by first mention, recursion, no loose ends."""

from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.primitives.scale import (
    BOOL,
    BYTES,
    STR,
    U8,
    U16,
    U32,
    U64,
    UNIT,
    Codec,
    Composite,
    Deferred,
    Variants,
    bit_vec,
    bounded_vec,
    btree_map,
    compact,
    enum,
    fields,
    fixed_bytes,
    forward,
    newtype,
    option,
    result,
    struct,
    tuple_of,
    variant,
    vec,
)
from parachain.runtime.frame.metadata.portable import (
    PORTABLE_REGISTRY,
    ArrayDef,
    CompactDef,
    CompositeDef,
    PortableType,
    PrimitiveDef,
    PrimitiveKind,
    SequenceDef,
    TupleDef,
    VariantDef,
    renumbered,
)
from parachain.runtime.frame.metadata.registry import Registry


class Pair(NamedTuple):
    left: int
    right: bytes


def pair(path: str = "test::Pair") -> Codec[Pair]:
    return struct(path, Pair, fields(("left", U32), ("right", fixed_bytes(4))))


def mentioned(types: tuple[PortableType, ...]) -> list[int]:
    """Every number that any type refers to."""
    out: list[int] = []

    def note(type_id: int) -> int:
        out.append(type_id)
        return type_id

    for entry in types:
        renumbered(entry.type, note)
    return out


def test_equal_types_of_different_codecs_share_a_number() -> None:
    registry = Registry()
    assert registry.type_id(pair()) == registry.type_id(pair())
    assert registry.type_id(vec(pair())) == registry.type_id(vec(pair()))
    assert registry.type_id(U32.named("T::Nonce")) == registry.type_id(U32)
    assert registry.type_id(bounded_vec(U8, 3)) == registry.type_id(bounded_vec(U8, 9))
    shapes = [entry.type for entry in registry.types()]
    assert len(shapes) == len(dict.fromkeys(shapes))


def test_types_that_are_equal_as_tuples_stay_apart() -> None:
    registry = Registry()
    empty = Composite("test::Empty", ()), Variants("test::Empty", ())
    different = [
        registry.type_id(vec(U32)),
        registry.type_id(compact(U32)),
        registry.info_id(empty[0]),
        registry.info_id(empty[1]),
    ]
    assert len(dict.fromkeys(different)) == len(different)
    kinds = [registry.types()[type_id].type.definition.__class__ for type_id in different]
    assert kinds == [SequenceDef, CompactDef, CompositeDef, VariantDef]


def test_another_path_is_another_type() -> None:
    registry = Registry()
    assert registry.type_id(pair("a::Pair")) != registry.type_id(pair("b::Pair"))


def test_numbers_follow_the_order_of_first_mention_parameters_first() -> None:
    registry = Registry()
    assert registry.type_id(option(pair())) == 0
    # Option, its parameter Pair, then Pair's parts.
    assert [entry.type.path for entry in registry.types()] == [
        ("Option",),
        ("test", "Pair"),
        (),
        (),
        (),
    ]
    definitions = [entry.type.definition for entry in registry.types()[2:]]
    assert definitions == [
        PrimitiveDef(PrimitiveKind.U32),
        ArrayDef(4, 4),
        PrimitiveDef(PrimitiveKind.U8),
    ]
    assert [entry.type_id for entry in registry.types()] == [0, 1, 2, 3, 4]


def test_every_kind_of_type_is_described() -> None:
    registry = Registry()
    codecs: list[Codec[Any]] = [
        BOOL,
        STR,
        BYTES,
        UNIT,
        compact(U64),
        bit_vec(),
        tuple_of(U8, U16),
        btree_map(U16, BOOL),
        result(UNIT, U8),
        newtype("test::Wrapped", U32, (("T", None),)),
    ]
    ids = [registry.type_id(codec) for codec in codecs]
    assert len(dict.fromkeys(ids)) == len(codecs)
    types = registry.types()
    known = [entry.type_id for entry in types]
    assert all(type_id in known for type_id in mentioned(types))
    assert PORTABLE_REGISTRY.decode(PORTABLE_REGISTRY.encode(types)) == types
    wrapped = types[registry.type_id(codecs[-1])].type
    assert [(p.name, p.type_id) for p in wrapped.params] == [("T", None)]
    assert isinstance(wrapped.definition, CompositeDef)
    assert wrapped.definition.fields[0].name is None
    assert wrapped.definition.fields[0].type_name == "u32"


class Leaf(NamedTuple):
    value: int


class Branch(NamedTuple):
    children: tuple[Any, ...]


def tree(node: Codec[Any]) -> Codec[Any]:
    return enum(
        "test::Tree",
        variant(0, "Leaf", Leaf, fields(("0", U8))),
        variant(1, "Branch", Branch, fields(("0", vec(node)))),
    )


def test_a_type_may_contain_itself() -> None:
    node = forward("Tree")
    bound = tree(node)
    node.bind(bound)
    registry = Registry()
    number = registry.type_id(vec(node))
    types = registry.types()
    assert types[number].type.definition == SequenceDef(number + 1)
    described = types[number + 1].type.definition
    assert isinstance(described, VariantDef)
    # The children are the very sequence that was asked for.
    assert described.variants[1].fields[0].type_id == number
    assert registry.type_id(bound) == registry.type_id(node) == number + 1
    assert registry.type_id(node.named("Box<Tree>")) == number + 1


def test_a_name_given_before_binding_follows_the_binding() -> None:
    node = forward("Tree")
    boxed = node.named("Box<Tree>")
    node.bind(tree(node))
    registry = Registry()
    assert registry.type_id(boxed) == registry.type_id(node)


def test_an_unbound_part_is_an_error() -> None:
    with pytest.raises(ValueError, match="Later is described before it is bound"):
        Registry().type_id(vec(forward("Later")))


def test_stand_in_describes_what_another_type_stands_for() -> None:
    registry = Registry()
    short = pair("test::Short")
    registry.stand_in(short.info, pair("test::Long").info)
    assert registry.types() == ()
    number = registry.type_id(short)
    assert registry.types()[number].type.path == ("test", "Long")
    assert registry.type_id(pair("test::Long")) == number


def codecs() -> st.SearchStrategy[Codec[Any]]:
    plain: list[Codec[Any]] = [U8, U16, U32, BOOL, STR, BYTES, UNIT, fixed_bytes(3)]

    def grow(inner: st.SearchStrategy[Codec[Any]]) -> st.SearchStrategy[Codec[Any]]:
        return st.one_of(
            inner.map(vec),
            st.sampled_from([compact(U8), compact(U32)]),
            inner.map(lambda c: newtype("test::New", c)),
            st.tuples(inner, inner).map(lambda cs: tuple_of(*cs)),
            st.tuples(inner, inner).map(lambda cs: result(*cs)),
        )

    return st.recursive(st.sampled_from(plain), grow, max_leaves=8)


@given(st.lists(codecs(), max_size=6))
def test_numbers_are_dense_and_types_unique(wanted: list[Codec[Any]]) -> None:
    registry = Registry()
    ids = [registry.type_id(codec) for codec in wanted]
    types = registry.types()
    assert [entry.type_id for entry in types] == list(range(len(types)))
    assert all(type_id < len(types) for type_id in [*ids, *mentioned(types)])
    shapes = [(entry.type.definition.__class__, entry.type) for entry in types]
    assert len(dict.fromkeys(shapes)) == len(shapes)
    assert ids == [registry.type_id(codec) for codec in wanted]
    again = Registry()
    assert [again.type_id(codec) for codec in wanted] == ids
    assert again.types() == types


def test_tuples_and_units() -> None:
    registry = Registry()
    assert registry.info_id(tuple_of(U8, U8).info) == registry.type_id(tuple_of(U8, U8))
    assert registry.types()[0].type.definition == TupleDef((1, 1))


def test_descriptions_of_bound_codecs_are_not_deferred() -> None:
    node = forward("Tree")
    node.bind(tree(node))
    assert isinstance(node.info, Variants)
    assert not isinstance(node.info, Deferred)
