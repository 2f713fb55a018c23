"""Fees, by figures worked out by hand from Vara's parameters.

100 plancks for a picosecond and for a byte; an empty extrinsic weighs 107 074 000 ps, hence
costs 10 707 400 000 plancks. One token is 10**12 plancks, which is also the existential deposit.
"""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.primitives.dispatch_error import BadOrigin, DispatchError
from parachain.primitives.dispatch_info import (
    DispatchClass,
    DispatchInfo,
    Pays,
    PostDispatchInfo,
)
from parachain.primitives.scale import COMPACT_U32
from parachain.primitives.transaction_validity import (
    U64_MAX,
    InvalidTransaction,
    TransactionValidityError,
)
from parachain.primitives.weight import Weight
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.call import AS_DECLARED, RuntimeCall
from parachain.runtime.frame.error import InvalidTransactionFailed
from parachain.runtime.frame.extension import Dispatched
from parachain.runtime.pallets import aura, authorship, balances, gear_payment, system
from parachain.runtime.pallets import transaction_payment as fees
from parachain.runtime.pallets.transaction_payment.fees import update_multiplier
from tests.runtime.blocks import ALICE, BOB, CHARLIE, open_block, recorded
from tests.runtime.memory_ext import MemoryExt

TOKEN = 10**12
BASE_FEE = 10_707_400_000
NORMAL, OPERATIONAL, MANDATORY = DispatchClass
INFO = DispatchInfo(Weight(1_000_000, 0), NORMAL, Pays.YES)
LENGTH = 145
#: base + 145 bytes + 1 us
FEE = BASE_FEE + 14_500 + 100_000_000

CHARGE = fees.CHARGE_TRANSACTION_PAYMENT


def settle(
    ext: MemoryExt,
    charged: object,
    tx: Dispatched,
    post: PostDispatchInfo,
    error: DispatchError | None,
) -> None:
    assert CHARGE.post_dispatch is not None
    CHARGE.post_dispatch(ext, charged, tx, post, error)


def chain(*endowed: tuple[bytes, int], treasury: int = TOKEN, slot: int | None = 1) -> MemoryExt:
    """A block by BOB, whose slot 1 is, with accounts that own something."""
    ext = open_block(1, slot)
    aura.genesis(ext, (ALICE, BOB))
    accounts = (*endowed, (fees.TREASURY, treasury)) if treasury else endowed
    balances.genesis(ext, accounts)
    fees.genesis(ext, 10**18)
    system.reset_events(ext)
    return ext


def transaction(info: DispatchInfo = INFO, length: int = LENGTH) -> Dispatched:
    return Dispatched(system.remark(b""), info, length)


def pay(
    ext: MemoryExt,
    tip: int = 0,
    tx: Dispatched | None = None,
    post: PostDispatchInfo = AS_DECLARED,
    error: DispatchError | None = None,
) -> None:
    tx = tx or transaction()
    settle(ext, CHARGE.prepare(ext, tip, ALICE, tx), tx, post, error)


def free(ext: MemoryExt, who: bytes) -> int:
    return system.get_account_data(ext, who).free


def refusal(function: Callable[..., object], *args: object) -> TransactionValidityError:
    with pytest.raises(InvalidTransactionFailed) as failed:
        function(*args)
    return failed.value.error


# -- amounts ---------------------------------------------------------------------------------


def test_the_parts_of_a_fee() -> None:
    details = fees.compute_fee_details(chain(), LENGTH, INFO, 5)
    assert details == ((BASE_FEE, 14_500, 100_000_000), 5)
    assert fees.compute_fee(chain(), LENGTH, INFO, 5) == FEE + 5


def test_free_calls_cost_the_tip() -> None:
    info = INFO._replace(pays_fee=Pays.NO)
    assert fees.compute_fee_details(chain(), LENGTH, info, 5) == (None, 5)
    assert fees.compute_fee(chain(), LENGTH, info, 5) == 5


def test_weight_counts_up_to_that_of_a_block() -> None:
    assert fees.weight_to_fee(Weight(1, 2**60)) == 100
    assert fees.weight_to_fee(Weight(U64_MAX, 0)) == 10**14
    assert fees.length_to_fee(2**32 - 1) == 429_496_729_500


def test_the_multiplier_is_for_the_fee_of_the_weight() -> None:
    ext = chain()
    fees.next_fee_multiplier.put(ext, 25 * 10**17)
    details = fees.compute_fee_details(ext, LENGTH, INFO, 0)
    assert details == ((BASE_FEE, 14_500, 250_000_000), 0)


def test_the_multiplier_is_divided_out_of_calls_without_messages() -> None:
    ext = chain((ALICE, 100 * TOKEN))
    fees.next_fee_multiplier.put(ext, 2 * 10**18)
    charged = CHARGE.prepare(ext, 0, ALICE, transaction())
    assert charged.paid == FEE
    fees.next_fee_multiplier.put(ext, 3 * 10**18)
    assert FEE - 300 < CHARGE.prepare(ext, 0, ALICE, transaction()).paid <= FEE


def test_the_multiplier_follows_the_queue() -> None:
    one = 10**18
    lengths = (0, 999, 1000, 5500)
    assert [gear_payment.multiplier_for(length) for length in lengths] == [
        one,
        one,
        2 * one,
        6 * one,
    ]
    ext = chain()
    fees.next_fee_multiplier.put(ext, 7 * one)
    update_multiplier(ext, 1)
    assert fees.next_fee_multiplier.get(ext) == one


# -- payment ---------------------------------------------------------------------------------


def test_the_fee_goes_to_the_treasury_and_the_tip_to_the_author() -> None:
    ext = chain((ALICE, 10 * TOKEN), (BOB, TOKEN))
    issuance = balances.total_issuance.get(ext)
    pay(ext, tip=1000)
    assert free(ext, ALICE) == 10 * TOKEN - FEE - 1000
    assert free(ext, fees.TREASURY) == TOKEN + FEE
    assert free(ext, BOB) == TOKEN + 1000
    assert balances.total_issuance.get(ext) == issuance
    assert [event[1:] for event in recorded(ext)] == [
        ("Balances.Withdraw", (ALICE, FEE + 1000)),
        ("Balances.Deposit", (fees.TREASURY, FEE)),
        ("Balances.Deposit", (BOB, 1000)),
        ("TransactionPayment.TransactionFeePaid", (ALICE, FEE + 1000, 1000)),
    ]


def test_weight_that_was_not_used_is_refunded() -> None:
    ext = chain((ALICE, 10 * TOKEN))
    pay(ext, post=PostDispatchInfo(Weight(400_000, 0), Pays.YES), error=BadOrigin())
    actual = FEE - 60_000_000
    assert free(ext, ALICE) == 10 * TOKEN - actual
    assert [event[1:] for event in recorded(ext)] == [
        ("Balances.Withdraw", (ALICE, FEE)),
        ("Balances.Deposit", (ALICE, 60_000_000)),
        ("Balances.Deposit", (fees.TREASURY, actual)),
        ("TransactionPayment.TransactionFeePaid", (ALICE, actual, 0)),
    ]


def test_a_call_that_turns_out_free_costs_the_tip() -> None:
    ext = chain((ALICE, 10 * TOKEN), (BOB, TOKEN))
    pay(ext, tip=7, post=PostDispatchInfo(None, Pays.NO))
    assert free(ext, ALICE) == 10 * TOKEN - 7
    assert free(ext, fees.TREASURY) == TOKEN
    assert recorded(ext)[-1].values == (ALICE, 7, 7)


def test_a_free_call_takes_nothing_and_still_tells() -> None:
    ext = chain((ALICE, 10 * TOKEN))
    pay(ext, tx=transaction(INFO._replace(pays_fee=Pays.NO)))
    assert [event[1:] for event in recorded(ext)] == [
        ("TransactionPayment.TransactionFeePaid", (ALICE, 0, 0))
    ]


def test_no_refund_to_an_account_that_died() -> None:
    ext = chain((ALICE, 2 * TOKEN), (BOB, TOKEN))
    tx = transaction()
    charged = CHARGE.prepare(ext, 0, ALICE, tx)
    balances.burn_from(
        ext,
        ALICE,
        2 * TOKEN - FEE,
        balances.Preservation.EXPENDABLE,
        balances.Precision.EXACT,
        balances.Fortitude.FORCE,
    )
    assert not system.account_exists(ext, ALICE)
    settle(ext, charged, tx, PostDispatchInfo(Weight(0, 0), Pays.YES), None)
    assert not system.account_exists(ext, ALICE)
    assert free(ext, fees.TREASURY) == TOKEN + FEE, "it is kept in full"


def test_what_finds_no_home_leaves_the_issuance() -> None:
    ext = chain((ALICE, 10 * TOKEN), treasury=0)
    issuance = balances.total_issuance.get(ext)
    pay(ext, tip=1000)
    # The treasury and the author BOB do not exist, and would get less than an account needs.
    assert balances.total_issuance.get(ext) == issuance - FEE - 1000
    assert not system.account_exists(ext, fees.TREASURY)


def test_a_block_without_author_has_no_use_for_a_tip() -> None:
    ext = chain((ALICE, 10 * TOKEN), slot=None)
    issuance = balances.total_issuance.get(ext)
    assert authorship.author(ext) is None
    pay(ext, tip=1000)
    assert balances.total_issuance.get(ext) == issuance - 1000


def test_bare_extrinsics_pay_nothing() -> None:
    ext = chain()
    settle(ext, None, transaction(), AS_DECLARED, None)
    assert recorded(ext) == []


@pytest.mark.parametrize(
    ("owned", "valid", "taken"),
    [
        (0, False, False),
        (FEE - 1, False, False),
        # The fee is there, but would leave less than the existential deposit.
        (TOKEN + FEE - 1, True, False),
        (TOKEN + FEE, True, True),
    ],
)
def test_who_can_pay(owned: int, valid: bool, taken: bool) -> None:
    ext = chain()
    if owned:
        system.inc_providers(ext, ALICE)
        data = system.AccountData(owned, 0, 0, system.NEW_LOGIC)
        system.account_store_set(ext, ALICE, data)
    for function, good in ((CHARGE.validate, valid), (CHARGE.prepare, taken)):
        if good:
            function(ext, 0, ALICE, transaction())
        else:
            error = refusal(function, ext, 0, ALICE, transaction())
            assert error is InvalidTransaction.PAYMENT


def test_frozen_balance_pays_no_fee() -> None:
    ext = chain((ALICE, 10 * TOKEN))
    frozen = system.AccountData(10 * TOKEN, 0, 10 * TOKEN - FEE + 1, system.NEW_LOGIC)
    system.account_store_set(ext, ALICE, frozen)
    for function in (CHARGE.validate, CHARGE.prepare):
        assert refusal(function, ext, 0, ALICE, transaction()) is InvalidTransaction.PAYMENT
    system.account_store_set(ext, ALICE, frozen._replace(frozen=10 * TOKEN - FEE))
    pay(ext)


@given(
    st.integers(0, 10**9),
    st.integers(0, 10**10),
    st.integers(0, 10**10),
    st.sampled_from(Pays),
)
def test_payment_never_makes_or_loses_funds(tip: int, declared: int, used: int, pays: Pays) -> None:
    ext = chain((ALICE, 1000 * TOKEN), (BOB, TOKEN), (CHARLIE, TOKEN))
    issuance = balances.total_issuance.get(ext)
    tx = transaction(DispatchInfo(Weight(declared, 0), NORMAL, Pays.YES))
    pay(ext, tip, tx, PostDispatchInfo(Weight(used, 0), pays))
    assert balances.total_issuance.get(ext) == issuance
    assert sum(free(ext, who) for who in (ALICE, BOB, CHARLIE, fees.TREASURY)) == issuance
    _, actual, told_tip = recorded(ext)[-1].values
    assert (free(ext, ALICE), told_tip) == (1000 * TOKEN - actual, tip)


# -- priority --------------------------------------------------------------------------------


def test_priority_is_the_tip_for_a_block_full_of_such_transactions() -> None:
    # 10**12 / 10**6 fit by weight, 2 621 440 / 145 = 18 078 by length.
    assert fees.get_priority(INFO, LENGTH, 0, FEE) == 18_078
    assert fees.get_priority(INFO, LENGTH, 99, FEE) == 1_807_800
    heavy = INFO._replace(weight=Weight(2 * 10**11, 0))
    assert fees.get_priority(heavy, LENGTH, 0, FEE) == 5
    big = INFO._replace(weight=Weight(1, U64_MAX // 3))
    assert fees.get_priority(big, LENGTH, 0, FEE) == 3
    assert fees.get_priority(INFO, LENGTH, 2**127, FEE) == U64_MAX


def test_operational_transactions_go_ahead() -> None:
    info = INFO._replace(dispatch_class=OPERATIONAL)
    # Twice the length is theirs, 36 157 fit, and five times the fee counts as a tip.
    assert fees.get_priority(info, LENGTH, 0, 1000) == 36_157 * (1 + 5000)


def test_the_pool_learns_the_priority() -> None:
    ext = chain((ALICE, 10 * TOKEN))
    valid = CHARGE.validate(ext, 9, ALICE, transaction())
    assert valid == (180_780, (), (), U64_MAX, True)
    assert free(ext, ALICE) == 10 * TOKEN


# -- what clients ask ------------------------------------------------------------------------


def bare(call: RuntimeCall) -> bytes:
    body = b"\x04" + call.encode()
    return COMPACT_U32.encode(len(body)) + body


def test_queries_of_calls() -> None:
    ext = chain()
    call = system.remark(b"")
    # A remark of nothing weighs 1 482 000 ps.
    assert fees.query_call_info(ext, call, 100) == (
        Weight(1_482_000, 0),
        NORMAL,
        BASE_FEE + 10_000 + 148_200_000,
    )
    details = fees.query_call_fee_details(ext, call, 100)
    assert fees.FEE_DETAILS.decode(fees.FEE_DETAILS.encode(details)) == details
    assert details == ((BASE_FEE, 10_000, 148_200_000), 0)


def test_bare_extrinsics_are_free() -> None:
    ext = chain()
    encoded = bare(system.remark(b""))
    info = fees.query_info(ext, RUNTIME, encoded, len(encoded))
    assert info == (Weight(1_482_000, 0), NORMAL, 0)
    assert fees.query_fee_details(ext, RUNTIME, encoded, len(encoded)) == (None, 0)


def test_signed_extrinsics_are_charged_for_the_length_that_is_given() -> None:
    ext = chain()
    body = b"\x84\x00" + ALICE + b"\x01" + bytes(64) + b"\x00\x00\x00\x00"
    body += system.remark(b"").encode()
    encoded = COMPACT_U32.encode(len(body)) + body
    info = fees.query_info(ext, RUNTIME, encoded, 100)
    assert info.partial_fee == BASE_FEE + 10_000 + 148_200_000
    fees.next_fee_multiplier.put(ext, 2 * 10**18)
    details = fees.query_fee_details(ext, RUNTIME, encoded, 100)
    assert details == ((BASE_FEE, 10_000, 148_200_000), 0)


def test_declarations_are_those_of_the_reference() -> None:
    item = fees.next_fee_multiplier
    assert item.default == bytes.fromhex("000064a7b3b6e00d0000000000000000")
    names = [item.name for item in fees.pallet.storage]
    assert names == ["NextFeeMultiplier", "StorageVersion"]
    (constant,) = fees.pallet.constants
    assert (constant.name, constant.codec.encode(constant.value)) == (
        "OperationalFeeMultiplier",
        b"\x05",
    )
    ext = chain()
    assert ext.get(fees.pallet.storage[1].prefix) == b"\x01"
