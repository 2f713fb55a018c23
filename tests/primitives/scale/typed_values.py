"""Hypothesis strategies for types: a codec together with a strategy for its values."""

from collections import namedtuple
from collections.abc import Callable
from enum import IntEnum
from typing import Any

from hypothesis import strategies as st

from parachain.primitives.scale import (
    BOOL,
    BYTES,
    COMPACT_U8,
    COMPACT_U16,
    COMPACT_U32,
    COMPACT_U64,
    COMPACT_U128,
    H160,
    H256,
    H512,
    I8,
    I16,
    I32,
    I64,
    I128,
    STR,
    U8,
    U16,
    U32,
    U64,
    U128,
    U256,
    UNIT,
    Codec,
    Err,
    Ok,
    array,
    bit_vec,
    bounded_btree_map,
    bounded_btree_set,
    bounded_bytes,
    bounded_vec,
    btree_map,
    btree_set,
    c_enum,
    enum,
    fields,
    fixed_bytes,
    newtype,
    opaque,
    option,
    result,
    struct,
    tuple_of,
    variant,
    vec,
    weak_bounded_vec,
)
from parachain.primitives.scale.choices import is_option


class Typed:
    """A codec and a strategy for the values it encodes."""

    def __init__(self, codec: Codec[Any], values: st.SearchStrategy[Any]) -> None:
        self.codec = codec
        self.values = values

    def __repr__(self) -> str:
        return repr(self.codec)


class Colour(IntEnum):
    """An enum with a gap."""

    RED = 0
    DEEP_BLUE = 3
    WHITE = 255


def unsigned(bits: int) -> st.SearchStrategy[int]:
    """Every width of u`bits`, not only large numbers."""
    return st.integers(0, bits).flatmap(lambda width: st.integers(0, (1 << width) - 1))


def signed(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(1 << (bits - 1)), (1 << (bits - 1)) - 1)


LEAVES = [
    *[Typed(c, unsigned(8 * c.min_size)) for c in (U8, U16, U32, U64, U128, U256)],
    *[Typed(c, signed(8 * c.min_size)) for c in (I8, I16, I32, I64, I128)],
    Typed(COMPACT_U8, unsigned(8)),
    Typed(COMPACT_U16, unsigned(16)),
    Typed(COMPACT_U32, unsigned(32)),
    Typed(COMPACT_U64, unsigned(64)),
    Typed(COMPACT_U128, unsigned(128)),
    Typed(BOOL, st.booleans()),
    Typed(UNIT, st.just(())),
    Typed(STR, st.text(max_size=70)),
    Typed(BYTES, st.binary(max_size=70)),
    Typed(bounded_bytes(3), st.binary(max_size=3)),
    Typed(bit_vec(), st.lists(st.booleans(), max_size=20).map(tuple)),
    *[Typed(fixed_bytes(n), st.binary(min_size=n, max_size=n)) for n in (0, 1, 4)],
    *[Typed(c, st.binary(min_size=c.min_size, max_size=c.min_size)) for c in (H160, H256, H512)],
    Typed(c_enum("colours::Colour", Colour), st.sampled_from(Colour)),
]


def _tuples(items: st.SearchStrategy[Any], most: int = 5) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=most).map(tuple)


def _sorted_keys(of: Typed, most: int = 4) -> st.SearchStrategy[tuple[Any, ...]]:
    def canonical(keys: list[Any]) -> tuple[Any, ...]:
        unique = {of.codec.encode(key): key for key in keys}
        return tuple(sorted(unique.values(), key=of.codec.order))

    return st.lists(of.values, max_size=most).map(canonical)


def _dicts(key: Typed, value: Typed) -> st.SearchStrategy[dict[Any, Any]]:
    return _sorted_keys(key).flatmap(
        lambda keys: st.tuples(*[value.values] * len(keys)).map(
            lambda values: dict(zip(keys, values, strict=True))
        )
    )


def _class(size: int) -> Any:
    return namedtuple("Made", [f"f{i}" for i in range(size)])  # noqa: PYI024  # made here


def _named(parts: list[Typed]) -> Any:
    return fields(*[(f"f{index}", part.codec) for index, part in enumerate(parts)])


def _structs(parts: list[Typed]) -> Typed:
    made = _class(len(parts))
    values = st.builds(made, *[part.values for part in parts])
    return Typed(struct("tests::Made", made, _named(parts)), values)


def _enums(cases: list[list[Typed]]) -> Typed:
    variants, values = [], []
    for index, parts in enumerate(cases):
        made = _class(len(parts))
        variants.append(variant(7 * index, f"V{index}", made, _named(parts)))
        values.append(st.builds(made, *[part.values for part in parts]))
    return Typed(enum("tests::Enum", *variants), st.one_of(values))


def _pairs(key: Typed, value: Typed, limit: int | None) -> Typed:
    codec = (
        btree_map(key.codec, value.codec)
        if limit is None
        else bounded_btree_map(key.codec, value.codec, limit)
    )
    return Typed(codec, _dicts(key, value))


KEY = Typed(COMPACT_U32, unsigned(32))

#: Builders of one inner type.
WRAPPERS: list[Callable[[Typed], Typed]] = [
    lambda t: Typed(vec(t.codec), _tuples(t.values)),
    lambda t: Typed(bounded_vec(t.codec, 2), _tuples(t.values, 2)),
    lambda t: Typed(weak_bounded_vec(t.codec, 2), _tuples(t.values)),
    lambda t: Typed(array(t.codec, 2), st.tuples(t.values, t.values)),
    lambda t: t if is_option(t.codec) else Typed(option(t.codec), st.none() | t.values),
    lambda t: Typed(opaque(t.codec), t.values),
    lambda t: Typed(newtype("tests::New", t.codec), t.values),
    lambda t: _pairs(t, t, None) if _is_key(t) else t,
    lambda t: _pairs(KEY, t, 4),
    lambda t: Typed(btree_set(t.codec), _sorted_keys(t)) if _is_key(t) else t,
    lambda t: Typed(bounded_btree_set(t.codec, 4), _sorted_keys(t)) if _is_key(t) else t,
]


def _is_key(of: Typed) -> bool:
    """Maps are refused as keys."""
    try:
        btree_set(of.codec)
    except ValueError:
        return False
    return True


def _results(ok: Typed, err: Typed) -> Typed:
    return Typed(result(ok.codec, err.codec), ok.values.map(Ok) | err.values.map(Err))


def _tuple_of(parts: list[Typed]) -> Typed:
    values = st.tuples(*[part.values for part in parts])
    return Typed(tuple_of(*[part.codec for part in parts]), values)


@st.composite
def types(draw: st.DrawFn, depth: int = 3) -> Typed:
    """Any type made of the builders, nested up to `depth` levels."""
    kind = draw(st.integers(0, 9)) if depth else 9
    inner = types(depth - 1)
    if kind == 0:
        return _results(draw(inner), draw(inner))
    if kind == 1:
        return _tuple_of(draw(st.lists(inner, max_size=4)))
    if kind == 2:
        return _structs(draw(st.lists(inner, max_size=5)))
    if kind == 3:
        return _enums(draw(st.lists(st.lists(inner, max_size=2), min_size=1, max_size=8)))
    if kind <= 7:
        return draw(st.sampled_from(WRAPPERS))(draw(inner))
    return draw(st.sampled_from(LEAVES))
