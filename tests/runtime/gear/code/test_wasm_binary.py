"""Reading and writing binaries: structure, canonical form, names."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.runtime.gear.wasm.errors import CodeError, ValidationError
from parachain.runtime.gear.wasm.instructions import read_body
from parachain.runtime.gear.wasm.names import read_names, shift_functions
from parachain.runtime.gear.wasm.parser import parse
from tests.runtime.gear.code.random_modules import random_module, section, sized
from tests.runtime.gear.code.text_format import binary, wasm

HEADER = b"\0asm\1\0\0\0"
TYPE = section(1, [b"\x60\0\0"])
FUNCTION = section(3, [b"\0"])
BODY = section(10, [b"\2\0\x0b"])


@pytest.mark.parametrize(
    "code",
    [
        b"",
        b"\0asm",
        b"\0asm\2\0\0\0",
        b"\0asm\x0d\0\1\0",  # a component
        HEADER + b"\x80\0",
        HEADER + b"\x0e\0",
        HEADER + section(13, []),  # tags
        HEADER + b"\1",
        HEADER + b"\1\5\0",
        HEADER + b"\1\2\0\0",
        HEADER + TYPE + TYPE,
        HEADER + FUNCTION + TYPE + BODY,
        HEADER + TYPE + FUNCTION,
        HEADER + TYPE + BODY,
        HEADER + TYPE + FUNCTION + section(10, [b"\2\0\x0b"] * 2),
        HEADER + b"\0\0",  # a custom section without a name
        HEADER + b"\0\2\1\xff",
        HEADER + section(1, [b"\x5f\0"]),
        HEADER + section(1, [b"\x60\1\x70\0"]),
        HEADER + section(1, [b"\x4e\0"]),
        HEADER + section(1, [b"\x60\xe9\7" + b"\x7f" * 1001 + b"\0"]),
        HEADER + section(5, [b"\2\1\1"]),
        HEADER + section(5, [b"\4\1"]),
        HEADER + section(5, [b"\1\2\1"]),
        HEADER + section(5, [b"\0\1"] * 2),
        HEADER + section(4, [b"\x6f\0\1"]),
        HEADER + section(6, [b"\x7f\2\x41\0\x0b"]),
        HEADER + section(6, [b"\x7f\0\x41\0\x41\0\x0b"]),
        HEADER + section(6, [b"\x7f\0\x0b"]),
        HEADER + section(7, [b"\1a\4\0"]),
        HEADER + b"\x0c\1\1",  # data count without data
        HEADER + TYPE + FUNCTION + section(10, [b"\3\0\x0b"]),
        HEADER + TYPE + FUNCTION + section(10, [b"\3\0\x41\x8b"]),
    ],
)
def test_malformed(code: bytes) -> None:
    with pytest.raises(ValidationError):
        parse(code)


def test_counts_beyond_the_input_take_no_memory() -> None:
    for kind in (1, 2, 3, 6, 7, 9, 10, 11):
        with pytest.raises(ValidationError):
            parse(HEADER + bytes((kind,)) + sized(b"\xff\xff\x3f"))


@pytest.mark.parametrize(
    ("given_form", "written"),
    [
        # numbers in longer forms than needed
        (b"\1\x84\x80\0\1\x60\0\0", TYPE),
        (b"\1\5\x81\0\x60\0\0", TYPE),
        # a final sub type, a nullable reference to functions
        (section(1, [b"\x4f\0\x60\0\0"]), TYPE),
        (section(4, [b"\x63\x70\0\1"]), section(4, [b"\x70\0\1"])),
        # empty sections stay, but for those of one entry
        (section(1, []), section(1, [])),
        (section(4, []) + section(5, []), b""),
        # a data count makes a data section, and is dropped
        (b"\x0c\1\0", section(11, [])),
        # memory 0 by its number
        (
            section(5, [b"\0\1"]) + section(11, [b"\2\0\x41\0\x0b\1a"]),
            section(5, [b"\0\1"]) + section(11, [b"\0\x41\0\x0b\1a"]),
        ),
        # custom sections go, the last of two name sections stays
        (b"\0\3\1xy" + b"\0\5\4name" + TYPE, TYPE + b"\0\5\4name"),
        (b"\0\5\4name\0\x09\4name\0\2\1m", b"\0\x09\4name\0\2\1m"),
    ],
)
def test_canonical_form(given_form: bytes, written: bytes) -> None:
    assert binary(parse(HEADER + given_form)) == HEADER + written


@pytest.mark.parametrize(
    ("code", "canonical"),
    [
        ("41808000 1a 0b", "4100 1a 0b"),
        ("41ff7f 1a 0b", "417f 1a 0b"),
        ("42808080808080808080001a0b", "42001a0b"),
        ("4100 28828000 8400 1a 0b", "4100 280204 1a 0b"),
        ("2081808080000b", "20010b"),
        ("0e8200 00 8100 8200 0b", "0e02 00 01 02 0b"),
        ("118000 00 0b", "1100000b"),
        ("0240 0c8000 0b 0b", "0240 0c00 0b 0b"),
    ],
)
def test_canonical_instructions(code: str, canonical: str) -> None:
    assert read_body(bytes.fromhex(code), 0).code == bytes.fromhex(canonical)


def test_names_are_made_canonical_and_functions_move() -> None:
    # the module's name; functions 0 and 5; locals of function 1; something unknown
    content = (
        b"\0\3\x82\0m" + b"\1\x0a\2\x80\0\1a\5\2bc" + b"\2\7\1\1\1\0\2xy" + b"\x3f\3\xff\xff\xff"
    )
    with pytest.raises(ValidationError):
        read_names(content)  # the module's name is cut off
    content = content.replace(b"\0\3\x82\0m", b"\0\3\x81\0m")
    names = read_names(content.replace(b"\1\x0a", b"\1\x09"))
    assert [entry.content for entry in names] == [
        b"\1m",
        b"\2\0\1a\5\2bc",
        b"\1\1\1\0\2xy",
        b"\xff\xff\xff",
    ]
    assert [entry.content for entry in shift_functions(names, 1)] == [
        b"\1m",
        b"\2\0\1a\6\2bc",
        b"\1\1\1\0\2xy",
        b"\xff\xff\xff",
    ]


def test_names_of_imports_have_a_limit_and_those_of_functions_have_none() -> None:
    long = sized(b"a" * 100_001)
    with pytest.raises(ValidationError):
        parse(HEADER + section(7, [long + b"\0\0"]))
    parse(HEADER + b"\0" + sized(b"\4name\1" + sized(b"\1\0" + long)))


@given(st.integers(0, 2**32))
def test_written_modules_are_read_again(seed: int) -> None:
    code = random_module(random.Random(seed))
    once = binary(parse(code))
    assert binary(parse(once)) == once


@settings(max_examples=200)
@given(st.integers(0, 2**32), st.data())
def test_cut_off_or_damaged_modules_raise_nothing_but_code_errors(
    seed: int, data: st.DataObject
) -> None:
    code = random_module(random.Random(seed), mistakes=0.02)
    damaged = bytearray(code)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(8, len(code) - 1))] = data.draw(st.integers(0, 255))
    del damaged[data.draw(st.integers(9, 2 * len(code))) :]
    try:
        parse(bytes(damaged))
    except CodeError:
        return


def test_text_and_binary_agree() -> None:
    text = """(module $m (type (func (param i32) (result i64)))
        (import "env" "f" (func (type 0))) (import "env" "g" (global i64))
        (import "env" "t" (table 1 2 funcref)) (import "env" "memory" (memory 1 3))
        (func $f (type 0) (local i32 i64 i64) i64.const -9223372036854775808)
        (global (mut i32) (i32.const -1)) (export "f" (func $f)) (start $s) (func $s)
        (elem (i32.const 0) $f $s) (data (i32.const 8) "abc"))"""
    code = wasm(text)
    assert binary(parse(code)) == code
