"""`ChainWriter`: every change of the chain, each one synced atomic batch, then memory, then news.

If the batch fails nothing has happened. One thread calls it. The lock is held only while memory
changes and listeners are told, so that a reader sees the tree before or after, with its news.
"""

from collections.abc import Sequence
from threading import RLock

from parachain.client.chain.block import Block, Justification
from parachain.client.chain.blocks import BlockChanges, BlockStore
from parachain.client.chain.fork_tree import ForkTree
from parachain.client.chain.importing import ExecutedBlock
from parachain.client.chain.notifications import (
    BlockOrigin,
    FinalizedBlocks,
    HeadSet,
    ImportedBlock,
    Listener,
    Notification,
)
from parachain.client.chain.pins import Pins
from parachain.client.chain.pruning import BlocksPruning
from parachain.client.chain.tree_route import BlockId, tree_route
from parachain.client.database import KeyValueStore, WriteBatch
from parachain.client.state import StateDb, StateTransaction


class ChainWriter:
    """Appends, finalises and sets back. Owns the fork tree and the listeners."""

    def __init__(
        self,
        store: KeyValueStore,
        blocks: BlockStore,
        states: StateDb,
        tree: ForkTree,
        pruning: BlocksPruning,
    ) -> None:
        self.tree = tree
        self.pins = Pins()
        self.lock = RLock()
        self.listeners: list[Listener] = []
        self._store = store
        self._blocks = blocks
        self._states = states
        self._pruning = pruning

    def append(self, block: Block, executed: ExecutedBlock, origin: BlockOrigin) -> ImportedBlock:
        """Add a block with its state above its parent.

        Raises UnknownBlockError (the parent), ForkTreeFullError, DatabaseError.
        """
        self.tree.check_insertion(block.hash, block.header.parent_hash)
        best = self.tree.best
        added = BlockId(block.hash, block.number)
        route = None
        if block.number > best.number:
            way = self.tree.route(best.hash, block.header.parent_hash)
            route = way._replace(enacted=(*way.enacted, added))
        changes = BlockChanges(self._blocks)
        changes.add(block)
        if route is not None:
            changes.set_best(added, route)
        state = self._states.transaction()
        state.insert(block.number, block.hash, block.header.parent_hash, executed.change)
        self._write(changes, state)
        news = ImportedBlock(added, block.header, origin, route, executed.storage)
        with self.lock:
            self.tree.insert(block.hash, block.header.parent_hash)
            self._blocks.remember(block.hash, block.header)
            self._tell(news)
        return news

    def finalise(
        self, block_hash: bytes, justifications: tuple[Justification, ...] | None
    ) -> FinalizedBlocks | None:
        """Make a block and its ancestors final; None if it is the last finalised one already.

        Raises UnknownBlockError, DatabaseError.
        """
        done = self.tree.finalised_route(block_hash)
        if not done.enacted:
            return None
        best = self.tree.best
        route = None if done.best == best else self.tree.route(best.hash, done.best.hash)
        changes = BlockChanges(self._blocks)
        state = self._states.transaction()
        for block in done.enacted:
            state.canonicalize(block.number, block.hash)
        if route is not None:
            changes.set_best(done.best, route)
        changes.set_finalised(done.enacted[-1])
        if justifications is not None:
            changes.set_justifications(block_hash, justifications)
        for pruned in self.pins.prunable(self._unwanted_bodies(done.enacted, done.stale)):
            changes.remove_body(pruned)
        self._write(changes, state)
        news = FinalizedBlocks(done.enacted, done.stale, done.stale_heads, route)
        with self.lock:
            self.tree.finalise(block_hash)
            self._tell(news)
        return news

    def set_back(self, head: BlockId) -> HeadSet:
        """Make a known block the best one and take everything higher off the chain.

        Finality moves down with it if need be. The caller has made sure that the block is on the
        chain and its state there. Raises DatabaseError.
        """
        tree = self.tree
        finalised = min(tree.finalised, head, key=lambda block: block.number)
        route = tree_route(self._blocks.parent, tree.best, head)
        lowest = max(head.number, tree.finalised.number) + 1
        changes = BlockChanges(self._blocks)
        state = self._states.transaction()
        for block in tree.unfinalised():
            if block.number == lowest:
                state.discard(block.number, block.hash)
        changes.unlist_above(head.number)
        changes.set_best(head, route)
        changes.set_finalised(finalised)
        self._write(changes, state)
        news = HeadSet(head, finalised, route)
        with self.lock:
            if head.hash in tree:
                tree.truncate(head.hash)
            else:
                self.tree = ForkTree(head)
            self._tell(news)
        return news

    def _unwanted_bodies(
        self, finalised: Sequence[BlockId], stale: Sequence[BlockId]
    ) -> list[bytes]:
        """Bodies that the operator does not want any more once these blocks are final."""
        unwanted = [] if self._pruning.keep_forks else [block.hash for block in stale]
        keep = self._pruning.keep_blocks
        if keep is not None:
            below = self.tree.finalised
            enacted = {block.number: block.hash for block in finalised}
            for block in finalised:
                number = block.number - keep
                if number > below.number:
                    unwanted.append(enacted[number])
                elif number > 0:
                    unwanted += self._blocks.hashes_at(number)[:1]
        return unwanted

    def _write(self, changes: BlockChanges, state: StateTransaction) -> None:
        batch = WriteBatch()
        state.write_to(batch, pinned=self.pins.oldest())
        changes.put_into(batch)
        self._store.write(batch)

    def _tell(self, news: Notification) -> None:
        for listener in tuple(self.listeners):
            listener(news)
