"""What pallet_transaction_payment declares, and the types in which fees are told to clients."""

from enum import IntEnum
from typing import NamedTuple, Optional

from parachain.primitives.account import ACCOUNT_ID
from parachain.primitives.dispatch_info import DISPATCH_CLASS, DispatchClass
from parachain.primitives.fixed_point import FIXED_U128, ONE
from parachain.primitives.scale import U8, U128, c_enum, fields, option, struct
from parachain.primitives.weight import WEIGHT, Weight
from parachain.runtime.frame.pallet import Pallet

pallet = Pallet(
    "TransactionPayment", "pallet_transaction_payment", "Fees for the weight and length of calls."
)


class InclusionFee(NamedTuple):
    """What inclusion costs, in plancks: per extrinsic, per byte, per weight (multiplied)."""

    base_fee: int
    len_fee: int
    adjusted_weight_fee: int


class FeeDetails(NamedTuple):
    """The parts of a fee in plancks; no inclusion fee where the call is free."""

    inclusion_fee: Optional[InclusionFee]
    tip: int


class RuntimeDispatchInfo(NamedTuple):
    """Weight, class and fee of a call; the fee in plancks, without the tip."""

    weight: Weight
    dispatch_class: DispatchClass
    partial_fee: int


_BALANCE = U128.named("Balance")
_OF_BALANCE = (("Balance", U128),)

INCLUSION_FEE = struct(
    "pallet_transaction_payment::types::InclusionFee",
    InclusionFee,
    fields(("base_fee", _BALANCE), ("len_fee", _BALANCE), ("adjusted_weight_fee", _BALANCE)),
    _OF_BALANCE,
)
FEE_DETAILS = struct(
    "pallet_transaction_payment::types::FeeDetails",
    FeeDetails,
    fields(("inclusion_fee", option(INCLUSION_FEE)), ("tip", _BALANCE)),
    _OF_BALANCE,
)
RUNTIME_DISPATCH_INFO = struct(
    "pallet_transaction_payment::types::RuntimeDispatchInfo",
    RuntimeDispatchInfo,
    fields(("weight", WEIGHT), ("class", DISPATCH_CLASS), ("partial_fee", _BALANCE)),
    (("Balance", U128), ("Weight", WEIGHT)),
)


class Releases(IntEnum):
    """Layouts of this pallet's storage."""

    V1Ancient = 0
    V2 = 1


next_fee_multiplier = pallet.value(
    "NextFeeMultiplier", FIXED_U128, ONE, "What fees for weight are multiplied with."
)
storage_version = pallet.value(
    "StorageVersion",
    c_enum("pallet_transaction_payment::Releases", Releases),
    Releases.V1Ancient,
    "Layout of this pallet's storage.",
)

OPERATIONAL_FEE_MULTIPLIER = pallet.constant(
    "OperationalFeeMultiplier",
    U8,
    5,
    "How many times its fee an operational transaction counts as a tip in its priority.",
)

TRANSACTION_FEE_PAID = pallet.event(
    0,
    "TransactionFeePaid",
    fields(
        ("who", ACCOUNT_ID.named("T::AccountId")),
        ("actual_fee", U128.named("BalanceOf<T>")),
        ("tip", U128.named("BalanceOf<T>")),
    ),
    "An account paid for a transaction; the fee includes the tip.",
)
