"""Multisig: accounts that several signatories share.

The account follows from the signatories and the threshold; nothing is stored but the operations
under way. Source: polkadot-sdk stable2409, substrate/frame/multisig.
"""

from parachain.runtime.pallets.multisig.calls import (
    approve_as_multi,
    as_multi,
    as_multi_threshold_1,
    cancel_as_multi,
)
from parachain.runtime.pallets.multisig.declarations import (
    MAX_SIGNATORIES,
    Multisig,
    Timepoint,
    multisigs,
    pallet,
)
from parachain.runtime.pallets.multisig.operations import multi_account_id

__all__ = [
    "MAX_SIGNATORIES",
    "Multisig",
    "Timepoint",
    "approve_as_multi",
    "as_multi",
    "as_multi_threshold_1",
    "cancel_as_multi",
    "multi_account_id",
    "multisigs",
    "pallet",
]
