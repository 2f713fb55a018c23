"""The largest parts of a blob, so that it stays within a relay chain's limits."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import zstandard

from runtime_wasm.builder.blob import Blob, measure
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

#: Kinds of objects that are listed.
_LARGEST: Final = 30

#: Quick and near enough to the level that blobs are written with.
_ESTIMATE_LEVEL: Final = 9


def sizes(blob: Blob, root: Path) -> Iterator[str]:
    """Lines of two tables: the module's sections, and what Python objects take of its memory.

    `root` holds the sources of the blob. Raises GuestError.
    """
    compressor = zstandard.ZstdCompressor(level=_ESTIMATE_LEVEL)
    yield f"{'part':48} {'bytes':>12} {'compressed':>12}"
    for kind, body in sections(blob.module):
        yield f"{_SECTION_NAMES[kind]:48} {len(body):12,} {len(compressor.compress(body)):12,}"
    used = len(blob.image) - blob.image.count(0)
    yield f"{'memory, and how much of it is not zero':48} {len(blob.image):12,} {used:12,}"
    yield ""
    yield f"{'objects in memory':48} {'bytes':>12} {'objects':>12}"
    for measured in measure(root)[:_LARGEST]:
        yield f"{measured.name:48} {measured.size:12,} {measured.objects:12,}"
