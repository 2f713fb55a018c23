"""Messages: as a program sends them, as they are stored, as it receives them, as users see them.

No stored message has a gas limit: what it may burn is always looked up in the gas tree. Source:
gear, protocol/core/src/message/{common,stored,incoming,user}.rs.
"""

from typing import NamedTuple, Optional, Union

from parachain.primitives.scale import (
    BYTES,
    COMPACT_U128,
    U8,
    Codec,
    Composite,
    Field,
    Variant,
    Variants,
    bounded_bytes,
    enum,
    fields,
    option,
    struct,
    variant,
)
from parachain.runtime.gear.ids import ACTOR_ID, MESSAGE_ID, ActorId, MessageId
from parachain.runtime.gear.reply_code import (
    REPLY_CODE,
    SIGNAL_CODE,
    ReplyCode,
    SignalCode,
    is_error,
)

#: Payloads, salts and the texts of panics have at most this many bytes.
MAX_PAYLOAD_SIZE = 8 * 1024 * 1024

#: LimitedVec<u8>, encoded as Vec<u8>.
PAYLOAD: Codec[bytes] = bounded_bytes(MAX_PAYLOAD_SIZE).described(
    Composite("gear_core::limited::vec::LimitedVec", (Field("", BYTES, "Vec<T>"),), (("T", U8),)),
    "Payload",
)

_VALUE: Codec[int] = COMPACT_U128.named("Value")


class ReplyDetails(NamedTuple):
    """What a reply replies to, and why it was sent."""

    to: MessageId
    code: ReplyCode


class SignalDetails(NamedTuple):
    """Which message failed, and how."""

    to: MessageId
    code: SignalCode


#: None in its place means a message that starts something: init or handle.
MessageDetails = Union[ReplyDetails, SignalDetails]

_REPLY_BODY = fields(("to", MESSAGE_ID), ("code", REPLY_CODE))
_SIGNAL_BODY = fields(("to", MESSAGE_ID), ("code", SIGNAL_CODE))

REPLY_DETAILS: Codec[ReplyDetails] = struct(
    "gear_core::message::common::ReplyDetails", ReplyDetails, _REPLY_BODY
)
SIGNAL_DETAILS: Codec[SignalDetails] = struct(
    "gear_core::message::common::SignalDetails", SignalDetails, _SIGNAL_BODY
)

#: In Rust each variant has one field, a struct; the encoding is the same.
_DETAILS: Codec[MessageDetails] = enum(
    "gear_core::message::common::MessageDetails",
    variant(0, "Reply", ReplyDetails, _REPLY_BODY),
    variant(1, "Signal", SignalDetails, _SIGNAL_BODY),
)
MESSAGE_DETAILS: Codec[MessageDetails] = _DETAILS.described(
    Variants(
        "gear_core::message::common::MessageDetails",
        (
            Variant("Reply", 0, (Field("", REPLY_DETAILS, "ReplyDetails"),)),
            Variant("Signal", 1, (Field("", SIGNAL_DETAILS, "SignalDetails"),)),
        ),
    ),
    "MessageDetails",
)


class StoredMessage(NamedTuple):
    """A message in the queue, the waitlist or the stash."""

    id: MessageId
    source: ActorId
    destination: ActorId
    payload: bytes
    value: int
    details: Optional[MessageDetails]


STORED_MESSAGE: Codec[StoredMessage] = struct(
    "gear_core::message::stored::StoredMessage",
    StoredMessage,
    fields(
        ("id", MESSAGE_ID),
        ("source", ACTOR_ID),
        ("destination", ACTOR_ID),
        ("payload", PAYLOAD),
        ("value", _VALUE),
        ("details", option(MESSAGE_DETAILS)),
    ),
)


class Message(NamedTuple):
    """A message on its way: with the gas that its sender gives it, None for "what I have"."""

    id: MessageId
    source: ActorId
    destination: ActorId
    payload: bytes
    gas_limit: Optional[int]
    value: int
    details: Optional[MessageDetails]


class IncomingMessage(NamedTuple):
    """A message under execution, with the gas that the gas tree has for it."""

    id: MessageId
    source: ActorId
    payload: bytes
    gas_limit: int
    value: int
    details: Optional[MessageDetails]


class UserMessage(NamedTuple):
    """A message to a user, as the event UserMessageSent shows it."""

    id: MessageId
    source: ActorId
    destination: ActorId
    payload: bytes
    value: int
    details: Optional[ReplyDetails]


USER_MESSAGE: Codec[UserMessage] = struct(
    "gear_core::message::user::UserMessage",
    UserMessage,
    fields(
        ("id", MESSAGE_ID),
        ("source", ACTOR_ID),
        ("destination", ACTOR_ID),
        ("payload", PAYLOAD),
        ("value", _VALUE),
        ("details", option(REPLY_DETAILS)),
    ),
)


class UserStoredMessage(NamedTuple):
    """A message in a user's mailbox; never a reply."""

    id: MessageId
    source: ActorId
    destination: ActorId
    payload: bytes
    value: int


USER_STORED_MESSAGE: Codec[UserStoredMessage] = struct(
    "gear_core::message::user::UserStoredMessage",
    UserStoredMessage,
    fields(
        ("id", MESSAGE_ID),
        ("source", ACTOR_ID),
        ("destination", ACTOR_ID),
        ("payload", PAYLOAD),
        ("value", _VALUE),
    ),
)


def is_reply(details: Optional[MessageDetails]) -> bool:
    """Whether a message with these details is a reply."""
    return isinstance(details, ReplyDetails)


def is_error_reply(details: Optional[MessageDetails]) -> bool:
    """Whether a message with these details tells of a failure as a reply."""
    return isinstance(details, ReplyDetails) and is_error(details.code)


def stored_message(message: Message) -> StoredMessage:
    """The message without its gas."""
    return StoredMessage(
        message.id,
        message.source,
        message.destination,
        message.payload,
        message.value,
        message.details,
    )


def user_message(message: StoredMessage) -> UserMessage:
    """The message as a user sees it. Raises ValueError for a signal, which users never get."""
    if isinstance(message.details, SignalDetails):
        raise ValueError("signal %s to a user" % message.id.hex())  # noqa: TRY004  # of its class, but a bug
    return UserMessage(
        message.id,
        message.source,
        message.destination,
        message.payload,
        message.value,
        message.details,
    )


def user_stored_message(message: UserMessage) -> UserStoredMessage:
    """The message as the mailbox keeps it. Raises ValueError for a reply, which it never keeps."""
    if message.details is not None:
        raise ValueError("reply %s to a mailbox" % message.id.hex())
    return UserStoredMessage(
        message.id, message.source, message.destination, message.payload, message.value
    )
