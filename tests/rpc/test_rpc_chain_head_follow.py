"""The machine behind chainHead_v1_follow against what the specification promises its clients."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.client.chain.chain import Snapshot
from parachain.client.chain.fork_tree import ForkTree
from parachain.client.chain.notifications import (
    BlockOrigin,
    FinalizedBlocks,
    HeadSet,
    ImportedBlock,
    Notification,
    StorageChanges,
)
from parachain.client.chain.tree_route import BlockId
from parachain.primitives.header import Header
from parachain.rpc.chain_head_events import (
    BestBlockChanged,
    Finalised,
    FollowEvent,
    Initialized,
    NewBlock,
    Stop,
)
from parachain.rpc.chain_head_follow import (
    DuplicateHashesError,
    Follow,
    FollowLimits,
    NotPinnedError,
)

GENESIS = BlockId(bytes(32), 0)


class Pins:
    """What a machine pinned and did not unpin."""

    def __init__(self) -> None:
        self.counts: Counter[bytes] = Counter()

    def pin(self, block_hash: bytes, /) -> None:
        self.counts[block_hash] += 1

    def unpin(self, block_hash: bytes, /) -> None:
        assert self.counts[block_hash] > 0
        self.counts[block_hash] -= 1

    def held(self) -> list[bytes]:
        return sorted(self.counts.elements())


class Tree:
    """A chain of bare hashes that tells what `Chain` would."""

    def __init__(self) -> None:
        self.tree = ForkTree(GENESIS)
        self.final = [GENESIS]
        self.made = 0

    def snapshot(self) -> Snapshot:
        blocks = ((block, self.tree.parent(block).hash) for block in self.tree.unfinalised())
        return Snapshot(self.tree.finalised, self.tree.best, tuple(blocks))

    def grow(self, choice: int, *, sets_code: bool = False) -> ImportedBlock:
        """Add a block above one of the blocks there are."""
        blocks = [self.tree.finalised, *self.tree.unfinalised()]
        parent = blocks[-1 - choice % len(blocks)]
        self.made += 1
        block = BlockId(self.made.to_bytes(32, "big"), parent.number + 1)
        before = self.tree.best.hash
        is_best = self.tree.insert(block.hash, parent.hash)
        header = Header(parent.hash, block.number, bytes(32), bytes(32), ())
        route = self.tree.route(before, block.hash) if is_best else None
        changes = StorageChanges({b":code": b""} if sets_code else {}, {})
        return ImportedBlock(block, header, BlockOrigin.OWN, route, changes)

    def finalise(self, choice: int) -> FinalizedBlocks | None:
        """Finalise one of the open blocks."""
        blocks = list(self.tree.unfinalised())
        if not blocks:
            return None
        block = blocks[choice % len(blocks)]
        before = self.tree.best
        done = self.tree.finalised_route(block.hash)
        route = None if done.best == before else self.tree.route(before.hash, done.best.hash)
        self.tree.finalise(block.hash)
        self.final += done.enacted
        return FinalizedBlocks(done.enacted, done.stale, done.stale_heads, route)


class Reader:
    """A client: checks every promise of the specification, event by event."""

    def __init__(self, tree: Tree, limits: FollowLimits) -> None:
        self.tree = tree
        self.pins = Pins()
        self.machine = Follow(self.pins, limits)
        self.parents: dict[bytes, bytes] = {}
        self.open: list[bytes] = []
        self.finalised = b""
        self.best = b""
        self.pinned: list[bytes] = []
        self.stopped = False
        self.read(self.machine.begin(tree.snapshot(), tree.final[-3:]))
        assert self.best == tree.tree.best.hash

    def read(self, events: list[FollowEvent]) -> None:
        for event in events:
            assert not self.stopped
            match event:
                case Initialized(finalised):
                    assert not self.finalised
                    self.finalised = finalised[-1]
                    self.pinned += finalised
                case NewBlock(block_hash, parent_hash):
                    assert block_hash not in self.parents
                    assert parent_hash == self.finalised or parent_hash in self.open
                    self.parents[block_hash] = parent_hash
                    self.open.append(block_hash)
                    self.pinned.append(block_hash)
                case BestBlockChanged(block_hash):
                    assert block_hash == self.finalised or block_hash in self.open
                    assert block_hash != self.best
                    self.best = block_hash
                case Finalised(finalised, pruned):
                    for block_hash in finalised:
                        assert self.parents[block_hash] == self.finalised
                        self.finalised = block_hash
                        self.open.remove(block_hash)
                    for block_hash in pruned:
                        self.open.remove(block_hash)
                    assert self.best == self.finalised or self.best in self.open
                case Stop():
                    self.stopped = True
                    self.pinned = []
        assert self.pins.held() == sorted(self.pinned)
        assert all(self.machine.is_pinned(each) for each in self.pinned)

    def change(self, news: Notification) -> None:
        self.read(self.machine.on_change(news))
        if not self.stopped:
            tree = self.tree.tree
            assert self.best == tree.best.hash
            assert self.finalised == tree.finalised.hash
            assert sorted(self.open) == sorted(block.hash for block in tree.unfinalised())

    def unpin(self, choice: int) -> None:
        if self.pinned:
            block_hash = self.pinned.pop(choice % len(self.pinned))
            self.machine.unpin([block_hash])
            with pytest.raises(NotPinnedError):
                self.machine.unpin([block_hash])
            self.read([])


ACTIONS = st.lists(
    st.tuples(st.sampled_from("ggggffuuujs"), st.integers(0, 20)), min_size=1, max_size=60
)


@settings(max_examples=150)
@given(ACTIONS, st.integers(1, 6))
def test_keeps_every_promise(actions: list[tuple[str, int]], limit: int) -> None:
    tree = Tree()
    limits = FollowLimits(limit + 3, 4 * limit)
    readers = [Reader(tree, limits)]
    for action, choice in actions:
        news: Notification | None = None
        if action == "g":
            news = tree.grow(choice)
        elif action == "f":
            news = tree.finalise(choice)
        elif action == "u":
            readers[choice % len(readers)].unpin(choice)
        elif action == "j":
            readers.append(Reader(tree, limits))
        elif choice == 0:
            best = tree.tree.best
            news = HeadSet(best, tree.tree.finalised, tree.tree.route(best.hash, best.hash))
        if news is not None:
            for reader in readers:
                reader.change(news)
    for reader in readers:
        reader.machine.end()
        assert reader.pins.held() == []
        assert reader.machine.on_change(tree.grow(0)) == []


def begun(tree: Tree, limits: FollowLimits | None = None) -> tuple[Follow, Pins]:
    pins = Pins()
    machine = Follow(pins, limits) if limits else Follow(pins)
    machine.begin(tree.snapshot(), tree.final[-1:])
    return machine, pins


def test_open_blocks_do_not_count_as_pinned_too_many() -> None:
    tree = Tree()
    machine, pins = begun(tree, FollowLimits(pinned=2, age=100))
    for _ in range(50):
        assert Stop() not in machine.on_change(tree.grow(0))
    assert len(pins.held()) == 51
    news = tree.finalise(1)
    assert news is not None
    assert machine.on_change(news)[-1] == Stop()
    assert pins.held() == []


def test_pinning_one_block_for_too_long() -> None:
    tree = Tree()
    machine, pins = begun(tree, FollowLimits(pinned=100, age=5))
    for number in range(1, 7):
        machine.on_change(tree.grow(0))
        news = tree.finalise(0)
        assert news is not None
        assert (machine.on_change(news)[-1] == Stop()) == (number == 6)
    assert pins.held() == []


def test_pruned_blocks_stay_pinned() -> None:
    tree = Tree()
    machine, _ = begun(tree)
    first = tree.grow(0)
    second = tree.grow(1)
    machine.on_change(first)
    machine.on_change(second)
    news = tree.finalise(0)
    assert news is not None
    pruned = (second.block.hash,)
    assert machine.on_change(news) == [Finalised((first.block.hash,), pruned)]
    assert machine.is_pinned(second.block.hash)
    machine.unpin(pruned)


def test_a_gap_stops() -> None:
    tree = Tree()
    machine, pins = begun(tree)
    tree.grow(0)
    assert machine.on_change(tree.grow(0)) == [Stop()]
    machine, pins = begun(Tree())
    news = tree.finalise(0)
    assert news is not None
    assert machine.on_change(news) == [Stop()]
    assert pins.held() == []


def test_new_code_is_noted() -> None:
    tree = Tree()
    machine, _ = begun(tree)
    for sets_code in (False, True):
        block = machine.on_change(tree.grow(0, sets_code=sets_code))[0]
        assert isinstance(block, NewBlock)
        assert block.sets_code is sets_code


def test_unpinning_is_all_or_nothing() -> None:
    machine, pins = begun(Tree())
    with pytest.raises(NotPinnedError):
        machine.unpin([GENESIS.hash, b"?"])
    with pytest.raises(DuplicateHashesError):
        machine.unpin([GENESIS.hash, GENESIS.hash])
    assert pins.held() == [GENESIS.hash]
    machine.unpin([])
    machine.unpin([GENESIS.hash])
    assert pins.held() == []
