"""The course of a block for pallet Gear, and its own count of blocks.

Rents and tasks go by this count, which stands still in blocks that do not process messages.
Source: gear, vara/pallets/gear/src/lib.rs, hooks.
"""

from parachain.primitives.weight import Weight
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets import system
from parachain.runtime.pallets.gear.declarations import (
    execute_inherent,
    gear_block_number,
    gear_run_in_block,
    pallet,
)
from parachain.runtime.pallets.gear.events import QUEUE_NOT_PROCESSED

_ON_INITIALIZE_WEIGHT = system.DB_WEIGHT.reads_writes(0, 1)

_MAX_BLOCK = 2**32 - 1


def block_number(ext: Ext) -> int:
    """Return the number of this block as Gear counts."""
    return gear_block_number.get(ext)


@pallet.on_initialize
def begin_block(ext: Ext, number: int) -> Weight:  # noqa: ARG001  hooks share one signature
    """Count the block, as if it would process messages."""
    gear_block_number.put(ext, min(block_number(ext) + 1, _MAX_BLOCK))
    return _ON_INITIALIZE_WEIGHT


@pallet.on_finalize
def end_block(ext: Ext, number: int) -> None:  # noqa: ARG001
    """Take the count back if the block has not processed messages though it should have."""
    if gear_run_in_block.take(ext) is None and execute_inherent.get(ext):
        QUEUE_NOT_PROCESSED.deposit(ext)
        gear_block_number.put(ext, max(block_number(ext) - 1, 0))
