"""CheckWeight: whether an extrinsic fits into the block, and what it leaves for the next.

Runs for every extrinsic, signed or not: the declared weight is taken ahead of the call, what
was not used is given back after it. Source: frame_system's check_weight, polkadot-sdk stable2409.
"""

from typing import Optional, Tuple

from parachain.primitives.dispatch_error import DispatchError
from parachain.primitives.dispatch_info import DispatchInfo, PostDispatchInfo
from parachain.primitives.scale import UNIT
from parachain.primitives.transaction_validity import InvalidTransaction
from parachain.primitives.weight import U64_MAX, Weight
from parachain.runtime.frame.call import actual_weight
from parachain.runtime.frame.error import invalid
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.extension import Dispatched, TransactionExtension
from parachain.runtime.pallets.system.block import all_extrinsics_len
from parachain.runtime.pallets.system.extensions import empty
from parachain.runtime.pallets.system.limits import (
    BLOCK_LENGTH,
    BLOCK_WEIGHTS,
    ConsumedWeight,
    accrue,
    reduce,
    total,
)
from parachain.runtime.pallets.system.storage import all_extrinsics_length, block_weight


def _check_extrinsic(ext: Ext, tx: Dispatched) -> int:
    """Check length and weight of one extrinsic: the length of the block with it.

    Refuses with ExhaustsResources. The weight of the block is left out: the pool asks on an
    empty block.
    """
    _, info, length = tx
    next_length = all_extrinsics_len(ext) + length
    if next_length > BLOCK_LENGTH.max[info.dispatch_class]:
        invalid(InvalidTransaction.EXHAUSTS_RESOURCES)
    most = BLOCK_WEIGHTS.per_class[info.dispatch_class].max_extrinsic
    if most is not None and (
        info.weight.ref_time > most.ref_time or info.weight.proof_size + length > most.proof_size
    ):
        invalid(InvalidTransaction.EXHAUSTS_RESOURCES)
    return next_length


def calculate_consumed_weight(
    consumed: ConsumedWeight, info: DispatchInfo, length: int
) -> ConsumedWeight:
    """Weight of the block with one more extrinsic, whose bytes count as proof.

    Refuses with ExhaustsResources if the limit of its class is exceeded, or that of the block
    and the part reserved for the class is used up as well.
    """
    kind = info.dispatch_class
    limits = BLOCK_WEIGHTS.per_class[kind]
    ref_time = info.weight.ref_time + limits.base_extrinsic.ref_time
    proof_size = info.weight.proof_size + limits.base_extrinsic.proof_size + length
    weight = Weight(min(ref_time, U64_MAX), min(proof_size, U64_MAX))
    before = consumed[kind]
    limited = limits.max_total is not None or limits.reserved is not None
    if limited and before.checked_add(weight) is None:
        invalid(InvalidTransaction.EXHAUSTS_RESOURCES)
    after = accrue(consumed, weight, kind)
    mine = after[kind]
    if limits.max_total is not None and mine.any_gt(limits.max_total):
        invalid(InvalidTransaction.EXHAUSTS_RESOURCES)
    if (
        limits.reserved is not None
        and mine.any_gt(limits.reserved)
        and total(after).any_gt(BLOCK_WEIGHTS.max_block)
    ):
        invalid(InvalidTransaction.EXHAUSTS_RESOURCES)
    return after


def bare_validate(ext: Ext, tx: Dispatched) -> None:
    """Refuse an extrinsic that would not even fit into an empty block."""
    _check_extrinsic(ext, tx)


def bare_prepare(ext: Ext, tx: Dispatched) -> None:
    """Take length and declared weight of the extrinsic from the block."""
    next_length = _check_extrinsic(ext, tx)
    consumed = calculate_consumed_weight(block_weight.get(ext), tx.info, tx.length)
    all_extrinsics_length.put(ext, next_length)
    block_weight.put(ext, consumed)


def _validate(ext: Ext, value: Tuple[()], who: bytes, tx: Dispatched) -> None:  # noqa: ARG001
    _check_extrinsic(ext, tx)


def _prepare(ext: Ext, value: Tuple[()], who: bytes, tx: Dispatched) -> None:  # noqa: ARG001
    bare_prepare(ext, tx)


def _post_dispatch(
    ext: Ext,
    prepared: None,  # noqa: ARG001  one signature for all extensions
    tx: Dispatched,
    post: PostDispatchInfo,
    error: Optional[DispatchError],  # noqa: ARG001
) -> None:
    """Give back to the block what the call declared and did not use."""
    if post.actual_weight is None:
        return
    unspent = tx.info.weight.saturating_sub(actual_weight(tx.info, post))
    if unspent.ref_time or unspent.proof_size:
        block_weight.put(ext, reduce(block_weight.get(ext), unspent, tx.info.dispatch_class))


CHECK_WEIGHT = TransactionExtension(
    "CheckWeight",
    empty("frame_system::extensions::check_weight::CheckWeight"),
    UNIT,
    validate=_validate,
    prepare=_prepare,
    post_dispatch=_post_dispatch,
    bare_validate=bare_validate,
    bare_prepare=bare_prepare,
)
