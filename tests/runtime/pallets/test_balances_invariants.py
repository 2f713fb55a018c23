"""Balances: what holds after any sequence of operations, whether they succeed or fail.

The issuance is the sum of all balances; every living account owns a deposit or is referred to;
reserved and frozen funds are one consumer, a deposit is one provider; the frozen amount is the
largest of all locks and freezes.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.runtime.frame.call import CallDeclaration, dispatch
from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.frame.origin import ROOT, signed
from parachain.runtime.pallets import balances, system
from parachain.runtime.pallets.balances import (
    BalanceStatus,
    Precision,
    Preservation,
    WithdrawReasons,
    declarations,
)
from parachain.runtime.pallets.balances.reasons import POOL_MIN_BALANCE, PREIMAGE
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.scene import ALICE, BOB, CHARLIE, ED, EVE, chain, check_issuance, to

Step = Callable[[MemoryExt], Any]

WHO = st.sampled_from([ALICE, BOB, CHARLIE, EVE])
#: Amounts around the existential deposit, where the rules change.
AMOUNT = st.one_of(
    st.sampled_from([0, 1, ED - 1, ED, ED + 1, 3 * ED, 2**128 - 1]), st.integers(0, 6 * ED)
)
NAME = st.sampled_from([b"name one", b"name two"])
STATUS = st.sampled_from(list(BalanceStatus))
ALL = WithdrawReasons.ALL


def signed_call(
    make: CallDeclaration, *arguments: st.SearchStrategy[Any]
) -> st.SearchStrategy[Step]:
    return st.tuples(WHO, *arguments).map(
        lambda drawn: lambda ext: dispatch(ext, make(*drawn[1:]), signed(drawn[0]))
    )


def root_call(make: CallDeclaration, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.tuples(*arguments).map(lambda drawn: lambda ext: dispatch(ext, make(*drawn), ROOT))


def function(
    run: Callable[..., Any], *arguments: st.SearchStrategy[Any]
) -> st.SearchStrategy[Step]:
    return st.tuples(*arguments).map(lambda drawn: lambda ext: run(ext, *drawn))


def slash_reserved(ext: MemoryExt, who: bytes, amount: int) -> None:
    owed, _ = balances.slash_reserved(ext, who, amount)
    balances.drop_negative_imbalance(ext, owed)


def slash_reserved_named(ext: MemoryExt, name: bytes, who: bytes, amount: int) -> None:
    owed, _ = balances.slash_reserved_named(ext, name, who, amount)
    balances.drop_negative_imbalance(ext, owed)


def pay_fee(ext: MemoryExt, payer: bytes, author: bytes, amount: int) -> None:
    balances.withdraw_fee(ext, payer, amount)
    left = amount - balances.refund_fee(ext, payer, amount // 3)
    balances.drop_negative_imbalance(ext, left - balances.deposit_creating(ext, author, left))


ADDRESS = WHO.map(to)
FLAG = st.booleans()

STEPS = st.one_of(
    signed_call(balances.transfer_allow_death, ADDRESS, AMOUNT),
    signed_call(balances.transfer_keep_alive, ADDRESS, AMOUNT),
    signed_call(balances.transfer_all, ADDRESS, FLAG),
    signed_call(balances.burn, AMOUNT, FLAG),
    root_call(balances.force_transfer, ADDRESS, ADDRESS, AMOUNT),
    root_call(balances.force_set_balance, ADDRESS, st.integers(0, 5 * ED)),
    root_call(balances.force_unreserve, ADDRESS, AMOUNT),
    function(balances.mint_into, WHO, AMOUNT),
    function(balances.burn_from, WHO, AMOUNT, st.sampled_from(list(Preservation))),
    function(pay_fee, WHO, WHO, AMOUNT),
    function(balances.reserve, WHO, AMOUNT),
    function(balances.unreserve, WHO, AMOUNT),
    function(slash_reserved, WHO, AMOUNT),
    function(balances.repatriate_reserved, WHO, WHO, AMOUNT, STATUS),
    function(balances.reserve_named, NAME, WHO, AMOUNT),
    function(balances.unreserve_named, NAME, WHO, AMOUNT),
    function(slash_reserved_named, NAME, WHO, AMOUNT),
    function(balances.repatriate_reserved_named, NAME, WHO, WHO, AMOUNT, STATUS),
    function(balances.set_lock, NAME, WHO, AMOUNT, st.just(ALL)),
    function(balances.extend_lock, NAME, WHO, AMOUNT, st.just(ALL)),
    function(balances.remove_lock, NAME, WHO),
    function(balances.set_freeze, st.just(POOL_MIN_BALANCE), WHO, AMOUNT),
    function(balances.hold, st.just(PREIMAGE), WHO, AMOUNT),
    function(balances.release, st.just(PREIMAGE), WHO, AMOUNT, st.sampled_from(list(Precision))),
)


def check_accounts(ext: MemoryExt) -> None:
    for who, info in system.account.iterate(ext):
        data = info.data
        provides = data.free >= ED
        consumes = bool(data.reserved or data.frozen)
        assert info.providers == int(provides), who
        assert info.consumers == int(consumes), who
        assert provides, "an account without a deposit lives on"
        locked = [lock.amount for lock in declarations.locks.get(ext, who)]
        frozen = [item.amount for item in declarations.freezes.get(ext, who)]
        # A lock that was set before the account had a deposit does not bind it.
        assert data.frozen in (0, max(locked + frozen, default=0))


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_invariants_hold_after_any_operations(steps: list[Step]) -> None:
    ext = chain((ALICE, 5 * ED), (BOB, 2 * ED), (CHARLIE, ED))
    for step in steps:
        ext.begin()
        before = dict(ext.state)
        try:
            step(ext)
        except DispatchFailed:
            ext.rollback()
            assert ext.state == before
        else:
            ext.commit()
        check_issuance(ext)
        check_accounts(ext)
