"""Argument and result of the validation function, `validate_block`.

Source: polkadot-sdk, polkadot/parachain/src/primitives.rs (ValidationParams, ValidationResult).
"""

from typing import Final, NamedTuple, Optional, Tuple

from parachain.primitives.scale import (
    BYTES,
    H256,
    U32,
    DecodeError,
    bounded_vec,
    fields,
    option,
    read_compact,
    struct,
)

#: More messages of one candidate are refused by validators.
MAX_UPWARD_MESSAGES: Final = 16 * 1024
MAX_HORIZONTAL_MESSAGES: Final = 16 * 1024


class ValidationParams(NamedTuple):
    """What is to be validated, and above what.

    `parent_head` is the encoded header of the parent block. The block data are `data[begin:end]`,
    decompressed: they are large, and not copied for being read. `relay_parent_number` and
    `relay_parent_storage_root` (32 bytes) are of the relay chain block that the candidate is
    built on.
    """

    parent_head: bytes
    data: bytes
    begin: int
    end: int
    relay_parent_number: int
    relay_parent_storage_root: bytes


class OutboundHrmpMessage(NamedTuple):
    """A message to another parachain."""

    recipient: int
    data: bytes


OUTBOUND_HRMP_MESSAGE = struct(
    "polkadot_core_primitives::OutboundHrmpMessage",
    OutboundHrmpMessage,
    fields(("recipient", U32), ("data", BYTES)),
)


class ValidationResult(NamedTuple):
    """What a valid candidate comes to.

    `head_data` is the new head; `new_validation_code` what validates from some later block on;
    `hrmp_watermark` the relay chain block up to which horizontal messages were processed.
    """

    head_data: bytes
    new_validation_code: Optional[bytes]
    upward_messages: Tuple[bytes, ...]
    horizontal_messages: Tuple[OutboundHrmpMessage, ...]
    processed_downward_messages: int
    hrmp_watermark: int


VALIDATION_RESULT = struct(
    "polkadot_parachain_primitives::primitives::ValidationResult",
    ValidationResult,
    fields(
        ("head_data", BYTES),
        ("new_validation_code", option(BYTES)),
        ("upward_messages", bounded_vec(BYTES, MAX_UPWARD_MESSAGES)),
        ("horizontal_messages", bounded_vec(OUTBOUND_HRMP_MESSAGE, MAX_HORIZONTAL_MESSAGES)),
        ("processed_downward_messages", U32),
        ("hrmp_watermark", U32),
    ),
)

_RELAY_PARENT = fields(("relay_parent_number", U32), ("relay_parent_storage_root", H256))


def encode_params(
    parent_head: bytes,
    block_data: bytes,
    relay_parent_number: int,
    relay_parent_storage_root: bytes,
) -> bytes:
    """Encode the argument of the validation function."""
    relay_parent = _RELAY_PARENT.encode((relay_parent_number, relay_parent_storage_root))
    return BYTES.encode(parent_head) + BYTES.encode(block_data) + relay_parent


def read_params(data: bytes) -> ValidationParams:
    """Read the argument of the validation function, all of `data`. Raises DecodeError."""
    try:
        parent_head, pos = BYTES.read(data, 0)
    except DecodeError as error:
        raise error.inside("parent_head") from None
    try:
        size, begin = read_compact(data, pos)
    except DecodeError as error:
        raise error.inside("block_data") from None
    end = begin + size
    if end > len(data):
        raise DecodeError(f"{size} bytes announced, {len(data) - begin} left", ("block_data",))
    (number, storage_root), pos = _RELAY_PARENT.read(data, end)
    if pos != len(data):
        raise DecodeError(f"{len(data) - pos} trailing bytes")
    return ValidationParams(parent_head, data, begin, end, number, storage_root)
