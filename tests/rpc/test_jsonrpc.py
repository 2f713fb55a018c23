"""Messages to requests and errors: codes of jsonrpsee types/src/error.rs, JSON-RPC 2.0 §5.1."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.rpc import jsonrpc
from parachain.rpc.jsonrpc import Batch, Invalid, Notification, Request, RpcError, parse


def code_and_id(message: bytes, max_batch_items: int | None = None) -> tuple[int, object]:
    parsed = parse(message, max_batch_items)
    assert isinstance(parsed, Invalid), parsed
    return parsed.error.code, parsed.id


@pytest.mark.parametrize("identifier", ["1", "0", "-1", '"a"', "null", "18446744073709551615"])
def test_ids_are_integers_strings_and_null(identifier: str) -> None:
    message = f'{{"jsonrpc":"2.0","id":{identifier},"method":"m","params":[1]}}'.encode()
    assert parse(message) == Request(orjson.loads(identifier), "m", [1])


@pytest.mark.parametrize("identifier", ["1.5", "true", "[]", "{}", "18446744073709551616"])
def test_other_ids_are_invalid_and_answered_with_null(identifier: str) -> None:
    message = f'{{"jsonrpc":"2.0","id":{identifier},"method":"m"}}'.encode()
    assert code_and_id(message) == (jsonrpc.INVALID_REQUEST, None)


def test_a_call_without_id_is_a_notification() -> None:
    assert parse(b'{"jsonrpc":"2.0","method":"m"}') == Notification("m")


@pytest.mark.parametrize(
    "members",
    ['"id":3,"method":"m"', '"id":3,"jsonrpc":"1.0","method":"m"', '"id":3,"jsonrpc":"2.0"',
     '"id":3,"jsonrpc":"2.0","method":5'],
)  # fmt: skip
def test_a_call_must_name_version_and_method(members: str) -> None:
    assert code_and_id(b"{" + members.encode() + b"}") == (jsonrpc.INVALID_REQUEST, 3)


@pytest.mark.parametrize("value", [b"{}", b"1", b'"x"', b"null", b"true"])
def test_json_that_is_no_call_is_an_invalid_request(value: bytes) -> None:
    assert code_and_id(value) == (jsonrpc.INVALID_REQUEST, None)


@pytest.mark.parametrize(
    "text",
    [b"", b" ", b"{", b"[", b"nope", b'{"a":NaN}', b"\xff", b'"\xed\xa0\x80"', b'{"a":1}}',
     b"[" * 2000 + b"]" * 2000, b'{"jsonrpc":"2.0","id":1,"method":"m","params":' + b"[" * 100_000],
)  # fmt: skip
def test_what_is_not_json_is_a_parse_error(text: bytes) -> None:
    assert code_and_id(text) == (jsonrpc.PARSE_ERROR, None)


def test_of_duplicate_keys_the_last_counts() -> None:
    message = b'{"jsonrpc":"2.0","id":1,"id":2,"method":"a","method":"b"}'
    assert parse(message) == Request(2, "b", None)


def test_batches() -> None:
    call = b'{"jsonrpc":"2.0","id":1,"method":"m"}'
    parsed = parse(b"[" + call + b',5,{"jsonrpc":"2.0","method":"n"}]')
    assert isinstance(parsed, Batch)
    assert parsed.entries[0] == Request(1, "m", None)
    assert isinstance(parsed.entries[1], Invalid)
    assert parsed.entries[2] == Notification("n")
    assert code_and_id(b"[]") == (jsonrpc.INVALID_REQUEST, None)
    assert isinstance(parse(b"[" + call + b"," + call + b"]", 2), Batch)
    assert code_and_id(b"[1,2,3]", 2) == (jsonrpc.TOO_BIG_BATCH_REQUEST, None)
    assert code_and_id(b"[1]", 0) == (jsonrpc.BATCHES_NOT_SUPPORTED, None)


def test_answers_have_the_members_of_the_specification() -> None:
    assert jsonrpc.success(1, None, 99) == b'{"jsonrpc":"2.0","id":1,"result":null}'
    error = RpcError(-32000, "text", {"k": [1]})
    expected = (
        b'{"jsonrpc":"2.0","id":"a","error":{"code":-32000,"message":"text","data":{"k":[1]}}}'
    )
    assert jsonrpc.failure("a", error) == expected
    assert b"data" not in jsonrpc.failure("a", jsonrpc.method_not_found())
    notification = b'{"jsonrpc":"2.0","method":"m","params":{"subscription":"s","result":1}}'
    assert jsonrpc.notify("m", "s", 1) == notification
    assert str(error) == "text ({'k': [1]}) [-32000]"


def test_a_result_too_big_becomes_an_error() -> None:
    answer = orjson.loads(jsonrpc.success(5, "x" * 100, 100))
    assert answer == {
        "jsonrpc": "2.0",
        "id": 5,
        "error": {
            "code": -32008,
            "message": "Response is too big",
            "data": "Exceeded max limit of 100",
        },
    }


def test_raw_json_is_copied_into_the_answer() -> None:
    answer = jsonrpc.success(1, {"a": jsonrpc.RawJson(b'[1, "two"]')}, 999)
    assert answer == b'{"jsonrpc":"2.0","id":1,"result":{"a":[1, "two"]}}'


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(deadline=None)
@given(st.binary())
def test_no_bytes_raise(message: bytes) -> None:
    parse(message)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(["jsonrpc", "id", "method", "params", "x"]), JSON_VALUES)
    | st.lists(JSON_VALUES)
)
def test_no_json_raises_and_every_error_can_be_answered(value: object) -> None:
    try:
        message = orjson.dumps(value)
    except orjson.JSONEncodeError:  # an integer above u64 or a lone surrogate
        return
    parsed = parse(message)
    for entry in parsed.entries if isinstance(parsed, Batch) else [parsed]:
        if isinstance(entry, Invalid):
            jsonrpc.failure(entry.id, entry.error)
