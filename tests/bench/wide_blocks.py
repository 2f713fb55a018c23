"""Blocks that hold as many transfers as a measurement wants.

On Vara's limits the transactions of a block may weigh a quarter of a second of computation, which
is some 900 transfers. The limits are constants of the runtime; here they are replaced in the
modules that compare with them, for as long as the context lasts and in this process alone. The
work done for a transfer stays the same: every comparison is made, against larger numbers.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from parachain.primitives.weight import U64_MAX, Weight
from parachain.runtime.pallets import system
from parachain.runtime.pallets.system import check_weight
from parachain.runtime.pallets.system.limits import block_weights_for

#: A hundred times Vara's second of computation, in picoseconds: room for 90 000 transfers.
MAX_BLOCK_WEIGHT: Final = Weight(100 * 10**12, U64_MAX)

#: Where extrinsics are admitted, where what is left is given to idle hooks, where fees are capped.
_READERS: Final = (check_weight, system)


@contextmanager
def wide_blocks() -> Iterator[None]:
    """Raise the weight limit of blocks while the context lasts."""
    before = system.BLOCK_WEIGHTS
    widened = block_weights_for(MAX_BLOCK_WEIGHT)
    try:
        for module in _READERS:
            setattr(module, "BLOCK_WEIGHTS", widened)  # noqa: B010  it is Final to type checkers
        yield
    finally:
        for module in _READERS:
            setattr(module, "BLOCK_WEIGHTS", before)  # noqa: B010  as above
