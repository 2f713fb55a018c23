"""Weights of the calls.

Source: gear, vara/pallets/gear-voucher/src/weights.rs; picoseconds and bytes of proof.
"""

from parachain.primitives.weight import Weight
from parachain.runtime.pallets.system import DB_WEIGHT

ISSUE = Weight(47_753_000, 6196).saturating_add(DB_WEIGHT.reads_writes(3, 4))
REVOKE = Weight(53_615_000, 6196).saturating_add(DB_WEIGHT.reads_writes(3, 2))
UPDATE = Weight(58_242_000, 6196).saturating_add(DB_WEIGHT.reads_writes(3, 3))
DECLINE = Weight(14_746_000, 3765).saturating_add(DB_WEIGHT.reads_writes(1, 1))

#: What a prepaid call weighs besides itself: the voucher is read, and maybe a mailbox.
CALL_BASE = DB_WEIGHT.reads_writes(2, 0)
