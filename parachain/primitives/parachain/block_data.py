"""ParachainBlockData: the blocks of a candidate, and the compact proof of what they read.

    version  layout
    0        header, extrinsics, proof
    1        "VERSIONEDPBD", 01, blocks (each a header and extrinsics), proof

Several blocks follow each other; the proof is that of all of them, from the state root of the
parent of the first. What a block reads of what an earlier one wrote is not in it.
Source: polkadot-sdk, cumulus/primitives/core/src/parachain_block_data.rs (stable2503 and later;
before, version 0 was the only one).
"""

from enum import IntEnum
from typing import Final, Iterator, List, NamedTuple, Sequence, Tuple

from parachain.primitives.body import encode_body, read_body
from parachain.primitives.header import HEADER, Header
from parachain.primitives.scale import BYTES, DecodeError, encode_compact, read_compact

#: What data begin with from version 1 on. A header would name an impossible parent instead.
VERSIONED: Final = b"VERSIONEDPBD"


class BlockDataVersion(IntEnum):
    """Layouts. A runtime tells collators by its CollectCollationInfo API which ones it reads."""

    V0 = 0
    V1 = 1


class CandidateBlock(NamedTuple):
    """A block with its seal. `encoded_header` is the encoding of `header`."""

    header: Header
    encoded_header: bytes
    extrinsics: Tuple[bytes, ...]


class CompactProofItems:
    """The items of a compact proof, cut out of the block data while they are iterated.

    Iterating raises DecodeError on items that are cut short or followed by something.
    """

    def __init__(self, data: bytes, begin: int, end: int) -> None:
        self._data = data
        self._begin = begin
        self._end = end

    def __iter__(self) -> Iterator[bytes]:
        data, end = self._data, self._end
        count, pos = read_compact(data, self._begin)
        for index in range(count):
            size, begin = read_compact(data, pos)
            pos = begin + size
            if pos > end:
                raise DecodeError(
                    f"{size} bytes announced, {end - begin} left", ("proof", f"[{index}]")
                )
            yield data[begin:pos]
        if pos != end:
            raise DecodeError(f"{end - pos} bytes follow the last item", ("proof",))


class BlockData(NamedTuple):
    """Block data that were read. `proof` may be iterated more than once."""

    version: BlockDataVersion
    blocks: Tuple[CandidateBlock, ...]
    proof: CompactProofItems


def encode_block_data(
    version: BlockDataVersion, blocks: Sequence[CandidateBlock], proof: Sequence[bytes]
) -> bytes:
    """Encode block data; version 0 takes exactly one block."""
    assert version is not BlockDataVersion.V0 or len(blocks) == 1
    parts = [block.encoded_header + encode_body(block.extrinsics) for block in blocks]
    if version is not BlockDataVersion.V0:
        parts.insert(0, VERSIONED + bytes((version,)) + encode_compact(len(blocks)))
    parts.append(encode_compact(len(proof)))
    parts += [BYTES.encode(item) for item in proof]
    return b"".join(parts)


def read_block_data(data: bytes, begin: int, end: int) -> BlockData:
    """Read block data from `data[begin:end]`, the proof only when it is iterated.

    Raises DecodeError with the path of the field.
    """
    blocks: List[CandidateBlock] = []
    if data[begin : min(end, begin + len(VERSIONED))] != VERSIONED:
        version = BlockDataVersion.V0
        block, pos = _read_block(data, begin)
        blocks.append(block)
    else:
        pos = begin + len(VERSIONED)
        version = _read_version(data[pos : min(end, pos + 1)])
        count, pos = read_compact(data, pos + 1)
        for index in range(count):
            try:
                block, pos = _read_block(data, pos)
            except DecodeError as error:
                raise error.inside(f"[{index}]").inside("blocks") from None
            blocks.append(block)
    if pos >= end:
        raise DecodeError("the blocks take all of the data, the proof is missing")
    return BlockData(version, tuple(blocks), CompactProofItems(data, pos, end))


def _read_version(byte: bytes) -> BlockDataVersion:
    if byte != b"\x01":
        raise DecodeError(f"version byte 0x{byte.hex()}, version 1 is known", ("version",))
    return BlockDataVersion.V1


def _read_block(data: bytes, pos: int) -> Tuple[CandidateBlock, int]:
    begin = pos
    try:
        header, pos = HEADER.read(data, begin)
    except DecodeError as error:
        raise error.inside("header") from None
    encoded_header = data[begin:pos]
    try:
        extrinsics, pos = read_body(data, pos)
    except DecodeError as error:
        raise error.inside("extrinsics") from None
    return CandidateBlock(header, encoded_header, extrinsics), pos
