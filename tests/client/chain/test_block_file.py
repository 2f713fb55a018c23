import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.client.chain.block import (
    Block,
    encode_signed_block,
    make_block,
    read_signed_block,
)
from parachain.client.chain.block_file import (
    BlockFileError,
    read_binary,
    read_json,
    write_binary,
    write_json,
)
from parachain.primitives.body import decode_body, encode_body
from parachain.primitives.digest import PreRuntime, Seal
from parachain.primitives.header import Header
from parachain.primitives.scale import BYTES, DecodeError

HASHES = st.binary(min_size=32, max_size=32)
DIGESTS = st.lists(
    st.builds(PreRuntime, st.just(b"aura"), st.binary(max_size=9))
    | st.builds(Seal, st.just(b"aura"), st.binary(max_size=64)),
    max_size=3,
).map(tuple)
HEADERS = st.builds(Header, HASHES, st.integers(0, 2**32 - 1), HASHES, HASHES, DIGESTS)
EXTRINSICS = st.lists(st.binary(max_size=80).map(BYTES.encode), max_size=5).map(tuple)
JUSTIFICATIONS = st.none() | st.lists(
    st.tuples(st.just(b"FRNK"), st.binary(max_size=9)), max_size=2
).map(tuple)
BLOCKS = st.builds(
    lambda header, body, proofs: make_block(header, body)._replace(justifications=proofs),
    HEADERS,
    EXTRINSICS,
    JUSTIFICATIONS,
)
ZERO = bytes(32)
SMALL = make_block(Header(ZERO, 1, ZERO, ZERO, ()), (b"\x08\x04\x05",))


@given(st.lists(BLOCKS, max_size=4))
def test_both_forms_give_back_the_blocks(blocks: list[Block]) -> None:
    binary, text = io.BytesIO(), io.BytesIO()
    write_binary(binary, blocks, len(blocks))
    write_json(text, blocks)
    assert list(read_binary(io.BytesIO(binary.getvalue()))) == blocks
    assert list(read_json(io.BytesIO(text.getvalue()))) == blocks
    assert list(read_json(io.BytesIO(text.getvalue().replace(b"\n", b"")))) == blocks


@given(BLOCKS)
def test_every_short_block_is_a_decode_error(block: Block) -> None:
    encoded = encode_signed_block(block)
    assert read_signed_block(encoded, 0) == (block, len(encoded))
    for end in range(len(encoded)):
        with pytest.raises(DecodeError):
            read_signed_block(encoded[:end], 0)


def test_binary_layout() -> None:
    output = io.BytesIO()
    write_binary(output, [SMALL], 1)
    header = ZERO + b"\x04" + ZERO + ZERO + b"\x00"
    assert output.getvalue() == b"\x01" + bytes(7) + header + b"\x04\x08\x04\x05" + b"\x00"


def test_body_is_split_and_not_understood() -> None:
    body = encode_body((b"\x04\x2a", b"\x00"))
    assert body == b"\x08\x04\x2a\x00"
    assert decode_body(body) == (b"\x04\x2a", b"\x00")
    for hostile in (
        b"",
        b"\x04",
        b"\x04\x08\x00",
        body + b"\x00",
        b"\xff" * 20,
        b"\xfe\xff\xff\xff",
    ):
        with pytest.raises(DecodeError):
            decode_body(hostile)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x01" + bytes(7),
        b"\x02" + bytes(7) + encode_signed_block(SMALL),
        b"\x01" + bytes(7) + encode_signed_block(SMALL) + b"\x00",
        b"\xff" * 8,
    ],
)
def test_broken_binary_files_are_refused(content: bytes) -> None:
    with pytest.raises(BlockFileError):
        list(read_binary(io.BytesIO(content)))


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[" * 100_000,
        b"\xff\xfe",
        b"{}",
        b"7",
        b'{"block":{"header":{}}}',
        b'{"block":7}',
        json.dumps({"block": {"header": {"parentHash": 3}}}).encode(),
    ],
)
def test_broken_json_files_are_refused(content: bytes) -> None:
    with pytest.raises(BlockFileError):
        list(read_json(io.BytesIO(content)))


def test_the_reader_says_which_block_is_broken() -> None:
    text = io.BytesIO()
    write_json(text, [SMALL])
    with pytest.raises(BlockFileError, match="block 2: "):
        list(read_json(io.BytesIO(text.getvalue() + b'{"block":{}}')))


def test_announcing_more_blocks_than_there_are_is_our_error() -> None:
    with pytest.raises(ValueError, match="2 blocks announced, 1 written"):
        write_binary(io.BytesIO(), [SMALL], 2)
