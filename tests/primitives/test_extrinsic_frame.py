"""The frame of extrinsics: versions, lengths, and what surrounds the call."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.primitives.address import MULTI_ADDRESS, Address20, Address32, Id, Index, Raw
from parachain.primitives.era import ERA, IMMORTAL, mortal
from parachain.primitives.extrinsic import (
    OPAQUE_EXTRINSIC,
    Bare,
    BareV5,
    General,
    Signed,
    frame,
    unchecked_extrinsic,
    unframe,
)
from parachain.primitives.scale import (
    BYTES,
    COMPACT_U32,
    COMPACT_U128,
    U8,
    DecodeError,
    tuple_of,
)
from parachain.primitives.signature import MULTI_SIGNATURE, Ecdsa, Ed25519, Sr25519
from tests.primitives.scale.three_way import three_way, twins_agree

EXTRINSIC = unchecked_extrinsic(
    MULTI_ADDRESS,
    MULTI_SIGNATURE,
    tuple_of(ERA, COMPACT_U32, COMPACT_U128),
    tuple_of(U8, U8, BYTES),
)


def sized(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


ADDRESSES = st.one_of(
    st.builds(Id, sized(32)),
    st.just(Index(())),
    st.builds(Raw, st.binary(max_size=40)),
    st.builds(Address32, sized(32)),
    st.builds(Address20, sized(20)),
)
SIGNATURES = st.one_of(
    st.builds(Ed25519, sized(64)), st.builds(Sr25519, sized(64)), st.builds(Ecdsa, sized(65))
)
EXTENSIONS = st.tuples(
    st.just(IMMORTAL) | st.builds(mortal, st.integers(4, 5000), st.integers(0, 10**6)),
    st.integers(0, (1 << 32) - 1),
    st.integers(0, (1 << 128) - 1),
)
CALLS = st.tuples(st.integers(0, 255), st.integers(0, 255), st.binary(max_size=80))
EXTRINSICS = st.one_of(
    st.builds(Bare, CALLS),
    st.builds(BareV5, CALLS),
    st.builds(Signed, ADDRESSES, SIGNATURES, EXTENSIONS, CALLS),
    st.builds(General, st.integers(0, 255), EXTENSIONS, CALLS),
)


@given(EXTRINSICS)
def test_round_trip(extrinsic: Any) -> None:
    encoded = three_way(EXTRINSIC, extrinsic)
    assert frame(unframe(encoded)) == encoded
    assert OPAQUE_EXTRINSIC.decode(encoded) == unframe(encoded)


@given(st.binary(max_size=150), st.sampled_from([0x04, 0x84, 0x05, 0x45]))
def test_noise_behind_a_version_byte(noise: bytes, version: int) -> None:
    twins_agree(EXTRINSIC, frame(bytes((version,)) + noise))


def test_bytes_of_each_kind() -> None:
    call = (1, 2, b"\x07")
    assert EXTRINSIC.encode(Bare(call)).hex() == "1404" + "01020407"
    assert EXTRINSIC.encode(BareV5(call)).hex() == "1405" + "01020407"
    assert (
        EXTRINSIC.encode(General(0, (IMMORTAL, 1, 0), call)).hex()
        == "2445" + "00000400" + "01020407"
    )
    signed: Any = Signed(Id(b"\x11" * 32), Sr25519(b"\x22" * 64), (IMMORTAL, 1, 0), call)
    encoded = EXTRINSIC.encode(signed).hex()
    assert encoded == "a901" + "84" + "00" + "11" * 32 + "01" + "22" * 64 + "000400" + "01020407"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("00", "needs a byte for its variant"),
        ("0403", "format 4 or 5 has no variant 3"),
        ("0804", "2 elements of 1 or more bytes in 1 bytes"),
        ("0484", r"^Signed\.address: .* needs a byte"),
        ("0c840100", r"^Signed\.signature\.Ed25519\.0: needs 64 bytes, 0 are left"),
        ("18040102040700", "1 trailing bytes"),
    ],
)
def test_refused_with_the_part_that_is_wrong(data: str, message: str) -> None:
    with pytest.raises(DecodeError, match=message):
        EXTRINSIC.decode(bytes.fromhex(data))


def test_the_length_must_be_that_of_the_whole() -> None:
    with pytest.raises(DecodeError, match="length 2, but 1 bytes follow"):
        unframe(b"\x08\x04")
    with pytest.raises(DecodeError, match="length 1, but 2 bytes follow"):
        unframe(b"\x04\x04\x04")
