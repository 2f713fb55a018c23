"""Utility: several calls in one, and calls in the name of accounts that derive from another.

Source: polkadot-sdk stable2409, substrate/frame/utility.
"""

from parachain.runtime.pallets.utility.calls import (
    as_derivative,
    batch,
    batch_all,
    derivative_account_id,
    dispatch_as,
    force_batch,
    with_weight,
)
from parachain.runtime.pallets.utility.declarations import BATCHED_CALLS_LIMIT, pallet

__all__ = [
    "BATCHED_CALLS_LIMIT",
    "as_derivative",
    "batch",
    "batch_all",
    "derivative_account_id",
    "dispatch_as",
    "force_batch",
    "pallet",
    "with_weight",
]
