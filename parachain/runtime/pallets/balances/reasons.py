"""Why funds are on hold or frozen: the outer enums over the pallets' own reasons.

Indices are those of the pallets, paths and variants are Vara's, so that clients that know Vara
read holds and freezes of this chain. Both pallets named here come with the gear pallets; until
then no call places a hold or a freeze.
"""

from enum import IntEnum
from typing import NamedTuple

from parachain.primitives.scale import Codec, c_enum, enum, fields, variant


class PreimageHoldReason(IntEnum):
    """Reasons of the Preimage pallet."""

    PREIMAGE = 0


class Preimage(NamedTuple):
    """A hold of the Preimage pallet."""

    reason: PreimageHoldReason


HoldReason = Preimage

_PREIMAGE_REASON = c_enum("pallet_preimage::pallet::HoldReason", PreimageHoldReason)

RUNTIME_HOLD_REASON: Codec[HoldReason] = enum(
    "vara_runtime::RuntimeHoldReason",
    variant(
        23,
        "Preimage",
        Preimage,
        fields(("0", _PREIMAGE_REASON.named("pallet_preimage::HoldReason"))),
    ),
)

#: Holds an account can have at once: one for each reason (VariantCountOf<RuntimeHoldReason>).
MAX_HOLDS = 1

PREIMAGE = Preimage(PreimageHoldReason.PREIMAGE)


class PoolsFreezeReason(IntEnum):
    """Reasons of the NominationPools pallet."""

    POOL_MIN_BALANCE = 0


class NominationPools(NamedTuple):
    """A freeze of the NominationPools pallet."""

    reason: PoolsFreezeReason


FreezeReason = NominationPools

_POOLS_REASON = c_enum("pallet_nomination_pools::pallet::FreezeReason", PoolsFreezeReason)

RUNTIME_FREEZE_REASON: Codec[FreezeReason] = enum(
    "vara_runtime::RuntimeFreezeReason",
    variant(
        31,
        "NominationPools",
        NominationPools,
        fields(("0", _POOLS_REASON.named("pallet_nomination_pools::FreezeReason"))),
    ),
)

POOL_MIN_BALANCE = NominationPools(PoolsFreezeReason.POOL_MIN_BALANCE)
