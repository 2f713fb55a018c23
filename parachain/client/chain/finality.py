"""When a chain without a relay chain finalises: its authority follows the best chain at a lag.

A machine: it is told of the route to each new best block and of finalised blocks, and answers
which block is due at a given time. After a restart, give it the route from the last finalised
block to the best one. Nothing here is a vote; on a parachain finality comes from the relay chain
instead.
"""

from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

from parachain.client.chain.tree_route import BlockId, TreeRoute


@dataclass(frozen=True)
class FinalityConfig:
    """How far finality stays behind the best block."""

    #: A block is finalised when so many blocks lie above it: 1 finalises the best block's parent.
    lag_blocks: int = 1
    #: Nor earlier than this after it was announced, so that clients see it as best block first.
    min_age_ms: int = 500


class _Announced(NamedTuple):
    block: BlockId
    at_ms: int


class LaggingFinality:
    """Which block of the best chain is due to be finalised, and when."""

    __slots__ = ("_config", "_pending")

    def __init__(self, config: FinalityConfig) -> None:
        self._config = config
        #: Unfinalised blocks of the best chain, oldest first.
        self._pending: deque[_Announced] = deque()

    def on_best_block(self, route: TreeRoute, now_ms: int) -> None:
        """Follow the best chain along `route`, which ends at the new best block."""
        while self._pending and self._pending[-1].block.number > route.common.number:
            self._pending.pop()
        self._pending.extend(_Announced(block, now_ms) for block in route.enacted)

    def on_finalised(self, block: BlockId) -> None:
        """Forget `block` and what lies below it."""
        while self._pending and self._pending[0].block.number <= block.number:
            self._pending.popleft()

    def due(self, now_ms: int) -> BlockId | None:
        """Return the newest block that may be finalised now, or None."""
        found = None
        for announced in self._pending:
            if not self._may_finalise(announced, now_ms):
                break
            found = announced.block
        return found

    def next_due_ms(self) -> int | None:
        """When the next block becomes due if no other block arrives; None: not by waiting."""
        if not self._pending or not self._deep_enough(self._pending[0]):
            return None
        return self._pending[0].at_ms + self._config.min_age_ms

    def _deep_enough(self, announced: _Announced) -> bool:
        best = self._pending[-1].block.number
        return announced.block.number + self._config.lag_blocks <= best

    def _may_finalise(self, announced: _Announced, now_ms: int) -> bool:
        old_enough = announced.at_ms + self._config.min_age_ms <= now_ms
        return old_enough and self._deep_enough(announced)
