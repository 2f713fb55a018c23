"""Locks: amounts of the total balance that may not leave an account.

Locks overlap: the largest of all locks and freezes is the account's frozen amount. They go by a
name of eight bytes; setting a name again replaces its lock.

Source: substrate/frame/balances/src/lib.rs (update_locks), impl_currency.rs (LockableCurrency).
"""

from typing import List, Tuple

from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets.balances.accounts import attempt
from parachain.runtime.pallets.balances.declarations import (
    LOCKED,
    MAX_LOCKS,
    UNLOCKED,
    BalanceLock,
    freezes,
    locks,
)
from parachain.runtime.pallets.balances.tokens import WithdrawReasons, reasons_of, union
from parachain.runtime.pallets.system import AccountData

_WARN = 1


def set_lock(ext: Ext, name: bytes, who: bytes, amount: int, reasons: WithdrawReasons) -> None:
    """Lock `amount`, in the place of what `name` has locked; without amount or reasons unlock."""
    if amount == 0 or not reasons:
        remove_lock(ext, name, who)
        return
    _replace(ext, who, BalanceLock(name, amount, reasons_of(reasons)))


def extend_lock(ext: Ext, name: bytes, who: bytes, amount: int, reasons: WithdrawReasons) -> None:
    """Make the lock of `name` at least `amount` and for `reasons` too."""
    if amount == 0 or not reasons:
        return
    lock = BalanceLock(name, amount, reasons_of(reasons))
    for old in locks.get(ext, who):
        if old.id == name:
            lock = BalanceLock(name, max(old.amount, amount), union(old.reasons, lock.reasons))
            break
    _replace(ext, who, lock)


def remove_lock(ext: Ext, name: bytes, who: bytes) -> None:
    """Remove the lock of `name`."""
    _update(ext, who, tuple(lock for lock in locks.get(ext, who) if lock.id != name))


def balance_locked(ext: Ext, name: bytes, who: bytes) -> int:
    """Plancks that `name` has locked."""
    return sum(lock.amount for lock in locks.get(ext, who) if lock.id == name)


def _replace(ext: Ext, who: bytes, new: BalanceLock) -> None:
    """Put a lock in the place of the one with its name, or behind all others."""
    items: List[BalanceLock] = []
    placed = False
    for lock in locks.get(ext, who):
        if lock.id != new.id:
            items.append(lock)
        elif not placed:
            items.append(new)
            placed = True
    if not placed:
        items.append(new)
    _update(ext, who, tuple(items))


def _update(ext: Ext, who: bytes, items: Tuple[BalanceLock, ...]) -> None:
    """Store the locks and bring the frozen amount in line with them.

    As in the reference, an account without a provider keeps its frozen amount but gets the locks.
    """
    if len(items) > MAX_LOCKS:
        message = f"account {who.hex()} has {len(items)} locks, {MAX_LOCKS} are expected at most"
        ext.log(_WARN, "runtime::balances", message)
    frozen = max(
        [item.amount for item in items] + [item.amount for item in freezes.get(ext, who)] + [0]
    )
    before = [0]

    def change(old: AccountData, _is_new: bool) -> AccountData:
        before[0] = old.frozen
        return AccountData(old.free, old.reserved, frozen, old.flags)

    attempt(ext, who, change)
    if items:
        locks.put(ext, who, items)
    else:
        locks.remove(ext, who)
    if frozen < before[0]:
        UNLOCKED.deposit(ext, who, before[0] - frozen)
    elif frozen > before[0]:
        LOCKED.deposit(ext, who, frozen - before[0])
