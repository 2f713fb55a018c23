"""Weights of the calls, without those of the calls inside: Substrate's figures.

`others` counts the other signatories, `length` the bytes of the call. Source:
substrate/frame/multisig/src/weights.rs of polkadot-sdk stable2409; picoseconds and bytes of proof.
"""

from parachain.primitives.weight import Weight
from parachain.runtime.pallets.system import DB_WEIGHT

#: What a call in another account's name costs besides: its account is read and written.
INNER_ACCOUNT = DB_WEIGHT.reads_writes(1, 1)

_THRESHOLD_1 = Weight(20_727_356, 3997).saturating_add(DB_WEIGHT.reads_writes(2, 0))
_CREATE = Weight(32_052_125, 6811).saturating_add(DB_WEIGHT.reads_writes(1, 1))
_APPROVE = Weight(17_940_334, 6811).saturating_add(DB_WEIGHT.reads_writes(1, 1))
_COMPLETE = Weight(42_418_863, 6811).saturating_add(DB_WEIGHT.reads_writes(4, 2))
_HASH_CREATE = Weight(30_237_756, 6811).saturating_add(DB_WEIGHT.reads_writes(1, 1))
_HASH_APPROVE = Weight(16_907_862, 6811).saturating_add(DB_WEIGHT.reads_writes(1, 1))
_CANCEL = Weight(31_473_005, 6811).saturating_add(DB_WEIGHT.reads_writes(1, 1))


def as_multi_threshold_1(length: int) -> Weight:
    """Weight of a call that needs one signature of several."""
    return _THRESHOLD_1.saturating_add(Weight(572 * length, 0))


def as_multi_create(others: int, length: int) -> Weight:
    """Weight of the first approval, with the call."""
    return _CREATE.saturating_add(Weight(111_179 * others + 1_447 * length, 0))


def as_multi_approve(others: int, length: int) -> Weight:
    """Weight of an approval between the first and the last, with the call."""
    return _APPROVE.saturating_add(Weight(106_203 * others + 1_441 * length, 0))


def as_multi_complete(others: int, length: int) -> Weight:
    """Weight of the approval after which the call is made."""
    return _COMPLETE.saturating_add(Weight(164_555 * others + 1_573 * length, 0))


def approve_as_multi_create(others: int) -> Weight:
    """Weight of the first approval, with the hash of the call."""
    return _HASH_CREATE.saturating_add(Weight(107_619 * others, 0))


def approve_as_multi_approve(others: int) -> Weight:
    """Weight of an approval after the first, with the hash of the call."""
    return _HASH_APPROVE.saturating_add(Weight(101_887 * others, 0))


def cancel_as_multi(others: int) -> Weight:
    """Weight of taking back an operation."""
    return _CANCEL.saturating_add(Weight(107_460 * others, 0))
