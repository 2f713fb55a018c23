"""Fees by Gear's rules: the queue makes its own calls dearer, and vouchers pay.

How fees are made up is worked out in tests/runtime/test_transaction_payment.py. Names follow the
reference's tests of pallet_gear_payment.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.dispatch_info import DispatchClass, DispatchInfo, Pays, PostDispatchInfo
from parachain.primitives.scale import fields
from parachain.primitives.transaction_validity import (
    InvalidTransaction,
    TransactionValidityError,
)
from parachain.primitives.weight import ZERO, Weight
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.error import InvalidTransactionFailed
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.extension import Dispatched
from parachain.runtime.frame.origin import Origin
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.pallets import (
    balances,
    gear_messenger,
    gear_payment,
    gear_voucher,
)
from parachain.runtime.pallets import transaction_payment as fees
from parachain.runtime.pallets.gear_messenger.declarations import dispatch_count
from parachain.runtime.pallets.gear_voucher import DeclineVoucher, PrepaidCall, SendMessage
from parachain.runtime.pallets.transaction_payment.fees import update_multiplier
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.gear.scene import (
    OTHER_PROGRAM,
    PROGRAM,
    dispatch_of,
    make,
)
from tests.runtime.pallets.scene import ALICE, ED, EVE, FERDIE, begin_block, chain

ONE = 10**18
VOUCHER = blake2_256(b"voucher" + (1).to_bytes(8, "little"))
CHARGE = fees.CHARGE_TRANSACTION_PAYMENT
INFO = DispatchInfo(Weight(1_000_000, 0), DispatchClass.NORMAL, Pays.YES)
LENGTH = 145
#: base + 145 bytes + 1 us
FEE = 10_707_400_000 + 14_500 + 100_000_000

PING = SendMessage(PROGRAM, b"ping", 1000, 0, keep_alive=True)


def calls_of(name: str) -> dict[str, RuntimeCall]:
    """A pallet of that name with calls like Gear's, and one that leaves the queue alone."""
    pallet = Pallet(name, "pallet_gear")

    def nothing(ext: Ext, origin: Origin) -> None:
        """Do nothing."""

    made = {}
    names = ("upload_program", "create_program", "send_message", "send_reply", "claim_value")
    for index, call_name in enumerate(names):
        nothing.__name__ = call_name
        made[call_name] = pallet.call(index, fields(), ZERO)(nothing)()
    return made


# -- how much ----------------------------------------------------------------------------------


def test_custom_fee_multiplier_updated_per_block() -> None:
    ext = chain()
    for length, multiplier in ((0, 1), (999, 1), (1000, 2), (10_500, 11), (3, 1)):
        dispatch_count.put(ext, length)
        update_multiplier(ext, 1)
        assert fees.next_fee_multiplier.get(ext) == multiplier * ONE


def test_the_multiplier_counts_the_queue() -> None:
    ext = chain()
    assert gear_payment.next_multiplier(ext) == ONE
    dispatch_count.put(ext, 999)
    gear_messenger.queue.enqueue(ext, dispatch_of(1))
    assert gear_payment.next_multiplier(ext) == 2 * ONE
    gear_messenger.queue.dequeue(ext)
    assert gear_payment.next_multiplier(ext) == ONE


def test_mq_size_affects_calls_that_add_to_it() -> None:
    gear, other = calls_of("Gear"), calls_of("Other")
    affected = [name for name, call in gear.items() if gear_payment.is_multiplied(call)]
    assert affected == ["upload_program", "create_program", "send_message", "send_reply"]
    assert not any(gear_payment.is_multiplied(call) for call in other.values())
    assert not gear_payment.is_multiplied(gear_voucher.call(VOUCHER, PING))


@settings(max_examples=40, deadline=None)
@given(st.integers(10**8, 10**11), st.integers(0, 10**6))
def test_fee_rounding_error_bounded_by_multiplier(ref_time: int, queue_length: int) -> None:
    ext = chain()
    info = DispatchInfo(Weight(ref_time, 0), DispatchClass.NORMAL, Pays.YES)
    plain = fees.compute_fee(ext, LENGTH, info, 0)
    multiplier = gear_payment.multiplier_for(queue_length)
    fees.next_fee_multiplier.put(ext, multiplier)
    gear = calls_of("Gear")
    charged = _fee_of(ext, gear["send_message"], info)
    assert charged == fees.compute_fee(ext, LENGTH, info, 0)
    assert charged - plain == (multiplier // ONE - 1) * ref_time * 100
    exempt = _fee_of(ext, gear["claim_value"], info)
    # The reciprocal is cut at 18 decimals, its product with the weight at none.
    assert 0 <= plain - exempt <= 100 * (multiplier // ONE + ref_time * multiplier // ONE**2 + 1)


def _fee_of(ext: MemoryExt, call: RuntimeCall, info: DispatchInfo) -> int:
    charged = CHARGE.prepare(ext, 0, ALICE, Dispatched(call, info, LENGTH))
    paid: int = charged.paid
    return paid


# -- who ---------------------------------------------------------------------------------------


def with_voucher(programs: tuple[bytes, ...] | None = None) -> MemoryExt:
    """Alice has issued a voucher of two tokens to Eve, who has nothing."""
    ext = chain()
    make(ext, gear_voucher.issue(EVE, 2 * ED, programs, False, 20), ALICE)
    return ext


def attempt(ext: MemoryExt, call: PrepaidCall, who: bytes = EVE) -> Dispatched:
    tx = Dispatched(gear_voucher.call(VOUCHER, call), INFO, LENGTH)
    CHARGE.validate(ext, 0, who, tx)
    return tx


def cannot_pay(ext: MemoryExt, call: PrepaidCall, who: bytes = EVE) -> None:
    tx = Dispatched(gear_voucher.call(VOUCHER, call), INFO, LENGTH)
    expected: TransactionValidityError = InvalidTransaction.PAYMENT
    for check in (CHARGE.validate, CHARGE.prepare):
        with pytest.raises(InvalidTransactionFailed) as refused:
            check(ext, 0, who, tx)
        assert refused.value.error == expected


@pytest.mark.parametrize("call", [PING, DeclineVoucher()])
def test_fee_payer_replacement_works(call: PrepaidCall) -> None:
    ext = with_voucher((PROGRAM,))
    tx = attempt(ext, call)
    charged = CHARGE.prepare(ext, 0, EVE, tx)
    assert (charged.who, charged.paid) == (VOUCHER, FEE)
    assert balances.free_balance(ext, VOUCHER) == 2 * ED - FEE
    assert CHARGE.post_dispatch is not None
    CHARGE.post_dispatch(ext, charged, tx, PostDispatchInfo(Weight(0, 0), Pays.YES), None)
    assert balances.free_balance(ext, VOUCHER) == 2 * ED - FEE + 100_000_000


def test_voucher_call_send_payer_inexistent_voucher_err() -> None:
    cannot_pay(chain(), PING)
    cannot_pay(with_voucher(), PING, FERDIE)


def test_voucher_call_send_payer_wrong_program_err() -> None:
    ext = with_voucher((OTHER_PROGRAM,))
    cannot_pay(ext, PING)
    attempt(ext, PING._replace(destination=OTHER_PROGRAM))


def test_voucher_call_send_payer_expiry_err() -> None:
    ext = with_voucher()
    begin_block(ext, 21)
    attempt(ext, PING)
    begin_block(ext, 22)
    cannot_pay(ext, PING)


def test_a_sender_with_funds_pays_where_the_voucher_does_not() -> None:
    ext = with_voucher()
    tx = attempt(ext, PING, ALICE)
    assert CHARGE.prepare(ext, 0, ALICE, tx).who == ALICE


def test_a_fee_does_not_kill_the_account_of_the_voucher() -> None:
    ext = with_voucher()
    balances.transfer(ext, VOUCHER, ALICE, ED, balances.Preservation.PRESERVE)
    tx = attempt(ext, PING)
    with pytest.raises(InvalidTransactionFailed):
        CHARGE.prepare(ext, 0, EVE, tx)


def test_all_other_calls_are_paid_by_their_senders() -> None:
    ext = with_voucher()
    for call in (*calls_of("Gear").values(), gear_voucher.decline(VOUCHER)):
        assert gear_payment.fee_payer(ext, call, EVE) == EVE
