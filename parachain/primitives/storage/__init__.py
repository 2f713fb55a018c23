"""Storage as a block sees it: a state that does not change, and the block's own changes above it.

    overlay   changes in memory, with nested transactions and child tries
    overlaid  the storage functions of the host interface over a state and an overlay

Shared by the node, whose states are in its database, and by the validation of candidates, whose
states are in proofs. Out of scope: where the nodes of the state come from.
"""

from parachain.primitives.storage.overlaid import (
    ChangeableState,
    ChangeableTrie,
    Log,
    OverlaidStorage,
)
from parachain.primitives.storage.overlay import Overlay

__all__ = ["ChangeableState", "ChangeableTrie", "Log", "OverlaidStorage", "Overlay"]
