"""What the interpreter calls, by index, for each exported function of the blob.

A call that raises is a panic: the interpreter logs the exception and traps.
"""

from typing import Tuple

from parachain.primitives.runtime_version import RUNTIME_VERSION
from parachain.primitives.scale import BYTES, STR, fields, vec
from parachain.runtime import apis
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.blob.host_ext import HostExt
from parachain.runtime.frame.ext import Ext
from parachain.runtime.validate_block import validate_block

#: What a relay chain's validators call; it is no runtime API.
_VALIDATE_BLOCK = "validate_block"

#: Names of the exported functions; their positions are the indices.
_NAMES: Tuple[str, ...] = (*apis.ENTRY_POINTS, _VALIDATE_BLOCK)

_DESCRIPTION = fields(
    ("entry_points", vec(STR)), ("runtime_version", BYTES), ("runtime_apis", BYTES)
)


def call(index: int, args: bytes) -> bytes:
    """Run the entry point of that index on encoded arguments and return its encoded result."""
    ext: Ext = HostExt()
    name = _NAMES[index]
    if name == _VALIDATE_BLOCK:
        return validate_block(ext, args)
    return apis.call(ext, name, args)


def description() -> bytes:
    """What the builder writes into the module.

    The names to export, and the content of the custom sections `runtime_version`, which has no
    APIs, and `runtime_apis`: of each API 8 bytes of id and its version as a little-endian u32
    (sp_version's embedding).
    """
    version = RUNTIME.version
    apis_section = b"".join(
        identifier + number.to_bytes(4, "little") for identifier, number in version.apis
    )
    return _DESCRIPTION.encode(
        (_NAMES, RUNTIME_VERSION.encode(version._replace(apis=())), apis_section)
    )
