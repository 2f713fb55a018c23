"""Account identifiers: 32 bytes, a public key, the hash of one, or derived from other ids."""

from parachain.primitives.scale import Codec, fixed_bytes

#: Shows in signatures what the 32 bytes mean.
AccountId = bytes

#: AccountId32.
ACCOUNT_ID: Codec[AccountId] = fixed_bytes(32, "sp_core::crypto::AccountId32")
