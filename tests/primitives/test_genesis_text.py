"""BLAKE2b, SS58 and JSON in plain Python, against the C libraries and the json module."""

import hashlib
import json

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.primitives.blake2b import blake2b
from parachain.primitives.json_text import MAX_DEPTH, JsonError, parse_json
from parachain.primitives.ss58 import Ss58Error, decode_address, encode_address

ALICE = bytes.fromhex("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d")

PREFIXES = st.integers(0, 16_383).filter(lambda prefix: prefix not in (46, 47))

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**127), 2**127) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.binary(max_size=400), st.integers(1, 64))
def test_blake2b_is_that_of_hashlib(data: bytes, size: int) -> None:
    assert blake2b(data, size) == hashlib.blake2b(data, digest_size=size).digest()


def test_alice_has_her_known_addresses() -> None:
    # `subkey inspect //Alice`, networks 42 (generic) and 137 (Vara)
    assert encode_address(ALICE, 42) == "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
    assert encode_address(ALICE, 137) == "kGkLEU3e3XXkJp2WK4eNpVmSab5xUNL9QtmLPh8QfCL2EgotW"


@given(st.binary(min_size=32, max_size=32), PREFIXES)
def test_address_round_trip(account: bytes, prefix: int) -> None:
    text = encode_address(account, prefix)
    assert decode_address(text) == (account, prefix)
    assert base58.b58decode(text)[-34:-2] == account


@given(
    st.binary(min_size=32, max_size=32),
    PREFIXES,
    st.data(),
)
def test_a_changed_character_is_noticed(account: bytes, prefix: int, data: st.DataObject) -> None:
    text = encode_address(account, prefix)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("23456789ABCabc0OIl"))
    changed = text[:at] + other + text[at + 1 :]
    if changed == text:
        return
    try:
        decoded = decode_address(changed)
    except Ss58Error:
        return
    assert (decoded.account, decoded.prefix) != (account, prefix)  # 1 in 65 536 passes the sum


@pytest.mark.parametrize("text", ["", "1", "0x00", "5" * 60, "5GrwvaEF", "é" * 48])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Ss58Error):
        decode_address(text)


@given(JSON)
def test_json_reads_what_the_json_module_writes(value: object) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=False)) == value


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_json(text)
    except JsonError:
        return


@pytest.mark.parametrize(
    "text",
    ["1.5", "1e3", "01", "-", '{"a":1,"a":2}', "[1,]", "{1:2}", '"\\x"', "[" * 5000, "9" * 41],
)
def test_json_that_is_refused(text: str) -> None:
    with pytest.raises(JsonError):
        parse_json(text)


def test_nesting_is_bounded() -> None:
    assert parse_json("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None
    with pytest.raises(JsonError, match="deeper"):
        parse_json("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2))
