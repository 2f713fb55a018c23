"""Holds: reserved funds with a declared reason, which slashing can rely on.

A hold needs an account that exists for something else than the funds on hold.

Source: substrate/frame/support/src/traits/tokens/fungible/hold.rs, balances/impl_fungible.rs.
"""

from typing import Tuple

from parachain.primitives.dispatch_error import Token, TokenError
from parachain.runtime.frame.error import DispatchFailed, ensure
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets import system
from parachain.runtime.pallets.balances.accounts import (
    OVERFLOW,
    UNDERFLOW,
    decrease_balance,
    deposit_failure,
    increase_balance,
    mutate,
    reducible_balance,
)
from parachain.runtime.pallets.balances.declarations import (
    MAX_BALANCE,
    TOO_MANY_HOLDS,
    Hold,
    holds,
    total_issuance,
)
from parachain.runtime.pallets.balances.reasons import MAX_HOLDS, HoldReason
from parachain.runtime.pallets.balances.reserves import reducible_reserved
from parachain.runtime.pallets.balances.tokens import (
    Fortitude,
    Precision,
    Preservation,
    Restriction,
)
from parachain.runtime.pallets.system import AccountData


def _fail(error: TokenError) -> DispatchFailed:
    return DispatchFailed(Token(error))


def balance_on_hold(ext: Ext, reason: HoldReason, who: bytes) -> int:
    """Plancks on hold for `reason`."""
    return sum(item.amount for item in holds.get(ext, who) if item.id == reason)


def hold_available(ext: Ext, reason: HoldReason, who: bytes) -> bool:
    """Whether a hold for `reason` could be placed or raised."""
    if system.account.get(ext, who).providers == 0:
        return False
    items = holds.get(ext, who)
    return len(items) < MAX_HOLDS or any(item.id == reason for item in items)


def hold(ext: Ext, reason: HoldReason, who: bytes, amount: int) -> None:
    """Move `amount` from free to on hold; frozen amounts do not hinder it.

    Fails with Token: FundsUnavailable or CannotCreateHold, TooManyConsumers.
    """
    if amount > reducible_balance(ext, who, Preservation.PROTECT, Fortitude.FORCE):
        raise _fail(TokenError.FUNDS_UNAVAILABLE)
    if not hold_available(ext, reason, who):
        raise _fail(TokenError.CANNOT_CREATE_HOLD)
    decrease_balance(ext, who, amount, Precision.EXACT, Preservation.PROTECT, Fortitude.FORCE)
    _increase(ext, reason, who, amount)


def release(ext: Ext, reason: HoldReason, who: bytes, amount: int, precision: Precision) -> int:
    """Move `amount` from on hold to free; return how much it was.

    Fails with Token: CannotCreate, and if EXACT with FundsUnavailable.
    """
    if deposit_failure(system.account.get(ext, who).data, amount) is not None:
        raise _fail(TokenError.CANNOT_CREATE)
    amount = _decrease(ext, reason, who, amount, precision)
    return increase_balance(ext, who, amount, Precision.BEST_EFFORT)


def set_on_hold(ext: Ext, reason: HoldReason, who: bytes, amount: int) -> None:
    """Make the amount on hold for `reason` exactly `amount`. Fails as `hold` and `release`."""
    current = balance_on_hold(ext, reason, who)
    if current < amount:
        hold(ext, reason, who, amount - current)
    elif current > amount:
        release(ext, reason, who, current - amount, Precision.EXACT)


def burn_held(
    ext: Ext,
    reason: HoldReason,
    who: bytes,
    amount: int,
    precision: Precision,
    fortitude: Fortitude,
) -> int:
    """Destroy up to `amount` that is on hold; return how much it was.

    If EXACT, fails with Token: Frozen or FundsUnavailable.
    """
    amount = _liquid(ext, who, amount, precision, fortitude)
    amount = _decrease(ext, reason, who, amount, precision)
    total_issuance.put(ext, max(total_issuance.get(ext) - amount, 0))
    return amount


def slash_held(ext: Ext, reason: HoldReason, who: bytes, amount: int) -> Tuple[int, int]:
    """Take up to `amount` that is on hold: (what the caller now owes, what was not on hold)."""
    taken = _decrease(ext, reason, who, amount, Precision.BEST_EFFORT)
    return taken, amount - taken


def transfer_on_hold(
    ext: Ext,
    reason: HoldReason,
    source: bytes,
    dest: bytes,
    amount: int,
    precision: Precision,
    restriction: Restriction,
    fortitude: Fortitude,
) -> int:
    """Move funds on hold to another account, there free or on hold; return how much it was.

    Fails with Token: Frozen or FundsUnavailable (if EXACT), CannotCreate, CannotCreateHold.
    """
    have = balance_on_hold(ext, reason, source)
    amount = _liquid(ext, source, amount, precision, fortitude)
    if precision is Precision.BEST_EFFORT:
        amount = min(amount, have)
    elif amount > have:
        raise _fail(TokenError.FUNDS_UNAVAILABLE)
    if deposit_failure(system.account.get(ext, dest).data, amount) is not None:
        raise _fail(TokenError.CANNOT_CREATE)
    if restriction is Restriction.ON_HOLD and not hold_available(ext, reason, dest):
        raise _fail(TokenError.CANNOT_CREATE_HOLD)
    amount = _decrease(ext, reason, source, amount, precision)
    if restriction is Restriction.ON_HOLD:
        _increase(ext, reason, dest, amount)
        return amount
    return increase_balance(ext, dest, amount, precision)


def _liquid(ext: Ext, who: bytes, amount: int, precision: Precision, fortitude: Fortitude) -> int:
    """Amount as far as frozen amounts allow. If EXACT, fails with Token: Frozen."""
    liquid = reducible_reserved(system.account.get(ext, who).data, fortitude)
    if precision is Precision.BEST_EFFORT:
        return min(amount, liquid)
    if amount > liquid:
        raise _fail(TokenError.FROZEN)
    return amount


def _increase(ext: Ext, reason: HoldReason, who: bytes, amount: int) -> None:
    if amount:
        _set(ext, reason, who, balance_on_hold(ext, reason, who) + amount)


def _decrease(ext: Ext, reason: HoldReason, who: bytes, amount: int, precision: Precision) -> int:
    old = balance_on_hold(ext, reason, who)
    if precision is Precision.BEST_EFFORT:
        amount = min(amount, old)
    elif amount > old:
        raise _fail(TokenError.FUNDS_UNAVAILABLE)
    _set(ext, reason, who, old - amount)
    return amount


def _set(ext: Ext, reason: HoldReason, who: bytes, amount: int) -> None:
    """Set what is on hold for `reason`, and the reserved balance with it."""
    items = holds.get(ext, who)
    old = sum(item.amount for item in items if item.id == reason)
    if any(item.id == reason for item in items):
        changed = (Hold(reason, amount) if item.id == reason else item for item in items)
        items = tuple(item for item in changed if item.amount)
    elif amount:
        ensure(len(items) < MAX_HOLDS, TOO_MANY_HOLDS)
        items = (*items, Hold(reason, amount))

    def change(data: AccountData, _is_new: bool) -> AccountData:
        reserved = data.reserved + amount - old
        if reserved > MAX_BALANCE:
            raise DispatchFailed(OVERFLOW)
        if reserved < 0:
            raise DispatchFailed(UNDERFLOW)
        return AccountData(data.free, reserved, data.frozen, data.flags)

    mutate(ext, who, change)
    holds.put(ext, who, items)
