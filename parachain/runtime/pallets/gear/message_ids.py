"""Ids of messages that users send."""

from parachain.primitives.account import AccountId
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.ids import MessageId, message_id_from_user
from parachain.runtime.pallets import system
from parachain.runtime.pallets.gear_messenger import block_counters


def next_message_id(ext: Ext, user: AccountId) -> MessageId:
    """Make the id of the next message that `user` sends in this block."""
    nonce = block_counters.sent(ext)
    block_counters.increase_sent(ext)
    return message_id_from_user(ext.blake2_256, system.block_number(ext), user, nonce)
