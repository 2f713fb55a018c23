"""Balances of one account: reading them, and `mutate`, through which all of them change.

A free balance of at least the existential deposit is a provider reference of its account; reserved
or frozen funds are one consumer reference. `mutate` keeps both in step and removes what falls below
the deposit. The total issuance is the business of whoever calls it.

Source: substrate/frame/balances/src/lib.rs and impl_fungible.rs.
"""

from typing import Callable, Optional

from parachain.primitives.dispatch_error import (
    Arithmetic,
    ArithmeticError,  # noqa: A004  the chain's name of the type
    DispatchError,
    Token,
    TokenError,
)
from parachain.runtime.frame.error import DispatchFailed, ensure
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets import system
from parachain.runtime.pallets.balances.declarations import (
    DUST_LOST,
    ENDOWED,
    EXISTENTIAL_DEPOSIT,
    INSUFFICIENT_BALANCE,
    IS_NEW_LOGIC,
    MAX_BALANCE,
    NO_BALANCE,
    UPGRADED,
    total_issuance,
)
from parachain.runtime.pallets.balances.tokens import Fortitude, Precision, Preservation
from parachain.runtime.pallets.system import AccountData, AccountInfo

#: From the old balances, and whether the account had none, to the new balances.
Change = Callable[[AccountData, bool], AccountData]

_WARN = 1
_ERROR = 0
_LOG_TARGET = "runtime::balances"

OVERFLOW = Arithmetic(ArithmeticError.OVERFLOW)
UNDERFLOW = Arithmetic(ArithmeticError.UNDERFLOW)

# -- reading -----------------------------------------------------------------------------------


def free_balance(ext: Ext, who: bytes) -> int:
    """Plancks that are neither reserved nor on hold; locks and freezes may still bind them."""
    return system.account.get(ext, who).data.free


def reserved_balance(ext: Ext, who: bytes) -> int:
    """Plancks that are reserved or on hold."""
    return system.account.get(ext, who).data.reserved


def total_balance(ext: Ext, who: bytes) -> int:
    """Plancks of the account, free and reserved."""
    data = system.account.get(ext, who).data
    return data.free + data.reserved


def reducible_balance(
    ext: Ext, who: bytes, preservation: Preservation, fortitude: Fortitude
) -> int:
    """Plancks by which the free balance can be reduced under these terms."""
    return reducible(system.account.get(ext, who), preservation, fortitude)


def usable_balance(ext: Ext, who: bytes) -> int:
    """Plancks that can be transferred, if the account may die of it."""
    return reducible_balance(ext, who, Preservation.EXPENDABLE, Fortitude.POLITE)


def usable_balance_for_fees(ext: Ext, who: bytes) -> int:
    """Plancks that can pay for a transaction, which must leave the account alive."""
    return reducible_balance(ext, who, Preservation.PROTECT, Fortitude.POLITE)


def reducible(info: AccountInfo, preservation: Preservation, fortitude: Fortitude) -> int:
    """As `reducible_balance`, of an account that has been read."""
    data = info.data
    untouchable = 0
    if fortitude is Fortitude.POLITE:
        # The frozen amount binds the total balance, so reserved funds satisfy it first.
        untouchable = max(data.frozen - data.reserved, 0)
    if (
        preservation is Preservation.PRESERVE
        or (preservation is Preservation.PROTECT and data.free and info.providers == 1)
        or (preservation is Preservation.EXPENDABLE and data.free and not _can_lose_provider(info))
    ):
        untouchable = max(untouchable, EXISTENTIAL_DEPOSIT)
    return max(data.free - untouchable, 0)


def _can_lose_provider(info: AccountInfo) -> bool:
    return info.consumers == 0 or info.providers > 1


def ensure_can_withdraw(ext: Ext, info: AccountInfo, amount: int, keep_alive: bool) -> None:
    """Fail unless `amount` can leave the account.

    Fails with Token: FundsUnavailable, Frozen (locks, or the last provider of an account in use),
    NotExpendable (the account would die though `keep_alive`), or Arithmetic: Underflow (more than
    the total issuance). The reference's OnlyProvider is never reached: Frozen comes first.
    """
    if amount == 0:
        return
    if amount > total_issuance.get(ext):
        raise DispatchFailed(UNDERFLOW)
    left = info.data.free - amount
    if left < 0:
        raise DispatchFailed(Token(TokenError.FUNDS_UNAVAILABLE))
    if amount > reducible(info, Preservation.EXPENDABLE, Fortitude.POLITE):
        raise DispatchFailed(Token(TokenError.FROZEN))
    if left < EXISTENTIAL_DEPOSIT and keep_alive:
        raise DispatchFailed(Token(TokenError.NOT_EXPENDABLE))


def deposit_failure(data: AccountData, amount: int) -> Optional[DispatchError]:
    """Why `amount`, already issued, cannot be added to the free balance, or None.

    Token: BelowMinimum, or Arithmetic: Overflow.
    """
    if amount == 0:
        return None
    if data.free + amount > MAX_BALANCE:
        return OVERFLOW
    if data.free + amount < EXISTENTIAL_DEPOSIT:
        return Token(TokenError.BELOW_MINIMUM)
    if data.free + amount + data.reserved > MAX_BALANCE:
        return OVERFLOW
    return None


# -- writing -----------------------------------------------------------------------------------


def mutate(ext: Ext, who: bytes, change: Change) -> int:
    """Replace the balances of `who` by what `change` makes of them; return the dust, in plancks.

    Dust is a free balance below the existential deposit, with nothing reserved: it is gone from
    the account, and the caller takes it out of the total issuance. Fails as `change` does, and
    with ConsumerRemaining, NoProviders or TooManyConsumers if the references of the account do not
    allow the change; storage is then for the caller's transaction to restore.
    """
    key = system.account.key(ext, who)
    raw = ext.get(key)
    info = system.account.initial if raw is None else system.ACCOUNT_INFO.decode(raw)
    if not info.data.flags & IS_NEW_LOGIC:
        ensure_upgraded(ext, who)
        info = system.account.get(ext, who)
    old = info.data
    is_new = old == NO_BALANCE
    new = change(old, is_new)

    provided = old.free >= EXISTENTIAL_DEPOSIT
    provides = new.free >= EXISTENTIAL_DEPOSIT
    consumed = not is_new and (old.reserved > 0 or old.frozen > 0)
    consumes = new.reserved > 0 or new.frozen > 0
    if provided and provides and consumed is consumes and (info.consumers or not consumes):
        nonce, consumers, providers, sufficients, _ = info
        if providers or sufficients:
            info = AccountInfo(nonce, consumers, providers, sufficients, new)
            ext.put(key, system.ACCOUNT_INFO.encode(info))
            return 0
    return _mutate_references(ext, who, new, is_new, (provided, provides), (consumed, consumes))


def _mutate_references(
    ext: Ext,
    who: bytes,
    new: AccountData,
    is_new: bool,
    provider: "tuple[bool, bool]",
    consumer: "tuple[bool, bool]",
) -> int:
    """Store balances that may change the references of their account; return the dust.

    The pairs say whether the balances were, and are, a reference of that kind.
    """
    if provider == (False, True):
        system.inc_providers(ext, who)
    if consumer == (True, False):
        system.dec_consumers(ext, who)
    if consumer == (False, True):
        system.inc_consumers(ext, who)
    if consumer[1] and system.account.get(ext, who).consumers == 0:
        ext.log(_ERROR, _LOG_TARGET, f"account {who.hex()} lacks the reference of its reserve")
        system.inc_consumers(ext, who)
    if provider == (True, False):
        system.dec_providers(ext, who)  # may remove the account, hence last

    dust = 0
    stored = new
    if new.free < EXISTENTIAL_DEPOSIT and new.reserved == 0:
        dust = new.free
        stored = NO_BALANCE
    system.account_store_set(ext, who, stored)
    if is_new:
        ENDOWED.deposit(ext, who, new.free)
    if dust:
        DUST_LOST.deposit(ext, who, dust)
    return dust


def mutate_handling_dust(ext: Ext, who: bytes, change: Change) -> None:
    """As `mutate`, and the dust leaves the total issuance."""
    dust = mutate(ext, who, change)
    if dust:
        handle_dust(ext, dust)


def attempt(ext: Ext, who: bytes, change: Change) -> bool:
    """As `mutate_handling_dust`; if it fails, nothing has changed and the answer is False."""
    ext.begin()
    try:
        mutate_handling_dust(ext, who, change)
    except DispatchFailed:
        ext.rollback()
        return False
    ext.commit()
    return True


def handle_dust(ext: Ext, dust: int) -> None:
    """Take dust out of the total issuance; DustLost has told of it already."""
    total_issuance.put(ext, max(total_issuance.get(ext) - dust, 0))


def ensure_upgraded(ext: Ext, who: bytes) -> bool:
    """Make the account count its reserved funds as a consumer reference; False if it does."""
    info = system.account.get(ext, who)
    data = info.data
    if data.flags & IS_NEW_LOGIC:
        return False
    free = data.free
    if data.reserved and not data.frozen:
        if info.providers == 0:
            message = f"account {who.hex()} has reserved funds and no provider reference"
            ext.log(_WARN, _LOG_TARGET, message)
            free = max(free, EXISTENTIAL_DEPOSIT)
            system.inc_providers(ext, who)
        system.inc_consumers_without_limit(ext, who)
    data = AccountData(free, data.reserved, data.frozen, data.flags | IS_NEW_LOGIC)
    system.account_store_set(ext, who, data)
    UPGRADED.deposit(ext, who)
    return True


# -- one step up: balances by amounts ----------------------------------------------------------


def write_balance(ext: Ext, who: bytes, amount: int) -> None:
    """Set the free balance, within what references and the deposit allow.

    Fails with InsufficientBalance if that takes away what keeps the account's references.
    """
    info = system.account.get(ext, who)
    max_reduction = reducible(info, Preservation.EXPENDABLE, Fortitude.FORCE)

    def change(old: AccountData, _is_new: bool) -> AccountData:
        ensure(old.free - amount <= max_reduction, INSUFFICIENT_BALANCE)
        return AccountData(amount, old.reserved, old.frozen, old.flags)

    mutate_handling_dust(ext, who, change)


def decrease_balance(
    ext: Ext,
    who: bytes,
    amount: int,
    precision: Precision,
    preservation: Preservation,
    fortitude: Fortitude,
) -> int:
    """Reduce the free balance; return by how much. Dust that is lost is not counted.

    Fails with Token: FundsUnavailable if EXACT and not possible, and as `write_balance`.
    """
    info = system.account.get(ext, who)
    available = reducible(info, preservation, fortitude)
    if precision is Precision.BEST_EFFORT:
        amount = min(amount, available)
    elif amount > available:
        raise DispatchFailed(Token(TokenError.FUNDS_UNAVAILABLE))
    write_balance(ext, who, info.data.free - amount)
    return amount


def increase_balance(ext: Ext, who: bytes, amount: int, precision: Precision) -> int:
    """Raise the free balance; return by how much.

    If EXACT, fails with Token: BelowMinimum or Arithmetic: Overflow.
    """
    old = free_balance(ext, who)
    new = old + amount
    if new > MAX_BALANCE:
        if precision is Precision.EXACT:
            raise DispatchFailed(OVERFLOW)
        new = MAX_BALANCE
    if new < EXISTENTIAL_DEPOSIT:
        if precision is Precision.EXACT:
            raise DispatchFailed(Token(TokenError.BELOW_MINIMUM))
        return 0
    if new != old:
        write_balance(ext, who, new)
    return new - old
