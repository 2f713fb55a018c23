"""Numbers in LEB128: strict, and written in the shortest form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.runtime.gear.wasm.errors import ValidationError
from parachain.runtime.gear.wasm.leb128 import read_i32, read_i64, read_u32, signed, unsigned


@given(st.integers(0, 2**32 - 1))
def test_unsigned_numbers_come_back(value: int) -> None:
    encoded = unsigned(value)
    assert read_u32(encoded + b"\xff", 0) == (value, len(encoded))


@given(st.integers(-(2**31), 2**31 - 1))
def test_signed_numbers_come_back(value: int) -> None:
    assert read_i32(signed(value), 0) == (value, len(signed(value)))
    assert read_i64(signed(value), 0) == (value, len(signed(value)))


@given(st.integers(-(2**63), 2**63 - 1))
def test_long_signed_numbers_come_back(value: int) -> None:
    assert read_i64(signed(value), 0) == (value, len(signed(value)))


@pytest.mark.parametrize(
    ("encoded", "value"),
    [("00", 0), ("8000", 0), ("8080808000", 0), ("ffffffff0f", 2**32 - 1), ("e58e26", 624_485)],
)
def test_longer_forms_are_read(encoded: str, value: int) -> None:
    assert read_u32(bytes.fromhex(encoded), 0) == (value, len(encoded) // 2)


@pytest.mark.parametrize(
    ("encoded", "value"),
    [
        ("7f", -1),
        ("ffffffff7f", -1),
        ("ffffffff07", 2**31 - 1),
        ("8080808078", -(2**31)),
        ("c0bb78", -123_456),
    ],
)
def test_longer_signed_forms_are_read(encoded: str, value: int) -> None:
    assert read_i32(bytes.fromhex(encoded), 0) == (value, len(encoded) // 2)


@pytest.mark.parametrize("encoded", ["ffffffff1f", "808080808000", "8080808080", "ffffffffff0f"])
def test_numbers_over_u32_are_refused(encoded: str) -> None:
    with pytest.raises(ValidationError, match="u32"):
        read_u32(bytes.fromhex(encoded), 0)


@pytest.mark.parametrize("encoded", ["ffffffff0f", "8080808008", "ffffffff4f", "ffffffffff7f"])
def test_numbers_over_i32_are_refused(encoded: str) -> None:
    with pytest.raises(ValidationError, match="i32"):
        read_i32(bytes.fromhex(encoded), 0)


@pytest.mark.parametrize("last", ["01", "7e", "40", "80", "ff"])
def test_numbers_over_i64_are_refused(last: str) -> None:
    with pytest.raises(ValidationError, match="i64"):
        read_i64(bytes.fromhex("ff" * 9 + last + "00"), 0)
