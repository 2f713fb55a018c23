"""Why a block is not accepted."""

from enum import StrEnum


class Fault(StrEnum):
    """Which rule a block breaks."""

    KNOWN_BAD = "it was refused before"
    NUMBER = "wrong number"
    SLOT = "bad slot"
    SEAL = "bad seal"
    INHERENTS = "bad inherents"
    EXTRINSICS_ROOT = "wrong extrinsics root"
    EXECUTION = "execution failed"
    STATE_ROOT = "wrong state root"
    FINALITY = "not above the last finalised block"


class InvalidBlock(Exception):  # noqa: N818  the field's word
    """The block breaks a rule and never becomes valid; `detail` says what exactly."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault
        self.detail = detail
