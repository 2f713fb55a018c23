"""Signals: what a program is told of its message that has failed, and the gas put aside for it.

Named as the reference's tests of pallet_gear.
"""

from typing import Any

import pytest

from parachain.runtime.gear import gas_tree
from parachain.runtime.gear.gas_tree import GasTreeError, NodeId
from parachain.runtime.gear.ids import signal_id
from parachain.runtime.gear.program import Terminated
from parachain.runtime.pallets import gear, gear_program
from parachain.runtime.pallets.gear_gas import StoredGasNodes
from parachain.runtime.pallets.gear_messenger import waitlist
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.course import (
    FAILED,
    SUCCESS,
    begin,
    commands,
    jump,
    mark,
    process,
    stages,
    tell,
    word,
)
from tests.runtime.pallets.gear_pallet.programs import DATA, RESULT, must, program, syscall
from tests.runtime.pallets.gear_pallet.traffic import everything_is_over, upload
from tests.runtime.pallets.scene import ALICE

ASIDE = 2_000_000_000
#: Where `handle_signal` notes the code of the signal, and that it has run at all.
CODE, RAN = 2048, 2056

PUT_ASIDE = must("gr_system_reserve_gas", ASIDE, RESULT)


def signalled(handle: str, **rest: Any) -> bytes:
    """A program that notes the signal. The answer of `gr_signal_code` is its error, then it."""
    note = syscall("gr_signal_code", CODE - 4) + mark(RAN)
    return program(**{"handle": handle, "handle_signal": note, **rest})


def aside(blocks: Blocks, message: bytes) -> int | None:
    """Gas put aside by a message, None if it is no more."""
    try:
        return gas_tree.system_reserved(StoredGasNodes(blocks.ext), NodeId(message))
    except GasTreeError:
        return None


def fails_with(blocks: Blocks, code: int, handle: str, **rest: Any) -> None:
    """A message fails, and the program gets the signal in the same block."""
    address = upload(blocks, signalled(handle, **rest))
    message = tell(blocks, address)
    done = process(blocks)
    # The system that sends signals is no program, so that their statuses are told.
    signal = signal_id(blocks.ext.blake2_256, message)
    assert done.statuses == {message: FAILED, signal: SUCCESS}
    assert done.total == 2
    assert (word(blocks, address, CODE), word(blocks, address, RAN)) == (code, 1)
    everything_is_over(blocks)


LOOP = "(loop $again (br $again))"
TOUCH_ALL = (
    "(local $at i32)(loop $again (i32.store (local.get $at) (i32.const 1))"
    "(local.set $at (i32.add (local.get $at) (i32.const 16384)))"
    "(br_if $again (i32.lt_u (local.get $at) (i32.const 131072))) (local.set $at (i32.const 0))"
    "(br $again))"
)


@pytest.mark.parametrize(
    ("handle", "code"),
    [
        pytest.param(syscall("gr_panic", DATA, 0), 100, id="signal_userspace_panic_works"),
        pytest.param(LOOP, 101, id="signal_run_out_of_gas_works"),
        pytest.param(TOUCH_ALL, 101, id="signal_run_out_of_gas_memory_access_works"),
        pytest.param(
            mark(DATA, 0xFF) + syscall("gr_debug", DATA, 1),
            102,
            id="signal_backend_error_invalid_debug_works",
        ),
        pytest.param(
            syscall("gr_wait_for", 0), 102, id="signal_backend_error_unrecoverable_ext_works"
        ),
        pytest.param(syscall("gr_oom_panic"), 103, id="signal_memory_overflow_works"),
        pytest.param("unreachable", 104, id="signal_unreachable_instruction_works"),
        pytest.param(
            "(drop (call $free (i32.const 65537)))",
            104,
            id="signal_unreachable_instruction_incorrect_free_works",
        ),
        pytest.param("(i32.store (i32.const -1) (i32.const 0))", 104, id="outside the memory"),
    ],
)
def test_signal_by_cause(blocks: Blocks, handle: str, code: int) -> None:
    local, rest = "", handle
    if handle.startswith("(local"):
        local, rest = handle[: handle.index(")") + 1], handle[handle.index(")") + 1 :]
    fails_with(blocks, code, local + PUT_ASIDE + rest)


def test_signal_backend_error_forbidden_action_works(blocks: Blocks) -> None:
    """Sending to the system's own address."""
    send = must("gr_send", DATA, DATA, 0, 0, RESULT)
    fails_with(blocks, 102, PUT_ASIDE + send, data=b"gear" * 8)


def test_signal_stack_limit(blocks: Blocks) -> None:
    deeper = (
        "(func $deeper (param i64) (result i64)"
        "(i64.add (i64.const 1) (call $deeper (local.get 0))))"
    )
    fails_with(blocks, 105, PUT_ASIDE + "(drop (call $deeper (i64.const 0)))", more=deeper)


# -- when there is no signal -------------------------------------------------------------------


def test_no_signal_without_gas_put_aside(blocks: Blocks) -> None:
    address = upload(blocks, signalled("unreachable"))
    tell(blocks, address)
    assert process(blocks).total == 1
    assert word(blocks, address, RAN) == 0


def test_signal_on_uninitialized_program(blocks: Blocks) -> None:
    """Initialization that fails is no message to be told of."""
    address, _ = begin(blocks, signalled("", init=PUT_ASIDE + "unreachable"))
    assert process(blocks).total == 1
    assert isinstance(gear_program.programs.get(blocks.ext, address), Terminated)
    everything_is_over(blocks)


def test_signal_recursion_not_occurs(blocks: Blocks) -> None:
    """A signal whose handling fails is the end of it."""
    address = upload(
        blocks, signalled(PUT_ASIDE + "unreachable", handle_signal=mark(RAN) + "unreachable")
    )
    message = tell(blocks, address)
    done = process(blocks)
    signal = signal_id(blocks.ext.blake2_256, message)
    assert (done.total, done.statuses) == (2, {message: FAILED, signal: FAILED})
    assert process(blocks).total == 0
    everything_is_over(blocks)


def test_handle_signal_wait(blocks: Blocks) -> None:
    """Signals may wait; when their time is over, nobody is told."""
    body = stages(mark(RAN) + syscall("gr_wait_up_to", 5), mark(RAN, 2))
    address = upload(blocks, signalled(PUT_ASIDE + "unreachable", handle_signal=body))
    message = tell(blocks, address)
    done = process(blocks)
    signal = signal_id(blocks.ext.blake2_256, message)
    assert list(done.waited) == [signal]
    assert waitlist.contains(blocks.ext, address, signal)
    blocks.next(4)
    done = process(blocks)
    assert done.woken == [signal]
    assert word(blocks, address, RAN) == 2
    everything_is_over(blocks)


def test_critical_hook_in_handle_signal(blocks: Blocks) -> None:
    """A signal sends what the failed message could not."""
    send = must("gr_send", DATA, DATA, 1, 0, RESULT)
    code = signalled(PUT_ASIDE + "unreachable", handle_signal=send + mark(RAN))
    address = upload(blocks, code)
    tell(blocks, address)
    done = process(blocks)
    (critical,) = done.told
    assert critical.source == address
    assert word(blocks, address, RAN) == 1


def test_signal_from_is_the_failed_message(blocks: Blocks) -> None:
    code = signalled(PUT_ASIDE + "unreachable", handle_signal=must("gr_signal_from", CODE - 4))
    address = upload(blocks, code)
    message = tell(blocks, address)
    process(blocks)
    assert word(blocks, address, CODE) == int.from_bytes(message[:4], "little")


# -- signals later -----------------------------------------------------------------------------


def test_signal_async_wait_works(blocks: Blocks) -> None:
    """Gas stays aside while the message waits, and pays for the signal then."""
    address = upload(
        blocks, signalled(stages(PUT_ASIDE + syscall("gr_wait_for", 3), "unreachable"))
    )
    message = tell(blocks, address)
    process(blocks)
    assert aside(blocks, message) == ASIDE
    blocks.next(2)
    done = process(blocks)
    assert (done.woken, done.total) == ([message], 2)
    assert word(blocks, address, CODE) == 104
    everything_is_over(blocks)


def test_signal_removed_from_waitlist_works(blocks: Blocks) -> None:
    address = upload(blocks, signalled(PUT_ASIDE + syscall("gr_wait")))
    message = tell(blocks, address, gas=3_000_000_000)
    (end,) = process(blocks).waited.values()
    assert aside(blocks, message) == ASIDE
    jump(blocks, end - 1)
    process(blocks)
    assert process(blocks).total == 1
    assert (word(blocks, address, CODE), aside(blocks, message)) == (200, None)
    everything_is_over(blocks)


@pytest.mark.parametrize(
    "init",
    [
        pytest.param(
            PUT_ASIDE + syscall("gr_wait"),
            id="remove_from_waitlist_init_does_not_send_signal",
        ),
        pytest.param(
            syscall("gr_wait"),
            id="remove_from_waitlist_init_without_system_reservation_does_not_send_signal",
        ),
    ],
)
def test_removed_init_does_not_send_signal(blocks: Blocks, init: str) -> None:
    address, _ = begin(blocks, signalled("", init=init), gas=3_000_000_000)
    (end,) = process(blocks).waited.values()
    jump(blocks, end)
    assert process(blocks).total == 0
    assert word(blocks, address, RAN) == 0
    everything_is_over(blocks)


@pytest.mark.parametrize(
    ("amount", "done"),
    [
        pytest.param(1, FAILED, id="signal_during_precharge"),
        pytest.param(25_000_000, FAILED, id="signal_during_prepare"),
        pytest.param(ASIDE, SUCCESS, id="enough"),
    ],
)
def test_signal_with_little_gas(blocks: Blocks, amount: int, done: object) -> None:
    """Too little gas for the signal: it fails before it runs, and nothing is left over."""
    handle = must("gr_system_reserve_gas", amount, RESULT) + "unreachable"
    address = upload(blocks, signalled(handle))
    message = tell(blocks, address)
    result = process(blocks)
    signal = signal_id(blocks.ext.blake2_256, message)
    assert result.statuses == {message: FAILED, signal: done}
    assert word(blocks, address, RAN) == (done is SUCCESS)
    everything_is_over(blocks)


# -- gas put aside -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handle", "status"),
    [
        pytest.param(PUT_ASIDE, SUCCESS, id="system_reservation_unreserve_works"),
        pytest.param(PUT_ASIDE + "unreachable", FAILED, id="system_reservation_panic_works"),
        pytest.param(
            PUT_ASIDE + syscall("gr_exit", DATA), SUCCESS, id="system_reservation_exit_works"
        ),
    ],
)
def test_system_reservation_ends(blocks: Blocks, handle: str, status: object) -> None:
    """Without `handle_signal` nobody uses it; it goes back to who has paid."""
    address = upload(blocks, program(handle=handle))
    before = blocks.free(ALICE)
    message = tell(blocks, address)
    done = process(blocks)
    assert done.statuses[message] is status
    tasks = 25_000_000 + 1_693_000
    assert before - blocks.free(ALICE) == (done.burned - tasks) * 100
    everything_is_over(blocks)


def test_system_reservation_wait_works(blocks: Blocks) -> None:
    address = upload(blocks, program(handle=stages(PUT_ASIDE + syscall("gr_wait_for", 2), "")))
    message = tell(blocks, address)
    process(blocks)
    assert aside(blocks, message) == ASIDE
    blocks.next(2)
    everything_is_over(blocks)


@pytest.mark.parametrize(
    ("then", "count"),
    [
        pytest.param("unreachable", 2, id="system_reservation_wait_and_panic_works"),
        pytest.param(syscall("gr_exit", DATA), 1, id="system_reservation_wait_and_exit_works"),
        pytest.param(
            PUT_ASIDE + "unreachable",
            2,
            id="system_reservation_wait_and_reserve_with_panic_works",
        ),
        pytest.param(
            PUT_ASIDE + syscall("gr_exit", DATA),
            1,
            id="system_reservation_wait_and_exit_across_executions",
        ),
    ],
)
def test_system_reservation_after_a_wait(blocks: Blocks, then: str, count: int) -> None:
    address = upload(blocks, signalled(stages(PUT_ASIDE + syscall("gr_wait_for", 2), then)))
    message = tell(blocks, address)
    process(blocks)
    assert aside(blocks, message) == ASIDE
    blocks.next()
    assert process(blocks).total == count
    assert aside(blocks, message) is None
    everything_is_over(blocks)


def test_few_system_reservations_across_waits_works(blocks: Blocks) -> None:
    wait = PUT_ASIDE + syscall("gr_wait_for", 1)
    address = upload(blocks, signalled(stages(wait, wait, wait, "unreachable")))
    message = tell(blocks, address)
    for times in (1, 2, 3):
        process(blocks)
        assert aside(blocks, message) == times * ASIDE
    assert process(blocks).total == 2
    everything_is_over(blocks)


def test_system_reservation_accumulate_works(blocks: Blocks) -> None:
    more = must("gr_system_reserve_gas", 234_567_890, RESULT)
    address = upload(blocks, program(handle=PUT_ASIDE + more + syscall("gr_wait")))
    message = tell(blocks, address)
    process(blocks)
    assert aside(blocks, message) == ASIDE + 234_567_890


def test_system_reservation_zero_amount_panics(blocks: Blocks) -> None:
    """It is an error that the program is told."""
    nothing = syscall("gr_system_reserve_gas", 0, RESULT)
    note = f"(i32.store (i32.const {CODE}) (i32.load (i32.const {RESULT})))"
    address = upload(blocks, program(handle=commands(nothing + note)))
    tell(blocks, address)
    process(blocks)
    assert word(blocks, address, CODE) == 503


def test_system_reservation_gas_allowance_rollbacks(blocks: Blocks) -> None:
    """A block without gas undoes it: the next one begins anew."""
    address = upload(blocks, signalled(PUT_ASIDE + LOOP))
    message = tell(blocks, address, gas=5_000_000_000)
    process(blocks, 1_500_000_000)
    assert aside(blocks, message) == 0
    assert process(blocks).total == 2
    assert word(blocks, address, CODE) == 101
    everything_is_over(blocks)
    assert gear.block_number(blocks.ext) == blocks.number
