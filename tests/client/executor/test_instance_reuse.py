"""Instances that serve one execution after another: each finds them as they were at first."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wasmtime import wat2wasm

from parachain.client.executor.raw_callbacks import PLAIN
from parachain.client.executor.wasmtime_instance import MAX_PAGES
from parachain.client.executor.wasmtime_sandbox import SIGNATURES, WasmtimeSandbox
from parachain.runtime.gear.code.code import new_code
from parachain.runtime.gear.intervals import Interval, Intervals
from parachain.runtime.gear.sandbox import HostFunctions, Instance, ProgramCode, WasmTrap
from parachain.runtime.gear.schedule import SCHEDULE
from tests.runtime.gear.core.hashing import blake2_256
from tests.runtime.gear.execution.stage import Run, call, module, run

PAGE = 16_384

#: Host functions that allow everything, and open nothing.
IDLE: HostFunctions = {name: lambda *_: 0 for name in SIGNATURES}

#: Counts its runs in a global and in memory, and copies both to where they are seen.
COUNTER = """
    (global $runs (mut i32) (i32.const 7)) (global $long (mut i64) (i64.const -3))
    (data (i32.const 65540) "\\05")
"""
COUNT = """
    (global.set $runs (i32.add (global.get $runs) (i32.const 1)))
    (global.set $long (i64.add (global.get $long) (i64.const 1)))
    (i32.store (i32.const 65540) (i32.add (i32.load (i32.const 65540)) (i32.const 1)))
    (i32.store (i32.const 0) (global.get $runs))
    (i64.store (i32.const 8) (global.get $long))
    (i32.store (i32.const 16) (i32.load (i32.const 65540)))
"""
COUNTED = b"\x08\0\0\0\0\0\0\0" + (2**64 - 2).to_bytes(8, "little", signed=False) + b"\x06\0\0\0"


@pytest.fixture(scope="module")
def fresh() -> WasmtimeSandbox:
    """An engine that uses nothing again."""
    return WasmtimeSandbox(kept_instances=0)


def code(text: str) -> ProgramCode:
    instrumented = new_code(bytes(wat2wasm(text)), SCHEDULE).instrumented.bytes
    return ProgramCode(blake2_256(instrumented), lambda: instrumented)


def seen(done: Run) -> tuple[Any, ...]:
    return done.execution, done.memory, done.burned, done.allowance.left


@pytest.mark.parametrize("ending", ["", "unreachable", call("gr_leave").text(), "(loop (br 0))"])
@pytest.mark.parametrize("host_calls", [None, PLAIN])
def test_globals_and_memory_begin_anew_however_the_last_has_ended(
    ending: str, host_calls: Any, fresh: WasmtimeSandbox
) -> None:
    sandbox = WasmtimeSandbox() if host_calls is None else WasmtimeSandbox(host_calls=host_calls)
    text = module(COUNT + ending, more=COUNTER)
    for _ in range(3):
        done = run(text, sandbox=sandbox, gas=10**9)
        assert done.at(0, 20) == COUNTED
        assert seen(done) == seen(run(text, sandbox=fresh, gas=10**9))


def test_the_size_of_the_memory_is_as_asked_for(fresh: WasmtimeSandbox) -> None:
    """The program allocates a page, by which it grows; another of the same code has it already."""
    sandbox = WasmtimeSandbox()
    size = "(i32.store (i32.const 0) (memory.size))"
    text = module(
        size + " (drop (call $alloc (i32.const 1))) (i32.store (i32.const 131072) (i32.const 1))"
    )
    has_page: Intervals = (Interval(2, 2),)
    for allocations, pages in ((), 2), (has_page, 3), ((), 2), (has_page, 3), (has_page, 3):
        done = run(text, sandbox=sandbox, allocations=allocations)
        assert done.at(0, 4) == pages.to_bytes(4, "little")
        assert seen(done) == seen(run(text, sandbox=fresh, allocations=allocations))


def test_what_is_stored_for_one_is_not_seen_by_another(fresh: WasmtimeSandbox) -> None:
    sandbox = WasmtimeSandbox()
    text = module("(i32.store (i32.const 0) (i32.load (i32.const 65536)))")
    for stored in ({4: b"\x09" * PAGE}, {}, {4: b"\x08" * PAGE}):
        done = run(text, sandbox=sandbox, stored=stored)
        assert done.at(0, 1) == (stored[4][:1] if stored else b"\0")
        assert seen(done) == seen(run(text, sandbox=fresh, stored=stored))


def test_pages_that_no_host_has_opened_are_cleaned_as_well() -> None:
    sandbox = WasmtimeSandbox()
    stores = (
        "(i32.store (i32.const 70000) (i32.const 1)) (i64.store (i32.const 81916) (i64.const -1))"
    )
    program = code(module(stores))
    for _ in range(2):
        instance = sandbox.instantiate(program, IDLE, None, 2)
        assert instance.read(0, 2 * 65_536) == bytes(2 * 65_536)
        instance.set_gas(10**6)
        instance.call("handle")
        assert instance.read(81_916, 8) == b"\xff" * 8
        instance.write(100, b"host")
        instance.close()


def test_a_closed_instance_does_not_reach_into_the_next_execution() -> None:
    sandbox = WasmtimeSandbox()
    program = code(module(""))
    former = sandbox.instantiate(program, IDLE, None, 2)
    former.close()
    instance = sandbox.instantiate(program, IDLE, None, 2)
    assert former.memory_pages() == 0
    instance.write(0, b"\1")
    assert instance.read(0, 1) == b"\1"
    instance.close()


def touch(instance: Instance, pages: int) -> None:
    for page in range(pages):
        instance.write(page * PAGE + PAGE - 1, b"\1\1")


@pytest.mark.parametrize("pages", [1, MAX_PAGES - 1, MAX_PAGES, MAX_PAGES + 1])
def test_much_memory_and_little_are_clean_alike(pages: int) -> None:
    sandbox = WasmtimeSandbox()
    program = code(module("", pages=40))
    for _ in range(3):
        instance = sandbox.instantiate(program, IDLE, None, 40)
        assert instance.read(0, 40 * 65_536) == bytes(40 * 65_536)
        touch(instance, pages)
        instance.open_pages(0, 160, writable=pages % 2 == 0)
        instance.close()


def test_a_thread_keeps_a_bounded_number_of_instances() -> None:
    sandbox = WasmtimeSandbox(kept_instances=2)
    programs = [code(module(f"(drop (i32.const {number}))")) for number in range(4)]
    for program in (*programs, *reversed(programs)):
        instance = sandbox.instantiate(program, IDLE, None, 2)
        instance.set_gas(10**6)
        instance.call("handle")
        instance.close()


def test_instances_of_the_same_code_at_the_same_time() -> None:
    sandbox = WasmtimeSandbox()
    program = code(module("unreachable"))
    both = [sandbox.instantiate(program, IDLE, None, 2) for _ in range(2)]
    both[0].write(0, b"\1")
    assert both[1].read(0, 1) == b"\0"
    with pytest.raises(WasmTrap):
        both[1].call("handle")
    for instance in both:
        instance.close()


_ADDRESSES = st.one_of(
    st.integers(0, 131_072),
    st.sampled_from([PAGE * page + near for page in range(8) for near in (-4, -1, 0)][2:]),
)


@given(
    st.lists(st.tuples(st.sampled_from(["i32", "i64"]), _ADDRESSES), min_size=1, max_size=6),
    st.lists(st.booleans(), min_size=2, max_size=4),
    st.booleans(),
)
def test_any_stores_and_loads(
    fresh: WasmtimeSandbox, places: list[tuple[str, int]], with_stored: list[bool], stack: bool
) -> None:
    """Each execution adds to what it finds, so that anything left over would be seen."""
    sandbox = WasmtimeSandbox()
    adds = " ".join(
        f"({kind}.store (i32.const {at}) "
        f"({kind}.add ({kind}.load (i32.const {at})) ({kind}.const 1)))"
        for kind, at in places
    )
    text = module(adds, stack=stack)
    for has_stored in with_stored:
        stored = {5: b"\x07" * PAGE} if has_stored else {}
        done = run(text, sandbox=sandbox, stored=stored)
        assert seen(done) == seen(run(text, sandbox=fresh, stored=stored))
