"""Funds of users and programs outside the bank.

A program owns at least the existential deposit, which is locked until the program ends.
"""

from typing import Final

from parachain.primitives.account import AccountId
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.ids import ActorId
from parachain.runtime.pallets import balances

#: Names the lock of the existential deposit of programs.
EXISTENTIAL_DEPOSIT_LOCK: Final = b"glock/ed"


def transfer(ext: Ext, source: AccountId, dest: AccountId, value: int, keep_alive: bool) -> None:
    """Transfer as the Currency trait does. Fails as `balances.transfer`."""
    if value == 0 or source == dest:
        return
    preservation = (
        balances.Preservation.PRESERVE if keep_alive else balances.Preservation.EXPENDABLE
    )
    balances.transfer(ext, source, dest, value, preservation)


def available(ext: Ext, who: AccountId) -> int:
    """Return what an account, or a program, can spend."""
    return balances.usable_balance(ext, who)


def endow_program(ext: Ext, creator: AccountId, program: ActorId, keep_alive: bool) -> None:
    """Give a new program its existential deposit and lock it. Fails as `transfer`."""
    deposit = balances.EXISTENTIAL_DEPOSIT
    transfer(ext, creator, program, deposit, keep_alive)
    balances.set_lock(ext, EXISTENTIAL_DEPOSIT_LOCK, program, deposit, balances.WithdrawReasons.ALL)


def release_program(ext: Ext, program: ActorId, heir: AccountId) -> None:
    """Give all that a program owned to its heir."""
    balances.remove_lock(ext, EXISTENTIAL_DEPOSIT_LOCK, program)
    transfer(ext, program, heir, available(ext, program), keep_alive=False)
