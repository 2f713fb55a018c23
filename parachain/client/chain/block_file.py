"""Files of blocks, as `export-blocks` writes them and `import-blocks` reads them.

Binary: the number of blocks as u64 (little endian), then the SCALE encoding of each
`SignedBlock`. JSON: `SignedBlock` objects one after the other, as the RPC shows blocks.
Source: sc-service, chain_ops/{export_blocks,import_blocks}.rs.

Reads and writes as a stream; memory is bounded by the size of one block.
"""

import json
from collections.abc import Iterable, Iterator
from io import BufferedReader
from typing import Any, BinaryIO, Final

import orjson

from parachain.client.chain.block import (
    Block,
    Justification,
    encode_signed_block,
    make_block,
    read_signed_block,
)
from parachain.primitives.digest import DIGEST_ITEM
from parachain.primitives.header import Header
from parachain.primitives.scale import DecodeError, EncodeError

MAX_BLOCK_BYTES: Final = 64 << 20
"""No block of a file may be longer: a block has 5 MiB, in hexadecimal twice that."""

_CHUNK_BYTES: Final = 1 << 20
_COUNT_BYTES: Final = 8
_JSON_SPACE: Final = " \t\r\n"


class BlockFileError(Exception):
    """The file is not a file of blocks; the message says which block and what is wrong."""


def write_binary(output: BinaryIO, blocks: Iterable[Block], count: int) -> None:
    """Write exactly `count` blocks in the binary form. Raises ValueError if there are fewer."""
    output.write(count.to_bytes(_COUNT_BYTES, "little"))
    written = 0
    for block in blocks:
        output.write(encode_signed_block(block))
        written += 1
    if written != count:
        raise ValueError(f"{count} blocks announced, {written} written")


def write_json(output: BinaryIO, blocks: Iterable[Block]) -> None:
    """Write blocks in the JSON form, one on a line."""
    output.writelines(orjson.dumps(_to_json(block)) + b"\n" for block in blocks)


def announced_blocks(source: BufferedReader) -> int | None:
    """Return how many blocks a binary file says it has, without reading on; None if unknown."""
    head = source.peek(_COUNT_BYTES)[:_COUNT_BYTES]
    return int.from_bytes(head, "little") if len(head) == _COUNT_BYTES else None


def read_binary(source: BinaryIO) -> Iterator[Block]:
    """Read the blocks of a binary file. Raises BlockFileError where it stops making sense."""
    head = source.read(_COUNT_BYTES)
    if len(head) < _COUNT_BYTES:
        raise BlockFileError("the file is too short for the number of blocks")
    count = int.from_bytes(head, "little")
    data = b""
    pos = 0
    index = 0
    while index < count:
        try:
            block, pos = read_signed_block(data, pos)
        except DecodeError as error:
            more = source.read(_CHUNK_BYTES) if len(data) - pos < MAX_BLOCK_BYTES else b""
            if not more:
                raise BlockFileError(f"block {index + 1} of {count}: {error}") from None
            data, pos = data[pos:] + more, 0
        else:
            yield block
            index += 1
    if pos != len(data) or source.read(1):
        raise BlockFileError(f"something follows the last of {count} blocks")


def read_json(source: BinaryIO) -> Iterator[Block]:
    """Read the blocks of a JSON file. Raises BlockFileError where it stops making sense."""
    for index, value in enumerate(_json_values(source), start=1):
        try:
            yield _from_json(value)
        except (KeyError, TypeError, ValueError, DecodeError, EncodeError) as error:
            raise BlockFileError(f"block {index}: {error!r}") from None


def _json_values(source: BinaryIO) -> Iterator[Any]:
    """Split a stream of JSON objects that only white space separates, or nothing at all."""
    decoder = json.JSONDecoder()
    text = ""
    index = 1
    while True:
        text = text.lstrip(_JSON_SPACE)
        try:
            value, end = decoder.raw_decode(text)
        except (ValueError, RecursionError) as error:
            more = source.read(_CHUNK_BYTES) if len(text) < MAX_BLOCK_BYTES else b""
            if more:
                text += more.decode("ascii", "replace")
            elif text:
                raise BlockFileError(f"block {index}: {error}") from None
            else:
                return
        else:
            yield value
            text = text[end:]
            index += 1


def _to_json(block: Block) -> dict[str, Any]:
    header = block.header
    justifications = block.justifications
    return {
        "block": {
            "header": {
                "parentHash": _hex(header.parent_hash),
                "number": hex(header.number),
                "stateRoot": _hex(header.state_root),
                "extrinsicsRoot": _hex(header.extrinsics_root),
                "digest": {"logs": [_hex(DIGEST_ITEM.encode(item)) for item in header.digest]},
            },
            "extrinsics": [_hex(extrinsic) for extrinsic in block.extrinsics],
        },
        "justifications": justifications
        and [[list(engine), list(proof)] for engine, proof in justifications],
    }


def _from_json(value: Any) -> Block:
    header = value["block"]["header"]
    block = make_block(
        Header(
            _bytes(header["parentHash"]),
            int(header["number"], 16),
            _bytes(header["stateRoot"]),
            _bytes(header["extrinsicsRoot"]),
            tuple(DIGEST_ITEM.decode(_bytes(item)) for item in header["digest"]["logs"]),
        ),
        [_bytes(extrinsic) for extrinsic in value["block"]["extrinsics"]],
    )
    given = value.get("justifications")
    if given is None:
        return block
    found: tuple[Justification, ...] = tuple(
        (bytes(engine), bytes(proof)) for engine, proof in given
    )
    return block._replace(justifications=found)


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _bytes(text: Any) -> bytes:
    if not isinstance(text, str) or not text.startswith("0x"):
        raise ValueError(f"{text!r:.20} is not a hexadecimal string with 0x")
    return bytes.fromhex(text[2:])
