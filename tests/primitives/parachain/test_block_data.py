"""Parameters, block data and results of the validation function, byte by byte."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.primitives.digest import PreRuntime, Seal
from parachain.primitives.header import HEADER, Header
from parachain.primitives.parachain import (
    COLLATION_INFO,
    VALIDATION_RESULT,
    BlockDataVersion,
    CandidateBlock,
    CollationInfo,
    OutboundHrmpMessage,
    ValidationResult,
    encode_block_data,
    encode_params,
    read_block_data,
    read_params,
)
from parachain.primitives.scale import BYTES, DecodeError

HEADERS = st.builds(
    Header,
    st.binary(min_size=32, max_size=32),
    st.integers(0, 2**32 - 1),
    st.just(b"\x02" * 32),
    st.just(b"\x03" * 32),
    st.lists(
        st.builds(PreRuntime, st.just(b"aura"), st.binary(max_size=9))
        | st.builds(Seal, st.just(b"aura"), st.binary(max_size=9)),
        max_size=2,
    ).map(tuple),
)
EXTRINSICS = st.lists(st.binary(max_size=80).map(BYTES.encode), max_size=4).map(tuple)
BLOCKS = st.builds(
    lambda header, extrinsics: CandidateBlock(header, HEADER.encode(header), extrinsics),
    HEADERS,
    EXTRINSICS,
)
PROOFS = st.lists(st.binary(max_size=80), max_size=5)

HEADER_1 = Header(b"\x01" * 32, 1, b"\x02" * 32, b"\x03" * 32, ())
BLOCK = CandidateBlock(HEADER_1, HEADER.encode(HEADER_1), (b"\x08ab", b"\x00"))
#: Parent, number, state root, extrinsics root, no digest; two extrinsics; two items.
HEADER_HEX = "01" * 32 + "04" + "02" * 32 + "03" * 32 + "00"
BODY_HEX = "08" + "086162" + "00"
PROOF_HEX = "08" + "0c010203" + "00"


def test_layouts() -> None:
    proof = [b"\x01\x02\x03", b""]
    v0 = encode_block_data(BlockDataVersion.V0, [BLOCK], proof)
    assert v0.hex() == HEADER_HEX + BODY_HEX + PROOF_HEX
    v1 = encode_block_data(BlockDataVersion.V1, [BLOCK, BLOCK], proof)
    tag = b"VERSIONEDPBD".hex() + "01"
    assert v1.hex() == tag + "08" + 2 * (HEADER_HEX + BODY_HEX) + PROOF_HEX
    params = encode_params(b"head", b"data", 5, b"\x09" * 32)
    assert params.hex() == "10" + b"head".hex() + "10" + b"data".hex() + "05000000" + "09" * 32
    result = ValidationResult(b"head", b"code", (b"up",), (OutboundHrmpMessage(7, b"to"),), 1, 2)
    assert VALIDATION_RESULT.encode(result).hex() == (
        "10" + b"head".hex() + "0110" + b"code".hex() + "0408" + b"up".hex()
        + "0407000000" + "08" + b"to".hex() + "01000000" + "02000000"
    )  # fmt: skip
    info = CollationInfo((b"up",), (), None, 1, 2, b"head")
    assert COLLATION_INFO.encode(info).hex() == (
        "0408" + b"up".hex() + "00" + "00" + "01000000" + "02000000" + "10" + b"head".hex()
    )


@given(st.lists(BLOCKS, max_size=3), PROOFS, st.binary(max_size=20), st.binary(max_size=20))
def test_what_is_written_is_read(
    blocks: list[CandidateBlock], proof: list[bytes], before: bytes, after: bytes
) -> None:
    versions = list(BlockDataVersion) if len(blocks) == 1 else [BlockDataVersion.V1]
    for version in versions:
        data = encode_block_data(version, blocks, proof)
        read = read_block_data(before + data + after, len(before), len(before) + len(data))
        assert (read.version, read.blocks) == (version, tuple(blocks))
        assert list(read.proof) == proof
        assert list(read.proof) == proof, "it can be read again"


@given(st.lists(BLOCKS, min_size=1, max_size=2), PROOFS)
def test_every_truncation_is_noticed(blocks: list[CandidateBlock], proof: list[bytes]) -> None:
    data = encode_block_data(BlockDataVersion.V1, blocks, proof)
    for end in range(len(data)):
        for whole in (data[:end], data):  # also where something follows
            with pytest.raises(DecodeError):
                list(read_block_data(whole, 0, end).proof)


@given(st.binary(max_size=120))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(DecodeError):
        list(read_block_data(data, 0, len(data)).proof)
    with suppress(DecodeError):
        read_params(data)


@given(st.binary(max_size=40), st.binary(max_size=40), st.integers(0, 2**32 - 1))
def test_parameters(head: bytes, block_data: bytes, number: int) -> None:
    params = encode_params(head, block_data, number, b"\x09" * 32)
    read = read_params(params)
    assert read.parent_head == head
    assert read.data[read.begin : read.end] == block_data
    assert (read.relay_parent_number, read.relay_parent_storage_root) == (number, b"\x09" * 32)
    for end in range(len(params)):
        with pytest.raises(DecodeError):
            read_params(params[:end])


def test_errors_name_the_field() -> None:
    data = encode_block_data(BlockDataVersion.V1, [BLOCK], [])
    for changed, message in (
        (data[:13] + b"\x08" + data[14:], r"blocks\.\[1\]|blocks\[1\]"),
        (data[:12] + b"\x00" + data[13:], "version: version byte 0x00"),
        (data[:40], r"blocks\[0\].header"),
    ):
        with pytest.raises(DecodeError, match=message):
            read_block_data(changed, 0, len(changed))
    with pytest.raises(DecodeError, match="block_data: 16 bytes announced"):
        read_params(BYTES.encode(b"head") + b"\x40")
