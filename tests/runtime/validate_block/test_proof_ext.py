"""The storage of a validator against that of a node, with transactions and child tries."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.client.crypto.hashing import blake2_256
from parachain.client.database import MemoryStore, WriteBatch
from parachain.client.state import ARCHIVE, NativeExt, StateDb
from parachain.primitives.trie import (
    EMPTY_ROOT,
    MissingTrieNode,
    decode_compact_proof,
    encode_compact_proof,
)
from parachain.runtime.frame.ext import Ext, HostRefused
from parachain.runtime.validate_block.proof_ext import ProofExt, ProofState
from tests.runtime.validate_block.candidates import ValidatorHost

KEYS = st.lists(st.sampled_from(b"\x00\x01\x10\xff"), max_size=3).map(bytes)
VALUES = st.sampled_from([b"", b"\x04a", b"v" * 31, b"v" * 32, b"w" * 33, b"w" * 90])
CHILDREN = st.sampled_from([b"x", b"y", b"yy"])
LIMITS = st.none() | st.integers(0, 3)

STATES = st.dictionaries(KEYS, VALUES, min_size=1, max_size=25)
CHILD_STATES = st.dictionaries(CHILDREN, STATES, max_size=2)


def step(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(st.just(name), *arguments)


STEPS = st.lists(
    st.one_of(
        step("get", KEYS),
        step("exists", KEYS),
        step("put", KEYS, VALUES),
        step("delete", KEYS),
        step("append", KEYS, VALUES),
        step("next_key", KEYS),
        step("clear_prefix", KEYS.filter(bool), LIMITS),
        step("storage_root"),
        step("begin"),
        step("commit"),
        step("rollback"),
        step("child_get", CHILDREN, KEYS),
        step("child_put", CHILDREN, KEYS, VALUES),
        step("child_delete", CHILDREN, KEYS),
        step("child_next_key", CHILDREN, KEYS),
        step("child_clear_prefix", CHILDREN, KEYS, LIMITS),
        step("child_kill", CHILDREN, LIMITS),
        step("child_root", CHILDREN),
    ),
    max_size=25,
)


def run(ext: Ext, steps: list[tuple[Any, ...]]) -> list[object]:
    """What each step answers, the last the root; transactions are closed."""
    answers: list[object] = []
    depth = 0
    for name, *arguments in steps:
        if name in {"commit", "rollback"}:
            if depth == 0:
                continue
            depth -= 1
        depth += name == "begin"
        answers.append(getattr(ext, name)(*arguments))
    for _ in range(depth):
        ext.commit()
    answers.append(ext.storage_root())
    return answers


def stored(
    pairs: dict[bytes, bytes], children: dict[bytes, dict[bytes, bytes]]
) -> tuple[StateDb, bytes]:
    store = MemoryStore()
    database = StateDb(store, ARCHIVE)
    ext = NativeExt(database.at(EMPTY_ROOT))
    for key, value in pairs.items():
        ext.put(key, value)
    for child, entries in children.items():
        for key, value in entries.items():
            ext.child_put(child, key, value)
    change = ext.state_change()
    transaction, batch = database.transaction(), WriteBatch()
    transaction.insert(0, bytes(32), bytes(32), change)
    transaction.write_to(batch)
    store.write(batch)
    return database, change.root


@given(STATES, CHILD_STATES, STEPS)
def test_validators_read_what_nodes_read(
    pairs: dict[bytes, bytes],
    children: dict[bytes, dict[bytes, bytes]],
    steps: list[tuple[Any, ...]],
) -> None:
    database, root = stored(pairs, children)
    recording = NativeExt(database.at(root), record=True)
    expected = run(recording, steps)
    proof = {blake2_256(item): item for item in recording.proof()}
    if root not in proof:
        return  # nothing was read
    _, nodes = decode_compact_proof(encode_compact_proof(root, proof), blake2_256, root)
    ext = ProofExt(ValidatorHost(), ProofState(nodes, root, blake2_256), 1)
    assert run(ext, steps) == expected


def test_what_is_not_in_the_proof_is_missing() -> None:
    database, root = stored({b"a": b"v" * 50, b"b": b"w" * 50}, {b"x": {b"k": b"v" * 50}})
    recording = NativeExt(database.at(root), record=True)
    recording.get(b"a")
    proof = {blake2_256(item): item for item in recording.proof()}
    _, nodes = decode_compact_proof(encode_compact_proof(root, proof), blake2_256, root)
    ext = ProofExt(ValidatorHost(), ProofState(nodes, root, blake2_256), 1)
    assert ext.get(b"a") == b"v" * 50
    assert ext.get(b"none") is None
    for missing in (
        ("get", b"b"),
        ("child_get", b"x", b"k"),
        ("child_root", b"x"),
        ("next_key", b"a"),
    ):
        with pytest.raises(MissingTrieNode):
            run(ext, [missing])


def test_what_validators_do_not_offer() -> None:
    host = ValidatorHost()
    _, root = stored({b"a": b"b"}, {})
    _, nodes = decode_compact_proof([b"\x00"], blake2_256)
    ext = ProofExt(host, ProofState(nodes, root, blake2_256), 1)
    with pytest.raises(HostRefused, match="no keys"):
        ext.sr25519_generate(b"aura", None)
    with pytest.raises(HostRefused):
        ext.sandbox()
    ext.put(b":child_storage:default:x", bytes(32))
    assert not ext.changes()
    assert host.logs[0].message.startswith("refused to write the child trie keys")
