"""BLAKE2b in plain Python (RFC 7693), for the few hashes that no host function gives.

Used off the hot path only: the 64-byte checksum of SS58 addresses in a genesis configuration,
and the 8-byte ids of runtime APIs. Everything else asks the host.
"""

from typing import List, Tuple

_MASK = (1 << 64) - 1

_IV = (
    0x6A09E667F3BCC908,
    0xBB67AE8584CAA73B,
    0x3C6EF372FE94F82B,
    0xA54FF53A5F1D36F1,
    0x510E527FADE682D1,
    0x9B05688C2B3E6C1F,
    0x1F83D9ABFB41BD6B,
    0x5BE0CD19137E2179,
)

_SIGMA = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    (14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3),
    (11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4),
    (7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8),
    (9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13),
    (2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9),
    (12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11),
    (13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10),
    (6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5),
    (10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0),
)

#: The state words that one round mixes: the columns, then the diagonals.
_MIXED: Tuple[Tuple[int, int, int, int], ...] = (
    (0, 4, 8, 12),
    (1, 5, 9, 13),
    (2, 6, 10, 14),
    (3, 7, 11, 15),
    (0, 5, 10, 15),
    (1, 6, 11, 12),
    (2, 7, 8, 13),
    (3, 4, 9, 14),
)

_BLOCK = 128
_ROUNDS = 12


def _rotate(word: int, by: int) -> int:
    return (word >> by | word << (64 - by)) & _MASK


def _compress(h: List[int], block: bytes, count: int, last: bool) -> List[int]:
    m = [int.from_bytes(block[i : i + 8], "little") for i in range(0, _BLOCK, 8)]
    v = [*h, *_IV]
    v[12] ^= count & _MASK
    v[13] ^= count >> 64
    if last:
        v[14] ^= _MASK
    for turn in range(_ROUNDS):
        order = _SIGMA[turn % 10]
        for pair, (a, b, c, d) in enumerate(_MIXED):
            v[a] = (v[a] + v[b] + m[order[2 * pair]]) & _MASK
            v[d] = _rotate(v[d] ^ v[a], 32)
            v[c] = (v[c] + v[d]) & _MASK
            v[b] = _rotate(v[b] ^ v[c], 24)
            v[a] = (v[a] + v[b] + m[order[2 * pair + 1]]) & _MASK
            v[d] = _rotate(v[d] ^ v[a], 16)
            v[c] = (v[c] + v[d]) & _MASK
            v[b] = _rotate(v[b] ^ v[c], 63)
    return [h[i] ^ v[i] ^ v[i + 8] for i in range(8)]


def blake2b(data: bytes, size: int) -> bytes:
    """Hash `data` without a key to `size` bytes, 1 to 64."""
    if not 1 <= size <= 64:
        raise ValueError(f"BLAKE2b gives 1 to 64 bytes, not {size}")
    h = list(_IV)
    h[0] ^= 0x01010000 ^ size
    start = 0
    while len(data) - start > _BLOCK:
        h = _compress(h, data[start : start + _BLOCK], start + _BLOCK, False)
        start += _BLOCK
    h = _compress(h, data[start:].ljust(_BLOCK, b"\0"), len(data), True)
    return b"".join(word.to_bytes(8, "little") for word in h)[:size]
