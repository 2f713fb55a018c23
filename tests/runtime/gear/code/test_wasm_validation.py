"""Validation against an engine's, and by hand where the engine has no say."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.runtime.gear.wasm.errors import CodeError, ModuleError, ValidationError
from parachain.runtime.gear.wasm.parser import parse
from parachain.runtime.gear.wasm.validator import validate
from tests.runtime.gear.code.judge import is_valid
from tests.runtime.gear.code.random_modules import random_module, section
from tests.runtime.gear.code.text_format import wasm


def refusal(code: bytes) -> CodeError | None:
    try:
        validate(parse(code))
    except CodeError as error:
        return error
    return None


VALID = [
    "(func)",
    "(func (result i32) unreachable)",
    "(func (result i32) unreachable i64.eqz)",
    "(func unreachable select drop)",
    "(func (result i64) unreachable i64.const 1 i32.const 0 select)",
    "(func block br 0 i32.add drop end)",
    "(func (result i32) block (result i32) i32.const 1 i32.const 2 br_table 0 1 0 end)",
    "(func block (result i32) unreachable i32.const 0 br_table 0 0 end drop)",
    "(func (result i32) loop i32.const 1 br 1 end unreachable)",
    "(func loop i32.const 0 br_if 0 end)",
    "(func (result i32) i32.const 1 i32.const 0 br_if 0)",
    "(func i32.const 0 if unreachable else end)",
    "(func i32.const 0 if return end)",
    "(func (param i32) (local i64 i32) local.get 2 local.set 0)",
    "(func (local i64) i64.const 1 local.tee 0 drop)",
    "(global (mut i64) (i64.const 1)) (func global.get 0 global.set 0)",
    "(memory 1) (func i32.const 0 i64.load32_u align=4 drop memory.size drop)",
    "(memory 1) (func (result i32) i32.const 1 memory.grow)",
    "(memory 65536) (table 0 4294967295 funcref)",
    "(table 1 funcref) (func i32.const 0 call_indirect (param) (result))",
    '(import "a" "g" (global i32)) (global i32 (global.get 0)) (func)',
    "(func $s) (start $s)",
    "(func i32.const 1 i32.extend8_s i64.extend_i32_u i64.extend32_s drop)",
]
INVALID = [
    "(func unreachable i64.const 1 select drop)",
    "(func unreachable block (result i32) i32.const 0 br_table 0 0 end drop)",
    "(func drop)",
    "(func (result i32))",
    "(func (result i32) i64.const 1)",
    "(func i32.const 1)",
    "(func unreachable i32.const 1)",
    "(func unreachable i32.const 1 i64.eqz drop)",
    "(func unreachable i64.const 1 i32.const 1 i32.const 1 select drop)",
    "(func i32.const 1 i64.const 1 i32.const 1 select drop)",
    "(func block i32.const 1 end)",
    "(func i32.const 1 block drop end)",
    "(func i32.const 1 if (result i32) i32.const 1 end drop)",
    "(func i32.const 1 if (result i32) i32.const 1 else end drop)",
    "(func i64.const 1 if end)",
    "(func br 1)",
    "(func block i32.const 0 br_table 0 2 end)",
    "(func (result i32) block i32.const 1 i32.const 0 br_table 0 1 end i32.const 2)",
    "(func (result i32) i32.const 0 br_if 0 i32.const 1)",
    "(func loop (result i32) i32.const 0 br_if 0 end)",
    "(func local.get 0 drop)",
    "(func (local i32) i64.const 1 local.set 0)",
    "(func global.get 0 drop)",
    "(global i32 (i32.const 1)) (func i32.const 1 global.set 0)",
    "(func i32.const 0 i32.load drop)",
    "(func memory.size drop)",
    "(func call 1)",
    "(func $f (param i32) i64.const 1 call $f)",
    "(func i32.const 0 call_indirect (param) (result))",
    "(table 1 funcref) (func i64.const 0 call_indirect (param) (result))",
    "(memory 65537)",
    "(memory 1) (memory 1)",
    '(import "a" "m" (memory 1)) (memory 1)',
    "(global i32 (i64.const 1))",
    "(global i32 (global.get 0))",
    '(import "a" "g" (global (mut i32))) (global i32 (global.get 0))',
    '(global i64 (i64.const 1)) (memory 1) (data (global.get 0) "")',
    '(memory 1) (data (i64.const 1) "")',
    '(data (i32.const 1) "")',
    "(func) (elem (i32.const 0) 0)",
    "(table 1 funcref) (elem (i32.const 0) 0)",
    "(func (param i32)) (start 0)",
    "(start 0)",
    '(func) (export "a" (func 1))',
    '(func) (export "a" (func 0)) (export "a" (func 0))',
    '(export "a" (memory 0))',
    "(func (type 3))",
]


@pytest.mark.parametrize("text", VALID)
def test_valid(text: str) -> None:
    code = wasm(f"(module {text})")
    assert refusal(code) is None
    assert is_valid(code)


@pytest.mark.parametrize("text", INVALID)
def test_invalid(text: str) -> None:
    code = wasm(f"(module {text})")
    assert isinstance(refusal(code), ValidationError)
    assert not is_valid(code)


HEADER = b"\0asm\1\0\0\0" + section(1, [b"\x60\0\0"]) + section(3, [b"\0"])


@pytest.mark.parametrize(
    "body",
    [
        "00",  # no end
        "000b0b",  # something behind the end
        "0005 0b",
        "000240 05 0b 0b",
        "00410104400505 0b 0b",
        "0002000b0b",  # a block type by index
        "0006400b0b",
        "0041003f010b",  # another memory
        "00 2500 0b",
        "00 d070 1a 0b",
        "00 fc0000 0b",
        "01 01 7b 0b",
        "02 a8c301 7f a8c301 7e 0b",  # 50,000 locals
        "02 a8c301 7f a9c301 7e 0b",  # and one
    ],
)
def test_bodies_as_bytes(body: str) -> None:
    code = bytes.fromhex(body)
    module = HEADER + section(10, [bytes((len(code),)) + code])
    assert (refusal(module) is None) == is_valid(module)


@pytest.mark.parametrize(
    "text",
    [
        "(func f32.const 0 drop)",
        "(func (param f64))",
        "(func (local f32))",
        "(global f32 (f32.const 0))",
        "(func block (result f64) unreachable end drop)",
        "(memory 1) (func i32.const 0 f32.load drop)",
        "(func unreachable i32.trunc_f32_s drop)",
        '(import "a" "g" (global f64))',
    ],
)
def test_floats_are_refused(text: str) -> None:
    assert isinstance(refusal(wasm(f"(module {text})")), ValidationError)


@settings(max_examples=150)
@given(st.integers(0, 2**32), st.sampled_from((0.0, 0.01, 0.05, 0.2)))
def test_random_modules_are_judged_as_by_an_engine(seed: int, mistakes: float) -> None:
    code = random_module(random.Random(seed), mistakes)
    complaint = refusal(code)
    assert (complaint is None) == is_valid(code), complaint
    if not mistakes:
        assert complaint is None


@settings(max_examples=300)
@given(st.integers(0, 2**32), st.data())
def test_what_is_accepted_after_damage_is_valid_for_an_engine(
    seed: int, data: st.DataObject
) -> None:
    code = bytearray(random_module(random.Random(seed)))
    for _ in range(data.draw(st.integers(1, 2))):
        code[data.draw(st.integers(8, len(code) - 1))] = data.draw(st.integers(0, 255))
    complaint = refusal(bytes(code))
    if complaint is None:
        assert is_valid(bytes(code))
    elif is_valid(bytes(code)):  # floats, and the name section, which engines do not read
        assert isinstance(complaint, ModuleError) or "is not accepted" in complaint.detail
