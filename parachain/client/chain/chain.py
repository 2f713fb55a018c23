"""`Chain`: the facade of the client's blocks, states and finality.

Threads: one thread calls what changes the chain (`import_block`, `append_own_block`, `finalize`,
`revert`, `set_head`). Everything else may be called from any thread, at any time. A view of a
state fails with MissingTrieNode if its block is pruned while it is read: pin the block for as
long as it is needed, or be prepared. Times are in milliseconds since the Unix epoch.
"""

from collections.abc import Iterator
from typing import NamedTuple

from parachain.client.chain.block import Block, Justification
from parachain.client.chain.blocks import BlockStore
from parachain.client.chain.fork_tree import ForkTreeFullError
from parachain.client.chain.importing import (
    AlreadyInChain,
    BadBlock,
    BadBlocks,
    ExecutedBlock,
    Imported,
    ImportResult,
    MissingParent,
    NoRoom,
    TooEarly,
    execute,
)
from parachain.client.chain.invalid_block import Fault, InvalidBlock
from parachain.client.chain.notifications import (
    BlockOrigin,
    FinalizedBlocks,
    HeadSet,
    ImportedBlock,
    Listener,
)
from parachain.client.chain.runtime_calls import RuntimeCalls, UnknownBlock
from parachain.client.chain.tree_route import BlockId, TreeRoute, tree_route
from parachain.client.chain.verification import TooEarlyError
from parachain.client.chain.writer import ChainWriter
from parachain.client.executor.executor import Executor
from parachain.client.state import NativeExt, StateAt, StateDb
from parachain.primitives.header import Header
from parachain.primitives.runtime_version import RuntimeVersion


class Snapshot(NamedTuple):
    """The chain at one moment: everything that is not final yet, and where it begins.

    `unfinalised` has each block with its parent's hash, parents first.
    """

    finalised: BlockId
    best: BlockId
    unfinalised: tuple[tuple[BlockId, bytes], ...]


class Chain:
    """The chain of this node. Made by `opening.open_chain`."""

    def __init__(
        self,
        genesis_hash: bytes,
        blocks: BlockStore,
        states: StateDb,
        calls: RuntimeCalls,
        executor: Executor,
        writer: ChainWriter,
        bad_blocks: BadBlocks,
    ) -> None:
        self.genesis_hash = genesis_hash
        self.blocks = blocks
        self.states = states
        self.executor = executor
        self.bad_blocks = bad_blocks
        self._calls = calls
        self._writer = writer

    # Where the chain stands.

    @property
    def best(self) -> BlockId:
        """The head of the longest chain."""
        return self._writer.tree.best

    @property
    def finalised(self) -> BlockId:
        """The last block that is final."""
        return self._writer.tree.finalised

    def leaves(self) -> tuple[BlockId, ...]:
        """Return blocks without children, the longest chain first."""
        with self._writer.lock:
            return self._writer.tree.leaves()

    def snapshot(self) -> Snapshot:
        """Return the part of the chain that is not final, at one moment."""
        with self._writer.lock:
            tree = self._writer.tree
            return Snapshot(
                tree.finalised,
                tree.best,
                tuple((block, tree.parent(block).hash) for block in tree.unfinalised()),
            )

    def subscribe(self, listener: Listener) -> Snapshot:
        """Call `listener` with each change from now on; return where the chain stands now.

        No change is missed between the two, and none is told twice. See `notifications`.
        """
        with self._writer.lock:
            self._writer.listeners.append(listener)
            return self.snapshot()

    def unsubscribe(self, listener: Listener) -> None:
        """Call `listener` no more. Raises ValueError if it was not subscribed."""
        with self._writer.lock:
            self._writer.listeners.remove(listener)

    # Blocks.

    def header(self, block_hash: bytes) -> Header | None:
        """Header of a block, or None if it is unknown."""
        return self.blocks.header(block_hash)

    def body(self, block_hash: bytes) -> tuple[bytes, ...] | None:
        """Extrinsics with their length prefixes, or None if unknown or pruned."""
        return self.blocks.body(block_hash)

    def block(self, block_hash: bytes) -> Block | None:
        """Return a whole block, or None if header or body are missing."""
        return self.blocks.block(block_hash)

    def block_id(self, block_hash: bytes) -> BlockId | None:
        """Return the block with its number, or None if it is unknown."""
        header = self.blocks.header(block_hash)
        return None if header is None else BlockId(block_hash, header.number)

    def hash_at(self, number: int) -> bytes | None:
        """Hash of the block with this number on the best chain, or None."""
        if not 0 <= number <= self.best.number:
            return None
        return next(iter(self.blocks.hashes_at(number)), None)

    def is_canonical(self, block_hash: bytes) -> bool:
        """Whether a block lies on the best chain."""
        header = self.blocks.header(block_hash)
        return header is not None and self.hash_at(header.number) == block_hash

    def route(self, old: bytes, new: bytes) -> TreeRoute:
        """Route between any two blocks. Raises UnknownBlock."""
        return tree_route(self.blocks.parent, self._known(old), self._known(new))

    def canonical_blocks(self, first: int, last: int) -> Iterator[Block]:
        """Blocks of the best chain by number, ends included; stops where a body is missing."""
        for number in range(first, last + 1):
            block_hash = self.hash_at(number)
            block = None if block_hash is None else self.blocks.block(block_hash)
            if block is None:
                return
            yield block

    def pin(self, block_hash: bytes) -> None:
        """Keep body and state of a block from being pruned. Raises UnknownBlock.

        The state of a block that loses against a finalised one goes all the same.
        """
        self._writer.pins.pin(self._known(block_hash))

    def unpin(self, block_hash: bytes) -> None:
        """Take back one `pin`. Raises KeyError if the block is not pinned."""
        self._writer.pins.unpin(self._known(block_hash))

    # States and the runtime.

    def state_at(self, block_hash: bytes) -> StateAt:
        """Return the state after a block. Raises UnknownBlock, or UnknownState if pruned."""
        return self._calls.state_at(block_hash)

    def overlay(self, block_hash: bytes, *, record: bool = False) -> NativeExt:
        """Return the state after a block with room for changes that are thrown away."""
        return self._calls.overlay(block_hash, record=record)

    def runtime_call(self, block_hash: bytes, method: str, args: bytes) -> bytes:
        """Call the runtime on the state after a block; what it writes is thrown away.

        Raises UnknownBlock, UnknownState, RuntimePanic.
        """
        return self._calls.call(block_hash, method, args)

    def runtime_version(self, block_hash: bytes) -> RuntimeVersion:
        """Version of the runtime that executes what comes after a block. Raises as the call."""
        return self._calls.version(block_hash)

    def metadata(self, block_hash: bytes, version: int) -> bytes | None:
        """Metadata of one version, None if the runtime does not have it. Raises as the call."""
        return self._calls.metadata(block_hash, version)

    # What changes the chain: for one thread.

    def import_block(self, block: Block, origin: BlockOrigin, now_ms: int) -> ImportResult:
        """Verify, execute and store a block made by someone.

        Raises only what is no fault of the block: DatabaseError, MissingTrieNode.
        """
        if block.hash in self.bad_blocks:
            return BadBlock(InvalidBlock(Fault.KNOWN_BAD, f"0x{block.hash.hex()}"))
        if self.blocks.is_listed(block.hash):
            return AlreadyInChain(BlockId(block.hash, block.number))
        parent_hash = block.header.parent_hash
        parent = self.blocks.header(parent_hash)
        if parent is None or not self.blocks.is_listed(parent_hash):
            return MissingParent(parent_hash)
        if parent_hash not in self._writer.tree:
            return BadBlock(InvalidBlock(Fault.FINALITY, f"the parent is 0x{parent_hash.hex()}"))
        try:
            self._writer.tree.check_insertion(block.hash, parent_hash)
            executed = execute(
                block, parent, lambda: self.overlay(parent_hash), self.executor, now_ms
            )
        except InvalidBlock as invalid:
            self.bad_blocks.add(block.hash, invalid)
            return BadBlock(invalid)
        except TooEarlyError as early:
            return TooEarly(early.slot, early.ready_at_ms)
        except ForkTreeFullError as full:
            return NoRoom(str(full))
        # No engine here can verify a proof of finality, so none is kept.
        news = self._writer.append(block._replace(justifications=None), executed, origin)
        return Imported(news.block, news.is_new_best)

    def append_own_block(self, block: Block, executed: ExecutedBlock) -> ImportedBlock:
        """Store a sealed block that this node executed while making it; nothing is verified.

        Raises UnknownBlockError if the parent is not among the blocks that may be built upon,
        ForkTreeFullError, DatabaseError.
        """
        return self._writer.append(block, executed, BlockOrigin.OWN)

    def finalize(
        self, block_hash: bytes, justifications: tuple[Justification, ...] | None = None
    ) -> FinalizedBlocks | None:
        """Make a block and its ancestors final; None if it was the last final one already.

        Raises UnknownBlockError if it is not above the last final one, DatabaseError.
        """
        return self._writer.finalise(block_hash, justifications)

    def revert(self, count: int) -> int:
        """Take up to `count` blocks off the best chain, none that is final; return how many.

        Raises DatabaseError.
        """
        best, finalised = self.best, self.finalised
        number = max(best.number - max(count, 0), finalised.number)
        if number == best.number:
            return 0
        block_hash = self.hash_at(number)
        assert block_hash is not None, "the best chain has no gaps"
        self._writer.set_back(BlockId(block_hash, number))
        return best.number - number

    def set_head(self, block_hash: bytes) -> HeadSet:
        """Make a block the best one, and take everything higher off the chain, final or not.

        For development chains: no other node follows. Raises UnknownBlock if the block is not on
        the chain or a fork of it, UnknownState if its state was pruned, DatabaseError.
        """
        head = self._known(block_hash)
        below = head.number <= self.finalised.number and not self.is_canonical(block_hash)
        if below or not self.blocks.is_listed(block_hash):
            raise UnknownBlock(block_hash)
        self.state_at(block_hash)
        return self._writer.set_back(head)

    def check_block(self, block_hash: bytes, now_ms: int) -> None:
        """Verify and execute a stored block again; nothing is stored.

        Raises InvalidBlock, TooEarlyError; UnknownBlock if it or its body is not there,
        UnknownState if the parent's state was pruned.
        """
        block = self.block(block_hash)
        if block is None or not block.number:
            raise UnknownBlock(block_hash)
        parent_hash = block.header.parent_hash
        parent = self.header(parent_hash)
        if parent is None:
            raise UnknownBlock(parent_hash)
        execute(block, parent, lambda: self.overlay(parent_hash), self.executor, now_ms)

    def _known(self, block_hash: bytes) -> BlockId:
        block = self.block_id(block_hash)
        if block is None:
            raise UnknownBlock(block_hash)
        return block
