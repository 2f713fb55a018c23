"""Tasks of the scheduler: what they cost the block, and what is left to the next one.

Figures follow from the algorithm, by hand: R and W are a read and a write of the database.
"""

import pytest

from parachain.runtime.frame.error import InvalidBlock
from parachain.runtime.gear.changes import MessageWokenRuntimeReason, WokenByRuntime
from parachain.runtime.gear.tasks import (
    RemoveFromMailbox,
    RemoveFromWaitlist,
    RemoveGasReservation,
    ScheduledTask,
    SendDispatch,
    SendUserMessage,
    WakeMessage,
)
from parachain.runtime.pallets import gear, gear_builtin, gear_gas
from parachain.runtime.pallets.gear.queue_run import QueueRun
from parachain.runtime.pallets.gear.tasks import most_gas, process_tasks
from parachain.runtime.pallets.gear_scheduler import task_pool
from parachain.runtime.pallets.gear_scheduler.declarations import first_incomplete_tasks_block
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.programs import program, syscall
from tests.runtime.pallets.gear_pallet.traffic import everything_is_over, send, upload

R, W = 25_000_000, 100_000_000
NO_WAKE = 30_460_000
WAKE = 850_858_000
PROGRAM = bytes([0x70]) * 32


def wake(number: int) -> WakeMessage:
    """Of a message that does not wait: nothing happens."""
    return WakeMessage(PROGRAM, bytes([number]) * 32)


def schedule(blocks: Blocks, count: int, block: int = 1) -> None:
    for number in range(count):
        task_pool.add(blocks.ext, block, wake(number))


def run(blocks: Blocks, allowance: int) -> int:
    """Process tasks with an allowance; return what is left of it."""
    gear_gas.allowance.put(blocks.ext, allowance)
    process_tasks(QueueRun(blocks.ext))
    return gear_gas.allowance.get(blocks.ext)


def left_over(blocks: Blocks, block: int = 1) -> int:
    return len(list(task_pool.iterate(blocks.ext, block)))


@pytest.mark.parametrize(
    ("task", "gas"),
    [
        (RemoveFromMailbox(PROGRAM, PROGRAM), 1_841_478_000),
        (RemoveFromWaitlist(PROGRAM, PROGRAM), 1_884_961_000),
        (wake(1), WAKE),
        (SendDispatch(PROGRAM), 809_788_000),
        (SendUserMessage(PROGRAM, to_mailbox=True), 1_457_731_000),
        (RemoveGasReservation(PROGRAM, PROGRAM), 941_085_000),
    ],
)
def test_most_gas(task: ScheduledTask, gas: int) -> None:
    assert most_gas(task) == gas


def test_nothing_to_do_costs_a_read(blocks: Blocks) -> None:
    assert run(blocks, 10**12) == 10**12 - R
    assert blocks.run() == gear_builtin.CREATE_DISPATCHER_GAS + R


def test_gas_of_tasks(blocks: Blocks) -> None:
    schedule(blocks, 3)
    assert run(blocks, 10**12) == 10**12 - R - 3 * (W + NO_WAKE)
    assert left_over(blocks) == 0


def test_task_that_does_not_fit_goes_back(blocks: Blocks) -> None:
    schedule(blocks, 3)
    # The first is run. For the second one's worst case there is exactly too little.
    enough = R + (W + NO_WAKE) + (W + WAKE + W)
    left = run(blocks, enough)
    assert left_over(blocks) == 2
    # Taking out and putting back are undone, looking at it is a read; noting the block a write.
    assert left == (WAKE + W) + W - R - W
    assert first_incomplete_tasks_block.get(blocks.ext) == 1


def test_task_that_just_fits(blocks: Blocks) -> None:
    schedule(blocks, 2)
    run(blocks, R + (W + NO_WAKE) + (W + WAKE + W) + 1)
    assert left_over(blocks) == 0


def test_no_gas_for_any_task(blocks: Blocks) -> None:
    schedule(blocks, 1)
    assert run(blocks, 2 * W + R) == W
    assert (left_over(blocks), first_incomplete_tasks_block.get(blocks.ext)) == (1, 1)


def test_left_over_tasks_come_first(blocks: Blocks) -> None:
    schedule(blocks, 2)
    run(blocks, 2 * W + R)
    blocks.next()  # runs them
    assert left_over(blocks) == 0
    assert first_incomplete_tasks_block.get(blocks.ext) is None


def test_still_no_gas(blocks: Blocks) -> None:
    """Reading the note costs a write, and writing it again is free."""
    schedule(blocks, 1)
    run(blocks, 2 * W + R)
    assert run(blocks, 3 * W) == 2 * W
    assert first_incomplete_tasks_block.get(blocks.ext) == 1


@pytest.mark.parametrize(
    "task",
    [
        RemoveFromMailbox(PROGRAM, PROGRAM),
        RemoveFromWaitlist(PROGRAM, PROGRAM),
        SendDispatch(PROGRAM),
        SendUserMessage(PROGRAM, to_mailbox=False),
        RemoveGasReservation(PROGRAM, PROGRAM),
    ],
)
def test_task_about_nothing_fails_the_block(blocks: Blocks, task: ScheduledTask) -> None:
    task_pool.add(blocks.ext, 1, task)
    with pytest.raises(InvalidBlock):
        blocks.run()


def test_delayed_wake(blocks: Blocks) -> None:
    """A message waits; a second one wakes it three blocks later."""
    flag = "(i32.load (i32.const 64))"
    first = f"(i32.store (i32.const 64) (i32.const 1)) {syscall('gr_message_id', 128)}"
    second = f"(i32.store (i32.const 64) (i32.const 2)) {syscall('gr_wake', 128, 3, 1024)}"
    one = f"(i32.eq {flag} (i32.const 1))"
    body = (
        f"(if (i32.eqz {flag}) (then {first} {syscall('gr_wait')})"
        f"(else (if {one} (then {second}))))"
    )
    address = upload(blocks, program(handle=body))
    waiting = send(blocks, address)
    blocks.next()
    send(blocks, address)
    blocks.next(3)
    blocks.events()
    blocks.run()
    reason = WokenByRuntime(MessageWokenRuntimeReason.WAKE_CALLED)
    assert blocks.events()[0] == ("MessageWoken", waiting, reason)
    blocks.next()
    everything_is_over(blocks)
    assert gear.block_number(blocks.ext) == blocks.number
