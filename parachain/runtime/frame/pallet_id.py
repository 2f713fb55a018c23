"""PalletId: eight letters that a pallet which owns funds derives its account from.

Source: frame_support::PalletId and sp_runtime::traits::AccountIdConversion.
"""

from parachain.primitives.account import AccountId
from parachain.primitives.scale import Codec, fixed_bytes, newtype

PALLET_ID: Codec[bytes] = newtype("frame_support::PalletId", fixed_bytes(8))


def pallet_account(pallet_id: bytes) -> AccountId:
    """The account of the pallet: `modl`, its id, zeros."""
    return (b"modl" + pallet_id).ljust(32, b"\0")
