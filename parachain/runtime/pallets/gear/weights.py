"""Weights of the calls, in picoseconds, by the sizes of their arguments.

Source: gear, vara/pallets/gear/src/weights.rs at spec version 20000.
"""

from parachain.primitives.weight import Weight
from parachain.runtime.pallets.system import DB_WEIGHT

_KIB = 1024

SET_EXECUTE_INHERENT = DB_WEIGHT.reads_writes(0, 1)
CLAIM_VALUE = Weight(141_622_000, 8_799).saturating_add(DB_WEIGHT.reads_writes(18, 12))


def upload_code(code: int) -> Weight:
    """Of uploading that many bytes of code."""
    base = Weight(97_367_601 + 57_134_277 * (code // _KIB), 3_469)
    return base.saturating_add(DB_WEIGHT.reads_writes(1, 3))


def upload_program(code: int, salt: int, payload: int) -> Weight:
    """Of uploading code and creating a program; all sizes in bytes."""
    ref_time = 16_455_724_000 + 31_251_741 * (code // _KIB) + 478 * salt + 34 * payload
    return Weight(ref_time, 6_196).saturating_add(DB_WEIGHT.reads_writes(16, 15))


def create_program(salt: int, payload: int) -> Weight:
    """Of creating a program of known code."""
    ref_time = 459_999_765 + 1_298 * salt + 681 * payload
    return Weight(ref_time, 6_196).saturating_add(DB_WEIGHT.reads_writes(16, 12))


def send_message(payload: int) -> Weight:
    """Of sending a message."""
    base = Weight(16_535_626 + 745 * payload, 6_196)
    return base.saturating_add(DB_WEIGHT.reads_writes(12, 10))


def send_reply(payload: int) -> Weight:
    """Of replying to a message."""
    base = Weight(54_344_586 + 770 * payload, 8_799)
    return base.saturating_add(DB_WEIGHT.reads_writes(19, 13))


def claim_value_to_inheritor(depth: int) -> Weight:
    """Of collecting from that many programs."""
    base = Weight(52_260_000 + 43_467_009 * depth, 3_593 + 2_683 * depth)
    return base.saturating_add(DB_WEIGHT.reads_writes(2 + 2 * depth, 1 + depth))
