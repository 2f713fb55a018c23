"""What a runtime blob says of itself: its version, read from a custom section of the module.

Runtimes carry their version in the section `runtime_version`, so that nobody needs to run them
to learn it. Only the module's list of sections is read; whether the code is any good is not
looked into. A compressed blob cannot be read, as decompression is the host's.
Sources: WebAssembly core specification 5.5 (binary format of modules); sp_version and
sc_executor's read_embedded_version, polkadot-sdk.
"""

from typing import NamedTuple, Optional, Tuple

from parachain.primitives.scale import STR, U32, DecodeError, fields

_MAGIC_AND_VERSION = b"\0asm\x01\0\0\0"
_CUSTOM_SECTION = 0
_VERSION_SECTION = b"runtime_version"

#: A u32 takes five groups of seven bits at most.
_MAX_LEB128_BYTES = 5
_MAX_U32 = 2**32 - 1

#: The fields that every layout of RuntimeVersion begins with.
_HEAD = fields(
    ("spec_name", STR),
    ("impl_name", STR),
    ("authoring_version", U32),
    ("spec_version", U32),
    ("impl_version", U32),
)


class BlobVersion(NamedTuple):
    """Name and version that decide whether a blob may replace the running runtime."""

    spec_name: str
    spec_version: int


def _leb128_u32(data: bytes, pos: int, end: int) -> Optional[Tuple[int, int]]:
    """Read an unsigned LEB128 number: the value and where it ends, None if malformed."""
    value = 0
    for count in range(_MAX_LEB128_BYTES):
        if pos + count >= end:
            return None
        byte = data[pos + count]
        value |= (byte & 0x7F) << 7 * count
        if byte < 0x80:
            return None if value > _MAX_U32 else (value, pos + count + 1)
    return None


def custom_section(module: bytes, name: bytes) -> Optional[bytes]:
    """Return the content of the first custom section called `name`, None without one.

    Also None for bytes that are no module, or whose sections do not add up.
    """
    if not module.startswith(_MAGIC_AND_VERSION):
        return None
    pos = len(_MAGIC_AND_VERSION)
    while pos < len(module):
        kind = module[pos]
        size = _leb128_u32(module, pos + 1, len(module))
        if size is None:
            return None
        length, start = size
        end = start + length
        if end > len(module):
            return None
        if kind == _CUSTOM_SECTION:
            name_size = _leb128_u32(module, start, end)
            if name_size is None or name_size[1] + name_size[0] > end:
                return None
            content = name_size[1] + name_size[0]
            if module[name_size[1] : content] == name:
                return module[content:end]
        pos = end
    return None


def runtime_version(code: bytes) -> Optional[BlobVersion]:
    """Return the version of a runtime blob, None if it cannot be read."""
    section = custom_section(code, _VERSION_SECTION)
    if section is None:
        return None
    try:
        (spec_name, _, _, spec_version, _), _ = _HEAD.read(section, 0)
    except DecodeError:
        return None
    return BlobVersion(spec_name, spec_version)
