"""Weights of the calls, without those of the calls inside: the figures Vara published.

Source: gear, vara/runtime/vara/src/weights/pallet_utility.rs; picoseconds and bytes of proof.
"""

from parachain.primitives.weight import Weight
from parachain.runtime.pallets.system import DB_WEIGHT

AS_DERIVATIVE = Weight(3_396_000, 0)
DISPATCH_AS = Weight(5_092_000, 0)

#: What a call in another account's name costs besides: its account is read and written.
INNER_ACCOUNT = DB_WEIGHT.reads_writes(1, 1)


def batch(calls: int) -> Weight:
    """Weight of `batch` around so many calls."""
    return Weight(10_901_906, 0).saturating_add(Weight(2_135_264, 0).saturating_mul(calls))


def batch_all(calls: int) -> Weight:
    """Weight of `batch_all` around so many calls."""
    return Weight(3_190_000, 0).saturating_add(Weight(2_226_890, 0).saturating_mul(calls))


def force_batch(calls: int) -> Weight:
    """Weight of `force_batch` around so many calls."""
    return Weight(3_399_000, 0).saturating_add(Weight(2_030_003, 0).saturating_mul(calls))
