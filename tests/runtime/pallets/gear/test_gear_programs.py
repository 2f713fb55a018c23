"""Programs, codes and memory: what is stored, what changes, what is refused."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.runtime.gear.code.stored import (
    CodeMetadata,
    InstantiatedSectionSizes,
    Instrumented,
    InstrumentedCode,
)
from parachain.runtime.gear.dispatch import DispatchKind
from parachain.runtime.gear.intervals import Intervals, contains, insert
from parachain.runtime.gear.pages import wasm_page_of
from parachain.runtime.gear.program import (
    ActiveProgram,
    Exited,
    Initialized,
    Terminated,
    Uninitialized,
)
from parachain.runtime.gear.reservation import GasReservationSlot
from parachain.runtime.pallets.gear_program import codes, memory, programs
from parachain.runtime.pallets.gear_program.declarations import (
    CANNOT_FIND_DATA_FOR_PAGE,
    DUPLICATE_ITEM,
    NOT_ACTIVE_PROGRAM,
    PROGRAM_NOT_FOUND,
)
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.gear.scene import OTHER_PROGRAM, PROGRAM, USER, message_id
from tests.runtime.pallets.scene import fails

CODE = message_id(77)
INIT = message_id(78)
WASM = b"\0asm\x01\0\0\0"
INSTRUMENTED = InstrumentedCode(WASM + b"\x01\x01\0", InstantiatedSectionSizes(1, 2, 3, 4, 5, 6))
METADATA = CodeMetadata(
    len(WASM), (DispatchKind.INIT, DispatchKind.HANDLE), 16, None, Instrumented(2000, 11)
)


def with_program() -> MemoryExt:
    ext = MemoryExt()
    programs.create(ext, PROGRAM, CODE, INIT, 5)
    return ext


def test_a_new_program_waits_for_its_init_message() -> None:
    ext = with_program()
    created = ActiveProgram(0, 0, {}, CODE, Uninitialized(INIT), 5)
    assert programs.get(ext, PROGRAM) == programs.active(ext, PROGRAM) == created
    assert programs.exists(ext, PROGRAM)
    assert programs.memory_infix(ext, PROGRAM) == 0
    with fails(ext, DUPLICATE_ITEM):
        programs.create(ext, PROGRAM, CODE, INIT, 6)


def test_initialization() -> None:
    ext = with_program()
    program = programs.initialize(ext, PROGRAM)
    assert program == ActiveProgram(0, 0, {}, CODE, Initialized(), 5)
    assert programs.get(ext, PROGRAM) == program


@pytest.mark.parametrize(
    ("end", "ended"), [(programs.exit_to, Exited), (programs.terminate, Terminated)]
)
def test_ends(end: Callable[[MemoryExt, bytes, bytes], ActiveProgram], ended: type) -> None:
    ext = with_program()
    slots = {message_id(9): GasReservationSlot(10_000, 5, 9)}
    programs.set_gas_reservations(ext, PROGRAM, slots)
    assert end(ext, PROGRAM, USER).gas_reservation_map == slots
    assert programs.get(ext, PROGRAM) == ended(USER)
    assert programs.exists(ext, PROGRAM)
    assert programs.memory_infix(ext, PROGRAM) is None
    for change in (programs.initialize, programs.active):
        with fails(ext, NOT_ACTIVE_PROGRAM):
            change(ext, PROGRAM)
    with fails(ext, NOT_ACTIVE_PROGRAM):
        end(ext, PROGRAM, USER)
    with fails(ext, DUPLICATE_ITEM):
        programs.create(ext, PROGRAM, CODE, INIT, 6)


def test_what_is_not_there() -> None:
    ext = MemoryExt()
    assert programs.get(ext, PROGRAM) is None
    assert not programs.exists(ext, PROGRAM)
    assert programs.memory_infix(ext, PROGRAM) is None
    with fails(ext, PROGRAM_NOT_FOUND):
        programs.active(ext, PROGRAM)
    with fails(ext, PROGRAM_NOT_FOUND):
        programs.set_allocations(ext, PROGRAM, ((1, 2),))


def test_allocations_are_counted_in_the_program() -> None:
    ext = with_program()
    assert programs.allocations(ext, PROGRAM) is None
    programs.set_allocations(ext, PROGRAM, ((16, 20), (30, 30)))
    assert programs.allocations(ext, PROGRAM) == ((16, 20), (30, 30))
    assert programs.active(ext, PROGRAM).allocations_tree_len == 2
    programs.clear_allocations(ext, PROGRAM)
    assert programs.allocations(ext, PROGRAM) is None


def test_codes() -> None:
    ext = MemoryExt()
    assert not codes.exists(ext, CODE)
    assert not codes.remove(ext, CODE)
    codes.add(ext, CODE, WASM, INSTRUMENTED, METADATA)
    assert codes.exists(ext, CODE)
    assert codes.original(ext, CODE) == WASM
    assert codes.instrumented(ext, CODE) == INSTRUMENTED
    assert codes.metadata(ext, CODE) == METADATA
    with fails(ext, DUPLICATE_ITEM):
        codes.add(ext, CODE, WASM, INSTRUMENTED, METADATA)
    codes.replace_metadata(ext, CODE, METADATA.failed(2001))
    assert codes.metadata(ext, CODE) == METADATA.failed(2001)
    assert codes.instrumented(ext, CODE) == INSTRUMENTED
    again = INSTRUMENTED._replace(bytes=WASM)
    codes.replace_instrumented(ext, CODE, again, METADATA)
    assert (codes.instrumented(ext, CODE), codes.metadata(ext, CODE)) == (again, METADATA)
    assert codes.remove(ext, CODE)
    assert ext.state == {}


page_numbers = st.one_of(st.integers(0, 40), st.integers(0, 2**17))


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(page_numbers, st.integers(0, 255), max_size=8),
    st.lists(page_numbers),
    st.integers(0, 5),
)
def test_memory(written: dict[int, int], others: list[int], more: int) -> None:
    ext = MemoryExt()
    expected = {number: bytes([byte]) * 16384 for number, byte in written.items()}
    memory.put_page(ext, OTHER_PROGRAM, 0, 1, bytes(16384))
    before = dict(ext.state)
    for number, data in expected.items():
        memory.put_page(ext, PROGRAM, 0, number, data)
        key = memory.key_prefix(PROGRAM, 0) + number.to_bytes(4, "little")
        assert ext.state[key] == data
    assert dict(memory.pages(ext, PROGRAM, 0)) == expected
    for number in others:
        assert memory.page(ext, PROGRAM, 0, number) == expected.get(number)
        assert memory.has_page(ext, PROGRAM, 0, number) is (number in expected)
    gone: Intervals = ()
    for number in list(expected)[::2]:
        gone = insert(gone, wasm_page_of(number), wasm_page_of(number) + more)
    memory.remove_pages(ext, PROGRAM, 0, gone)
    assert {number for number, _ in memory.pages(ext, PROGRAM, 0)} == {
        number for number in expected if not contains(gone, wasm_page_of(number))
    }
    memory.clear(ext, PROGRAM, 0)
    assert ext.state == before


def test_a_page_never_written_is_no_page() -> None:
    ext = MemoryExt()
    with fails(ext, CANNOT_FIND_DATA_FOR_PAGE):
        memory.written_page(ext, PROGRAM, 0, 1)
    memory.put_page(ext, PROGRAM, 0, 1, bytes(16384))
    assert memory.written_page(ext, PROGRAM, 0, 1) == bytes(16384)
