"""Trie nodes in the database, decoded and cached. What is stored how long is up to `commit`."""

from typing import Final, Protocol

from parachain.client.database import KeyValueStore
from parachain.client.database.columns import STATE
from parachain.client.state.cache import GenerationCache
from parachain.primitives.trie import (
    MissingTrieNode,
    Node,
    NodeReader,
    StateChange,
    decode_node,
)

#: Decoded nodes and values kept in memory. A node takes about 0.5 KiB (leaf) to 1.5 KiB (full
#: branch), so this holds the upper levels and the active accounts of a large state.
DEFAULT_CACHE_BYTES: Final = 32 << 20

#: What CPython needs for a node without children, and for each reference to a child.
_NODE_BYTES: Final = 400
_REFERENCE_BYTES: Final = 75
_VALUE_BYTES: Final = 150


def _node_cost(node: Node) -> int:
    return (
        _NODE_BYTES
        + _REFERENCE_BYTES * node.bitmap.bit_count()
        + (0 if node.value is None else len(node.value))
    )


class RawReader(NodeReader, Protocol):
    """Nodes and values by hash, also as they are stored: what a proof is made of."""

    def raw(self, digest: bytes, /) -> bytes | None:
        """Return the bytes of a node or a detached value, or None."""


class NodeStore:
    """A RawReader over the STATE column. Safe to read from several threads."""

    def __init__(self, store: KeyValueStore, cache_bytes: int = DEFAULT_CACHE_BYTES) -> None:
        self._get = store.get
        self._nodes: GenerationCache[Node] = GenerationCache(cache_bytes * 3 // 4)
        self._values: GenerationCache[bytes] = GenerationCache(cache_bytes // 4)

    def node(self, digest: bytes) -> Node:
        """Return a decoded node. Raises MissingTrieNode, DecodeError or DatabaseError."""
        node = self._nodes.get(digest)
        if node is None:
            data = self._get(STATE + digest)
            if data is None:
                raise MissingTrieNode(digest)
            node = decode_node(data)
            self._nodes.put(digest, node, _node_cost(node))
        return node

    def value(self, digest: bytes) -> bytes:
        """Return a detached value. Raises MissingTrieNode or DatabaseError."""
        value = self._values.get(digest)
        if value is None:
            value = self._get(STATE + digest)
            if value is None:
                raise MissingTrieNode(digest)
            self._values.put(digest, value, _VALUE_BYTES + len(value))
        return value

    def raw(self, digest: bytes) -> bytes | None:
        """Return the stored bytes of a node or a detached value, past the cache."""
        return self._get(STATE + digest)

    def remember(self, change: StateChange) -> None:
        """Cache what a change brings, as the next block will read it."""
        for digest, _, node in change.nodes:
            self._nodes.put(digest, node, _node_cost(node))
        for digest, value in change.values:
            self._values.put(digest, value, _VALUE_BYTES + len(value))
