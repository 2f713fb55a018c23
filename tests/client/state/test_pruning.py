"""What is stored is what kept states reach, no more and no less, whatever blocks came and went."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.client.crypto.hashing import blake2_256
from parachain.client.database import DatabaseError, MemoryStore, WriteBatch
from parachain.client.database.columns import STATE, STATE_JOURNAL, STATE_PRUNING, STATE_REFERENCES
from parachain.client.state import (
    ARCHIVE,
    ARCHIVE_CANONICAL,
    Pruning,
    StateDb,
    UnknownState,
    parse_pruning,
)
from parachain.primitives.trie import (
    CHILD_STORAGE_PREFIX,
    EMPTY_ROOT,
    MissingTrieNode,
    StateChange,
    decode_node,
)

KEYS = st.lists(st.sampled_from(b"\x00\x01\x10"), min_size=1, max_size=4).map(bytes)
VALUES = st.sampled_from([None, b"s", b"l" * 40, b"m" * 40])
CHANGES = st.dictionaries(KEYS, VALUES, max_size=6)
GENESIS = bytes(32)


class Chain:
    """Blocks over a StateDb, and the states they must have."""

    def __init__(self, pruning: Pruning) -> None:
        self.store = MemoryStore()
        self.db = StateDb(self.store, pruning, cache_bytes=0)
        self.numbers: dict[bytes, int] = {}
        self.parents: dict[bytes, bytes] = {}
        self.roots: dict[bytes, bytes] = {}
        self.canonical: list[bytes] = []
        self.count = 0

    def add(
        self,
        parent: bytes | None,
        main: dict[bytes, bytes | None],
        child: dict[bytes, bytes | None],
    ) -> bytes:
        self.count += 1
        block = GENESIS if parent is None else blake2_256(b"block %d" % self.count)
        root = EMPTY_ROOT if parent is None else self.roots[parent]
        state = self.db.at(root)
        change = state.change(main, {b"child": child} if child else {}, 1)
        number = 0 if parent is None else self.numbers[parent] + 1
        transaction = self.db.transaction()
        transaction.insert(number, block, parent or GENESIS, change)
        if parent is None:
            assert transaction.canonicalize(0, block) == []
            self.canonical.append(block)
        batch = WriteBatch()
        transaction.write_to(batch)
        self.store.write(batch)
        self.numbers[block] = number
        self.parents[block] = parent or GENESIS
        self.roots[block] = change.root
        return block

    def finalize(self, block: bytes) -> list[bytes]:
        path = []
        while block not in self.canonical:
            path.append(block)
            block = self.parents[block]
        transaction = self.db.transaction()
        lost = []
        for step in reversed(path):
            lost += transaction.canonicalize(self.numbers[step], step)
            self.canonical.append(step)
        batch = WriteBatch()
        transaction.write_to(batch)
        self.store.write(batch)
        for loser in lost:
            del self.roots[loser], self.numbers[loser], self.parents[loser]
        return lost

    def heads(self) -> list[bytes]:
        """Blocks that can still get children: the last final one and its descendants."""
        last = self.canonical[-1]
        return [b for b in self.roots if b == last or b not in self.canonical]

    def kept(self, keep: int | None) -> list[bytes]:
        """Blocks whose state must be there."""
        final = self.canonical if keep is None else self.canonical[-keep - 1 :]
        return [b for b in self.roots if b in final or b not in self.canonical]


def uses(store: MemoryStore, root: bytes) -> Counter[bytes]:
    """How often a state uses each stored node and value, child tries included."""
    found: Counter[bytes] = Counter()
    todo = [("", b"\x80" + root)] if root != EMPTY_ROOT else []
    prefix = CHILD_STORAGE_PREFIX.hex()
    while todo:
        path, reference = todo.pop()
        data: bytes | None = reference[1:]
        if len(reference) == 33:
            found[reference[1:]] += 1
            data = store.get(STATE + reference[1:])
        assert data is not None
        node = decode_node(data)
        path += node.partial
        if node.value is not None and node.hashed:
            found[node.value] += 1
            assert store.get(STATE + node.value) is not None
        elif node.value is not None and path.startswith(prefix):
            found += uses(store, node.value)
        for place, child in enumerate(node.children()):
            if isinstance(child, bytes):
                todo.append((path + f"{place:x}", child))
    return found


def stored_nodes(store: MemoryStore) -> set[bytes]:
    return {key[1:] for key, _ in store.iterate(STATE)}


def counts(store: MemoryStore) -> Counter[bytes]:
    found = Counter(dict.fromkeys(stored_nodes(store), 1))
    for key, count in store.iterate(STATE_REFERENCES):
        found[key[1:]] = int.from_bytes(count, "little")
        assert found[key[1:]] > 1
    return found


STEPS = st.lists(
    st.tuples(st.integers(0, 99), CHANGES, CHANGES | st.just({}), st.integers(0, 3)), max_size=25
)


@settings(max_examples=80, deadline=None)
@given(steps=STEPS, keep=st.sampled_from([None, 1, 2, 5]))
def test_exactly_the_reachable_nodes_are_stored(
    steps: list[tuple[int, dict[bytes, bytes | None], dict[bytes, bytes | None], int]],
    keep: int | None,
) -> None:
    chain = Chain(Pruning(keep_blocks=keep))
    chain.add(None, {b"\x00\x01": b"l" * 40, b"\x01": b"s"}, {b"\x00": b"l" * 40})
    for pick, main, child, then in steps:
        heads = chain.heads()
        block = chain.add(heads[pick % len(heads)], main, child)
        if then == 0:
            chain.finalize(block)
        elif then == 1:
            chain.finalize(chain.parents[block])
        reachable: set[bytes] = set()
        for kept in chain.kept(keep):
            assert chain.db.contains(chain.roots[kept])
            reachable |= set(uses(chain.store, chain.roots[kept]))
        assert stored_nodes(chain.store) == reachable
    if keep == 1:
        # With one state left, the count of a node is how often that state uses it.
        head = chain.heads()[-1]
        for _ in range(3):
            head = chain.add(head, {}, {})
        chain.finalize(head)
        assert counts(chain.store) == uses(chain.store, chain.roots[head])
        assert not list(chain.store.iterate(STATE_JOURNAL))
        assert len(list(chain.store.iterate(STATE_PRUNING))) == 1


def small_fork(pruning: Pruning) -> tuple[Chain, bytes, bytes]:
    chain = Chain(pruning)
    genesis = chain.add(None, {b"a": b"1" * 40}, {})
    kept = chain.add(genesis, {b"a": b"2" * 40}, {})
    lost = chain.add(chain.add(genesis, {b"a": b"3" * 40}, {}), {b"b": b"4"}, {})
    return chain, kept, lost


def test_losing_forks_go_with_their_descendants() -> None:
    chain, kept, lost = small_fork(Pruning(keep_blocks=10))
    lost_root = chain.roots[lost]
    lost_parent = chain.parents[lost]
    assert chain.finalize(kept) == [lost_parent, lost]
    with pytest.raises(UnknownState, match=lost_root.hex()):
        chain.db.at(lost_root)


def test_archive_keeps_forks_and_writes_no_journal() -> None:
    chain, kept, lost = small_fork(ARCHIVE)
    assert chain.finalize(kept) == []
    assert chain.db.at(chain.roots[lost]).get(b"b") == b"4"
    assert not list(chain.store.iterate(STATE_JOURNAL))


def test_archive_canonical_drops_forks_only() -> None:
    chain, kept, lost = small_fork(ARCHIVE_CANONICAL)
    lost_root = chain.roots[lost]
    assert lost in chain.finalize(kept)
    assert not chain.db.contains(lost_root)
    for _ in range(300):
        kept = chain.add(kept, {b"a": b"%d" % chain.count}, {})
        chain.finalize(kept)
    assert chain.db.at(chain.roots[GENESIS]).get(b"a") == b"1" * 40


def test_a_view_of_a_pruned_state_says_so() -> None:
    chain = Chain(Pruning(keep_blocks=1))
    block = chain.add(None, {b"a": b"1" * 40, b"b": b"2" * 40}, {})
    view = chain.db.at(chain.roots[block])
    for i in range(3):
        block = chain.add(block, {b"a": b"new %d" % i * 10}, {})
        chain.finalize(block)
    with pytest.raises(MissingTrieNode):
        view.get(b"a")


def test_lowering_the_number_of_kept_blocks() -> None:
    chain = Chain(Pruning(keep_blocks=10))
    block = chain.add(None, {b"a": b"0" * 40}, {})
    for i in range(9):
        block = chain.add(block, {b"a": b"%d" % i * 41}, {})
        chain.finalize(block)
    chain.db = StateDb(chain.store, Pruning(keep_blocks=2), cache_bytes=0)
    block = chain.add(block, {b"a": b"x"}, {})
    chain.finalize(block)
    kept = [b for b in chain.canonical if chain.db.contains(chain.roots[b])]
    assert kept == chain.canonical[-3:]


def test_discard_gives_up_a_branch() -> None:
    chain, kept, lost = small_fork(Pruning(keep_blocks=10))
    before = stored_nodes(chain.store)
    branch = chain.add(kept, {b"c": b"5" * 40}, {})
    chain.add(branch, {b"c": b"6" * 40}, {})
    transaction = chain.db.transaction()
    assert len(transaction.discard(2, branch)) == 2
    assert transaction.discard(7, bytes(32)) == []
    batch = WriteBatch()
    transaction.write_to(batch)
    chain.store.write(batch)
    assert stored_nodes(chain.store) == before
    assert chain.db.contains(chain.roots[lost])


def test_insert_and_finalise_in_one_batch() -> None:
    chain = Chain(Pruning(keep_blocks=1))
    chain.add(None, {b"a": b"0" * 40}, {})
    root = chain.roots[GENESIS]
    transaction = chain.db.transaction()
    parent = GENESIS
    for number in range(1, 5):
        # Later changes are computed from states that are not written yet, only remembered.
        change = StateDb(chain.store, ARCHIVE).at(root).change({b"a": b"%d" % number * 40}, {}, 1)
        block = blake2_256(b"%d" % number)
        transaction.insert(number, block, parent, change)
        transaction.canonicalize(number, block)
        parent = block
        batch = WriteBatch()
        transaction.write_to(batch)
        chain.store.write(batch)
        transaction = chain.db.transaction()
        root = change.root
    assert stored_nodes(chain.store) >= set(uses(chain.store, root))
    assert len(stored_nodes(chain.store)) == 4  # a leaf and its value, for two states


def test_a_damaged_count_is_reported() -> None:
    chain = Chain(Pruning(keep_blocks=1))
    genesis = chain.add(None, {b"a": b"0" * 40}, {})
    block = chain.add(genesis, {b"a": b"1" * 40}, {})
    transaction = chain.db.transaction()
    change = StateChange(EMPTY_ROOT, [], [], [bytes(32), bytes(32)])
    transaction.insert(2, b"\x02" * 32, block, change)
    transaction.canonicalize(1, block)
    transaction.canonicalize(2, b"\x02" * 32)
    transaction.canonicalize(3, b"\x03" * 32)
    with pytest.raises(DatabaseError, match="would be -1"):
        transaction.write_to(WriteBatch())


@pytest.mark.parametrize(
    ("text", "pruning"),
    [
        ("archive", ARCHIVE),
        ("archive-canonical", ARCHIVE_CANONICAL),
        ("256", Pruning()),
        ("1", Pruning(keep_blocks=1)),
    ],
)
def test_parse_pruning(text: str, pruning: Pruning) -> None:
    assert parse_pruning(text) == pruning


@pytest.mark.parametrize("text", ["", "0", "-1", "ten", "1e3", "²", "99999999999"])
def test_parse_pruning_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="state pruning"):
        parse_pruning(text)
