"""Generates the fast functions of composite codecs: straight-line code, compiled at import.

The source text is made of this package's own templates and of numbers; names, paths and data
never enter it. Measured in `tests/bench/codec.py`.
"""

import struct
from typing import Any, Dict

from parachain.primitives.scale.codec import Readable
from parachain.primitives.scale.compact import COMPACT_U32, SMALL
from parachain.primitives.scale.emit_encode import emit_encode
from parachain.primitives.scale.emit_read import emit_read
from parachain.primitives.scale.nesting import nested
from parachain.primitives.scale.source import Source

_SCOPE: Dict[str, Any] = {
    "MASK": (1 << 64) - 1,
    "SMALL": SMALL,
    "encode_count": COMPACT_U32.fast.encode,
    "from_bytes": int.from_bytes,
    "join": b"".join,
    "nested": nested,
    "new": tuple.__new__,
    "pack": struct.pack,
    "read_count": COMPACT_U32.fast.read,
    "unpack_from": struct.unpack_from,
}


def straight_line(shape: object, recursive: bool) -> Readable[Any]:
    """The fast pair for a Record, Cases, Items or Maybe."""
    source = Source(dict(_SCOPE))
    emit_encode(source, shape)
    emit_read(source, shape, recursive)
    code = compile("\n".join(source.lines), "<generated codec>", "exec")
    exec(code, source.scope)  # noqa: S102  # the text is ours, see above
    return Readable(source.scope["encode"], source.scope["read"])
