"""Freezes: as locks, but for a declared reason, and refused where they would not hold.

Source: substrate/frame/balances/src/impl_fungible.rs (MutateFreeze), lib.rs (update_freezes).
"""

from typing import Tuple

from parachain.runtime.frame.error import ensure
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets.balances.accounts import mutate
from parachain.runtime.pallets.balances.declarations import (
    FROZEN,
    MAX_FREEZES,
    THAWED,
    TOO_MANY_FREEZES,
    Freeze,
    freezes,
    locks,
)
from parachain.runtime.pallets.balances.reasons import FreezeReason
from parachain.runtime.pallets.system import AccountData


def balance_frozen(ext: Ext, reason: FreezeReason, who: bytes) -> int:
    """Plancks frozen for `reason`."""
    return sum(item.amount for item in freezes.get(ext, who) if item.id == reason)


def set_freeze(ext: Ext, reason: FreezeReason, who: bytes, amount: int) -> None:
    """Freeze exactly `amount` for `reason`; 0 thaws.

    Fails with TooManyFreezes, NoProviders or TooManyConsumers.
    """
    if amount == 0:
        thaw(ext, reason, who)
        return
    _set(ext, reason, who, amount)


def extend_freeze(ext: Ext, reason: FreezeReason, who: bytes, amount: int) -> None:
    """Freeze at least `amount` for `reason`. Fails as `set_freeze`."""
    if amount:
        _set(ext, reason, who, max(amount, balance_frozen(ext, reason, who)))


def thaw(ext: Ext, reason: FreezeReason, who: bytes) -> None:
    """End the freeze for `reason`."""
    _update(ext, who, tuple(item for item in freezes.get(ext, who) if item.id != reason))


def _set(ext: Ext, reason: FreezeReason, who: bytes, amount: int) -> None:
    items = freezes.get(ext, who)
    if any(item.id == reason for item in items):
        items = tuple(Freeze(reason, amount) if item.id == reason else item for item in items)
    else:
        ensure(len(items) < MAX_FREEZES, TOO_MANY_FREEZES)
        items = (*items, Freeze(reason, amount))
    _update(ext, who, items)


def _update(ext: Ext, who: bytes, items: Tuple[Freeze, ...]) -> None:
    """Store the freezes and bring the frozen amount in line with them."""
    frozen = max(
        [item.amount for item in items] + [lock.amount for lock in locks.get(ext, who)] + [0]
    )
    before = [0]

    def change(old: AccountData, _is_new: bool) -> AccountData:
        before[0] = old.frozen
        return AccountData(old.free, old.reserved, frozen, old.flags)

    mutate(ext, who, change)
    if items:
        freezes.put(ext, who, items)
    else:
        freezes.remove(ext, who)
    if frozen < before[0]:
        THAWED.deposit(ext, who, before[0] - frozen)
    elif frozen > before[0]:
        FROZEN.deposit(ext, who, frozen - before[0])
