"""The native sandbox: host calls, memory, traps, and its two ways to define host functions."""

import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wasmtime import wat2wasm

from parachain.client.executor.raw_callbacks import PLAIN, RAW
from parachain.client.executor.wasmtime_sandbox import SIGNATURES, WasmtimeSandbox
from parachain.runtime.gear.code.code import new_code
from parachain.runtime.gear.page_checks import VERSION, add_page_checks
from parachain.runtime.gear.sandbox import (
    HostFunction,
    HostFunctions,
    InstantiationError,
    MemoryOutOfBounds,
    ProgramCode,
    TrapKind,
    WasmTrap,
)
from parachain.runtime.gear.schedule import SCHEDULE
from parachain.runtime.gear.syscalls.table import HOST_FUNCTIONS
from tests.runtime.gear.core.hashing import blake2_256
from tests.runtime.gear.execution.stage import Call, call, module, run

SANDBOX, REFERENCE = WasmtimeSandbox(), WasmtimeSandbox(host_calls=PLAIN)
BOTH = pytest.mark.parametrize("sandbox", [SANDBOX, REFERENCE], ids=["raw", "plain"])


def code(text: str) -> ProgramCode:
    instrumented = new_code(bytes(wat2wasm(text)), SCHEDULE).instrumented.bytes
    return ProgramCode(blake2_256(instrumented), lambda: instrumented)


def recorder(name: str) -> HostFunction:
    def function(context: Any, *args: int) -> int:
        return int(context(name, *args) or 0)

    return function


RECORDERS: HostFunctions = {name: recorder(name) for name in SIGNATURES}


def test_the_table_has_every_function_that_code_may_import() -> None:
    assert HOST_FUNCTIONS.keys() == SIGNATURES.keys()


@BOTH
def test_arguments_are_unsigned_and_results_reach_the_code(sandbox: WasmtimeSandbox) -> None:
    seen: list[tuple[Any, ...]] = []

    def context(name: str, *args: int) -> int:
        seen.append((name, *args))
        return 2**32 - 1 if name == "alloc" else 0

    made = call("gr_create_program_wgas", -1, 2, 3, 4, -5, -6, 7, 8).text()
    text = module(f"(if (i32.eq (call $alloc (i32.const -2)) (i32.const -1)) (then {made}))")
    instance = sandbox.instantiate(code(text), RECORDERS, context, 2)
    instance.set_gas(2**63 + 5)
    instance.call("handle")
    assert seen == [
        ("alloc", 2**32 - 2),
        ("gr_create_program_wgas", 2**32 - 1, 2, 3, 4, 2**32 - 5, 2**64 - 6, 7, 8),
    ]
    assert 2**63 < instance.gas() < 2**63 + 5 or instance.gas() < 2**63 + 5
    instance.close()


@BOTH
def test_what_a_host_function_raises_comes_out_as_it_is(sandbox: WasmtimeSandbox) -> None:
    raised = KeyError("mine")

    def context(*_: object) -> int:
        raise raised

    instance = sandbox.instantiate(code(module("(call $gr_leave)")), RECORDERS, context, 2)
    instance.set_gas(10**9)
    with pytest.raises(KeyError) as caught:
        instance.call("handle")
    assert caught.value is raised
    instance.close()


@BOTH
def test_gas_goes_in_and_out_around_calls(sandbox: WasmtimeSandbox) -> None:
    seen: list[int] = []

    def context(_: str, *_args: int) -> None:
        seen.append(instance.gas())
        instance.set_gas(500_000)

    text = module(call("free", 1).text() + "(loop (br_if 0 (i32.const 0)))")
    instance = sandbox.instantiate(code(text), RECORDERS, context, 2)
    instance.set_gas(10**6)
    instance.call("handle")
    assert seen == [10**6 - 15_246 - 18_822 - 539 - 3_113 - 18_822]
    assert instance.gas() == 500_000 - 18_822 - 539 - 2_817
    instance.close()


@BOTH
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("unreachable", TrapKind.UNREACHABLE),
        ("(drop (i32.rem_u (i32.const 1) (i32.const 0)))", TrapKind.ARITHMETIC),
        ("(drop (i32.load (i32.const -1)))", TrapKind.MEMORY_OUT_OF_BOUNDS),
        ("(call_indirect (type $none) (i32.const 0))", TrapKind.TABLE),
    ],
)
def test_traps_leave_the_gas_as_it_was(sandbox: WasmtimeSandbox, body: str, kind: TrapKind) -> None:
    text = module(f"(nop) {body}", more="(type $none (func)) (table 1 funcref)")
    instance = sandbox.instantiate(code(text), RECORDERS, lambda *_: None, 2)
    instance.set_gas(10**6)
    with pytest.raises(WasmTrap) as caught:
        instance.call("handle")
    assert caught.value.kind is kind
    assert 900_000 < instance.gas() < 10**6 - 18_822
    instance.close()


def test_memory_is_bounded_and_grows() -> None:
    text = module("", more='(data (i32.const 65536) "data")')
    instance = SANDBOX.instantiate(code(text), RECORDERS, None, 3)
    assert instance.memory_pages() == 3
    assert instance.read(65_536, 5) == b"data\0"
    instance.write(3 * 65_536 - 2, b"ok")
    for offset, size in ((3 * 65_536 - 1, 2), (2**32, 1), (3 * 65_536 + 1, 0)):
        with pytest.raises(MemoryOutOfBounds):
            instance.read(offset, size)
        with pytest.raises(MemoryOutOfBounds):
            instance.write(offset, bytes(size))
    instance.grow(2)
    assert instance.memory_pages() == 5
    assert instance.read(3 * 65_536 - 2, 4) == b"ok\0\0"
    with pytest.raises(MemoryOutOfBounds):
        instance.grow(32_764)
    instance.grow(32_763)
    instance.close()
    with pytest.raises(MemoryOutOfBounds):
        instance.read(0, 1)


def test_executions_share_nothing() -> None:
    text = module("(i32.store (i32.const 0) (i32.const 1))")
    for _ in range(2):
        instance = SANDBOX.instantiate(code(text), RECORDERS, lambda *_: None, 2)
        assert instance.read(0, 4) == bytes(4)
        instance.set_gas(10**6)
        instance.call("handle")
        assert instance.read(0, 4) == b"\1\0\0\0"
        instance.close()


def test_an_execution_inside_an_execution() -> None:
    """Gear never does this; a host function that did would not disturb the outer one."""
    seen: list[str] = []
    inner = code(module("(call $gr_oom_panic)"))

    def run_inner(*_: object) -> None:
        nested = SANDBOX.instantiate(inner, RECORDERS, lambda name, *_: seen.append(name), 2)
        nested.set_gas(10**6)
        nested.call("handle")
        nested.close()

    def context(name: str, *_: object) -> None:
        seen.append(name)
        if name == "gr_leave":
            run_inner()

    text = module("(call $gr_leave) (call $gr_wait)")
    instance = SANDBOX.instantiate(code(text), RECORDERS, context, 2)
    instance.set_gas(10**6)
    instance.call("handle")
    assert seen == ["gr_leave", "gr_oom_panic", "gr_wait"]
    instance.close()


def test_threads_do_not_disturb_each_other() -> None:
    errors: list[object] = []
    text = module(" ".join([call("gr_size", 0).text()] * 50))

    def work() -> None:
        for _ in range(20):
            done = run(text)
            if done.at(0, 4) != b"\7\0\0\0" or not done.completed:
                errors.append(done)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_code_that_cannot_be_prepared_or_compiled_is_refused() -> None:
    prepared = WasmtimeSandbox()
    plain = bytes(wat2wasm(module("")))
    with pytest.raises(InstantiationError, match="not instrumented"):
        prepared.instantiate(ProgramCode(b"plain", lambda: plain), RECORDERS, None, 2)


_NUMBERS = st.one_of(
    st.integers(0, 64), st.integers(65_500, 65_560), st.integers(131_000, 131_100), st.just(-1)
)


@st.composite
def calls(draw: st.DrawFn) -> list[Call]:
    names = sorted(name for name in SIGNATURES if name not in ("gr_system_break", "page_fault"))
    return [
        call(name, *[draw(_NUMBERS) for _ in SIGNATURES[name].params])
        for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=6))
    ]


@given(calls(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_both_ways_to_call_the_host_agree(made: list[Call], stack: bool) -> None:
    text = module(" ".join(each.text() for each in made), stack=stack)
    outcomes = [run(text, sandbox=sandbox) for sandbox in (SANDBOX, REFERENCE)]
    first, second = [(each.execution, each.memory, each.burned) for each in outcomes]
    assert first == second


def test_compiled_programs_are_kept_by_the_version_of_their_rewriting() -> None:
    """If this fails, `page_checks` writes something else than before: change its VERSION too."""
    text = module(
        "(loop (i64.store offset=9 (i32.const 0) (i64.load align=1 (i32.const 8)))) "
        + call("gr_size", 0).text()
    )
    rewritten = add_page_checks(code(text).load())
    assert (VERSION, blake2_256(rewritten).hex()[:16]) == (4, "6d3337a8fca55d48")


def test_the_two_ways_are_two() -> None:
    assert not any(raw is plain for raw, plain in zip(RAW, PLAIN, strict=True))
