"""Balances: the four transfers, and the short way beside the general one."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.primitives.address import Address20
from parachain.primitives.dispatch_error import (
    Arithmetic,
    ArithmeticError,  # noqa: A004  the chain's name of the type
    BadOrigin,
    CannotLookup,
    Token,
    TokenError,
)
from parachain.runtime.frame.call import CallDeclaration
from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import NONE, ROOT
from parachain.runtime.pallets import balances, system
from parachain.runtime.pallets.balances import Preservation, WithdrawReasons, transfers
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.scene import (
    ALICE,
    BOB,
    CHARLIE,
    ED,
    EVE,
    FUNDS,
    UNIT,
    Failure,
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

ALLOW_DEATH = balances.transfer_allow_death
KEEP_ALIVE = balances.transfer_keep_alive


@pytest.mark.parametrize("call", [ALLOW_DEATH, KEEP_ALIVE])
def test_transfer_between_living_accounts(call: CallDeclaration) -> None:
    ext = chain()
    run(ext, call(to(BOB), 3 * UNIT))
    assert balance(ext, ALICE) == (FUNDS - 3 * UNIT, 0, 0)
    assert balance(ext, BOB) == (FUNDS + 3 * UNIT, 0, 0)
    assert events(ext) == [("Balances.Transfer", ALICE, BOB, 3 * UNIT)]
    check_issuance(ext)


def test_transfer_creates_the_receiver() -> None:
    ext = chain()
    run(ext, KEEP_ALIVE(to(EVE), ED))
    assert balance(ext, EVE) == (ED, 0, 0)
    assert references(ext, EVE) == (0, 1)
    assert events(ext) == [
        ("System.NewAccount", EVE),
        ("Balances.Endowed", EVE, ED),
        ("Balances.Transfer", ALICE, EVE, ED),
    ]


def test_transfer_of_everything_reaps_the_sender() -> None:
    ext = chain()
    run(ext, ALLOW_DEATH(to(BOB), FUNDS))
    assert not system.account_exists(ext, ALICE)
    assert events(ext) == [
        ("System.KilledAccount", ALICE),
        ("Balances.Transfer", ALICE, BOB, FUNDS),
    ]
    check_issuance(ext)


def test_dust_of_the_sender_leaves_the_issuance() -> None:
    ext = chain()
    issued = balances.total_issuance.get(ext)
    run(ext, ALLOW_DEATH(to(EVE), FUNDS - ED + 1))
    assert not system.account_exists(ext, ALICE)
    assert events(ext) == [
        ("System.KilledAccount", ALICE),
        ("Balances.DustLost", ALICE, ED - 1),
        ("System.NewAccount", EVE),
        ("Balances.Endowed", EVE, FUNDS - ED + 1),
        ("Balances.Transfer", ALICE, EVE, FUNDS - ED + 1),
    ]
    assert balances.total_issuance.get(ext) == issued - ED + 1
    check_issuance(ext)


def test_transfer_to_oneself_is_checked_and_leaves_no_trace() -> None:
    ext = chain()
    before = dict(ext.state)
    run(ext, KEEP_ALIVE(to(ALICE), UNIT))
    assert ext.state == before
    with fails(ext, TokenError.FUNDS_UNAVAILABLE):
        run(ext, ALLOW_DEATH(to(ALICE), FUNDS + 1))


def test_transfer_of_nothing() -> None:
    ext = chain()
    run(ext, KEEP_ALIVE(to(EVE), 0))
    assert events(ext) == [("Balances.Transfer", ALICE, EVE, 0)]
    assert not system.account_exists(ext, EVE)


def test_nobody_transfers_nothing() -> None:
    """The reference endows an account without balance with 0 when it is touched."""
    ext = chain()
    run(ext, ALLOW_DEATH(to(BOB), 0), EVE)
    assert events(ext) == [("Balances.Endowed", EVE, 0), ("Balances.Transfer", EVE, BOB, 0)]
    assert not system.account_exists(ext, EVE)


@pytest.mark.parametrize(
    ("call", "dest", "value", "error"),
    [
        (ALLOW_DEATH, BOB, FUNDS + 1, TokenError.FUNDS_UNAVAILABLE),
        (KEEP_ALIVE, BOB, FUNDS + 1, TokenError.FUNDS_UNAVAILABLE),
        (KEEP_ALIVE, BOB, FUNDS, TokenError.NOT_EXPENDABLE),
        (KEEP_ALIVE, BOB, FUNDS - ED + 1, TokenError.NOT_EXPENDABLE),
        (ALLOW_DEATH, EVE, ED - 1, TokenError.BELOW_MINIMUM),
        (ALLOW_DEATH, EVE, 2**128 - 1, Arithmetic(ArithmeticError.UNDERFLOW)),
    ],
)
def test_transfer_fails(call: CallDeclaration, dest: bytes, value: int, error: Failure) -> None:
    ext = chain()
    with fails(ext, error):
        run(ext, call(to(dest), value))


def test_transfer_respects_the_frozen_amount() -> None:
    ext = chain()
    balances.set_lock(ext, b"test    ", ALICE, FUNDS - UNIT, WithdrawReasons.ALL)
    with fails(ext, TokenError.FROZEN):
        run(ext, KEEP_ALIVE(to(BOB), UNIT + 1))
    run(ext, KEEP_ALIVE(to(BOB), UNIT))


def test_reserved_funds_satisfy_the_frozen_amount_first() -> None:
    ext = chain()
    balances.reserve(ext, ALICE, 100 * UNIT)
    balances.set_lock(ext, b"test    ", ALICE, 150 * UNIT, WithdrawReasons.ALL)
    free = FUNDS - 100 * UNIT
    with fails(ext, TokenError.FROZEN):
        run(ext, KEEP_ALIVE(to(BOB), free - 50 * UNIT + 1))
    run(ext, KEEP_ALIVE(to(BOB), free - 50 * UNIT))


def test_an_account_in_use_keeps_its_deposit() -> None:
    ext = chain()
    system.inc_consumers(ext, ALICE)
    with fails(ext, TokenError.FROZEN):
        run(ext, ALLOW_DEATH(to(BOB), FUNDS))
    system.inc_providers(ext, ALICE)
    run(ext, ALLOW_DEATH(to(BOB), FUNDS))
    assert system.account_exists(ext, ALICE)
    assert references(ext, ALICE) == (1, 1)


def test_transfer_beyond_the_issuance() -> None:
    ext = chain()
    balances.total_issuance.put(ext, UNIT)
    with fails(ext, Arithmetic(ArithmeticError.UNDERFLOW)):
        run(ext, KEEP_ALIVE(to(BOB), UNIT + 1))


def test_receiver_overflows() -> None:
    top = 2**128 - 1
    ext = chain((ALICE, top // 2), (BOB, top // 2))
    balances.reserve(ext, BOB, UNIT)
    data = system.account.get(ext, BOB).data._replace(free=top - UNIT)
    system.account_store_set(ext, BOB, data)
    with fails(ext, Arithmetic(ArithmeticError.OVERFLOW)):
        run(ext, ALLOW_DEATH(to(BOB), 1))
    with fails(ext, Arithmetic(ArithmeticError.OVERFLOW)):
        run(ext, ALLOW_DEATH(to(BOB), UNIT + 1))


def test_only_account_ids_are_looked_up() -> None:
    ext = chain()
    for call in (ALLOW_DEATH, KEEP_ALIVE):
        with fails(ext, CannotLookup()):
            run(ext, call(Address20(bytes(20)), 1))


def test_origins() -> None:
    ext = chain()
    for call in (ALLOW_DEATH(to(BOB), 1), KEEP_ALIVE(to(BOB), 1)):
        for origin in (ROOT, NONE):
            with fails(ext, BadOrigin()):
                run(ext, call, origin)
    with fails(ext, BadOrigin()):
        run(ext, balances.transfer_all(to(BOB), True), ROOT)
    with fails(ext, BadOrigin()):
        run(ext, balances.force_transfer(to(BOB), to(ALICE), 1), ALICE)


def test_force_transfer() -> None:
    ext = chain()
    run(ext, balances.force_transfer(to(BOB), to(CHARLIE), FUNDS), ROOT)
    assert names(ext) == ["System.KilledAccount", "Balances.Transfer"]
    with fails(ext, TokenError.FUNDS_UNAVAILABLE):
        run(ext, balances.force_transfer(to(ALICE), to(CHARLIE), FUNDS + 1), ROOT)


def test_transfer_all() -> None:
    ext = chain()
    run(ext, balances.transfer_all(to(BOB), True), ALICE)
    assert balance(ext, ALICE) == (ED, 0, 0)
    run(ext, balances.transfer_all(to(BOB), False), ALICE)
    assert not system.account_exists(ext, ALICE)
    assert balance(ext, BOB) == (2 * FUNDS, 0, 0)


def test_transfer_all_leaves_what_is_bound() -> None:
    ext = chain()
    balances.reserve(ext, ALICE, 10 * UNIT)
    balances.set_lock(ext, b"test    ", ALICE, 30 * UNIT, WithdrawReasons.ALL)
    run(ext, balances.transfer_all(to(BOB), False), ALICE)
    assert balance(ext, ALICE) == (20 * UNIT, 10 * UNIT, 30 * UNIT)


#: Free, reserved, frozen, providers, and whether the account is upgraded.
Account = tuple[int, int, int, int, bool]
Transfer = Callable[[Ext, bytes, bytes, int, Preservation], None]

# -- the short way and the general one ---------------------------------------------------------

AMOUNTS = st.sampled_from([0, 1, ED - 1, ED, ED + 1, 2 * ED, 3 * ED])


@given(
    source=st.tuples(AMOUNTS, AMOUNTS, AMOUNTS, st.integers(0, 1), st.booleans()),
    dest=st.tuples(AMOUNTS, AMOUNTS, AMOUNTS, st.integers(0, 1), st.booleans()),
    issuance=st.sampled_from([0, ED, 100 * ED]),
    amount=AMOUNTS,
    preservation=st.sampled_from(list(Preservation)),
)
def test_short_way_agrees_with_the_general_one(
    source: Account, dest: Account, issuance: int, amount: int, preservation: Preservation
) -> None:
    ext = MemoryExt()
    for who, (free, reserved, frozen, providers, new_logic) in ((ALICE, source), (BOB, dest)):
        consumers = int(bool(reserved or frozen))
        flags = system.NEW_LOGIC if new_logic else 0
        data = system.AccountData(free, reserved, frozen, flags)
        system.account.put(ext, who, system.AccountInfo(7, consumers, providers, 0, data))
    balances.total_issuance.put(ext, issuance)
    system.initialize(ext, 1, bytes(32), ())

    def outcome(function: Transfer) -> Any:
        ext.begin()
        try:
            function(ext, ALICE, BOB, amount, preservation)
            error = None
        except DispatchFailed as failure:
            error = (type(failure.error), failure.error)
        state = dict(ext.state)
        ext.rollback()
        # What a failed transfer leaves behind is the dispatch's to undo.
        return error or state

    assert outcome(transfers.transfer) == outcome(transfers.transfer_in_steps)


def test_errors_are_tokens() -> None:
    ext = chain()
    with pytest.raises(DispatchFailed) as failure:
        balances.transfer(ext, EVE, BOB, 1, Preservation.EXPENDABLE)
    assert failure.value.error == Token(TokenError.FUNDS_UNAVAILABLE)
