"""Substrate's base-16 Merkle-Patricia trie: nodes, roots, changes, proofs.

    node           the byte form of a node, layouts V0 and V1
    reader         look-ups and iteration over nodes that come from anywhere
    root           the root of given keys and values, in one pass
    mutable        a trie that can be changed, sharing what is not
    difference     where two tries differ
    proof          proofs as lists of nodes
    compact_proof  proofs without the hashes that can be computed
    state          a main trie with child tries

Pure: hashing is a function argument. Out of scope: where nodes are kept and for how long
(`parachain.client.state`), and which keys the state has (`parachain.runtime`).
"""

from parachain.primitives.trie.compact_proof import (
    CHILD_STORAGE_PREFIX,
    decode_compact_proof,
    encode_compact_proof,
)
from parachain.primitives.trie.difference import Difference, differences
from parachain.primitives.trie.errors import MissingTrieNode, ProofError, TrieError
from parachain.primitives.trie.mutable import InsertedNode, MutableTrie, TrieCommit, build_trie
from parachain.primitives.trie.node import (
    EMPTY_NODE,
    EMPTY_ROOT,
    MAX_INLINE_VALUE,
    HashFunction,
    Node,
    decode_node,
    encode_node,
)
from parachain.primitives.trie.proof import ProofNodes, Recorder, create_proof, read_proof
from parachain.primitives.trie.reader import (
    HeldNodes,
    NodeReader,
    RawNodes,
    closest_descendant_merkle_value,
    find_node,
    get_value,
    iterate,
    next_key,
    value_of,
)
from parachain.primitives.trie.root import ordered_root, trie_root
from parachain.primitives.trie.state import (
    Changes,
    StateChange,
    change_state,
    change_trie,
    child_root,
)

__all__ = [
    "CHILD_STORAGE_PREFIX",
    "EMPTY_NODE",
    "EMPTY_ROOT",
    "MAX_INLINE_VALUE",
    "Changes",
    "Difference",
    "HashFunction",
    "HeldNodes",
    "InsertedNode",
    "MissingTrieNode",
    "MutableTrie",
    "Node",
    "NodeReader",
    "ProofError",
    "ProofNodes",
    "RawNodes",
    "Recorder",
    "StateChange",
    "TrieCommit",
    "TrieError",
    "build_trie",
    "change_state",
    "change_trie",
    "child_root",
    "closest_descendant_merkle_value",
    "create_proof",
    "decode_compact_proof",
    "decode_node",
    "differences",
    "encode_compact_proof",
    "encode_node",
    "find_node",
    "get_value",
    "iterate",
    "next_key",
    "ordered_root",
    "read_proof",
    "trie_root",
    "value_of",
]
