"""The pool of tasks: what the scheduler is to do in which Gear block.

Adding and deleting a task costs the block, not a message, one write of the database. Taking tasks
out to run them costs nothing here, because whoever does so counts it. Source: gear,
vara/common/src/scheduler.rs and vara/pallets/gear-scheduler/src/lib.rs.
"""

from typing import Iterator, Optional

from parachain.runtime.frame.error import ensure
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.tasks import ScheduledTask
from parachain.runtime.pallets import gear_gas, system
from parachain.runtime.pallets.gear_scheduler.declarations import (
    DUPLICATE_TASK,
    TASK_NOT_FOUND,
    first_incomplete_tasks_block,
    task_pool,
)

#: Gas of the block for a change of the pool.
CHANGE_GAS = system.DB_WEIGHT.reads_writes(0, 1).ref_time


def add(ext: Ext, block: int, task: ScheduledTask) -> None:
    """Schedule a task. Fails with DuplicateTask."""
    key = (block, task)
    ensure(not task_pool.contains(ext, key), DUPLICATE_TASK)
    task_pool.put(ext, key, ())
    gear_gas.allowance.decrease(ext, CHANGE_GAS)


def delete(ext: Ext, block: int, task: ScheduledTask) -> None:
    """Call a task off. Fails with TaskNotFound."""
    key = (block, task)
    ensure(task_pool.contains(ext, key), TASK_NOT_FOUND)
    task_pool.remove(ext, key)
    gear_gas.allowance.decrease(ext, CHANGE_GAS)


def contains(ext: Ext, block: int, task: ScheduledTask) -> bool:
    """Whether the task is scheduled for the block."""
    return task_pool.contains(ext, (block, task))


def iterate(ext: Ext, block: int) -> Iterator[ScheduledTask]:
    """All tasks of a block, in the order of their encodings."""
    for (_, task), _ in task_pool.iterate(ext, block):
        yield task


def drain(ext: Ext, block: int) -> Iterator[ScheduledTask]:
    """Take out the tasks of a block, one at each step, in the order of their encodings.

    Tasks that are added meanwhile come too, if they sort behind the one taken last.
    """
    for key, _ in task_pool.iterate(ext, block):
        task_pool.remove(ext, key)
        yield key[1]


# -- blocks that were too short for all their tasks --------------------------------------------


def first_incomplete(ext: Ext) -> Optional[int]:
    """Return the earliest block that has tasks left over, None if all are done."""
    return first_incomplete_tasks_block.get(ext)


def take_first_incomplete(ext: Ext) -> Optional[int]:
    """Return the earliest block that has tasks left over, and forget it."""
    return first_incomplete_tasks_block.take(ext)


def put_first_incomplete(ext: Ext, block: int) -> None:
    """Note the earliest block that has tasks left over."""
    first_incomplete_tasks_block.put(ext, block)
