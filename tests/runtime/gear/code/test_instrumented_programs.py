"""Instrumented code as a whole: kept vectors, validity, and what it does when it runs."""

import atexit
import json
import random
from pathlib import Path

import pytest
import wasmtime
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.runtime.gear.code.code import new_code
from parachain.runtime.gear.code.errors import CodeError, InstrumentationError
from parachain.runtime.gear.schedule import SCHEDULE
from tests.runtime.gear.code.judge import is_valid
from tests.runtime.gear.code.random_modules import random_module
from tests.runtime.gear.code.text_format import wasm

VECTORS = Path(__file__).parents[3] / "vectors" / "gear" / "instrumented.json"
PROGRAMS = Path(__file__).parents[4] / "tests" / "programs"
ENGINE = wasmtime.Engine()
atexit.register(ENGINE.close)
#: What one charge costs besides what it charges.
OVERHEAD = 18_822


class BreakError(Exception):
    """gr_system_break, with its code."""


def run(code: bytes, gas: int, export: str = "init") -> int:
    """Gas left after an execution."""
    store = wasmtime.Store(ENGINE)
    linker = wasmtime.Linker(ENGINE)
    memory = wasmtime.Memory(store, wasmtime.MemoryType(wasmtime.Limits(1, None)))
    linker.define(store, "env", "memory", memory)

    def system_break(reason: int) -> None:
        raise BreakError(reason)

    kind = wasmtime.FuncType([wasmtime.ValType.i32()], [])
    linker.define_func("env", "gr_system_break", kind, system_break)
    exports = linker.instantiate(store, wasmtime.Module(ENGINE, code)).exports(store)
    counter, function = exports["gear_gas"], exports[export]
    assert isinstance(counter, wasmtime.Global)
    assert isinstance(function, wasmtime.Func)
    counter.set_value(store, gas)
    function(store)
    left = counter.value(store)
    assert isinstance(left, int)
    return left


def instrumented(text: str) -> bytes:
    return new_code(wasm(text), SCHEDULE).instrumented.bytes


@pytest.mark.parametrize("case", json.loads(VECTORS.read_text()), ids=lambda case: case["name"])
def test_kept_vectors(case: dict[str, str]) -> None:
    code = new_code(bytes.fromhex(case["code"]), SCHEDULE)
    assert code.instrumented.bytes.hex() == case["instrumented"]


@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_instrumented_code_is_valid(seed: int) -> None:
    try:
        code = new_code(random_module(random.Random(seed)), SCHEDULE)
    except InstrumentationError as error:
        assert error.detail == "stack underflow"  # noqa: PT017  # of code that is never reached
        return
    assert is_valid(code.instrumented.bytes)


@settings(max_examples=200)
@given(st.integers(0, 2**32), st.data())
def test_damaged_code_raises_nothing_but_code_errors(seed: int, data: st.DataObject) -> None:
    code = bytearray(random_module(random.Random(seed), mistakes=0.002))
    for _ in range(data.draw(st.integers(1, 3))):
        code[data.draw(st.integers(8, len(code) - 1))] = data.draw(st.integers(0, 255))
    try:
        new_code(bytes(code), SCHEDULE)
    except CodeError:
        return


EMPTY = '(module (import "env" "memory" (memory 1)) (func (export "init")))'
#: The thunk of an exported function: its own instructions, and what a charge costs.
THUNK = 3 * 647 + 3 * 539 + 460 + 2 * 982 + 1052 + 4660 + 3113 + 439


def test_an_empty_program_costs_its_thunk() -> None:
    assert THUNK == 15_246
    assert run(instrumented(EMPTY), 10**9) == 10**9 - THUNK - OVERHEAD


def test_a_loop_costs_by_its_rounds() -> None:
    code = instrumented("""(module (import "env" "memory" (memory 1))
        (func (export "init") (local i32)
        loop local.get 0 i32.const 1 i32.add local.tee 0 i32.const 10 i32.lt_u br_if 0 end))""")
    # local.get, two constants, add, local.tee, lt_u, br_if; loop and end are free
    one_round = 766 + 2 * 539 + 460 + 1917 + 1175 + 2817
    spent = THUNK + OVERHEAD + 10 * (one_round + OVERHEAD)
    assert run(code, 10**9) == 10**9 - spent
    assert run(code, spent) == 0
    with pytest.raises(BreakError, match="0"):
        run(code, spent - 1)


def test_recursion_ends_at_the_stack_limit() -> None:
    code = instrumented("""(module (import "env" "memory" (memory 1))
        (func $f (export "init") call $f))""")
    with pytest.raises(BreakError, match="1"):
        run(code, 10**12)


@pytest.mark.parametrize("path", sorted(PROGRAMS.glob("*.wat")), ids=lambda path: path.stem)
def test_kept_programs(path: Path) -> None:
    """Programs in tests/programs can be uploaded; the binary is what the text says."""
    code = path.with_suffix(".wasm").read_bytes()
    assert code == wasm(path.read_text())
    assert is_valid(new_code(code, SCHEDULE).instrumented.bytes)
