"""The body of a block: its extrinsics, each as it came, with its length prefix.

Only the runtime looks inside an extrinsic; whoever stores or sends a block splits the body here.
Source: polkadot-sdk, primitives/runtime/src/generic/block.rs (`Vec<OpaqueExtrinsic>`).
"""

from typing import List, Sequence, Tuple

from parachain.primitives.scale import DecodeError, encode_compact, read_compact


def encode_body(extrinsics: Sequence[bytes]) -> bytes:
    """Encode extrinsics as `Vec<OpaqueExtrinsic>`: their count, then each as it is."""
    return encode_compact(len(extrinsics)) + b"".join(extrinsics)


def read_body(data: bytes, pos: int) -> Tuple[Tuple[bytes, ...], int]:
    """Split an encoded body into extrinsics, each with its length prefix. Raises DecodeError."""
    count, pos = read_compact(data, pos)
    if count > len(data) - pos:
        raise DecodeError(f"{count} extrinsics cannot fit {len(data) - pos} bytes")
    extrinsics: List[bytes] = []
    for index in range(count):
        try:
            length, begin = read_compact(data, pos)
        except DecodeError as error:
            raise error.inside(f"[{index}]") from None
        end = begin + length
        if end > len(data):
            raise DecodeError(
                f"{length} bytes announced, {len(data) - begin} left", (f"[{index}]",)
            )
        extrinsics.append(data[pos:end])
        pos = end
    return tuple(extrinsics), pos


def decode_body(data: bytes) -> Tuple[bytes, ...]:
    """Split exactly one encoded body into extrinsics. Raises DecodeError."""
    extrinsics, end = read_body(data, 0)
    if end != len(data):
        raise DecodeError(f"{len(data) - end} bytes follow the last extrinsic")
    return extrinsics
