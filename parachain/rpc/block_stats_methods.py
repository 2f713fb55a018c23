"""dev_getBlockStats: how large a block is, and the proof of the state that its execution reads.

Source: polkadot-sdk stable2409, substrate/client/rpc/src/dev. The one method of dev_* that every
chain has; the others are in `dev_methods`.
"""

from collections.abc import Sequence
from typing import Final

from parachain.client.chain.chain import Chain
from parachain.client.crypto.hashing import blake2_256
from parachain.client.executor.executor import RuntimePanic
from parachain.client.state import UnknownState
from parachain.primitives.body import encode_body
from parachain.primitives.digest import Seal
from parachain.primitives.header import HEADER
from parachain.primitives.scale import BYTES, vec
from parachain.primitives.trie import MissingTrieNode, ProofNodes, encode_compact_proof
from parachain.rpc.jsonrpc import RpcError
from parachain.rpc.methods import Namespace, blocking
from parachain.rpc.params import param, params
from parachain.rpc.parsers import HASH

EXECUTION_FAILED: Final = 6003

_PROOF: Final = vec(BYTES)


def block_stats_methods(chain: Chain) -> Namespace:
    """Return `dev_getBlockStats`."""

    def block_stats(block_hash: bytes) -> object:
        block = chain.block(block_hash)
        parent = None if block is None else chain.header(block.header.parent_hash)
        if block is None or parent is None:
            return None
        unsealed = tuple(item for item in block.header.digest if not isinstance(item, Seal))
        header = HEADER.encode(block.header._replace(digest=unsealed))
        encoded = header + encode_body(block.extrinsics)
        try:
            ext = chain.overlay(block.header.parent_hash, record=True)
            chain.executor.call(ext, "Core_execute_block", encoded)
            witness = ext.proof()
        except (UnknownState, MissingTrieNode):
            return None  # pruned
        except RuntimePanic as panic:
            text = "Failed to re-execute the specified block"
            raise RpcError(EXECUTION_FAILED, text, str(panic)) from None
        compact = encode_compact_proof(parent.state_root, ProofNodes(witness, blake2_256).items)
        return {
            "witnessLen": _encoded_size(witness),
            "witnessCompactLen": _encoded_size(compact),
            "blockLen": len(encoded),
            "numExtrinsics": len(block.extrinsics),
        }

    return [
        blocking("dev_getBlockStats", block_stats, params(param("blockHash", HASH)), unsafe=True)
    ]


def _encoded_size(proof: Sequence[bytes]) -> int:
    return len(_PROOF.encode(tuple(proof)))
