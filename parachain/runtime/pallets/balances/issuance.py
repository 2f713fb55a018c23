"""The total issuance, and balances that appear or vanish together with it.

An *imbalance* is a difference between the issuance and the sum of all balances that lasts for the
time between two of these calls, for example while a fee is neither with the payer nor the author.
Here it is a plain amount in the caller's hands: who withdraws must deposit as much, or drop it.

Source: substrate/frame/support/src/traits/tokens/fungible/regular.rs, balances/impl_currency.rs.
"""

from parachain.primitives.dispatch_error import Token, TokenError
from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets.balances.accounts import (
    OVERFLOW,
    decrease_balance,
    increase_balance,
    reducible_balance,
)
from parachain.runtime.pallets.balances.declarations import (
    BURNED,
    DEPOSIT,
    ISSUED,
    MAX_BALANCE,
    MINTED,
    RESCINDED,
    WITHDRAW,
    inactive_issuance,
    total_issuance,
)
from parachain.runtime.pallets.balances.tokens import Fortitude, Precision, Preservation


def active_issuance(ext: Ext) -> int:
    """Plancks of the total issuance that are not deactivated."""
    return max(total_issuance.get(ext) - inactive_issuance.get(ext), 0)


def deactivate(ext: Ext, amount: int) -> None:
    """Count `amount` as inactive, at most the total issuance."""
    inactive = min(inactive_issuance.get(ext) + amount, MAX_BALANCE)
    inactive_issuance.put(ext, min(inactive, total_issuance.get(ext)))


def reactivate(ext: Ext, amount: int) -> None:
    """Count `amount` as active again."""
    inactive_issuance.put(ext, max(inactive_issuance.get(ext) - amount, 0))


# -- balance and issuance together -------------------------------------------------------------


def mint_into(ext: Ext, who: bytes, amount: int) -> int:
    """Create `amount` in the account.

    Fails with Token: BelowMinimum or Arithmetic: Overflow.
    """
    if total_issuance.get(ext) + amount > MAX_BALANCE:
        raise DispatchFailed(OVERFLOW)
    actual = increase_balance(ext, who, amount, Precision.EXACT)
    total_issuance.put(ext, total_issuance.get(ext) + actual)
    MINTED.deposit(ext, who, amount)
    return actual


def burn_from(
    ext: Ext,
    who: bytes,
    amount: int,
    preservation: Preservation = Preservation.EXPENDABLE,
    precision: Precision = Precision.EXACT,
    fortitude: Fortitude = Fortitude.POLITE,
) -> int:
    """Destroy `amount` of the account; return how much it was. Dust is destroyed besides.

    Fails with Token: FundsUnavailable, Arithmetic: Overflow (more than the issuance).
    """
    actual = min(reducible_balance(ext, who, preservation, fortitude), amount)
    if actual != amount and precision is Precision.EXACT:
        raise DispatchFailed(Token(TokenError.FUNDS_UNAVAILABLE))
    if actual > total_issuance.get(ext):
        raise DispatchFailed(OVERFLOW)
    actual = decrease_balance(ext, who, actual, Precision.BEST_EFFORT, preservation, fortitude)
    total_issuance.put(ext, max(total_issuance.get(ext) - actual, 0))
    BURNED.deposit(ext, who, actual)
    return actual


# -- imbalances --------------------------------------------------------------------------------


def issue(ext: Ext, amount: int) -> int:
    """Raise the issuance without an account; return the amount the caller has to deposit."""
    old = total_issuance.get(ext)
    new = min(old + amount, MAX_BALANCE)
    total_issuance.put(ext, new)
    if new != old:
        ISSUED.deposit(ext, new - old)
    return new - old


def rescind(ext: Ext, amount: int) -> int:
    """Lower the issuance without an account; return the amount the caller has to withdraw."""
    old = total_issuance.get(ext)
    new = max(old - amount, 0)
    total_issuance.put(ext, new)
    RESCINDED.deposit(ext, old - new)
    return old - new


def deposit(ext: Ext, who: bytes, amount: int, precision: Precision) -> int:
    """Put an amount the caller owes into the account; return how much found a place.

    If EXACT, fails with Token: BelowMinimum or Arithmetic: Overflow.
    """
    actual = increase_balance(ext, who, amount, precision)
    DEPOSIT.deposit(ext, who, actual)
    return actual


def withdraw(
    ext: Ext,
    who: bytes,
    amount: int,
    precision: Precision,
    preservation: Preservation,
    fortitude: Fortitude,
) -> int:
    """Take an amount out of the account; return what the caller now owes.

    If EXACT, fails with Token: FundsUnavailable.
    """
    actual = decrease_balance(ext, who, amount, precision, preservation, fortitude)
    WITHDRAW.deposit(ext, who, actual)
    return actual


def drop_negative_imbalance(ext: Ext, amount: int) -> None:
    """Let funds that left an account vanish: the issuance falls."""
    if amount:
        total_issuance.put(ext, max(total_issuance.get(ext) - amount, 0))
        RESCINDED.deposit(ext, amount)


def drop_positive_imbalance(ext: Ext, amount: int) -> None:
    """Let the issuance catch up with funds that appeared in an account."""
    if amount:
        total_issuance.put(ext, min(total_issuance.get(ext) + amount, MAX_BALANCE))
        ISSUED.deposit(ext, amount)
