"""Multisig: from the first approval to the call, and every way to fail."""

import pytest

from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.dispatch_error import BadOrigin, TokenError
from parachain.primitives.dispatch_info import DispatchClass, Pays
from parachain.primitives.scale import Err, Ok
from parachain.primitives.ss58 import decode_address
from parachain.primitives.weight import MAX, ZERO, Weight
from parachain.runtime.frame.call import CALL_FILTERED, RuntimeCall, call_class, call_weight
from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.frame.event import EXECUTION_PHASE_KEY
from parachain.runtime.frame.origin import ROOT, Origin, Signed
from parachain.runtime.pallets import balances, multisig, system, utility
from parachain.runtime.pallets.balances.declarations import INSUFFICIENT_BALANCE
from parachain.runtime.pallets.multisig import Timepoint, declarations, weights
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.scene import (
    ALICE,
    BOB,
    CHARLIE,
    DAVE,
    ED,
    EVE,
    FUNDS,
    UNIT,
    Failure,
    balance,
    begin_block,
    chain,
    events,
    fails,
    names,
    run,
    to,
)

PAY = balances.transfer_allow_death(to(DAVE), UNIT)
HASH = blake2_256(PAY.encode())
LENGTH = len(PAY.encode())
START = Timepoint(1, 0)
DEPOSIT = declarations.DEPOSIT_BASE + 2 * declarations.DEPOSIT_FACTOR


def shared(ext: MemoryExt, threshold: int = 2) -> bytes:
    """Account of Alice, Bob and Charlie."""
    return multisig.multi_account_id(ext, (ALICE, BOB, CHARLIE), threshold)


@pytest.fixture
def ext() -> MemoryExt:
    ext = chain()
    for threshold in (1, 2, 3):
        run(ext, balances.transfer_keep_alive(to(shared(ext, threshold)), 10 * UNIT), DAVE)
    events(ext)
    return ext


def as_multi(
    others: tuple[bytes, ...],
    timepoint: Timepoint | None,
    threshold: int = 2,
    call: RuntimeCall = PAY,
    max_weight: Weight = MAX,
) -> RuntimeCall:
    return multisig.as_multi(threshold, others, timepoint, call, max_weight)


def approve(
    others: tuple[bytes, ...], timepoint: Timepoint | None, threshold: int = 2
) -> RuntimeCall:
    return multisig.approve_as_multi(threshold, others, timepoint, HASH, ZERO)


def test_account_id() -> None:
    """@polkadot/util-crypto, encodeMulti.spec.ts: Alice, Bob and Charlie of the dev keys, 2."""
    dev_keys = [
        decode_address(address).account
        for address in (
            "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
            "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
            "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y",
        )
    ]
    expected = decode_address("5DjYJStmdZ2rcqXbXGX7TW85JsrW6uG4y9MUcLq2BoPMpRA7").account
    assert multisig.multi_account_id(MemoryExt(), tuple(sorted(dev_keys)), 2) == expected


# -- the course of an operation ------------------------------------------------------------------


def test_two_of_three(ext: MemoryExt) -> None:
    account = shared(ext)
    post = run(ext, approve((BOB, CHARLIE), None))
    assert balance(ext, ALICE) == (FUNDS - DEPOSIT, DEPOSIT, 0)
    assert multisig.multisigs.get(ext, (account, HASH)) == multisig.Multisig(
        START, DEPOSIT, ALICE, (ALICE,)
    )
    assert events(ext) == [
        ("Balances.Reserved", ALICE, DEPOSIT),
        ("Multisig.NewMultisig", ALICE, account, HASH),
    ]
    assert post.actual_weight == weights.as_multi_create(2, 0)

    post = run(ext, as_multi((ALICE, BOB), START), CHARLIE)
    assert events(ext) == [
        ("Balances.Unreserved", ALICE, DEPOSIT),
        ("Balances.Transfer", account, DAVE, UNIT),
        ("Multisig.MultisigExecuted", CHARLIE, START, account, HASH, Ok(())),
    ]
    assert balance(ext, ALICE) == (FUNDS, 0, 0)
    assert multisig.multisigs.get(ext, (account, HASH)) is None
    assert post.actual_weight is None
    assert post.pays_fee is Pays.YES


def test_three_of_three(ext: MemoryExt) -> None:
    account = shared(ext, 3)
    run(ext, as_multi((ALICE, CHARLIE), None, 3), BOB)
    post = run(ext, as_multi((BOB, CHARLIE), START, 3), ALICE)
    assert post.actual_weight == weights.as_multi_approve(2, LENGTH)
    operation = multisig.multisigs.get(ext, (account, HASH))
    assert operation is not None
    assert operation.approvals == (ALICE, BOB)
    run(ext, as_multi((ALICE, BOB), START, 3), CHARLIE)
    assert names(ext) == [
        "Balances.Reserved",
        "Multisig.NewMultisig",
        "Multisig.MultisigApproval",
        "Balances.Unreserved",
        "Balances.Transfer",
        "Multisig.MultisigExecuted",
    ]


def test_the_hash_may_be_approved_by_all_and_the_call_come_after(ext: MemoryExt) -> None:
    run(ext, approve((BOB, CHARLIE), None), ALICE)
    run(ext, approve((ALICE, CHARLIE), START), BOB)
    with fails(ext, declarations.ALREADY_APPROVED):
        run(ext, approve((ALICE, BOB), START), CHARLIE)
    run(ext, as_multi((BOB, CHARLIE), START), ALICE)
    assert names(ext)[-1] == "Multisig.MultisigExecuted"


def test_a_failing_call_is_told(ext: MemoryExt) -> None:
    too_much = balances.transfer_allow_death(to(DAVE), 99 * UNIT)
    run(ext, as_multi((BOB, CHARLIE), None, call=too_much), ALICE)
    run(ext, as_multi((ALICE, CHARLIE), START, call=too_much), BOB)
    result = events(ext)[-1][-1]
    assert isinstance(result, Err)
    assert result.error.error is TokenError.FUNDS_UNAVAILABLE


def test_the_weight_a_call_reports_counts(ext: MemoryExt) -> None:
    batch = utility.batch((PAY,))
    run(ext, as_multi((BOB, CHARLIE), None, call=batch), ALICE)
    post = run(ext, as_multi((ALICE, CHARLIE), START, call=batch), BOB)
    inner = call_weight(batch)
    length = len(batch.encode())
    assert post.actual_weight == weights.as_multi_complete(2, length).saturating_add(inner)


def test_the_shared_account_has_no_filters(ext: MemoryExt) -> None:
    narrow = Origin(Signed(BOB), (lambda call: call.declaration is multisig.as_multi,))
    run(ext, as_multi((BOB, CHARLIE), None), ALICE)
    run(ext, as_multi((ALICE, CHARLIE), START), narrow)
    assert events(ext)[-1][-1] == Ok(())
    with fails(ext, CALL_FILTERED):
        run(ext, multisig.as_multi_threshold_1((ALICE, CHARLIE), PAY), narrow)


def test_the_same_operation_again(ext: MemoryExt) -> None:
    """It can begin anew once it is over, at another timepoint."""
    run(ext, as_multi((BOB, CHARLIE), None), ALICE)
    run(ext, as_multi((ALICE, CHARLIE), START), BOB)
    begin_block(ext, 2)
    ext.put(EXECUTION_PHASE_KEY, b"\x00\x03\x00\x00\x00")
    run(ext, as_multi((BOB, CHARLIE), None), ALICE)
    with fails(ext, declarations.WRONG_TIMEPOINT):
        run(ext, as_multi((ALICE, CHARLIE), START), BOB)
    when = Timepoint(2, system.extrinsic_index(ext) or 0)
    run(ext, as_multi((ALICE, CHARLIE), when), BOB)
    assert balance(ext, DAVE)[0] == FUNDS - 28 * UNIT


def test_cancel(ext: MemoryExt) -> None:
    account = shared(ext)
    run(ext, approve((BOB, CHARLIE), None), ALICE)
    cancel = multisig.cancel_as_multi
    with fails(ext, declarations.NOT_OWNER):
        run(ext, cancel(2, (ALICE, CHARLIE), START, HASH), BOB)
    with fails(ext, declarations.WRONG_TIMEPOINT):
        run(ext, cancel(2, (BOB, CHARLIE), Timepoint(1, 1), HASH), ALICE)
    with fails(ext, declarations.NOT_FOUND):
        run(ext, cancel(2, (BOB, CHARLIE), START, bytes(32)), ALICE)
    with fails(ext, declarations.MINIMUM_THRESHOLD):
        run(ext, cancel(1, (BOB, CHARLIE), START, HASH), ALICE)
    events(ext)
    run(ext, cancel(2, (BOB, CHARLIE), START, HASH), ALICE)
    assert events(ext) == [
        ("Balances.Unreserved", ALICE, DEPOSIT),
        ("Multisig.MultisigCancelled", ALICE, START, account, HASH),
    ]
    assert balance(ext, ALICE) == (FUNDS, 0, 0)


# -- one signature -------------------------------------------------------------------------------


def test_threshold_1(ext: MemoryExt) -> None:
    account = shared(ext, 1)
    post = run(ext, multisig.as_multi_threshold_1((ALICE, CHARLIE), PAY), BOB)
    assert events(ext) == [("Balances.Transfer", account, DAVE, UNIT)]
    assert post.actual_weight is None
    batch = utility.batch((PAY,))
    post = run(ext, multisig.as_multi_threshold_1((ALICE, CHARLIE), batch), BOB)
    base = weights.as_multi_threshold_1(len(batch.encode()))
    assert post.actual_weight == base.saturating_add(call_weight(batch))


def test_threshold_1_fails_as_its_call(ext: MemoryExt) -> None:
    others = (ALICE, CHARLIE)
    too_much = balances.transfer_allow_death(to(DAVE), 99 * UNIT)
    with fails(ext, TokenError.FUNDS_UNAVAILABLE):
        run(ext, multisig.as_multi_threshold_1(others, too_much), BOB)
    batch = utility.batch_all((too_much,))
    with pytest.raises(DispatchFailed) as failure:
        run(ext, multisig.as_multi_threshold_1(others, batch), BOB)
    base = weights.as_multi_threshold_1(len(batch.encode()))
    assert failure.value.post_info is not None
    assert failure.value.post_info.actual_weight == base.saturating_add(call_weight(batch))


# -- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("others", "error"),
    [
        ((), declarations.TOO_FEW_SIGNATORIES),
        ((BOB,) * 100, declarations.TOO_MANY_SIGNATORIES),
        ((CHARLIE, BOB), declarations.SIGNATORIES_OUT_OF_ORDER),
        ((BOB, BOB), declarations.SIGNATORIES_OUT_OF_ORDER),
        ((ALICE, BOB), declarations.SENDER_IN_SIGNATORIES),
    ],
)
def test_signatories(ext: MemoryExt, others: tuple[bytes, ...], error: Failure) -> None:
    calls = (
        as_multi(others, None),
        approve(others, None),
        multisig.as_multi_threshold_1(others, PAY),
        multisig.cancel_as_multi(2, others, START, HASH),
    )
    for call in calls:
        with fails(ext, error):
            run(ext, call, ALICE)


@pytest.mark.parametrize("threshold", [0, 1])
def test_minimum_threshold(ext: MemoryExt, threshold: int) -> None:
    for call in (as_multi((BOB,), None, threshold), approve((BOB,), None, threshold)):
        with fails(ext, declarations.MINIMUM_THRESHOLD):
            run(ext, call, ALICE)


def test_timepoints(ext: MemoryExt) -> None:
    with fails(ext, declarations.UNEXPECTED_TIMEPOINT):
        run(ext, as_multi((BOB, CHARLIE), START), ALICE)
    run(ext, approve((BOB, CHARLIE), None), ALICE)
    with fails(ext, declarations.NO_TIMEPOINT):
        run(ext, as_multi((ALICE, CHARLIE), None), BOB)
    with fails(ext, declarations.WRONG_TIMEPOINT):
        run(ext, as_multi((ALICE, CHARLIE), Timepoint(2, 0)), BOB)
    with fails(ext, declarations.ALREADY_APPROVED):
        run(ext, approve((BOB, CHARLIE), START), ALICE)
    with fails(ext, declarations.ALREADY_APPROVED):
        run(ext, as_multi((BOB, CHARLIE), START), ALICE)


def test_max_weight(ext: MemoryExt) -> None:
    run(ext, approve((BOB, CHARLIE), None), ALICE)
    enough = call_weight(PAY)
    for weight in (
        Weight(enough.ref_time - 1, enough.proof_size),
        Weight(enough.ref_time, enough.proof_size - 1),
    ):
        with fails(ext, declarations.MAX_WEIGHT_TOO_LOW):
            run(ext, as_multi((ALICE, CHARLIE), START, max_weight=weight), BOB)
    run(ext, as_multi((ALICE, CHARLIE), START, max_weight=enough), BOB)


def test_the_deposit_must_be_there(ext: MemoryExt) -> None:
    run(ext, balances.transfer_keep_alive(to(EVE), ED), DAVE)
    with fails(ext, INSUFFICIENT_BALANCE):
        run(ext, multisig.as_multi(2, (ALICE,), None, PAY, ZERO), EVE)


def test_origins(ext: MemoryExt) -> None:
    calls = (
        as_multi((BOB,), None),
        approve((BOB,), None),
        multisig.as_multi_threshold_1((BOB,), PAY),
        multisig.cancel_as_multi(2, (BOB,), START, HASH),
    )
    for call in calls:
        with fails(ext, BadOrigin()):
            run(ext, call, ROOT)


# -- weights -------------------------------------------------------------------------------------


def test_weights() -> None:
    others = (BOB, CHARLIE)
    limit = Weight(10**9, 7)
    complete = weights.as_multi_complete(2, LENGTH)
    assert call_weight(as_multi(others, None, max_weight=limit)) == complete.saturating_add(limit)
    assert call_weight(approve(others, None)) == weights.approve_as_multi_create(2)
    one = call_weight(multisig.as_multi_threshold_1(others, PAY))
    assert one.ref_time == 20_727_356 + 572 * LENGTH + 175_000_000 + call_weight(PAY).ref_time
    threshold_1 = multisig.as_multi_threshold_1(others, system.set_storage(()))
    assert call_class(threshold_1) is DispatchClass.OPERATIONAL
    assert call_class(as_multi(others, None)) is DispatchClass.NORMAL
    cancel = multisig.cancel_as_multi(2, others, START, HASH)
    assert call_weight(cancel).ref_time == 31_473_005 + 2 * 107_460 + 125_000_000
