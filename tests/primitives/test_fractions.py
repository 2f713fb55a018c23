"""Per-things, fixed-point numbers, and names hashed at import."""

from fractions import Fraction

import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from parachain.primitives import fixed_point
from parachain.primitives.fixed_point import FIXED_U128, ONE
from parachain.primitives.per_things import (
    PERBILL,
    Perbill,
    Percent,
    Permill,
    Perquintill,
    PerThing,
    PerU16,
)
from parachain.primitives.scale import Composite
from parachain.primitives.twox import twox_64, twox_128, xxh64
from tests.primitives.scale.three_way import three_way

KINDS = st.sampled_from([Percent, PerU16, Permill, Perbill, Perquintill])
U128 = st.integers(0, (1 << 128) - 1)


@given(KINDS, st.data(), U128)
def test_fractions_of_values(kind: PerThing, data: st.DataObject, value: int) -> None:
    parts = data.draw(st.integers(0, kind.accuracy))
    exact = Fraction(value * parts, kind.accuracy)
    assert kind.mul_floor(parts, value) == exact // 1
    assert kind.mul_ceil(parts, value) == -(-exact // 1)
    assert abs(kind.mul(parts, value) - exact) <= Fraction(1, 2)
    assert kind.left_from_one(parts) + parts == kind.accuracy
    three_way(kind.codec, parts)


@given(KINDS, U128, U128)
def test_fractions_from_quotients(kind: PerThing, numerator: int, denominator: int) -> None:
    parts = kind.from_rational(numerator, denominator)
    if denominator == 0 or numerator > denominator:
        assert parts == kind.accuracy
    else:
        assert parts == Fraction(numerator * kind.accuracy, denominator) // 1


def test_halves_go_down() -> None:
    assert Percent.mul(50, 1) == 0
    assert Percent.mul(51, 1) == 1
    assert Perbill.from_percent(75) == 750_000_000
    assert Perbill.times(Perbill.from_percent(50), Perbill.from_percent(50)) == 250_000_000
    assert Percent.saturating_add(60, 60) == 100
    assert Percent.saturating_sub(40, 60) == 0


@given(U128, U128)
def test_fixed_point(a: int, b: int) -> None:
    most = fixed_point.MAX
    assert fixed_point.saturating_add(a, b) == min(a + b, most)
    assert fixed_point.saturating_sub(a, b) == max(a - b, 0)
    assert fixed_point.saturating_mul(a, b) == min(Fraction(a * b, ONE) // 1, most)
    assert fixed_point.saturating_mul_int(a, b) == min(Fraction(a * b, ONE) // 1, most)
    if b:
        assert fixed_point.saturating_from_rational(a, b) == min(Fraction(a * ONE, b) // 1, most)
    assert fixed_point.saturating_from_integer(a) == min(a * ONE, most)
    three_way(FIXED_U128, a)


def test_paths() -> None:
    for codec, path in (
        (PERBILL, "sp_arithmetic::per_things::Perbill"),
        (FIXED_U128, "sp_arithmetic::fixed_point::FixedU128"),
    ):
        assert isinstance(codec.info, Composite)
        assert codec.info.path == path


@given(st.binary(max_size=100), st.integers(0, (1 << 64) - 1))
def test_xxh64_against_the_library(data: bytes, seed: int) -> None:
    assert xxh64(data, seed) == xxhash.xxh64_intdigest(data, seed)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("System", "26aa394eea5630e07c48ae0c9558cef7"),
        ("Account", "b99d880ec681799c0cf30e8886371da9"),
        ("Timestamp", "f0c365c3cf59d671eb72da0e7a4113c4"),
    ],
)
def test_storage_prefixes_that_every_chain_has(name: str, expected: str) -> None:
    assert twox_128(name.encode()).hex() == expected
    assert twox_128(name.encode())[:8] == twox_64(name.encode())
