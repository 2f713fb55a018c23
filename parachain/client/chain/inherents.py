"""Inherent data of this chain: the time and the slot, as an author gives and others check them.

Each value is SCALE-encoded inside the encoded data. Sources: sp-timestamp, sp-consensus-aura.
"""

from typing import Final

from parachain.primitives.inherent import INHERENT_DATA

TIMESTAMP: Final = b"timstap0"
AURA_SLOT: Final = b"auraslot"


def inherent_data(timestamp_ms: int, slot: int) -> bytes:
    """Encode `InherentData` of a block made or checked at a time (Unix epoch) for a slot."""
    return INHERENT_DATA.encode(
        {
            AURA_SLOT: slot.to_bytes(8, "little"),
            TIMESTAMP: timestamp_ms.to_bytes(8, "little"),
        }
    )
