"""Blocks that a client is looking at, and that pruning has to spare meanwhile.

Any thread may pin and unpin. What was spared is kept in memory only: of a killed node, bodies
that were to be pruned stay on disk.
"""

from threading import Lock

from parachain.client.chain.tree_route import BlockId


class Pins:
    """Counts pins, and remembers which bodies are to be pruned once they are released."""

    __slots__ = ("_counts", "_lock", "_spared")

    def __init__(self) -> None:
        self._counts: dict[BlockId, int] = {}
        self._spared: dict[bytes, None] = {}
        self._lock = Lock()

    def pin(self, block: BlockId) -> None:
        """Spare a block until it is unpinned as often as it was pinned."""
        with self._lock:
            self._counts[block] = self._counts.get(block, 0) + 1

    def unpin(self, block: BlockId) -> None:
        """Take back one `pin`. Raises KeyError if the block is not pinned."""
        with self._lock:
            left = self._counts[block] - 1
            if left:
                self._counts[block] = left
            else:
                del self._counts[block]

    def oldest(self) -> int | None:
        """Return the lowest number among pinned blocks, None if there are none."""
        with self._lock:
            return min((block.number for block in self._counts), default=None)

    def prunable(self, block_hashes: list[bytes]) -> list[bytes]:
        """Return which bodies to prune now: the given ones and spared ones, unless pinned.

        The rest is spared and returned by a later call.
        """
        with self._lock:
            pinned = {block.hash for block in self._counts}
            wanted = self._spared | dict.fromkeys(block_hashes)
            self._spared = {each: None for each in wanted if each in pinned}
            return [each for each in wanted if each not in pinned]
