"""The heap that the host keeps: sizes, addresses and failures are those of Substrate's."""

import struct
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wasmtime import Limits, Linker, Memory, MemoryType, Store

from parachain.client.executor.wasm.allocator import (
    HEADER_SIZE,
    MAX_ALLOCATION,
    AllocationError,
    FreeingBumpAllocator,
)
from parachain.client.executor.wasm.callbacks import memory_view
from parachain.client.executor.wasm.engine import new_engine
from parachain.client.executor.wasm.heap import HeapModules
from parachain.client.executor.wasm.memory import PAGE, LinearMemory, MemoryFault

OCCUPIED: Final = 1 << 32


def heap(base: int = 0, pages: int = 1) -> tuple[FreeingBumpAllocator, LinearMemory]:
    memory = LinearMemory(memoryview(bytearray(pages * PAGE)))
    return FreeingBumpAllocator(memory, base), memory


def header(memory: LinearMemory, pointer: int) -> int:
    found: int = struct.unpack_from("<Q", memory.bytes, pointer - HEADER_SIZE)[0]
    return found


@pytest.mark.parametrize(
    ("base", "sizes", "pointers"),
    [
        (0, [1], [8]),
        (13, [1], [24]),
        (16, [1], [24]),
        (0, [1, 9, 1], [8, 24, 48]),
        (0, [0, 8, 16, 17], [8, 24, 40, 64]),
        (8, [64, 65], [16, 88]),
    ],
)
def test_blocks_are_powers_of_two_behind_headers(
    base: int, sizes: list[int], pointers: list[int]
) -> None:
    allocator, memory = heap(base)
    assert [allocator.allocate(size) for size in sizes] == pointers
    for size, pointer in zip(sizes, pointers, strict=True):
        order = max((size - 1).bit_length() - 3, 0)
        assert header(memory, pointer) == OCCUPIED | order


def test_a_freed_block_is_the_next_of_its_size() -> None:
    allocator, memory = heap(13)
    first, second = allocator.allocate(1), allocator.allocate(9)
    allocator.free(second)
    assert header(memory, second) == 2**32 - 1
    assert allocator.allocate(8) != second
    assert allocator.allocate(16) == second
    allocator.free(first)
    assert allocator.allocate(3) == first


def test_freed_blocks_are_a_stack() -> None:
    allocator, memory = heap()
    blocks = [allocator.allocate(8) for _ in range(3)]
    for block in blocks:
        allocator.free(block)
    assert header(memory, blocks[2]) == blocks[1] - HEADER_SIZE
    assert [allocator.allocate(8) for _ in range(3)] == blocks[::-1]
    assert allocator.allocated == 3 * 16


def test_the_heap_ends_where_the_memory_does() -> None:
    allocator, _ = heap(13)
    with pytest.raises(AllocationError, match="out of memory"):
        allocator.allocate(PAGE - 13)
    allocator, _ = heap()
    assert allocator.allocate(PAGE // 2 - HEADER_SIZE) == HEADER_SIZE
    with pytest.raises(AllocationError, match="out of memory"):
        allocator.allocate(PAGE // 2)


def test_the_last_bytes_can_be_had_and_nothing_more() -> None:
    allocator, _ = heap()
    blocks = [allocator.allocate(32) for _ in range(PAGE // 40)]
    assert allocator.allocated == PAGE - 16
    for block in blocks:
        allocator.free(block)
    assert allocator.allocated == 0
    assert allocator.allocate(8) == PAGE - 8
    with pytest.raises(AllocationError, match="out of memory"):
        allocator.allocate(8)


def test_one_block_is_32_mebibytes_at_most() -> None:
    allocator, _ = heap(pages=2 * MAX_ALLOCATION // PAGE)
    assert allocator.allocate(MAX_ALLOCATION) == HEADER_SIZE
    with pytest.raises(AllocationError, match="the limit is 33554432"):
        allocator.allocate(MAX_ALLOCATION + 1)


@pytest.mark.parametrize("pointer", [0, 7, PAGE + 1, 2**32 - 1])
def test_pointers_that_are_none(pointer: int) -> None:
    allocator, _ = heap()
    with pytest.raises((AllocationError, MemoryFault)):
        allocator.free(pointer)


def test_a_block_is_freed_once() -> None:
    allocator, _ = heap()
    block = allocator.allocate(8)
    allocator.free(block)
    with pytest.raises(AllocationError, match="not in use"):
        allocator.free(block)


@pytest.mark.parametrize(
    ("freed", "written", "reason"),
    [
        (False, OCCUPIED | 23, "overwritten"),
        (False, 0, "not in use"),
        (True, OCCUPIED, "leads to one that is in use"),
    ],
)
def test_overwritten_headers_are_noticed(freed: bool, written: int, reason: str) -> None:
    allocator, memory = heap()
    block = allocator.allocate(8)
    if freed:
        allocator.free(block)
    struct.pack_into("<Q", memory.bytes, block - HEADER_SIZE, written)
    request = allocator.allocate if freed else allocator.free
    with pytest.raises(AllocationError, match=reason):
        request(8 if freed else block)


def test_links_that_lead_outside_are_noticed() -> None:
    allocator, memory = heap()
    block = allocator.allocate(8)
    allocator.free(block)
    struct.pack_into("<Q", memory.bytes, block - HEADER_SIZE, PAGE - 8)
    assert allocator.allocate(8) == block
    with pytest.raises(MemoryFault):
        allocator.allocate(8)


def test_after_an_error_nothing_works() -> None:
    allocator, _ = heap()
    block = allocator.allocate(8)
    with pytest.raises(AllocationError):
        allocator.allocate(MAX_ALLOCATION + 1)
    for attempt in (lambda: allocator.allocate(1), lambda: allocator.free(block)):
        with pytest.raises(AllocationError, match="out of use"):
            attempt()


class Both:
    """The heap in WebAssembly and the readable one, asked for the same."""

    engine = new_engine()
    modules = HeapModules(engine)

    def __init__(self, base: int, pages: int) -> None:
        self.store = Store(self.engine)
        self.store.set_epoch_deadline(10)
        memory = Memory(self.store, MemoryType(Limits(pages, pages)))
        gate = self.modules.open_gate(self.store, Linker(self.engine))
        self.heap = self.modules.place(self.store, gate, memory, base)
        self.bytes = memory_view(self.store, memory)
        self.allocator, self.memory = heap(base, pages)

    def ask(self, name: str, argument: int) -> int | None:
        """Do the same with both; return what they answer, None if they refuse."""
        answers: list[int | None] = []
        for one in (self.heap, self.allocator):
            try:
                answers.append(getattr(one, name)(argument))
            except (AllocationError, MemoryFault):
                answers.append(None)
        if name == "allocate":
            assert answers[0] == answers[1], (name, argument)
        else:
            assert (self.heap.failure() is None) == (not self.allocator._poisoned)
        assert self.bytes == self.memory.bytes
        return answers[1]


@given(
    st.integers(0, 40),
    st.lists(st.tuples(st.booleans(), st.integers(0, 5000), st.integers(0, 300)), max_size=40),
)
def test_both_heaps_are_the_same(base: int, steps: list[tuple[bool, int, int]]) -> None:
    both = Both(base, pages=2)
    live: list[int] = []
    for allocates, number, written in steps:
        if allocates or not live:
            pointer = both.ask("allocate", number)
            if pointer is None:
                return
            live.append(pointer)
        elif written < 20:
            # what a broken runtime does to the headers of its heap
            at = live[number % len(live)] - HEADER_SIZE
            for memory in (both.bytes, both.memory.bytes):
                struct.pack_into("<Q", memory, at, written << 29 | number)
        else:
            both.ask("free", live.pop(number % len(live)))
            if both.heap.failure() is not None:
                return


@pytest.mark.parametrize("base", [0, 2 * PAGE - 16, 2 * PAGE - 15, 2 * PAGE, 2**32 - 9])
@pytest.mark.parametrize("size", [0, 1, 8, 9, PAGE, MAX_ALLOCATION, MAX_ALLOCATION + 1, 2**32 - 1])
def test_both_heaps_end_at_the_same_place(base: int, size: int) -> None:
    Both(base, pages=2).ask("allocate", size)


@pytest.mark.parametrize("pointer", [0, 7, 8, PAGE, 2 * PAGE, 2 * PAGE + 1, 2**32 - 1])
def test_both_heaps_refuse_the_same_pointers(pointer: int) -> None:
    Both(0, pages=2).ask("free", pointer)


@given(
    st.integers(0, 40),
    st.lists(st.tuples(st.booleans(), st.integers(0, 5000)), max_size=60),
)
def test_blocks_never_overlap(base: int, steps: list[tuple[bool, int]]) -> None:
    allocator, memory = heap(base, pages=8)
    live: dict[int, int] = {}
    for allocates, number in steps:
        if allocates or not live:
            pointer = allocator.allocate(number)
            assert pointer % 8 == 0
            assert pointer - HEADER_SIZE >= base
            assert pointer + number <= memory.size
            for other, size in live.items():
                assert pointer + max(number, 8) <= other - HEADER_SIZE or other + size <= pointer
            memory.write(pointer, b"\xff" * number)
            live[pointer] = number
        else:
            pointer = sorted(live)[number % len(live)]
            assert memory.read(pointer, live.pop(pointer)).strip(b"\xff") == b""
            allocator.free(pointer)
