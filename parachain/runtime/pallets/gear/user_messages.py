"""Messages, replies and claims of users. Gas may be paid by somebody else, a voucher.

Checks come in the reference's order, which decides the error. Source: gear,
vara/pallets/gear/src/lib.rs (send_message_impl, send_reply_impl, claim_value).
"""

from typing import Optional

from parachain.primitives.account import AccountId
from parachain.runtime.frame.error import ensure, fail
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.changes import (
    HandleEntry,
    ReadByUser,
    ReplyEntry,
    UserMessageReadRuntimeReason,
)
from parachain.runtime.gear.dispatch import stored
from parachain.runtime.gear.ids import ActorId, MessageId, reply_id
from parachain.runtime.gear.messages import UserMessage, UserStoredMessage
from parachain.runtime.gear.packets import (
    HandlePacket,
    ReplyPacket,
    handle_dispatch,
    reply_dispatch,
)
from parachain.runtime.pallets import gear_bank
from parachain.runtime.pallets.gear import funds, gas, mailbox
from parachain.runtime.pallets.gear.actors import is_active, program_exists
from parachain.runtime.pallets.gear.declarations import (
    GAS_LIMIT_TOO_HIGH,
    INACTIVE_PROGRAM,
    MESSAGE_NOT_FOUND,
)
from parachain.runtime.pallets.gear.events import MESSAGE_QUEUED, USER_MESSAGE_SENT
from parachain.runtime.pallets.gear.invariants import Certain
from parachain.runtime.pallets.gear.message_ids import next_message_id
from parachain.runtime.pallets.gear_gas import allowance
from parachain.runtime.pallets.gear_messenger import queue


def check_gas_limit(ext: Ext, gas_limit: int) -> None:
    """Fail with GasLimitTooHigh if a message is given more gas than a block may burn."""
    ensure(gas_limit <= allowance.block_gas_limit(ext), GAS_LIMIT_TOO_HIGH)


def send_message(
    ext: Ext,
    who: AccountId,
    destination: ActorId,
    payload: bytes,
    gas_limit: int,
    value: int,
    keep_alive: bool,
    sponsor: Optional[AccountId] = None,
) -> None:
    """Queue a message to a program, whose gas `sponsor` pays; or transfer value to a user.

    Fails with InactiveProgram, GasLimitTooHigh, and as deposits of the bank, or as a transfer.
    """
    message = next_message_id(ext, who)
    if not program_exists(ext, destination):
        funds.transfer(ext, who, destination, value, keep_alive)
        told = UserMessage(message, who, destination, payload, value, None)
        USER_MESSAGE_SENT.deposit(ext, told, None)
        return
    ensure(is_active(ext, destination), INACTIVE_PROGRAM)
    check_gas_limit(ext, gas_limit)
    payer = who if sponsor is None else sponsor
    gear_bank.deposit_value(ext, who, value, keep_alive)
    gear_bank.deposit_gas(ext, payer, gas_limit, keep_alive)
    packet = HandlePacket(destination, payload, gas_limit, value)
    with Certain("a message from a user"):
        gas.create(ext, payer, message, gas_limit)
        MESSAGE_QUEUED.deposit(ext, message, who, destination, HandleEntry())
        queue.enqueue(ext, stored(handle_dispatch(message, who, packet)))


def _read(
    ext: Ext, who: AccountId, message: MessageId, reason: UserMessageReadRuntimeReason
) -> UserStoredMessage:
    """Take a message out of the sender's mailbox. Fails with MessageNotFound."""
    with Certain("a message in a mailbox"):
        mailed = mailbox.read(ext, who, message, ReadByUser(reason))
    if mailed is None:
        fail(MESSAGE_NOT_FOUND)
    return mailed


def send_reply(
    ext: Ext,
    who: AccountId,
    reply_to: MessageId,
    payload: bytes,
    gas_limit: int,
    value: int,
    keep_alive: bool,
    sponsor: Optional[AccountId] = None,
) -> None:
    """Reply to a message of the mailbox; if the program has paid ahead, the reply costs no gas.

    Fails with MessageNotFound, GasLimitTooHigh, InactiveProgram, and as deposits of the bank.
    """
    mailed = _read(ext, who, reply_to, UserMessageReadRuntimeReason.MESSAGE_REPLIED)
    check_gas_limit(ext, gas_limit)
    program = mailed.source
    ensure(is_active(ext, program), INACTIVE_PROGRAM)
    reply = reply_id(ext.blake2_256, reply_to)
    if gas.has_deposit(ext, reply):
        gas_limit = 0
    payer = who if sponsor is None else sponsor
    gear_bank.deposit_value(ext, who, value, keep_alive)
    gear_bank.deposit_gas(ext, payer, gas_limit, keep_alive)
    packet = ReplyPacket(payload, gas_limit, value)
    with Certain("a reply from a user"):
        gas.create_for_reply(ext, payer, reply, gas_limit)
        queue.enqueue(ext, stored(reply_dispatch(ext.blake2_256, who, program, reply_to, packet)))
    MESSAGE_QUEUED.deposit(ext, reply, who, program, ReplyEntry(reply_to))


def claim_value(ext: Ext, who: AccountId, message: MessageId) -> None:
    """Take a message out of the mailbox without answering. Fails with MessageNotFound."""
    mailed = _read(ext, who, message, UserMessageReadRuntimeReason.MESSAGE_CLAIMED)
    if not is_active(ext, mailed.source):
        return
    with Certain("the automatic reply to a claimed message"):
        answer = mailbox.auto_reply(ext, who, mailed.source, message)
        gas.create_for_reply(ext, who, answer.message.id, 0)
        queue.enqueue(ext, answer)
