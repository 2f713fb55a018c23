"""An operation: a call that a number of signatories approve one after the other.

Source: substrate/frame/multisig/src/lib.rs of polkadot-sdk stable2409.
"""

from typing import NamedTuple, Optional, Tuple

from parachain.primitives.dispatch_info import Pays, PostDispatchInfo
from parachain.primitives.scale import Err, Ok, encode_compact
from parachain.primitives.weight import Weight
from parachain.runtime.frame.call import AS_DECLARED, RuntimeCall, call_weight, dispatch
from parachain.runtime.frame.error import DispatchFailed, ensure
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import signed
from parachain.runtime.pallets import balances, system
from parachain.runtime.pallets.multisig import weights
from parachain.runtime.pallets.multisig.declarations import (
    ALREADY_APPROVED,
    DEPOSIT_BASE,
    DEPOSIT_FACTOR,
    MAX_SIGNATORIES,
    MAX_WEIGHT_TOO_LOW,
    MINIMUM_THRESHOLD,
    MULTISIG_APPROVAL,
    MULTISIG_CANCELLED,
    MULTISIG_EXECUTED,
    NEW_MULTISIG,
    NO_TIMEPOINT,
    NOT_FOUND,
    NOT_OWNER,
    SENDER_IN_SIGNATORIES,
    SIGNATORIES_OUT_OF_ORDER,
    TOO_FEW_SIGNATORIES,
    TOO_MANY_SIGNATORIES,
    UNEXPECTED_TIMEPOINT,
    WRONG_TIMEPOINT,
    Multisig,
    Timepoint,
    multisigs,
)


class Approver(NamedTuple):
    """One signatory, and the account that all of them share."""

    who: bytes
    account: bytes
    threshold: int
    #: Number of the other signatories.
    others: int


def multi_account_id(ext: Ext, signatories: Tuple[bytes, ...], threshold: int) -> bytes:
    """Account that `threshold` (u16) of the sorted signatories share."""
    listed = encode_compact(len(signatories)) + b"".join(signatories)
    return ext.blake2_256(b"modlpy/utilisuba" + listed + threshold.to_bytes(2, "little"))


def approver(ext: Ext, who: bytes, others: Tuple[bytes, ...], threshold: int) -> Approver:
    """Check the other signatories, and find the shared account.

    Fails with TooFewSignatories, TooManySignatories, SignatoriesOutOfOrder, SenderInSignatories.
    """
    ensure(len(others) > 0, TOO_FEW_SIGNATORIES)
    ensure(len(others) < MAX_SIGNATORIES, TOO_MANY_SIGNATORIES)
    last: Optional[bytes] = None
    position = 0
    for other in others:
        ensure(last is None or last < other, SIGNATORIES_OUT_OF_ORDER)
        ensure(other != who, SENDER_IN_SIGNATORIES)
        if other < who:
            position += 1
        last = other
    signatories = (*others[:position], who, *others[position:])
    return Approver(who, multi_account_id(ext, signatories, threshold), threshold, len(others))


def several_approvers(ext: Ext, who: bytes, others: Tuple[bytes, ...], threshold: int) -> Approver:
    """As `approver`; fails with MinimumThreshold besides, if the threshold is below 2."""
    ensure(threshold >= 2, MINIMUM_THRESHOLD)
    return approver(ext, who, others, threshold)


def timepoint(ext: Ext) -> Timepoint:
    """The present block and extrinsic."""
    return Timepoint(system.block_number(ext), system.extrinsic_index(ext) or 0)


def approve(
    ext: Ext,
    by: Approver,
    given: Optional[Timepoint],
    call_hash: bytes,
    call: Optional[RuntimeCall],
    length: int,
    max_weight: Weight,
) -> PostDispatchInfo:
    """Begin an operation, approve it, or make its call if that was the last approval missing.

    `length` is that of the encoded call, 0 if only its hash is known. Fails with NoTimepoint,
    WrongTimepoint, UnexpectedTimepoint, AlreadyApproved, MaxWeightTooLow, TooManySignatories and,
    for want of the deposit, as `balances.reserve`.
    """
    operation = multisigs.get(ext, (by.account, call_hash))
    if operation is None:
        ensure(given is None, UNEXPECTED_TIMEPOINT)
        _begin(ext, by, call_hash)
        return _used(weights.as_multi_create(by.others, length))
    ensure(given is not None, NO_TIMEPOINT)
    ensure(operation.when == given, WRONG_TIMEPOINT)

    enough = len(operation.approvals) >= by.threshold
    counts = not enough and by.who not in operation.approvals
    if call is not None and len(operation.approvals) + counts >= by.threshold:
        ensure(call_weight(call).all_lte(max_weight), MAX_WEIGHT_TOO_LOW)
        used = _execute(ext, by, operation, call_hash, call)
        if used is None:
            return AS_DECLARED
        return _used(weights.as_multi_complete(by.others, length).saturating_add(used))

    ensure(counts, ALREADY_APPROVED)
    _record(ext, by, operation, call_hash)
    return _used(weights.as_multi_approve(by.others, length))


def cancel(ext: Ext, by: Approver, given: Timepoint, call_hash: bytes) -> None:
    """Take back an operation. Fails with NotFound, WrongTimepoint or NotOwner."""
    operation = multisigs.get(ext, (by.account, call_hash))
    ensure(operation is not None, NOT_FOUND)
    assert operation is not None
    ensure(operation.when == given, WRONG_TIMEPOINT)
    ensure(operation.depositor == by.who, NOT_OWNER)
    balances.unreserve(ext, operation.depositor, operation.deposit)
    multisigs.remove(ext, (by.account, call_hash))
    MULTISIG_CANCELLED.deposit(ext, by.who, given, by.account, call_hash)


def _used(weight: Weight) -> PostDispatchInfo:
    return PostDispatchInfo(weight, Pays.YES)


def _begin(ext: Ext, by: Approver, call_hash: bytes) -> None:
    deposit = DEPOSIT_BASE + DEPOSIT_FACTOR * by.threshold
    balances.reserve(ext, by.who, deposit)
    operation = Multisig(timepoint(ext), deposit, by.who, (by.who,))
    multisigs.put(ext, (by.account, call_hash), operation)
    NEW_MULTISIG.deposit(ext, by.who, by.account, call_hash)


def _record(ext: Ext, by: Approver, operation: Multisig, call_hash: bytes) -> None:
    ensure(len(operation.approvals) < MAX_SIGNATORIES, TOO_MANY_SIGNATORIES)
    approvals = tuple(sorted((*operation.approvals, by.who)))
    recorded = Multisig(operation.when, operation.deposit, operation.depositor, approvals)
    multisigs.put(ext, (by.account, call_hash), recorded)
    MULTISIG_APPROVAL.deposit(ext, by.who, operation.when, by.account, call_hash)


def _execute(
    ext: Ext, by: Approver, operation: Multisig, call_hash: bytes, call: RuntimeCall
) -> Optional[Weight]:
    """Make the call in the name of the shared account; return the weight it reports, if any.

    The operation is over before, so that the call cannot find it.
    """
    multisigs.remove(ext, (by.account, call_hash))
    balances.unreserve(ext, operation.depositor, operation.deposit)
    post = AS_DECLARED
    failure: Optional[DispatchFailed] = None
    try:
        post = dispatch(ext, call, signed(by.account))
    except DispatchFailed as error:
        failure = error
        post = error.post_info or AS_DECLARED
    result = Ok(()) if failure is None else Err(failure.error)
    MULTISIG_EXECUTED.deposit(ext, by.who, operation.when, by.account, call_hash, result)
    return post.actual_weight
