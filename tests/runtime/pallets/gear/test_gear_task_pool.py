"""The task pool: errors, order, what changes of it cost the block, and blocks left over."""

from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.runtime.gear.gas_tree import LockId
from parachain.runtime.gear.tasks import (
    SCHEDULED_TASK,
    RemoveFromMailbox,
    RemoveFromWaitlist,
    RemoveGasReservation,
    ScheduledTask,
    SendDispatch,
    SendUserMessage,
    WakeMessage,
)
from parachain.runtime.pallets import gear_gas
from parachain.runtime.pallets.gear_scheduler import RENT_COSTS, task_pool
from parachain.runtime.pallets.gear_scheduler.declarations import DUPLICATE_TASK, TASK_NOT_FOUND
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.gear.scene import PROGRAM, USER, message_id
from tests.runtime.pallets.scene import fails

LIMIT = 750_000_000_000
#: A write of the database.
W = 100_000_000

TASKS: tuple[ScheduledTask, ...] = (
    RemoveFromMailbox(USER, message_id(1)),
    RemoveFromWaitlist(PROGRAM, message_id(2)),
    WakeMessage(PROGRAM, message_id(3)),
    SendDispatch(message_id(4)),
    SendUserMessage(message_id(5), False),
    SendUserMessage(message_id(5), True),
    RemoveGasReservation(PROGRAM, message_id(6)),
)


def block() -> MemoryExt:
    ext = MemoryExt()
    gear_gas.allowance.begin_block(ext, 1)
    return ext


def test_add_and_delete_cost_the_block_a_write_each() -> None:
    ext = block()
    task_pool.add(ext, 7, TASKS[0])
    assert gear_gas.allowance.get(ext) == LIMIT - W
    assert task_pool.contains(ext, 7, TASKS[0])
    assert not task_pool.contains(ext, 8, TASKS[0])
    task_pool.delete(ext, 7, TASKS[0])
    assert gear_gas.allowance.get(ext) == LIMIT - 2 * W
    assert not task_pool.contains(ext, 7, TASKS[0])


def test_refusals_cost_nothing() -> None:
    ext = block()
    task_pool.add(ext, 7, TASKS[0])
    with fails(ext, DUPLICATE_TASK):
        task_pool.add(ext, 7, TASKS[0])
    with fails(ext, TASK_NOT_FOUND):
        task_pool.delete(ext, 8, TASKS[0])
    assert gear_gas.allowance.get(ext) == LIMIT - W


def test_the_allowance_does_not_go_below_zero() -> None:
    ext = block()
    gear_gas.allowance.put(ext, W - 1)
    task_pool.add(ext, 7, TASKS[0])
    assert gear_gas.allowance.get(ext) == 0


@settings(max_examples=30, deadline=None)
@given(st.permutations(TASKS))
def test_tasks_come_in_the_order_of_their_encodings(tasks: list[ScheduledTask]) -> None:
    ext = block()
    for task in tasks:
        task_pool.add(ext, 256, task)
        task_pool.add(ext, 1, task)
    left = gear_gas.allowance.get(ext)
    expected = sorted(TASKS, key=SCHEDULED_TASK.encode)
    assert expected == list(TASKS)
    assert list(task_pool.iterate(ext, 256)) == expected
    assert list(task_pool.drain(ext, 256)) == expected
    assert list(task_pool.iterate(ext, 256)) == []
    assert list(task_pool.iterate(ext, 1)) == expected
    assert gear_gas.allowance.get(ext) == left


def test_a_drained_task_can_be_put_back() -> None:
    ext = block()
    for task in TASKS[:3]:
        task_pool.add(ext, 7, task)
    done = []
    for task in task_pool.drain(ext, 7):
        assert not task_pool.contains(ext, 7, task)
        if task == TASKS[1]:
            task_pool.add(ext, 7, task)
            break
        done.append(task)
    assert done == [TASKS[0]]
    assert list(task_pool.iterate(ext, 7)) == list(TASKS[1:3])


def test_blocks_left_over() -> None:
    ext = block()
    assert task_pool.first_incomplete(ext) is None
    assert task_pool.take_first_incomplete(ext) is None
    task_pool.put_first_incomplete(ext, 7)
    assert task_pool.first_incomplete(ext) == 7
    assert task_pool.take_first_incomplete(ext) == 7
    assert task_pool.first_incomplete(ext) is None


def test_rent() -> None:
    assert [RENT_COSTS.per_block(lock_id) for lock_id in LockId] == [100] * 4
    assert RENT_COSTS.reserve_for == 1
