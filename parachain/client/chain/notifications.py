"""What the chain tells its listeners, after the change is on disk and visible to readers.

A listener is called on the thread that changes the chain, which waits for it, and no reader of
the chain's tree gets in meanwhile. So it takes note and returns: it does not change the chain,
wait for another thread, or raise.
"""

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import NamedTuple

from parachain.client.chain.tree_route import BlockId, TreeRoute
from parachain.primitives.header import Header

#: Values by key; None for a removed key.
Changes = Mapping[bytes, bytes | None]


class BlockOrigin(Enum):
    """Where a block came from. The first two are not news to anyone watching the chain."""

    INITIAL_SYNC = auto()
    FILE = auto()
    BROADCAST = auto()
    OWN = auto()


class StorageChanges(NamedTuple):
    """What a block wrote: keys of the main trie, and of child tries by their id."""

    main: Changes
    children: Mapping[bytes, Changes]


class ImportedBlock(NamedTuple):
    """A block joined the chain. `route` leads to it from the block that was best before.

    `route` is None unless it is the new best block.
    """

    block: BlockId
    header: Header
    origin: BlockOrigin
    route: TreeRoute | None
    changes: StorageChanges

    @property
    def is_new_best(self) -> bool:
        """Whether it is the best block now."""
        return self.route is not None


class FinalizedBlocks(NamedTuple):
    """Blocks became final, oldest first; `stale` ones, parents first, never will.

    `stale_heads` are the leaves among the stale ones. `route` leads to another best block if the
    one before became stale; None otherwise.
    """

    blocks: tuple[BlockId, ...]
    stale: tuple[BlockId, ...]
    stale_heads: tuple[BlockId, ...]
    route: TreeRoute | None


class HeadSet(NamedTuple):
    """The chain was set back, or to another head, by its operator.

    Blocks above `head` are gone, also final ones if `finalised` is lower than it was.
    """

    head: BlockId
    finalised: BlockId
    route: TreeRoute


Notification = ImportedBlock | FinalizedBlocks | HeadSet
Listener = Callable[[Notification], None]
