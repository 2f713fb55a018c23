"""The same values and bytes through py-scale-codec, an independent implementation.

It keeps state in its classes, so one configuration serves all tests here, with its own types.
It is laxer than this codec: only valid encodings are compared.
"""

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scalecodec.base import RuntimeConfigurationObject, ScaleBytes
from scalecodec.type_registry import load_type_registry_preset

from parachain.primitives.scale import (
    BOOL,
    BYTES,
    COMPACT_U32,
    COMPACT_U128,
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
    Codec,
    array,
    btree_map,
    option,
    tuple_of,
    vec,
)
from tests.primitives.scale.typed_values import signed, unsigned

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)

CASES: list[tuple[str, Codec[Any], st.SearchStrategy[Any]]] = [
    *[(c.rust_name, c, unsigned(8 * c.min_size)) for c in (U8, U16, U32, U64, U128, U256)],
    *[(c.rust_name, c, signed(8 * c.min_size)) for c in (I8, I16, I32, I64, I128)],
    ("Compact<u32>", COMPACT_U32, unsigned(32)),
    ("Compact<u128>", COMPACT_U128, unsigned(128)),
    ("bool", BOOL, st.booleans()),
    ("HexBytes", BYTES, st.binary(max_size=80)),
    ("String", STR, TEXT),
    ("Option<u32>", option(U32), st.none() | unsigned(32)),
    ("Vec<u64>", vec(U64), st.lists(unsigned(64), max_size=70).map(tuple)),
    ("Vec<Option<u8>>", vec(option(U8)), st.lists(st.none() | unsigned(8), max_size=9).map(tuple)),
    ("[u32; 3]", array(U32, 3), st.tuples(*[unsigned(32)] * 3)),
    (
        "(u8, bool, u128)",
        tuple_of(U8, BOOL, U128),
        st.tuples(unsigned(8), st.booleans(), unsigned(128)),
    ),
    ("BTreeMap<u32, u128>", btree_map(U32, U128), st.dictionaries(unsigned(32), unsigned(128))),
]


@cache
def configuration() -> RuntimeConfigurationObject:
    made = RuntimeConfigurationObject()
    made.update_type_registry(load_type_registry_preset("legacy"))
    return made


def plain(value: Any) -> Any:
    """A value of ours in the notation of py-scale-codec."""
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, dict):
        return sorted(value.items())
    return value


def sequence(name: str, value: Any) -> Any:
    """py-scale-codec wants lists for sequences and tuples for tuples."""
    return list(value) if isinstance(value, tuple) and not name.startswith("(") else value


def listed(value: Any) -> Any:
    """Tuples and lists alike."""
    if isinstance(value, (tuple, list)):
        return [listed(item) for item in value]
    return value


@pytest.mark.parametrize(("name", "codec", "values"), CASES, ids=[case[0] for case in CASES])
def test_same_bytes_and_values(
    name: str, codec: Codec[Any], values: st.SearchStrategy[Any]
) -> None:
    @given(values)
    def same(value: Any) -> None:
        encoded = codec.encode(value)
        theirs = configuration().create_scale_object(name, ScaleBytes(encoded))
        assert listed(theirs.decode()) == listed(plain(value))
        written = configuration().create_scale_object(name)
        assert bytes(written.encode(sequence(name, plain(value))).data) == encoded

    same()
