"""Pruning, setting back, opening again, and what is left when the disk stops at any write."""

import pytest

from parachain.client.chain.blocks import CorruptDatabaseError
from parachain.client.chain.notifications import BlockOrigin, HeadSet
from parachain.client.chain.opening import ChainConfig, OtherChainError
from parachain.client.chain.pruning import (
    ARCHIVE_BLOCKS,
    ARCHIVE_CANONICAL_BLOCKS,
    BlocksPruning,
    parse_blocks_pruning,
)
from parachain.client.chain.runtime_calls import UnknownBlock
from parachain.client.chain.tree_route import BlockId
from parachain.client.database import DatabaseError, MemoryStore, WriteBatch, columns
from parachain.client.state import ARCHIVE, Pruning, UnknownState
from tests.client.chain.small_node import BOB, LATER_MS, SmallNode
from tests.client.chain.small_runtime import VERSION, put


def node(keep_states: int = 3, keep_bodies: int | None = None) -> SmallNode:
    config = ChainConfig(
        state_pruning=Pruning(keep_states), blocks_pruning=BlocksPruning(keep_bodies)
    )
    return SmallNode(config=config)


def has_state(of: SmallNode, block_hash: bytes) -> bool:
    try:
        return len(of.chain.state_at(block_hash).get(b"valuea") or b"") > 0
    except UnknownState:
        return False


def test_states_and_bodies_of_old_blocks_are_pruned() -> None:
    small = node(keep_states=3, keep_bodies=2)
    hashes = [small.make(put(b"a", bytes((n,)) * 40)).block.hash for n in range(1, 11)]
    for block_hash in hashes[:8]:
        small.chain.finalize(block_hash)
    assert [has_state(small, each) for each in hashes] == [False] * 4 + [True] * 6
    assert [small.chain.body(each) is not None for each in hashes] == [False] * 6 + [True] * 4
    small.chain.finalize(hashes[-1])
    assert [small.chain.body(each) is not None for each in hashes] == [False] * 8 + [True] * 2
    assert small.chain.body(small.chain.genesis_hash) == ()
    assert all(small.chain.header(each) is not None for each in hashes)


def test_finalising_many_blocks_at_once_prunes_as_one_after_the_other() -> None:
    small = node(keep_states=2, keep_bodies=2)
    hashes = [small.make(put(b"a", bytes((n,)) * 40)).block.hash for n in range(1, 9)]
    small.chain.finalize(hashes[-1])
    assert [has_state(small, each) for each in hashes] == [False] * 5 + [True] * 3
    assert [small.chain.body(each) is not None for each in hashes] == [False] * 6 + [True] * 2


def test_a_pinned_block_is_spared_until_it_is_unpinned() -> None:
    small = node(keep_states=1, keep_bodies=1)
    hashes = [small.make(put(b"a", bytes((n,)) * 40)).block.hash for n in range(1, 9)]
    small.chain.pin(hashes[1])
    small.chain.pin(hashes[1])
    small.chain.finalize(hashes[5])
    small.chain.unpin(hashes[1])
    assert has_state(small, hashes[1])
    assert small.chain.body(hashes[1]) is not None
    assert not has_state(small, hashes[0])
    assert small.chain.body(hashes[0]) is None
    small.chain.unpin(hashes[1])
    small.chain.finalize(hashes[6])
    assert not has_state(small, hashes[1])
    assert small.chain.body(hashes[1]) is None
    with pytest.raises(KeyError):
        small.chain.unpin(hashes[1])
    with pytest.raises(UnknownBlock):
        small.chain.pin(bytes(32))


def test_an_archive_keeps_forks() -> None:
    small = SmallNode(config=ChainConfig(ARCHIVE, ARCHIVE_BLOCKS))
    fork = small.make(put(b"a", b"fork")).block
    trunk = small.make(put(b"a", b"trunk"), parent=small.chain.genesis_hash, skip=4).block
    small.chain.finalize(trunk.hash)
    assert small.chain.body(fork.hash) == fork.extrinsics
    assert has_state(small, fork.hash)


@pytest.mark.parametrize(
    ("text", "pruning"),
    [
        ("archive", ARCHIVE_BLOCKS),
        ("archive-canonical", ARCHIVE_CANONICAL_BLOCKS),
        ("256", BlocksPruning(256)),
    ],
)
def test_blocks_pruning_is_read(text: str, pruning: BlocksPruning) -> None:
    assert parse_blocks_pruning(text) == pruning


@pytest.mark.parametrize("text", ["", "0", "-1", "\u0661", "4294967296", "all"])
def test_other_blocks_pruning_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected archive"):
        parse_blocks_pruning(text)


def test_opening_again_finds_everything_as_it_was() -> None:
    small = SmallNode()
    trunk = small.grow(3)
    fork = small.grow(2, parent=trunk[0].hash, skip=9)
    late = small.grow(1, parent=trunk[1].hash, skip=20)
    small.chain.finalize(trunk[0].hash)
    again = SmallNode(small.store)
    assert again.chain.snapshot().best == BlockId(trunk[2].hash, 3)
    assert again.chain.finalised == BlockId(trunk[0].hash, 1)
    assert set(again.chain.leaves()) == {BlockId(b[-1].hash, 3) for b in (trunk, fork, late)}
    again.grow(2)
    assert again.chain.best.number == 5


def test_another_chain_specification_is_refused_in_one_line() -> None:
    small = SmallNode()
    with pytest.raises(OtherChainError) as caught:
        SmallNode(small.store, authorities=(BOB,))
    assert "\n" not in str(caught.value)
    assert small.chain.genesis_hash.hex() in str(caught.value)


def test_a_database_without_its_best_block_is_refused() -> None:
    small = SmallNode()
    small.grow(2)
    small.store.delete(columns.HEADER + small.chain.best.hash)
    with pytest.raises(CorruptDatabaseError):
        SmallNode(small.store)


def test_reverting_stops_at_finality() -> None:
    small = SmallNode()
    blocks = small.grow(5)
    small.chain.finalize(blocks[1].hash)
    assert small.chain.revert(1) == 1
    assert small.chain.best == BlockId(blocks[3].hash, 4)
    assert small.chain.hash_at(5) is None
    assert small.chain.revert(10) == 2
    assert small.chain.best == small.chain.finalised == BlockId(blocks[1].hash, 2)
    assert small.chain.revert(1) == 0
    small.take(*blocks[2:])
    assert small.chain.best == BlockId(blocks[4].hash, 5)


def test_setting_the_head_below_finality_takes_blocks_off_the_chain() -> None:
    small = node(keep_states=9)
    blocks = small.grow(6)
    stale = small.grow(1, parent=blocks[1].hash, skip=30)
    small.chain.finalize(blocks[3].hash)
    done = small.chain.set_head(blocks[1].hash)
    assert done == small.news[-1]
    assert isinstance(done, HeadSet)
    assert done.head == done.finalised == BlockId(blocks[1].hash, 2)
    assert [block.hash for block in done.route.retracted] == [b.hash for b in blocks[:1:-1]]
    assert small.chain.body(blocks[5].hash) == blocks[5].extrinsics
    for each in (small, SmallNode(small.store)):
        assert each.chain.snapshot() == (done.head, done.head, ())
        assert each.chain.hash_at(3) is None
    other = small.make(put(b"a", b"other"), skip=40).block
    small.chain.finalize(other.hash)
    assert small.chain.best == BlockId(other.hash, 3)
    with pytest.raises(UnknownBlock):
        small.chain.set_head(blocks[3].hash)
    with pytest.raises(UnknownBlock):
        small.chain.set_head(stale[0].hash)
    SmallNode(small.store).grow(2)


def test_setting_the_head_to_a_fork() -> None:
    small = SmallNode()
    trunk = small.grow(3)
    fork = small.grow(2, parent=trunk[0].hash, skip=9)
    small.chain.set_head(fork[0].hash)
    assert small.chain.best == BlockId(fork[0].hash, 2)
    assert small.chain.hash_at(2) == fork[0].hash
    (block,) = small.grow(1)
    assert small.chain.best == BlockId(block.hash, 3)


def test_a_pruned_state_cannot_be_head() -> None:
    small = node(keep_states=1)
    blocks = [small.make(put(b"a", bytes((n,)) * 40)).block for n in range(1, 6)]
    small.chain.finalize(blocks[4].hash)
    with pytest.raises(UnknownState):
        small.chain.set_head(blocks[1].hash)
    assert small.chain.best.number == 5


def test_after_everything_is_final_only_the_last_state_is_left() -> None:
    """Forks, reverts and reorganisations leave no trie node behind that nothing refers to."""
    small = node(keep_states=1)
    trunk = [small.make(put(b"a", bytes((n,)) * 40), put(b"b", b"x" * 50)).block for n in range(3)]
    small.make(put(b"c", b"c" * 40), parent=trunk[0].hash, skip=5)
    small.make(put(b"d", b"d" * 40), parent=trunk[2].hash)
    small.chain.revert(1)
    for n in range(3):
        small.make(put(b"e", bytes((n,)) * 40))
    small.chain.finalize(small.chain.best.hash)
    for n in range(2):
        small.make(put(b"a", bytes((n,)) * 33))
        small.chain.finalize(small.chain.best.hash)
    nodes = list(small.store.iterate(columns.STATE))
    reachable = set()
    for block_hash in (small.chain.best.hash, small.chain.hash_at(small.chain.best.number - 1)):
        assert block_hash is not None
        state, recorder = small.chain.state_at(block_hash).recording()
        assert list(state.pairs())
        reachable.update(recorder.proof())
    assert len(nodes) == len(reachable)


class StopsAt(MemoryStore):
    """A disk that is full from a certain write on; a batch is written whole or not at all."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self.left = writes

    def write(self, batch: WriteBatch, *, sync: bool = True) -> None:
        assert sync
        if not self.left:
            raise DatabaseError("no space left for the database", "memory", "free some")
        self.left -= 1
        super().write(batch, sync=sync)


def live(small: SmallNode) -> None:
    """Do everything a chain does, with forks."""
    trunk = [small.make(put(b"a", bytes((n,)) * 40)).block for n in range(4)]
    small.grow(2, parent=trunk[1].hash, skip=9)
    small.chain.finalize(trunk[0].hash)
    small.grow(2)
    small.chain.revert(1)
    small.chain.finalize(trunk[3].hash)
    small.grow(1, skip=50)


def start_and_live(store: MemoryStore, started: list[SmallNode]) -> None:
    started.append(SmallNode(store, ChainConfig(Pruning(1), BlocksPruning(1))))
    live(started[0])


@pytest.mark.parametrize("writes", range(13))
def test_a_disk_that_fails_at_any_write_leaves_a_consistent_chain(writes: int) -> None:
    store = StopsAt(writes)
    started: list[SmallNode] = []
    with pytest.raises(DatabaseError):
        start_and_live(store, started)
    store.left = 1_000
    again = SmallNode(store, ChainConfig(Pruning(1), BlocksPruning(1)))
    for failed in started:
        before, now = failed.chain.snapshot(), again.chain.snapshot()
        assert (now.finalised, now.best) == (before.finalised, before.best)
        assert sorted(now.unfinalised) == sorted(before.unfinalised)
        assert len(failed.news) == writes - 1
    again.make(put(b"z", b"z" * 40))
    again.chain.finalize(again.chain.best.hash)
    assert again.chain.state_at(again.chain.best.hash).get(b"valuez") == b"z" * 40


def test_versions_and_metadata_are_asked_for_once_a_runtime() -> None:
    small = SmallNode()
    blocks = small.grow(3)
    again = SmallNode(small.store)
    calls = again.runtime.calls
    for block in blocks:
        assert again.chain.runtime_version(block.hash) == VERSION
        assert again.chain.metadata(block.hash, 14) == b"meta"
    assert calls == ["Core_version", "Metadata_metadata_at_version"]
    assert again.chain.metadata(blocks[0].hash, 99) is None


def test_what_a_runtime_call_writes_is_thrown_away() -> None:
    small = SmallNode()
    best = small.chain.best.hash
    small.chain.runtime_call(best, "BlockBuilder_apply_extrinsic", put(b"a", b"1"))
    assert small.chain.state_at(best).get(b"valuea") is None


def test_a_listener_can_leave() -> None:
    small = SmallNode()
    small.chain.unsubscribe(small.news.append)
    small.grow(1)
    assert small.news == []
    with pytest.raises(ValueError, match="x not in list"):
        small.chain.unsubscribe(small.news.append)


def test_import_from_a_file_is_told_as_such() -> None:
    first, second = SmallNode(), SmallNode()
    (block,) = first.grow(1)
    second.chain.import_block(block, BlockOrigin.FILE, LATER_MS)
    assert second.news[0].origin is BlockOrigin.FILE  # type: ignore[union-attr]  # an import
