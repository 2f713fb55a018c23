"""The dispatchables of pallet_multisig.

Source: substrate/frame/multisig/src/lib.rs of polkadot-sdk stable2409.
"""

from typing import Optional, Tuple

from parachain.primitives.account import ACCOUNT_ID
from parachain.primitives.dispatch_info import DispatchClass, Pays, PostDispatchInfo
from parachain.primitives.scale import U16, fields, fixed_bytes, option, vec
from parachain.primitives.weight import WEIGHT, Weight
from parachain.runtime.frame.call import (
    RUNTIME_CALL,
    RuntimeCall,
    call_class,
    call_weight,
    dispatch,
)
from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import Origin, ensure_signed, signed
from parachain.runtime.pallets.multisig import weights
from parachain.runtime.pallets.multisig.declarations import TIMEPOINT_NOW, Timepoint, pallet
from parachain.runtime.pallets.multisig.operations import (
    approve,
    approver,
    cancel,
    several_approvers,
)

_OTHERS = vec(ACCOUNT_ID).named("Vec<T::AccountId>")
_CALL = RUNTIME_CALL.named("Box<<T as Config>::RuntimeCall>")
_MAYBE_TIMEPOINT = option(TIMEPOINT_NOW).named("Option<Timepoint<BlockNumberFor<T>>>")
_CALL_HASH = fixed_bytes(32)

Accounts = Tuple[bytes, ...]


def _threshold_1_weight(_others: Accounts, call: RuntimeCall) -> Weight:
    base = weights.as_multi_threshold_1(len(call.encode()))
    return base.saturating_add(weights.INNER_ACCOUNT).saturating_add(call_weight(call))


def _threshold_1_class(_others: Accounts, call: RuntimeCall) -> DispatchClass:
    return call_class(call)


@pallet.call(
    0,
    fields(("other_signatories", _OTHERS), ("call", _CALL)),
    weight=_threshold_1_weight,
    dispatch_class=_threshold_1_class,
)
def as_multi_threshold_1(
    ext: Ext, origin: Origin, other_signatories: Accounts, call: RuntimeCall
) -> PostDispatchInfo:
    """Make a call at once in the name of an account that any one signatory may use.

    Signed. Fails as `operations.approver` and as the call does.
    """
    by = approver(ext, ensure_signed(origin), other_signatories, 1)
    base = weights.as_multi_threshold_1(len(call.encode()))

    def used(post: Optional[PostDispatchInfo]) -> PostDispatchInfo:
        inner = None if post is None else post.actual_weight
        return PostDispatchInfo(None if inner is None else base.saturating_add(inner), Pays.YES)

    try:
        return used(dispatch(ext, call, signed(by.account)))
    except DispatchFailed as failure:
        raise DispatchFailed(failure.error, used(failure.post_info)) from None


def _as_multi_weight(
    _threshold: int,
    others: Accounts,
    _timepoint: Optional[Timepoint],
    call: RuntimeCall,
    max_weight: Weight,
) -> Weight:
    count, length = len(others), len(call.encode())
    return (
        weights.as_multi_create(count, length)
        .highest(weights.as_multi_approve(count, length))
        .highest(weights.as_multi_complete(count, length))
        .saturating_add(max_weight)
    )


@pallet.call(
    1,
    fields(
        ("threshold", U16),
        ("other_signatories", _OTHERS),
        ("maybe_timepoint", _MAYBE_TIMEPOINT),
        ("call", _CALL),
        ("max_weight", WEIGHT),
    ),
    weight=_as_multi_weight,
)
def as_multi(
    ext: Ext,
    origin: Origin,
    threshold: int,
    other_signatories: Accounts,
    maybe_timepoint: Optional[Timepoint],
    call: RuntimeCall,
    max_weight: Weight,
) -> PostDispatchInfo:
    """Approve a call, and make it if that was the last approval missing.

    The first approval takes a deposit and no timepoint; later ones name the timepoint of the
    first. What became of the call is told by an event. Signed. Fails as
    `operations.several_approvers` and `operations.approve`.
    """
    by = several_approvers(ext, ensure_signed(origin), other_signatories, threshold)
    encoded = call.encode()
    call_hash = ext.blake2_256(encoded)
    return approve(ext, by, maybe_timepoint, call_hash, call, len(encoded), max_weight)


def _approve_weight(
    _threshold: int,
    others: Accounts,
    _timepoint: Optional[Timepoint],
    _call_hash: bytes,
    max_weight: Weight,
) -> Weight:
    count = len(others)
    return (
        weights.approve_as_multi_create(count)
        .highest(weights.approve_as_multi_approve(count))
        .saturating_add(max_weight)
    )


@pallet.call(
    2,
    fields(
        ("threshold", U16),
        ("other_signatories", _OTHERS),
        ("maybe_timepoint", _MAYBE_TIMEPOINT),
        ("call_hash", _CALL_HASH),
        ("max_weight", WEIGHT),
    ),
    weight=_approve_weight,
)
def approve_as_multi(
    ext: Ext,
    origin: Origin,
    threshold: int,
    other_signatories: Accounts,
    maybe_timepoint: Optional[Timepoint],
    call_hash: bytes,
    max_weight: Weight,
) -> PostDispatchInfo:
    """Approve a call of which only the hash is told; it is not made even if all approve.

    Signed. Fails as `as_multi`.
    """
    by = several_approvers(ext, ensure_signed(origin), other_signatories, threshold)
    return approve(ext, by, maybe_timepoint, call_hash, None, 0, max_weight)


def _cancel_weight(
    _threshold: int, others: Accounts, _timepoint: Timepoint, _call_hash: bytes
) -> Weight:
    return weights.cancel_as_multi(len(others))


@pallet.call(
    3,
    fields(
        ("threshold", U16),
        ("other_signatories", _OTHERS),
        ("timepoint", TIMEPOINT_NOW),
        ("call_hash", _CALL_HASH),
    ),
    weight=_cancel_weight,
)
def cancel_as_multi(
    ext: Ext,
    origin: Origin,
    threshold: int,
    other_signatories: Accounts,
    timepoint: Timepoint,
    call_hash: bytes,
) -> None:
    """Take back a call that the sender was first to approve; the deposit is returned.

    Signed. Fails as `operations.several_approvers` and `operations.cancel`.
    """
    by = several_approvers(ext, ensure_signed(origin), other_signatories, threshold)
    cancel(ext, by, timepoint, call_hash)
