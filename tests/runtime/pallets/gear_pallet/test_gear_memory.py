"""Memory of programs between messages: what is stored, allocated, given back, and paid for.

Named as the reference's tests of pallet_gear. Charges of every access are tested in
tests/runtime/gear/execution.
"""

import pytest
from wasmtime import wat2wasm

from parachain.runtime.gear.reply_code import Error, Execution, SimpleExecutionError
from parachain.runtime.pallets import gear_program
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.course import (
    FAILED,
    SUCCESS,
    begin,
    commands,
    mark,
    process,
    tell,
    word,
)
from tests.runtime.pallets.gear_pallet.programs import program, syscall
from tests.runtime.pallets.gear_pallet.traffic import everything_is_over, upload

PAGE, GEAR_PAGE = 65_536, 16_384
#: Where results are kept.
KEPT = 4096


def keep(call: str) -> str:
    """Keep what a function of the allocator returns."""
    return f"(i32.store (i32.const {KEPT}) (call ${call}))"


def pages(blocks: Blocks, address: bytes) -> list[int]:
    """Gear pages that are stored."""
    return sorted(number for number, _ in gear_program.memory.pages(blocks.ext, address, 0))


def run(blocks: Blocks, handle: str) -> tuple[bytes, object]:
    """Let a program do something in `handle`; return its id and the status."""
    address = upload(blocks, program(handle=handle))
    message = tell(blocks, address, gas=50_000_000_000)
    return address, process(blocks).statuses[message]


def test_memory_access_cases(blocks: Blocks) -> None:
    """Stored pages are there again, untouched ones are not stored, the data segment is."""
    handle = commands(
        mark(70_000, 7), mark(KEPT) + f"(i32.store (i32.const {KEPT}) (i32.load (i32.const 70000)))"
    )
    address = upload(blocks, program(handle=handle, data=b"data"))
    tell(blocks, address)
    process(blocks)
    # Page 0 has the command, page 4 the mark.
    assert pages(blocks, address) == [0, 4]
    tell(blocks, address, b"\1")
    process(blocks)
    assert word(blocks, address, KEPT) == 7


def test_lazy_pages(blocks: Blocks) -> None:
    """Only pages that were written are stored, each whole; reading stores nothing."""
    touches = "".join(mark(at) for at in (0, 16_384 - 2, 5 * 16_384)) + (
        "(drop (i32.load (i32.const 50000)))"
    )
    address, status = run(blocks, touches)
    assert status is SUCCESS
    assert pages(blocks, address) == [0, 1, 5]  # the second mark lies on two pages


def test_check_changed_pages_in_storage(blocks: Blocks) -> None:
    allocate = "(drop (call $alloc (i32.const 4)))"
    address = upload(
        blocks,
        program(
            init=allocate + mark(2 * PAGE) + mark(4 * PAGE + 20_000),
            handle=commands(mark(2 * PAGE, 2) + mark(5 * PAGE), mark(3 * PAGE, 3) + "unreachable"),
        ),
    )
    assert pages(blocks, address) == [8, 17]
    tell(blocks, address)
    process(blocks)
    assert pages(blocks, address) == [0, 8, 17, 20]
    assert word(blocks, address, 2 * PAGE) == 2
    tell(blocks, address, b"\1")
    process(blocks)
    assert pages(blocks, address) == [0, 8, 17, 20]  # what fails stores nothing


def test_check_not_allocated_pages(blocks: Blocks) -> None:
    """Pages between allocated ones, and those given back, are not stored."""
    address = upload(
        blocks,
        program(
            init="(drop (call $alloc (i32.const 3)))"
            + mark(2 * PAGE)
            + mark(3 * PAGE)
            + mark(4 * PAGE)
            + "(drop (call $free (i32.const 3)))",
        ),
    )
    assert pages(blocks, address) == [8, 16]
    assert gear_program.programs.allocations(blocks.ext, address) == ((2, 2), (4, 4))


def test_allocate_in_init_free_in_handle(blocks: Blocks) -> None:
    address = upload(
        blocks,
        program(
            init="(drop (call $alloc (i32.const 1)))" + mark(2 * PAGE),
            handle="(drop (call $free (i32.const 2)))",
        ),
    )
    assert pages(blocks, address) == [8]
    tell(blocks, address)
    process(blocks)
    assert pages(blocks, address) == []
    assert gear_program.programs.allocations(blocks.ext, address) == ()


@pytest.mark.parametrize(
    ("call", "status", "returned"),
    [
        pytest.param("free (i32.const 65536)", FAILED, 0, id="free_usage_error: beyond all pages"),
        pytest.param("free (i32.const 100)", SUCCESS, 1, id="free_usage_error"),
        pytest.param("free (i32.const 1)", SUCCESS, 1, id="a static page"),
        pytest.param(
            "free_range (i32.const 0) (i32.const 1)", SUCCESS, 1, id="free_range_oob_error"
        ),
        pytest.param(
            "free_range (i32.const 3) (i32.const 2)",
            SUCCESS,
            1,
            id="free_range_invalid_range_error",
        ),
        pytest.param("free_range (i32.const 2) (i32.const 3)", SUCCESS, 0, id="free_range_success"),
    ],
)
def test_giving_memory_back(blocks: Blocks, call: str, status: object, returned: int) -> None:
    allocate = "(drop (call $alloc (i32.const 3)))"
    address, found = run(blocks, allocate + mark(KEPT, 99) + keep(call))
    assert found is status
    if status is SUCCESS:
        assert word(blocks, address, KEPT) == returned


def test_alloc_charge_error(blocks: Blocks) -> None:
    """Memory that cannot be had: the program is told, and goes on."""
    address, status = run(blocks, keep("alloc (i32.const 40000)"))
    assert status is SUCCESS
    assert word(blocks, address, KEPT) == 2**32 - 1


def test_oom_handler_works(blocks: Blocks) -> None:
    address, message = begin(blocks, program(init=syscall("gr_oom_panic")))
    done = process(blocks)
    assert done.code(message) == Error(Execution(SimpleExecutionError.MEMORY_OVERFLOW))
    assert gear_program.programs.memory_infix(blocks.ext, address) is None
    everything_is_over(blocks)


def test_gas_limit_exceeded_oob_case(blocks: Blocks) -> None:
    """Errors written to ever new pages are paid for, though the call itself has failed."""
    body = (
        "(local $at i32)(loop $again (call $gr_send_push (i32.const 0) (i32.const 0x10000000) "
        "(i32.const 1) (local.get $at)) (br_if $again (i32.ne (local.tee $at (i32.add "
        "(local.get $at) (i32.const 0x4000))) (i32.const 0x2000000))))"
    )
    code = bytes(
        wat2wasm(
            '(module (import "env" "memory" (memory 512))'
            '(import "env" "gr_send_push" (func $gr_send_push (param i32 i32 i32 i32)))'
            f'(func (export "init") {body}))'
        )
    )
    _, message = begin(blocks, code, gas=10_000_000_000)
    done = process(blocks)
    assert done.code(message) == Error(Execution(SimpleExecutionError.RAN_OUT_OF_GAS))


STORE_EACH = (
    "(loop $again (i32.store (local.get $at) (local.get $at)) (br_if $again (i32.ne "
    "(local.tee $at (i32.add (local.get $at) (i32.const 0x1000))) (i32.const 0x100000))))"
)


def test_initial_pages_cheaper_than_allocated_pages(blocks: Blocks) -> None:
    burned = []
    for memory, allocate in ((16, ""), (0, "(drop (call $alloc (i32.const 16)))")):
        code = bytes(
            wat2wasm(
                f'(module (import "env" "memory" (memory {memory}))'
                '(import "env" "alloc" (func $alloc (param i32) (result i32)))'
                f'(func (export "init") (local $at i32) {allocate} {STORE_EACH}))'
            )
        )
        begin(blocks, code, gas=100_000_000_000)
        burned.append(process(blocks).burned)
    assert burned[0] < burned[1]


@pytest.mark.parametrize("count", [1, 300])
def test_use_big_memory(blocks: Blocks, count: int) -> None:
    """The first and the last of many pages."""
    last = (2 + count) * PAGE - 4
    address, status = run(
        blocks, f"(drop (call $alloc (i32.const {count})))" + mark(2 * PAGE) + mark(last)
    )
    assert status is SUCCESS
    assert pages(blocks, address) == [8, last // GEAR_PAGE]


def test_vec(blocks: Blocks) -> None:
    """Memory that grows with every message."""
    grow = "(i32.store (call $place) (i32.const 1))"
    place = (
        "(func $place (result i32) (local $page i32) "
        "(local.set $page (call $alloc (i32.const 1))) "
        "(i32.mul (local.get $page) (i32.const 65536)))"
    )
    address = upload(blocks, program(handle=grow, more=place))
    for count in range(1, 5):
        tell(blocks, address)
        process(blocks)
        assert gear_program.programs.allocations(blocks.ext, address) == ((2, 1 + count),)
        assert pages(blocks, address) == [8 + 4 * n for n in range(count)]
