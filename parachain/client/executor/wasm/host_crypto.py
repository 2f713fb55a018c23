"""`ext_crypto_*`: signatures, and the keys of off-chain calls.

Version 1 of the ECDSA functions reduces r and s where later ones refuse them, as the library did
that Substrate used at first. One thing is not kept: version 1 of sr25519_verify also took
signatures in the form of before schnorrkel's audit of 2019; here these count as invalid.
"""

# ruff: noqa: D103  # sp-io documents its functions; the decorator names each

from typing import Final

from parachain.client.executor.executor import RuntimeKeystore
from parachain.client.executor.wasm.host_call import HostCall, HostTrap
from parachain.client.executor.wasm.host_function import (
    ADDRESS,
    BOOL,
    BYTES,
    FAT,
    KEY_TYPE,
    HostInterface,
    Result,
    encoded,
    fixed,
    scale,
)
from parachain.primitives.scale import BYTES as SCALE_BYTES
from parachain.primitives.scale import fixed_bytes, option, vec

crypto: Final = HostInterface("crypto")

SIGNATURE: Final = fixed(64)
RECOVERABLE: Final = fixed(65)
PUBLIC: Final = fixed(32)
COMPRESSED: Final = fixed(33)
DIGEST: Final = fixed(32)
SEED: Final = scale(option(SCALE_BYTES))

#: Order of the group of secp256k1.
_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

#: sp_io::EcdsaVerifyError after the mark of Result::Err.
_BAD_RS, _BAD_V, _BAD_SIGNATURE = b"\1\0", b"\1\1", b"\1\2"
_OK: Final = b"\0"
_ETHEREUM_OFFSET: Final = 27
_RECOVERY_IDS: Final = 4


def _reduced(signature: bytes) -> bytes:
    """Return a recoverable signature with r and s below the order of the group."""
    r, s = (int.from_bytes(signature[at : at + 32], "big") % _ORDER for at in (0, 32))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big") + signature[64:]


def _in_batch(call: HostCall, valid: bool) -> bool:
    if call.batch_valid is not None:
        call.batch_valid = call.batch_valid and valid
    return valid


@crypto.function("ed25519_verify", 1, (SIGNATURE, BYTES, PUBLIC), BOOL)
def ed25519_verify(call: HostCall, signature: bytes, message: bytes, public: bytes) -> bool:
    return call.ext.ed25519_verify(signature, message, public)


@crypto.function("ed25519_batch_verify", 1, (SIGNATURE, BYTES, PUBLIC), BOOL)
def ed25519_batch_verify(call: HostCall, signature: bytes, message: bytes, public: bytes) -> bool:
    return _in_batch(call, call.ext.ed25519_verify(signature, message, public))


@crypto.function("sr25519_verify", 1, (SIGNATURE, BYTES, PUBLIC), BOOL)
@crypto.function("sr25519_verify", 2, (SIGNATURE, BYTES, PUBLIC), BOOL)
def sr25519_verify(call: HostCall, signature: bytes, message: bytes, public: bytes) -> bool:
    return call.ext.sr25519_verify(signature, message, public)


@crypto.function("sr25519_batch_verify", 1, (SIGNATURE, BYTES, PUBLIC), BOOL)
def sr25519_batch_verify(call: HostCall, signature: bytes, message: bytes, public: bytes) -> bool:
    return _in_batch(call, call.ext.sr25519_verify(signature, message, public))


@crypto.function("ecdsa_verify", 1, (RECOVERABLE, BYTES, COMPRESSED), BOOL)
def ecdsa_verify_reduced(call: HostCall, signature: bytes, message: bytes, public: bytes) -> bool:
    return call.ext.ecdsa_verify(_reduced(signature), message, public)


@crypto.function("ecdsa_verify", 2, (RECOVERABLE, BYTES, COMPRESSED), BOOL)
def ecdsa_verify(call: HostCall, signature: bytes, message: bytes, public: bytes) -> bool:
    return call.ext.ecdsa_verify(signature, message, public)


@crypto.function("ecdsa_verify_prehashed", 1, (RECOVERABLE, DIGEST, COMPRESSED), BOOL)
def ecdsa_verify_prehashed(call: HostCall, signature: bytes, digest: bytes, public: bytes) -> bool:
    if signature[64] >= _RECOVERY_IDS:
        return False
    return call.ext.secp256k1_recover_compressed(signature, digest) == public


@crypto.function("ecdsa_batch_verify", 1, (RECOVERABLE, BYTES, COMPRESSED), BOOL)
def ecdsa_batch_verify(call: HostCall, signature: bytes, message: bytes, public: bytes) -> bool:
    return _in_batch(call, call.ext.ecdsa_verify(signature, message, public))


@crypto.function("start_batch_verify", 1, ())
def start_batch_verify(call: HostCall) -> None:
    if call.batch_valid is not None:
        raise HostTrap("a batch of signatures is open")
    call.batch_valid = True


@crypto.function("finish_batch_verify", 1, (), BOOL)
def finish_batch_verify(call: HostCall) -> bool:
    valid, call.batch_valid = call.batch_valid, None
    if valid is None:
        raise HostTrap("no batch of signatures is open")
    return valid


def _recovered(call: HostCall, signature: bytes, digest: bytes, compressed: bool) -> bytes:
    """Encode the Result of recovering a key."""
    number = signature[64]
    if number - (_ETHEREUM_OFFSET if number >= _ETHEREUM_OFFSET else 0) >= _RECOVERY_IDS:
        return _BAD_V
    if any(int.from_bytes(signature[at : at + 32], "big") >= _ORDER for at in (0, 32)):
        return _BAD_RS
    ext = call.ext
    recover = ext.secp256k1_recover_compressed if compressed else ext.secp256k1_recover
    public = recover(signature, digest)
    return _BAD_SIGNATURE if public is None else _OK + public


@crypto.function("secp256k1_ecdsa_recover", 1, (RECOVERABLE, DIGEST), FAT)
def recover_reduced(call: HostCall, signature: bytes, digest: bytes) -> bytes:
    return _recovered(call, _reduced(signature), digest, compressed=False)


@crypto.function("secp256k1_ecdsa_recover", 2, (RECOVERABLE, DIGEST), FAT)
def recover(call: HostCall, signature: bytes, digest: bytes) -> bytes:
    return _recovered(call, signature, digest, compressed=False)


@crypto.function("secp256k1_ecdsa_recover_compressed", 1, (RECOVERABLE, DIGEST), FAT)
def recover_compressed_reduced(call: HostCall, signature: bytes, digest: bytes) -> bytes:
    return _recovered(call, _reduced(signature), digest, compressed=True)


@crypto.function("secp256k1_ecdsa_recover_compressed", 2, (RECOVERABLE, DIGEST), FAT)
def recover_compressed(call: HostCall, signature: bytes, digest: bytes) -> bytes:
    return _recovered(call, signature, digest, compressed=True)


def _keystore(call: HostCall) -> RuntimeKeystore:
    if call.ext.keystore is None:
        raise HostTrap("this kind of call has no keys")
    return call.ext.keystore


def _declare_keys(scheme: str, public_size: int, signature_size: int) -> None:
    public = fixed(public_size)
    publics: Result = encoded(vec(fixed_bytes(public_size)))
    signature: Result = encoded(option(fixed_bytes(signature_size)))

    @crypto.function(f"{scheme}_public_keys", 1, (KEY_TYPE,), publics)
    def public_keys(call: HostCall, key_type: bytes) -> tuple[bytes, ...]:
        return _keystore(call).public_keys(scheme, key_type)

    @crypto.function(f"{scheme}_generate", 1, (KEY_TYPE, SEED), ADDRESS)
    def generate(call: HostCall, key_type: bytes, seed: bytes | None) -> bytes:
        return _keystore(call).generate(scheme, key_type, seed)

    @crypto.function(f"{scheme}_sign", 1, (KEY_TYPE, public, BYTES), signature)
    def sign(call: HostCall, key_type: bytes, key: bytes, message: bytes) -> bytes | None:
        return _keystore(call).sign(scheme, key_type, key, message)


_declare_keys("ed25519", 32, 64)
_declare_keys("sr25519", 32, 64)
_declare_keys("ecdsa", 33, 65)
