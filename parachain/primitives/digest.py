"""The digest of a header: what consensus engines put into it.

Source: polkadot-sdk, primitives/runtime/src/generic/digest.rs.
"""

from typing import NamedTuple, Tuple, Union

from parachain.primitives.scale import (
    BYTES,
    Codec,
    Composite,
    Field,
    enum,
    fields,
    fixed_bytes,
    variant,
    vec,
)

#: Four ASCII letters that name a consensus engine, such as b"aura".
CONSENSUS_ENGINE_ID = fixed_bytes(4).named("ConsensusEngineId")


class PreRuntime(NamedTuple):
    """What the author tells the runtime before execution, for example the slot."""

    engine: bytes
    data: bytes


class Consensus(NamedTuple):
    """What the runtime tells the consensus engine, for example new authorities."""

    engine: bytes
    data: bytes


class Seal(NamedTuple):
    """The author's signature over the header without it; the runtime never sees it."""

    engine: bytes
    data: bytes


class Other(NamedTuple):
    """Data of no engine."""

    data: bytes


class RuntimeEnvironmentUpdated(NamedTuple):
    """Tells light clients that the block changed the runtime code."""


DigestItem = Union[PreRuntime, Consensus, Seal, Other, RuntimeEnvironmentUpdated]

#: The items of one header, in order.
Digest = Tuple[DigestItem, ...]

_ENGINE_AND_DATA = fields(("0", CONSENSUS_ENGINE_ID), ("1", BYTES))

DIGEST_ITEM: Codec[DigestItem] = enum(
    "sp_runtime::generic::digest::DigestItem",
    variant(6, "PreRuntime", PreRuntime, _ENGINE_AND_DATA),
    variant(4, "Consensus", Consensus, _ENGINE_AND_DATA),
    variant(5, "Seal", Seal, _ENGINE_AND_DATA),
    variant(0, "Other", Other, fields(("0", BYTES))),
    variant(8, "RuntimeEnvironmentUpdated", RuntimeEnvironmentUpdated),
)

_LOGS = vec(DIGEST_ITEM)

#: In Rust a struct with the one field `logs`; its value here is the tuple of the items.
DIGEST: Codec[Digest] = _LOGS.described(
    Composite("sp_runtime::generic::digest::Digest", (Field("logs", _LOGS, "Vec<DigestItem>"),)),
    "Digest",
)
