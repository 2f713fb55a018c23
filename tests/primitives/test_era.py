"""Eras: encoding, birth and death. Numbers of the named cases are those of sp_runtime's tests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.primitives.era import ERA, IMMORTAL, MAX_PERIOD, NEVER, Era, mortal
from parachain.primitives.scale import DecodeError, Variants
from tests.primitives.scale.three_way import refuses_value, three_way, twins_agree


@given(st.integers(0, 200_000), st.integers(0, (1 << 32) - 1))
def test_mortal_eras_round_trip_and_contain_their_block(period: int, current: int) -> None:
    era = mortal(period, current)
    assert three_way(ERA, era)[0] != 0
    assert era.period >= min(period, MAX_PERIOD)
    assert era.birth(current) <= current < era.death(current)
    assert era.death(current) - era.birth(current) == era.period
    assert era.birth(current) >= current - max(era.period >> 12, 1) + 1


@given(st.binary(max_size=3))
def test_any_bytes(data: bytes) -> None:
    twins_agree(ERA, data)


def test_immortal() -> None:
    assert three_way(ERA, IMMORTAL) == b"\x00"
    assert IMMORTAL.is_immortal
    assert (IMMORTAL.birth(5), IMMORTAL.death(5)) == (0, NEVER)


@pytest.mark.parametrize(
    ("period", "current", "era", "encoded"),
    [
        (64, 42, Era(64, 42), "a502"),
        (32768, 20000, Era(32768, 20000), bytes([14 + 2500 % 16 * 16, 2500 // 16]).hex()),
        (200, 513, Era(256, 1), "1700"),
        (2, 1, Era(4, 1), "1100"),
        (4, 5, Era(4, 1), "1100"),
        (1_000_000, 1_000_001, Era(65536, 1_000_001 % 65536 // 4 * 4), None),
    ],
)
def test_known_eras(period: int, current: int, era: Era, encoded: str | None) -> None:
    assert mortal(period, current) == era
    if encoded is not None:
        assert three_way(ERA, era).hex() == encoded


def test_birth_before_the_phase_is_the_phase() -> None:
    assert mortal(4, 3).birth(1) == 3
    assert [mortal(4, 6).birth(block) for block in (5, 6, 9, 10)] == [2, 6, 6, 10]


@pytest.mark.parametrize(
    ("data", "message"),
    [("", "needs a byte"), ("15", "two bytes"), ("1000", "period of 2"), ("5100", "phase 5 of")],
)
def test_refused(data: str, message: str) -> None:
    with pytest.raises(DecodeError, match=message):
        ERA.decode(bytes.fromhex(data))


@pytest.mark.parametrize("era", [Era(3, 0), Era(2, 0), Era(1 << 17, 0), Era(4, 4), Era(8192, 1)])
def test_values_that_have_no_encoding(era: Era) -> None:
    refuses_value(ERA, era)


def test_metadata_lists_every_first_byte() -> None:
    info = ERA.info
    assert isinstance(info, Variants)
    assert [variant.index for variant in info.variants] == list(range(256))
    assert info.variants[5].name == "Mortal5"
