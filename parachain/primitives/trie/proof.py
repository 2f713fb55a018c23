"""Storage proofs as lists of nodes: what a reader touched, and reading from nothing else.

A proof is the bytes of nodes and detached values, without their hashes and in no required order.
Whoever reads from it hashes each item, so an altered item is one that nobody asks for and a
missing one. Compact proofs are in `compact_proof`.
"""

from typing import Callable, Dict, Iterable, List, Optional

from parachain.primitives.trie.errors import MissingTrieNode, ProofError
from parachain.primitives.trie.node import HashFunction, Node, decode_node
from parachain.primitives.trie.reader import NodeReader, RawNodes, get_value


class Recorder:
    """A NodeReader that remembers what was read through it. `get` gives the bytes of a hash."""

    def __init__(self, nodes: NodeReader, get: Callable[[bytes], Optional[bytes]]) -> None:
        self._nodes = nodes
        self._get = get
        self._touched: Dict[bytes, None] = {}

    def node(self, digest: bytes) -> Node:
        """Return a node and remember it."""
        node = self._nodes.node(digest)
        self._touched[digest] = None
        return node

    def value(self, digest: bytes) -> bytes:
        """Return a detached value and remember it."""
        value = self._nodes.value(digest)
        self._touched[digest] = None
        return value

    def proof(self) -> List[bytes]:
        """What was read so far, once each, in the order of first reading."""
        found = []
        for digest in self._touched:
            data = self._get(digest)
            if data is None:
                raise MissingTrieNode(digest)
            found.append(data)
        return found


class ProofNodes:
    """A NodeReader over the nodes and values of a proof."""

    def __init__(self, proof: Iterable[bytes], hash_function: HashFunction) -> None:
        self.items: Dict[bytes, bytes] = {hash_function(item): item for item in proof}
        self._decoded: Dict[bytes, Node] = {}
        self._used: Dict[bytes, None] = {}

    def node(self, digest: bytes) -> Node:
        """Return a decoded node. Raises MissingTrieNode or DecodeError."""
        node = self._decoded.get(digest)
        if node is None:
            node = self._decoded[digest] = decode_node(self.value(digest))
        return node

    def value(self, digest: bytes) -> bytes:
        """Return the item with this hash. Raises MissingTrieNode."""
        data = self.items.get(digest)
        if data is None:
            raise MissingTrieNode(digest)
        self._used[digest] = None
        return data

    def raw(self, digest: bytes) -> Optional[bytes]:
        """Return the item with this hash, or None."""
        return self.items.get(digest)

    def unused(self) -> int:
        """How many items nobody asked for."""
        return len(self.items) - len(self._used)


def create_proof(
    root: bytes, keys: Iterable[bytes], get: Callable[[bytes], Optional[bytes]]
) -> List[bytes]:
    """Nodes and values from which the value, or the absence, of each key can be read.

    `get` gives the bytes of a hash. Raises MissingTrieNode or DecodeError.
    """
    recorder = Recorder(RawNodes(get), get)
    for key in keys:
        get_value(recorder, root, key)
    return recorder.proof()


def read_proof(
    root: bytes,
    keys: Iterable[bytes],
    proof: Iterable[bytes],
    hash_function: HashFunction,
    *,
    exact: bool = False,
) -> Dict[bytes, Optional[bytes]]:
    """Values of `keys` in the trie with hash `root`, None for those proven absent.

    Raises MissingTrieNode if the proof does not say, DecodeError on a malformed node, and with
    `exact` ProofError if it holds an item twice or one that these keys do not need.
    """
    items = list(proof)
    nodes = ProofNodes(items, hash_function)
    values = {key: get_value(nodes, root, key) for key in keys}
    if exact and len(items) != len(nodes.items):
        raise ProofError("%d items of the proof repeat others" % (len(items) - len(nodes.items)))
    if exact and nodes.unused():
        raise ProofError("%d items of the proof are not needed" % nodes.unused())
    return values
