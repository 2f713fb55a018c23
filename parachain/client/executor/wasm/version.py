"""The version of a runtime, from its blob without running it, or from what Core_version answers.

Blobs carry it in the custom section `runtime_version`, with an empty list of APIs, and these in
`runtime_apis`. Runtimes of before Core 3 know no transaction version, those of before Core 4 no
state version. Sources: sp_version, sc-executor's read_embedded_version (polkadot-sdk).
"""

from typing import Final

from parachain.client.executor.wasm.blob import BlobError, uncompressed
from parachain.client.executor.wasm_sections import find_section
from parachain.primitives.runtime_version import RUNTIME_VERSION, RuntimeVersion
from parachain.primitives.scale import STR, U8, U32, DecodeError, fields, fixed_bytes, tuple_of, vec

VERSION_SECTION: Final = b"runtime_version"
APIS_SECTION: Final = b"runtime_apis"

#: Core runtime API: its identifier, and since when the version has which field.
_CORE: Final = bytes.fromhex("df6acb689907609b")
_HAS_TRANSACTION_VERSION: Final = 3
_HAS_STATE_VERSION: Final = 4

_API: Final = tuple_of(fixed_bytes(8), U32)
_API_SIZE: Final = 12
_HEAD: Final = fields(
    ("spec_name", STR),
    ("impl_name", STR),
    ("authoring_version", U32),
    ("spec_version", U32),
    ("impl_version", U32),
    ("apis", vec(_API)),
)

#: What runtimes that do not say so have.
_FIRST_TRANSACTION_VERSION: Final = 1
_FIRST_STATE_VERSION: Final = 0

Apis = tuple[tuple[bytes, int], ...]


def embedded_version(code: bytes) -> RuntimeVersion | None:
    """Return the version that a blob carries, None if it carries none.

    Raises BlobError if the blob is no module or its sections are malformed.
    """
    module = uncompressed(code)
    try:
        version = find_section(module, VERSION_SECTION)
        if version is None:
            return None
        apis = find_section(module, APIS_SECTION)
        return read_version(version, None if apis is None else _apis(apis))
    except DecodeError as error:
        raise BlobError(f"the code does not say its version well: {error}") from error


def read_version(encoded: bytes, apis: Apis | None = None) -> RuntimeVersion:
    """Decode the version of a runtime of any age. `apis` replaces those it lists.

    Raises DecodeError. Bytes behind the fields that are known are ignored, as by sp_version.
    """
    (spec_name, impl_name, authoring, spec, impl, listed), pos = _HEAD.read(encoded, 0)
    known = listed if apis is None else apis
    core = dict(known).get(_CORE, 0)
    transaction_version, state_version = _FIRST_TRANSACTION_VERSION, _FIRST_STATE_VERSION
    if core >= _HAS_TRANSACTION_VERSION:
        transaction_version, pos = U32.readable.read(encoded, pos)
    if core >= _HAS_STATE_VERSION:
        state_version, pos = U8.readable.read(encoded, pos)
    return RuntimeVersion(
        spec_name, impl_name, authoring, spec, impl, known, transaction_version, state_version
    )


def encode_version(version: RuntimeVersion) -> bytes:
    """Encode a version with all fields."""
    return RUNTIME_VERSION.encode(version)


def _apis(content: bytes) -> Apis:
    if len(content) % _API_SIZE:
        raise DecodeError("runtime_apis is no list of 12 bytes each")
    starts = range(0, len(content), _API_SIZE)
    return tuple(_API.decode(content[start : start + _API_SIZE]) for start in starts)


def version_of(code: bytes) -> bytes | None:
    """Return the encoded version that a blob carries; None if it carries none or is no blob."""
    try:
        version = embedded_version(code)
    except BlobError:
        return None
    return None if version is None else encode_version(version)
