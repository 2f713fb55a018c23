"""Reserves: funds an account cannot spend while something, such as a deposit, needs them.

A named reserve is a part of the reserved balance that remembers whose it is; the sum of all names
is at most the reserved balance.

Source: substrate/frame/balances/src/impl_currency.rs and lib.rs (do_transfer_reserved).
"""

from typing import List, Tuple

from parachain.primitives.dispatch_error import Token, TokenError
from parachain.runtime.frame.error import DispatchFailed, ensure
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets import system
from parachain.runtime.pallets.balances.accounts import (
    OVERFLOW,
    attempt,
    handle_dust,
    mutate,
    mutate_handling_dust,
    total_balance,
)
from parachain.runtime.pallets.balances.declarations import (
    DEAD_ACCOUNT,
    EXISTENTIAL_DEPOSIT,
    INSUFFICIENT_BALANCE,
    LIQUIDITY_RESTRICTIONS,
    MAX_BALANCE,
    MAX_RESERVES,
    RESERVE_REPATRIATED,
    RESERVED,
    SLASHED,
    TOO_MANY_RESERVES,
    UNRESERVED,
    ReserveData,
    reserves,
)
from parachain.runtime.pallets.balances.tokens import BalanceStatus, Fortitude, Precision
from parachain.runtime.pallets.system import AccountData


def can_reserve(ext: Ext, who: bytes, value: int) -> bool:
    """Whether `reserve` would leave the account alive and its locks satisfied."""
    data = system.account.get(ext, who).data
    left = data.free - value
    return value == 0 or (left >= EXISTENTIAL_DEPOSIT and left >= data.frozen)


def reserve(ext: Ext, who: bytes, value: int) -> None:
    """Move `value` from free to reserved.

    Fails with InsufficientBalance, LiquidityRestrictions, Arithmetic: Overflow, or
    ConsumerRemaining if the free balance would fall below the existential deposit.
    """
    if value == 0:
        return

    def change(old: AccountData, _is_new: bool) -> AccountData:
        ensure(old.free >= value, INSUFFICIENT_BALANCE)
        if old.reserved + value > MAX_BALANCE:
            raise DispatchFailed(OVERFLOW)
        ensure(old.free - value >= old.frozen, LIQUIDITY_RESTRICTIONS)
        return AccountData(old.free - value, old.reserved + value, old.frozen, old.flags)

    mutate_handling_dust(ext, who, change)
    RESERVED.deposit(ext, who, value)


def unreserve(ext: Ext, who: bytes, value: int) -> int:
    """Move up to `value` from reserved to free; return what was not reserved."""
    if value == 0:
        return 0
    data = system.account.get(ext, who).data
    if data.free + data.reserved == 0:
        return value
    actual = min(data.reserved, value)

    def change(old: AccountData, _is_new: bool) -> AccountData:
        free = min(old.free + actual, MAX_BALANCE)
        return AccountData(free, old.reserved - actual, old.frozen, old.flags)

    if not attempt(ext, who, change):
        return value
    UNRESERVED.deposit(ext, who, actual)
    return value - actual


def slash_reserved(ext: Ext, who: bytes, value: int) -> Tuple[int, int]:
    """Take up to `value` from reserved: (what the caller now owes, what was not reserved)."""
    if value == 0:
        return 0, 0
    if total_balance(ext, who) == 0:
        return 0, value
    actual = min(system.account.get(ext, who).data.reserved, value)

    def change(old: AccountData, _is_new: bool) -> AccountData:
        return AccountData(old.free, old.reserved - actual, old.frozen, old.flags)

    if not attempt(ext, who, change):
        return 0, value
    SLASHED.deposit(ext, who, actual)
    return actual, value - actual


def repatriate_reserved(
    ext: Ext, slashed: bytes, beneficiary: bytes, value: int, status: BalanceStatus
) -> int:
    """Move up to `value` of what `slashed` has reserved; return what was not moved.

    What frozen amounts of `slashed` need stays. Fails with DeadAccount (no such beneficiary) or
    Arithmetic: Overflow.
    """
    moved = transfer_reserved(
        ext, slashed, beneficiary, value, Precision.BEST_EFFORT, Fortitude.POLITE, status
    )
    return value - moved


def reducible_reserved(data: AccountData, fortitude: Fortitude) -> int:
    """Plancks that can leave the reserved balance; POLITE leaves what frozen amounts need."""
    needed = max(data.frozen - data.free, 0) if fortitude is Fortitude.POLITE else 0
    return max(data.reserved - needed, 0)


def transfer_reserved(
    ext: Ext,
    slashed: bytes,
    beneficiary: bytes,
    value: int,
    precision: Precision,
    fortitude: Fortitude,
    status: BalanceStatus,
) -> int:
    """As `repatriate_reserved` under these terms; return what was moved.

    If EXACT, fails with Token: FundsUnavailable.
    """
    if value == 0:
        return 0
    most = reducible_reserved(system.account.get(ext, slashed).data, fortitude)
    actual = min(value, most) if precision is Precision.BEST_EFFORT else value
    if actual > most:
        raise DispatchFailed(Token(TokenError.FUNDS_UNAVAILABLE))
    if slashed == beneficiary:
        if status is BalanceStatus.FREE:
            return actual - unreserve(ext, slashed, actual)
        return actual

    dust: List[int] = []

    def take(old: AccountData, _is_new: bool) -> AccountData:
        return AccountData(old.free, max(old.reserved - actual, 0), old.frozen, old.flags)

    def give(old: AccountData, is_new: bool) -> AccountData:
        ensure(not is_new, DEAD_ACCOUNT)
        free, reserved = old.free, old.reserved
        if status is BalanceStatus.FREE:
            free += actual
        else:
            reserved += actual
        if free > MAX_BALANCE or reserved > MAX_BALANCE:
            raise DispatchFailed(OVERFLOW)
        dust.append(mutate(ext, slashed, take))
        return AccountData(free, reserved, old.frozen, old.flags)

    dust.append(mutate(ext, beneficiary, give))
    for amount in dust:
        if amount:
            handle_dust(ext, amount)
    RESERVE_REPATRIATED.deposit(ext, slashed, beneficiary, actual, status)
    return actual


# -- named reserves ----------------------------------------------------------------------------


def _position(items: Tuple[ReserveData, ...], name: bytes) -> Tuple[int, int]:
    """Where `name` is or would be, and its amount (0 where it is not)."""
    for position, item in enumerate(items):
        if item.id == name:
            return position, item.amount
        if item.id > name:
            return position, 0
    return len(items), 0


def _set(items: Tuple[ReserveData, ...], name: bytes, amount: int) -> Tuple[ReserveData, ...]:
    """Set an amount in place, or insert it. Fails with TooManyReserves."""
    position, _ = _position(items, name)
    rest = position
    if rest < len(items) and items[rest].id == name:
        rest += 1
    else:
        ensure(len(items) < MAX_RESERVES, TOO_MANY_RESERVES)
    return (*items[:position], ReserveData(name, amount), *items[rest:])


def _has(items: Tuple[ReserveData, ...], name: bytes) -> bool:
    return any(item.id == name for item in items)


def reserved_balance_named(ext: Ext, name: bytes, who: bytes) -> int:
    """Plancks reserved under `name`."""
    return _position(reserves.get(ext, who), name)[1]


def reserve_named(ext: Ext, name: bytes, who: bytes, value: int) -> None:
    """As `reserve`, under a name of eight bytes. Fails with TooManyReserves besides."""
    if value == 0:
        return
    items = reserves.get(ext, who)
    amount = _position(items, name)[1] + value
    if amount > MAX_BALANCE:
        raise DispatchFailed(OVERFLOW)
    items = _set(items, name, amount)
    reserve(ext, who, value)
    reserves.put(ext, who, items)


def unreserve_named(ext: Ext, name: bytes, who: bytes, value: int) -> int:
    """Move up to `value` of the named reserve to free; return what was not reserved."""
    items = reserves.get(ext, who)
    if value == 0 or not _has(items, name):
        return value
    amount = _position(items, name)[1]
    wanted = min(amount, value)
    actual = wanted - unreserve(ext, who, wanted)
    if amount > actual:
        reserves.put(ext, who, _set(items, name, amount - actual))
    elif len(items) > 1:
        reserves.put(ext, who, tuple(item for item in items if item.id != name))
    else:
        reserves.remove(ext, who)
    return value - actual


def slash_reserved_named(ext: Ext, name: bytes, who: bytes, value: int) -> Tuple[int, int]:
    """As `slash_reserved`, from the named reserve; the name stays, even at zero.

    As in the reference, Slashed is deposited once for the reserve and once for the name.
    """
    if value == 0:
        return 0, 0
    items = reserves.get(ext, who)
    if not _has(items, name):
        reserves.put(ext, who, items)
        return 0, value
    amount = _position(items, name)[1]
    wanted = min(amount, value)
    owed, left = slash_reserved(ext, who, wanted)
    actual = wanted - left
    SLASHED.deposit(ext, who, actual)
    reserves.put(ext, who, _set(items, name, amount - actual))
    return owed, value - actual


def repatriate_reserved_named(
    ext: Ext, name: bytes, slashed: bytes, beneficiary: bytes, value: int, status: BalanceStatus
) -> int:
    """As `repatriate_reserved`, from one name, and under RESERVED to the same name.

    Fails with TooManyReserves besides.
    """
    if value == 0:
        return 0
    if slashed == beneficiary:
        if status is BalanceStatus.FREE:
            return unreserve_named(ext, name, slashed, value)
        return max(value - reserved_balance_named(ext, name, slashed), 0)
    items = reserves.get(ext, slashed)
    if not _has(items, name):
        reserves.put(ext, slashed, items)
        return value
    amount = _position(items, name)[1]
    wanted = min(amount, value)
    actual = wanted - repatriate_reserved(ext, slashed, beneficiary, wanted, status)
    if status is BalanceStatus.RESERVED:
        theirs = reserves.get(ext, beneficiary)
        sum_ = min(_position(theirs, name)[1] + actual, MAX_BALANCE)
        reserves.put(ext, beneficiary, _set(theirs, name, sum_))
    reserves.put(ext, slashed, _set(items, name, amount - actual))
    return value - actual
