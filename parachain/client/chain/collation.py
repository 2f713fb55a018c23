"""What a collator makes of its blocks for the relay chain: block data with a storage proof.

A proof holds what validating the blocks reads: the authorities for the seal, all that execution
and the new state root touch. It is recorded by executing the blocks once more, so that it has
nothing of transactions that were tried and left out. Out of scope: compressing and sending it.
"""

from collections.abc import Iterable, Sequence

from parachain.client.chain import aura
from parachain.client.chain.block import Block
from parachain.client.crypto.hashing import blake2_256
from parachain.client.executor.executor import Executor
from parachain.client.state import NativeExt
from parachain.primitives.body import encode_body
from parachain.primitives.header import HEADER, Header
from parachain.primitives.parachain import BlockDataVersion, CandidateBlock, encode_block_data
from parachain.primitives.trie import ProofNodes, encode_compact_proof


def record_execution(executor: Executor, ext: NativeExt, block: Block) -> list[bytes]:
    """Return nodes and values of the parent's state that validating a block reads, in any order.

    `ext` is a fresh, recording overlay of the parent's state. Raises InvalidBlock for a block
    without seal, RuntimePanic for one that cannot be executed, and what reading the state raises.
    """
    unsealed, _ = aura.split_seal(block.header)
    executor.call(ext, "AuraApi_authorities", b"")
    encoded = HEADER.encode(unsealed) + encode_body(block.extrinsics)
    executor.call(ext, "Core_execute_block", encoded)
    ext.storage_root()
    return ext.proof()


def make_block_data(
    parent: Header,
    blocks: Sequence[Block],
    proof: Iterable[bytes],
    version: BlockDataVersion = BlockDataVersion.V1,
) -> bytes:
    """Encode a candidate: blocks that follow each other from `parent` on, and their proof.

    `proof` has what was recorded of all the blocks, repetitions allowed. What a block reads of
    the work of an earlier one is left out: validators have it from executing that one. Raises
    MissingTrieNode, DecodeError or ProofError if `proof` is none of the parent's state.
    """
    nodes = ProofNodes(proof, blake2_256).items
    return encode_block_data(
        version,
        [CandidateBlock(b.header, b.encoded_header, b.extrinsics) for b in blocks],
        encode_compact_proof(parent.state_root, nodes),
    )
