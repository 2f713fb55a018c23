"""Gear's values in JSON: values as arguments, texts as Rust quotes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.rpc.gear_json import VALUE, quoted
from parachain.rpc.parsers import ParamError

U128 = st.integers(0, 2**128 - 1)


@given(U128)
def test_values_in_their_forms(value: int) -> None:
    digits = f"{value:x}"
    assert VALUE.parse("0x" + digits.zfill(len(digits) + len(digits) % 2)) == value
    assert VALUE.parse("0x" + f"{value:032X}") == value
    assert VALUE.parse(str(value)) == value
    if value < 2**64:  # what a JSON number holds
        assert VALUE.parse(value) == value


@pytest.mark.parametrize(
    ("value", "number"), [("0x", 0), ("0x00", 0), ("+5", 5), ("007", 7), (0, 0)]
)
def test_values_that_rust_reads_too(value: object, number: int) -> None:
    assert VALUE.parse(value) == number


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 1.0, -1, "", " 5", "5 ", "-5", "1_000", "\u0661", "5" * 2000, str(2**128)),
        *("0x1", "0xgg", "0x" + "00" * 17, "0X05", [], {}),
    ],
)
def test_values_that_are_none(value: object) -> None:
    with pytest.raises(ParamError):
        VALUE.parse(value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Program not found", '"Program not found"'),
        ('a "b" \\ it\'s', '"a \\"b\\" \\\\ it\'s"'),
        ("\n\r\t\0", '"\\n\\r\\t\\0"'),
        ("\x1b[0m\x7f\u200b", '"\\u{1b}[0m\\u{7f}\\u{200b}"'),
        ("größe 😀", '"größe 😀"'),
    ],
)
def test_texts_are_quoted_as_by_rust(text: str, shown: str) -> None:
    assert quoted(text) == shown
