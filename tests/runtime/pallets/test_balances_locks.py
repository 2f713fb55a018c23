"""Balances: locks, freezes and holds."""

import pytest

from parachain.primitives.dispatch_error import (
    Arithmetic,
    ArithmeticError,  # noqa: A004  the chain's name of the type
    NoProviders,
    TokenError,
    TooManyConsumers,
)
from parachain.runtime.pallets import balances, system
from parachain.runtime.pallets.balances import (
    Fortitude,
    Precision,
    Restriction,
    WithdrawReasons,
    declarations,
)
from parachain.runtime.pallets.balances.reasons import POOL_MIN_BALANCE, PREIMAGE
from parachain.runtime.pallets.balances.tokens import Reasons, reasons_of, union
from tests.runtime.pallets.scene import (
    ALICE,
    BOB,
    ED,
    EVE,
    FUNDS,
    UNIT,
    balance,
    chain,
    check_issuance,
    events,
    fails,
    references,
)

ONE, TWO = b"lock one", b"lock two"
ALL = WithdrawReasons.ALL
EXACT, BEST_EFFORT = Precision.EXACT, Precision.BEST_EFFORT
POLITE, FORCE = Fortitude.POLITE, Fortitude.FORCE


# -- locks ---------------------------------------------------------------------------------------


def test_locks_overlap() -> None:
    ext = chain()
    balances.set_lock(ext, ONE, ALICE, 5, ALL)
    balances.set_lock(ext, TWO, ALICE, 3, ALL)
    assert balance(ext, ALICE) == (FUNDS, 0, 5)
    assert references(ext, ALICE) == (1, 1)
    balances.set_lock(ext, ONE, ALICE, 2, ALL)
    assert balance(ext, ALICE) == (FUNDS, 0, 3)
    balances.remove_lock(ext, TWO, ALICE)
    balances.remove_lock(ext, ONE, ALICE)
    assert balance(ext, ALICE) == (FUNDS, 0, 0)
    assert references(ext, ALICE) == (0, 1)
    assert not declarations.locks.contains(ext, ALICE)
    assert events(ext) == [
        ("Balances.Locked", ALICE, 5),
        ("Balances.Unlocked", ALICE, 2),
        ("Balances.Unlocked", ALICE, 1),
        ("Balances.Unlocked", ALICE, 2),
    ]


def test_extend_lock() -> None:
    ext = chain()
    balances.extend_lock(ext, ONE, ALICE, 5, WithdrawReasons.TRANSACTION_PAYMENT)
    balances.set_lock(ext, TWO, ALICE, 1, ALL)
    balances.extend_lock(ext, ONE, ALICE, 3, WithdrawReasons.TRANSFER)
    balances.extend_lock(ext, ONE, ALICE, 0, ALL)
    balances.extend_lock(ext, ONE, ALICE, 9, WithdrawReasons(0))
    assert declarations.locks.get(ext, ALICE) == (
        declarations.BalanceLock(ONE, 5, Reasons.ALL),
        declarations.BalanceLock(TWO, 1, Reasons.ALL),
    )
    assert balances.balance_locked(ext, ONE, ALICE) == 5


@pytest.mark.parametrize(("amount", "reasons"), [(0, ALL), (7, WithdrawReasons(0))])
def test_a_lock_without_amount_or_reasons_is_none(amount: int, reasons: WithdrawReasons) -> None:
    ext = chain()
    balances.set_lock(ext, ONE, ALICE, 5, ALL)
    balances.set_lock(ext, ONE, ALICE, amount, reasons)
    assert balances.balance_locked(ext, ONE, ALICE) == 0


def test_more_locks_than_expected_are_logged() -> None:
    ext = chain()
    for index in range(declarations.MAX_LOCKS + 1):
        balances.set_lock(ext, index.to_bytes(8, "big"), ALICE, 1, ALL)
    assert len(declarations.locks.get(ext, ALICE)) == declarations.MAX_LOCKS + 1
    assert "51 locks" in ext.logs[-1].message


def test_an_account_without_providers_is_not_frozen_by_a_lock() -> None:
    ext = chain()
    balances.set_lock(ext, ONE, EVE, 5, ALL)
    assert balances.balance_locked(ext, ONE, EVE) == 5
    assert not system.account_exists(ext, EVE)
    assert events(ext) == [("Balances.Locked", EVE, 5)]


def test_reasons() -> None:
    payment = WithdrawReasons.TRANSACTION_PAYMENT
    assert reasons_of(payment) is Reasons.FEE
    assert reasons_of(payment | WithdrawReasons.TIP) is Reasons.ALL
    assert reasons_of(WithdrawReasons.TIP) is Reasons.MISC
    assert union(Reasons.MISC, Reasons.MISC) is Reasons.MISC
    assert union(Reasons.MISC, Reasons.FEE) is Reasons.ALL


# -- freezes -------------------------------------------------------------------------------------


def test_freeze_and_thaw() -> None:
    ext = chain()
    balances.set_freeze(ext, POOL_MIN_BALANCE, ALICE, 5)
    balances.set_lock(ext, ONE, ALICE, 4, ALL)
    balances.extend_freeze(ext, POOL_MIN_BALANCE, ALICE, 7)
    balances.extend_freeze(ext, POOL_MIN_BALANCE, ALICE, 6)
    balances.extend_freeze(ext, POOL_MIN_BALANCE, ALICE, 0)
    assert balances.balance_frozen(ext, POOL_MIN_BALANCE, ALICE) == 7
    assert balance(ext, ALICE) == (FUNDS, 0, 7)
    balances.set_freeze(ext, POOL_MIN_BALANCE, ALICE, 0)
    assert balance(ext, ALICE) == (FUNDS, 0, 4)
    assert not declarations.freezes.contains(ext, ALICE)
    assert events(ext) == [
        ("Balances.Frozen", ALICE, 5),
        ("Balances.Frozen", ALICE, 2),
        ("Balances.Thawed", ALICE, 3),
    ]


def test_freeze_fails() -> None:
    ext = chain()
    with fails(ext, NoProviders()):
        balances.set_freeze(ext, POOL_MIN_BALANCE, EVE, 5)
    for _ in range(system.MAX_CONSUMERS):
        system.inc_consumers(ext, ALICE)
    with fails(ext, TooManyConsumers()):
        balances.set_freeze(ext, POOL_MIN_BALANCE, ALICE, 5)


# -- holds ---------------------------------------------------------------------------------------


def test_hold_and_release() -> None:
    ext = chain()
    balances.hold(ext, PREIMAGE, ALICE, 5 * UNIT)
    balances.hold(ext, PREIMAGE, ALICE, UNIT)
    assert balances.balance_on_hold(ext, PREIMAGE, ALICE) == 6 * UNIT
    assert balance(ext, ALICE) == (FUNDS - 6 * UNIT, 6 * UNIT, 0)
    assert references(ext, ALICE) == (1, 1)
    assert balances.release(ext, PREIMAGE, ALICE, 2 * UNIT, EXACT) == 2 * UNIT
    assert balances.release(ext, PREIMAGE, ALICE, 9 * UNIT, BEST_EFFORT) == 4 * UNIT
    assert balance(ext, ALICE) == (FUNDS, 0, 0)
    assert references(ext, ALICE) == (0, 1)
    assert declarations.holds.get(ext, ALICE) == ()
    assert events(ext) == []


def test_hold_overrules_locks_but_not_the_deposit() -> None:
    ext = chain()
    balances.set_lock(ext, ONE, ALICE, FUNDS, ALL)
    balances.hold(ext, PREIMAGE, ALICE, FUNDS - ED)
    assert balance(ext, ALICE) == (ED, FUNDS - ED, FUNDS)
    with fails(ext, TokenError.FUNDS_UNAVAILABLE):
        balances.hold(ext, PREIMAGE, ALICE, 1)


def test_hold_needs_a_provider() -> None:
    ext = chain()
    system.inc_sufficients(ext, EVE)
    system.account_store_set(ext, EVE, system.AccountData(5, 0, 0, system.NEW_LOGIC))
    with fails(ext, TokenError.CANNOT_CREATE_HOLD):
        balances.hold(ext, PREIMAGE, EVE, 1)


def test_release_fails() -> None:
    ext = chain()
    balances.hold(ext, PREIMAGE, ALICE, 5)
    with fails(ext, TokenError.FUNDS_UNAVAILABLE):
        balances.release(ext, PREIMAGE, ALICE, 6, EXACT)
    with fails(ext, TokenError.CANNOT_CREATE):
        balances.release(ext, PREIMAGE, ALICE, 2**128 - 1, EXACT)


def test_set_on_hold() -> None:
    ext = chain()
    for amount in (5, 5, 8, 3, 0):
        balances.set_on_hold(ext, PREIMAGE, ALICE, amount)
        assert balances.balance_on_hold(ext, PREIMAGE, ALICE) == amount
        assert balances.reserved_balance(ext, ALICE) == amount


def test_burn_held() -> None:
    ext = chain()
    balances.hold(ext, PREIMAGE, ALICE, 9 * UNIT)
    assert balances.burn_held(ext, PREIMAGE, ALICE, 2 * UNIT, EXACT, POLITE) == 2 * UNIT
    check_issuance(ext)
    balances.set_lock(ext, ONE, ALICE, FUNDS - 3 * UNIT, ALL)
    with fails(ext, TokenError.FROZEN):
        balances.burn_held(ext, PREIMAGE, ALICE, 2 * UNIT, EXACT, POLITE)
    with fails(ext, TokenError.FUNDS_UNAVAILABLE):
        balances.reserve(ext, BOB, 9 * UNIT)
        balances.burn_held(ext, PREIMAGE, BOB, 1, EXACT, FORCE)
    assert balances.burn_held(ext, PREIMAGE, ALICE, 2 * UNIT, BEST_EFFORT, POLITE) == UNIT
    assert balances.burn_held(ext, PREIMAGE, ALICE, 2 * UNIT, EXACT, FORCE) == 2 * UNIT
    check_issuance(ext)


def test_slash_held() -> None:
    ext = chain()
    balances.hold(ext, PREIMAGE, ALICE, 9)
    assert balances.slash_held(ext, PREIMAGE, ALICE, 11) == (9, 2)
    balances.drop_negative_imbalance(ext, 9)
    check_issuance(ext)


def test_transfer_on_hold() -> None:
    ext = chain()
    balances.hold(ext, PREIMAGE, ALICE, 9)
    move = balances.transfer_on_hold
    assert move(ext, PREIMAGE, ALICE, BOB, 4, EXACT, Restriction.FREE, POLITE) == 4
    assert move(ext, PREIMAGE, ALICE, BOB, 9, BEST_EFFORT, Restriction.ON_HOLD, POLITE) == 5
    assert balance(ext, BOB) == (FUNDS + 4, 5, 0)
    assert balances.balance_on_hold(ext, PREIMAGE, BOB) == 5
    check_issuance(ext)


def test_transfer_on_hold_fails() -> None:
    ext = chain()
    balances.hold(ext, PREIMAGE, ALICE, 9)
    balances.hold(ext, PREIMAGE, BOB, 9)
    balances.reserve(ext, BOB, 9)
    move = balances.transfer_on_hold
    on_hold = Restriction.ON_HOLD
    with fails(ext, TokenError.FROZEN):
        move(ext, PREIMAGE, ALICE, BOB, 10, EXACT, on_hold, POLITE)
    with fails(ext, TokenError.FUNDS_UNAVAILABLE):
        move(ext, PREIMAGE, BOB, ALICE, 10, EXACT, on_hold, POLITE)
    with fails(ext, TokenError.CANNOT_CREATE):
        move(ext, PREIMAGE, ALICE, EVE, 9, EXACT, Restriction.FREE, POLITE)
    system.inc_sufficients(ext, EVE)
    system.account_store_set(ext, EVE, system.AccountData(ED, 0, 0, system.NEW_LOGIC))
    with fails(ext, TokenError.CANNOT_CREATE_HOLD):
        move(ext, PREIMAGE, ALICE, EVE, 9, EXACT, on_hold, POLITE)


def test_holds_overflow() -> None:
    ext = chain()
    balances.hold(ext, PREIMAGE, ALICE, 1)
    data = system.account.get(ext, ALICE).data._replace(reserved=2**128 - 1)
    system.account_store_set(ext, ALICE, data)
    with fails(ext, Arithmetic(ArithmeticError.OVERFLOW)):
        balances.hold(ext, PREIMAGE, ALICE, 1)
    data = data._replace(reserved=0)
    system.account_store_set(ext, ALICE, data)
    with fails(ext, Arithmetic(ArithmeticError.UNDERFLOW)):
        balances.slash_held(ext, PREIMAGE, ALICE, 1)


def test_a_missing_reference_of_the_reserve_is_repaired() -> None:
    ext = chain()
    data = system.account.get(ext, ALICE).data._replace(reserved=UNIT)
    system.account_store_set(ext, ALICE, data)
    assert references(ext, ALICE) == (0, 1)
    balances.mint_into(ext, ALICE, 1)
    assert references(ext, ALICE) == (1, 1)
    assert "lacks the reference" in ext.logs[-1].message
