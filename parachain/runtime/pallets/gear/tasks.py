"""Tasks of the scheduler: what each does, what it costs the block, and how many are done.

Source: gear, vara/pallets/gear/src/manager/task.rs and lib.rs (process_tasks).
"""

from parachain.runtime.frame.error import InvalidBlock
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear import gas_tree
from parachain.runtime.gear.changes import (
    MessageWokenRuntimeReason,
    MessageWokenSystemReason,
    ReadBySystem,
    UserMessageReadSystemReason,
    WokenByRuntime,
    WokenBySystem,
)
from parachain.runtime.gear.dispatch import DispatchKind, StoredDispatch, released, stored
from parachain.runtime.gear.gas_tree import LockId, NodeId
from parachain.runtime.gear.ids import ActorId, MessageId, reply_id
from parachain.runtime.gear.messages import is_reply, stored_message, user_message
from parachain.runtime.gear.packets import error_reply_packet, reply_dispatch
from parachain.runtime.gear.reply_code import RemovedFromWaitlist, RemovedFromWaitlistSignal
from parachain.runtime.gear.reply_text import error_reply_text
from parachain.runtime.gear.tasks import (
    RemoveFromMailbox,
    RemoveFromWaitlist,
    RemoveGasReservation,
    ScheduledTask,
    SendDispatch,
    SendUserMessage,
    WakeMessage,
)
from parachain.runtime.pallets import system
from parachain.runtime.pallets.gear import (
    gas,
    lifecycle,
    mailbox,
    reservations,
    sending,
    signals,
    waitlist,
)
from parachain.runtime.pallets.gear.block import block_number
from parachain.runtime.pallets.gear.declarations import SCHEDULE
from parachain.runtime.pallets.gear.events import USER_MESSAGE_SENT
from parachain.runtime.pallets.gear.queue_run import QueueRun
from parachain.runtime.pallets.gear_gas import StoredGasNodes, allowance
from parachain.runtime.pallets.gear_messenger import queue, stash
from parachain.runtime.pallets.gear_scheduler import task_pool

_WEIGHTS = SCHEDULE.task_weights

_READ, _WRITE = system.DB_WEIGHT.read, system.DB_WEIGHT.write

_OUT_OF_RENT = ReadBySystem(UserMessageReadSystemReason.OUT_OF_RENT)
_WAITED_TOO_LONG = WokenBySystem(MessageWokenSystemReason.OUT_OF_RENT)
_WAKE_CALLED = WokenByRuntime(MessageWokenRuntimeReason.WAKE_CALLED)


def process_tasks(run: QueueRun) -> None:
    """Run the tasks that are due, from the earliest block that has any left over.

    What the block has no gas for is left to the next.
    """
    ext = run.ext
    now = block_number(ext)
    left_over = task_pool.take_first_incomplete(ext)
    allowance.decrease(ext, _READ if left_over is None else _WRITE)
    for block in range(now if left_over is None else left_over, now + 1):
        if _process_block(run, block):
            continue
        if left_over is None:
            allowance.decrease(ext, _WRITE)
        task_pool.put_first_incomplete(ext, block)
        return


def _process_block(run: QueueRun, block: int) -> bool:
    """Run the tasks of one block; False if the allowance is at its end."""
    ext = run.ext
    if allowance.get(ext) <= 2 * _WRITE:
        return False
    for task in task_pool.drain(ext, block):
        allowance.decrease(ext, _WRITE)
        left = allowance.get(ext)
        if max(left - most_gas(task), 0) <= _WRITE:
            # The task goes back: what taking it out has cost is undone, looking at it is not,
            # and putting it back is for free.
            allowance.put(ext, max(left + _WRITE - _READ, 0) + _WRITE)
            task_pool.add(ext, block, task)
            return False
        allowance.decrease(ext, run_task(run, task))
        if allowance.get(ext) <= _READ + _WRITE:
            return False
    return True


def most_gas(task: ScheduledTask) -> int:
    """The most that a task can cost the block."""
    match task:
        case RemoveFromMailbox():
            return _WEIGHTS.remove_from_mailbox.ref_time
        case RemoveFromWaitlist():
            return _WEIGHTS.remove_from_waitlist.ref_time
        case WakeMessage():
            return max(_WEIGHTS.wake_message.ref_time, _WEIGHTS.wake_message_no_wake.ref_time)
        case SendDispatch():
            return _WEIGHTS.send_dispatch.ref_time
        case SendUserMessage():
            return max(
                _WEIGHTS.send_user_message.ref_time,
                _WEIGHTS.send_user_message_to_mailbox.ref_time,
            )
        case RemoveGasReservation():
            return _WEIGHTS.remove_gas_reservation.ref_time


def run_task(run: QueueRun, task: ScheduledTask) -> int:
    """Do what the task says; return what it costs the block.

    Raises InvalidBlock if what it is about does not exist.
    """
    ext = run.ext
    match task:
        case RemoveFromMailbox(user, message):
            _remove_from_mailbox(ext, user, message)
        case RemoveFromWaitlist(program, message):
            _remove_from_waitlist(run, program, message)
        case WakeMessage(program, message):
            if not waitlist.wake(ext, program, message, _WAKE_CALLED):
                return _WEIGHTS.wake_message_no_wake.ref_time
        case SendDispatch(message):
            _send_dispatch(ext, message)
        case SendUserMessage(message, to_mailbox):
            sending.send_to_user_after_delay(ext, _unstash(ext, message).message, to_mailbox)
            if to_mailbox:
                return _WEIGHTS.send_user_message_to_mailbox.ref_time
            return _WEIGHTS.send_user_message.ref_time
        case RemoveGasReservation(program, reservation):
            reservations.remove(ext, program, reservation)
    return _actual_gas(task)


def _actual_gas(task: ScheduledTask) -> int:
    if isinstance(task, WakeMessage):
        return _WEIGHTS.wake_message.ref_time
    return most_gas(task)


def _remove_from_mailbox(ext: Ext, user: ActorId, message: MessageId) -> None:
    """The user has not answered: the program gets the automatic reply."""
    gas.create_for_reply(ext, user, reply_id(ext.blake2_256, message), 0)
    mailed = mailbox.read(ext, user, message, _OUT_OF_RENT)
    if mailed is None:
        raise InvalidBlock("message %s is not in the mailbox" % message.hex())
    queue.enqueue(ext, mailbox.auto_reply(ext, user, mailed.source, message))


def _unstash(ext: Ext, message: MessageId) -> StoredDispatch:
    """Take a message out of the stash and pay its rent."""
    found = stash.take(ext, message)
    if found is None:
        raise InvalidBlock("message %s is not in the stash" % message.hex())
    dispatch, interval = found
    gas.charge_for_hold(ext, NodeId(message), interval, LockId.DISPATCH_STASH)
    return released(dispatch)


def _send_dispatch(ext: Ext, message: MessageId) -> None:
    queue.enqueue(ext, _unstash(ext, message))


def _remove_from_waitlist(run: QueueRun, program: ActorId, message: MessageId) -> None:
    """The message has waited too long: it has failed."""
    ext = run.ext
    waited = waitlist.take(ext, program, message, _WAITED_TOO_LONG)
    if waited is None:
        raise InvalidBlock("message %s is not in the waitlist" % message.hex())
    if waited.kind is DispatchKind.INIT:
        gas_tree.system_unreserve(StoredGasNodes(ext), NodeId(message))
    elif waited.kind is not DispatchKind.SIGNAL:
        signals.send_signal(ext, message, program, RemovedFromWaitlistSignal())
    if not is_reply(waited.message.details) and waited.kind is not DispatchKind.SIGNAL:
        _reply_with_error(run, waited)
    gas.consume(ext, NodeId(message))
    if waited.kind is DispatchKind.INIT:
        lifecycle.failed_to_initialize(ext, program, waited.message.source)


def _reply_with_error(run: QueueRun, waited: StoredDispatch) -> None:
    """Tell the sender. Value moved long ago, hence none comes back."""
    ext, message = run.ext, waited.message
    reason = RemovedFromWaitlist()
    packet = error_reply_packet(error_reply_text(reason).encode(), 0, reason)
    reply = reply_dispatch(ext.blake2_256, message.destination, message.source, message.id, packet)
    if run.actors.is_program(message.source):
        gas.split_for_reply(ext, NodeId(message.id), reply.message.id)
        queue.enqueue(ext, stored(reply))
    else:
        USER_MESSAGE_SENT.deposit(ext, user_message(stored_message(reply.message)), None)
