"""Messages that wait: into the waitlist, and out of it.

Source: gear, vara/pallets/gear/src/internal.rs.
"""

from typing import Optional

from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear import gas_tree
from parachain.runtime.gear.changes import (
    MessageWokenReason,
    MessageWokenSystemReason,
    WokenBySystem,
    waited_reason,
)
from parachain.runtime.gear.dispatch import StoredDispatch
from parachain.runtime.gear.gas_tree import LockId, NodeId
from parachain.runtime.gear.holds import wait_hold, wait_task
from parachain.runtime.gear.ids import ActorId, MessageId
from parachain.runtime.gear.intervals import Interval
from parachain.runtime.gear.tasks import RemoveFromWaitlist, WakeMessage
from parachain.runtime.gear.termination import MessageWaitedType
from parachain.runtime.pallets.gear import gas
from parachain.runtime.pallets.gear.block import block_number
from parachain.runtime.pallets.gear.events import MESSAGE_WAITED, MESSAGE_WOKEN
from parachain.runtime.pallets.gear.task_calls import call_off
from parachain.runtime.pallets.gear_gas import StoredGasNodes
from parachain.runtime.pallets.gear_messenger import queue, waitlist
from parachain.runtime.pallets.gear_scheduler import RENT_COSTS, task_pool


def wait(
    ext: Ext, dispatch: StoredDispatch, duration: Optional[int], waited_type: MessageWaitedType
) -> None:
    """Let a message wait for `duration` blocks, or as long as its gas pays for."""
    message, program = dispatch.message.id, dispatch.message.destination
    node = NodeId(message)
    now = block_number(ext)
    hold = wait_hold(RENT_COSTS, now, gas.limit(ext, node), duration)
    gas.lock(ext, node, LockId.WAITLIST, hold.lock_amount)
    root = gas_tree.origin(StoredGasNodes(ext), node).root
    task = wait_task(waited_type, program, message)
    # The same wake may have been scheduled before, by a program.
    if not (isinstance(task, WakeMessage) and task_pool.contains(ext, hold.expected, task)):
        task_pool.add(ext, hold.expected, task)
    origin = None if root == node else root
    MESSAGE_WAITED.deposit(ext, message, origin, waited_reason(waited_type), hold.expected)
    waitlist.insert(ext, dispatch, Interval(now, hold.expected))


def take(
    ext: Ext, program: ActorId, message: MessageId, reason: MessageWokenReason
) -> Optional[StoredDispatch]:
    """Take a message out of the waitlist and pay its rent; None if it does not wait there."""
    try:
        dispatch, interval = waitlist.remove(ext, program, message)
    except DispatchFailed:
        return None
    _end_wait(ext, dispatch, interval, reason)
    return dispatch


def wake(ext: Ext, program: ActorId, message: MessageId, reason: MessageWokenReason) -> bool:
    """Queue a message that waits; False if it does not."""
    dispatch = take(ext, program, message, reason)
    if dispatch is None:
        return False
    queue.enqueue(ext, dispatch)
    return True


def wake_all(ext: Ext, program: ActorId) -> None:
    """Queue all messages of a program that has ended, in the order of their ids."""
    reason = WokenBySystem(MessageWokenSystemReason.PROGRAM_GOT_INITIALIZED)
    for dispatch, interval in waitlist.drain(ext, program):
        _end_wait(ext, dispatch, interval, reason)
        queue.enqueue(ext, dispatch)


def schedule_wake(ext: Ext, program: ActorId, message: MessageId, delay: int) -> None:
    """Wake a message that waits now when `delay` blocks have passed."""
    if not waitlist.contains(ext, program, message):
        return
    block = min(block_number(ext) + delay, _MAX_BLOCK)
    task = WakeMessage(program, message)
    if not task_pool.contains(ext, block, task):
        task_pool.add(ext, block, task)


_MAX_BLOCK = 2**32 - 1


def _end_wait(
    ext: Ext, dispatch: StoredDispatch, interval: Interval, reason: MessageWokenReason
) -> None:
    message = dispatch.message.id
    gas.charge_for_hold(ext, NodeId(message), interval, LockId.WAITLIST)
    MESSAGE_WOKEN.deposit(ext, message, reason)
    call_off(ext, interval.finish, RemoveFromWaitlist(dispatch.message.destination, message))
