"""XXH64 and the twox hashes in plain Python, for storage prefixes known when modules are imported.

Hashing at run time is a host function and much faster; see `Ext`. Source of the algorithm:
https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md, section XXH64.
"""

_MASK = (1 << 64) - 1
_P1 = 0x9E3779B185EBCA87
_P2 = 0xC2B2AE3D27D4EB4F
_P3 = 0x165667B19E3779F9
_P4 = 0x85EBCA77C2B2AE63
_P5 = 0x27D4EB2F165667C5


def _rotate(value: int, bits: int) -> int:
    return (value << bits | value >> (64 - bits)) & _MASK


def _round(accumulator: int, lane: int) -> int:
    return _rotate((accumulator + lane * _P2) & _MASK, 31) * _P1 & _MASK


def _lane(data: bytes, pos: int, size: int) -> int:
    return int.from_bytes(data[pos : pos + size], "little")


def _stripes(data: bytes, seed: int) -> int:
    """Consume all whole stripes of 32 bytes; what is left is mixed in by the caller."""
    lanes = [(seed + _P1 + _P2) & _MASK, (seed + _P2) & _MASK, seed, (seed - _P1) & _MASK]
    for pos in range(0, len(data) - 31, 32):
        lanes = [_round(lane, _lane(data, pos + 8 * i, 8)) for i, lane in enumerate(lanes)]
    mixed = sum([_rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18), strict=True)])
    mixed &= _MASK
    for lane in lanes:
        mixed = ((mixed ^ _round(0, lane)) * _P1 + _P4) & _MASK
    return mixed


def xxh64(data: bytes, seed: int) -> int:
    """XXH64 of `data` as an unsigned number. `seed` is a u64."""
    mixed = _stripes(data, seed) if len(data) >= 32 else (seed + _P5) & _MASK
    mixed = (mixed + len(data)) & _MASK
    pos = len(data) - len(data) % 32
    while pos + 8 <= len(data):
        mixed = (_rotate(mixed ^ _round(0, _lane(data, pos, 8)), 27) * _P1 + _P4) & _MASK
        pos += 8
    if pos + 4 <= len(data):
        mixed = (_rotate(mixed ^ _lane(data, pos, 4) * _P1 & _MASK, 23) * _P2 + _P3) & _MASK
        pos += 4
    for byte in data[pos:]:
        mixed = _rotate(mixed ^ byte * _P5 & _MASK, 11) * _P1 & _MASK
    mixed = (mixed ^ mixed >> 33) * _P2 & _MASK
    mixed = (mixed ^ mixed >> 29) * _P3 & _MASK
    return mixed ^ mixed >> 32


def twox_64(data: bytes) -> bytes:
    """XXH64 with seed 0, little-endian."""
    return xxh64(data, 0).to_bytes(8, "little")


def twox_128(data: bytes) -> bytes:
    """XXH64 with seeds 0 and 1, little-endian: the hash of pallet and storage item names."""
    return twox_64(data) + xxh64(data, 1).to_bytes(8, "little")
