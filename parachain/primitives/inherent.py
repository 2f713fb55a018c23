"""Inherent data: what the author's node tells the runtime, and how checking it went.

Source: polkadot-sdk stable2409, primitives/inherents/src/lib.rs.
"""

from typing import Dict, NamedTuple

from parachain.primitives.scale import (
    BOOL,
    BYTES,
    Composite,
    Field,
    btree_map,
    fields,
    fixed_bytes,
    struct,
)

#: Eight ASCII letters, such as b"timstap0".
INHERENT_IDENTIFIER = fixed_bytes(8).named("InherentIdentifier")

#: Encoded data by inherent identifier.
InherentData = Dict[bytes, bytes]

_DATA = btree_map(INHERENT_IDENTIFIER, BYTES)

#: In Rust a struct with the one field `data`; its value here is the dict itself.
INHERENT_DATA = _DATA.described(
    Composite("sp_inherents::InherentData", (Field("data", _DATA, _DATA.rust_name),)),
    "InherentData",
)


class CheckInherentsResult(NamedTuple):
    """What checking the inherents of a block found: encoded errors by inherent identifier."""

    okay: bool
    fatal_error: bool
    errors: InherentData


CHECK_INHERENTS_RESULT = struct(
    "sp_inherents::CheckInherentsResult",
    CheckInherentsResult,
    fields(("okay", BOOL), ("fatal_error", BOOL), ("errors", INHERENT_DATA)),
)
