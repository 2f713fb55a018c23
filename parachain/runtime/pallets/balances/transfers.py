"""Transfers of free balance between two accounts.

`transfer` has a short way for what nearly every transfer is, between two living accounts of which
both stay alive: one read and one write for each. `transfer_in_steps` is the rule in full; a test
compares the two.

Source: substrate/frame/support/src/traits/tokens/fungible/regular.rs, Mutate::transfer.
"""

from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets import system
from parachain.runtime.pallets.balances.accounts import (
    decrease_balance,
    deposit_failure,
    ensure_can_withdraw,
    increase_balance,
)
from parachain.runtime.pallets.balances.declarations import (
    EXISTENTIAL_DEPOSIT,
    IS_NEW_LOGIC,
    MAX_BALANCE,
    TRANSFER,
    total_issuance,
)
from parachain.runtime.pallets.balances.tokens import Fortitude, Precision, Preservation
from parachain.runtime.pallets.system import AccountData, AccountInfo


def transfer(ext: Ext, source: bytes, dest: bytes, amount: int, preservation: Preservation) -> None:
    """Move `amount` of the free balance of `source` to `dest`.

    To oneself it succeeds without a trace. Fails with Token: FundsUnavailable, Frozen,
    NotExpendable, BelowMinimum, or Arithmetic: Underflow, Overflow.
    """
    if source == dest or not _transfer_between_living(ext, source, dest, amount):
        transfer_in_steps(ext, source, dest, amount, preservation)


def transfer_in_steps(
    ext: Ext, source: bytes, dest: bytes, amount: int, preservation: Preservation
) -> None:
    """As `transfer`, in the general way."""
    keep_alive = preservation is not Preservation.EXPENDABLE
    ensure_can_withdraw(ext, system.account.get(ext, source), amount, keep_alive)
    failure = deposit_failure(system.account.get(ext, dest).data, amount)
    if failure is not None:
        raise DispatchFailed(failure)
    if source == dest:
        return
    decrease_balance(ext, source, amount, Precision.BEST_EFFORT, preservation, Fortitude.POLITE)
    increase_balance(ext, dest, amount, Precision.BEST_EFFORT)
    TRANSFER.deposit(ext, source, dest, amount)


def _transfer_between_living(ext: Ext, source: bytes, dest: bytes, amount: int) -> bool:
    """Make the transfer if no reference of either account is touched by it; False if not made."""
    account, codec = system.account, system.ACCOUNT_INFO
    source_key = account.key(ext, source)
    dest_key = account.key(ext, dest)
    source_raw = ext.get(source_key)
    dest_raw = ext.get(dest_key)
    if source_raw is None or dest_raw is None:
        return False

    nonce, consumers, providers, sufficients, data = codec.decode(source_raw)
    free, reserved, frozen, flags = data
    left = free - amount
    if (
        left < EXISTENTIAL_DEPOSIT
        or left + reserved < frozen
        or not flags & IS_NEW_LOGIC
        or not (providers or sufficients)
        or not (consumers or not (reserved or frozen))
    ):
        return False
    debited = AccountInfo(
        nonce, consumers, providers, sufficients, AccountData(left, reserved, frozen, flags)
    )

    nonce, consumers, providers, sufficients, data = codec.decode(dest_raw)
    free, reserved, frozen, flags = data
    if (
        free < EXISTENTIAL_DEPOSIT
        or free + amount + reserved > MAX_BALANCE
        or not flags & IS_NEW_LOGIC
        or not (providers or sufficients)
        or not (consumers or not (reserved or frozen))
        or amount > total_issuance.get(ext)
    ):
        return False
    credited = AccountInfo(
        nonce,
        consumers,
        providers,
        sufficients,
        AccountData(free + amount, reserved, frozen, flags),
    )

    ext.put(source_key, codec.encode(debited))
    ext.put(dest_key, codec.encode(credited))
    TRANSFER.deposit(ext, source, dest, amount)
    return True
