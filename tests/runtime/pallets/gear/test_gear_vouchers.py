"""Vouchers: issuing, updating, revoking, declining.

Topics and names follow the reference's tests of pallet_gear_voucher.
"""

from typing import Any

import pytest

from parachain.primitives.dispatch_error import BadOrigin
from parachain.primitives.weight import Weight
from parachain.runtime.frame.origin import ROOT
from parachain.runtime.pallets import balances, gear_voucher, system
from parachain.runtime.pallets.gear_voucher import (
    AppendPrograms,
    DeclineVoucher,
    VoucherInfo,
    vouchers,
)
from parachain.runtime.pallets.gear_voucher.declarations import (
    BAD_ORIGIN,
    BALANCE_TRANSFER,
    CODE_UPLOADING_ENABLED,
    DURATION_OUT_OF_BOUNDS,
    INEXISTENT_VOUCHER,
    IRREVOCABLE_YET,
    MAX_PROGRAMS_LIMIT_EXCEEDED,
    VOUCHER_DECLINED,
    VOUCHER_EXPIRED,
    VOUCHER_ISSUED,
    VOUCHER_REVOKED,
    VOUCHER_UPDATED,
    issued,
)
from tests.runtime.pallets.gear.scene import (
    OTHER_PROGRAM,
    PROGRAM,
    has_event,
    make,
)
from tests.runtime.pallets.gear.vouchers import (
    DURATION,
    EXPIRY,
    FIRST,
    OWNER,
    SECOND,
    SPENDER,
    info,
    issue,
    programs_from,
    revoke,
    update,
    use,
)
from tests.runtime.pallets.scene import (
    ALICE,
    BOB,
    CHARLIE,
    ED,
    FUNDS,
    begin_block,
    chain,
    fails,
)

# -- issuing -----------------------------------------------------------------------------------


def test_voucher_issue_works() -> None:
    ext = chain()
    issue(ext, (PROGRAM, OTHER_PROGRAM), code_uploading=True)
    assert info(ext) == VoucherInfo(OWNER, (PROGRAM, OTHER_PROGRAM), True, EXPIRY)
    assert has_event(ext, VOUCHER_ISSUED.encode(OWNER, SPENDER, FIRST))
    assert balances.free_balance(ext, FIRST) == 10 * ED
    assert balances.free_balance(ext, OWNER) == FUNDS - 10 * ED
    issue(ext, balance=0, owner=BOB)
    assert issued.get(ext) == 2
    assert vouchers.get(ext, (SPENDER, SECOND)) == VoucherInfo(BOB, None, False, EXPIRY)
    assert not system.account_exists(ext, SECOND)


def test_voucher_issue_err_cases() -> None:
    ext = chain((ALICE, 10 * ED))
    for amount in (9 * ED + 1, 10 * ED, ED - 1):
        with fails(ext, BALANCE_TRANSFER):
            issue(ext, balance=amount)
    with fails(ext, MAX_PROGRAMS_LIMIT_EXCEEDED):
        issue(ext, programs_from(0, 33), balance=ED)
    for duration in (0, 19, 2_419_201, 2**32 - 1):
        with fails(ext, DURATION_OUT_OF_BOUNDS):
            issue(ext, balance=ED, duration=duration)
    assert issued.get(ext) is None
    issue(ext, programs_from(0, 32), balance=ED, duration=2_419_200)
    assert info(ext).expiry == 2_419_202


# -- revoking ----------------------------------------------------------------------------------


def test_voucher_revoke_works() -> None:
    ext = chain()
    issue(ext)
    before = info(ext)
    begin_block(ext, EXPIRY)
    revoke(ext)
    assert balances.free_balance(ext, OWNER) == FUNDS
    assert not system.account_exists(ext, FIRST)
    assert has_event(ext, VOUCHER_REVOKED.encode(SPENDER, FIRST))
    assert info(ext) == before
    begin_block(ext, EXPIRY + 1)
    revoke(ext)
    assert not has_event(ext, VOUCHER_REVOKED.encode(SPENDER, FIRST))


def test_voucher_revoke_err_cases() -> None:
    ext = chain()
    with fails(ext, INEXISTENT_VOUCHER):
        revoke(ext)
    issue(ext)
    with fails(ext, BAD_ORIGIN):
        revoke(ext, SPENDER)
    begin_block(ext, EXPIRY - 1)
    with fails(ext, IRREVOCABLE_YET):
        revoke(ext)
    begin_block(ext, EXPIRY)
    with fails(ext, BAD_ORIGIN):
        revoke(ext, BOB)


# -- updating ----------------------------------------------------------------------------------


def test_voucher_update_works() -> None:
    ext = chain()
    issue(ext, (PROGRAM,))
    update(
        ext,
        move_ownership=BOB,
        balance_top_up=3 * ED,
        append_programs=AppendPrograms((OTHER_PROGRAM,)),
        code_uploading=True,
        prolong_duration=7,
    )
    assert info(ext) == VoucherInfo(BOB, (PROGRAM, OTHER_PROGRAM), True, EXPIRY + 7)
    assert has_event(ext, VOUCHER_UPDATED.encode(SPENDER, FIRST, BOB))
    assert balances.free_balance(ext, FIRST) == 13 * ED
    assert balances.free_balance(ext, OWNER) == FUNDS - 13 * ED
    with fails(ext, BAD_ORIGIN):
        update(ext, balance_top_up=ED)
    update(ext, BOB, append_programs=AppendPrograms(None))
    assert info(ext).programs is None
    assert has_event(ext, VOUCHER_UPDATED.encode(SPENDER, FIRST, None))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"move_ownership": OWNER},
        {"balance_top_up": 0},
        {"append_programs": AppendPrograms((PROGRAM,))},
        {"append_programs": AppendPrograms(())},
        {"code_uploading": False},
        {"prolong_duration": 0},
    ],
    ids=str,
)
def test_an_update_that_changes_nothing_is_not_told(change: dict[str, Any]) -> None:
    ext = chain()
    issue(ext, (PROGRAM,))
    before = dict(ext.state)
    update(ext, **change)
    assert ext.state == before


def test_programs_added_to_any_are_any() -> None:
    ext = chain()
    issue(ext)
    before = dict(ext.state)
    update(ext, append_programs=AppendPrograms((PROGRAM,)))
    update(ext, append_programs=AppendPrograms(None))
    assert ext.state == before


def test_prolonging() -> None:
    ext = chain()
    issue(ext)
    begin_block(ext, EXPIRY)
    update(ext, prolong_duration=DURATION)
    assert info(ext).expiry == EXPIRY + DURATION
    later = EXPIRY + DURATION + 1
    begin_block(ext, later)
    update(ext, prolong_duration=DURATION)
    assert info(ext).expiry == later + DURATION + 1


def test_voucher_update_err_cases() -> None:
    ext = chain()
    with fails(ext, INEXISTENT_VOUCHER):
        update(ext, balance_top_up=1)
    issue(ext, programs_from(0, 20), code_uploading=True)
    with fails(ext, BAD_ORIGIN):
        update(ext, SPENDER, balance_top_up=1)
    with fails(ext, BALANCE_TRANSFER):
        update(ext, balance_top_up=FUNDS)
    with fails(ext, MAX_PROGRAMS_LIMIT_EXCEEDED):
        update(ext, append_programs=AppendPrograms(programs_from(8, 25)))
    update(ext, append_programs=AppendPrograms(programs_from(8, 24)))
    assert info(ext).programs == programs_from(0, 32)
    with fails(ext, CODE_UPLOADING_ENABLED):
        update(ext, code_uploading=False)
    with fails(ext, DURATION_OUT_OF_BOUNDS):
        update(ext, prolong_duration=2_419_200 - DURATION)
    update(ext, prolong_duration=2_419_200 - DURATION - 1)
    begin_block(ext, 2_419_300)
    for duration in (19, 2_419_201):
        with fails(ext, DURATION_OUT_OF_BOUNDS):
            update(ext, prolong_duration=duration)


def test_short_prolongations_count_from_the_present_block() -> None:
    ext = chain()
    issue(ext)
    begin_block(ext, EXPIRY - 5)
    with fails(ext, DURATION_OUT_OF_BOUNDS):
        update(ext, prolong_duration=14)
    update(ext, prolong_duration=15)
    assert info(ext).expiry == EXPIRY + 15


# -- declining ---------------------------------------------------------------------------------


def test_voucher_decline_works() -> None:
    ext = chain()
    issue(ext)
    begin_block(ext, 3)
    make(ext, gear_voucher.decline(FIRST), SPENDER)
    assert info(ext).expiry == 3
    assert has_event(ext, VOUCHER_DECLINED.encode(SPENDER, FIRST))
    revoke(ext)
    assert balances.free_balance(ext, OWNER) == FUNDS


def test_declining_as_a_prepaid_call() -> None:
    ext = chain()
    issue(ext, (PROGRAM,))
    begin_block(ext, 3)
    assert use(ext, DeclineVoucher()).made == []
    assert info(ext).expiry == 3
    assert has_event(ext, VOUCHER_DECLINED.encode(SPENDER, FIRST))


def test_voucher_decline_err_cases() -> None:
    ext = chain()
    with fails(ext, INEXISTENT_VOUCHER):
        make(ext, gear_voucher.decline(FIRST), SPENDER)
    issue(ext)
    with fails(ext, INEXISTENT_VOUCHER):
        make(ext, gear_voucher.decline(FIRST), OWNER)
    begin_block(ext, EXPIRY)
    with fails(ext, VOUCHER_EXPIRED):
        make(ext, gear_voucher.decline(FIRST), SPENDER)


# -- all calls ---------------------------------------------------------------------------------


def test_calls_are_signed() -> None:
    ext = chain()
    for call in (
        gear_voucher.issue(SPENDER, ED, None, False, DURATION),
        gear_voucher.revoke(SPENDER, FIRST),
        gear_voucher.update(SPENDER, FIRST, None, None, None, None, None),
        gear_voucher.decline(FIRST),
    ):
        with fails(ext, BadOrigin()):
            call.declaration.function(ext, ROOT, *call.args)


def test_a_declined_voucher_weighs_what_declining_does() -> None:
    weight = gear_voucher.call.weight
    assert callable(weight)
    assert weight(FIRST, DeclineVoucher()) == Weight(14_746_000 + 125_000_000 + 50_000_000, 3765)


def test_another_account_can_issue_to_the_same_spender() -> None:
    ext = chain()
    issue(ext)
    issue(ext, owner=CHARLIE)
    owners = [(key, voucher.owner) for key, voucher in vouchers.iterate(ext, SPENDER)]
    assert sorted(owners) == sorted([((SPENDER, FIRST), OWNER), ((SPENDER, SECOND), CHARLIE)])
