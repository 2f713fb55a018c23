"""How high stacks get, and what is put around calls. Heights and expected code are by hand.

The topics are those of the reference's tests (wasm-instrument, stack_limiter and
fixtures/stack-height).
"""

import pytest

from parachain.runtime.gear.instrumentation.costs import constant_costs
from parachain.runtime.gear.instrumentation.errors import InstrumentationError
from parachain.runtime.gear.instrumentation.stack_height import (
    ACTIVATION_COST,
    max_height,
    thunk_height,
)
from parachain.runtime.gear.wasm.module import FunctionType
from tests.runtime.gear.code.text_format import instrumented, module, plain

#: Nothing costs gas: no charges, so that only the limiter is seen.
FREE = constant_costs(0, 0)
LIMIT = 1024
#: What is appended last: gas_charge, which then costs nothing itself.
GAS_CHARGE = """(func (param i32) (local i64) global.get $gas local.get 0 i64.extend_i32_u
    i64.const 0 i64.add local.tee 1 i64.lt_u if i32.const 0 call $break end
    global.get $gas local.get 1 i64.sub global.set $gas)"""


def before(cost: int) -> str:
    return f"""global.get $height i32.const {cost} i32.add global.set $height
        global.get $height i32.const {LIMIT} i32.gt_u if i32.const 1 call $break end"""


def after(cost: int) -> str:
    return f"global.get $height i32.const {cost} i32.sub global.set $height"


def height(text: str, function: int = 0, first_limited: int = 0) -> int:
    """Height of a function, besides what its activation is worth."""
    parsed = module(f"(module {text})")
    assert parsed.types is not None
    assert parsed.functions is not None
    assert parsed.bodies is not None
    kinds = [parsed.types[index] for index in parsed.functions]
    body = parsed.bodies[function]
    return (
        max_height(body, kinds[function], parsed.types, kinds.__getitem__, first_limited)
        - ACTIVATION_COST
    )


@pytest.mark.parametrize(
    ("text", "highest"),
    [
        pytest.param("(func)", 0, id="empty"),
        pytest.param("(func i32.const 1 i32.const 2 i32.const 3 drop drop drop)", 3, id="simple"),
        pytest.param("(func (result i32) i32.const 0 return)", 1, id="explicit_return"),
        pytest.param(
            "(func (result i32) i32.const 0 unreachable i32.const 1 i32.const 2 drop drop)",
            1,
            id="dont_count_in_unreachable",
        ),
        pytest.param(
            "(func (result i32) i32.const 1 if (result i32) i32.const 42 return"
            " else i32.const 42 return end)",
            1,
            id="yet_another_test",
        ),
        pytest.param(
            "(func i32.const 0 i32.const 1 if (result i32) i32.const 2 else i32.const 3 end"
            " drop drop)",
            # else does not restore the height: 0, the result of the first branch, then the second
            3,
            id="else_goes_on_from_the_height_of_then",
        ),
        pytest.param("(func block (result i32) i32.const 1 br 0 end drop)", 1, id="block_result"),
        pytest.param("(func call 1) (func)", 2, id="call_counts_as_limited"),
        pytest.param(
            "(func call 1 drop) (func (result i32) i32.const 7)", 3, id="call_with_result"
        ),
        pytest.param(
            "(func i32.const 1 i32.const 1 call 1) (func (param i32 i32))", 4, id="params"
        ),
        pytest.param(
            "(func (param i32) block i32.const 1 local.get 0 br_table 0 0 end)",
            2,
            id="br_table_ignores_its_index",
        ),
        pytest.param(
            "(func unreachable block i32.const 1 drop end)",
            1,
            id="block_in_unreachable_code_is_counted",
        ),
    ],
)
def test_max_height(text: str, highest: int) -> None:
    assert height(text) == highest


@pytest.mark.parametrize(
    "text",
    [
        "(func unreachable i32.const 1 i32.store i32.store)",
        "(func unreachable drop i32.add drop i64.store)",
    ],
)
def test_stack_underflow_in_unreachable_code(text: str) -> None:
    """Valid code that the reference cannot count, and so refuses."""
    with pytest.raises(InstrumentationError, match="StackLimitInjection"):
        height(f"(memory 1) {text}")


@pytest.mark.parametrize(
    ("params", "results", "highest"), [(0, 0, 4), (1, 0, 4), (2, 1, 5), (3, 1, 5), (9, 0, 11)]
)
def test_thunk_height(params: int, results: int, highest: int) -> None:
    """The limiter's own two values, the arguments, or the result with the limiter's two."""
    kind = FunctionType(b"\x7f" * params, b"\x7f" * results)
    assert thunk_height(kind) == highest
    types = " ".join(["(param", *["i32"] * params, ")", "(result i32)" if results else ""])
    gets = " ".join(f"local.get {index}" for index in range(params))
    text = f"""(global $height (mut i32) (i32.const 0)) (func $break (param i32))
        (func $f {types} unreachable) (func {types} {before(9)} {gets} call $f {after(9)})"""
    assert height(text, 2, first_limited=3) == highest - ACTIVATION_COST


def check(text: str, expected: str) -> None:
    assert instrumented(text, FREE, LIMIT) == plain(expected)


def test_imports_are_not_limited() -> None:
    text = """(module (import "env" "memory" (memory 1)) (import "env" "gr_leave" (func $leave))
        (func $f call $leave) (export "handle" (func $f)))"""
    expected = f"""(module (type (func)) (type (func (param i32)))
        (import "env" "memory" (memory 1)) (import "env" "gr_leave" (func $leave))
        (import "env" "gr_system_break" (func $break (param i32)))
        (global $height (mut i32) (i32.const 0)) (global $gas (mut i64) (i64.const 0))
        (export "handle" (func $thunk)) (export "gear_gas" (global $gas))
        (func $f call $leave) (func $thunk {before(6)} call $f {after(6)}) {GAS_CHARGE})"""
    check(text, expected)


def test_calls_are_limited() -> None:
    text = """(module (import "env" "memory" (memory 1))
        (func $add (param i32 i32) (result i32) (local i64) local.get 0 local.get 1 i32.add)
        (func $f i32.const 3 i32.const 4 call $add drop) (export "init" (func $f)))"""
    # $add: 2, a local (parameters are not counted) and two values; $f: 2, two arguments and the
    # limiter's two; the thunk 4 besides
    expected = f"""(module (type (func (param i32 i32) (result i32))) (type (func))
        (type (func (param i32)))
        (import "env" "memory" (memory 1))
        (import "env" "gr_system_break" (func $break (param i32)))
        (global $height (mut i32) (i32.const 0)) (global $gas (mut i64) (i64.const 0))
        (export "init" (func $thunk)) (export "gear_gas" (global $gas))
        (func $add (param i32 i32) (result i32) (local i64) local.get 0 local.get 1 i32.add)
        (func $f i32.const 3 i32.const 4 {before(5)} call $add {after(5)} drop)
        (func $thunk {before(10)} call $f {after(10)}) {GAS_CHARGE})"""
    check(text, expected)


def test_table() -> None:
    """Functions in the table are entered through thunks, one each, also when exported."""
    text = """(module (import "env" "memory" (memory 1)) (import "env" "gr_leave" (func $leave))
        (func $f (param i64)) (func $g) (func $h)
        (table 4 funcref) (elem (i32.const 0) $g $leave $f $g)
        (export "init" (func $g)) (export "handle" (func $h)))"""
    expected = f"""(module (type (func)) (type (func (param i64))) (type (func (param i32)))
        (import "env" "memory" (memory 1)) (import "env" "gr_leave" (func $leave))
        (import "env" "gr_system_break" (func $break (param i32)))
        (global $height (mut i32) (i32.const 0)) (global $gas (mut i64) (i64.const 0))
        (table 4 funcref) (elem (i32.const 0) $tg $leave $tf $tg)
        (export "init" (func $tg)) (export "handle" (func $th)) (export "gear_gas" (global $gas))
        (func $f (param i64)) (func $g) (func $h)
        (func $tf (param i64) {before(6)} local.get 0 call $f {after(6)})
        (func $tg {before(6)} call $g {after(6)})
        (func $th {before(6)} call $h {after(6)}) {GAS_CHARGE})"""
    check(text, expected)


def test_start_and_globals() -> None:
    """A start function is entered through its thunk; globals of the module keep their places."""
    text = """(module (import "env" "memory" (memory 1)) (global (mut i64) (i64.const 5))
        (func $f) (start $f))"""
    expected = f"""(module (type (func)) (type (func (param i32)))
        (import "env" "memory" (memory 1))
        (import "env" "gr_system_break" (func $break (param i32)))
        (global (mut i64) (i64.const 5))
        (global $height (mut i32) (i32.const 0)) (global $gas (mut i64) (i64.const 0))
        (export "gear_gas" (global $gas))
        (func $f) (start $t) (func $t {before(6)} call $f {after(6)}) {GAS_CHARGE})"""
    check(text, expected)


def test_many_locals() -> None:
    text = """(module (import "env" "memory" (memory 1))
        (func (export "init") (local i32 i32 i64 i64 i32)))"""
    code = instrumented(text, FREE, LIMIT)
    assert bytes.fromhex("2300410b6a2400") in code  # 5 locals, 2, and 4 for the thunk


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('(import "env" "gr_system_break" (func (param i32))) (func)', "SystemBreakImport"),
        ('(func) (global (export "gear_gas") i32 (i32.const 0))', "GasGlobalAlreadyExists"),
        ("(func i32.const 1 memory.grow drop)", "GasInjection"),
        ("", "StackLimitInjection"),
    ],
)
def test_what_cannot_be_instrumented(text: str, reason: str) -> None:
    with pytest.raises(InstrumentationError, match=reason):
        instrumented(f'(module (import "env" "memory" (memory 1)) {text})', FREE, LIMIT)
