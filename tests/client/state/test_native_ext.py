"""The native host interface: the runtime's protocol, roots, proofs and refusals."""

import hashlib
import logging
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.client.crypto.hashing import blake2_256
from parachain.client.database import MemoryStore, WriteBatch
from parachain.client.state import ARCHIVE, NativeExt, StateAt, StateDb
from parachain.primitives.trie import (
    CHILD_STORAGE_PREFIX,
    EMPTY_ROOT,
    ProofNodes,
    ordered_root,
    trie_root,
)
from parachain.runtime.frame.ext import Ext

KEYS = st.lists(st.sampled_from(b"\x00\x01\x10"), max_size=4).map(bytes)
VALUES = st.binary(max_size=2) | st.just(b"l" * 40)


def empty_ext() -> NativeExt:
    return NativeExt(StateDb(MemoryStore(), ARCHIVE).at(EMPTY_ROOT))


def stored_state(ext: NativeExt, cache_bytes: int = 1 << 20) -> StateAt:
    store = MemoryStore()
    db = StateDb(store, ARCHIVE, cache_bytes)
    transaction = db.transaction()
    change = ext.state_change()
    transaction.insert(0, bytes(32), bytes(32), change)
    batch = WriteBatch()
    transaction.write_to(batch)
    store.write(batch)
    return db.at(change.root)


def test_it_is_the_protocol_of_the_runtime() -> None:
    ext: Ext = empty_ext()
    assert ext.storage_root() == EMPTY_ROOT
    assert ext.blake2_256(b"") == blake2_256(b"")
    assert ext.sha2_256(b"x") == hashlib.sha256(b"x").digest()
    assert len(ext.twox_128(b"System")) == 16
    assert not ext.sr25519_verify(bytes(64), b"message", bytes(32))
    assert ext.secp256k1_recover(bytes(65), bytes(32)) is None
    assert ext.ordered_root([b"a" * 40]) == ordered_root([b"a" * 40], 0, blake2_256)


@settings(max_examples=50)
@given(
    st.dictionaries(KEYS, VALUES),
    st.dictionaries(KEYS, VALUES | st.none()),
    st.dictionaries(KEYS, VALUES),
    st.dictionaries(KEYS, VALUES | st.none()),
)
def test_roots_and_recorded_proofs(
    before: dict[bytes, bytes],
    changes: dict[bytes, bytes | None],
    child_before: dict[bytes, bytes],
    child_changes: dict[bytes, bytes | None],
) -> None:
    genesis = empty_ext()
    for key, value in before.items():
        genesis.put(key, value)
    for key, value in child_before.items():
        genesis.child_put(b"c", key, value)
    state = stored_state(genesis)

    def run(ext: NativeExt) -> bytes:
        for key, value in changes.items():
            assert ext.get(key) == before.get(key)
            if value is None:
                ext.delete(key)
            else:
                ext.put(key, value)
        for key, value in child_changes.items():
            assert ext.child_get(b"c", key) == child_before.get(key)
            if value is None:
                ext.child_delete(b"c", key)
            else:
                ext.child_put(b"c", key, value)
        ext.next_key(b"")
        return ext.storage_root()

    ext = NativeExt(state, record=True)
    root = run(ext)
    main = {k: v for k, v in (before | changes).items() if v is not None}
    child = {k: v for k, v in (child_before | child_changes).items() if v is not None}
    child_root = trie_root(child, 1, blake2_256)
    assert ext.child_root(b"c") == child_root
    entries = {CHILD_STORAGE_PREFIX + b"c": child_root} if child else {}
    assert root == trie_root(main | entries, 1, blake2_256)
    # A validator that has the recorded nodes alone computes the same.
    again = NativeExt(StateAt(ProofNodes(ext.proof(), blake2_256), state.root))
    assert run(again) == root


def test_the_root_is_computed_once() -> None:
    ext = empty_ext()
    ext.put(b"a", b"1" * 40)
    root = ext.storage_root()
    change = ext.state_change()
    assert ext.state_change() is change
    ext.begin()
    ext.put(b"a", b"2")
    assert ext.storage_root() != root
    ext.rollback()
    assert ext.storage_root() == root
    for write in (
        lambda: ext.append(b"v", b"i"),
        lambda: ext.delete(b"v"),
        lambda: ext.clear_prefix(b"a", None),
        lambda: ext.child_put(b"c", b"k", b"v"),
        lambda: ext.child_kill(b"c", None),
    ):
        change = ext.state_change()
        write()
        assert ext.state_change() is not change
    assert ext.storage_root() == EMPTY_ROOT


def test_layouts() -> None:
    state = StateDb(MemoryStore(), ARCHIVE).at(EMPTY_ROOT)
    for version in (0, 1):
        ext = NativeExt(state, state_version=version)
        ext.put(b"a", b"1" * 40)
        assert ext.storage_root() == trie_root({b"a": b"1" * 40}, version, blake2_256)


def test_roots_of_child_tries_are_the_hosts(caplog: pytest.LogCaptureFixture) -> None:
    ext = empty_ext()
    key = CHILD_STORAGE_PREFIX + b"c"
    with caplog.at_level(logging.WARNING, logger="gear.runtime"):
        ext.put(key, bytes(32))
        ext.append(key, b"i")
        ext.delete(key)
        assert ext.clear_prefix(b"", None) == (0, True)
        assert ext.clear_prefix(b":child", None) == (0, True)
        assert ext.clear_prefix(key, None) == (0, True)
    assert len(caplog.records) == 6
    assert ext.changes() == {}
    ext.put(b":code", b"1")
    assert ext.clear_prefix(b":co", None) == (0, True)
    assert not ext.exists(b":code")


def test_child_tries_are_removed_when_empty() -> None:
    ext = empty_ext()
    ext.child_put(b"c", b"k1", b"v")
    ext.child_put(b"c", b"k2", b"v")
    ext.child_put(b"d", b"k", b"v")
    state = stored_state(ext)
    after = NativeExt(state)
    assert after.child_next_key(b"c", b"k1") == b"k2"
    assert after.child_kill(b"c", 1) == (1, False)
    assert after.child_clear_prefix(b"c", b"k2", None) == (1, True)
    assert after.child_root(b"c") == EMPTY_ROOT
    assert list(stored_state_children(state, after)) == [b"d"]


def stored_state_children(state: StateAt, ext: NativeExt) -> list[bytes]:
    rebuilt = empty_ext()
    for child in state.children():
        for key, value in state.child(child).pairs():
            rebuilt.child_put(child, key, value)
    for child, changes in ext.child_changes().items():
        for key in changes:
            rebuilt.child_delete(child, key)
    assert rebuilt.storage_root() == ext.storage_root()
    return list(stored_state(rebuilt).children())


def test_log(caplog: pytest.LogCaptureFixture) -> None:
    ext = empty_ext()
    with caplog.at_level(5, logger="gear.runtime"):
        for level in range(5):
            ext.log(level, "runtime::system", "100 % of {level}")
    assert [record.levelno for record in caplog.records] == [40, 30, 20, 10, 5]
    assert caplog.messages[0] == "runtime::system: 100 % of {level}"


def test_without_a_record_there_is_no_proof() -> None:
    with pytest.raises(RuntimeError, match="does not record"):
        empty_ext().proof()


SCRIPT = """
import random
from parachain.client.crypto.hashing import blake2_256
from parachain.client.database import MemoryStore, WriteBatch
from parachain.client.state import NativeExt, Pruning, StateDb
from parachain.primitives.trie import EMPTY_ROOT, encode_compact_proof

store = MemoryStore()
db = StateDb(store, Pruning(keep_blocks=2))
chance = random.Random(7)
root, block, report = EMPTY_ROOT, bytes(32), []
keys = [blake2_256(bytes((i,)))[: 1 + i % 4] for i in range(99)]
for number in range(6):
    ext = NativeExt(db.at(root), record=True)
    for key in chance.sample(keys, 40):
        ext.get(key)
        ext.put(key, bytes(chance.randrange(70))) if chance.random() < 0.7 else ext.delete(key)
        ext.child_put(key[:1], key, b"v" * 40)
    change = ext.state_change()
    transaction, batch, parent = db.transaction(), WriteBatch(), block
    block = blake2_256(change.root)
    transaction.insert(number, block, parent, change)
    transaction.canonicalize(number, block)
    transaction.write_to(batch)
    store.write(batch)
    proof = {blake2_256(item): item for item in ext.proof()}
    compact = encode_compact_proof(root, proof) if number else []
    root = change.root
    report.append((root, ext.proof(), compact, batch.operations))
print(blake2_256(repr(report).encode()).hex())
"""


def test_nothing_depends_on_the_hash_seed() -> None:
    """Roots, proofs and database batches are the same in every process."""
    outputs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0].strip()) == 64
