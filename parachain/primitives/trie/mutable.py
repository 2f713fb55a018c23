"""A trie that can be changed, over nodes that cannot.

Opening a stored node copies it into a draft; what is not touched stays shared with every other
version of the trie. `commit` encodes the drafts, children first, and says which nodes and values
came and which went, each as often as it occurs: exactly what reference counting needs.

Deleting restores the canonical form: a branch left with one child and no value joins it.
"""

from itertools import islice
from typing import Dict, Final, Iterator, List, Mapping, NamedTuple, Optional, Tuple, Union

from parachain.primitives.trie.node import (
    EMPTY_ROOT,
    HASH_PREFIX,
    HASH_REFERENCE_SIZE,
    HASH_SIZE,
    MAX_INLINE_VALUE,
    NIBBLE_VALUE,
    NIBBLES,
    Child,
    HashFunction,
    Node,
    encode_node,
)
from parachain.primitives.trie.reader import (
    NodeReader,
    RawNodes,
    find_node,
    get_value,
    iterate,
    load_child,
    next_key,
)

#: Keys that `clear_prefix` collects before it deletes them: bounds its memory.
_CLEAR_CHUNK: Final = 1024

#: The places of every leaf.
_NO_CHILDREN: Final = (None,) * 16


class InsertedNode(NamedTuple):
    """A node that the stored trie did not have at its place."""

    digest: bytes
    encoded: bytes
    node: Node


class TrieCommit(NamedTuple):
    """A new root and what has to be stored for it. Nodes and values may repeat.

    `values` are pairs of hash and detached value. `removed` are hashes of nodes and values which
    the former root reaches at a place where the new one does not.
    """

    root: bytes
    nodes: List[InsertedNode]
    values: List[Tuple[bytes, bytes]]
    removed: List[bytes]


class Draft(Node):
    """A node that its trie alone holds and may change, its children in a list of 16 places.

    A child is a reference, another draft, or None. `origin` is the reference to the node that
    this one was copied from and will replace.
    """

    __slots__ = ("origin", "places")

    def __init__(
        self,
        partial: str,
        value: Optional[bytes],
        hashed: bool,
        bitmap: int = 0,
        places: Optional[List[Child]] = None,
        origin: Optional[bytes] = None,
    ) -> None:
        self.partial = partial
        self.value = value
        self.hashed = hashed
        self.bitmap = bitmap
        self.places: List[Child] = places or _NO_CHILDREN  # type: ignore[assignment]  # not written
        self.origin = origin

    def child(self, place: int) -> Child:
        """Return a child, or None."""
        return self.places[place]

    def children(self) -> List[Child]:
        """Return the list of children itself."""
        return self.places

    def frozen(self) -> Node:
        """Return the node that this is when all children are references."""
        if not self.bitmap:
            return Node(self.partial, self.value, self.hashed)
        references = b"".join(filter(None, self.places))  # type: ignore[arg-type]  # no drafts
        return Node(self.partial, self.value, self.hashed, self.bitmap, references)


class MutableTrie:
    """The trie with hash `root`, and the changes made to it since the last commit.

    `version` is the layout of values written, 0 or 1. All methods may raise MissingTrieNode or
    DecodeError; the trie must then be thrown away.
    """

    def __init__(
        self,
        nodes: NodeReader,
        root: bytes,
        version: int,
        hash_function: HashFunction,
    ) -> None:
        self._nodes = nodes
        self._root: Union[bytes, Draft] = root
        self._detach_over = MAX_INLINE_VALUE if version == 1 else 1 << 62
        self._hash_function = hash_function
        self._fresh: Dict[bytes, bytes] = {}
        self._values: List[Tuple[bytes, bytes]] = []
        self._removed: List[bytes] = []

    def node(self, digest: bytes) -> Node:
        """Return a stored node: the trie is itself a NodeReader."""
        return self._nodes.node(digest)

    def value(self, digest: bytes) -> bytes:
        """Return a detached value, one written since the last commit included."""
        fresh = self._fresh.get(digest)
        return self._nodes.value(digest) if fresh is None else fresh

    def get(self, key: bytes) -> Optional[bytes]:
        """Value at `key`, or None."""
        return get_value(self, self._root, key)

    def next_key(self, key: bytes) -> Optional[bytes]:
        """Return the first key after `key`."""
        return next_key(self, self._root, key)

    def keys(self, prefix: bytes = b"") -> Iterator[bytes]:
        """Keys under `prefix` in order. Do not change the trie while iterating."""
        return (key for key, _ in iterate(self, self._root, prefix))

    def insert(self, key: bytes, value: bytes) -> None:
        """Set the value at `key`."""
        path = key.hex()
        hashed = len(value) > self._detach_over
        stored = self._hash_function(value) if hashed else value
        node = self._open_root()
        if node is None:
            self._root = Draft(path, stored, hashed)
        else:
            holder = self._descend(node, path, stored, hashed)
            if holder is not None:  # `key` had a value, or its node had to be split
                if holder.value == stored and holder.hashed == hashed:
                    return
                self._drop_value(holder)
                holder.value = stored
                holder.hashed = hashed
        if hashed:
            self._fresh[stored] = value
            self._values.append((stored, value))

    def _descend(self, node: Draft, path: str, stored: bytes, hashed: bool) -> Optional[Draft]:
        """The node at `path` if there is one or comes to be by a split, else None: a new leaf."""
        size = len(path)
        pos = 0
        while True:
            partial = node.partial
            if not path.startswith(partial, pos):
                return _split(node, path[pos:], stored, hashed)
            pos += len(partial)
            if pos == size:
                return node
            place = NIBBLE_VALUE[path[pos]]
            pos += 1
            if not node.bitmap:
                node.places = [None] * 16
            children = node.places
            child = children[place]
            if child is None:
                children[place] = Draft(path[pos:], stored, hashed)
                node.bitmap |= 1 << place
                return None
            if child.__class__ is bytes:
                child = children[place] = self._open(child)
            node = child  # type: ignore[assignment]  # not None, not bytes: a draft

    def delete(self, key: bytes) -> bool:
        """Remove `key`; False if it had no value."""
        if find_node(self, self._root, key) is None:
            return False
        node = self._open_root()
        assert node is not None
        path = key.hex()
        trail: List[Tuple[Draft, int]] = []
        pos = len(node.partial)
        while pos < len(path):
            place = NIBBLE_VALUE[path[pos]]
            child = node.places[place]
            if not isinstance(child, Draft):
                assert isinstance(child, bytes)
                child = node.places[place] = self._open(child)
            trail.append((node, place))
            node = child
            pos += 1 + len(node.partial)
        self._drop_value(node)
        node.value = None
        node.hashed = False
        self._restore_form(node, trail)
        return True

    def clear_prefix(self, prefix: bytes) -> int:
        """Remove all keys under `prefix`; how many there were."""
        removed = 0
        while True:
            chunk = list(islice(self.keys(prefix), _CLEAR_CHUNK))
            for key in chunk:
                self.delete(key)
            removed += len(chunk)
            if len(chunk) < _CLEAR_CHUNK:
                return removed

    def commit(self) -> TrieCommit:
        """Encode and hash what changed; the trie then continues from the new root."""
        nodes: List[InsertedNode] = []
        if isinstance(self._root, Draft):
            self._root = self._encode(self._root, nodes)
        result = TrieCommit(self._root, nodes, self._values, self._removed)
        self._fresh = {}
        self._values = []
        self._removed = []
        return result

    def _encode(self, root: Draft, nodes: List[InsertedNode]) -> bytes:
        drafts: List[Tuple[Draft, List[Child], int]] = []
        todo = [root]
        for node in todo:  # grows while it is walked: parents before their children
            if node.bitmap:
                for place, child in enumerate(node.places):
                    if child.__class__ is Draft:
                        drafts.append((child, node.places, place))
                        todo.append(child)
        hash_function = self._hash_function
        for node, siblings, place in reversed(drafts):
            frozen = node.frozen()
            encoded = encode_node(frozen)
            if len(encoded) < HASH_SIZE:
                reference = bytes((len(encoded) << 2,)) + encoded
                if node.origin != reference:
                    self._drop_origin(node)
            else:
                digest = hash_function(encoded)
                reference = HASH_PREFIX + digest
                if node.origin != reference:
                    self._drop_origin(node)
                    nodes.append(InsertedNode(digest, encoded, frozen))
            siblings[place] = reference
        frozen = root.frozen()
        encoded = encode_node(frozen)
        digest = hash_function(encoded)
        if root.origin != HASH_PREFIX + digest:
            self._drop_origin(root)
            nodes.append(InsertedNode(digest, encoded, frozen))
        return digest

    def _open_root(self) -> Optional[Draft]:
        if isinstance(self._root, Draft):
            return self._root
        if self._root == EMPTY_ROOT:
            return None
        self._root = self._open(HASH_PREFIX + self._root)
        return self._root

    def _open(self, reference: bytes) -> Draft:
        node = load_child(self._nodes, reference)
        places = node.children() if node.bitmap else None
        return Draft(node.partial, node.value, node.hashed, node.bitmap, places, reference)

    def _drop_value(self, node: Draft) -> None:
        if node.hashed:
            assert node.value is not None
            self._removed.append(node.value)

    def _drop_origin(self, node: Draft) -> None:
        origin = node.origin
        if origin is not None and len(origin) == HASH_REFERENCE_SIZE:
            self._removed.append(origin[1:])

    def _restore_form(self, node: Draft, trail: List[Tuple[Draft, int]]) -> None:
        """Remove a node left with nothing, join a branch left with a single child."""
        while not node.bitmap and node.value is None:
            self._drop_origin(node)
            if not trail:
                self._root = EMPTY_ROOT
                return
            node, place = trail.pop()
            node.places[place] = None
            node.bitmap &= ~(1 << place)
        if node.bitmap and node.value is None and node.bitmap & (node.bitmap - 1) == 0:
            place = node.bitmap.bit_length() - 1
            child = node.places[place]
            if not isinstance(child, Draft):
                assert isinstance(child, bytes)
                child = self._open(child)
            self._drop_origin(child)
            node.partial += NIBBLES[place] + child.partial
            node.value = child.value
            node.hashed = child.hashed
            node.bitmap = child.bitmap
            node.places = child.places


def _split(node: Draft, path: str, stored: bytes, hashed: bool) -> Optional[Draft]:
    """Cut `node` where `path` leaves it; the node itself becomes the upper part.

    Returns it if `path` ends there, so that it holds the value; else None, with a new leaf.
    """
    partial = node.partial
    shared = 0
    for left, right in zip(partial, path, strict=False):
        if left != right:
            break
        shared += 1
    lower = Draft(partial[shared + 1 :], node.value, node.hashed, node.bitmap, node.places)
    place = NIBBLE_VALUE[partial[shared]]
    places: List[Child] = [None] * 16
    places[place] = lower
    node.partial = partial[:shared]
    node.value = None
    node.hashed = False
    node.bitmap = 1 << place
    node.places = places
    if shared == len(path):
        return node
    place = NIBBLE_VALUE[path[shared]]
    places[place] = Draft(path[shared + 1 :], stored, hashed)
    node.bitmap |= 1 << place
    return None


def _no_nodes(_digest: bytes) -> Optional[bytes]:
    return None


def build_trie(
    pairs: Mapping[bytes, bytes], version: int, hash_function: HashFunction
) -> TrieCommit:
    """All nodes and values of the trie holding `pairs`: genesis states, tests."""
    trie = MutableTrie(RawNodes(_no_nodes), EMPTY_ROOT, version, hash_function)
    for key in sorted(pairs):
        trie.insert(key, pairs[key])
    return trie.commit()
