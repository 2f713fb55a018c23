"""Utility: batches, derivative accounts, other origins."""

import pytest

from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.dispatch_error import BadOrigin, Module, ModuleError, TokenError
from parachain.primitives.dispatch_info import DispatchClass, Pays
from parachain.primitives.scale import DecodeError, Err, Ok
from parachain.primitives.ss58 import decode_address
from parachain.primitives.weight import Weight
from parachain.runtime.frame.call import (
    CALL_FILTERED,
    RUNTIME_CALL,
    CallDeclaration,
    actual_weight,
    call_class,
    call_weight,
    dispatch,
    dispatch_info,
)
from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.frame.origin import NONE, ROOT, Origin, Root, Signed, signed
from parachain.runtime.pallets import balances, system, timestamp, utility
from parachain.runtime.pallets.utility import weights
from parachain.runtime.pallets.utility.declarations import TOO_MANY_CALLS
from tests.runtime.pallets.scene import (
    ALICE,
    BOB,
    CHARLIE,
    ED,
    FUNDS,
    UNIT,
    balance,
    chain,
    events,
    fails,
    names,
    run,
    to,
)

PAY = balances.transfer_keep_alive(to(BOB), UNIT)
OVERDRAW = balances.transfer_keep_alive(to(BOB), 2 * FUNDS)
REMARK = system.remark(b"hello")
NOT_FREE = balances.force_set_balance(to(ALICE), 0)

BATCHES = [utility.batch, utility.batch_all, utility.force_batch]


@pytest.mark.parametrize("batch", BATCHES)
def test_all_succeed(batch: CallDeclaration) -> None:
    ext = chain()
    post = run(ext, batch((PAY, PAY)))
    assert balance(ext, ALICE)[0] == FUNDS - 2 * UNIT
    item = ["Balances.Transfer", "Utility.ItemCompleted"]
    assert names(ext) == [*item, *item, "Utility.BatchCompleted"]
    assert post.pays_fee is Pays.YES
    used = actual_weight(dispatch_info(batch((PAY, PAY))), post)
    base = weights.batch_all(2) if batch is utility.batch_all else weights.batch(2)
    most = call_weight(batch((PAY, PAY)))
    assert used == base.saturating_add(call_weight(PAY).saturating_mul(2)).lowest(most)


@pytest.mark.parametrize("batch", BATCHES)
def test_nothing_to_do(batch: CallDeclaration) -> None:
    ext = chain()
    run(ext, batch(()))
    assert names(ext) == ["Utility.BatchCompleted"]


@pytest.mark.parametrize("batch", BATCHES)
def test_batches_need_an_origin(batch: CallDeclaration) -> None:
    ext = chain()
    with fails(ext, BadOrigin()):
        run(ext, batch((PAY,)), NONE)


@pytest.mark.parametrize("batch", BATCHES)
def test_too_many_calls(batch: CallDeclaration) -> None:
    ext = chain()
    with fails(ext, TOO_MANY_CALLS):
        run(ext, batch((REMARK,) * (utility.BATCHED_CALLS_LIMIT + 1)))
    run(ext, batch((REMARK,) * 2))


def test_batch_stops_at_the_first_failure() -> None:
    ext = chain()
    post = run(ext, utility.batch((PAY, OVERDRAW, PAY)))
    assert balance(ext, ALICE)[0] == FUNDS - UNIT
    assert names(ext) == [
        "Balances.Transfer",
        "Utility.ItemCompleted",
        "Utility.BatchInterrupted",
    ]
    assert post.actual_weight == weights.batch(2).saturating_add(call_weight(PAY).saturating_mul(2))


def test_batch_tells_what_failed() -> None:
    ext = chain()
    run(ext, utility.batch((OVERDRAW,)))
    ((_, index, error),) = events(ext)
    assert (index, error.error) == (0, TokenError.FUNDS_UNAVAILABLE)


def test_batch_all_undoes_everything() -> None:
    ext = chain()
    with fails(ext, TokenError.FUNDS_UNAVAILABLE):
        run(ext, utility.batch_all((PAY, OVERDRAW, PAY)))
    with pytest.raises(DispatchFailed) as failure:
        run(ext, utility.batch_all((PAY, OVERDRAW, PAY)))
    expected = weights.batch_all(2).saturating_add(call_weight(PAY).saturating_mul(2))
    assert failure.value.post_info is not None
    assert failure.value.post_info.actual_weight == expected


def test_force_batch_goes_on() -> None:
    ext = chain()
    run(ext, utility.force_batch((OVERDRAW, PAY)))
    assert names(ext) == [
        "Utility.ItemFailed",
        "Balances.Transfer",
        "Utility.ItemCompleted",
        "Utility.BatchCompletedWithErrors",
    ]


def test_a_failed_item_leaves_no_trace() -> None:
    ext = chain()
    inner = utility.batch_all((PAY, OVERDRAW))
    run(ext, utility.force_batch((inner,)))
    assert balance(ext, BOB)[0] == FUNDS
    assert names(ext) == ["Utility.ItemFailed", "Utility.BatchCompletedWithErrors"]


def test_weights_that_calls_report_are_summed() -> None:
    ext = chain()
    short = utility.batch((OVERDRAW, PAY, PAY))
    post = run(ext, utility.batch((short,)))
    inner = weights.batch(1).saturating_add(call_weight(PAY))
    assert post.actual_weight == weights.batch(1).saturating_add(inner)


def test_batch_all_is_not_nested() -> None:
    ext = chain()
    nested = utility.batch_all((PAY,))
    with fails(ext, CALL_FILTERED):
        run(ext, utility.batch_all((nested,)))
    with fails(ext, CALL_FILTERED):
        run(ext, utility.batch_all((utility.as_derivative(0, nested),)))
    # A batch inside keeps the filter, and says so by an event.
    run(ext, utility.batch_all((utility.batch((nested,)),)))
    assert events(ext)[0] == ("Utility.BatchInterrupted", 0, CALL_FILTERED)
    run(ext, utility.batch((nested,)))
    assert names(ext)[0] == "Balances.Transfer"


@pytest.mark.parametrize("batch", BATCHES)
def test_root_passes_all_filters(batch: CallDeclaration) -> None:
    ext = chain()
    origin = Origin(Root(), (lambda _call: False,))
    run(ext, batch((utility.batch_all((balances.force_set_balance(to(ALICE), ED),)),)), origin)
    assert balance(ext, ALICE)[0] == ED


@pytest.mark.parametrize("batch", BATCHES)
def test_filters_reach_into_batches(batch: CallDeclaration) -> None:
    ext = chain()
    no_balances = Origin(
        Signed(ALICE), (lambda call: call.declaration.pallet is not balances.pallet,)
    )
    if batch is utility.batch_all:
        with fails(ext, CALL_FILTERED):
            run(ext, batch((REMARK, PAY)), no_balances)
    else:
        run(ext, batch((REMARK, PAY)), no_balances)
        assert CALL_FILTERED in [event[-1] for event in events(ext)]


# -- classes and weights -------------------------------------------------------------------------


def test_a_batch_is_operational_if_all_calls_are() -> None:
    operational = system.set_storage(())
    mandatory = timestamp.set(0)
    assert call_class(operational) is DispatchClass.OPERATIONAL
    for batch in BATCHES:
        assert call_class(batch(())) is DispatchClass.OPERATIONAL
        assert call_class(batch((operational,))) is DispatchClass.OPERATIONAL
        assert call_class(batch((operational, PAY))) is DispatchClass.NORMAL
        assert call_class(batch((operational, mandatory))) is DispatchClass.NORMAL


def test_wrappers_have_the_class_of_their_call() -> None:
    operational = system.set_storage(())
    weight = Weight(1, 2)
    for call in (
        utility.as_derivative(0, operational),
        utility.dispatch_as(Root(), operational),
        utility.with_weight(operational, weight),
    ):
        assert call_class(call) is DispatchClass.OPERATIONAL
    assert call_weight(utility.with_weight(PAY, weight)) == weight
    dispatched = call_weight(utility.dispatch_as(Root(), PAY))
    assert dispatched == call_weight(PAY).saturating_add(Weight(5_092_000, 0))
    assert call_weight(utility.as_derivative(0, PAY)) == Weight(
        call_weight(PAY).ref_time + 3_396_000 + 125_000_000, call_weight(PAY).proof_size
    )


def test_weights_saturate() -> None:
    top = 2**64 - 1
    call = utility.with_weight(REMARK, Weight(top, top))
    assert call_weight(utility.batch((call, call))) == Weight(top, top)


def test_deep_nesting_costs_no_more_than_it_is_deep() -> None:
    """Sixty levels would be 2**60 steps if each asked twice for what is inside."""
    call = REMARK
    for _ in range(60):
        call = utility.batch((call,))
    assert dispatch_info(call).dispatch_class is DispatchClass.NORMAL
    ext = chain()
    run(ext, call)
    assert names(ext).count("Utility.BatchCompleted") == 60


def test_nesting_is_bounded_when_decoding() -> None:
    encoded = REMARK.encode()
    for _ in range(2_000):
        encoded = b"\x08\x00\x04" + encoded
    with pytest.raises(DecodeError, match="levels"):
        RUNTIME_CALL.decode(encoded)


# -- derivative accounts -------------------------------------------------------------------------


def test_derivative_account_id() -> None:
    """The address pair is from @polkadot/util-crypto, encodeDerived.spec.ts."""
    ext = chain()
    who = decode_address("5GvUh7fGKsdBEh5XpypkfkGuf7j3vXLxH9BdxjxnJNVXRYi1").account
    derived = decode_address("5E5XxqPxm7QbEs6twYfp3tyjXidn4kqRrNPH4o6JK9JSLUeD").account
    assert utility.derivative_account_id(ext, who, 0) == derived
    expected = blake2_256(b"modlpy/utilisuba" + ALICE + b"\x05\x01")
    assert utility.derivative_account_id(ext, ALICE, 0x105) == expected


def test_as_derivative() -> None:
    ext = chain()
    derived = utility.derivative_account_id(ext, ALICE, 7)
    run(ext, balances.transfer_keep_alive(to(derived), 10 * UNIT))
    events(ext)
    post = run(ext, utility.as_derivative(7, balances.transfer_keep_alive(to(CHARLIE), UNIT)))
    assert events(ext) == [("Balances.Transfer", derived, CHARLIE, UNIT)]
    assert post.actual_weight == call_weight(utility.as_derivative(7, PAY))
    with fails(ext, TokenError.FUNDS_UNAVAILABLE):
        run(ext, utility.as_derivative(7, OVERDRAW))
    with fails(ext, BadOrigin()):
        run(ext, utility.as_derivative(7, PAY), ROOT)


def test_as_derivative_keeps_filters_and_reports_weight() -> None:
    ext = chain()
    nothing = Origin(Signed(ALICE), (lambda call: call.declaration is utility.as_derivative,))
    with fails(ext, CALL_FILTERED):
        run(ext, utility.as_derivative(7, PAY), nothing)
    with pytest.raises(DispatchFailed) as failure:
        run(ext, utility.as_derivative(7, OVERDRAW))
    assert failure.value.post_info is not None
    assert failure.value.post_info.actual_weight == call_weight(utility.as_derivative(7, PAY))


# -- other origins -------------------------------------------------------------------------------


def test_dispatch_as() -> None:
    ext = chain()
    run(ext, utility.dispatch_as(Signed(ALICE), PAY), ROOT)
    assert events(ext) == [
        ("Balances.Transfer", ALICE, BOB, UNIT),
        ("Utility.DispatchedAs", Ok(())),
    ]
    run(ext, utility.dispatch_as(Signed(ALICE), NOT_FREE), ROOT)
    ((_, result),) = events(ext)
    assert isinstance(result, Err)
    assert isinstance(result.error, BadOrigin)
    with fails(ext, BadOrigin()):
        run(ext, utility.dispatch_as(Signed(BOB), PAY), ALICE)


def test_with_weight() -> None:
    ext = chain()
    weight = Weight(10**9, 1)
    run(ext, utility.with_weight(balances.force_set_balance(to(ALICE), ED), weight), ROOT)
    assert balance(ext, ALICE)[0] == ED
    with fails(ext, BadOrigin()):
        run(ext, utility.with_weight(REMARK, weight), ALICE)
    with pytest.raises(DispatchFailed) as failure:
        run(ext, utility.with_weight(PAY, weight), ROOT)
    assert isinstance(failure.value.error, BadOrigin)
    assert failure.value.post_info is None


def test_errors_carry_the_pallet() -> None:
    ext = chain()
    with pytest.raises(DispatchFailed) as failure:
        dispatch(ext, utility.batch((REMARK,) * (utility.BATCHED_CALLS_LIMIT + 1)), signed(ALICE))
    assert failure.value.error == Module(ModuleError(8, bytes(4)))
