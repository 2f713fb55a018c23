"""First accesses to pages: what they cost, what is loaded, what is stored."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.runtime.gear.page_access import MAX_WRITTEN_OUT_IN_FUNCTION
from parachain.runtime.gear.pages import GEAR_PAGE_SIZE
from parachain.runtime.gear.termination import GasLimitExceeded, UnknownTrap
from tests.runtime.gear.execution.stage import (
    CALL,
    CONST,
    ENTRY,
    Run,
    call,
    gas_of,
    module,
    run,
)

READ, WRITE, WRITE_AFTER_READ, LOAD = 28_491_385, 136_879_318, 112_233_270, 10_014_933
HOST_READ, HOST_WRITE, HOST_WRITE_AFTER_READ = 29_807_270, 138_319_435, 113_461_619
I32_LOAD, I64_LOAD, I32_STORE, I64_STORE = 6_194, 4_950, 9_571, 8_649
PAGE = GEAR_PAGE_SIZE


def load32(at: int) -> str:
    return f"(drop (i32.load (i32.const {at})))"


def load64(at: int) -> str:
    return f"(drop (i64.load (i32.const {at})))"


def store32(at: int, value: int = 7) -> str:
    return f"(i32.store (i32.const {at}) (i32.const {value}))"


LOAD32, LOAD64, STORE32 = CONST + I32_LOAD, CONST + I64_LOAD, 2 * CONST + I32_STORE


def unstacked(body: str, **options: object) -> Run:
    """A program without a stack: all of its memory of 128 KiB is charged for."""
    return run(module(body, stack=False), **options)  # type: ignore[arg-type]  # options of run


@pytest.mark.parametrize(
    ("body", "burned", "written"),
    [
        (load32(0), LOAD32 + READ, []),
        (load32(0) * 2, 2 * LOAD32 + READ, []),
        (load32(0) + load32(PAGE - 4), 2 * LOAD32 + READ, []),
        (load32(0) + load32(PAGE), 2 * LOAD32 + 2 * READ, []),
        (store32(5), STORE32 + WRITE, [0]),
        (store32(5) * 2, 2 * STORE32 + WRITE, [0]),
        (store32(0) + load32(0), STORE32 + LOAD32 + WRITE, [0]),
        (load32(0) + store32(0), STORE32 + LOAD32 + READ + WRITE_AFTER_READ, [0]),
        (load32(0) + store32(PAGE), STORE32 + LOAD32 + READ + WRITE, [1]),
        # across two pages
        (load32(PAGE - 2), LOAD32 + 2 * READ, []),
        (load64(PAGE - 7), LOAD64 + 2 * READ, []),
        (load64(PAGE - 8), LOAD64 + READ, []),
        (store32(PAGE - 1), STORE32 + 2 * WRITE, [0, 1]),
        (
            load32(PAGE) + store32(PAGE - 1),
            LOAD32 + STORE32 + READ + WRITE + WRITE_AFTER_READ,
            [0, 1],
        ),
        (store32(0) + load32(PAGE - 2), STORE32 + LOAD32 + WRITE + READ, [0]),
        (store32(131_068), STORE32 + WRITE, [7]),
    ],
)
def test_accesses_by_code(body: str, burned: int, written: list[int]) -> None:
    done = unstacked(body)
    assert done.burned == ENTRY + burned
    assert list(done.completed.result.page_updates) == written


def test_a_large_loop_has_no_room_for_all_checks() -> None:
    """They are not all written out, yet all of them look."""
    count = MAX_WRITTEN_OUT_IN_FUNCTION + 9
    body = f"(loop {load32(0) * count} {load32(PAGE)} {store32(PAGE + 8)})"
    done = unstacked(body)
    pages = READ + READ + WRITE_AFTER_READ
    assert done.burned == ENTRY + (count + 1) * LOAD32 + STORE32 + pages
    assert list(done.completed.result.page_updates) == [1]


def test_the_stack_is_free_and_never_stored() -> None:
    done = run(module(store32(0) + load32(PAGE) + store32(65_532)))
    assert done.burned == ENTRY + 2 * STORE32 + LOAD32
    assert done.completed.result.page_updates == {}
    done = run(module(store32(65_533)))
    assert done.burned == ENTRY + STORE32 + WRITE
    assert list(done.completed.result.page_updates) == [4]


@pytest.mark.parametrize(
    ("body", "burned"),
    [
        (call("gr_size", 0).text(), 962_155 + HOST_WRITE),
        (call("gr_size", 0).text() * 2, CALL + CONST + 2 * 962_155 + HOST_WRITE),
        (call("gr_size", PAGE - 1).text(), 962_155 + 2 * HOST_WRITE),
        (load32(0) + call("gr_size", 0).text(), LOAD32 + READ + 962_155 + HOST_WRITE_AFTER_READ),
        (store32(0) + call("gr_size", 0).text(), STORE32 + WRITE + 962_155),
        (
            call("gr_size", 0).text() + load32(0) + store32(0),
            HOST_WRITE + 962_155 + LOAD32 + STORE32,
        ),
        (call("gr_debug", 0, 0).text(), CONST + 1_056_804),
        (call("gr_debug", 0, 1).text(), CONST + 1_056_804 + 280 + HOST_READ),
        (
            call("gr_debug", 0, PAGE + 1).text(),
            CONST + 1_056_804 + 280 * (PAGE + 1) + 2 * HOST_READ,
        ),
    ],
)
def test_accesses_by_system_calls(body: str, burned: int) -> None:
    assert unstacked(body).burned == ENTRY + CALL + CONST + burned


def test_the_arguments_of_a_call_are_paid_for_before_its_answer() -> None:
    # subject and answer in the same page: first read, then written
    done = unstacked(call("gr_random", 0, 64).text())
    paid = HOST_READ + HOST_WRITE_AFTER_READ + 1_668_151
    assert done.burned == gas_of(call("gr_random", 0, 64)) + paid


def test_a_place_outside_the_memory_costs_nothing_though_other_pages_may() -> None:
    done = unstacked(call("gr_debug", 131_071, 2).text())
    assert done.burned == gas_of(call("gr_debug", 0, 0)) + 1_056_804 + 560
    done = unstacked(call("gr_random", 0, 131_071).text())
    assert done.burned == gas_of(call("gr_random", 0, 0)) + 1_668_151 + HOST_READ


def test_stored_pages_are_loaded_over_the_data_segments() -> None:
    data = f'(data (i32.const 0) "segment") (data (i32.const {PAGE}) "segment")'
    content = b"stored" + bytes(PAGE - 6)
    body = load32(0) + load32(PAGE)
    done = run(module(body, more=data, stack=False), stored={0: content, 4: content})
    assert done.burned == ENTRY + 2 * LOAD32 + 2 * READ + LOAD
    assert done.at(0, 8) == b"stored\0\0"
    assert done.at(PAGE, 8) == b"segment\0"


def test_a_page_written_to_is_stored_whole() -> None:
    content = b"stored" + bytes(PAGE - 6)
    done = unstacked(store32(8, 0x01020304), stored={0: content})
    assert done.burned == ENTRY + STORE32 + WRITE + LOAD
    (page,) = done.completed.result.page_updates.values()
    assert page == b"stored\0\0\4\3\2\1" + bytes(PAGE - 12)


def test_only_static_and_allocated_pages_are_stored() -> None:
    last = 3 * 65_536
    body = f"""(drop (call $alloc (i32.const 2))) {store32(2 * 65_536)} {store32(last)}
        (drop (call $free (i32.const 3)))"""
    done = unstacked(body)
    assert list(done.completed.result.page_updates) == [8]
    assert done.completed.result.allocations == ((2, 2),)


def test_allocated_pages_are_there_in_the_next_execution() -> None:
    done = unstacked(load32(2 * 65_536), allocations=((2, 2),))
    assert done.burned == ENTRY + LOAD32 + READ
    assert done.completed.result.allocations is None
    assert unstacked(load32(2 * 65_536)).trap == UnknownTrap()


@pytest.mark.parametrize("at", [131_069, 131_072, 2**31, 2**32 - 1])
def test_accesses_outside_the_memory_trap_and_cost_nothing(at: int) -> None:
    done = unstacked(load32(at))
    assert done.trap == UnknownTrap()
    assert done.burned == ENTRY + LOAD32


def test_offsets_count_beyond_4_gib() -> None:
    done = unstacked("(drop (i32.load offset=4294967295 (i32.const 5)))")
    assert done.trap == UnknownTrap()
    assert done.burned == ENTRY + LOAD32


def test_a_page_that_cannot_be_paid_for_takes_all_gas() -> None:
    enough = ENTRY + LOAD32 + READ
    assert unstacked(load32(0), gas=enough).burned == enough
    done = unstacked(load32(0), gas=enough - 1)
    assert done.trap == GasLimitExceeded()
    assert (done.burned, done.gas.left) == (enough - 1, 0)


def test_a_page_that_a_call_cannot_pay_for_takes_all_gas() -> None:
    enough = gas_of(call("gr_size", 0)) + HOST_WRITE + 962_155
    assert unstacked(call("gr_size", 0).text(), gas=enough).burned == enough
    for gas in (enough - 1, enough - 962_155 - 1):
        done = unstacked(call("gr_size", 0).text(), gas=gas)
        assert done.trap == GasLimitExceeded()
        assert (done.burned, done.gas.left) == (gas, 0)


_LOADS = {
    "i32.load8_u": 1,
    "i32.load16_u": 2,
    "i32.load": 4,
    "i64.load8_s": 1,
    "i64.load16_s": 2,
    "i64.load32_u": 4,
    "i64.load": 8,
}
_STORES = {
    "i32.store8": 1,
    "i32.store16": 2,
    "i32.store": 4,
    "i64.store8": 1,
    "i64.store16": 2,
    "i64.store32": 4,
    "i64.store": 8,
}


@st.composite
def accesses(draw: st.DrawFn) -> list[tuple[str, int, int, int]]:
    """Instruction, address, offset, alignment; near the edges of four pages."""
    made = []
    for _ in range(draw(st.integers(1, 12))):
        name = draw(st.sampled_from([*_LOADS, *_STORES]))
        size = (_LOADS | _STORES)[name]
        place = draw(st.integers(0, 4)) * PAGE + draw(st.integers(-9, 9))
        offset = draw(st.integers(0, 20)) if place >= 20 else 0
        alignment = draw(st.sampled_from([each for each in (1, 2, 4, 8) if each <= size]))
        made.append((name, max(place, 0) - offset, offset, alignment))
    return made


@given(accesses(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_any_sequence_of_accesses_costs_what_the_rules_say(
    made: list[tuple[str, int, int, int]], in_loop: bool
) -> None:
    body, known, expected = "", dict[int, bool](), 0
    for name, address, offset, alignment in made:
        place = f"offset={offset} align={alignment} (i32.const {address})"
        long = name.startswith("i64")
        stores = name in _STORES
        if stores:
            body += f"({name} {place} ({'i64' if long else 'i32'}.const 1))"
        else:
            body += f"(drop ({name} {place}))"
        size = (_LOADS | _STORES)[name]
        first = (address + offset) // PAGE
        for page in range(first, (address + offset + size - 1) // PAGE + 1):
            if stores and known.get(page) is False:
                expected += WRITE_AFTER_READ
            elif page not in known:
                expected += WRITE if stores else READ
            known[page] = known.get(page, False) or stores
    body = f"(loop {body})" if in_loop else body
    plain = unstacked(f"(if (i32.const 0) (then {body}))")
    done = unstacked(f"(if (i32.const 1) (then {body}))")
    charged = sum(_instruction(name) for name, *_ in made) + 18_822
    assert done.burned - plain.burned == expected + charged
    written = [page for page, writable in sorted(known.items()) if writable]
    assert list(done.completed.result.page_updates) == written


def _instruction(name: str) -> int:
    long, stores = name.startswith("i64"), name in _STORES
    if stores:
        return 2 * CONST + (I64_STORE if long else I32_STORE)
    return CONST + (I64_LOAD if long else I32_LOAD)
