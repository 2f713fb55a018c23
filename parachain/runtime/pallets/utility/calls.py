"""The dispatchables of pallet_utility.

Source: substrate/frame/utility/src/lib.rs of polkadot-sdk stable2409.
"""

from typing import Any, Optional, Tuple

from parachain.primitives.dispatch_error import BadOrigin, DispatchError
from parachain.primitives.dispatch_info import DispatchClass, Pays, PostDispatchInfo
from parachain.primitives.scale import U16, Err, Ok, fields, vec
from parachain.primitives.weight import WEIGHT, ZERO, Weight
from parachain.runtime.frame.call import (
    AS_DECLARED,
    RUNTIME_CALL,
    RuntimeCall,
    actual_weight,
    call_class,
    call_weight,
    dispatch,
    dispatch_bypassing_filters,
    dispatch_info,
)
from parachain.runtime.frame.error import DispatchFailed, ensure
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import (
    ORIGIN_CALLER,
    ROOT,
    NoOrigin,
    Origin,
    Signed,
    ensure_root,
    ensure_signed,
    is_root,
)
from parachain.runtime.pallets.utility import weights
from parachain.runtime.pallets.utility.declarations import (
    BATCH_COMPLETED,
    BATCH_COMPLETED_WITH_ERRORS,
    BATCH_INTERRUPTED,
    BATCHED_CALLS_LIMIT,
    DISPATCHED_AS,
    ITEM_COMPLETED,
    ITEM_FAILED,
    TOO_MANY_CALLS,
    pallet,
)

_CALL = RUNTIME_CALL.named("Box<<T as Config>::RuntimeCall>")
_CALLS = vec(RUNTIME_CALL).named("Vec<<T as Config>::RuntimeCall>")

Calls = Tuple[RuntimeCall, ...]


def derivative_account_id(ext: Ext, who: bytes, index: int) -> bytes:
    """Account number `index` (u16) among those that `who` alone can use."""
    return ext.blake2_256(b"modlpy/utilisuba" + who + index.to_bytes(2, "little"))


# -- weights and classes of what is inside -----------------------------------------------------


def _sum(calls: Calls) -> Weight:
    total = ZERO
    for call in calls:
        total = total.saturating_add(call_weight(call))
    return total


def _batch_class(calls: Calls) -> DispatchClass:
    """Operational if every call is, such as in an empty batch."""
    if all(call_class(call) is DispatchClass.OPERATIONAL for call in calls):
        return DispatchClass.OPERATIONAL
    return DispatchClass.NORMAL


def _batch_weight(calls: Calls) -> Weight:
    return _sum(calls).saturating_add(weights.batch(len(calls)))


def _batch_all_weight(calls: Calls) -> Weight:
    return _sum(calls).saturating_add(weights.batch_all(len(calls)))


def _force_batch_weight(calls: Calls) -> Weight:
    return _sum(calls).saturating_add(weights.force_batch(len(calls)))


# -- making the calls --------------------------------------------------------------------------


def _ensure_batch(origin: Origin, calls: Calls) -> None:
    """Fail with BadOrigin for the origin None, and with TooManyCalls."""
    if isinstance(origin.caller, NoOrigin):
        raise DispatchFailed(BadOrigin())
    ensure(len(calls) <= BATCHED_CALLS_LIMIT, TOO_MANY_CALLS)


def _attempt(ext: Ext, call: RuntimeCall, origin: Origin) -> Tuple[Weight, Optional[DispatchError]]:
    """Make a call, as root past all filters: the weight it used, and its error or None."""
    info = dispatch_info(call)
    run = dispatch_bypassing_filters if is_root(origin) else dispatch
    try:
        post = run(ext, call, origin)
    except DispatchFailed as failure:
        return actual_weight(info, failure.post_info or AS_DECLARED), failure.error
    return actual_weight(info, post), None


def _used(weight: Weight) -> PostDispatchInfo:
    return PostDispatchInfo(weight, Pays.YES)


@pallet.call(0, fields(("calls", _CALLS)), weight=_batch_weight, dispatch_class=_batch_class)
def batch(ext: Ext, origin: Origin, calls: Calls) -> PostDispatchInfo:
    """Make calls one after the other until one fails; what succeeded stands.

    Any origin but None. Succeeds in any case; the events tell how far it went. Fails with
    TooManyCalls.
    """
    _ensure_batch(origin, calls)
    total = ZERO
    for index, call in enumerate(calls):
        weight, error = _attempt(ext, call, origin)
        total = total.saturating_add(weight)
        if error is not None:
            BATCH_INTERRUPTED.deposit(ext, index, error)
            return _used(total.saturating_add(weights.batch(index + 1)))
        ITEM_COMPLETED.deposit(ext)
    BATCH_COMPLETED.deposit(ext)
    return _used(total.saturating_add(weights.batch(len(calls))))


def _derivative_weight(_index: int, call: RuntimeCall) -> Weight:
    base = weights.AS_DERIVATIVE.saturating_add(weights.INNER_ACCOUNT)
    return base.saturating_add(call_weight(call))


def _derivative_class(_index: int, call: RuntimeCall) -> DispatchClass:
    return call_class(call)


@pallet.call(
    1,
    fields(("index", U16), ("call", _CALL)),
    weight=_derivative_weight,
    dispatch_class=_derivative_class,
)
def as_derivative(ext: Ext, origin: Origin, index: int, call: RuntimeCall) -> PostDispatchInfo:
    """Make a call in the name of one of the sender's derivative accounts.

    The filters of the origin stay. Signed. Fails as the call does.
    """
    who = ensure_signed(origin)
    derived = Origin(Signed(derivative_account_id(ext, who, index)), origin.filters)
    base = weights.AS_DERIVATIVE.saturating_add(weights.INNER_ACCOUNT)
    info = dispatch_info(call)
    try:
        post = dispatch(ext, call, derived)
    except DispatchFailed as failure:
        weight = actual_weight(info, failure.post_info or AS_DECLARED)
        raise DispatchFailed(failure.error, _used(base.saturating_add(weight))) from None
    return _used(base.saturating_add(actual_weight(info, post)))


def _is_no_batch_all(call: RuntimeCall) -> bool:
    return call.declaration is not batch_all


@pallet.call(2, fields(("calls", _CALLS)), weight=_batch_all_weight, dispatch_class=_batch_class)
def batch_all(ext: Ext, origin: Origin, calls: Calls) -> PostDispatchInfo:
    """Make all calls, or none if one of them fails; then fail with its error.

    Any origin but None. Only root may nest it. Fails with TooManyCalls.
    """
    _ensure_batch(origin, calls)
    inner = (
        origin if is_root(origin) else Origin(origin.caller, (*origin.filters, _is_no_batch_all))
    )
    total = ZERO
    for index, call in enumerate(calls):
        weight, error = _attempt(ext, call, inner)
        total = total.saturating_add(weight)
        if error is not None:
            raise DispatchFailed(error, _used(total.saturating_add(weights.batch_all(index + 1))))
        ITEM_COMPLETED.deposit(ext)
    BATCH_COMPLETED.deposit(ext)
    return _used(total.saturating_add(weights.batch_all(len(calls))))


def _dispatch_as_weight(_as_origin: Any, call: RuntimeCall) -> Weight:
    return weights.DISPATCH_AS.saturating_add(call_weight(call))


def _dispatch_as_class(_as_origin: Any, call: RuntimeCall) -> DispatchClass:
    return call_class(call)


@pallet.call(
    3,
    fields(("as_origin", ORIGIN_CALLER.named("Box<T::PalletsOrigin>")), ("call", _CALL)),
    weight=_dispatch_as_weight,
    dispatch_class=_dispatch_as_class,
)
def dispatch_as(ext: Ext, origin: Origin, as_origin: Any, call: RuntimeCall) -> None:
    """Make a call in the name of any origin, past all filters. Root; an event has the result."""
    ensure_root(origin)
    try:
        dispatch_bypassing_filters(ext, call, Origin(as_origin))
    except DispatchFailed as failure:
        DISPATCHED_AS.deposit(ext, Err(failure.error))
    else:
        DISPATCHED_AS.deposit(ext, Ok(()))


@pallet.call(4, fields(("calls", _CALLS)), weight=_force_batch_weight, dispatch_class=_batch_class)
def force_batch(ext: Ext, origin: Origin, calls: Calls) -> PostDispatchInfo:
    """Make all calls, whether they fail or not.

    Any origin but None. Fails with TooManyCalls.
    """
    _ensure_batch(origin, calls)
    total = ZERO
    has_error = False
    for call in calls:
        weight, error = _attempt(ext, call, origin)
        total = total.saturating_add(weight)
        if error is None:
            ITEM_COMPLETED.deposit(ext)
        else:
            has_error = True
            ITEM_FAILED.deposit(ext, error)
    (BATCH_COMPLETED_WITH_ERRORS if has_error else BATCH_COMPLETED).deposit(ext)
    # The reference takes the weight of `batch` here.
    return _used(total.saturating_add(weights.batch(len(calls))))


def _given_weight(_call: RuntimeCall, weight: Weight) -> Weight:
    return weight


def _class_of_first(call: RuntimeCall, _weight: Weight) -> DispatchClass:
    return call_class(call)


@pallet.call(
    5,
    fields(("call", _CALL), ("weight", WEIGHT)),
    weight=_given_weight,
    dispatch_class=_class_of_first,
)
def with_weight(ext: Ext, origin: Origin, call: RuntimeCall, weight: Weight) -> None:  # noqa: ARG001  only declared
    """Make a call as root that counts with the given weight. Root. Fails as the call does."""
    ensure_root(origin)
    try:
        dispatch_bypassing_filters(ext, call, ROOT)
    except DispatchFailed as failure:
        raise DispatchFailed(failure.error) from None
