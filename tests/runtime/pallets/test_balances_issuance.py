"""Balances: root's calls, burning, fees, imbalances, upgrades and genesis."""

import pytest

from parachain.primitives.dispatch_error import (
    Arithmetic,
    ArithmeticError,  # noqa: A004  the chain's name of the type
    BadOrigin,
    ConsumerRemaining,
    TokenError,
)
from parachain.primitives.dispatch_info import Pays
from parachain.primitives.weight import Weight
from parachain.runtime.frame.call import call_weight, dispatch_info
from parachain.runtime.frame.origin import ROOT
from parachain.runtime.pallets import balances, system
from parachain.runtime.pallets.balances import (
    AdjustmentDirection,
    Fortitude,
    Precision,
    Preservation,
    WithdrawReasons,
    weights,
)
from parachain.runtime.pallets.balances.declarations import (
    DEAD_ACCOUNT,
    DELTA_ZERO,
    EXPENDABILITY,
    INSUFFICIENT_BALANCE,
    ISSUANCE_DEACTIVATED,
    LIQUIDITY_RESTRICTIONS,
)
from tests.runtime.memory_ext import MemoryExt
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
    names,
    references,
    run,
    to,
)

OVERFLOW = Arithmetic(ArithmeticError.OVERFLOW)


# -- force_set_balance ---------------------------------------------------------------------------


def test_root_raises_a_balance() -> None:
    ext = chain()
    run(ext, balances.force_set_balance(to(ALICE), FUNDS + UNIT), ROOT)
    assert events(ext) == [("Balances.Issued", UNIT), ("Balances.BalanceSet", ALICE, FUNDS + UNIT)]
    check_issuance(ext)


def test_root_creates_and_kills_an_account() -> None:
    ext = chain()
    run(ext, balances.force_set_balance(to(EVE), ED), ROOT)
    assert events(ext) == [
        ("System.NewAccount", EVE),
        ("Balances.Endowed", EVE, ED),
        ("Balances.Issued", ED),
        ("Balances.BalanceSet", EVE, ED),
    ]
    run(ext, balances.force_set_balance(to(EVE), ED - 1), ROOT)
    assert events(ext) == [
        ("System.KilledAccount", EVE),
        ("Balances.Rescinded", ED),
        ("Balances.BalanceSet", EVE, 0),
    ]
    assert not system.account_exists(ext, EVE)
    check_issuance(ext)


def test_root_does_not_kill_an_account_in_use() -> None:
    ext = chain()
    balances.reserve(ext, ALICE, UNIT)
    with fails(ext, ConsumerRemaining()):
        run(ext, balances.force_set_balance(to(ALICE), 0), ROOT)
    with fails(ext, BadOrigin()):
        run(ext, balances.force_set_balance(to(ALICE), 0), ALICE)


# -- force_adjust_total_issuance -----------------------------------------------------------------


def test_root_adjusts_the_issuance() -> None:
    ext = chain()
    total = balances.total_issuance.get(ext)
    adjust = balances.force_adjust_total_issuance
    run(ext, adjust(AdjustmentDirection.INCREASE, 5), ROOT)
    run(ext, adjust(AdjustmentDirection.DECREASE, 2**127), ROOT)
    run(ext, adjust(AdjustmentDirection.INCREASE, 2**128 - 1), ROOT)
    run(ext, adjust(AdjustmentDirection.INCREASE, 1), ROOT)
    top = 2**128 - 1
    assert events(ext) == [
        ("Balances.TotalIssuanceForced", total, total + 5),
        ("Balances.TotalIssuanceForced", total + 5, 0),
        ("Balances.TotalIssuanceForced", 0, top),
        ("Balances.TotalIssuanceForced", top, top),
    ]


def test_issuance_is_not_adjusted() -> None:
    ext = chain()
    adjust = balances.force_adjust_total_issuance
    with fails(ext, DELTA_ZERO):
        run(ext, adjust(AdjustmentDirection.INCREASE, 0), ROOT)
    with fails(ext, BadOrigin()):
        run(ext, adjust(AdjustmentDirection.INCREASE, 1), ALICE)
    balances.deactivate(ext, FUNDS)
    with fails(ext, ISSUANCE_DEACTIVATED):
        run(ext, adjust(AdjustmentDirection.DECREASE, 3 * FUNDS + 1), ROOT)
    run(ext, adjust(AdjustmentDirection.DECREASE, 3 * FUNDS), ROOT)


def test_deactivation() -> None:
    ext = chain()
    balances.deactivate(ext, 100 * FUNDS)
    assert balances.inactive_issuance.get(ext) == balances.total_issuance.get(ext)
    assert balances.active_issuance(ext) == 0
    balances.reactivate(ext, FUNDS)
    assert balances.active_issuance(ext) == FUNDS
    balances.reactivate(ext, 100 * FUNDS)
    assert balances.inactive_issuance.get(ext) == 0


# -- burning and minting -------------------------------------------------------------------------


def test_burn() -> None:
    ext = chain()
    run(ext, balances.burn(UNIT, True))
    assert events(ext) == [("Balances.Burned", ALICE, UNIT)]
    with fails(ext, TokenError.FUNDS_UNAVAILABLE):
        run(ext, balances.burn(FUNDS - UNIT - ED + 1, True))
    run(ext, balances.burn(FUNDS - UNIT - ED + 1, False))
    assert events(ext) == [
        ("System.KilledAccount", ALICE),
        ("Balances.DustLost", ALICE, ED - 1),
        ("Balances.Burned", ALICE, FUNDS - UNIT - ED + 1),
    ]
    check_issuance(ext)
    with fails(ext, BadOrigin()):
        run(ext, balances.burn(1, True), ROOT)


def test_burn_has_the_weights_of_the_reference() -> None:
    assert dispatch_info(balances.burn(1, True)).weight == weights.BURN_ALLOW_DEATH
    assert dispatch_info(balances.burn(1, False)).weight == weights.BURN_KEEP_ALIVE


def test_burn_as_much_as_possible() -> None:
    ext = chain()
    terms = (Preservation.PRESERVE, Precision.BEST_EFFORT, Fortitude.POLITE)
    assert balances.burn_from(ext, ALICE, 2 * FUNDS, *terms) == FUNDS - ED
    balances.total_issuance.put(ext, 1)
    with fails(ext, OVERFLOW):
        balances.burn_from(ext, BOB, 2)


def test_mint() -> None:
    ext = chain()
    assert balances.mint_into(ext, EVE, ED) == ED
    assert names(ext) == ["System.NewAccount", "Balances.Endowed", "Balances.Minted"]
    check_issuance(ext)
    with fails(ext, TokenError.BELOW_MINIMUM):
        balances.mint_into(ext, bytes(32), ED - 1)
    with fails(ext, OVERFLOW):
        balances.mint_into(ext, EVE, 2**128 - 1)


# -- imbalances ----------------------------------------------------------------------------------


def test_issue_and_rescind() -> None:
    ext = chain()
    total = balances.total_issuance.get(ext)
    assert balances.issue(ext, 7) == 7
    assert balances.rescind(ext, 8) == 8
    assert balances.issue(ext, 2**128) == 2**128 - total
    assert balances.issue(ext, 1) == 0
    assert names(ext) == ["Balances.Issued", "Balances.Rescinded", "Balances.Issued"]


def test_deposit_and_withdraw_leave_the_issuance() -> None:
    ext = chain()
    total = balances.total_issuance.get(ext)
    terms = (Precision.EXACT, Preservation.EXPENDABLE, Fortitude.POLITE)
    assert balances.withdraw(ext, ALICE, UNIT, *terms) == UNIT
    assert balances.deposit(ext, BOB, UNIT, Precision.EXACT) == UNIT
    assert names(ext) == ["Balances.Withdraw", "Balances.Deposit"]
    assert balances.total_issuance.get(ext) == total
    with fails(ext, TokenError.FUNDS_UNAVAILABLE):
        balances.withdraw(ext, ALICE, FUNDS, *terms)
    with fails(ext, OVERFLOW):
        balances.deposit(ext, BOB, 2**128 - 1, Precision.EXACT)
    assert balances.deposit(ext, EVE, ED - 1, Precision.BEST_EFFORT) == 0
    assert (
        balances.deposit(ext, BOB, 2**128 - 1, Precision.BEST_EFFORT) == 2**128 - 1 - FUNDS - UNIT
    )


def test_dropped_imbalances() -> None:
    ext = chain()
    total = balances.total_issuance.get(ext)
    balances.drop_negative_imbalance(ext, 0)
    balances.drop_positive_imbalance(ext, 0)
    assert events(ext) == []
    balances.drop_negative_imbalance(ext, 9)
    balances.drop_positive_imbalance(ext, 4)
    assert events(ext) == [("Balances.Rescinded", 9), ("Balances.Issued", 4)]
    assert balances.total_issuance.get(ext) == total - 5


# -- the currency of fees ------------------------------------------------------------------------


def test_fee_and_refund() -> None:
    ext = chain()
    balances.withdraw_fee(ext, ALICE, 10)
    assert balances.refund_fee(ext, ALICE, 3) == 3
    assert events(ext) == [("Balances.Withdraw", ALICE, 10), ("Balances.Deposit", ALICE, 3)]
    balances.withdraw_fee(ext, ALICE, 0)
    assert balances.refund_fee(ext, ALICE, 0) == 0
    assert events(ext) == []


def test_fee_must_leave_the_account_alive() -> None:
    ext = chain()
    with fails(ext, INSUFFICIENT_BALANCE):
        balances.withdraw_fee(ext, ALICE, FUNDS + 1)
    with fails(ext, EXPENDABILITY):
        balances.withdraw_fee(ext, ALICE, FUNDS - ED + 1)
    balances.set_lock(ext, b"test    ", ALICE, FUNDS - 5, WithdrawReasons.ALL)
    with fails(ext, LIQUIDITY_RESTRICTIONS):
        balances.withdraw_fee(ext, ALICE, 6)
    balances.withdraw_fee(ext, ALICE, 5)


def test_refund_to_an_account_that_is_gone() -> None:
    ext = chain()
    balances.withdraw_fee(ext, ALICE, 10)
    run(ext, balances.transfer_allow_death(to(BOB), FUNDS - 10))
    names(ext)
    before = dict(ext.state)
    assert balances.refund_fee(ext, ALICE, 3) == 0
    assert ext.state == before


def test_deposit_into_existing() -> None:
    ext = chain()
    with fails(ext, DEAD_ACCOUNT):
        balances.deposit_into_existing(ext, EVE, UNIT)
    with fails(ext, OVERFLOW):
        balances.deposit_into_existing(ext, ALICE, 2**128 - 1)


def test_deposit_creating() -> None:
    ext = chain()
    assert balances.deposit_creating(ext, EVE, ED - 1) == 0
    assert balances.deposit_creating(ext, EVE, 0) == 0
    assert balances.deposit_creating(ext, ALICE, 2**128 - 1) == 0
    assert events(ext) == []
    assert balances.deposit_creating(ext, EVE, ED) == ED
    assert names(ext) == ["Balances.Deposit", "System.NewAccount", "Balances.Endowed"]
    assert balances.deposit_creating(ext, EVE, 1) == 1


def test_currency_withdraw_may_kill() -> None:
    ext = chain()
    balances.currency_withdraw(ext, ALICE, FUNDS - 1, keep_alive=False)
    assert names(ext) == ["Balances.Withdraw", "System.KilledAccount", "Balances.DustLost"]


# -- reading -------------------------------------------------------------------------------------


def test_usable_balances() -> None:
    ext = chain()
    balances.reserve(ext, ALICE, 2 * UNIT)
    assert balances.free_balance(ext, ALICE) == FUNDS - 2 * UNIT
    assert balances.reserved_balance(ext, ALICE) == 2 * UNIT
    assert balances.total_balance(ext, ALICE) == FUNDS
    assert balances.usable_balance(ext, ALICE) == FUNDS - 2 * UNIT - ED
    assert balances.usable_balance_for_fees(ext, ALICE) == FUNDS - 2 * UNIT - ED
    assert balances.usable_balance(ext, BOB) == FUNDS
    system.inc_providers(ext, BOB)
    assert balances.usable_balance_for_fees(ext, BOB) == FUNDS
    terms = (Preservation.PRESERVE, Fortitude.FORCE)
    assert balances.reducible_balance(ext, BOB, *terms) == FUNDS - ED
    assert balances.usable_balance(ext, EVE) == 0


# -- upgrades ------------------------------------------------------------------------------------


def old_account(ext: MemoryExt, who: bytes, reserved: int, providers: int = 1) -> None:
    data = system.AccountData(FUNDS, reserved, 0, 0)
    system.account.put(ext, who, system.AccountInfo(0, 0, providers, 0, data))


def test_upgrade_is_free_if_it_was_needed() -> None:
    ext = chain()
    old_account(ext, ALICE, UNIT)
    post = run(ext, balances.upgrade_accounts((ALICE,)), BOB)
    assert post.pays_fee is Pays.NO
    assert references(ext, ALICE) == (1, 1)
    assert events(ext) == [("Balances.Upgraded", ALICE)]
    assert run(ext, balances.upgrade_accounts((ALICE,)), BOB).pays_fee is Pays.YES
    assert run(ext, balances.upgrade_accounts(()), BOB).pays_fee is Pays.YES
    with fails(ext, BadOrigin()):
        run(ext, balances.upgrade_accounts(()), ROOT)


def test_upgrade_weighs_by_the_account() -> None:
    one, two = (call_weight(balances.upgrade_accounts((ALICE,) * count)) for count in (1, 2))
    assert one == Weight(21_353_164 + 12_625_655 + 125_000_000, 990 + 2603)
    assert two.saturating_sub(one) == Weight(12_625_655 + 125_000_000, 2603)


@pytest.mark.parametrize(("needed", "pays"), [(9, Pays.NO), (8, Pays.YES)])
def test_upgrade_is_free_from_nine_tenths(needed: int, pays: Pays) -> None:
    ext = chain()
    many = tuple(bytes([100 + index]) * 32 for index in range(10))
    for who in many[:needed]:
        old_account(ext, who, 0)
    assert run(ext, balances.upgrade_accounts(many), BOB).pays_fee is pays


def test_an_account_is_upgraded_before_it_changes() -> None:
    ext = chain()
    old_account(ext, ALICE, UNIT)
    run(ext, balances.transfer_keep_alive(to(BOB), 1))
    assert names(ext) == ["Balances.Upgraded", "Balances.Transfer"]
    assert references(ext, ALICE) == (1, 1)


def test_an_old_account_without_a_provider_gets_one() -> None:
    ext = chain()
    data = system.AccountData(0, UNIT, 0, 0)
    system.account.put(ext, EVE, system.AccountInfo(0, 0, 0, 1, data))
    assert balances.ensure_upgraded(ext, EVE)
    assert balance(ext, EVE) == (ED, UNIT, 0)
    assert references(ext, EVE) == (1, 1)
    assert "no provider" in ext.logs[-1].message


# -- genesis -------------------------------------------------------------------------------------


def test_genesis() -> None:
    ext = chain((ALICE, ED), (BOB, 3 * ED))
    assert balances.total_issuance.get(ext) == 4 * ED
    assert references(ext, ALICE) == (0, 1)
    assert system.account.get(ext, BOB).data == system.AccountData(3 * ED, 0, 0, 1 << 127)


@pytest.mark.parametrize(
    ("funds", "reason"),
    [
        (((ALICE, ED), (ALICE, ED)), "given twice"),
        (((ALICE, ED - 1),), "below the existential deposit"),
        (((ALICE, 2**128 - 1), (BOB, ED)), "128 bits"),
    ],
)
def test_genesis_is_refused(funds: tuple[tuple[bytes, int], ...], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        balances.genesis(MemoryExt(), funds)
