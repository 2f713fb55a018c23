"""Which states are kept: the operator's choice, `--state-pruning`."""

from dataclasses import dataclass
from typing import Final

#: What Substrate keeps by default: about 13 minutes of blocks of 3 s, for clients that look back.
DEFAULT_KEEP_BLOCKS: Final = 256


@dataclass(frozen=True)
class Pruning:
    """How long states stay after their block was finalised."""

    keep_blocks: int | None = DEFAULT_KEEP_BLOCKS
    """States of so many finalised blocks below the last one are kept; None keeps all."""

    keep_forks: bool = False
    """States of blocks that lost against a finalised one are kept as well."""


ARCHIVE: Final = Pruning(keep_blocks=None, keep_forks=True)
ARCHIVE_CANONICAL: Final = Pruning(keep_blocks=None, keep_forks=False)


def parse_pruning(text: str) -> Pruning:
    """`archive`, `archive-canonical` or a number of blocks. Raises ValueError with the reason."""
    if text == "archive":
        return ARCHIVE
    if text == "archive-canonical":
        return ARCHIVE_CANONICAL
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 1 << 32:
        raise ValueError(
            f"state pruning {text!r}: expected archive, archive-canonical or a number of blocks"
        )
    return Pruning(keep_blocks=int(text))
