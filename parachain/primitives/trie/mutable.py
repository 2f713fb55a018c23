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
    """A node that its trie alone holds and may change. Only what differs from `base` is kept.

    `base` is the stored node that this one was copied from, and `origin` the reference to it, or
    None. `changed` has the children that are not as in `base`, drafts until they are committed
    and references then. `bitmap` alone says which children there are.
    """

    __slots__ = ("base", "changed", "origin")

    def __init__(
        self,
        partial: str,
        value: Optional[bytes],
        hashed: bool,
        base: Optional[Node] = None,
        origin: Optional[bytes] = None,
    ) -> None:
        self.partial = partial
        self.value = value
        self.hashed = hashed
        self.bitmap = 0 if base is None else base.bitmap
        self.uniform = False
        self.base = base
        self.changed: Dict[int, Union[bytes, Draft]] = {}
        self.origin = origin

    def child(self, place: int) -> Child:
        """Return the child at one of the 16 places, or None."""
        child = self.changed.get(place)
        if child is not None or not self.bitmap >> place & 1:
            return child
        assert self.base is not None
        return self.base.child(place)

    def children(self) -> List[Child]:
        """Return the children in a list of 16 places."""
        return [self.child(place) for place in range(16)]

    def set_child(self, place: int, child: "Draft") -> None:
        """Put a child in one of the 16 places."""
        self.changed[place] = child
        self.bitmap |= 1 << place

    def remove_child(self, place: int) -> None:
        """Empty one of the 16 places."""
        self.changed.pop(place, None)
        self.bitmap &= ~(1 << place)

    def take_children(self, other: "Draft") -> None:
        """Have the children that `other` has."""
        self.base = other.base
        self.changed = other.changed
        self.bitmap = other.bitmap

    def frozen(self) -> Node:
        """Return the node that this is when all children are references."""
        bitmap = self.bitmap
        if not bitmap:
            return Node(self.partial, self.value, self.hashed)
        base = self.base
        if base is not None and base.uniform and base.bitmap == bitmap:
            references = base.references
            for place, reference in self.changed.items():
                assert isinstance(reference, bytes)
                if len(reference) != HASH_REFERENCE_SIZE:
                    break
                at = (bitmap & (1 << place) - 1).bit_count() * HASH_REFERENCE_SIZE
                references = references[:at] + reference + references[at + HASH_REFERENCE_SIZE :]
            else:
                return Node(self.partial, self.value, self.hashed, bitmap, references)
        joined = b"".join(filter(None, self.children()))  # type: ignore[arg-type]  # no drafts
        return Node(self.partial, self.value, self.hashed, bitmap, joined)


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
            child = node.child(place)
            if child is None:
                node.set_child(place, Draft(path[pos:], stored, hashed))
                return None
            node = self._open_child(node, place, child)

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
            trail.append((node, place))
            node = self._open_child(node, place, node.child(place))
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
        drafts: List[Tuple[Draft, Draft, int]] = []
        todo = [root]
        for parent in todo:  # grows while it is walked: parents before their children
            for place, child in parent.changed.items():
                if child.__class__ is Draft:
                    drafts.append((child, parent, place))
                    todo.append(child)
        hash_function = self._hash_function
        for node, parent, place in reversed(drafts):
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
            parent.changed[place] = reference
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
        return Draft(node.partial, node.value, node.hashed, node, reference)

    def _open_child(self, parent: Draft, place: int, child: Child) -> Draft:
        """The child that `parent` has at `place`, as a draft."""
        if isinstance(child, Draft):
            return child
        assert isinstance(child, bytes)
        draft = parent.changed[place] = self._open(child)
        return draft

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
            node.remove_child(place)
        if node.bitmap and node.value is None and node.bitmap & (node.bitmap - 1) == 0:
            place = node.bitmap.bit_length() - 1
            child = self._open_child(node, place, node.child(place))
            self._drop_origin(child)
            node.partial += NIBBLES[place] + child.partial
            node.value = child.value
            node.hashed = child.hashed
            node.take_children(child)


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
    lower = Draft(partial[shared + 1 :], node.value, node.hashed)
    lower.take_children(node)
    node.partial = partial[:shared]
    node.value = None
    node.hashed = False
    node.base = None
    node.changed = {}
    node.bitmap = 0
    node.set_child(NIBBLE_VALUE[partial[shared]], lower)
    if shared == len(path):
        return node
    node.set_child(NIBBLE_VALUE[path[shared]], Draft(path[shared + 1 :], stored, hashed))
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
