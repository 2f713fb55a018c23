"""Views of states, proofs of them, and the cache below."""

from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.client.crypto.hashing import blake2_256
from parachain.client.database import KeyValueStore, MemoryStore, WriteBatch, open_leveldb
from parachain.client.state import ARCHIVE, StateAt, StateDb, UnknownState
from parachain.client.state.cache import GenerationCache
from parachain.primitives.trie import (
    CHILD_STORAGE_PREFIX,
    EMPTY_ROOT,
    MissingTrieNode,
    ProofNodes,
    read_proof,
    trie_root,
)

PAIRS = {blake2_256(bytes((i,)))[:3]: bytes((i,)) * i for i in range(120)}
CHILD_PAIRS = {b"k%d" % i: b"v" * i for i in range(50)}


def stored(store: KeyValueStore, cache_bytes: int = 1 << 20) -> tuple[StateDb, StateAt]:
    db = StateDb(store, ARCHIVE, cache_bytes)
    change = db.at(EMPTY_ROOT).change(PAIRS, {b"child": CHILD_PAIRS}, 1)
    transaction = db.transaction()
    transaction.insert(0, bytes(32), bytes(32), change)
    batch = WriteBatch()
    transaction.write_to(batch)
    store.write(batch)
    return db, db.at(change.root)


@pytest.fixture(scope="module")
def state() -> StateAt:
    return stored(MemoryStore())[1]


def test_reading_from_leveldb_with_and_without_a_cache(tmp_path: Path) -> None:
    store = open_leveldb(tmp_path)
    _, cached = stored(store)
    uncached = StateDb(store, ARCHIVE, 0).at(cached.root)
    for _ in range(2):
        for state in (cached, uncached):
            assert {key: state.get(key) for key in PAIRS} == PAIRS
            assert state.get(b"absent") is None
    store.close()


def test_values_without_loading_them(state: StateAt) -> None:
    for key, value in PAIRS.items():
        assert state.exists(key)
        assert state.value_hash(key) == blake2_256(value)
        assert state.value_size(key) == len(value)
    assert not state.exists(b"absent")
    assert state.value_hash(b"absent") is None
    assert state.value_size(b"absent") is None


@given(
    prefix=st.binary(max_size=1), after=st.binary(max_size=3) | st.none(), count=st.integers(0, 9)
)
def test_keys_paged(state: StateAt, prefix: bytes, after: bytes | None, count: int) -> None:
    child_entry = CHILD_STORAGE_PREFIX + b"child"
    expected = sorted(
        key
        for key in [*PAIRS, child_entry]
        if key.startswith(prefix) and (after is None or key > after)
    )
    assert state.keys_paged(prefix, count, after) == expected[:count]
    pairs = state.pairs(prefix, after)
    assert [key for key, _ in islice(pairs, count)] == expected[:count]
    hashes = dict(state.value_hashes(prefix, after))
    assert list(hashes) == expected
    assert all(hashes[key] == blake2_256(PAIRS[key]) for key in expected if key in PAIRS)


def test_child_tries(state: StateAt) -> None:
    child = state.child(b"child")
    assert list(state.children()) == [b"child"]
    assert child.root == trie_root(CHILD_PAIRS, 1, blake2_256)
    assert dict(child.pairs()) == CHILD_PAIRS
    assert child.next_key(b"k10") == b"k11"
    assert state.child(b"other").root == EMPTY_ROOT
    assert state.child(b"other").get(b"k1") is None
    assert list(state.child(b"other").keys()) == []


def test_proofs_are_sorted_and_enough(state: StateAt) -> None:
    keys = [*list(PAIRS)[:7], b"absent"]
    proof = state.read_proof(keys)
    assert proof == sorted(proof)
    values = read_proof(state.root, keys, proof, blake2_256, exact=True)
    assert values == {key: PAIRS.get(key) for key in keys}


def test_child_proofs_lead_there_from_the_main_trie(state: StateAt) -> None:
    proof = ProofNodes(state.read_proof([b"k40", b"none"], b"child"), blake2_256)
    proven = StateAt(proof, state.root)
    assert proven.child(b"child").get(b"k40") == CHILD_PAIRS[b"k40"]
    assert proven.child(b"child").get(b"none") is None
    assert proof.unused() == 0
    with pytest.raises(MissingTrieNode):
        proven.child(b"child").get(b"k1")


def test_recording_of_a_recording(state: StateAt) -> None:
    first, recorder = state.recording()
    key = next(iter(PAIRS))
    assert (
        StateAt(ProofNodes(first.read_proof([key]), blake2_256), state.root).get(key) == PAIRS[key]
    )
    assert recorder.proof()


def test_merkle_values(state: StateAt) -> None:
    assert state.closest_descendant_merkle_value(b"") == state.root
    assert state.closest_descendant_merkle_value(b"no such prefix") is None
    key = max(PAIRS, key=lambda k: len(PAIRS[k]))
    changed = state.change({key: b"other"}, {}, 1)
    assert state.closest_descendant_merkle_value(key) is not None
    assert changed.root != state.root


def test_unknown_states_are_refused() -> None:
    db, _ = stored(MemoryStore())
    with pytest.raises(UnknownState, match="0x" + "07" * 32):
        db.at(b"\x07" * 32)
    assert db.contains(EMPTY_ROOT)
    assert list(db.at(EMPTY_ROOT).keys()) == []


def test_the_cache_keeps_its_bound_and_what_is_used() -> None:
    loaded: list[bytes] = []

    def load(digest: bytes) -> bytes:
        loaded.append(digest)
        return digest * 2

    cache = GenerationCache(1000, len, load)
    for i in range(10_000):
        cache.put(i.to_bytes(5, "big"), b"%010d" % i)
        assert cache.get(b"used!") == b"used!used!"
        assert len(cache) <= 102
    assert loaded == [b"used!"]
    assert cache.get((9_999).to_bytes(5, "big")) == b"0000009999"
    assert cache.get((1).to_bytes(5, "big")) == (1).to_bytes(5, "big") * 2
    assert cache.get(b"l" * 100) is not cache.get(b"l" * 100)
