"""Balances: reserves, named and not."""

import pytest

from parachain.primitives.dispatch_error import (
    Arithmetic,
    ArithmeticError,  # noqa: A004  the chain's name of the type
    BadOrigin,
    ConsumerRemaining,
    TokenError,
    TooManyConsumers,
)
from parachain.runtime.frame.origin import ROOT
from parachain.runtime.pallets import balances, system
from parachain.runtime.pallets.balances import (
    BalanceStatus,
    Fortitude,
    Precision,
    WithdrawReasons,
    declarations,
    reserves,
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

NAME = b"deposits"


def test_reserve_and_unreserve() -> None:
    ext = chain()
    balances.reserve(ext, ALICE, 5 * UNIT)
    assert balance(ext, ALICE) == (FUNDS - 5 * UNIT, 5 * UNIT, 0)
    assert references(ext, ALICE) == (1, 1)
    assert balances.unreserve(ext, ALICE, 7 * UNIT) == 2 * UNIT
    assert balance(ext, ALICE) == (FUNDS, 0, 0)
    assert references(ext, ALICE) == (0, 1)
    assert events(ext) == [
        ("Balances.Reserved", ALICE, 5 * UNIT),
        ("Balances.Unreserved", ALICE, 5 * UNIT),
    ]


def test_nothing_to_reserve() -> None:
    ext = chain()
    before = dict(ext.state)
    balances.reserve(ext, ALICE, 0)
    assert balances.unreserve(ext, ALICE, 0) == 0
    assert balances.unreserve(ext, EVE, 3) == 3
    assert balances.slash_reserved(ext, ALICE, 0) == (0, 0)
    assert balances.slash_reserved(ext, EVE, 3) == (0, 3)
    assert balances.repatriate_reserved(ext, ALICE, BOB, 0, BalanceStatus.FREE) == 0
    assert ext.state == before


def test_reserve_fails() -> None:
    ext = chain()
    with fails(ext, declarations.INSUFFICIENT_BALANCE):
        balances.reserve(ext, ALICE, FUNDS + 1)
    for count in range(system.MAX_CONSUMERS):
        assert references(ext, BOB)[0] == count
        system.inc_consumers(ext, BOB)
    with fails(ext, TooManyConsumers()):
        balances.reserve(ext, BOB, 1)
    balances.set_lock(ext, b"test    ", ALICE, FUNDS - UNIT, WithdrawReasons.ALL)
    with fails(ext, declarations.LIQUIDITY_RESTRICTIONS):
        balances.reserve(ext, ALICE, UNIT + 1)


def test_reserve_keeps_the_existential_deposit() -> None:
    ext = chain()
    with fails(ext, ConsumerRemaining()):
        balances.reserve(ext, ALICE, FUNDS - ED + 1)
    assert balances.can_reserve(ext, ALICE, FUNDS - ED)
    assert not balances.can_reserve(ext, ALICE, FUNDS - ED + 1)
    assert balances.can_reserve(ext, EVE, 0)
    balances.reserve(ext, ALICE, FUNDS - ED)


def test_reserve_may_use_the_deposit_of_an_account_with_another_provider() -> None:
    ext = chain()
    system.inc_providers(ext, ALICE)
    balances.reserve(ext, ALICE, FUNDS)
    assert balance(ext, ALICE) == (0, FUNDS, 0)
    assert references(ext, ALICE) == (1, 1)
    # What is left after a slash is dust, though the account lives on.
    assert balances.slash_reserved(ext, ALICE, FUNDS) == (FUNDS, 0)
    assert references(ext, ALICE) == (0, 1)
    assert names(ext) == ["Balances.Reserved", "Balances.Slashed"]


def test_reserve_overflows() -> None:
    ext = chain((ALICE, 2**127), (BOB, ED))
    data = system.account.get(ext, ALICE).data._replace(reserved=2**128 - 1)
    system.account_store_set(ext, ALICE, data)
    with fails(ext, Arithmetic(ArithmeticError.OVERFLOW)):
        balances.reserve(ext, ALICE, 1)


def test_slash() -> None:
    ext = chain()
    balances.reserve(ext, ALICE, 5 * UNIT)
    assert balances.slash_reserved(ext, ALICE, 7 * UNIT) == (5 * UNIT, 2 * UNIT)
    balances.drop_negative_imbalance(ext, 5 * UNIT)
    assert names(ext) == ["Balances.Reserved", "Balances.Slashed", "Balances.Rescinded"]
    check_issuance(ext)


def test_what_an_account_without_providers_has_reserved_stays() -> None:
    """It cannot have the consumer reference that its frozen funds would be."""
    ext = chain()
    data = system.AccountData(0, 9, 3, system.NEW_LOGIC)
    system.account.put(ext, EVE, system.AccountInfo(0, 0, 0, 1, data))
    before = dict(ext.state)
    assert balances.unreserve(ext, EVE, 5) == 5
    assert balances.slash_reserved(ext, EVE, 5) == (0, 5)
    assert ext.state == before


def test_force_unreserve() -> None:
    ext = chain()
    balances.reserve(ext, ALICE, 5 * UNIT)
    run(ext, balances.force_unreserve(to(ALICE), 2 * UNIT), ROOT)
    assert balance(ext, ALICE) == (FUNDS - 3 * UNIT, 3 * UNIT, 0)
    with fails(ext, BadOrigin()):
        run(ext, balances.force_unreserve(to(ALICE), 1), ALICE)


# -- repatriation --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "bob"),
    [
        (BalanceStatus.FREE, (FUNDS + 5 * UNIT, 0, 0)),
        (BalanceStatus.RESERVED, (FUNDS, 5 * UNIT, 0)),
    ],
)
def test_repatriate(status: BalanceStatus, bob: tuple[int, int, int]) -> None:
    ext = chain()
    balances.reserve(ext, ALICE, 5 * UNIT)
    names(ext)
    assert balances.repatriate_reserved(ext, ALICE, BOB, 6 * UNIT, status) == UNIT
    assert balance(ext, ALICE) == (FUNDS - 5 * UNIT, 0, 0)
    assert balance(ext, BOB) == bob
    assert references(ext, ALICE) == (0, 1)
    assert events(ext) == [("Balances.ReserveRepatriated", ALICE, BOB, 5 * UNIT, status)]
    check_issuance(ext)


def test_repatriation_may_leave_dust() -> None:
    ext = chain()
    system.inc_providers(ext, ALICE)
    balances.reserve(ext, ALICE, FUNDS - 1)
    names(ext)
    assert balances.repatriate_reserved(ext, ALICE, BOB, FUNDS, BalanceStatus.FREE) == 1
    assert names(ext) == ["Balances.DustLost", "Balances.ReserveRepatriated"]
    check_issuance(ext)


def test_repatriate_to_oneself() -> None:
    ext = chain()
    balances.reserve(ext, ALICE, 5 * UNIT)
    repatriate = balances.repatriate_reserved
    assert repatriate(ext, ALICE, ALICE, 2 * UNIT, BalanceStatus.RESERVED) == 0
    assert balance(ext, ALICE) == (FUNDS - 5 * UNIT, 5 * UNIT, 0)
    assert repatriate(ext, ALICE, ALICE, 2 * UNIT, BalanceStatus.FREE) == 0
    assert balance(ext, ALICE) == (FUNDS - 3 * UNIT, 3 * UNIT, 0)


def test_repatriate_fails() -> None:
    ext = chain()
    balances.reserve(ext, ALICE, 5 * UNIT)
    with fails(ext, declarations.DEAD_ACCOUNT):
        balances.repatriate_reserved(ext, ALICE, EVE, UNIT, BalanceStatus.FREE)
    with fails(ext, TokenError.FUNDS_UNAVAILABLE):
        reserves.transfer_reserved(
            ext, ALICE, BOB, 6 * UNIT, Precision.EXACT, Fortitude.POLITE, BalanceStatus.FREE
        )
    rich = system.account.get(ext, BOB).data._replace(free=2**128 - 1)
    system.account_store_set(ext, BOB, rich)
    with fails(ext, Arithmetic(ArithmeticError.OVERFLOW)):
        balances.repatriate_reserved(ext, ALICE, BOB, UNIT, BalanceStatus.FREE)


def test_repatriation_leaves_what_locks_need() -> None:
    ext = chain()
    balances.reserve(ext, ALICE, 5 * UNIT)
    balances.set_lock(ext, b"test    ", ALICE, FUNDS - UNIT, WithdrawReasons.ALL)
    assert balances.repatriate_reserved(ext, ALICE, BOB, 5 * UNIT, BalanceStatus.FREE) == 4 * UNIT


# -- named reserves ------------------------------------------------------------------------------


def named(ext: MemoryExt, who: bytes) -> list[tuple[bytes, int]]:
    return [(item.id, item.amount) for item in declarations.reserves.get(ext, who)]


def test_named_reserves_are_kept_sorted() -> None:
    ext = chain()
    for name, amount in ((b"bbbbbbbb", 2), (b"aaaaaaaa", 1), (b"cccccccc", 3), (b"bbbbbbbb", 5)):
        balances.reserve_named(ext, name, ALICE, amount)
    assert named(ext, ALICE) == [(b"aaaaaaaa", 1), (b"bbbbbbbb", 7), (b"cccccccc", 3)]
    assert balances.reserved_balance_named(ext, b"bbbbbbbb", ALICE) == 7
    assert balances.reserved_balance_named(ext, b"bbbbbbbc", ALICE) == 0
    assert balances.reserved_balance(ext, ALICE) == 11


def test_named_unreserve() -> None:
    ext = chain()
    balances.reserve_named(ext, NAME, ALICE, 5)
    balances.reserve_named(ext, b"other   ", ALICE, 4)
    assert balances.unreserve_named(ext, b"unknown ", ALICE, 3) == 3
    assert balances.unreserve_named(ext, NAME, ALICE, 0) == 0
    assert balances.unreserve_named(ext, NAME, ALICE, 2) == 0
    assert balances.reserved_balance_named(ext, NAME, ALICE) == 3
    assert balances.unreserve_named(ext, NAME, ALICE, 9) == 6
    assert named(ext, ALICE) == [(b"other   ", 4)]
    balances.unreserve_named(ext, b"other   ", ALICE, 4)
    assert not declarations.reserves.contains(ext, ALICE)
    assert balance(ext, ALICE) == (FUNDS, 0, 0)


def test_too_many_names() -> None:
    ext = chain()
    for index in range(declarations.MAX_RESERVES):
        balances.reserve_named(ext, index.to_bytes(8, "big"), ALICE, 1)
    with fails(ext, declarations.TOO_MANY_RESERVES):
        balances.reserve_named(ext, NAME, ALICE, 1)
    balances.reserve_named(ext, bytes(8), ALICE, 1)
    balances.reserve_named(ext, NAME, BOB, 1)
    with fails(ext, declarations.TOO_MANY_RESERVES):
        balances.repatriate_reserved_named(ext, NAME, BOB, ALICE, 1, BalanceStatus.RESERVED)


def test_named_overflow() -> None:
    ext = chain()
    balances.reserve_named(ext, NAME, ALICE, 1)
    with fails(ext, Arithmetic(ArithmeticError.OVERFLOW)):
        balances.reserve_named(ext, NAME, ALICE, 2**128 - 1)
    with fails(ext, declarations.INSUFFICIENT_BALANCE):
        balances.reserve_named(ext, NAME, ALICE, FUNDS)
    balances.reserve_named(ext, NAME, ALICE, 0)


def test_named_slash() -> None:
    ext = chain()
    balances.reserve_named(ext, NAME, ALICE, 5)
    names(ext)
    assert balances.slash_reserved_named(ext, NAME, ALICE, 7) == (5, 2)
    assert names(ext) == ["Balances.Slashed", "Balances.Slashed"]
    assert named(ext, ALICE) == [(NAME, 0)]
    assert balances.slash_reserved_named(ext, NAME, ALICE, 0) == (0, 0)
    assert balances.slash_reserved_named(ext, b"unknown ", BOB, 3) == (0, 3)


@pytest.mark.parametrize("status", list(BalanceStatus))
def test_named_repatriation(status: BalanceStatus) -> None:
    ext = chain()
    balances.reserve_named(ext, NAME, ALICE, 5)
    balances.reserve_named(ext, NAME, BOB, 1)
    repatriate = balances.repatriate_reserved_named
    assert repatriate(ext, NAME, ALICE, BOB, 0, status) == 0
    assert repatriate(ext, b"unknown ", ALICE, BOB, 3, status) == 3
    assert repatriate(ext, NAME, ALICE, BOB, 4, status) == 0
    assert named(ext, ALICE) == [(NAME, 1)]
    gained = 4 if status is BalanceStatus.RESERVED else 0
    assert named(ext, BOB) == [(NAME, 1 + gained)]
    assert balances.reserved_balance(ext, BOB) == 1 + gained
    check_issuance(ext)


def test_named_repatriation_to_oneself() -> None:
    ext = chain()
    balances.reserve_named(ext, NAME, ALICE, 5)
    repatriate = balances.repatriate_reserved_named
    assert repatriate(ext, NAME, ALICE, ALICE, 7, BalanceStatus.RESERVED) == 2
    assert repatriate(ext, NAME, ALICE, ALICE, 7, BalanceStatus.FREE) == 2
    assert balance(ext, ALICE) == (FUNDS, 0, 0)
