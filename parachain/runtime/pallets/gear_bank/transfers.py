"""Funds into the bank and out of it, at once or at the end of the block.

What is promised for the end of the block, and what could not be paid out, is not available any
more. Source: gear, vara/pallets/gear-bank/src/lib.rs.
"""

from parachain.primitives.account import AccountId
from parachain.primitives.weight import Weight
from parachain.runtime.frame.error import DispatchFailed, ensure, fail
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets import balances, system
from parachain.runtime.pallets.balances.accounts import OVERFLOW as BALANCE_OVERFLOW
from parachain.runtime.pallets.balances.accounts import deposit_failure
from parachain.runtime.pallets.gear_bank.declarations import (
    BANK,
    INSUFFICIENT_BALANCE,
    INSUFFICIENT_BANK_BALANCE,
    INSUFFICIENT_DEPOSIT,
    OVERFLOW,
    bank_address,
    on_finalize_transfers,
    on_finalize_value,
    pallet,
    unused_value,
)

_ERROR = 0
_LOG_TARGET = "gear::bank"

_ON_INITIALIZE_WEIGHT = system.DB_WEIGHT.reads_writes(2, 0)


def genesis(ext: Ext) -> None:
    """Store the account of the bank. Its existential deposit comes from Balances' genesis."""
    bank_address.put(ext, BANK)


def deposit(ext: Ext, who: AccountId, value: int, keep_alive: bool) -> None:
    """Move funds of an account into the bank.

    Fails with InsufficientBalance, InsufficientDeposit, Overflow.
    """
    bank = bank_address.get(ext)
    failure = deposit_failure(system.get_account_data(ext, bank), value)
    if failure is not None:
        fail(OVERFLOW if failure == BALANCE_OVERFLOW else INSUFFICIENT_DEPOSIT)
    preservation = (
        balances.Preservation.PRESERVE if keep_alive else balances.Preservation.EXPENDABLE
    )
    if not _transfer(ext, who, bank, value, preservation):
        fail(INSUFFICIENT_BALANCE)


def ensure_can_pay(ext: Ext, value: int) -> None:
    """Fail with InsufficientBankBalance if so much of the bank is not available."""
    available = (
        balances.usable_balance(ext, bank_address.get(ext))
        - unused_value.get(ext)
        - on_finalize_value.get(ext)
    )
    ensure(value <= available, INSUFFICIENT_BANK_BALANCE)


def pay(ext: Ext, who: AccountId, value: int) -> None:
    """Move funds of the bank to an account.

    If that would make an account with less than the existential deposit they stay in the bank, as
    unused value that belongs to nobody. Fails with InsufficientBankBalance.
    """
    ensure_can_pay(ext, value)
    if deposit_failure(system.get_account_data(ext, who), value) is not None:
        unused_value.put(ext, unused_value.get(ext) + value)
        return
    bank = bank_address.get(ext)
    if not _transfer(ext, bank, who, value, balances.Preservation.PRESERVE):
        fail(INSUFFICIENT_BANK_BALANCE)


def pay_on_finalize(ext: Ext, who: AccountId, value: int) -> None:
    """Promise funds of the bank to an account. Fails with InsufficientBankBalance."""
    if value == 0:
        return
    ensure_can_pay(ext, value)
    on_finalize_value.put(ext, on_finalize_value.get(ext) + value)
    promised = on_finalize_transfers.get(ext, who) or 0
    on_finalize_transfers.put(ext, who, promised + value)


def _transfer(
    ext: Ext,
    source: AccountId,
    dest: AccountId,
    value: int,
    preservation: balances.Preservation,
) -> bool:
    """Transfer as the Currency trait does; False, with nothing changed, if it fails."""
    if value == 0 or source == dest:
        return True
    ext.begin()
    try:
        balances.transfer(ext, source, dest, value, preservation)
    except DispatchFailed:
        ext.rollback()
        return False
    ext.commit()
    return True


# -- hooks -------------------------------------------------------------------------------------


@pallet.on_initialize
def check_nothing_is_promised(ext: Ext, number: int) -> Weight:
    """Complain if the block before has not paid all it had promised."""
    if any(True for _ in on_finalize_transfers.iterate(ext)) or on_finalize_value.get(ext):
        ext.log(_ERROR, _LOG_TARGET, f"block {number} begins with payments of an earlier one")
    return _ON_INITIALIZE_WEIGHT


@pallet.on_finalize
def pay_what_is_promised(ext: Ext, number: int) -> None:
    """Pay what was promised during the block, in the order of accounts."""
    expected = on_finalize_value.take(ext)
    total = 0
    for who, value in on_finalize_transfers.iterate(ext):
        on_finalize_transfers.remove(ext, who)
        total += value
        try:
            pay(ext, who, value)
        except DispatchFailed:
            message = f"block {number} cannot pay {value} to {who.hex()}"
            ext.log(_ERROR, _LOG_TARGET, message)
    if total != expected:
        message = f"block {number} has paid {total} and promised {expected}"
        ext.log(_ERROR, _LOG_TARGET, message)
