"""Trie nodes in the database, decoded and cached. What is stored how long is up to `commit`."""

from typing import Final, Protocol

from parachain.client.database import KeyValueStore
from parachain.client.database.columns import STATE
from parachain.client.state.cache import GenerationCache
from parachain.primitives.scale import DecodeError
from parachain.primitives.trie import (
    MissingTrieNode,
    Node,
    NodeReader,
    StateChange,
    TrieError,
    decode_node,
)

#: Decoded nodes and values kept in memory. A node takes about 0.5 KiB (leaf) to 1 KiB (full
#: branch): room for the branches of 10^6 accounts, or for those of 10^5 with all their leaves.
DEFAULT_CACHE_BYTES: Final = 128 << 20

#: What CPython needs for a node besides its value and references, and for a value: the objects,
#: and their places in the dictionary.
_NODE_BYTES: Final = 420
_VALUE_BYTES: Final = 180


def _node_cost(node: Node) -> int:
    size = _NODE_BYTES + len(node.references)
    return size if node.value is None else size + len(node.value)


def _value_cost(value: bytes) -> int:
    return _VALUE_BYTES + len(value)


class RawReader(NodeReader, Protocol):
    """Nodes and values by hash, also as they are stored: what a proof is made of."""

    def raw(self, digest: bytes, /) -> bytes | None:
        """Return the bytes of a node or a detached value, or None."""


class NodeStore:
    """A RawReader over the STATE column. Safe to read from several threads.

    `node` and `value` raise MissingTrieNode, TrieError for damage, or DatabaseError.
    """

    def __init__(self, store: KeyValueStore, cache_bytes: int = DEFAULT_CACHE_BYTES) -> None:
        self._get = store.get
        self._nodes = GenerationCache(cache_bytes * 3 // 4, _node_cost, self._load_node)
        self._values = GenerationCache(cache_bytes // 4, _value_cost, self._load_value)
        self.node = self._nodes.get
        self.value = self._values.get

    def _load_value(self, digest: bytes) -> bytes:
        data = self._get(STATE + digest)
        if data is None:
            raise MissingTrieNode(digest)
        return data

    def _load_node(self, digest: bytes) -> Node:
        data = self._get(STATE + digest)
        if data is None:
            raise MissingTrieNode(digest)
        try:
            return decode_node(data)
        except DecodeError as error:
            raise TrieError(f"trie node 0x{digest.hex()} is damaged: {error}") from error

    def raw(self, digest: bytes) -> bytes | None:
        """Return the stored bytes of a node or a detached value, past the cache."""
        return self._get(STATE + digest)

    def remember(self, change: StateChange) -> None:
        """Cache what a change brings, as the next block will read it."""
        for digest, _, node in change.nodes:
            self._nodes.put(digest, node)
        for digest, value in change.values:
            self._values.put(digest, value)
