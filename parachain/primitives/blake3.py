"""BLAKE3 of a byte string, 32 bytes of output; neither keyed nor incremental.

Only the metadata hash (RFC-78) uses it. It is no host function, so it is computed here, at about
0.1 ms for each 64 bytes: nothing that runs per extrinsic may call it without keeping the result.

Input is cut into chunks of 1024 bytes, each a chain of blocks of 64 bytes; chunks are the leaves
of a binary tree. Source: "BLAKE3: one function, fast everywhere", section 2.
"""

from typing import List, Tuple

_CHUNK_SIZE = 1024
_BLOCK_SIZE = 64
_MASK = 0xFFFFFFFF

#: Flags that tell the uses of the compression function apart.
_CHUNK_START = 1
_CHUNK_END = 2
_PARENT = 4
_ROOT = 8

#: Eight words of chaining value.
_Words = Tuple[int, ...]

#: The initial value of SHA-256.
_IV: _Words = (
    0x6A09E667,
    0xBB67AE85,
    0x3C6EF372,
    0xA54FF53A,
    0x510E527F,
    0x9B05688C,
    0x1F83D9AB,
    0x5BE0CD19,
)

#: How the message words move between rounds.
_PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
_ROUNDS = 7

#: State words mixed by each quarter round: the columns, then the diagonals.
_QUARTERS = (
    (0, 4, 8, 12),
    (1, 5, 9, 13),
    (2, 6, 10, 14),
    (3, 7, 11, 15),
    (0, 5, 10, 15),
    (1, 6, 11, 12),
    (2, 7, 8, 13),
    (3, 4, 9, 14),
)


def _schedule() -> Tuple[Tuple[int, ...], ...]:
    """Every quarter round of all rounds: four state words, two message words."""
    steps: List[Tuple[int, ...]] = []
    order = tuple(range(16))
    for _ in range(_ROUNDS):
        steps += [
            (*words, order[2 * index], order[2 * index + 1])
            for index, words in enumerate(_QUARTERS)
        ]
        order = tuple([order[source] for source in _PERMUTATION])
    return tuple(steps)


_STEPS = _schedule()


def _compress(chaining: _Words, block: bytes, counter: int, flags: int) -> _Words:
    """Compress a block of at most 64 bytes into eight words."""
    padded = block + bytes(_BLOCK_SIZE - len(block))
    message = [int.from_bytes(padded[i : i + 4], "little") for i in range(0, _BLOCK_SIZE, 4)]
    v = [*chaining, *_IV[:4], counter & _MASK, counter >> 32, len(block), flags]
    for a, b, c, d, x, y in _STEPS:
        v[a] = va = (v[a] + v[b] + message[x]) & _MASK
        vd = v[d] ^ va
        vd = (vd >> 16 | vd << 16) & _MASK
        v[c] = vc = (v[c] + vd) & _MASK
        vb = v[b] ^ vc
        vb = (vb >> 12 | vb << 20) & _MASK
        v[a] = va = (va + vb + message[y]) & _MASK
        vd ^= va
        v[d] = vd = (vd >> 8 | vd << 24) & _MASK
        v[c] = vc = (vc + vd) & _MASK
        vb ^= vc
        v[b] = (vb >> 7 | vb << 25) & _MASK
    return tuple([v[i] ^ v[i + 8] for i in range(8)])


def _chunk(data: bytes, counter: int, root: int) -> _Words:
    """Chaining value of a chunk; `root` is the flag to add if it is the only one."""
    chaining = _IV
    last = max(len(data) - 1, 0) // _BLOCK_SIZE
    for index in range(last + 1):
        flags = _CHUNK_START if index == 0 else 0
        if index == last:
            flags |= _CHUNK_END | root
        block = data[index * _BLOCK_SIZE : (index + 1) * _BLOCK_SIZE]
        chaining = _compress(chaining, block, counter, flags)
    return chaining


def _bytes(words: _Words) -> bytes:
    return b"".join([word.to_bytes(4, "little") for word in words])


def _tree(data: bytes, counter: int, root: int) -> _Words:
    """Chaining value of the tree over `data`, whose first chunk has the number `counter`."""
    chunks = (max(len(data), 1) - 1) // _CHUNK_SIZE + 1
    if chunks == 1:
        return _chunk(data, counter, root)
    # The left side is the largest full tree that leaves something for the right side.
    left_chunks = 1 << ((chunks - 1).bit_length() - 1)
    cut = left_chunks * _CHUNK_SIZE
    left = _tree(data[:cut], counter, 0)
    right = _tree(data[cut:], counter + left_chunks, 0)
    return _compress(_IV, _bytes(left) + _bytes(right), 0, _PARENT | root)


def blake3(data: bytes) -> bytes:
    """Return the 32-byte BLAKE3 hash of `data`."""
    return _bytes(_tree(data, 0, _ROOT))
