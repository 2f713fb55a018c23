"""The `:code` of a chain that runs on the native runtime alone.

A WebAssembly module without functions: its custom sections `runtime_version` and `runtime_apis`
say which runtime the chain belongs to, as those of any Substrate runtime do (sp_version's
embedding), so that tools which only look at them are served. It cannot be executed.
"""

from parachain.primitives.runtime_version import RUNTIME_VERSION, RuntimeVersion

_MAGIC_AND_VERSION = b"\0asm\x01\0\0\0"
_CUSTOM_SECTION = 0


def _leb128(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _custom_section(name: str, content: bytes) -> bytes:
    raw = name.encode()
    body = _leb128(len(raw)) + raw + content
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
        + _custom_section("runtime_version", RUNTIME_VERSION.encode(version._replace(apis=())))
        + _custom_section("runtime_apis", apis)
    )
