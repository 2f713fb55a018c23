"""What a parachain and its relay chain exchange about a candidate, as bytes.

    validation      what a validator hands to the validation function, and what it gets back
    block_data      what a collator sends: blocks and the proof of the state that they read
    collation_info  what a block does beyond its own chain

Out of scope: how a candidate is validated (`parachain.runtime.validate_block`), and how it gets
to a validator.
"""

from parachain.primitives.parachain.block_data import (
    BlockData,
    BlockDataVersion,
    CandidateBlock,
    encode_block_data,
    read_block_data,
)
from parachain.primitives.parachain.collation_info import COLLATION_INFO, CollationInfo
from parachain.primitives.parachain.validation import (
    MAX_HORIZONTAL_MESSAGES,
    MAX_UPWARD_MESSAGES,
    OUTBOUND_HRMP_MESSAGE,
    VALIDATION_RESULT,
    OutboundHrmpMessage,
    ValidationParams,
    ValidationResult,
    encode_params,
    read_params,
)

__all__ = [
    "COLLATION_INFO",
    "MAX_HORIZONTAL_MESSAGES",
    "MAX_UPWARD_MESSAGES",
    "OUTBOUND_HRMP_MESSAGE",
    "VALIDATION_RESULT",
    "BlockData",
    "BlockDataVersion",
    "CandidateBlock",
    "CollationInfo",
    "OutboundHrmpMessage",
    "ValidationParams",
    "ValidationResult",
    "encode_block_data",
    "encode_params",
    "read_block_data",
    "read_params",
]
