"""Where two tries differ: both are walked side by side, past every subtree that they share.

The work is in proportion to what differs, not to the size of the tries.
"""

from typing import Iterator, List, NamedTuple, Optional, Tuple, Union

from parachain.primitives.scale.errors import DecodeError
from parachain.primitives.trie.node import EMPTY_ROOT, HASH_PREFIX, NIBBLES, Node
from parachain.primitives.trie.reader import NodeReader, load_child, value_of


class Difference(NamedTuple):
    """A key with its values in the one trie and in the other; None where there is none."""

    key: bytes
    old: Optional[bytes]
    new: Optional[bytes]


#: What a walk has ahead, the next thing last: a path and the reference of the subtree that begins
#: there, or the node whose value is there.
_Ahead = List[Tuple[str, Union[bytes, Node]]]


def differences(
    nodes: NodeReader, old_root: bytes, new_root: bytes, prefix: bytes = b""
) -> Iterator[Difference]:
    """Keys under `prefix` whose values differ, in order.

    Raises MissingTrieNode or DecodeError.
    """
    wanted = prefix.hex()
    old, new = _begin(old_root), _begin(new_root)
    while old or new:
        side = _to_expand(old, new)
        if side is not None:
            if old and new and old[-1] == new[-1]:
                old.pop()
                new.pop()
            else:
                _expand(nodes, side, wanted)
            continue
        old_path = old[-1][0] if old else None
        new_path = new[-1][0] if new else None
        path = min(each for each in (old_path, new_path) if each is not None)
        before = _take_value(nodes, old, path)
        after = _take_value(nodes, new, path)
        if before != after:
            if len(path) & 1:
                raise DecodeError("trie node: a value after %d nibbles" % len(path))
            yield Difference(bytes.fromhex(path), before, after)


def _begin(root: bytes) -> _Ahead:
    return [] if root == EMPTY_ROOT else [("", HASH_PREFIX + root)]


def _to_expand(old: _Ahead, new: _Ahead) -> Optional[_Ahead]:
    """The walk whose next thing is a subtree that has to be entered now, or None.

    Two values are compared only when nothing before them is left on either side. A subtree can
    have values from its own path on.
    """
    first: Optional[_Ahead] = None
    if old and isinstance(old[-1][1], bytes):
        first = old
    if new and isinstance(new[-1][1], bytes) and (first is None or new[-1][0] < old[-1][0]):
        first = new
    if first is None:
        return None
    other = new if first is old else old
    if other and not isinstance(other[-1][1], bytes) and other[-1][0] < first[-1][0]:
        return None
    return first


def _expand(nodes: NodeReader, ahead: _Ahead, wanted: str) -> None:
    """Put what a subtree consists of in its place, without what cannot be wanted."""
    path, reference = ahead.pop()
    assert isinstance(reference, bytes)
    node = load_child(nodes, reference)
    path += node.partial
    inside = path.startswith(wanted)
    if node.bitmap:
        children = node.children()
        for place in range(15, -1, -1):
            child = children[place]
            if child is None:
                continue
            assert isinstance(child, bytes), "nodes of a reader hold references"
            below = path + NIBBLES[place]
            if inside or wanted.startswith(below) or below.startswith(wanted):
                ahead.append((below, child))
    if node.value is not None and inside:
        ahead.append((path, node))


def _take_value(nodes: NodeReader, ahead: _Ahead, path: str) -> Optional[bytes]:
    """The value that the walk has at this path, if that is next."""
    if not ahead or ahead[-1][0] != path:
        return None
    node = ahead.pop()[1]
    assert isinstance(node, Node)
    return value_of(nodes, node)
