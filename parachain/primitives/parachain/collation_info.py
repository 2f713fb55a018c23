"""CollationInfo: what a block does beyond its own chain, as collators and validators need it.

Source: polkadot-sdk, cumulus/primitives/core/src/lib.rs, second version.
"""

from typing import NamedTuple, Optional, Tuple

from parachain.primitives.parachain.validation import OUTBOUND_HRMP_MESSAGE, OutboundHrmpMessage
from parachain.primitives.scale import BYTES, U32, fields, option, struct, vec


class CollationInfo(NamedTuple):
    """What a block sends, has processed, and leaves behind.

    `head_data` is what the relay chain keeps of the block: its encoded header with the seal,
    unless the runtime wants something else kept.
    """

    upward_messages: Tuple[bytes, ...]
    horizontal_messages: Tuple[OutboundHrmpMessage, ...]
    new_validation_code: Optional[bytes]
    processed_downward_messages: int
    hrmp_watermark: int
    head_data: bytes


COLLATION_INFO = struct(
    "cumulus_primitives_core::CollationInfo",
    CollationInfo,
    fields(
        ("upward_messages", vec(BYTES)),
        ("horizontal_messages", vec(OUTBOUND_HRMP_MESSAGE)),
        ("new_validation_code", option(BYTES)),
        ("processed_downward_messages", U32),
        ("hrmp_watermark", U32),
        ("head_data", BYTES),
    ),
)
