"""Weights of the calls, without those of the calls inside: Substrate's figures.

Source: substrate/frame/sudo/src/weights.rs of polkadot-sdk stable2409.
"""

from parachain.primitives.weight import Weight
from parachain.runtime.pallets.system import DB_WEIGHT

SET_KEY = Weight(9_663_000, 1517).saturating_add(DB_WEIGHT.reads_writes(1, 1))
SUDO = Weight(10_729_000, 1517).saturating_add(DB_WEIGHT.reads_writes(1, 0))
SUDO_AS = Weight(11_003_000, 1517).saturating_add(DB_WEIGHT.reads_writes(1, 0))
REMOVE_KEY = Weight(9_127_000, 1517).saturating_add(DB_WEIGHT.reads_writes(1, 1))
