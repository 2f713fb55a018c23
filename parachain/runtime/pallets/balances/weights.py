"""Weights of the calls: the figures Vara measured and published.

Source: gear, vara/runtime/vara/src/weights/pallet_balances.rs; picoseconds and bytes of proof.
"""

from parachain.primitives.weight import Weight
from parachain.runtime.pallets.system import DB_WEIGHT

TRANSFER_ALLOW_DEATH = Weight(55_124_000, 6196).saturating_add(DB_WEIGHT.reads_writes(2, 2))
TRANSFER_KEEP_ALIVE = Weight(32_433_000, 3593).saturating_add(DB_WEIGHT.reads_writes(1, 1))
FORCE_SET_BALANCE_CREATING = Weight(13_599_000, 3593).saturating_add(DB_WEIGHT.reads_writes(1, 1))
FORCE_SET_BALANCE_KILLING = Weight(19_679_000, 3593).saturating_add(DB_WEIGHT.reads_writes(1, 1))
FORCE_TRANSFER = Weight(58_398_000, 8799).saturating_add(DB_WEIGHT.reads_writes(3, 3))
TRANSFER_ALL = Weight(41_528_000, 3593).saturating_add(DB_WEIGHT.reads_writes(1, 1))
FORCE_UNRESERVE = Weight(15_939_000, 3593).saturating_add(DB_WEIGHT.reads_writes(1, 1))
FORCE_ADJUST_TOTAL_ISSUANCE = Weight(4_432_000, 0)
BURN_ALLOW_DEATH = Weight(39_617_000, 3593).saturating_add(DB_WEIGHT.reads_writes(1, 1))
BURN_KEEP_ALIVE = Weight(17_548_000, 0)

_UPGRADE_ACCOUNTS = Weight(21_353_164, 990)
_UPGRADE_ACCOUNT = Weight(12_625_655, 2603).saturating_add(DB_WEIGHT.reads_writes(1, 1))


def upgrade_accounts(count: int) -> Weight:
    """Weight of upgrading so many accounts."""
    return _UPGRADE_ACCOUNTS.saturating_add(_UPGRADE_ACCOUNT.saturating_mul(count))
