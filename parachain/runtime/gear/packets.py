"""What a program asks to be sent: handle, init and reply packets, and the messages made of them.

Also the messages that the system sends: automatic replies, error replies, signals. Source: gear,
protocol/core/src/message/{handle,init,reply,signal}.rs.
"""

from typing import NamedTuple, Optional

from parachain.runtime.gear.dispatch import Dispatch, DispatchKind
from parachain.runtime.gear.ids import (
    SYSTEM_ACTOR,
    ActorId,
    Blake2b256,
    CodeId,
    MessageId,
    program_id_from_program,
    program_id_from_user,
    reply_id,
    signal_id,
)
from parachain.runtime.gear.messages import Message, ReplyDetails, SignalDetails
from parachain.runtime.gear.reply_code import (
    AUTO_REPLY,
    MANUAL_REPLY,
    Error,
    ErrorReplyReason,
    ReplyCode,
    SignalCode,
)


class HandlePacket(NamedTuple):
    """A message to be sent. `gas_limit` None shares the sender's gas."""

    destination: ActorId
    payload: bytes
    gas_limit: Optional[int]
    value: int


class InitPacket(NamedTuple):
    """A program to be created."""

    program_id: ActorId
    code_id: CodeId
    payload: bytes
    gas_limit: Optional[int]
    value: int


class ReplyPacket(NamedTuple):
    """A reply to be sent."""

    payload: bytes
    gas_limit: Optional[int]
    value: int
    code: ReplyCode = MANUAL_REPLY


#: The reply to a message that was executed without replying: it may burn nothing.
AUTO_REPLY_PACKET = ReplyPacket(b"", 0, 0, AUTO_REPLY)


def init_packet_from_user(
    blake2_256: Blake2b256, code: CodeId, salt: bytes, payload: bytes, gas_limit: int, value: int
) -> InitPacket:
    """A program that an extrinsic creates."""
    program = program_id_from_user(blake2_256, code, salt)
    return InitPacket(program, code, payload, gas_limit, value)


def init_packet_from_program(
    blake2_256: Blake2b256,
    message: MessageId,
    code: CodeId,
    salt: bytes,
    payload: bytes,
    gas_limit: Optional[int],
    value: int,
) -> InitPacket:
    """A program that the execution of `message` creates."""
    program = program_id_from_program(blake2_256, message, code, salt)
    return InitPacket(program, code, payload, gas_limit, value)


def handle_dispatch(message_id: MessageId, source: ActorId, packet: HandlePacket) -> Dispatch:
    """The dispatch for a handle packet."""
    return Dispatch(
        DispatchKind.HANDLE,
        Message(
            message_id,
            source,
            packet.destination,
            packet.payload,
            packet.gas_limit,
            packet.value,
            None,
        ),
    )


def init_dispatch(message_id: MessageId, source: ActorId, packet: InitPacket) -> Dispatch:
    """The dispatch for an init packet."""
    return Dispatch(
        DispatchKind.INIT,
        Message(
            message_id,
            source,
            packet.program_id,
            packet.payload,
            packet.gas_limit,
            packet.value,
            None,
        ),
    )


def reply_dispatch(
    blake2_256: Blake2b256,
    source: ActorId,
    destination: ActorId,
    replied_to: MessageId,
    packet: ReplyPacket,
) -> Dispatch:
    """The dispatch for a reply packet."""
    return Dispatch(
        DispatchKind.REPLY,
        Message(
            reply_id(blake2_256, replied_to),
            source,
            destination,
            packet.payload,
            packet.gas_limit,
            packet.value,
            ReplyDetails(replied_to, packet.code),
        ),
    )


def error_reply_packet(payload: bytes, value: int, reason: ErrorReplyReason) -> ReplyPacket:
    """The reply that the system sends for a message that failed; it shares that message's gas."""
    return ReplyPacket(payload, None, value, Error(reason))


def signal_dispatch(
    blake2_256: Blake2b256, origin: MessageId, destination: ActorId, code: SignalCode
) -> Dispatch:
    """The signal to a program that its message `origin` has failed."""
    return Dispatch(
        DispatchKind.SIGNAL,
        Message(
            signal_id(blake2_256, origin),
            SYSTEM_ACTOR,
            destination,
            b"",
            None,
            0,
            SignalDetails(origin, code),
        ),
    )
