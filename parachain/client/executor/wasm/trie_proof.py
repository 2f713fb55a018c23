"""Proofs of one value, in the form that runtimes check through `ext_trie_*_verify_proof`.

The nodes on the way to the value, topmost first. What follows from others is left out: the value
itself, and hashes of nodes that come next in the proof. Whoever checks fills the gaps and compares
the root. Source: `trie_db::proof` (paritytech/trie). Not the proofs of states, which are plain
nodes (`parachain.primitives.trie.proof`).
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from parachain.primitives.scale import DecodeError
from parachain.primitives.trie import MAX_INLINE_VALUE, HashFunction, Node, decode_node, encode_node

_HASH_SIZE: Final = 32
#: The form in which the codec writes a leaf without its value.
_OMITTED: Final = b""


class _Unproven(Exception):  # noqa: N818  never leaves this module
    """The proof does not prove the value."""


class _Above(NamedTuple):
    """A node on the way, and which of its children the way leads to."""

    node: Node
    children: list[bytes]
    child: int
    #: Whether the node below lies within this one.
    holds_child: bool


def verify_proof(
    root: bytes,
    proof: Sequence[bytes],
    key: bytes,
    value: bytes,
    version: int,
    hash_function: HashFunction,
) -> bool:
    """Whether `proof` proves that the trie with this root, of layout `version`, has the value."""
    nodes = iter(proof)
    above: list[_Above] = []
    path = key.hex()
    data = next(nodes, None)
    try:
        while True:
            if data is None:
                return False
            node = decode_node(data, allow_omitted=True)
            if not path.startswith(node.partial):
                return False
            path = path[len(node.partial) :]
            if not path:
                break
            step = _step(node, path)
            inline = step.children[step.child]
            above.append(step)
            path = path[1:]
            data = inline if step.holds_child else next(nodes, None)
        encoded = encode_node(_with_value(node, value, version, hash_function))
        while above:
            encoded = _filled(above.pop(), encoded, hash_function)
    except (DecodeError, _Unproven):
        return False
    return next(nodes, None) is None and hash_function(encoded) == root


def _step(node: Node, path: str) -> _Above:
    index = int(path[0], 16)
    if not node.bitmap >> index & 1:
        raise _Unproven
    children = _split(node.references)
    position = (node.bitmap & ((1 << index) - 1)).bit_count()
    size = len(children[position])
    if size >= _HASH_SIZE:  # a hash that should have been left out
        raise _Unproven
    return _Above(node, children, position, size > 0)


def _with_value(node: Node, value: bytes, version: int, hash_function: HashFunction) -> Node:
    if node.hashed or node.value != (None if node.bitmap else _OMITTED):
        raise _Unproven
    hashed = version == 1 and len(value) > MAX_INLINE_VALUE
    held = hash_function(value) if hashed else value
    return Node(node.partial, held, hashed, node.bitmap, node.references)


def _filled(above: _Above, below: bytes, hash_function: HashFunction) -> bytes:
    """Encode a node whose child on the way is encoded as `below`."""
    node, children, child, holds_child = above
    if holds_child:
        if len(below) > _HASH_SIZE:
            raise _Unproven
        children[child] = below
    else:
        children[child] = hash_function(below)
    references = b"".join(bytes((len(entry) << 2,)) + entry for entry in children)
    return encode_node(Node(node.partial, node.value, node.hashed, node.bitmap, references))


def _split(references: bytes) -> list[bytes]:
    """Contents of the children; their form was checked when the node was decoded."""
    found: list[bytes] = []
    pos = 0
    while pos < len(references):
        end = pos + 1 + (references[pos] >> 2)
        found.append(references[pos + 1 : end])
        pos = end
    return found
