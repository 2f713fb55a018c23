"""What the runtime API answers to questions about messages: the gas they need, their replies.

Source: gear, protocol/core/src/rpc.rs.
"""

from typing import NamedTuple, Tuple

from parachain.primitives.scale import BOOL, BYTES, U64, U128, Codec, fields, struct, vec
from parachain.runtime.gear.messages import USER_MESSAGE, UserMessage
from parachain.runtime.gear.reply_code import REPLY_CODE, ReplyCode


class GasInfo(NamedTuple):
    """Gas, in units, that a message needs.

    min_limit  the least limit with which it succeeds; `reserved` and `burned` are parts of it.
    waited     whether it ends in the waitlist.
    """

    min_limit: int
    reserved: int
    burned: int
    may_be_returned: int
    waited: bool


GAS_INFO: Codec[GasInfo] = struct(
    "gear_core::rpc::GasInfo",
    GasInfo,
    fields(
        ("min_limit", U64),
        ("reserved", U64),
        ("burned", U64),
        ("may_be_returned", U64),
        ("waited", BOOL),
    ),
)


class ReplyInfo(NamedTuple):
    """The reply to a message."""

    payload: bytes
    value: int
    code: ReplyCode


REPLY_INFO: Codec[ReplyInfo] = struct(
    "gear_core::rpc::ReplyInfo",
    ReplyInfo,
    fields(("payload", BYTES), ("value", U128), ("code", REPLY_CODE)),
)


class CalculateReplyForHandleResult(NamedTuple):
    """The reply to a message, and what users were sent until then."""

    reply: ReplyInfo
    messages: Tuple[UserMessage, ...]


CALCULATE_REPLY_FOR_HANDLE_RESULT: Codec[CalculateReplyForHandleResult] = struct(
    "gear_core::rpc::CalculateReplyForHandleResult",
    CalculateReplyForHandleResult,
    fields(("reply", REPLY_INFO), ("messages", vec(USER_MESSAGE))),
)
