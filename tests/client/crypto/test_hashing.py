"""Hash functions against the vectors of `sp-core` and of the functions' own specifications."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.client.crypto import hashing

VECTORS = [
    # RFC 7693, appendix A, for the 64-byte digest; the others from `b2sum -l`.
    (hashing.blake2_512, b"abc",
     ("ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
     "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923")),
    (hashing.blake2_256, b"abc",
     "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"),
    (hashing.blake2_128, b"abc", "cf4ab791c62b8d2b2109c90275287816"),
    # polkadot-sdk substrate/primitives/crypto/hashing
    (hashing.twox_64, b"abc", "990977adf52cbc44"),
    (hashing.twox_128, b"abc", "990977adf52cbc440889329981caa9be"),
    (hashing.twox_256, b"abc",
     "990977adf52cbc440889329981caa9bef7da5770b2b8a05303b75d95360dd62b"),
    # the storage prefix every Substrate chain has
    (hashing.twox_128, b"System", "26aa394eea5630e07c48ae0c9558cef7"),
    (hashing.twox_128, b"Account", "b99d880ec681799c0cf30e8886371da9"),
    # the Ethereum yellow paper, and FIPS 180-4
    (hashing.keccak_256, b"",
     "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
    (hashing.sha2_256, b"abc",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "data", "digest"), VECTORS)
def test_known_digests(function: Callable[[bytes], bytes], data: bytes, digest: str) -> None:
    assert function(data).hex() == digest


@given(st.binary(max_size=200))
def test_longer_twox_hashes_begin_with_the_shorter(data: bytes) -> None:
    assert hashing.twox_256(data)[:16] == hashing.twox_128(data)
    assert hashing.twox_128(data)[:8] == hashing.twox_64(data)


@given(st.binary(max_size=200))
def test_blake2_lengths_are_different_functions(data: bytes) -> None:
    assert hashing.blake2_256(data)[:16] != hashing.blake2_128(data)
