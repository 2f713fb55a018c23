"""Verification and recovery of signatures, as Substrate's host functions do them.

Every argument may come from outside: a wrong length, a point off the curve or a scalar out of
range is an invalid signature (`False` or `None`), never an exception. Source of the rules:
polkadot-sdk `substrate/primitives/{io,core}`. Signing is in `keys`.
"""

from functools import partial
from typing import Final

import ed25519_zebra
import sr25519
from coincurve import PublicKey

from parachain.client.crypto.hashing import blake2_256

RECOVERY_ID_OFFSET: Final = 27
"""Ethereum writes recovery ids 0 to 3 as 27 to 30."""

_SIGNATURE_SIZE: Final = 64
_PUBLIC_SIZE: Final = 32
_RECOVERABLE_SIGNATURE_SIZE: Final = 65
_MESSAGE_HASH_SIZE: Final = 32

_recover = partial(PublicKey.from_signature_and_message, hasher=None)
_sr25519_verify = sr25519.verify
_ed25519_verify = ed25519_zebra.ed_verify


def sr25519_verify(signature: bytes, message: bytes, public: bytes) -> bool:
    """Whether `signature` (64 bytes) is a Schnorrkel signature of `message` by `public` (32).

    The signing context is "substrate"; signatures without schnorrkel's marker bit (the format
    before its audit) are refused, as by `ext_crypto_sr25519_verify_version_2`.
    """
    if len(signature) != _SIGNATURE_SIZE or len(public) != _PUBLIC_SIZE:
        return False
    try:
        valid: bool = _sr25519_verify(signature, message, public)
    except ValueError:  # not a canonical scalar, or not a point
        return False
    return valid


def ed25519_verify(signature: bytes, message: bytes, public: bytes) -> bool:
    """Whether `signature` (64 bytes) of `message` by `public` (32) holds under ZIP-215.

    ZIP-215 fixes which points and small-order components count, so that all nodes agree.
    """
    if len(signature) != _SIGNATURE_SIZE or len(public) != _PUBLIC_SIZE:
        return False
    try:
        valid: bool = _ed25519_verify(signature, message, public)
    except ValueError:
        return False
    return valid


def ecdsa_verify(signature: bytes, message: bytes, public: bytes) -> bool:
    """Whether `signature` (65 bytes: r, s, recovery id 0 to 3) recovers to `public` (33 bytes).

    The message is hashed with BLAKE2-256. High `s` counts as valid, as in
    `ext_crypto_ecdsa_verify_version_2`.
    """
    if len(signature) != _RECOVERABLE_SIGNATURE_SIZE:
        return False
    try:
        return _recover(signature, blake2_256(message)).format() == public
    except ValueError:
        return False


def _recovered(signature: bytes, message_hash: bytes) -> PublicKey | None:
    if len(signature) != _RECOVERABLE_SIGNATURE_SIZE or len(message_hash) != _MESSAGE_HASH_SIZE:
        return None
    recovery_id = signature[64]
    if recovery_id >= RECOVERY_ID_OFFSET:
        signature = signature[:64] + bytes((recovery_id - RECOVERY_ID_OFFSET,))
    try:
        return _recover(signature, message_hash)
    except ValueError:  # recovery id over 3, r or s out of range, or no such point
        return None


def secp256k1_recover(signature: bytes, message_hash: bytes) -> bytes | None:
    """Recover the public key (x, y: 64 bytes) behind `signature` (65) of `message_hash` (32).

    The recovery id is 0 to 3 or 27 to 30. None if there is no such key.
    """
    key = _recovered(signature, message_hash)
    return None if key is None else key.format(compressed=False)[1:]


def secp256k1_recover_compressed(signature: bytes, message_hash: bytes) -> bytes | None:
    """As `secp256k1_recover`, with the public key in its compressed form of 33 bytes."""
    key = _recovered(signature, message_hash)
    return None if key is None else key.format(compressed=True)
