"""Parsers and parameter lists: what is read, and what a caller is told who got it wrong."""

from contextlib import suppress
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.rpc.connection import Connection, Transport
from parachain.rpc.jsonrpc import INVALID_PARAMS, RpcError
from parachain.rpc.params import CONNECTION, Params, object_of, param, params, snake_case
from parachain.rpc.parsers import (
    BLOCK_NUMBER,
    BOOL,
    HASH,
    HEX,
    JSON,
    STRING,
    U32,
    U64,
    ParamError,
    Parser,
    choice,
    hex_bytes,
    list_of,
    list_or_one,
    optional,
)

CALLER = Connection(1, Transport.HTTP, allows_unsafe=False)
EVERY_PARSER: list[Parser[Any]] = [
    BLOCK_NUMBER, BOOL, HASH, HEX, JSON, STRING, U32, U64, choice("a", "b"), list_of(HEX, 3),
    list_or_one(BLOCK_NUMBER), optional(HASH), object_of(params(param("k", HEX))),
]  # fmt: skip


def complaint(declared: Params[*tuple[Any, ...]], value: object) -> object:
    with pytest.raises(RpcError) as caught:
        declared.parse(value, CALLER)
    assert (caught.value.code, caught.value.message) == (INVALID_PARAMS, "Invalid params")
    return caught.value.data


@pytest.mark.parametrize(
    ("parser", "value", "result"),
    [
        (HEX, "0x", b""), (HEX, "0x00fF", b"\0\xff"), (HASH, "0x" + "ab" * 32, b"\xab" * 32),
        (BLOCK_NUMBER, 5, 5), (BLOCK_NUMBER, "0xff", 255), (BLOCK_NUMBER, "0x0000000000ff", 255),
        (U32, 2**32 - 1, 2**32 - 1), (U64, 2**64 - 1, 2**64 - 1), (BOOL, False, False),
        (optional(U32), None, None), (list_of(U32), [1, 2], [1, 2]), (STRING, "", ""),
        (list_or_one(U32), 1, 1), (list_or_one(U32), [1], [1]), (choice("a", "b"), "b", "b"),
        (HEX.map(len), "0x0000", 2), (JSON, {"a": [None]}, {"a": [None]}),
    ],
)  # fmt: skip
def test_values_read(parser: Parser[object], value: object, result: object) -> None:
    assert parser.parse(value) == result


@pytest.mark.parametrize(
    ("parser", "value", "reason"),
    [
        (HEX, "00", 'expected a 0x-prefixed hex string, found string "00"'),
        (HEX, "0x0", 'expected a 0x-prefixed hex string, found string "0x0"'),
        (HEX, "0xzz", 'expected a 0x-prefixed hex string, found string "0xzz"'),
        (HEX, "0x 0 ", 'expected a 0x-prefixed hex string, found string "0x 0 "'),
        (HEX, "0xé0", 'expected a 0x-prefixed hex string, found string "0xé0"'),
        (HEX, 5, "expected a 0x-prefixed hex string, found number 5"),
        (hex_bytes(2), "0x000000", "expected at most 2 bytes of hex, found 3"),
        (HASH, "0x00", 'expected 0x and 64 hex digits, found string "0x00"'),
        (HASH, "0x" + "zz" * 32,
         'expected 0x and 64 hex digits, found string "0x' + "z" * 38 + '…"'),
        (U32, 2**32, "expected an unsigned integer of 32 bits, found number 4294967296"),
        (U32, -1, "expected an unsigned integer of 32 bits, found number -1"),
        (U32, True, "expected an unsigned integer of 32 bits, found true"),
        (U32, 1.0, "expected an unsigned integer of 32 bits, found number 1.0"),
        (BLOCK_NUMBER, "0x100000000",
         'expected a number of 32 bits or its 0x-prefixed hex, found string "0x100000000"'),
        (BLOCK_NUMBER, "12",
         'expected a number of 32 bits or its 0x-prefixed hex, found string "12"'),
        (BOOL, None, "expected true or false, found null"),
        (STRING, [], "expected a string, found an array"),
        (list_of(U32), {}, "expected an array, found an object"),
        (list_of(U32, 1), [1, 2], "expected at most 1 items, found 2"),
        (choice("a", "b"), "c", 'expected one of "a", "b", found string "c"'),
    ],
)  # fmt: skip
def test_values_refused(parser: Parser[object], value: object, reason: str) -> None:
    with pytest.raises(ParamError) as caught:
        parser.parse(value)
    assert caught.value.reason == reason


KEYS = params(param("keys", list_of(HEX)), param("startKey", optional(U32)))


def test_parameters_by_position_or_by_name() -> None:
    assert KEYS.parse([["0x01"]], CALLER) == ([b"\x01"], None)
    assert KEYS.parse([["0x01"], None], CALLER) == ([b"\x01"], None)
    assert KEYS.parse([["0x01"], 5, "surplus"], CALLER) == ([b"\x01"], 5)
    assert KEYS.parse({"keys": [], "startKey": 5, "more": 1}, CALLER) == ([], 5)
    assert KEYS.parse({"keys": [], "start_key": 5}, CALLER) == ([], 5)
    assert params().parse(None, CALLER) == ()
    assert params().parse({}, CALLER) == ()


def test_the_complaint_says_which_parameter_where_and_why() -> None:
    assert complaint(KEYS, [["0x", None]]) == (
        "keys[1]: expected a 0x-prefixed hex string, found null"
    )
    assert complaint(KEYS, []) == "keys: no more params"
    assert complaint(KEYS, None) == "keys: no more params"
    assert complaint(KEYS, {"startKey": 1}) == "keys: no more params"
    assert complaint(KEYS, "keys") == 'expected an array or an object, found string "keys"'


def test_the_connection_is_handed_in_not_read() -> None:
    declared = params(CONNECTION, param("value", U32))
    assert declared.parse([5], CALLER) == (CALLER, 5)
    assert declared.parse({"value": 5, "": 1}, CALLER) == (CALLER, 5)
    with pytest.raises(ValueError, match="first"):
        params(param("value", U32), CONNECTION)


class Item(NamedTuple):
    key: bytes
    kind: str


def test_objects_become_records() -> None:
    members = params(param("key", HEX), param("type", choice("value", "hash")))
    items = params(param("items", list_of(object_of(members).map(lambda found: Item(*found)))))
    good = {"key": "0x01", "type": "hash"}
    assert items.parse([[good]], CALLER) == ([Item(b"\x01", "hash")],)
    assert complaint(items, [[good, {"key": "0x01", "type": "size"}]]) == (
        'items[1].type: expected one of "value", "hash", found string "size"'
    )
    assert complaint(items, [[{"type": "hash"}]]) == "items[0].key: no more params"
    assert complaint(items, [[7]]) == "items[0]: expected an object, found number 7"


def test_snake_case() -> None:
    assert snake_case("startKey") == "start_key"
    assert snake_case("at") == "at"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("0xff"),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("k"), inner),
)


@settings(deadline=None)
@given(st.sampled_from(EVERY_PARSER), JSON_VALUES)
def test_a_parser_raises_nothing_but_param_error(parser: Parser[object], value: object) -> None:
    with suppress(ParamError):
        parser.parse(value)


@settings(deadline=None)
@given(st.binary(max_size=50))
def test_hex_round_trip(data: bytes) -> None:
    assert HEX.parse("0x" + data.hex()) == data
