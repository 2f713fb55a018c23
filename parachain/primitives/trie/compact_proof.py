"""Compact proofs: the nodes of a proof without the hashes that can be computed from the rest.

A list in pre-order. A child that is in the proof is replaced by an inline child of no bytes and
follows later in the list; other references stay. A node whose detached value is in the proof gets
the byte 0x01 in front and an empty inline value, and the value is the next item. The main trie
comes first, then each child trie in the order in which its root appears in the main trie, if the
proof has any node of it.

Source: paritytech/trie `trie-db/src/trie_codec.rs`, polkadot-sdk
`substrate/primitives/trie/src/trie_codec.rs`.
"""

from itertools import chain
from typing import Final, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Tuple, Union

from parachain.primitives.trie.errors import MissingTrieNode, ProofError
from parachain.primitives.trie.node import (
    EMPTY_NODE,
    HASH_PREFIX,
    HASH_REFERENCE_SIZE,
    HASH_SIZE,
    OMITTED_CHILD,
    Child,
    HashFunction,
    Node,
    decode_node,
    encode_node,
)
from parachain.primitives.trie.reader import (
    MAX_VISITS,
    HeldNodes,
    NodeReader,
    RawNodes,
    iterate,
    value_of,
)

#: Keys of the main trie under which roots of child tries are kept, as 32-byte values.
CHILD_STORAGE_PREFIX: Final = b":child_storage:default:"

#: In front of a node whose value is the next item.
_DETACHED_VALUE: Final = b"\x01"


def _child_roots(reader: NodeReader, root: bytes) -> List[bytes]:
    """Roots of child tries that the nodes show, in key order. Raises ProofError."""
    found: List[bytes] = []
    for key, node in iterate(
        reader, root, CHILD_STORAGE_PREFIX, partial=True, max_visits=MAX_VISITS
    ):
        try:
            value = value_of(reader, node)
        except MissingTrieNode:
            continue
        if len(value) != HASH_SIZE:
            raise ProofError("child trie %r has a root of %d bytes" % (key, len(value)))
        found.append(value)
    return found


def _encode_trie(nodes: Mapping[bytes, bytes], root: bytes, items: List[bytes]) -> None:
    pending = [root]
    while pending:
        digest = pending.pop()
        encoded = nodes[digest]
        if encoded == EMPTY_NODE:
            items.append(encoded)
            continue
        if len(items) > MAX_VISITS:
            raise ProofError("a compact proof of more than %d items" % MAX_VISITS)
        node = decode_node(encoded)
        present: List[bytes] = []
        references: List[bytes] = []
        for child in node.children():
            if isinstance(child, bytes):
                omitted = len(child) == HASH_REFERENCE_SIZE and child[1:] in nodes
                references.append(OMITTED_CHILD if omitted else child)
                if omitted:
                    present.append(child[1:])
        pending.extend(reversed(present))
        joined = b"".join(references)
        detached = nodes.get(node.value) if node.hashed and node.value is not None else None
        if detached is not None:
            stripped = Node(node.partial, b"", False, node.bitmap, joined)
            items.append(_DETACHED_VALUE + encode_node(stripped))
            items.append(detached)
        else:
            items.append(
                encode_node(Node(node.partial, node.value, node.hashed, node.bitmap, joined))
            )


def encode_compact_proof(root: bytes, nodes: Mapping[bytes, bytes]) -> List[bytes]:
    """The compact form of a proof given as bytes by hash, for the main trie with hash `root`.

    Raises MissingTrieNode if not even the root is there, DecodeError on a malformed node, and
    ProofError on a child trie whose root is not a hash.
    """
    if root not in nodes:
        raise MissingTrieNode(root)
    items: List[bytes] = []
    _encode_trie(nodes, root, items)
    if nodes[root] != EMPTY_NODE:
        for child_root in _child_roots(RawNodes(nodes.get), root):
            if child_root in nodes:
                _encode_trie(nodes, child_root, items)
    return items


class _Unfinished(NamedTuple):
    """A node some of whose children are still to come, the next of them last in `missing`.

    `head` is the encoding up to the references to children, or None if it is not as in the item.
    """

    node: Node
    head: Optional[bytes]
    children: List[Child]
    missing: List[int]

    def complete(self, hash_function: HashFunction, held: HeldNodes) -> bytes:
        """Keep the node, whose children are all known now; return its hash."""
        partial, value = self.node.partial, self.node.value
        references = b"".join(child for child in self.children if isinstance(child, bytes))
        node = Node(partial, value, self.node.hashed, self.node.bitmap, references)
        encoded = encode_node(node) if self.head is None else self.head + references
        digest = hash_function(encoded)
        held.nodes[digest] = node
        return digest


def _read_node(
    items: Iterator[bytes], hash_function: HashFunction, held: HeldNodes
) -> Union[bytes, _Unfinished]:
    """The hash of the next node if nothing of it was left out, else what there is of it."""
    item = next(items, None)
    if item is None:
        raise ProofError("the compact proof ends in the middle of a trie")
    head: Optional[bytes] = None
    if item[:1] == _DETACHED_VALUE:
        node = decode_node(item[1:], allow_omitted=True)
        value = next(items, None)
        if value is None:
            raise ProofError("the compact proof ends before a detached value")
        if node.hashed or node.value != b"":
            raise ProofError("a node of the compact proof has a value and a detached one")
        digest = hash_function(value)
        held.values[digest] = value
        node = Node(node.partial, digest, True, node.bitmap, node.references)
    else:
        node = decode_node(item, allow_omitted=True)
        head = item[: len(item) - len(node.references)]
    if not node.bitmap or node.uniform:
        digest = hash_function(encode_node(node) if head is None else item)
        held.nodes[digest] = node
        return digest
    children = node.children()
    missing = [place for place in range(15, -1, -1) if children[place] == OMITTED_CHILD]
    return _Unfinished(node, head, children, missing)


def _decode_trie(items: Iterator[bytes], held: HeldNodes, hash_function: HashFunction) -> bytes:
    stack: List[_Unfinished] = []
    while True:
        current = _read_node(items, hash_function, held)
        while isinstance(current, bytes) or not current.missing:
            digest = (
                current if isinstance(current, bytes) else current.complete(hash_function, held)
            )
            if not stack:
                return digest
            current = stack.pop()
            current.children[current.missing.pop()] = HASH_PREFIX + digest
        stack.append(current)


def decode_compact_proof(
    proof: Iterable[bytes], hash_function: HashFunction, expected_root: Optional[bytes] = None
) -> Tuple[bytes, HeldNodes]:
    """Root of the main trie, and the nodes and values of all tries.

    Items are taken from `proof` one by one and not kept. Raises ProofError if they are incomplete,
    if some are left over or if they do not arrive at `expected_root`, and DecodeError on a
    malformed node. Nodes under `expected_root` are what the state really has: a changed one has
    another hash. Nobody need have asked for them.
    """
    items = iter(proof)
    held = HeldNodes()
    first = next(items, None)
    empty = first == EMPTY_NODE
    if first is None:
        raise ProofError("the compact proof is empty")
    if empty:
        root = hash_function(EMPTY_NODE)
    else:
        root = _decode_trie(chain((first,), items), held, hash_function)
    if expected_root is not None and root != expected_root:
        raise ProofError(
            "the compact proof has root 0x%s, not 0x%s" % (root.hex(), expected_root.hex())
        )
    unmatched: Optional[bytes] = None
    for child_root in [] if empty else _child_roots(held, root):
        if unmatched is None:
            first = next(items, None)
            if first is None:
                break
            unmatched = _decode_trie(chain((first,), items), held, hash_function)
        if unmatched == child_root:
            unmatched = None
    if unmatched is not None:
        raise ProofError("no child trie of the proof has root 0x%s" % unmatched.hex())
    if next(items, None) is not None:
        raise ProofError("items follow the last trie of the compact proof")
    return root, held
