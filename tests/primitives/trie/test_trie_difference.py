"""Differences of two tries against those of two dicts, and what is read to find them."""

from hypothesis import given
from hypothesis import strategies as st

from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.trie import EMPTY_ROOT, RawNodes, build_trie, differences

#: Few different bytes, so that keys share prefixes and are prefixes of each other.
KEYS = st.lists(st.sampled_from(b"\x00\x01\x10\x11\xff"), max_size=5).map(bytes)
VALUES = st.sampled_from([b"", b"a", b"v" * 32, b"w" * 33])
MAPS = st.dictionaries(KEYS, VALUES, max_size=24)


class Store:
    """Nodes of several tries by hash, and how many were read."""

    def __init__(self) -> None:
        self.items: dict[bytes, bytes] = {}
        self.reads = 0

    def add(self, pairs: dict[bytes, bytes], version: int = 1) -> bytes:
        commit = build_trie(pairs, version, blake2_256)
        self.items |= {digest: encoded for digest, encoded, _ in commit.nodes}
        self.items |= dict(commit.values)
        return commit.root

    def get(self, digest: bytes) -> bytes | None:
        self.reads += 1
        return self.items.get(digest)


def expected(
    old: dict[bytes, bytes], new: dict[bytes, bytes], prefix: bytes
) -> list[tuple[bytes, bytes | None, bytes | None]]:
    return [
        (key, old.get(key), new.get(key))
        for key in sorted(old | new)
        if key.startswith(prefix) and old.get(key) != new.get(key)
    ]


@given(MAPS, MAPS, st.integers(0, 1), st.integers(0, 1), KEYS)
def test_finds_what_two_maps_differ_in(
    common: dict[bytes, bytes], other: dict[bytes, bytes], before: int, after: int, prefix: bytes
) -> None:
    store = Store()
    old = common
    new = {key: value for key, value in common.items() if key not in other or other[key]} | other
    for first, second in ((old, new), (new, old), (old, other)):
        old_root, new_root = store.add(first, before), store.add(second, after)
        found = list(differences(RawNodes(store.get), old_root, new_root, prefix))
        assert found == expected(first, second, prefix)


def test_empty_tries() -> None:
    store = Store()
    root = store.add({b"a": b"1"})
    nodes = RawNodes(store.get)
    assert list(differences(nodes, EMPTY_ROOT, EMPTY_ROOT)) == []
    assert list(differences(nodes, EMPTY_ROOT, root)) == [(b"a", None, b"1")]
    assert list(differences(nodes, root, EMPTY_ROOT)) == [(b"a", b"1", None)]


def test_shared_subtrees_are_not_read() -> None:
    store = Store()
    pairs = {number.to_bytes(4, "big") * 2: bytes(40) for number in range(0, 4_000_000, 997)}
    changed = dict(pairs)
    key = next(iter(changed))
    changed[key] = b"else" * 10
    old, new = store.add(pairs), store.add(changed)
    store.reads = 0
    assert [each.key for each in differences(RawNodes(store.get), old, new)] == [key]
    assert store.reads < 30
    store.reads = 0
    assert list(differences(RawNodes(store.get), old, old)) == []
    assert store.reads == 0
