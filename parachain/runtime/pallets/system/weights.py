"""Weights of System's calls, as benchmarked for Vara on Substrate's reference hardware.

Times in picoseconds, proofs in bytes. Source: gear, vara/runtime/vara/src/weights/frame_system.rs.
"""

from typing import Tuple

from parachain.primitives.weight import Weight
from parachain.runtime.pallets.system.limits import DB_WEIGHT

_MAX_U32 = 2**32 - 1

SET_HEAP_PAGES = Weight(2_892_000, 1485).saturating_add(DB_WEIGHT.reads_writes(1, 2))
SET_CODE = Weight(70_392_025_000, 1485).saturating_add(DB_WEIGHT.reads_writes(1, 2))
AUTHORIZE_UPGRADE = Weight(14_824_000, 0).saturating_add(DB_WEIGHT.reads_writes(0, 1))
APPLY_AUTHORIZED_UPGRADE = Weight(71_771_121_000, 1518).saturating_add(DB_WEIGHT.reads_writes(2, 3))


def remark_weight(remark: bytes) -> Weight:
    """Linear in the length of the remark."""
    return Weight(1_482_000 + 337 * len(remark), 0)


def remark_with_event_weight(remark: bytes) -> Weight:
    """Linear in the length of the remark, which is hashed."""
    return Weight(4_376_000 + 1_312 * len(remark), 0)


def set_storage_weight(items: Tuple[Tuple[bytes, bytes], ...]) -> Weight:
    """Linear in the number of items, each of which is written."""
    count = len(items)
    return Weight(1_613_000 + 599_523 * count, 0).saturating_add(DB_WEIGHT.reads_writes(0, count))


def kill_storage_weight(keys: Tuple[bytes, ...]) -> Weight:
    """Linear in the number of keys, each of which is written."""
    count = len(keys)
    return Weight(1_456_000 + 469_587 * count, 0).saturating_add(DB_WEIGHT.reads_writes(0, count))


def kill_prefix_weight(prefix: bytes, subkeys: int) -> Weight:  # noqa: ARG001  the call's arguments
    """Linear in the number of keys the caller expects, and one."""
    count = min(subkeys + 1, _MAX_U32)
    return Weight(2_995_000 + 1_155_183 * count, 93 + 70 * count).saturating_add(
        DB_WEIGHT.reads_writes(count, count)
    )
