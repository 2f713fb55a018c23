"""The `:code` of a chain that runs on the native runtime alone.

A WebAssembly module without functions: its custom sections `runtime_version` and `runtime_apis`
say which runtime the chain belongs to, as those of any Substrate runtime do (sp_version's
embedding), so that tools which only look at them are served. It cannot be executed.
"""

from collections.abc import Iterator
from typing import Final

from parachain.primitives.runtime_version import RUNTIME_VERSION, RuntimeVersion
from parachain.primitives.scale import DecodeError

_MAGIC_AND_VERSION: Final = b"\0asm\x01\0\0\0"
_CUSTOM_SECTION: Final = 0
_VERSION_SECTION: Final = b"runtime_version"
_APIS_SECTION: Final = b"runtime_apis"

#: Lengths in a module are u32: five groups of seven bits.
_MAX_LEB128_BYTES: Final = 5


def _leb128(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _custom_section(name: bytes, content: bytes) -> bytes:
    body = _leb128(len(name)) + name + content
    return bytes((_CUSTOM_SECTION,)) + _leb128(len(body)) + body


def native_code(version: RuntimeVersion) -> bytes:
    """Return the module that names the runtime of `version`.

    `runtime_version` holds the version without its APIs; these are in `runtime_apis` as 8 bytes
    of id and a little-endian u32 each.
    """
    apis = b"".join(
        identifier + number.to_bytes(4, "little") for identifier, number in version.apis
    )
    return (
        _MAGIC_AND_VERSION
        + _custom_section(_VERSION_SECTION, RUNTIME_VERSION.encode(version._replace(apis=())))
        + _custom_section(_APIS_SECTION, apis)
    )


def embedded_version(code: bytes) -> RuntimeVersion | None:
    """Return the version that a module names in its `runtime_version` section, without APIs.

    None for a module that names none, is compressed, or is no module at all.
    """
    try:
        for name, content in _custom_sections(code):
            if name == _VERSION_SECTION:
                return RUNTIME_VERSION.decode(content)
    except DecodeError:
        return None
    return None


def _custom_sections(code: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each custom section. Raises DecodeError."""
    if not code.startswith(_MAGIC_AND_VERSION):
        return
    pos = len(_MAGIC_AND_VERSION)
    while pos < len(code):
        kind = code[pos]
        size, begin = _read_leb128(code, pos + 1)
        pos = begin + size
        if pos > len(code):
            raise DecodeError("a section is longer than the module")
        if kind == _CUSTOM_SECTION:
            length, name = _read_leb128(code, begin)
            yield code[name : name + length], code[name + length : pos]


def _read_leb128(data: bytes, pos: int) -> tuple[int, int]:
    number = 0
    for index, byte in enumerate(data[pos : pos + _MAX_LEB128_BYTES]):
        number |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return number, pos + index + 1
    raise DecodeError("the module ends within a length")
