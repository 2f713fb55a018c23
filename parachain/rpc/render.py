"""Chain data in the JSON forms that Substrate's clients know. Pure.

Sources: polkadot-sdk stable2409, serde attributes of sp_runtime::generic, sp_version, sp_core and
sc_transaction_pool_api. Not here: errors (`client_errors`), and the forms of a single namespace.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from parachain.client.chain.block import Block
from parachain.client.pool.watchers import (
    Broadcast,
    Dropped,
    FinalityTimeout,
    Finalized,
    Future,
    InBlock,
    Invalid,
    Ready,
    Retracted,
    Status,
    Usurped,
)
from parachain.primitives.digest import DIGEST_ITEM
from parachain.primitives.header import Header
from parachain.primitives.runtime_version import RuntimeVersion

#: Headers kept rendered: each new one goes to many subscriptions and is then asked for.
RENDERED_HEADERS: Final = 64


def render_bytes(data: bytes) -> str:
    """Render bytes as `0x` and hex digits."""
    return "0x" + data.hex()


def render_optional(data: bytes | None) -> str | None:
    """Render bytes that may be absent, as null then."""
    return None if data is None else "0x" + data.hex()


def render_number(number: int) -> str:
    """Render a number as `0x` and hex digits without leading zeros."""
    return hex(number)


@lru_cache(RENDERED_HEADERS)
def render_header(header: Header) -> dict[str, object]:
    """Render a header. The dict is shared: do not change it."""
    return {
        "parentHash": render_bytes(header.parent_hash),
        "number": render_number(header.number),
        "stateRoot": render_bytes(header.state_root),
        "extrinsicsRoot": render_bytes(header.extrinsics_root),
        "digest": {"logs": [render_bytes(DIGEST_ITEM.encode(item)) for item in header.digest]},
    }


def render_signed_block(block: Block) -> dict[str, object]:
    """Render a block with the proofs of its finality; these are arrays of numbers."""
    justifications = block.justifications
    return {
        "block": {
            "header": render_header(block.header),
            "extrinsics": [render_bytes(extrinsic) for extrinsic in block.extrinsics],
        },
        "justifications": None
        if justifications is None
        else [[list(engine), list(proof)] for engine, proof in justifications],
    }


def render_runtime_version(version: RuntimeVersion) -> dict[str, object]:
    """Render a runtime version in the legacy form, where the APIs are pairs."""
    return {
        "specName": version.spec_name,
        "implName": version.impl_name,
        "authoringVersion": version.authoring_version,
        "specVersion": version.spec_version,
        "implVersion": version.impl_version,
        "apis": [[render_bytes(identifier), number] for identifier, number in version.apis],
        "transactionVersion": version.transaction_version,
        "stateVersion": version.state_version,
    }


def render_change_set(
    block_hash: bytes, changes: Iterable[tuple[bytes, bytes | None]]
) -> dict[str, object]:
    """Render values by key at a block (StorageChangeSet); None is a key without value."""
    return {
        "block": render_bytes(block_hash),
        "changes": [[render_bytes(key), render_optional(value)] for key, value in changes],
    }


def render_read_proof(block_hash: bytes, proof: Iterable[bytes]) -> dict[str, object]:
    """Render the nodes that prove values at a block (ReadProof)."""
    return {"at": render_bytes(block_hash), "proof": [render_bytes(node) for node in proof]}


def render_status(status: Status) -> str | dict[str, object]:
    """Render what became of a transaction (TransactionStatus, its first version)."""
    match status:
        case Future():
            return "future"
        case Ready():
            return "ready"
        case Broadcast(peers):
            return {"broadcast": list(peers)}
        case InBlock(block_hash, _):
            return {"inBlock": render_bytes(block_hash)}
        case Retracted(block_hash):
            return {"retracted": render_bytes(block_hash)}
        case FinalityTimeout(block_hash):
            return {"finalityTimeout": render_bytes(block_hash)}
        case Finalized(block_hash, _):
            return {"finalized": render_bytes(block_hash)}
        case Usurped(by):
            return {"usurped": render_bytes(by)}
        case Dropped():
            return "dropped"
        case Invalid():
            return "invalid"
