"""Prepaid calls: who may use a voucher, when, and for what.

Topics and names follow the reference's tests of pallet_gear_voucher.
"""

import pytest

from parachain.runtime.frame.error import PalletError
from parachain.runtime.gear.intervals import Interval
from parachain.runtime.gear.messages import UserStoredMessage
from parachain.runtime.pallets import gear_messenger, gear_voucher
from parachain.runtime.pallets.gear_voucher import (
    DeclineVoucher,
    GearCall,
    PrepaidCall,
)
from parachain.runtime.pallets.gear_voucher.declarations import (
    CODE_UPLOADING_DISABLED,
    INAPPROPRIATE_DESTINATION,
    INEXISTENT_VOUCHER,
    UNKNOWN_DESTINATION,
    VOUCHER_EXPIRED,
)
from parachain.runtime.pallets.gear_voucher.prepaid import PrepaidCalls
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.gear.scene import (
    OTHER_PROGRAM,
    PROGRAM,
)
from tests.runtime.pallets.gear.vouchers import (
    CODE,
    EXPIRY,
    FIRST,
    OWNER,
    PING,
    REPLY,
    SPENDER,
    FakeGear,
    issue,
    use,
)
from tests.runtime.pallets.scene import (
    BOB,
    begin_block,
    chain,
    fails,
)


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
