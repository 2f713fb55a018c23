"""The bank's record of each account: what is for gas, and what is value on its way.

Deposits fail for want of funds. All that happens to them afterwards, while the queue is processed,
fails only if Gear has lost count; whoever processes the queue lets that fail the block. A failure
may come after a record was changed, as everywhere: the dispatch, or the block, is undone. Source:
gear, vara/pallets/gear-bank/src/lib.rs.
"""

from parachain.primitives.account import AccountId
from parachain.primitives.per_things import Percent
from parachain.runtime.frame.error import InvalidBlock, ensure
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.gas_tree import GasMultiplier, gas_to_value
from parachain.runtime.pallets import authorship
from parachain.runtime.pallets.gear_bank import transfers
from parachain.runtime.pallets.gear_bank.declarations import (
    GAS_MULTIPLIER_NOW,
    INSUFFICIENT_GAS_BALANCE,
    INSUFFICIENT_VALUE_BALANCE,
    TREASURY,
    TREASURY_GAS_FEE_SHARE,
    BankAccount,
    accounts,
)

EMPTY = BankAccount(0, 0)


def account(ext: Ext, who: AccountId) -> BankAccount:
    """Return what an account has in the bank."""
    return accounts.get(ext, who) or EMPTY


def _add(ext: Ext, who: AccountId, gas: int, value: int) -> None:
    """Add to a record, which goes when it is empty."""
    record = account(ext, who)
    _put(ext, who, BankAccount(record.gas + gas, record.value + value))


def _put(ext: Ext, who: AccountId, changed: BankAccount) -> None:
    if changed == EMPTY:
        accounts.remove(ext, who)
    else:
        accounts.put(ext, who, changed)


# -- gas ---------------------------------------------------------------------------------------


def deposit_gas(ext: Ext, who: AccountId, gas: int, keep_alive: bool) -> None:
    """Let an account buy gas. Fails as `transfers.deposit`."""
    if gas == 0:
        return
    price = gas_to_value(GAS_MULTIPLIER_NOW, gas)
    transfers.deposit(ext, who, price, keep_alive)
    _add(ext, who, price, 0)


def withdraw_gas(ext: Ext, who: AccountId, gas: int, multiplier: GasMultiplier) -> None:
    """Pay an account back for gas that is not burned.

    Fails with InsufficientGasBalance, InsufficientBankBalance.
    """
    if gas:
        transfers.pay(ext, who, _take_gas(ext, who, gas, multiplier))


def spend_gas(ext: Ext, who: AccountId, gas: int, multiplier: GasMultiplier) -> None:
    """Promise the price of burned gas to the treasury and the block's author.

    Fails as `spend_gas_to`. Raises InvalidBlock if the block has no author.
    """
    author = authorship.author(ext)
    if author is None:
        raise InvalidBlock("gas is burned in a block without author")
    spend_gas_to(ext, author, who, gas, multiplier)


def spend_gas_to(
    ext: Ext, to: AccountId, who: AccountId, gas: int, multiplier: GasMultiplier
) -> None:
    """Promise the treasury its share of the price of burned gas, and the rest to `to`.

    Fails with InsufficientGasBalance, InsufficientBankBalance.
    """
    if gas == 0:
        return
    price = _take_gas(ext, who, gas, multiplier)
    share = Percent.mul(TREASURY_GAS_FEE_SHARE, price)
    transfers.pay_on_finalize(ext, TREASURY, share)
    transfers.pay_on_finalize(ext, to, price - share)


def _take_gas(ext: Ext, who: AccountId, gas: int, multiplier: GasMultiplier) -> int:
    """Take the price of gas out of a record and return it; it is still in the bank.

    Fails with InsufficientGasBalance.
    """
    price = gas_to_value(multiplier, gas)
    gas_of, value = account(ext, who)
    ensure(gas_of >= price, INSUFFICIENT_GAS_BALANCE)
    _put(ext, who, BankAccount(gas_of - price, value))
    return price


# -- value -------------------------------------------------------------------------------------


def deposit_value(ext: Ext, who: AccountId, value: int, keep_alive: bool) -> None:
    """Take the value of a message that an account sends. Fails as `transfers.deposit`."""
    if value == 0:
        return
    transfers.deposit(ext, who, value, keep_alive)
    _add(ext, who, 0, value)


def withdraw_value(ext: Ext, who: AccountId, value: int) -> None:
    """Give an account back the value of a message.

    Fails with InsufficientValueBalance, InsufficientBankBalance.
    """
    transfer_value(ext, who, who, value)


def transfer_value(ext: Ext, who: AccountId, dest: AccountId, value: int) -> None:
    """Pay the value of a message that `who` has sent to whom it was sent to.

    If `dest` does not exist and the value is less than the existential deposit it stays in the
    bank and belongs to nobody. Fails with InsufficientValueBalance, InsufficientBankBalance.
    """
    if value == 0:
        return
    _take_value(ext, who, value)
    transfers.pay(ext, dest, value)


def transfer_locked_value(ext: Ext, who: AccountId, dest: AccountId, value: int) -> None:
    """Make the value of a message another account's, without paying it.

    Fails with InsufficientValueBalance, InsufficientBankBalance.
    """
    if value == 0:
        return
    _take_value(ext, who, value)
    transfers.ensure_can_pay(ext, value)
    _add(ext, dest, 0, value)


def _take_value(ext: Ext, who: AccountId, value: int) -> None:
    """Take value out of a record; it is still in the bank. Fails with InsufficientValueBalance."""
    gas_of, value_of = account(ext, who)
    ensure(value_of >= value, INSUFFICIENT_VALUE_BALANCE)
    _put(ext, who, BankAccount(gas_of, value_of - value))
