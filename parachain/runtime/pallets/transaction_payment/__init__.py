"""TransactionPayment: what transactions cost, and that it is paid.

declarations   storage, constant, event; the types in which fees are told
fees           how much: weight, length, multiplier, priority; queries of clients
charging       the extension that takes the fee and returns what was not used
"""

from parachain.runtime.pallets.transaction_payment.charging import (
    CHARGE_TRANSACTION_PAYMENT,
    TREASURY,
)
from parachain.runtime.pallets.transaction_payment.declarations import (
    FEE_DETAILS,
    RUNTIME_DISPATCH_INFO,
    FeeDetails,
    InclusionFee,
    RuntimeDispatchInfo,
    next_fee_multiplier,
    pallet,
)
from parachain.runtime.pallets.transaction_payment.fees import (
    VALUE_PER_GAS,
    compute_actual_fee,
    compute_fee,
    compute_fee_details,
    genesis,
    get_priority,
    length_to_fee,
    query_call_fee_details,
    query_call_info,
    query_fee_details,
    query_info,
    weight_to_fee,
)

__all__ = [
    "CHARGE_TRANSACTION_PAYMENT",
    "FEE_DETAILS",
    "RUNTIME_DISPATCH_INFO",
    "TREASURY",
    "VALUE_PER_GAS",
    "FeeDetails",
    "InclusionFee",
    "RuntimeDispatchInfo",
    "compute_actual_fee",
    "compute_fee",
    "compute_fee_details",
    "genesis",
    "get_priority",
    "length_to_fee",
    "next_fee_multiplier",
    "pallet",
    "query_call_fee_details",
    "query_call_info",
    "query_fee_details",
    "query_info",
    "weight_to_fee",
]
