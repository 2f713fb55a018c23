"""The root of a trie straight from its keys and values, keeping no nodes.

The readable twin of `mutable`: one pass over the sorted keys with a stack of the branches that
are still open. Keys that follow each other decide where branches are, so nothing recurses.
"""

from typing import List, Mapping, Optional, Sequence

from parachain.primitives.scale.compact import encode_compact
from parachain.primitives.trie.node import (
    EMPTY_NODE,
    HASH_PREFIX,
    HASH_SIZE,
    MAX_INLINE_VALUE,
    NIBBLE_VALUE,
    HashFunction,
    encode_branch,
    encode_leaf,
)


class _OpenBranch:
    """A branch at `depth` nibbles of `path` whose last child may not have been met yet."""

    def __init__(self, depth: int, path: str, value: Optional[bytes], hashed: bool) -> None:
        self.depth = depth
        self.path = path
        self.value = value
        self.hashed = hashed
        self.bitmap = 0
        self.references: List[bytes] = []

    def add(self, nibble: str, encoded: bytes, hash_function: HashFunction) -> None:
        self.bitmap |= 1 << NIBBLE_VALUE[nibble]
        self.references.append(make_reference(encoded, hash_function))

    def encode(self, parent_depth: int) -> bytes:
        partial = self.path[parent_depth + 1 : self.depth]
        return encode_branch(
            partial, self.value, self.hashed, self.bitmap, b"".join(self.references)
        )


def make_reference(encoded: bytes, hash_function: HashFunction) -> bytes:
    """How a parent refers to the node: see `node`."""
    if len(encoded) < HASH_SIZE:
        return bytes((len(encoded) << 2,)) + encoded
    return HASH_PREFIX + hash_function(encoded)


def _common_nibbles(left: bytes, right: bytes) -> int:
    size = min(len(left), len(right))
    differing = int.from_bytes(left[:size], "big") ^ int.from_bytes(right[:size], "big")
    return 2 * size - (differing.bit_length() + 3 >> 2)


def trie_root(pairs: Mapping[bytes, bytes], version: int, hash_function: HashFunction) -> bytes:
    """Root of the trie holding `pairs`, layout V0 or V1 by `version`."""
    keys = sorted(pairs)
    branches: List[_OpenBranch] = []
    before = -1  # nibbles shared with the key before; the depth of the innermost open branch
    for index, key in enumerate(keys):
        path = key.hex()
        value = pairs[key]
        hashed = version == 1 and len(value) > MAX_INLINE_VALUE
        if hashed:
            value = hash_function(value)
        after = _common_nibbles(key, keys[index + 1]) if index + 1 < len(keys) else -1
        if after == len(path):
            branches.append(_OpenBranch(after, path, value, hashed))
            before = after
            continue
        if after > before:
            branches.append(_OpenBranch(after, path, None, False))
        depth = max(before, after)
        leaf = encode_leaf(path[depth + 1 :], value, hashed)
        if depth < 0:
            return hash_function(leaf)
        branches[-1].add(path[depth], leaf, hash_function)
        before = after
        while branches[-1].depth > after:
            closed = branches.pop()
            depth = max(after, branches[-1].depth if branches else -1)
            encoded = closed.encode(depth)
            if depth < 0:
                return hash_function(encoded)
            if not branches or branches[-1].depth < after:
                branches.append(_OpenBranch(after, path, None, False))
            branches[-1].add(closed.path[depth], encoded, hash_function)
    return hash_function(EMPTY_NODE)


def ordered_root(values: Sequence[bytes], version: int, hash_function: HashFunction) -> bytes:
    """Root of the trie holding value i at key Compact<u32>(i): roots of extrinsics and events.

    Source: Polkadot specification, `ext_trie_blake2_256_ordered_root`.
    """
    pairs = {encode_compact(index): value for index, value in enumerate(values)}
    return trie_root(pairs, version, hash_function)
