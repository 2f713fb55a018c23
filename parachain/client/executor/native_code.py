"""The `:code` of a chain that runs on the native runtime alone.

A WebAssembly module without functions: its custom sections `runtime_version` and `runtime_apis`
say which runtime the chain belongs to, as those of any Substrate runtime do (sp_version's
embedding), and `wasm_blob_version` says so in words, as Vara's runtime does; so tools which only
look at them are served. It cannot be executed.
"""

from typing import Final

from parachain.client.executor.wasm_sections import (
    MAGIC_AND_VERSION,
    encode_section,
    find_section,
)
from parachain.primitives.runtime_version import RUNTIME_VERSION, RuntimeVersion
from parachain.primitives.scale import DecodeError

#: Section with the version of a runtime as text: x.y.z-<what it was built from>.
BLOB_VERSION_SECTION: Final = b"wasm_blob_version"

_VERSION_SECTION: Final = b"runtime_version"
_APIS_SECTION: Final = b"runtime_apis"


def native_code(version: RuntimeVersion) -> bytes:
    """Return the module that names the runtime of `version`.

    `runtime_version` holds the version without its APIs; these are in `runtime_apis` as 8 bytes
    of id and a little-endian u32 each.
    """
    apis = b"".join(
        identifier + number.to_bytes(4, "little") for identifier, number in version.apis
    )
    return (
        MAGIC_AND_VERSION
        + encode_section(_VERSION_SECTION, RUNTIME_VERSION.encode(version._replace(apis=())))
        + encode_section(_APIS_SECTION, apis)
        + encode_section(BLOB_VERSION_SECTION, _blob_version(version.spec_version).encode())
    )


def _blob_version(spec_version: int) -> str:
    """Two digits each for minor version and patch, as Vara counts: 1_09_01 is 1.9.1."""
    major, rest = divmod(spec_version, 10_000)
    minor, patch = divmod(rest, 100)
    return f"{major}.{minor}.{patch}-native"


def embedded_version(code: bytes) -> RuntimeVersion | None:
    """Return the version that a module names in its `runtime_version` section, without APIs.

    None for a module that names none, is compressed, or is no module at all.
    """
    try:
        section = find_section(code, _VERSION_SECTION)
        return None if section is None else RUNTIME_VERSION.decode(section)
    except DecodeError:
        return None
