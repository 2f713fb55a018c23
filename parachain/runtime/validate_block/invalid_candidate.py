"""What can be wrong with a candidate. All of it is the fault of the collator who made it."""

from enum import Enum


class Flaw(Enum):
    """Which step refused a candidate."""

    PARAMETERS = "malformed parameters"
    PARENT_HEAD = "malformed parent head"
    BLOCK_DATA = "malformed block data"
    PARENT = "not a child of the parent head"
    PROOF = "bad storage proof"
    MISSING_NODE = "incomplete storage proof"
    SEAL = "bad seal"
    RELAY_PARENT = "bad relay chain data"
    EXTRINSICS_ROOT = "the extrinsics are not those of the header"
    EXECUTION = "execution failed"
    UPGRADE = "new runtime code in one of several blocks"
    OUTPUTS = "bad messages"


class InvalidCandidate(Exception):  # noqa: N818  the field's word, and not an error of ours
    """The candidate is not valid; a compiled runtime panics with this message."""

    def __init__(self, flaw: Flaw, detail: str) -> None:
        super().__init__(flaw, detail)
        self.flaw = flaw
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.flaw.value}: {self.detail}"
