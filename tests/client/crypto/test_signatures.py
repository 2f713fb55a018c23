"""Verification and recovery: what is valid, what is refused, and that nothing raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.client.crypto.hashing import blake2_256, keccak_256
from parachain.client.crypto.keys import Scheme, pair_from_uri
from parachain.client.crypto.signatures import (
    ecdsa_verify,
    ed25519_verify,
    secp256k1_recover,
    secp256k1_recover_compressed,
    sr25519_verify,
)

VERIFY = {
    Scheme.SR25519: sr25519_verify,
    Scheme.ED25519: ed25519_verify,
    Scheme.ECDSA: ecdsa_verify,
}
ALICE = {scheme: pair_from_uri("//Alice", scheme) for scheme in Scheme}
SIZES = st.sampled_from([0, 1, 31, 32, 33, 63, 64, 65, 66])
HOSTILE = SIZES.flatmap(lambda size: st.binary(min_size=size, max_size=size))


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("message", [b"", b"x", b"<Bytes>x</Bytes>", bytes(1000)])
def test_own_signatures_hold_for_their_message_and_key_only(scheme: Scheme, message: bytes) -> None:
    pair, other = ALICE[scheme], pair_from_uri("//Bob", scheme)
    verify, signature = VERIFY[scheme], pair.sign(message)
    assert verify(signature, message, pair.public)
    assert not verify(signature, message + b"!", pair.public)
    assert not verify(signature, message, other.public)
    for index in (0, 31, 32, 63):
        forged = bytearray(signature)
        forged[index] ^= 1
        assert not verify(bytes(forged), message, pair.public)


@pytest.mark.parametrize("scheme", Scheme)
@given(signature=HOSTILE, message=st.binary(max_size=40), public=HOSTILE)
def test_hostile_bytes_are_invalid_not_an_error(
    scheme: Scheme, signature: bytes, message: bytes, public: bytes
) -> None:
    assert not VERIFY[scheme](signature, message, public)
    alice = ALICE[scheme]
    assert not VERIFY[scheme](signature, message, alice.public)
    good = alice.sign(message)
    assert VERIFY[scheme](good, message, public) == (public == alice.public)


@given(signature=HOSTILE, message_hash=HOSTILE)
def test_recovery_of_hostile_bytes_gives_a_key_or_none(
    signature: bytes, message_hash: bytes
) -> None:
    key = secp256k1_recover(signature, message_hash)
    compressed = secp256k1_recover_compressed(signature, message_hash)
    assert (key is None) == (compressed is None)
    if key is not None and compressed is not None:
        assert len(key) == 64
        assert compressed[1:] == key[:32]
    if len(signature) != 65 or len(message_hash) != 32:
        assert key is None


def test_sr25519_signatures_carry_the_marker_bit() -> None:
    alice = ALICE[Scheme.SR25519]
    signature = bytearray(alice.sign(b"m"))
    assert signature[63] & 0x80
    signature[63] &= 0x7F  # the format before schnorrkel's audit
    assert not sr25519_verify(bytes(signature), b"m", alice.public)


def test_ed25519_rfc_8032_vector() -> None:
    # RFC 8032 section 7.1, test 2
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert ed25519_verify(signature, b"\x72", public)


def test_ed25519_follows_zip_215_on_small_order_points() -> None:
    identity = bytes([1]) + bytes(31)
    assert ed25519_verify(identity + bytes(32), b"any message", identity)


def test_recovery_ids_of_both_conventions() -> None:
    pair, message = ALICE[Scheme.ECDSA], b"recover me"
    signature = pair.sign(message)
    digest = blake2_256(message)
    recovered = secp256k1_recover_compressed(signature, digest)
    assert recovered == pair.public
    shifted = signature[:64] + bytes([signature[64] + 27])
    assert secp256k1_recover_compressed(shifted, digest) == pair.public
    for bad in (4, 26, 31, 255):
        assert secp256k1_recover(signature[:64] + bytes([bad]), digest) is None
    assert not ecdsa_verify(shifted, message, pair.public)


def test_recover_ethereum_ecrecover_vector() -> None:
    # the example input of the ecRecover precompile at evm.codes
    digest = bytes.fromhex("456e9aea5e197a1f1af7a3e85a3212fa4049a3ba34c2289b4c860fc0b0c64ef3")
    signature = bytes.fromhex(
        "9242685bf161793cc25603c231bc2f568eb630ea16aa137d2664ac8038825608"
        "4f8ae3bd7535248d0bd448298cc2e2071e56992d0774dc340c368ae950852ada1c"
    )
    key = secp256k1_recover(signature, digest)
    assert key is not None
    assert keccak_256(key)[12:].hex() == "7156526fbd7a3c72969b54f64e42c10fbb768c8a"
