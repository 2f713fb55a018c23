"""Importing a block made by someone: verify, execute, compare; and what may come of it.

Nothing is changed here: `execute` returns what there is to store. The runtime compares both roots
with the header while it executes; the state root is compared once more with what is stored.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from parachain.client.chain.block import Block, extrinsics_root
from parachain.client.chain.invalid_block import Fault, InvalidBlock
from parachain.client.chain.notifications import StorageChanges
from parachain.client.chain.tree_route import BlockId
from parachain.client.chain.verification import verify
from parachain.client.executor.executor import Executor, RuntimePanic
from parachain.client.state import NativeExt
from parachain.primitives.header import Header
from parachain.primitives.trie import StateChange

MAX_BAD_BLOCKS: Final = 1024
"""Hashes of refused blocks that are remembered, so that offering them again costs nothing."""

_LASTING_FAULTS: Final = (Fault.NUMBER, Fault.SLOT, Fault.SEAL, Fault.EXECUTION, Fault.STATE_ROOT)
"""Faults that the block hash stands for: they do not depend on our clock or our fork."""


class Imported(NamedTuple):
    """The block is part of the chain now."""

    block: BlockId
    is_new_best: bool


class AlreadyInChain(NamedTuple):
    """The block was there before."""

    block: BlockId


class MissingParent(NamedTuple):
    """The parent has to be imported first."""

    parent_hash: bytes


class TooEarly(NamedTuple):
    """The block's slot has not come yet: offer it again at `ready_at_ms`."""

    slot: int
    ready_at_ms: int


class NoRoom(NamedTuple):
    """Too many blocks wait for finality; the block may be offered again later."""

    reason: str


class BadBlock(NamedTuple):
    """The block is invalid."""

    reason: InvalidBlock


ImportResult = Imported | AlreadyInChain | MissingParent | TooEarly | NoRoom | BadBlock


class ExecutedBlock(NamedTuple):
    """What executing a block did to the state."""

    change: StateChange
    storage: StorageChanges


def storage_changes(ext: NativeExt) -> StorageChanges:
    """Return what was written through `ext`."""
    return StorageChanges(ext.changes(), ext.child_changes())


def execute(
    block: Block,
    parent: Header,
    overlay: Callable[[], NativeExt],
    executor: Executor,
    now_ms: int,
    *,
    check_inherents: bool = True,
) -> ExecutedBlock:
    """Verify and execute a block. `overlay` returns the state of the parent each time anew.

    Raises InvalidBlock, TooEarlyError, and what reading the state raises.
    """

    def call(method: str, args: bytes) -> bytes:
        return executor.call(overlay(), method, args)

    try:
        verified = verify(block, parent, call, now_ms, check_inherents=check_inherents)
        ext = overlay()
        executor.call(ext, "Core_execute_block", verified.encoded_unsealed)
    except RuntimePanic as panic:
        _check_extrinsics_root(block)
        raise InvalidBlock(Fault.EXECUTION, str(panic)) from None
    except InvalidBlock as invalid:
        if invalid.fault is Fault.INHERENTS:
            _check_extrinsics_root(block)
        raise
    change = ext.state_change()
    if change.root != block.header.state_root:
        raise InvalidBlock(
            Fault.STATE_ROOT,
            f"0x{block.header.state_root.hex()} in the header, 0x{change.root.hex()} computed",
        )
    return ExecutedBlock(change, storage_changes(ext))


def _check_extrinsics_root(block: Block) -> None:
    """Tell a bad block from a good header that came with the wrong extrinsics.

    Only done for blocks that failed: the runtime computes the same root.
    """
    root = extrinsics_root(block.extrinsics)
    if root != block.header.extrinsics_root:
        raise InvalidBlock(
            Fault.EXTRINSICS_ROOT,
            f"0x{block.header.extrinsics_root.hex()} in the header, 0x{root.hex()} computed",
        ) from None


class BadBlocks:
    """Blocks refused unseen: those the chain specification names, and those found bad lately."""

    __slots__ = ("_found", "_named")

    def __init__(self, named: tuple[bytes, ...] = ()) -> None:
        self._named = frozenset(named)
        self._found: dict[bytes, None] = {}

    def __contains__(self, block_hash: bytes) -> bool:
        return block_hash in self._named or block_hash in self._found

    def add(self, block_hash: bytes, reason: InvalidBlock) -> None:
        """Remember a refused block if it is bad for good."""
        if reason.fault in _LASTING_FAULTS:
            self._found[block_hash] = None
            if len(self._found) > MAX_BAD_BLOCKS:
                del self._found[next(iter(self._found))]
