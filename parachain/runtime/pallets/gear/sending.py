"""Messages that programs send: to the queue, to users, to the stash if they have a delay.

Who pays: the message under execution, or a reservation that is used up by it. The value is taken
into the bank when the message is sent, except that of an error reply, which is there already.
Source: gear, vara/pallets/gear/src/internal.rs and manager/journal.rs.
"""

from typing import Optional

from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.dispatch import Dispatch, stored, stored_delayed
from parachain.runtime.gear.gas_tree import GasNodeId, LockId, NodeId, ReservationNodeId
from parachain.runtime.gear.holds import goes_to_mailbox, hold_for, user_message_gas
from parachain.runtime.gear.ids import MessageId, ReservationId, reply_id
from parachain.runtime.gear.intervals import Interval
from parachain.runtime.gear.messages import (
    Message,
    StoredMessage,
    is_error_reply,
    is_reply,
    stored_message,
    user_message,
)
from parachain.runtime.gear.tasks import ScheduledTask, SendDispatch, SendUserMessage
from parachain.runtime.pallets import gear_bank
from parachain.runtime.pallets.gear import gas, mailbox, reservations
from parachain.runtime.pallets.gear.block import block_number
from parachain.runtime.pallets.gear.declarations import MAILBOX_THRESHOLD
from parachain.runtime.pallets.gear.events import USER_MESSAGE_SENT
from parachain.runtime.pallets.gear_messenger import queue, stash
from parachain.runtime.pallets.gear_scheduler import RENT_COSTS, task_pool


def _payer(message: MessageId, reservation: Optional[ReservationId]) -> GasNodeId:
    return NodeId(message) if reservation is None else ReservationNodeId(reservation)


def _deposit_value(ext: Ext, message: Message) -> None:
    if message.value and not is_error_reply(message.details):
        gear_bank.deposit_value(ext, message.source, message.value, keep_alive=False)


def _use_up(ext: Ext, message: Message, reservation: Optional[ReservationId]) -> None:
    if reservation is not None:
        reservations.remove_with_task(ext, message.source, reservation)


def _give_gas(
    ext: Ext,
    origin: MessageId,
    message: Message,
    reservation: Optional[ReservationId],
    gas_for_delay: int,
) -> None:
    """Make the gas node of a message to a program; a reservation is used up by it.

    Raises ValueError for gas besides a reservation, which no system call can ask for.
    """
    payer, limit = _payer(origin, reservation), message.gas_limit
    if reservation is not None and limit is not None:
        raise ValueError("message %s has gas besides a reservation" % message.id.hex())
    if limit is None:
        if is_reply(message.details):
            gas.split_for_reply(ext, payer, message.id)
        else:
            gas.split(ext, payer, message.id)
        _use_up(ext, message, reservation)
    elif is_reply(message.details):
        gas.split_with_value_for_reply(ext, payer, message.id, limit + gas_for_delay)
    else:
        gas.split_with_value(ext, payer, message.id, limit + gas_for_delay)


def send_to_program(
    ext: Ext, origin: MessageId, dispatch: Dispatch, reservation: Optional[ReservationId]
) -> None:
    """Queue a message that the execution of `origin` has sent."""
    _deposit_value(ext, dispatch.message)
    _give_gas(ext, origin, dispatch.message, reservation, 0)
    queue.enqueue(ext, stored(dispatch))


def send_to_user(
    ext: Ext, origin: MessageId, message: Message, reservation: Optional[ReservationId]
) -> None:
    """Send a message to a user: into the mailbox, if it has the gas and is no reply."""
    payer = _payer(origin, reservation)
    limit = message.gas_limit
    if limit is None:
        limit = user_message_gas(None, gas.limit(ext, payer), MAILBOX_THRESHOLD)
    _deposit_value(ext, message)
    told = user_message(stored_message(message))
    expiration: Optional[int] = None
    if goes_to_mailbox(message.details, limit, MAILBOX_THRESHOLD):
        gas.cut(ext, payer, message.id, limit)
        expiration = mailbox.put(ext, told, limit)
    else:
        gear_bank.transfer_value(ext, message.source, message.destination, message.value)
        if not is_reply(message.details):
            answer = mailbox.auto_reply(ext, message.destination, message.source, message.id)
            gas.split_with_value_for_reply(ext, NodeId(origin), answer.message.id, 0)
            queue.enqueue(ext, answer)
    _use_up(ext, message, reservation)
    USER_MESSAGE_SENT.deposit(ext, told, expiration)


# -- with a delay ------------------------------------------------------------------------------


def send_delayed(
    ext: Ext,
    origin: MessageId,
    dispatch: Dispatch,
    delay: int,
    to_user: bool,
    reservation: Optional[ReservationId],
) -> None:
    """Put a message into the stash for `delay` blocks. Where it goes then is decided now."""
    message = dispatch.message
    now = block_number(ext)
    hold = hold_for(RENT_COSTS, LockId.DISPATCH_STASH, now, delay)
    task: ScheduledTask
    if to_user:
        to_mailbox = _cut_gas(ext, origin, message, reservation, hold.lock_amount)
        task = SendUserMessage(message.id, to_mailbox)
    else:
        _give_gas(ext, origin, message, reservation, hold.lock_amount)
        task = SendDispatch(message.id)
    gas.lock(ext, NodeId(message.id), LockId.DISPATCH_STASH, hold.lock_amount)
    _deposit_value(ext, message)
    stash.insert(ext, stored_delayed(dispatch), Interval(now, hold.expected))
    task_pool.add(ext, hold.expected, task)


def _cut_gas(
    ext: Ext,
    origin: MessageId,
    message: Message,
    reservation: Optional[ReservationId],
    gas_for_delay: int,
) -> bool:
    """Make the gas node of a message to a user; return whether it will go to the mailbox."""
    payer = _payer(origin, reservation)
    limit = message.gas_limit
    if limit is None:
        available = max(gas.limit(ext, payer) - gas_for_delay, 0)
        limit = user_message_gas(None, available, MAILBOX_THRESHOLD)
    to_mailbox = goes_to_mailbox(message.details, limit, MAILBOX_THRESHOLD)
    gas.cut(ext, payer, message.id, gas_for_delay + limit if to_mailbox else gas_for_delay)
    if not to_mailbox:
        reply = reply_id(ext.blake2_256, message.id)
        gas.split_with_value_for_reply(ext, NodeId(origin), reply, 0)
    _use_up(ext, message, reservation)
    return to_mailbox


def send_to_user_after_delay(ext: Ext, message: StoredMessage, to_mailbox: bool) -> None:
    """Send a message out of the stash to a user; what is left of its gas is for the mailbox."""
    node = NodeId(message.id)
    told = user_message(message)
    expiration: Optional[int] = None
    if to_mailbox:
        expiration = mailbox.put(ext, told, gas.limit(ext, node))
    else:
        gear_bank.transfer_value(ext, message.source, message.destination, message.value)
        if not is_reply(message.details):
            answer = mailbox.auto_reply(ext, message.destination, message.source, message.id)
            queue.enqueue(ext, answer)
        gas.consume(ext, node)
    USER_MESSAGE_SENT.deposit(ext, told, expiration)
