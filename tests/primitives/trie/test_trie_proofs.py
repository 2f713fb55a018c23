"""Proofs: enough to read what they are for, and no altered or missing item goes unnoticed."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.scale import DecodeError
from parachain.primitives.trie import (
    CHILD_STORAGE_PREFIX,
    EMPTY_NODE,
    EMPTY_ROOT,
    MissingTrieNode,
    MutableTrie,
    ProofError,
    ProofNodes,
    RawNodes,
    Recorder,
    TrieError,
    build_trie,
    change_state,
    create_proof,
    decode_compact_proof,
    encode_compact_proof,
    encode_node,
    get_value,
    read_proof,
    trie_root,
)
from parachain.primitives.trie.node import Node

KEYS = st.lists(st.sampled_from(b"\x00\x01\x10\x11\xff"), max_size=4).map(bytes)
VALUES = st.one_of(st.binary(max_size=3), st.sampled_from([b"v" * 32, b"v" * 33, b"w" * 80]))
PAIRS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=25)
VERSIONS = st.sampled_from([0, 1])


def store(pairs: dict[bytes, bytes], version: int = 1) -> tuple[bytes, dict[bytes, bytes]]:
    commit = build_trie(pairs, version, blake2_256)
    return commit.root, {n.digest: n.encoded for n in commit.nodes} | dict(commit.values)


@given(PAIRS, st.lists(KEYS, max_size=6), VERSIONS)
def test_proofs_hold_values_and_absences(
    pairs: dict[bytes, bytes], keys: list[bytes], version: int
) -> None:
    root, data = store(pairs, version)
    proof = create_proof(root, keys, data.get)
    assert len(proof) == len(dict.fromkeys(proof))
    for order in (proof, proof[::-1]):
        values = read_proof(root, keys, order, blake2_256, exact=True)
        assert values == {key: pairs.get(key) for key in keys}


@given(PAIRS, KEYS, st.data())
def test_a_dropped_or_altered_item_is_noticed(
    pairs: dict[bytes, bytes], key: bytes, choice: st.DataObject
) -> None:
    root, data = store(pairs)
    proof = create_proof(root, [key], data.get)
    place = choice.draw(st.integers(0, len(proof) - 1))
    dropped = proof[:place] + proof[place + 1 :]
    with pytest.raises(MissingTrieNode) as caught:
        read_proof(root, [key], dropped, blake2_256)
    assert caught.value.digest == blake2_256(proof[place])
    altered = bytearray(proof[place])
    altered[choice.draw(st.integers(0, len(altered) - 1))] ^= choice.draw(st.integers(1, 255))
    with pytest.raises(MissingTrieNode):
        read_proof(root, [key], [*dropped, bytes(altered)], blake2_256)


@given(PAIRS, KEYS)
def test_exact_proofs_have_nothing_else(pairs: dict[bytes, bytes], key: bytes) -> None:
    root, data = store(pairs)
    proof = create_proof(root, [key], data.get)
    with pytest.raises(ProofError, match="not needed"):
        read_proof(root, [key], [*proof, b"something"], blake2_256, exact=True)
    with pytest.raises(ProofError, match="repeat"):
        read_proof(root, [key], [*proof, proof[0]], blake2_256, exact=True)


@given(PAIRS, st.dictionaries(KEYS, VALUES | st.none(), max_size=6))
def test_what_a_change_reads_is_enough_to_repeat_it(
    pairs: dict[bytes, bytes], changes: dict[bytes, bytes | None]
) -> None:
    """A validator computes the new root from the recorded nodes alone."""
    root, data = store(pairs)
    recorder = Recorder(RawNodes(data.get), data.get)
    change = change_state(recorder, root, changes, {}, 1, blake2_256)
    left = {k: v for k, v in (pairs | changes).items() if v is not None}
    assert change.root == trie_root(left, 1, blake2_256)
    proof = ProofNodes(recorder.proof(), blake2_256)
    assert change_state(proof, root, changes, {}, 1, blake2_256).root == change.root
    assert proof.unused() == 0


def full_state(
    pairs: dict[bytes, bytes], children: dict[bytes, dict[bytes, bytes]], version: int
) -> tuple[bytes, dict[bytes, bytes]]:
    no_nodes: dict[bytes, bytes] = {}
    nothing = RawNodes(no_nodes.get)
    change = change_state(nothing, EMPTY_ROOT, pairs, children, version, blake2_256)
    return change.root, {n.digest: n.encoded for n in change.nodes} | dict(change.values)


@given(PAIRS, st.dictionaries(st.binary(max_size=1), PAIRS, max_size=3), VERSIONS, st.data())
def test_compact_round_trip(
    pairs: dict[bytes, bytes],
    children: dict[bytes, dict[bytes, bytes]],
    version: int,
    choice: st.DataObject,
) -> None:
    root, data = full_state(pairs, children, version)
    recorder = Recorder(RawNodes(data.get), data.get)
    for key in choice.draw(st.lists(KEYS, min_size=1, max_size=4)):
        get_value(recorder, root, key)
    for child in choice.draw(st.lists(st.sampled_from(sorted(children) or [b""]), max_size=2)):
        child_trie_root = get_value(recorder, root, CHILD_STORAGE_PREFIX + child)
        if child_trie_root is not None:
            get_value(recorder, child_trie_root, choice.draw(KEYS))
    proof = {blake2_256(item): item for item in recorder.proof()}
    compact = encode_compact_proof(root, proof)
    decoded_root, held = decode_compact_proof(iter(compact), blake2_256, root)
    assert (decoded_root, held.encoded()) == (root, proof)
    assert all(held.node(digest) is node for digest, node in held.nodes.items())
    assert all(held.value(digest) is value for digest, value in held.values.items())
    with pytest.raises(MissingTrieNode):
        held.value(bytes(32))
    size = sum(map(len, compact))
    assert size <= sum(map(len, proof.values())) + len(compact)
    with pytest.raises((ProofError, DecodeError)):
        decode_compact_proof(compact[1:], blake2_256, root)


@given(PAIRS, VERSIONS)
def test_incomplete_and_overfull_compact_proofs(pairs: dict[bytes, bytes], version: int) -> None:
    root, data = store(pairs, version)
    compact = encode_compact_proof(root, data)
    for size in range(len(compact)):
        with pytest.raises(ProofError):
            decode_compact_proof(compact[:size], blake2_256)
    with pytest.raises(ProofError):
        decode_compact_proof([*compact, compact[-1]], blake2_256)


@given(PAIRS, VERSIONS, st.data())
def test_altered_compact_proofs_are_noticed(
    pairs: dict[bytes, bytes], version: int, choice: st.DataObject
) -> None:
    root, data = store(pairs, version)
    compact = encode_compact_proof(root, data)
    place = choice.draw(st.integers(0, len(compact) - 1))
    altered = bytearray(compact[place])
    assume(altered)
    altered[choice.draw(st.integers(0, len(altered) - 1))] ^= choice.draw(st.integers(1, 255))
    items = [*compact[:place], bytes(altered), *compact[place + 1 :]]
    with pytest.raises((TrieError, DecodeError)):
        decode_compact_proof(items, blake2_256, root)


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_any_list_decodes_or_raises(items: list[bytes]) -> None:
    try:
        root, held = decode_compact_proof(items, blake2_256)
    except (TrieError, DecodeError):
        return
    assert root in held.nodes or root == EMPTY_ROOT
    assert all(blake2_256(data) == digest for digest, data in held.encoded().items())


def test_whole_state_compact_form_is_smaller() -> None:
    pairs = {blake2_256(bytes((i,))): blake2_256(bytes((i, i))) * 3 for i in range(200)}
    root, data = store(pairs)
    compact = encode_compact_proof(root, data)
    saved = sum(map(len, data.values())) - sum(map(len, compact))
    nodes = len(data) - len(pairs)
    assert len(compact) == len(data)
    # A hash per node but the root; per leaf the hash of its value and a byte of the header, which
    # has room for longer paths without the mark of a detached value, less the escape byte and
    # the length of the empty value.
    assert saved == 32 * (nodes - 1) + 31 * len(pairs)


def test_empty_state() -> None:
    data = {EMPTY_ROOT: EMPTY_NODE}
    compact = encode_compact_proof(EMPTY_ROOT, data)
    assert compact == [EMPTY_NODE]
    root, held = decode_compact_proof(compact, blake2_256, EMPTY_ROOT)
    assert (root, held.encoded()) == (EMPTY_ROOT, {})
    with pytest.raises(ProofError):
        decode_compact_proof([EMPTY_NODE, b"more"], blake2_256)
    with pytest.raises(ProofError):
        decode_compact_proof([], blake2_256)


def test_wrong_root_is_named() -> None:
    root, data = store({b"a": b"b"})
    with pytest.raises(ProofError, match=root.hex()):
        decode_compact_proof(encode_compact_proof(root, data), blake2_256, bytes(32))


def test_a_child_root_must_be_a_hash() -> None:
    root, data = store({CHILD_STORAGE_PREFIX + b"x": b"no hash"})
    with pytest.raises(ProofError, match="7 bytes"):
        encode_compact_proof(root, data)


def test_a_repeated_subtree_does_not_multiply_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen references to one node, over many levels: 2**40 paths in a small proof."""
    monkeypatch.setattr("parachain.primitives.trie.compact_proof.MAX_VISITS", 2000)
    data: dict[bytes, bytes] = {}
    encoded = encode_node(Node("0" * 39, b"v" * 32, False))
    for _ in range(10):
        digest = blake2_256(encoded)
        data[digest] = encoded
        encoded = encode_node(Node("", None, False, 0xFFFF, (b"\x80" + digest) * 16))
    digest = blake2_256(encoded)
    data[digest] = encoded
    prefix = CHILD_STORAGE_PREFIX.hex()
    top = encode_node(Node(prefix, None, False, 1, b"\x80" + digest))
    root = blake2_256(top)
    data[root] = top
    with pytest.raises(ProofError, match="more than 2000"):
        encode_compact_proof(root, data)
    chain = [top, *reversed(list(data.values())[:-1])]
    items = [
        item.replace(b"\x80" + blake2_256(below), b"\x00", 1)
        for item, below in zip(chain, [*chain[1:], b""], strict=True)
    ]
    with pytest.raises(ProofError, match="more than 2000"):
        decode_compact_proof(items, blake2_256, root)


def test_reading_while_changing_sees_new_values() -> None:
    root, data = store({b"a": b"1" * 50})
    trie = MutableTrie(RawNodes(data.get), root, 1, blake2_256)
    trie.insert(b"b", b"2" * 50)
    assert trie.get(b"b") == b"2" * 50
    assert trie.next_key(b"a") == b"b"
