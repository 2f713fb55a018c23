"""Every builder, alone and nested: round trips, strictness, and the twins' agreement."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.primitives.scale import EncodeError
from tests.primitives.scale.three_way import three_way, twins_agree
from tests.primitives.scale.typed_values import LEAVES, Typed, types


@given(st.sampled_from(LEAVES), st.data())
def test_leaves_round_trip(typed: Typed, data: st.DataObject) -> None:
    three_way(typed.codec, data.draw(typed.values))


@settings(max_examples=300)
@given(types(), st.data())
def test_any_type_round_trips(typed: Typed, data: st.DataObject) -> None:
    three_way(typed.codec, data.draw(typed.values))


@settings(max_examples=300)
@given(types(), st.binary(max_size=80))
def test_any_type_refuses_noise_with_decode_error(typed: Typed, noise: bytes) -> None:
    twins_agree(typed.codec, noise)


@settings(max_examples=300)
@given(types(), st.data())
def test_any_type_survives_a_changed_byte(typed: Typed, data: st.DataObject) -> None:
    encoded = bytearray(typed.codec.encode(data.draw(typed.values)))
    if encoded:
        position = data.draw(st.integers(0, len(encoded) - 1))
        encoded[position] = data.draw(st.integers(0, 255))
    twins_agree(typed.codec, bytes(encoded))


JUNK: list[Any] = [None, -1, 1 << 300, 1.5, "\ud800", b"\x00" * 1000, (), (None,), {1: 2}, object()]


def never_another_exception(typed: Typed, junk: Any) -> None:
    """EncodeError, or an encoding that decodes."""
    for encode in (typed.codec.encode, typed.codec.readable.encode):
        try:
            encoded = encode(junk)
        except EncodeError:
            continue
        typed.codec.decode(encoded)


@pytest.mark.parametrize("typed", LEAVES, ids=repr)
def test_leaves_refuse_values_of_other_types(typed: Typed) -> None:
    for junk in JUNK:
        never_another_exception(typed, junk)


@given(types(), st.sampled_from(JUNK))
def test_any_type_refuses_values_of_other_types(typed: Typed, junk: Any) -> None:
    never_another_exception(typed, junk)
