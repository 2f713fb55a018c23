"""Where nodes come from, and looking things up in a trie. Reading only; see `mutable` for changes.

The root of a trie is given by its hash, or as a node already at hand. All walks are loops: the
depth of a trie is chosen by whoever chose its keys.
"""

from typing import Callable, Dict, Final, Iterator, List, Optional, Protocol, Tuple, Union

from parachain.primitives.scale.errors import DecodeError
from parachain.primitives.trie.errors import MissingTrieNode, ProofError
from parachain.primitives.trie.node import (
    EMPTY_ROOT,
    HASH_REFERENCE_SIZE,
    NIBBLE_VALUE,
    NIBBLES,
    Node,
    decode_node,
    encode_node,
)

Root = Union[bytes, Node]

#: A walk over nodes that somebody else chose may meet one node under many paths, 16 times as
#: often per level. 2**19 visits are more than a proof of 16 MiB can need (a node has 33 bytes or
#: more), and take a few seconds at worst.
MAX_VISITS: Final = 1 << 19


class NodeReader(Protocol):
    """Nodes and detached values by hash. Both methods raise MissingTrieNode or DecodeError."""

    def node(self, digest: bytes, /) -> Node:
        """Return the node with this hash; it must not be changed."""

    def value(self, digest: bytes, /) -> bytes:
        """Return the detached value with this hash."""


class RawNodes:
    """A reader over a function from hash to bytes, without a cache."""

    def __init__(self, get: Callable[[bytes], Optional[bytes]]) -> None:
        self._get = get

    def node(self, digest: bytes) -> Node:
        """Return the decoded node. Raises MissingTrieNode or DecodeError."""
        return decode_node(self.value(digest))

    def value(self, digest: bytes) -> bytes:
        """Return the bytes kept under the hash. Raises MissingTrieNode."""
        data = self._get(digest)
        if data is None:
            raise MissingTrieNode(digest)
        return data


class HeldNodes:
    """A reader over decoded nodes and values in memory, each by its hash."""

    def __init__(self) -> None:
        self.nodes: Dict[bytes, Node] = {}
        self.values: Dict[bytes, bytes] = {}

    def node(self, digest: bytes) -> Node:
        """Return the node with this hash. Raises MissingTrieNode."""
        node = self.nodes.get(digest)
        if node is None:
            raise MissingTrieNode(digest)
        return node

    def value(self, digest: bytes) -> bytes:
        """Return the detached value with this hash. Raises MissingTrieNode."""
        value = self.values.get(digest)
        if value is None:
            raise MissingTrieNode(digest)
        return value

    def encoded(self) -> Dict[bytes, bytes]:
        """Return the bytes of nodes and values by hash: a proof."""
        proof = {digest: encode_node(node) for digest, node in self.nodes.items()}
        proof.update(self.values)
        return proof


def load_child(nodes: NodeReader, reference: bytes) -> Node:
    """The node that a reference stands for."""
    if len(reference) == HASH_REFERENCE_SIZE:
        return nodes.node(reference[1:])
    return decode_node(reference[1:])


def load_root(nodes: NodeReader, root: Root) -> Optional[Node]:
    """The topmost node, or None for the empty trie."""
    if isinstance(root, Node):
        return root
    return None if root == EMPTY_ROOT else nodes.node(root)


def find_node(nodes: NodeReader, root: Root, key: bytes) -> Optional[Node]:
    """The node that holds the value of `key`, or None if there is no value."""
    node = load_root(nodes, root)
    path = key.hex()
    size = len(path)
    read = nodes.node
    pos = 0
    while node is not None:
        partial = node.partial
        if not path.startswith(partial, pos):
            return None
        pos += len(partial)
        if pos == size:
            return None if node.value is None else node
        place = NIBBLE_VALUE[path[pos]]
        pos += 1
        if node.uniform:  # as `child` does, without a call and without cutting twice
            bitmap = node.bitmap
            if not bitmap >> place & 1:
                return None
            at = (bitmap & (1 << place) - 1).bit_count() * HASH_REFERENCE_SIZE
            node = read(node.references[at + 1 : at + HASH_REFERENCE_SIZE])
        else:
            child = node.child(place)
            node = load_child(nodes, child) if isinstance(child, bytes) else child
    return None


def value_of(nodes: NodeReader, node: Node) -> bytes:
    """The value of a node that has one."""
    assert node.value is not None
    return nodes.value(node.value) if node.hashed else node.value


def get_value(nodes: NodeReader, root: Root, key: bytes) -> Optional[bytes]:
    """Value at `key`, or None. Raises MissingTrieNode or DecodeError."""
    node = find_node(nodes, root, key)
    return None if node is None else value_of(nodes, node)


def iterate(
    nodes: NodeReader,
    root: Root,
    prefix: bytes = b"",
    after: Optional[bytes] = None,
    *,
    partial: bool = False,
    max_visits: Optional[int] = None,
) -> Iterator[Tuple[bytes, Node]]:
    """Keys that start with `prefix` and are greater than `after`, in order, with their nodes.

    `partial` passes over what the reader does not have, as a proof may leave subtrees out.
    Raises MissingTrieNode, DecodeError, and ProofError after more than `max_visits` nodes.
    """
    wanted = prefix.hex()
    bound = "" if after is None else after.hex()
    visits = 0
    pending: List[Tuple[str, Root]] = [("", root)]
    while pending:
        path, where = pending.pop()
        visits += 1
        if max_visits is not None and visits > max_visits:
            raise ProofError("more than %d trie nodes to walk over" % max_visits)
        try:
            node = load_root(nodes, root) if where is root else _load(nodes, where)
        except MissingTrieNode:
            if not partial:
                raise
            continue
        if node is None:
            return
        path += node.partial
        inside = path.startswith(wanted)
        if (not inside and not wanted.startswith(path)) or (
            path < bound and not bound.startswith(path)
        ):
            continue
        if node.bitmap:
            _push_children(pending, node, path, "" if inside else wanted, bound)
        if node.value is not None and inside and (path > bound or after is None):
            if len(path) & 1:
                raise DecodeError("trie node: a value after %d nibbles" % len(path))
            yield bytes.fromhex(path), node


def _load(nodes: NodeReader, where: Root) -> Node:
    return where if isinstance(where, Node) else load_child(nodes, where)


def _push_children(
    pending: List[Tuple[str, Root]], node: Node, path: str, wanted: str, bound: str
) -> None:
    """Put the children that can lead to wanted keys on top, the first of them topmost."""
    children = node.children()
    size = len(path)
    first, last = 0, 15
    if len(wanted) > size:
        first = last = NIBBLE_VALUE[wanted[size]]
    if len(bound) > size and bound.startswith(path):
        first = max(first, NIBBLE_VALUE[bound[size]])
    for place in range(last, first - 1, -1):
        child = children[place]
        if child is not None:
            pending.append((path + NIBBLES[place], child))


def next_key(nodes: NodeReader, root: Root, key: bytes) -> Optional[bytes]:
    """The first key after `key`, which need not exist itself."""
    for following, _ in iterate(nodes, root, after=key):
        return following
    return None


def closest_descendant_merkle_value(nodes: NodeReader, root: bytes, key: bytes) -> Optional[bytes]:
    """Merkle value of the topmost node at or below `key`, or None if nothing is there.

    That is the hash of the node, or its bytes if they are fewer than 32; always the hash for the
    root. Source: JSON-RPC specification, `chainHead_v1_storage`.
    """
    node = load_root(nodes, root)
    wanted = key.hex()
    merkle_value = root
    pos = 0
    while node is not None:
        if node.partial.startswith(wanted[pos:]):
            return merkle_value
        if not wanted.startswith(node.partial, pos):
            return None
        pos += len(node.partial)
        reference = node.child(NIBBLE_VALUE[wanted[pos]])
        if not isinstance(reference, bytes):
            return None
        pos += 1
        merkle_value = reference[1:]
        node = load_child(nodes, reference)
    return None
