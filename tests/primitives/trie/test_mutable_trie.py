"""The changing trie against a dict and the one-pass root; reads against sorted keys."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.scale import DecodeError
from parachain.primitives.trie import (
    CHILD_STORAGE_PREFIX,
    EMPTY_ROOT,
    MutableTrie,
    RawNodes,
    TrieCommit,
    TrieError,
    build_trie,
    change_state,
    child_root,
    closest_descendant_merkle_value,
    decode_node,
    find_node,
    get_value,
    iterate,
    next_key,
    trie_root,
)

#: Few different bytes, so that keys share prefixes and are prefixes of each other.
KEYS = st.lists(st.sampled_from(b"\x00\x01\x10\x11\x1f\xff"), max_size=5).map(bytes)
VALUES = st.one_of(
    st.binary(max_size=3), st.sampled_from([b"v" * 31, b"v" * 32, b"v" * 33, b"w" * 80])
)
PAIRS = st.dictionaries(KEYS, VALUES, max_size=25)
VERSIONS = st.sampled_from([0, 1])
STEPS = st.lists(
    st.tuples(KEYS, VALUES | st.none(), st.booleans()), max_size=40
)  # a key, what to set it to, whether to commit afterwards


class Store:
    """Nodes and values by hash with counts, changed by commits."""

    def __init__(self) -> None:
        self.data: dict[bytes, bytes] = {}
        self.counts: Counter[bytes] = Counter()

    def apply(self, commit: TrieCommit) -> None:
        for digest, encoded, _ in commit.nodes:
            assert blake2_256(encoded) == digest
            self.data[digest] = encoded
            self.counts[digest] += 1
        for digest, value in commit.values:
            assert blake2_256(value) == digest
            self.data[digest] = value
            self.counts[digest] += 1
        self.counts.subtract(commit.removed)
        assert min(self.counts.values(), default=0) >= 0
        self.counts = +self.counts
        for digest in list(self.data):
            if digest not in self.counts:
                del self.data[digest]


def reachable(data: dict[bytes, bytes], root: bytes) -> Counter[bytes]:
    """How often the trie uses each node and detached value."""
    found: Counter[bytes] = Counter()
    todo = [] if root == EMPTY_ROOT else [b"\x80" + root]
    while todo:
        reference = todo.pop()
        if len(reference) == 33:
            found[reference[1:]] += 1
        node = decode_node(data[reference[1:]] if len(reference) == 33 else reference[1:])
        if node.hashed:
            assert node.value is not None
            found[node.value] += 1
        todo += [child for child in node.children() if isinstance(child, bytes)]
    return found


@given(STEPS, VERSIONS)
def test_against_a_dict(steps: list[tuple[bytes, bytes | None, bool]], version: int) -> None:
    store = Store()
    model: dict[bytes, bytes] = {}
    trie = MutableTrie(RawNodes(store.data.get), EMPTY_ROOT, version, blake2_256)
    for key, value, commits in steps:
        if value is None:
            assert trie.delete(key) == (key in model)
            model.pop(key, None)
        else:
            trie.insert(key, value)
            model[key] = value
        assert trie.get(key) == value
        assert list(trie.keys()) == sorted(model)
        if commits:
            commit = trie.commit()
            assert commit.root == trie_root(model, version, blake2_256)
            store.apply(commit)
            assert store.counts == reachable(store.data, commit.root)
    assert trie.commit().root == trie_root(model, version, blake2_256)


@given(PAIRS, VERSIONS)
def test_build_equals_one_pass_root(pairs: dict[bytes, bytes], version: int) -> None:
    assert build_trie(pairs, version, blake2_256).root == trie_root(pairs, version, blake2_256)


def stored(pairs: dict[bytes, bytes], version: int = 1) -> tuple[RawNodes, bytes]:
    commit = build_trie(pairs, version, blake2_256)
    store = Store()
    store.apply(commit)
    return RawNodes(store.data.get), commit.root


@given(PAIRS, KEYS)
def test_reading(pairs: dict[bytes, bytes], key: bytes) -> None:
    nodes, root = stored(pairs)
    keys = sorted(pairs)
    assert get_value(nodes, root, key) == pairs.get(key)
    assert (find_node(nodes, root, key) is None) == (key not in pairs)
    assert next_key(nodes, root, key) == next((k for k in keys if k > key), None)
    under = [k for k in keys if k.startswith(key)]
    assert [k for k, _ in iterate(nodes, root, key)] == under
    assert (closest_descendant_merkle_value(nodes, root, key) is None) == (not under)


@given(PAIRS, KEYS, KEYS)
def test_paging(pairs: dict[bytes, bytes], prefix: bytes, after: bytes) -> None:
    nodes, root = stored(pairs)
    expected = sorted(k for k in pairs if k.startswith(prefix) and k > after)
    assert [k for k, _ in iterate(nodes, root, prefix, after)] == expected


@given(PAIRS, KEYS, VERSIONS)
def test_clear_prefix(pairs: dict[bytes, bytes], prefix: bytes, version: int) -> None:
    nodes, root = stored(pairs, version)
    trie = MutableTrie(nodes, root, version, blake2_256)
    left = {k: v for k, v in pairs.items() if not k.startswith(prefix)}
    assert trie.clear_prefix(prefix) == len(pairs) - len(left)
    assert trie.commit().root == trie_root(left, version, blake2_256)


@given(PAIRS, KEYS, KEYS)
def test_merkle_value_tells_whether_a_subtree_changed(
    pairs: dict[bytes, bytes], prefix: bytes, key: bytes
) -> None:
    before = closest_descendant_merkle_value(*stored(pairs), prefix)
    after = closest_descendant_merkle_value(*stored(pairs | {key: b"new value"}), prefix)
    unchanged = pairs.get(key) == b"new value"
    # A key beside the prefix may still move the subtree below another branch.
    if not prefix:
        assert (before == after) == unchanged
    elif key.startswith(prefix) and not unchanged:
        assert before != after


@given(st.dictionaries(KEYS, VALUES, max_size=10), VERSIONS)
def test_mixed_layouts_are_read_alike(pairs: dict[bytes, bytes], version: int) -> None:
    nodes, root = stored(pairs, 1 - version)
    trie = MutableTrie(nodes, root, version, blake2_256)
    for key, value in pairs.items():
        assert trie.get(key) == value
        trie.insert(key, value)
    assert trie.commit().root == trie_root(pairs, version, blake2_256)


def test_setting_the_same_values_changes_nothing() -> None:
    pairs = {bytes((i, j)): b"x" * (i + j) for i in range(20) for j in range(20)}
    nodes, root = stored(pairs)
    trie = MutableTrie(nodes, root, 1, blake2_256)
    for key, value in pairs.items():
        trie.insert(key, value)
    assert trie.commit() == TrieCommit(root, [], [], [])


def test_versions_share_what_did_not_change() -> None:
    pairs = {bytes((i, j)): b"x" * 40 for i in range(64) for j in range(64)}
    nodes, root = stored(pairs)
    trie = MutableTrie(nodes, root, 1, blake2_256)
    trie.insert(b"\x07\x07", b"y" * 40)
    commit = trie.commit()
    assert len(commit.nodes) == 5  # four nibbles of path, and the root above them
    assert len(commit.removed) == 6  # as many nodes, and the former value
    assert get_value(nodes, root, b"\x07\x07") == b"x" * 40


def test_depth_does_not_recurse() -> None:
    pairs = {b"\x11" * size: b"%d" % size for size in range(1200)}
    commit = build_trie(pairs, 1, blake2_256)
    assert commit.root == trie_root(pairs, 1, blake2_256)
    store = Store()
    store.apply(commit)
    nodes = RawNodes(store.data.get)
    deepest = b"\x11" * 1199
    assert get_value(nodes, commit.root, deepest) == b"1199"
    assert len(list(iterate(nodes, commit.root))) == 1200
    trie = MutableTrie(nodes, commit.root, 1, blake2_256)
    assert trie.delete(deepest)
    del pairs[deepest]
    assert trie.commit().root == trie_root(pairs, 1, blake2_256)


@given(PAIRS.filter(bool), st.lists(st.tuples(KEYS, VALUES | st.none()), max_size=6), st.data())
def test_hostile_nodes_raise_nothing_else(
    pairs: dict[bytes, bytes], changes: list[tuple[bytes, bytes | None]], choice: st.DataObject
) -> None:
    """Whoever chose the root may have chosen nodes that no honest trie has."""
    commit = build_trie(pairs, 1, blake2_256)
    data = {digest: encoded for digest, encoded, _ in commit.nodes}
    top = bytearray(data[commit.root])
    for _ in range(choice.draw(st.integers(1, 3))):
        top[choice.draw(st.integers(0, len(top) - 1))] = choice.draw(st.integers(0, 255))
    root = blake2_256(bytes(top))
    data[root] = bytes(top)
    nodes = RawNodes(data.get)
    allowed = (DecodeError, TrieError)
    try:
        list(iterate(nodes, root))
        next_key(nodes, root, b"\x10")
    except allowed:
        pass
    trie = MutableTrie(nodes, root, 1, blake2_256)
    try:
        for key, value in changes:
            get_value(nodes, root, key)
            closest_descendant_merkle_value(nodes, root, key)
            if value is None:
                trie.delete(key)
            else:
                trie.insert(key, value)
        trie.commit()
    except allowed:
        pass


@given(PAIRS, st.dictionaries(st.binary(max_size=2), PAIRS, max_size=3))
def test_state_with_child_tries(
    main: dict[bytes, bytes], children: dict[bytes, dict[bytes, bytes]]
) -> None:
    no_nodes: dict[bytes, bytes] = {}
    nothing = RawNodes(no_nodes.get)
    change = change_state(nothing, EMPTY_ROOT, main, children, 1, blake2_256)
    entries = {
        CHILD_STORAGE_PREFIX + child: trie_root(pairs, 1, blake2_256)
        for child, pairs in children.items()
        if pairs
    }
    assert change.root == trie_root(main | entries, 1, blake2_256)
    store = Store()
    store.apply(TrieCommit(*change))
    nodes = RawNodes(store.data.get)
    for child, pairs in children.items():
        assert child_root(nodes, change.root, child) == trie_root(pairs, 1, blake2_256)
    emptied = {child: dict.fromkeys(pairs) for child, pairs in children.items()}
    undone = change_state(nodes, change.root, dict.fromkeys(main), emptied, 1, blake2_256)
    assert undone.root == EMPTY_ROOT
    store.apply(TrieCommit(*undone))
    assert not store.counts


def test_a_child_root_that_is_no_hash() -> None:
    nodes, root = stored({CHILD_STORAGE_PREFIX + b"x": b"short"})
    with pytest.raises(TrieError, match="root of 5 bytes"):
        child_root(nodes, root, b"x")
