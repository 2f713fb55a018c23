"""Storage items: keys as FRAME makes them, defaults, iteration."""

import xxhash
from hypothesis import given
from hypothesis import strategies as st

from parachain.primitives.scale import BYTES, U16, U32, U64
from parachain.runtime.frame.hashers import HASH_FUNCTIONS, KEY_OFFSETS, Hasher
from parachain.runtime.frame.pallet import Pallet
from tests.runtime.memory_ext import MemoryExt

pallet = Pallet("Sample", "pallet_sample")
VALUE = pallet.value("Value", U32, 7, "A value.")
MAYBE = pallet.optional("Maybe", BYTES, "A value that may be absent.")
MAP = pallet.map("Map", Hasher.TWOX_64_CONCAT, U32, U64, 5, "A map.")
DOUBLE = pallet.optional_double_map(
    "Double", (Hasher.BLAKE2_128_CONCAT, U16), (Hasher.IDENTITY, BYTES), U64, "Two keys."
)
TRIPLE = pallet.n_map(
    "Triple",
    ((Hasher.IDENTITY, U16), (Hasher.TWOX_64_CONCAT, U16), (Hasher.BLAKE2_128_CONCAT, U16)),
    U64,
    0,
    "Three keys.",
)


def twox_128(name: str) -> bytes:
    raw = name.encode()
    return b"".join(xxhash.xxh64(raw, seed=s).digest()[::-1] for s in (0, 1))


def test_prefixes_are_two_hashed_names() -> None:
    # twox128("System") ++ twox128("Account"), known from every Substrate chain
    known = "26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9"
    system = Pallet("System", "frame_system")
    assert system.optional("Account", U32, "").prefix.hex() == known
    assert VALUE.prefix == twox_128("Sample") + twox_128("Value")


def test_values_and_their_absence() -> None:
    ext = MemoryExt()
    assert VALUE.get(ext) == 7
    assert not VALUE.exists(ext)
    VALUE.put(ext, 9)
    assert VALUE.take(ext) == 9
    assert VALUE.get(ext) == 7
    assert MAYBE.get(ext) is None
    MAYBE.put(ext, b"")
    assert MAYBE.exists(ext)
    assert MAYBE.take(ext) == b""
    assert MAYBE.take(ext) is None


def test_maps_read_their_default_and_forget() -> None:
    ext = MemoryExt()
    assert MAP.get(ext, 3) == 5
    MAP.put(ext, 3, 30)
    assert MAP.contains(ext, 3)
    assert MAP.take(ext, 3) == 30
    assert MAP.take(ext, 3) == 5
    assert DOUBLE.take(ext, (1, b"a")) is None


@given(st.dictionaries(st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1), max_size=20))
def test_iteration_gives_back_what_was_put(entries: dict[int, int]) -> None:
    ext = MemoryExt()
    VALUE.put(ext, 1)
    for key, value in entries.items():
        MAP.put(ext, key, value)
    found = list(MAP.iterate(ext))
    assert dict(found) == entries
    assert [MAP.key(ext, key) for key, _ in found] == sorted(MAP.key(ext, k) for k in entries)


def test_iteration_and_clearing_below_first_keys() -> None:
    ext = MemoryExt()
    for first in (1, 2):
        for second in (b"", b"a", b"ab"):
            DOUBLE.put(ext, (first, second), first)
            TRIPLE.put(ext, (first, len(second), 9), first)
    assert [key for key, _ in DOUBLE.iterate(ext, 2)] == [(2, b""), (2, b"a"), (2, b"ab")]
    assert {key for key, _ in TRIPLE.iterate(ext, 1)} == {(1, n, 9) for n in (0, 1, 2)}
    assert [key for key, _ in TRIPLE.iterate(ext, 1, 2)] == [(1, 2, 9)]
    DOUBLE.clear(ext, None, 1)
    assert len(list(DOUBLE.iterate(ext))) == 3


def test_the_map_may_change_under_iteration() -> None:
    ext = MemoryExt()
    for key in range(10):
        MAP.put(ext, key, key)
    for key, _ in MAP.iterate(ext):
        MAP.remove(ext, key)
    assert list(MAP.iterate(ext)) == []


@given(st.sampled_from(list(Hasher)), st.binary(max_size=40))
def test_hashers_that_keep_the_key_keep_it_at_the_end(hasher: Hasher, raw: bytes) -> None:
    hashed = HASH_FUNCTIONS[hasher](MemoryExt(), raw)
    offset = KEY_OFFSETS[hasher]
    if offset is None:
        assert len(hashed) in (16, 32)
    else:
        assert hashed[offset:] == raw
