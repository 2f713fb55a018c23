"""Messages to users: into the mailbox or past it, and out of the mailbox again.

A message stays in the mailbox for as long as its gas pays the rent, and its value stays in the
bank. One that does not go there is only an event: its value is paid at once, and the program gets
the automatic reply. Source: gear, vara/pallets/gear/src/internal.rs.
"""

from typing import Optional

from parachain.primitives.account import AccountId
from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.changes import UserMessageReadReason
from parachain.runtime.gear.dispatch import StoredDispatch, stored
from parachain.runtime.gear.gas_tree import LockId, NodeId
from parachain.runtime.gear.holds import longest_hold
from parachain.runtime.gear.ids import ActorId, MessageId
from parachain.runtime.gear.intervals import Interval
from parachain.runtime.gear.messages import (
    UserMessage,
    UserStoredMessage,
    user_stored_message,
)
from parachain.runtime.gear.packets import AUTO_REPLY_PACKET, reply_dispatch
from parachain.runtime.gear.tasks import RemoveFromMailbox
from parachain.runtime.pallets import gear_bank
from parachain.runtime.pallets.gear import gas
from parachain.runtime.pallets.gear.block import block_number
from parachain.runtime.pallets.gear.events import USER_MESSAGE_READ
from parachain.runtime.pallets.gear.task_calls import call_off
from parachain.runtime.pallets.gear_messenger import mailbox
from parachain.runtime.pallets.gear_scheduler import RENT_COSTS, task_pool


def auto_reply(
    ext: Ext, user: AccountId, program: ActorId, replied_to: MessageId
) -> StoredDispatch:
    """The reply that a program gets to a message which its user did not answer."""
    reply = reply_dispatch(ext.blake2_256, user, program, replied_to, AUTO_REPLY_PACKET)
    return stored(reply)


def put(ext: Ext, message: UserMessage, gas_limit: int) -> int:
    """Put a message, whose node has `gas_limit`, into the mailbox for as long as that pays.

    Returns the Gear block in which it will be removed. Raises ValueError if it is no later one.
    """
    now = block_number(ext)
    hold = longest_hold(RENT_COSTS, LockId.MAILBOX, now, gas_limit)
    if hold.expected_duration == 0:
        raise ValueError("%d gas pays for no block in the mailbox" % gas_limit)
    gas.lock(ext, NodeId(message.id), LockId.MAILBOX, gas_limit)
    mailbox.insert(ext, user_stored_message(message), Interval(now, hold.expected))
    task_pool.add(ext, hold.expected, RemoveFromMailbox(message.destination, message.id))
    return hold.expected


def read(
    ext: Ext, user: AccountId, message: MessageId, reason: UserMessageReadReason
) -> Optional[UserStoredMessage]:
    """Take a message out of the mailbox: its rent is paid, its value is the user's.

    Returns None if the user's mailbox does not have it.
    """
    try:
        mailed, interval = mailbox.remove(ext, user, message)
    except DispatchFailed:
        return None
    node = NodeId(message)
    gas.charge_for_hold(ext, node, interval, LockId.MAILBOX)
    gas.consume(ext, node)
    gear_bank.transfer_value(ext, mailed.source, user, mailed.value)
    USER_MESSAGE_READ.deposit(ext, message, reason)
    call_off(ext, interval.finish, RemoveFromMailbox(user, message))
    return mailed
