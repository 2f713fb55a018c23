"""Payments by the rules of the older Currency trait, which fees are paid with.

Unlike transfers they look at the frozen amount alone: what is left free must cover it. They give
no credit objects; see `issuance` for what the caller owes.

Source: substrate/frame/balances/src/impl_currency.rs.
"""

from parachain.runtime.frame.error import DispatchFailed, ensure
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets.balances.accounts import OVERFLOW, attempt, mutate_handling_dust
from parachain.runtime.pallets.balances.declarations import (
    BELOW_EXISTENTIAL_DEPOSIT,
    DEAD_ACCOUNT,
    DEPOSIT,
    EXISTENTIAL_DEPOSIT,
    EXPENDABILITY,
    INSUFFICIENT_BALANCE,
    LIQUIDITY_RESTRICTIONS,
    MAX_BALANCE,
    WITHDRAW,
)
from parachain.runtime.pallets.system import AccountData


def currency_withdraw(ext: Ext, who: bytes, value: int, keep_alive: bool) -> None:
    """Take `value` out of the free balance; the caller owes it.

    Fails with InsufficientBalance, Expendability or LiquidityRestrictions.
    """
    if value == 0:
        return

    def change(old: AccountData, _is_new: bool) -> AccountData:
        left = old.free - value
        ensure(left >= 0, INSUFFICIENT_BALANCE)
        would_kill = left < EXISTENTIAL_DEPOSIT <= old.free
        ensure(not (keep_alive and would_kill), EXPENDABILITY)
        ensure(left >= old.frozen, LIQUIDITY_RESTRICTIONS)
        WITHDRAW.deposit(ext, who, value)
        return AccountData(left, old.reserved, old.frozen, old.flags)

    mutate_handling_dust(ext, who, change)


def deposit_into_existing(ext: Ext, who: bytes, value: int) -> None:
    """Put `value`, which the caller owes, into an account that has a balance.

    Fails with DeadAccount, or Arithmetic: Overflow.
    """
    if value == 0:
        return

    def change(old: AccountData, is_new: bool) -> AccountData:
        ensure(not is_new, DEAD_ACCOUNT)
        if old.free + value > MAX_BALANCE:
            raise DispatchFailed(OVERFLOW)
        DEPOSIT.deposit(ext, who, value)
        return AccountData(old.free + value, old.reserved, old.frozen, old.flags)

    mutate_handling_dust(ext, who, change)


def deposit_creating(ext: Ext, who: bytes, value: int) -> int:
    """Put `value`, which the caller owes, into an account; return how much found a place.

    That is all, or nothing where the account would have to be created with less than the
    existential deposit.
    """
    if value == 0:
        return 0

    def change(old: AccountData, is_new: bool) -> AccountData:
        ensure(value >= EXISTENTIAL_DEPOSIT or not is_new, BELOW_EXISTENTIAL_DEPOSIT)
        if old.free + value > MAX_BALANCE:
            raise DispatchFailed(OVERFLOW)
        DEPOSIT.deposit(ext, who, value)
        return AccountData(old.free + value, old.reserved, old.frozen, old.flags)

    return value if attempt(ext, who, change) else 0


def withdraw_fee(ext: Ext, who: bytes, amount: int) -> None:
    """Take the fee of a transaction, which must leave the account alive; the caller owes it.

    Fails as `currency_withdraw`.
    """
    currency_withdraw(ext, who, amount, keep_alive=True)


def refund_fee(ext: Ext, who: bytes, amount: int) -> int:
    """Give back a part of a fee; return how much of it was given back.

    That is all, or nothing if the transaction has killed the account meanwhile.
    """
    ext.begin()
    try:
        deposit_into_existing(ext, who, amount)
    except DispatchFailed:
        ext.rollback()
        return 0
    ext.commit()
    return amount
