"""Which bodies are kept: the operator's choice, `--blocks-pruning`. Headers always stay."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class BlocksPruning:
    """How long bodies stay after their block was finalised, or lost against one that was."""

    keep_blocks: int | None = None
    """Bodies of so many finalised blocks are kept; None keeps all."""

    keep_forks: bool = False
    """Bodies of blocks that lost against a finalised one are kept as well."""


ARCHIVE_BLOCKS: Final = BlocksPruning(keep_forks=True)
ARCHIVE_CANONICAL_BLOCKS: Final = BlocksPruning()


def parse_blocks_pruning(text: str) -> BlocksPruning:
    """`archive`, `archive-canonical` or a number of blocks. Raises ValueError with the reason."""
    if text == "archive":
        return ARCHIVE_BLOCKS
    if text == "archive-canonical":
        return ARCHIVE_CANONICAL_BLOCKS
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 1 << 32:
        raise ValueError(
            f"blocks pruning {text!r}: expected archive, archive-canonical or a number of blocks"
        )
    return BlocksPruning(keep_blocks=int(text))
