"""The largest parts of a blob, so that it stays within a relay chain's limits."""

from collections.abc import Iterator
from typing import Final

import zstandard

from runtime_wasm.builder.blob import Blob
from runtime_wasm.builder.leb128 import sections

_SECTION_NAMES: Final = {
    0: "custom sections",
    1: "types",
    2: "imports",
    3: "functions",
    4: "table",
    5: "memory",
    6: "globals",
    7: "exports",
    9: "elements",
    10: "code",
    11: "data",
}

#: Quick and near enough to the level that blobs are written with.
_ESTIMATE_LEVEL: Final = 9


def sizes(blob: Blob) -> Iterator[str]:
    """Lines of a table: each section's size, before and after compression."""
    compressor = zstandard.ZstdCompressor(level=_ESTIMATE_LEVEL)
    yield f"{'part':24} {'bytes':>12} {'compressed':>12}"
    for kind, body in sections(blob.module):
        yield f"{_SECTION_NAMES[kind]:24} {len(body):12,} {len(compressor.compress(body)):12,}"
    used = len(blob.image) - blob.image.count(0)
    yield f"{'memory':24} {len(blob.image):12,}  of which {used:,} bytes are not zero"
