"""Trie nodes and their byte form, layouts V0 and V1.

A path is a string of hexadecimal digits, one per nibble: comparing and slicing such strings is
the fastest thing CPython can do with nibbles. A child is held by its *reference*, exactly as its
parent's encoding holds it: a compact length, then either the 32-byte hash of the child or, if
the child takes less than 32 bytes, the child itself.

    first byte    node                                      nibble count in the low
    00            the empty trie, never inside a node
    0001 ....     branch, value detached under its hash     4 bits
    001. ....     leaf, value detached under its hash       5 bits
    01.. ....     leaf                                      6 bits
    10.. ....     branch without value                      6 bits
    11.. ....     branch with value                         6 bits

Layout V1 detaches values over 32 bytes; V0 never does. Both are read alike.
Source: Polkadot specification "State Storage Trie", polkadot-sdk `substrate/primitives/trie`.
"""

from typing import Callable, Final, List, Mapping, Optional, Tuple, Union

from parachain.primitives.scale.compact import encode_compact, read_compact
from parachain.primitives.scale.errors import DecodeError

EMPTY_NODE: Final = b"\x00"

#: BLAKE2-256 of EMPTY_NODE: the root of a trie without keys.
EMPTY_ROOT: Final = bytes.fromhex(
    "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314"
)

HASH_SIZE: Final = 32

#: A reference to a node by hash: Compact(32), then the hash.
HASH_PREFIX: Final = b"\x80"
HASH_REFERENCE_SIZE: Final = 33
_HASH_PREFIXES: Final = tuple(HASH_PREFIX * count for count in range(17))

#: What stands for a child that a compact proof lists separately: an inline node of no bytes.
OMITTED_CHILD: Final = b"\x00"

#: Layout V1 keeps values up to this many bytes inside their node.
MAX_INLINE_VALUE: Final = 32

NIBBLES: Final = "0123456789abcdef"
NIBBLE_VALUE: Final[Mapping[str, int]] = {digit: value for value, digit in enumerate(NIBBLES)}

_LEAF: Final = 0x40
_BRANCH: Final = 0x80
_VALUE_BRANCH: Final = 0xC0
_HASHED_LEAF: Final = 0x20
_HASHED_BRANCH: Final = 0x10

Child = Union[None, bytes, "Node"]

#: 32 bytes from bytes: BLAKE2-256 everywhere in Substrate, but hashing belongs to the host.
HashFunction = Callable[[bytes], bytes]


#: Places of the bits set in a byte of a bitmap, for the lower byte and for the upper one.
_PLACES: Final = tuple(tuple(i for i in range(8) if byte >> i & 1) for byte in range(256))
_PLACES_ABOVE_7: Final = tuple(tuple(place + 8 for place in places) for places in _PLACES)


class Node:
    """A branch, or a leaf if `bitmap` is 0. Never changed, so that anyone may share it.

    `value` is the value itself, or its hash if `hashed`; None if nothing is stored at this path.
    `bitmap` has a bit for each of the 16 places with a child. `references` are the children's,
    joined as in the encoding: a third of the memory of a list, and the cache holds thrice as many
    nodes. `uniform` says that all of them are hashes, so that one is found without reading others.
    """

    __slots__ = ("bitmap", "hashed", "partial", "references", "uniform", "value")

    def __init__(
        self,
        partial: str,
        value: Optional[bytes],
        hashed: bool,
        bitmap: int = 0,
        references: bytes = b"",
    ) -> None:
        self.partial = partial
        self.value = value
        self.hashed = hashed
        self.bitmap = bitmap
        self.references = references
        self.uniform = references[::HASH_REFERENCE_SIZE] == _HASH_PREFIXES[bitmap.bit_count()]

    def child(self, place: int) -> Child:
        """Return the reference to the child at one of the 16 places, or None."""
        bitmap = self.bitmap
        if not bitmap >> place & 1:
            return None
        before = (bitmap & (1 << place) - 1).bit_count()
        if self.uniform:
            at = before * HASH_REFERENCE_SIZE
            return self.references[at : at + HASH_REFERENCE_SIZE]
        return _split_references(self.references)[before]

    def children(self) -> List[Child]:
        """Return the references in a list of 16 places."""
        references = self.references
        bitmap = self.bitmap
        size = HASH_REFERENCE_SIZE
        if self.uniform and bitmap == 0xFFFF:
            return [references[at : at + size] for at in range(0, 16 * size, size)]
        children: List[Child] = [None] * 16
        at = 0
        for place in _PLACES[bitmap & 0xFF] + _PLACES_ABOVE_7[bitmap >> 8]:
            if not self.uniform:
                size = 1 + (references[at] >> 2)
            children[place] = references[at : at + size]
            at += size
        return children


def _split_references(references: bytes) -> List[bytes]:
    """Cut joined references apart; only the length byte of each is trusted."""
    found = []
    at = 0
    while at < len(references):
        end = at + 1 + (references[at] >> 2)
        found.append(references[at:end])
        at = end
    return found


def _encode_header(kind: int, mask: int, count: int) -> bytes:
    """The kind, then the nibble count in the bits of `mask`, continued in bytes of up to 255."""
    if count < mask:
        return bytes((kind | count,))
    full, rest = divmod(count - mask, 255)
    return bytes((kind | mask,)) + b"\xff" * full + bytes((rest,))


#: Headers of the usual path lengths, so that encoding a node does not compute them.
_TABLED: Final = 160
_LEAF_HEADERS: Final = tuple(_encode_header(_LEAF, 63, n) for n in range(_TABLED))
_BRANCH_HEADERS: Final = tuple(_encode_header(_BRANCH, 63, n) for n in range(_TABLED))
_VALUE_BRANCH_HEADERS: Final = tuple(_encode_header(_VALUE_BRANCH, 63, n) for n in range(_TABLED))
_HASHED_LEAF_HEADERS: Final = tuple(_encode_header(_HASHED_LEAF, 31, n) for n in range(_TABLED))
_HASHED_BRANCH_HEADERS: Final = tuple(_encode_header(_HASHED_BRANCH, 15, n) for n in range(_TABLED))


def encode_leaf(partial: str, value: bytes, hashed: bool) -> bytes:
    """A node without children; `value` is a 32-byte hash if `hashed`."""
    count = len(partial)
    packed = bytes.fromhex("0" + partial if count & 1 else partial)
    if hashed:
        header = (
            _HASHED_LEAF_HEADERS[count]
            if count < _TABLED
            else _encode_header(_HASHED_LEAF, 31, count)
        )
        return header + packed + value
    header = _LEAF_HEADERS[count] if count < _TABLED else _encode_header(_LEAF, 63, count)
    return header + packed + encode_compact(len(value)) + value


def encode_branch(
    partial: str, value: Optional[bytes], hashed: bool, bitmap: int, references: bytes
) -> bytes:
    """A node with children; `references` are theirs, joined in the order of their nibbles."""
    count = len(partial)
    packed = bytes.fromhex("0" + partial if count & 1 else partial) + bitmap.to_bytes(2, "little")
    if value is None:
        header = _BRANCH_HEADERS[count] if count < _TABLED else _encode_header(_BRANCH, 63, count)
        return header + packed + references
    if hashed:
        header = (
            _HASHED_BRANCH_HEADERS[count]
            if count < _TABLED
            else _encode_header(_HASHED_BRANCH, 15, count)
        )
        return header + packed + value + references
    header = (
        _VALUE_BRANCH_HEADERS[count]
        if count < _TABLED
        else _encode_header(_VALUE_BRANCH, 63, count)
    )
    return header + packed + encode_compact(len(value)) + value + references


def encode_node(node: Node) -> bytes:
    """The byte form of a node."""
    if node.bitmap:
        return encode_branch(node.partial, node.value, node.hashed, node.bitmap, node.references)
    assert node.value is not None
    return encode_leaf(node.partial, node.value, node.hashed)


def _read_partial(data: bytes, mask: int) -> Tuple[str, int]:
    """The path of a node whose count takes the bits of `mask`, and the position after it."""
    count = data[0] & mask
    pos = 1
    if count == mask:
        while True:
            more = data[pos]
            pos += 1
            count += more
            if more != 255:
                break
    end = pos + (count + 1 >> 1)
    partial = data[pos:end].hex()
    if end > len(data):
        raise DecodeError("trie node: a path of %d nibbles is cut short" % count)
    if count & 1:
        if partial[0] != "0":
            raise DecodeError("trie node: the padding of an odd path is not zero")
        partial = partial[1:]
    return partial, end


def _read_inline_value(data: bytes, pos: int) -> Tuple[bytes, int]:
    first = data[pos]
    if first & 3:
        size, pos = read_compact(data, pos)
    else:
        size = first >> 2
        pos += 1
    end = pos + size
    if end > len(data):
        raise DecodeError("trie node: a value of %d bytes is cut short" % size)
    return data[pos:end], end


def _check_references(data: bytes, pos: int, count: int, allow_omitted: bool) -> None:
    """Refuse anything but `count` references from `pos` up to the end."""
    size = len(data)
    if (
        size - pos == count * HASH_REFERENCE_SIZE
        and data[pos::HASH_REFERENCE_SIZE] == _HASH_PREFIXES[count]
    ):
        return
    for _ in range(count):
        length = data[pos]
        if length > 0x80 or length & 3 or (length == 0 and not allow_omitted):
            raise DecodeError("trie node: a child has the length byte %#04x" % length)
        pos += 1 + (length >> 2)
    _check_end(data, pos)


def _check_end(data: bytes, pos: int) -> None:
    if pos > len(data):
        raise DecodeError("trie node: %d bytes where %d were needed" % (len(data), pos))
    if pos < len(data):
        raise DecodeError("trie node: %d bytes after its end" % (len(data) - pos))


def _decode(data: bytes, allow_omitted: bool) -> Node:
    first = data[0]
    hashed = first < 0x40
    if not hashed:
        partial, pos = _read_partial(data, 0x3F)
    elif first >= _HASHED_LEAF:
        partial, pos = _read_partial(data, 0x1F)
    elif first >= _HASHED_BRANCH:
        partial, pos = _read_partial(data, 0x0F)
    else:
        raise DecodeError("trie node: no node starts with %#04x" % first)
    bitmap = 0
    value: Optional[bytes] = None
    if first & 0x80 or _HASHED_BRANCH <= first < _HASHED_LEAF:
        bitmap = data[pos] | data[pos + 1] << 8
        pos += 2
        if not bitmap:
            raise DecodeError("trie node: a branch without children")
    if hashed:
        value = data[pos : pos + HASH_SIZE]
        pos += HASH_SIZE
    elif first & 0x40:
        value, pos = _read_inline_value(data, pos)
    if bitmap:
        _check_references(data, pos, bitmap.bit_count(), allow_omitted)
        return Node(partial, value, hashed, bitmap, data[pos:])
    _check_end(data, pos)
    return Node(partial, value, hashed)


def decode_node(data: bytes, allow_omitted: bool = False) -> Node:
    """A node from its byte form; `encode_node` gives the same bytes back.

    `allow_omitted` admits OMITTED_CHILD, which only compact proofs contain. Raises DecodeError,
    also for EMPTY_NODE, which is a trie but not a node of one.
    """
    try:
        return _decode(data, allow_omitted)
    except IndexError:
        raise DecodeError("trie node: cut short after %d bytes" % len(data)) from None
