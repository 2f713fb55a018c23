from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.client.chain.fork_tree import (
    MAX_BLOCKS_PER_HEIGHT,
    ForkTree,
    ForkTreeError,
    ForkTreeFullError,
    UnknownBlockError,
)
from parachain.client.chain.tree_route import BlockId

GENESIS = BlockId(b"genesis", 0)


def tree(*edges: str) -> ForkTree:
    """Build `a<b` style edges: the right block above the left one; `.` is genesis."""
    made = ForkTree(GENESIS)
    for edge in edges:
        parent, child = edge.split("<")
        made.insert(child.encode(), GENESIS.hash if parent == "." else parent.encode())
    return made


def names(blocks: Iterator[BlockId] | tuple[BlockId, ...]) -> str:
    return " ".join(block.hash.decode() for block in blocks)


def test_longest_chain_is_best_and_a_tie_goes_to_the_first_seen() -> None:
    forks = tree(".<a", ".<b")
    assert forks.best == BlockId(b"a", 1)
    assert forks.insert(b"b2", b"b") is True
    assert forks.insert(b"a2", b"a") is False
    assert forks.best == BlockId(b"b2", 2)
    assert names(forks.leaves()) == "b2 a2"


def test_route_retracts_down_and_enacts_up() -> None:
    forks = tree(".<a", "a<b", "b<c", "a<d", "d<e", "e<f")
    route = forks.route(b"c", b"f")
    assert (names(route.retracted), route.common.hash, names(route.enacted)) == (
        "c b",
        b"a",
        "d e f",
    )
    assert route.is_reorganisation
    assert not forks.route(b"a", b"c").is_reorganisation
    assert forks.route(b"c", b"c") == ((), BlockId(b"c", 3), ())


def test_finalising_prunes_forks_and_returns_them() -> None:
    forks = tree(".<a", "a<b", "a<c", "c<d", ".<x", "x<y", "b<e", "e<f")
    done = forks.finalise(b"b")
    assert names(done.enacted) == "a b"
    assert names(done.stale) == "x y c d"
    assert names(done.stale_heads) == "y d"
    assert names(forks.unfinalised()) == "e f"
    assert forks.finalised == BlockId(b"b", 2)
    with pytest.raises(UnknownBlockError):
        forks.finalise(b"a")


def test_finalising_a_shorter_fork_moves_the_best_block_to_it() -> None:
    forks = tree(".<a", "a<b", "b<c", ".<x", "x<y")
    forks.finalise(b"x")
    assert forks.best == BlockId(b"y", 2)


def test_finalising_the_root_again_changes_nothing() -> None:
    forks = tree(".<a")
    assert forks.finalise(GENESIS.hash) == ((), (), (), BlockId(b"a", 1))
    assert forks.best == BlockId(b"a", 1)
    assert len(forks) == 1


def test_truncating_removes_what_is_higher() -> None:
    forks = tree(".<a", "a<b", "b<c", "a<d", "d<e", "e<f")
    assert names(forks.truncate(b"b")) == "c e f"
    assert forks.best == BlockId(b"b", 2)
    assert forks.insert(b"n", b"b") is True


def test_refusals_change_nothing() -> None:
    forks = tree(".<a")
    with pytest.raises(UnknownBlockError):
        forks.insert(b"b", b"unknown")
    with pytest.raises(ForkTreeError):
        forks.insert(b"a", GENESIS.hash)
    with pytest.raises(UnknownBlockError):
        forks.parent(GENESIS)
    assert len(forks) == 1


def test_size_is_bounded() -> None:
    forks = ForkTree(GENESIS, max_blocks=2)
    forks.insert(b"a", GENESIS.hash)
    forks.insert(b"b", b"a")
    with pytest.raises(ForkTreeFullError):
        forks.insert(b"c", b"b")
    forks.finalise(b"a")
    forks.insert(b"c", b"b")


def test_blocks_of_a_height_are_bounded() -> None:
    forks = ForkTree(GENESIS)
    for index in range(MAX_BLOCKS_PER_HEIGHT):
        forks.insert(bytes((index,)), GENESIS.hash)
    with pytest.raises(ForkTreeFullError):
        forks.insert(b"more", GENESIS.hash)
    forks.finalise(b"\x00")
    assert len(forks) == 0


class Model:
    """The readable twin: parents in a dict, everything recomputed."""

    def __init__(self) -> None:
        self.parents: dict[int, int] = {}
        self.root = 0

    def path(self, block: int) -> list[int]:
        path = [block]
        while path[-1] != self.root and path[-1] in self.parents:
            path.append(self.parents[path[-1]])
        return path

    def alive(self) -> list[int]:
        return [block for block in self.parents if self.path(block)[-1] == self.root != block]


def height(model: Model, block: int) -> int:
    steps = 0
    while block:
        block = model.parents[block]
        steps += 1
    return steps


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 10**6)), max_size=60))
def test_tree_agrees_with_its_model(steps: list[tuple[bool, int]]) -> None:
    model = Model()
    forks = ForkTree(BlockId(b"\x00", 0))
    best = 0
    for number, (is_insertion, choice) in enumerate(steps, start=1):
        candidates = [model.root, *model.alive()]
        chosen = candidates[choice % len(candidates)]
        if is_insertion or chosen == model.root:
            is_best = forks.insert(bytes((number,)), bytes((chosen,)))
            model.parents[number] = chosen
            assert is_best == (height(model, number) > height(model, best))
            best = number if is_best else best
        else:
            before = model.alive()
            path = model.path(chosen)[:-1]
            foretold = forks.finalised_route(bytes((chosen,)))
            done = forks.finalise(bytes((chosen,)))
            assert done == foretold
            model.root = chosen
            assert [block.hash[0] for block in done.enacted] == path[::-1]
            gone = [block for block in before if block not in model.alive() and block not in path]
            assert sorted(block.hash[0] for block in done.stale) == gone
            if best not in (chosen, *model.alive()):
                rest = [chosen, *model.alive()]
                best = max(rest, key=lambda block: (height(model, block), -block))
        alive = [model.root, *model.alive()]
        assert [block.hash[0] for block in forks.unfinalised()] == model.alive()
        assert forks.best == BlockId(bytes((best,)), height(model, best))
        leaves = [block for block in alive if block not in [model.parents.get(b) for b in alive]]
        assert sorted(leaf.hash[0] for leaf in forks.leaves()) == sorted(leaves)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40), st.data())
def test_route_is_a_walk_through_the_common_ancestor(
    parents: list[int], data: st.DataObject
) -> None:
    forks = ForkTree(BlockId(b"\x00", 0))
    for number, choice in enumerate(parents, start=1):
        forks.insert(bytes((number,)), bytes((choice % number,)))
    blocks = st.integers(0, len(parents)).map(lambda block: bytes((block,)))
    old, new = data.draw(blocks), data.draw(blocks)
    route = forks.route(old, new)
    down = [*route.retracted, route.common]
    up = [route.common, *route.enacted]
    assert down[0].hash == old
    assert up[-1].hash == new
    assert all(forks.parent(child) == parent for child, parent in pairwise(down))
    assert all(forks.parent(child) == parent for parent, child in pairwise(up))
    assert forks.is_ancestor(route.common.hash, old)
    assert forks.is_ancestor(route.common.hash, new)
    first = [path[0].hash for path in (route.retracted[-1:], route.enacted[:1]) if path]
    assert len(first) == len(dict.fromkeys(first))
