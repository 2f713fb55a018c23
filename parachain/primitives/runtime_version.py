"""RuntimeVersion: which runtime this is and which runtime APIs it has.

Source: polkadot-sdk stable2409, primitives/version/src/lib.rs; later versions call the last field
system_version.
"""

from typing import NamedTuple, Tuple

from parachain.primitives.scale import (
    STR,
    U8,
    U32,
    Composite,
    Field,
    fields,
    fixed_bytes,
    struct,
    tuple_of,
    vec,
)


class RuntimeVersion(NamedTuple):
    """Versions and names of a runtime."""

    spec_name: str
    impl_name: str
    authoring_version: int
    spec_version: int
    impl_version: int
    #: Pairs of an API's id (8 bytes, blake2_64 of its name) and version.
    apis: Tuple[Tuple[bytes, int], ...]
    transaction_version: int
    #: Layout of the state trie: 0 or 1.
    state_version: int


_API_LIST = vec(tuple_of(fixed_bytes(8), U32))
_APIS = _API_LIST.described(
    Composite("Cow", (Field("", _API_LIST, ""),), (("T", _API_LIST),)), "ApisVec"
)
_NAME = STR.named("RuntimeString")

RUNTIME_VERSION = struct(
    "sp_version::RuntimeVersion",
    RuntimeVersion,
    fields(
        ("spec_name", _NAME),
        ("impl_name", _NAME),
        ("authoring_version", U32),
        ("spec_version", U32),
        ("impl_version", U32),
        ("apis", _APIS),
        ("transaction_version", U32),
        ("state_version", U8),
    ),
)
