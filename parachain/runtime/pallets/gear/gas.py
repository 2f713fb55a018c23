"""Gas of messages and reservations, and its price: the gas tree and the bank in step.

Every unit of gas in the tree is paid for in the bank. A function that takes gas out of the tree
moves its price: to the treasury if it was burned, to the rent pool if it was rent, back to its
owner if it was not used. Nothing here can fail unless the state is broken: GasTreeError, or
DispatchFailed of the bank. Source: gear, vara/pallets/gear/src/internal.rs.
"""

from parachain.primitives.account import AccountId
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear import gas_tree
from parachain.runtime.gear.gas_tree import GasNodeId, LockId, NodeId
from parachain.runtime.gear.holds import rent_due
from parachain.runtime.gear.ids import MessageId
from parachain.runtime.gear.intervals import Interval
from parachain.runtime.pallets import gear_bank
from parachain.runtime.pallets.gear.declarations import RENT_POOL_ID, gear_block_number
from parachain.runtime.pallets.gear_gas import StoredGasNodes
from parachain.runtime.pallets.gear_scheduler import RENT_COSTS


def limit(ext: Ext, key: GasNodeId) -> int:
    """Return the gas that a message or a reservation can still burn or give away."""
    return gas_tree.limit(StoredGasNodes(ext), key)


# -- new gas, and gas handed on ----------------------------------------------------------------


def has_deposit(ext: Ext, reply: MessageId) -> bool:
    """Whether somebody has paid ahead for the handling of this reply."""
    return gas_tree.is_deposit(StoredGasNodes(ext), NodeId(reply))


def create(ext: Ext, owner: AccountId, message: MessageId, amount: int) -> None:
    """Put gas into the tree that `owner` has paid for, for a message."""
    multiplier = gear_bank.GAS_MULTIPLIER_NOW
    gas_tree.create(StoredGasNodes(ext), owner, multiplier, NodeId(message), amount)


def create_for_reply(ext: Ext, owner: AccountId, reply: MessageId, amount: int) -> None:
    """As `create`, unless there is a deposit for the reply."""
    if not has_deposit(ext, reply):
        create(ext, owner, reply, amount)


def split(ext: Ext, key: GasNodeId, message: MessageId) -> None:
    """Let a message that is no reply live on the gas of another node."""
    gas_tree.split(StoredGasNodes(ext), key, NodeId(message))


def split_for_reply(ext: Ext, key: GasNodeId, reply: MessageId) -> None:
    """As `split`, unless there is a deposit for the reply."""
    if not has_deposit(ext, reply):
        split(ext, key, reply)


def split_with_value(ext: Ext, key: GasNodeId, message: MessageId, amount: int) -> None:
    """Give a message that is no reply gas of another node."""
    gas_tree.split_with_value(StoredGasNodes(ext), key, NodeId(message), amount)


def split_with_value_for_reply(ext: Ext, key: GasNodeId, reply: MessageId, amount: int) -> None:
    """As `split_with_value`, unless there is a deposit for the reply."""
    if not has_deposit(ext, reply):
        split_with_value(ext, key, reply, amount)


def cut(ext: Ext, key: GasNodeId, message: MessageId, amount: int) -> None:
    """Cut gas off a node for a message in a mailbox or in the stash."""
    gas_tree.cut(StoredGasNodes(ext), key, NodeId(message), amount)


def lock(ext: Ext, key: GasNodeId, lock_id: LockId, amount: int) -> None:
    """Lock gas of a node for rent."""
    gas_tree.lock(StoredGasNodes(ext), key, lock_id, amount)


# -- gas that leaves the tree ------------------------------------------------------------------


def burn(ext: Ext, key: GasNodeId, amount: int) -> None:
    """Burn gas of a node; the treasury and the author of the block get its price."""
    if amount == 0:
        return
    payer = gas_tree.spend(StoredGasNodes(ext), key, amount)
    gear_bank.spend_gas(ext, payer.owner, amount, payer.multiplier)


def consume(ext: Ext, key: GasNodeId) -> None:
    """End a node; gas that nothing relies on any more is paid back to its owner."""
    refund = gas_tree.consume(StoredGasNodes(ext), key)
    if refund is not None and refund.amount:
        gear_bank.withdraw_gas(ext, refund.owner, refund.amount, refund.multiplier)


def charge_for_hold(ext: Ext, key: GasNodeId, interval: Interval, lock_id: LockId) -> None:
    """End a hold: unlock its gas and spend of it the rent for the blocks until now."""
    nodes = StoredGasNodes(ext)
    prepaid = gas_tree.unlock_all(nodes, key, lock_id)
    now = gear_block_number.get(ext)
    amount = rent_due(RENT_COSTS, lock_id, interval, now, prepaid)
    if amount == 0:
        return
    payer = gas_tree.spend(nodes, key, amount)
    if RENT_POOL_ID is None:
        gear_bank.spend_gas(ext, payer.owner, amount, payer.multiplier)
    else:
        gear_bank.spend_gas_to(ext, RENT_POOL_ID, payer.owner, amount, payer.multiplier)
