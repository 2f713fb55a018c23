"""Weights of the calls, without those of the calls inside: Substrate's figures.

The reference charges for the most proxies and announcements an account can have, whatever it
has. Source: substrate/frame/proxy/src/weights.rs of polkadot-sdk stable2409.
"""

from parachain.primitives.weight import Weight
from parachain.runtime.pallets.proxy.declarations import MAX_PENDING, MAX_PROXIES
from parachain.runtime.pallets.system import DB_WEIGHT


def _weight(
    base_ps: int, proof_size: int, per_pending_ps: int, per_proxy_ps: int, reads: int, writes: int
) -> Weight:
    ref_time = base_ps + per_pending_ps * MAX_PENDING + per_proxy_ps * MAX_PROXIES
    return Weight(ref_time, proof_size).saturating_add(DB_WEIGHT.reads_writes(reads, writes))


#: What a call in another account's name costs besides: its account is read and written.
INNER_ACCOUNT = DB_WEIGHT.reads_writes(1, 1)

PROXY = _weight(19_655_145, 4706, 0, 36_306, 3, 0).saturating_add(INNER_ACCOUNT)
PROXY_ANNOUNCED = _weight(41_812_078, 5698, 163_029, 79_539, 5, 2).saturating_add(INNER_ACCOUNT)
REMOVE_ANNOUNCEMENT = _weight(22_666_821, 5698, 170_629, 18_799, 2, 2)
REJECT_ANNOUNCEMENT = _weight(22_654_227, 5698, 168_822, 21_839, 2, 2)
ANNOUNCE = _weight(32_205_445, 5698, 167_596, 67_833, 3, 2)
ADD_PROXY = _weight(22_358_457, 4706, 0, 64_322, 1, 1)
REMOVE_PROXY = _weight(22_579_308, 4706, 0, 62_404, 1, 1)
REMOVE_PROXIES = _weight(21_456_750, 4706, 0, 45_387, 1, 1)
CREATE_PURE = _weight(23_878_644, 4706, 0, 10_149, 1, 1)
KILL_PURE = _weight(22_067_418, 4706, 0, 52_703, 1, 1)
