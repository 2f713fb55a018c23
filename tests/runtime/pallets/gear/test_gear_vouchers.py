"""Vouchers: issuing, using, updating, revoking, declining; who may, when, and for what.

Topics and names follow the reference's tests of pallet_gear_voucher.
"""

from typing import Any

import pytest

from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.dispatch_error import BadOrigin
from parachain.primitives.dispatch_info import Pays, PostDispatchInfo
from parachain.primitives.weight import Weight
from parachain.runtime.frame.error import PalletError
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import ROOT
from parachain.runtime.gear.intervals import Interval
from parachain.runtime.gear.messages import UserStoredMessage
from parachain.runtime.pallets import balances, gear_messenger, gear_voucher, system
from parachain.runtime.pallets.gear_voucher import (
    AppendPrograms,
    DeclineVoucher,
    GearCall,
    PrepaidCall,
    PrepaidCallsDispatcher,
    SendMessage,
    SendReply,
    UploadCode,
    VoucherInfo,
    vouchers,
)
from parachain.runtime.pallets.gear_voucher.declarations import (
    BAD_ORIGIN,
    BALANCE_TRANSFER,
    CODE_UPLOADING_DISABLED,
    CODE_UPLOADING_ENABLED,
    DURATION_OUT_OF_BOUNDS,
    INAPPROPRIATE_DESTINATION,
    INEXISTENT_VOUCHER,
    IRREVOCABLE_YET,
    MAX_PROGRAMS_LIMIT_EXCEEDED,
    UNKNOWN_DESTINATION,
    VOUCHER_DECLINED,
    VOUCHER_EXPIRED,
    VOUCHER_ISSUED,
    VOUCHER_REVOKED,
    VOUCHER_UPDATED,
    issued,
)
from parachain.runtime.pallets.gear_voucher.prepaid import PrepaidCalls
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.gear.scene import (
    OTHER_PROGRAM,
    PROGRAM,
    has_event,
    make,
    message_id,
)
from tests.runtime.pallets.scene import (
    ALICE,
    BOB,
    CHARLIE,
    ED,
    EVE,
    FUNDS,
    begin_block,
    chain,
    fails,
)

#: Alice issues vouchers to Eve, who has nothing.
OWNER, SPENDER = ALICE, EVE
FIRST = blake2_256(b"voucher" + (1).to_bytes(8, "little"))
SECOND = blake2_256(b"voucher" + (2).to_bytes(8, "little"))
DURATION = 20
#: Issued in block 1.
EXPIRY = 1 + DURATION + 1

PING = SendMessage(PROGRAM, b"ping", 1000, 5, keep_alive=True)
REPLY = SendReply(message_id(1), b"pong", 1000, 5, keep_alive=True)
CODE = UploadCode(b"\0asm")


def issue(
    ext: MemoryExt,
    programs: tuple[bytes, ...] | None = None,
    *,
    balance: int = 10 * ED,
    code_uploading: bool = False,
    duration: int = DURATION,
    owner: bytes = OWNER,
) -> None:
    call = gear_voucher.issue(SPENDER, balance, programs, code_uploading, duration)
    make(ext, call, owner)


def update(ext: MemoryExt, who: bytes = OWNER, **changes: Any) -> None:
    names = ("move_ownership", "balance_top_up", "append_programs", "code_uploading")
    arguments = [changes.pop(name, None) for name in (*names, "prolong_duration")]
    assert not changes
    make(ext, gear_voucher.update(SPENDER, FIRST, *arguments), who)


def info(ext: MemoryExt) -> VoucherInfo:
    found = vouchers.get(ext, (SPENDER, FIRST))
    assert found is not None
    return found


def programs_from(first: int, count: int) -> tuple[bytes, ...]:
    return tuple(sorted(message_id(number) for number in range(first, first + count)))


class FakeGear:
    """Records the calls it is to make, and says what they weigh."""

    def __init__(self) -> None:
        self.made: list[tuple[bytes, bytes, GearCall]] = []

    def weight(self, call: GearCall) -> Weight:
        return Weight(len(call), 0)

    def dispatch(
        self, _ext: Ext, who: bytes, sponsor: bytes, call: GearCall
    ) -> PostDispatchInfo | None:
        self.made.append((who, sponsor, call))
        return PostDispatchInfo(Weight(1, 0), Pays.YES)

    def dispatcher(self) -> PrepaidCallsDispatcher:
        return PrepaidCallsDispatcher(self.weight, self.dispatch)


def use(ext: MemoryExt, call: PrepaidCall, *, who: bytes = SPENDER) -> FakeGear:
    gear = FakeGear()
    gear_voucher.make_prepaid(ext, who, FIRST, call, gear.dispatcher())
    return gear


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


# -- using -------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", [PING, REPLY, CODE])
def test_voucher_call_works(call: GearCall) -> None:
    ext = chain()
    issue(ext, code_uploading=True)
    assert use(ext, call).made == [(SPENDER, FIRST, call)]


def mail_for(ext: MemoryExt, user: bytes, program: bytes) -> None:
    message = UserStoredMessage(REPLY.reply_to_id, program, user, b"", 0)
    gear_messenger.mailbox.insert(ext, message, Interval(1, 30))


def test_a_voucher_for_some_programs() -> None:
    ext = chain()
    issue(ext, (PROGRAM,), code_uploading=True)
    mail_for(ext, SPENDER, PROGRAM)
    for call in (PING, REPLY, CODE):
        assert use(ext, call).made == [(SPENDER, FIRST, call)]


def refused(ext: MemoryExt, call: PrepaidCall, error: PalletError, who: bytes = SPENDER) -> None:
    """The call fails, and the voucher does not pay its fee either."""
    with fails(ext, error):
        use(ext, call, who=who)
    assert gear_voucher.sponsor(ext, gear_voucher.call(FIRST, call), who) is None


def test_voucher_call_err_cases() -> None:
    ext = chain()
    refused(ext, PING, INEXISTENT_VOUCHER)
    issue(ext, (PROGRAM,))
    refused(ext, PING, INEXISTENT_VOUCHER, who=OWNER)
    refused(ext, PING._replace(destination=OTHER_PROGRAM), INAPPROPRIATE_DESTINATION)
    refused(ext, REPLY, UNKNOWN_DESTINATION)
    mail_for(ext, BOB, PROGRAM)
    refused(ext, REPLY, UNKNOWN_DESTINATION)
    mail_for(ext, SPENDER, OTHER_PROGRAM)
    refused(ext, REPLY, INAPPROPRIATE_DESTINATION)
    refused(ext, CODE, CODE_UPLOADING_DISABLED)
    begin_block(ext, EXPIRY - 1)
    use(ext, PING)
    begin_block(ext, EXPIRY)
    for call in (PING, REPLY, CODE, DeclineVoucher()):
        refused(ext, call, VOUCHER_EXPIRED)


def test_a_voucher_for_any_program_asks_for_no_destination() -> None:
    ext = chain()
    issue(ext)
    assert use(ext, REPLY).made == [(SPENDER, FIRST, REPLY)]


def test_the_voucher_pays_the_fee_of_what_it_is_good_for() -> None:
    ext = chain()
    issue(ext, (PROGRAM,), code_uploading=True)
    for call in (PING, CODE, DeclineVoucher()):
        assert gear_voucher.sponsor(ext, gear_voucher.call(FIRST, call), SPENDER) == FIRST
    assert gear_voucher.sponsor(ext, gear_voucher.decline(FIRST), SPENDER) is None
    assert gear_voucher.sponsor(ext, gear_voucher.revoke(SPENDER, FIRST), OWNER) is None


def test_prepaid_calls_are_bound_once() -> None:
    calls = PrepaidCalls()
    with pytest.raises(ValueError, match="needs pallet Gear"):
        calls.get()
    dispatcher = FakeGear().dispatcher()
    calls.bind(dispatcher)
    assert calls.get() is dispatcher
    with pytest.raises(ValueError, match="bound already"):
        calls.bind(dispatcher)


# -- revoking ----------------------------------------------------------------------------------


def revoke(ext: MemoryExt, who: bytes = OWNER) -> None:
    make(ext, gear_voucher.revoke(SPENDER, FIRST), who)


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
