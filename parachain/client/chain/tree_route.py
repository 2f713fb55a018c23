"""`TreeRoute`: how to walk from one block of the tree to another.

Blocks of the old branch are retracted, those of the new one enacted. The pool resubmits the
transactions of the former, subscriptions report the latter. As sp_blockchain::TreeRoute.
"""

from collections.abc import Callable
from typing import NamedTuple


class BlockId(NamedTuple):
    """A block by its hash (32 bytes), with its number."""

    hash: bytes
    number: int


class TreeRoute(NamedTuple):
    """`retracted` goes down from the old head, `enacted` goes up to the new one.

    `common` is the newest block that both branches share; it is in neither list.
    """

    retracted: tuple[BlockId, ...]
    common: BlockId
    enacted: tuple[BlockId, ...]

    @property
    def end(self) -> BlockId:
        """The new head."""
        return self.enacted[-1] if self.enacted else self.common

    @property
    def is_reorganisation(self) -> bool:
        """Whether a block is given up, so that this is more than an extension."""
        return bool(self.retracted)


def tree_route(parent_of: Callable[[BlockId], BlockId], old: BlockId, new: BlockId) -> TreeRoute:
    """Route from `old` to `new`. `parent_of` raises what it likes for a block it does not know.

    Takes as many steps as the route is long; both blocks must descend from one block that
    `parent_of` can reach.
    """
    retracted: list[BlockId] = []
    enacted: list[BlockId] = []
    while new.number > old.number:
        enacted.append(new)
        new = parent_of(new)
    while old.number > new.number:
        retracted.append(old)
        old = parent_of(old)
    while old.hash != new.hash:
        retracted.append(old)
        enacted.append(new)
        old, new = parent_of(old), parent_of(new)
    enacted.reverse()
    return TreeRoute(tuple(retracted), old, tuple(enacted))
