"""`ForkTree`: the blocks above the last finalised one, and which of them is best.

The best block is the head of the longest chain; of two equally long ones the one seen first.
A machine without I/O: it knows hashes and numbers, not headers.

Out of scope: weights of chains other than their length, and storing anything. Not for several
threads at once; `Chain` guards it.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from parachain.client.chain.tree_route import BlockId, TreeRoute, tree_route

MAX_UNFINALISED_BLOCKS: Final = 1 << 16
"""Bounds memory (about 400 bytes a block) when a chain is extended and never finalised."""

MAX_BLOCKS_PER_HEIGHT: Final = 32
"""An authority may seal any number of blocks for a slot; more than this at a height is an attack.

As sc-state-db, which also gives up there.
"""


class ForkTreeError(Exception):
    """The tree refuses the operation; nothing was changed."""


class UnknownBlockError(ForkTreeError):
    """The block is not in the tree: never inserted, or below the last finalised one."""

    def __init__(self, block_hash: bytes) -> None:
        super().__init__(f"block 0x{block_hash.hex()} is not among the unfinalised blocks")
        self.block_hash = block_hash


class ForkTreeFullError(ForkTreeError):
    """One more block would exceed a limit of the tree."""


class FinalisedRoute(NamedTuple):
    """What finalising a block did.

    `enacted`: newly finalised blocks, oldest first. `stale`: every block that can never be
    finalised any more, parents first. `stale_heads`: the leaves among them. `best`: the best
    block afterwards, another one than before if that is stale.
    """

    enacted: tuple[BlockId, ...]
    stale: tuple[BlockId, ...]
    stale_heads: tuple[BlockId, ...]
    best: BlockId


class _Node:
    __slots__ = ("block", "children", "parent")

    def __init__(self, block: BlockId, parent: "_Node | None") -> None:
        self.block = block
        self.parent = parent
        self.children: list[_Node] = []


class ForkTree:
    """A tree whose root is the last finalised block."""

    __slots__ = ("_at_height", "_best", "_max_blocks", "_nodes", "_root")

    def __init__(self, finalised: BlockId, max_blocks: int = MAX_UNFINALISED_BLOCKS) -> None:
        self._root = _Node(finalised, None)
        self._best = self._root
        #: In order of insertion, which decides between chains of one length.
        self._nodes: dict[bytes, _Node] = {finalised.hash: self._root}
        self._at_height: dict[int, int] = {}
        self._max_blocks = max_blocks

    def __contains__(self, block_hash: bytes) -> bool:
        return block_hash in self._nodes

    def __len__(self) -> int:
        """Count the unfinalised blocks."""
        return len(self._nodes) - 1

    @property
    def finalised(self) -> BlockId:
        """The last finalised block."""
        return self._root.block

    @property
    def best(self) -> BlockId:
        """The head of the longest chain."""
        return self._best.block

    def block(self, block_hash: bytes) -> BlockId:
        """Return the block with its number. Raises UnknownBlockError."""
        return self._node(block_hash).block

    def parent(self, block: BlockId) -> BlockId:
        """Parent of an unfinalised block. Raises UnknownBlockError, for the root as well."""
        parent = self._node(block.hash).parent
        if parent is None:
            raise UnknownBlockError(block.hash)
        return parent.block

    def unfinalised(self) -> Iterator[BlockId]:
        """Every unfinalised block, in order of insertion: parents come before children."""
        return (node.block for node in self._nodes.values() if node is not self._root)

    def leaves(self) -> tuple[BlockId, ...]:
        """Blocks without children, the longest chain first, then in order of insertion."""
        heads = [node.block for node in self._nodes.values() if not node.children]
        heads.sort(key=lambda head: -head.number)
        return tuple(heads)

    def is_ancestor(self, ancestor: bytes, descendant: bytes) -> bool:
        """Whether `descendant` lies above `ancestor`, or is it. Raises UnknownBlockError."""
        wanted = self._node(ancestor)
        node: _Node | None = self._node(descendant)
        while node is not None and node.block.number > wanted.block.number:
            node = node.parent
        return node is wanted

    def route(self, old: bytes, new: bytes) -> TreeRoute:
        """Route between two blocks of the tree. Raises UnknownBlockError."""
        return tree_route(self.parent, self.block(old), self.block(new))

    def check_insertion(self, block_hash: bytes, parent_hash: bytes) -> None:
        """Raise what `insert` would raise, and change nothing."""
        if block_hash in self._nodes:
            raise ForkTreeError(f"block 0x{block_hash.hex()} is in the tree already")
        number = self._node(parent_hash).block.number + 1
        if len(self) >= self._max_blocks:
            raise ForkTreeFullError(
                f"{self._max_blocks} blocks wait for finality, there is no room for another"
            )
        if self._at_height.get(number, 0) >= MAX_BLOCKS_PER_HEIGHT:
            raise ForkTreeFullError(
                f"there are {MAX_BLOCKS_PER_HEIGHT} blocks number {number} already"
            )

    def insert(self, block_hash: bytes, parent_hash: bytes) -> bool:
        """Add a block above its parent; return whether it is the new best block.

        Raises UnknownBlockError if the parent is not in the tree, ForkTreeFullError, and
        ForkTreeError if the block is in the tree already.
        """
        self.check_insertion(block_hash, parent_hash)
        parent = self._nodes[parent_hash]
        number = parent.block.number + 1
        node = _Node(BlockId(block_hash, number), parent)
        parent.children.append(node)
        self._nodes[block_hash] = node
        self._at_height[number] = self._at_height.get(number, 0) + 1
        is_new_best = number > self._best.block.number
        if is_new_best:
            self._best = node
        return is_new_best

    def set_best(self, block_hash: bytes) -> None:
        """Declare a block best; a longer chain that arrives later replaces it.

        For restoring a stored tree and for the development chain. Raises UnknownBlockError.
        """
        self._best = self._node(block_hash)

    def finalised_route(self, block_hash: bytes) -> FinalisedRoute:
        """Return what `finalise` would do, and change nothing. Raises UnknownBlockError."""
        path = self._path(block_hash)
        stale = [
            gone
            for kept in path
            for sibling in (kept.parent.children if kept.parent else ())
            if sibling is not kept
            for gone in _subtree(sibling)
        ]
        best = self._best
        if path and not self.is_ancestor(block_hash, best.block.hash):
            lost = {gone.block.hash for gone in (*path[:-1], *stale)}
            best = _longest(
                node for name, node in self._nodes.items() if name not in lost and node.parent
            )
        return FinalisedRoute(
            tuple(kept.block for kept in path),
            tuple(gone.block for gone in stale),
            tuple(gone.block for gone in stale if not gone.children),
            best.block,
        )

    def finalise(self, block_hash: bytes) -> FinalisedRoute:
        """Make a block the root; whatever does not descend from it leaves the tree.

        If the best block goes, the head of the longest remaining chain takes its place.
        Raises UnknownBlockError.
        """
        route = self.finalised_route(block_hash)
        if not route.enacted:
            return route
        node = self._nodes[block_hash]
        del self._nodes[self._root.block.hash]
        for gone in (*route.enacted[:-1], *route.stale):
            del self._nodes[gone.hash]
        for gone in (*route.enacted, *route.stale):
            self._leave_height(gone.number)
        node.parent = None
        self._root = node
        self._best = self._nodes[route.best.hash]
        return route

    def truncate(self, block_hash: bytes) -> tuple[BlockId, ...]:
        """Make a block best and remove every block that is higher, parents first.

        For `revert` and for setting the head of a development chain. Raises UnknownBlockError.
        """
        head = self._node(block_hash)
        gone = [node for node in self._nodes.values() if node.block.number > head.block.number]
        gone.sort(key=lambda node: node.block.number)
        for node in gone:
            if node.parent is not None and node.block.number == head.block.number + 1:
                node.parent.children.remove(node)
        for node in gone:
            del self._nodes[node.block.hash]
            self._leave_height(node.block.number)
        self._best = head
        return tuple(node.block for node in gone)

    def _node(self, block_hash: bytes) -> _Node:
        try:
            return self._nodes[block_hash]
        except KeyError:
            raise UnknownBlockError(block_hash) from None

    def _path(self, block_hash: bytes) -> list[_Node]:
        """Nodes from above the root up to a block."""
        path: list[_Node] = []
        node = self._node(block_hash)
        while node.parent is not None:
            path.append(node)
            node = node.parent
        path.reverse()
        return path

    def _leave_height(self, number: int) -> None:
        left = self._at_height[number] - 1
        if left:
            self._at_height[number] = left
        else:
            del self._at_height[number]


def _longest(nodes: Iterable[_Node]) -> _Node:
    """Return the highest node, the first one of several."""
    return max(nodes, key=lambda node: node.block.number)


def _subtree(root: _Node) -> Iterator[_Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(node.children))
