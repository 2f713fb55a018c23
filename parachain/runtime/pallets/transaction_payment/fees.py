"""How much a transaction costs: a fee per extrinsic, per byte and per weight, and the tip.

    fee = base + bytes * 100 + multiplier * (ref_time * 100) + tip      (plancks)

A picosecond of weight is a unit of gas, and 100 plancks buy one. The multiplier follows the
length of the message queue and is meant for the calls that fill it; for all others it is
divided out beforehand, as Vara does. Sources: pallet_transaction_payment, polkadot-sdk
stable2409; gear, vara/pallets/payment/src/lib.rs and vara/runtime/vara/src/lib.rs.
"""

from typing import Tuple

from parachain.primitives.dispatch_info import DispatchClass, DispatchInfo, Pays, PostDispatchInfo
from parachain.primitives.fixed_point import ONE, saturating_mul_int
from parachain.primitives.weight import U64_MAX, Weight
from parachain.runtime.frame.call import RuntimeCall, actual_weight, dispatch_info
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.extrinsic import decode_extrinsic
from parachain.runtime.frame.runtime import Runtime
from parachain.runtime.pallets import gear_payment, system
from parachain.runtime.pallets.transaction_payment.declarations import (
    OPERATIONAL_FEE_MULTIPLIER,
    FeeDetails,
    InclusionFee,
    Releases,
    RuntimeDispatchInfo,
    next_fee_multiplier,
    pallet,
    storage_version,
)

#: Plancks for a unit of gas, for a picosecond of weight, and for a byte.
VALUE_PER_GAS = 100

_MAX_BALANCE = 2**128 - 1


def genesis(ext: Ext, multiplier: int) -> None:
    """Set the first multiplier, a FixedU128 (10**18 is one)."""
    storage_version.put(ext, Releases.V2)
    next_fee_multiplier.put(ext, multiplier)


@pallet.on_finalize
def update_multiplier(ext: Ext, number: int) -> None:  # noqa: ARG001  hooks share one signature
    """Set the multiplier of the next block."""
    next_fee_multiplier.put(ext, gear_payment.next_multiplier(ext))


# -- the parts of a fee --------------------------------------------------------------------------


def weight_to_fee(weight: Weight) -> int:
    """Plancks for a weight, which counts up to that of a whole block; not multiplied."""
    return min(weight.ref_time, system.BLOCK_WEIGHTS.max_block.ref_time) * VALUE_PER_GAS


def length_to_fee(length: int) -> int:
    """Plancks for so many bytes."""
    return length * VALUE_PER_GAS


#: Plancks for an empty extrinsic, by class.
BASE_FEES: Tuple[int, ...] = tuple(
    [weight_to_fee(limits.base_extrinsic) for limits in system.BLOCK_WEIGHTS.per_class]
)


def compute_fee_details(ext: Ext, length: int, info: DispatchInfo, tip: int) -> FeeDetails:
    """Fee of an extrinsic of `length` bytes in its parts."""
    weight, kind, pays = info
    if pays is Pays.NO:
        return FeeDetails(None, tip)
    weight_fee = saturating_mul_int(next_fee_multiplier.get(ext), weight_to_fee(weight))
    return FeeDetails(InclusionFee(BASE_FEES[kind], length_to_fee(length), weight_fee), tip)


def final_fee(details: FeeDetails) -> int:
    """Sum of all parts."""
    inclusion = details.inclusion_fee
    if inclusion is None:
        return details.tip
    base_fee, len_fee, weight_fee = inclusion
    return min(base_fee + len_fee + weight_fee + details.tip, _MAX_BALANCE)


def compute_fee(ext: Ext, length: int, info: DispatchInfo, tip: int) -> int:
    """Fee of an extrinsic of `length` bytes, the tip included."""
    return final_fee(compute_fee_details(ext, length, info, tip))


def compute_actual_fee(
    ext: Ext, length: int, info: DispatchInfo, post: PostDispatchInfo, tip: int
) -> int:
    """Fee for what the call has used in the end, the tip included."""
    pays = Pays.NO if post.pays_fee is Pays.NO else info.pays_fee
    used = DispatchInfo(actual_weight(info, post), info.dispatch_class, pays)
    return compute_fee(ext, length, used, tip)


def without_multiplier(ext: Ext, call: RuntimeCall, info: DispatchInfo) -> DispatchInfo:
    """Divide the weight by the multiplier, unless the call is one that the multiplier is for.

    Multiplied again it gives the fee at multiplier one, but for rounding: less than the
    multiplier in picoseconds.
    """
    multiplier = next_fee_multiplier.get(ext)
    if multiplier <= ONE or gear_payment.is_multiplied(call):
        return info
    reciprocal = ONE * ONE // multiplier
    ref_time = saturating_mul_int(reciprocal, info.weight.ref_time, U64_MAX)
    return DispatchInfo(Weight(ref_time, 0), info.dispatch_class, info.pays_fee)


# -- priority --------------------------------------------------------------------------------------


def get_priority(info: DispatchInfo, length: int, tip: int, fee: int) -> int:
    """Priority of a transaction in the pool, a u64.

    It is the tip (plus one, so that smaller ones go first without tips) for as many of these
    transactions as a block could hold; operational ones count five times their `fee` as a tip.
    """
    most = system.BLOCK_WEIGHTS.max_block
    most_length = system.BLOCK_LENGTH.max[info.dispatch_class]
    ref_time = min(max(info.weight.ref_time, 1), most.ref_time)
    proof_size = min(max(info.weight.proof_size, 1), most.proof_size)
    per_block = min(
        most.ref_time // ref_time,
        most.proof_size // proof_size,
        most_length // min(max(length, 1), most_length),
    )
    priority = min((tip + 1) * per_block, _MAX_BALANCE)
    if info.dispatch_class is DispatchClass.OPERATIONAL:
        priority += min(fee * OPERATIONAL_FEE_MULTIPLIER * per_block, _MAX_BALANCE)
    return min(priority, U64_MAX)


# -- what clients ask ------------------------------------------------------------------------------


def query_call_info(ext: Ext, call: RuntimeCall, length: int) -> RuntimeDispatchInfo:
    """Weight, class and fee of a call in a signed extrinsic of `length` bytes, without a tip."""
    info = dispatch_info(call)
    fee = compute_fee(ext, length, info, 0)
    return RuntimeDispatchInfo(info.weight, info.dispatch_class, fee)


def query_call_fee_details(ext: Ext, call: RuntimeCall, length: int) -> FeeDetails:
    """Parts of the fee of a call in a signed extrinsic of `length` bytes."""
    return compute_fee_details(ext, length, dispatch_info(call), 0)


def query_info(ext: Ext, runtime: Runtime, encoded: bytes, length: int) -> RuntimeDispatchInfo:
    """Weight, class and fee of an extrinsic (with its length prefix); bare ones are free.

    Raises DecodeError. `length` is what is charged, whatever `encoded` has.
    """
    extrinsic = decode_extrinsic(runtime, encoded)
    info = dispatch_info(extrinsic.call)
    if extrinsic.signed is None:
        return RuntimeDispatchInfo(info.weight, info.dispatch_class, 0)
    fee = compute_fee(ext, length, without_multiplier(ext, extrinsic.call, info), 0)
    return RuntimeDispatchInfo(info.weight, info.dispatch_class, fee)


def query_fee_details(ext: Ext, runtime: Runtime, encoded: bytes, length: int) -> FeeDetails:
    """Parts of the fee of an extrinsic; bare ones have no inclusion fee. Raises DecodeError."""
    extrinsic = decode_extrinsic(runtime, encoded)
    if extrinsic.signed is None:
        return FeeDetails(None, 0)
    info = without_multiplier(ext, extrinsic.call, dispatch_info(extrinsic.call))
    return compute_fee_details(ext, length, info, 0)
