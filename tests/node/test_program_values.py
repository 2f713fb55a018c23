"""Payloads, amounts and ids of `program`, as they are written and as they are shown."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.node.program import values
from parachain.primitives.ss58 import encode_address

ID = bytes(range(32))


def test_a_payload_is_text_hex_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "payload"
    file.write_bytes(b"\x00\xff")
    assert values.payload("PING") == b"PING"
    assert values.payload("0x00ff") == b"\x00\xff"
    assert values.payload("0x") == b""
    assert values.payload(f"@{file}") == b"\x00\xff"


@pytest.mark.parametrize(
    ("text", "plancks"),
    [
        ("0", 0),
        ("17", 17),
        (" 017 ", 17),
        ("2TVARA", 2_000_000_000_000),
        ("1.5TVARA", 1_500_000_000_000),
        ("1.5 tvara", 1_500_000_000_000),
        ("0.000000000001TVARA", 1),
    ],
)
def test_an_amount_is_in_plancks_or_tokens(text: str, plancks: int) -> None:
    assert values.amount(text) == plancks


@pytest.mark.parametrize(
    ("read", "text", "says"),
    [
        (values.payload, "0x0", "is not hexadecimal after 0x"),
        (values.payload, "@/nowhere/at all", "No such file or directory"),
        (values.identifier, "0x00", "an id has 64 hex digits after 0x"),
        (values.identifier, "Alice", "is not an id"),
        (values.amount, "-1", "is not an amount"),
        (values.amount, "0.5", "is not an amount"),
        (values.amount, "0.0000000000001TVARA", "is not an amount"),
        (values.amount, "1" * 5000, "is not an amount"),
        (values.amount, "1 TVARA TVARA", "is not an amount"),
        (values.amount, "\N{ARABIC-INDIC DIGIT ONE}", "is not an amount"),
        (values.amount, str(2**128), "is not an amount"),
        (values.amount, "NaN", "is not an amount"),
        (values.amount, "Infinity", "is not an amount"),
        (values.amount, "1e3", "is not an amount"),
        (values.amount, "TVARA", "is not an amount"),
        (values.gas, "1.5", "is not an amount of gas"),
        (values.gas, str(1 << 64), "is not an amount of gas"),
    ],
)
def test_what_is_refused(read: Callable[[str], Any], text: str, says: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=says):
        read(text)


def test_an_id_is_hex_or_an_address() -> None:
    assert values.identifier("0x" + ID.hex()) == ID
    assert values.identifier(encode_address(ID, 137)) == ID
    assert values.identifier(encode_address(ID, 42)) == ID


def test_gas_may_be_left_to_the_node() -> None:
    assert values.gas("auto") is None
    assert values.gas("1_000") == 1000


@given(st.integers(0, 2**128 - 1))
def test_a_shown_amount_reads_back(plancks: int) -> None:
    assert values.amount(values.shown_amount(plancks)) == plancks


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        (b"", "empty"),
        (b"PONG", '"PONG" 0x504f4e47'),
        (b"\x01\x02", "0x0102"),
        (b"a\nb", "0x610a62"),
        (b"\x1b[2J", "0x1b5b324a"),
        (b"\xff\xfe", "0xfffe"),
        (b"a" * 1001, "0x" + "61" * 1000 + " ... (1001 bytes)"),
    ],
)
def test_a_shown_payload_is_safe_for_a_terminal(payload: bytes, shown: str) -> None:
    assert values.shown_payload(payload) == shown
