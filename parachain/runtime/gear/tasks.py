"""Tasks of the scheduler: what is to be done when a block comes.

Within a block they run in the order of their encodings. Source: gear, protocol/core/src/tasks.rs.
"""

from typing import NamedTuple, Union

from parachain.primitives.account import ACCOUNT_ID, AccountId
from parachain.primitives.scale import BOOL, Codec, enum, fields, variant
from parachain.runtime.gear.ids import (
    ACTOR_ID,
    MESSAGE_ID,
    RESERVATION_ID,
    ActorId,
    MessageId,
    ReservationId,
)


class RemoveFromMailbox(NamedTuple):
    """The rent of a user's message has run out."""

    user_id: AccountId
    message_id: MessageId


class RemoveFromWaitlist(NamedTuple):
    """The rent of a waiting message has run out."""

    program_id: ActorId
    message_id: MessageId


class WakeMessage(NamedTuple):
    """A message has waited as long as it wanted to, or is woken with a delay."""

    program_id: ActorId
    message_id: MessageId


class SendDispatch(NamedTuple):
    """A delayed message to a program leaves the stash."""

    message_id: MessageId


class SendUserMessage(NamedTuple):
    """A delayed message to a user leaves the stash, into the mailbox if it was paid for."""

    message_id: MessageId
    to_mailbox: bool


class RemoveGasReservation(NamedTuple):
    """The rent of a gas reservation has run out."""

    program_id: ActorId
    reservation_id: ReservationId


ScheduledTask = Union[
    RemoveFromMailbox,
    RemoveFromWaitlist,
    WakeMessage,
    SendDispatch,
    SendUserMessage,
    RemoveGasReservation,
]

_PROGRAM_AND_MESSAGE = fields(("0", ACTOR_ID), ("1", MESSAGE_ID))

SCHEDULED_TASK: Codec[ScheduledTask] = enum(
    "gear_core::tasks::ScheduledTask",
    variant(
        0,
        "RemoveFromMailbox",
        RemoveFromMailbox,
        fields(("0", ACCOUNT_ID.named("RFM")), ("1", MESSAGE_ID)),
    ),
    variant(1, "RemoveFromWaitlist", RemoveFromWaitlist, _PROGRAM_AND_MESSAGE),
    variant(2, "WakeMessage", WakeMessage, _PROGRAM_AND_MESSAGE),
    variant(3, "SendDispatch", SendDispatch, fields(("0", MESSAGE_ID.named("SD")))),
    variant(
        4,
        "SendUserMessage",
        SendUserMessage,
        fields(("message_id", MESSAGE_ID), ("to_mailbox", BOOL.named("SUM"))),
    ),
    variant(
        5,
        "RemoveGasReservation",
        RemoveGasReservation,
        fields(("0", ACTOR_ID), ("1", RESERVATION_ID)),
    ),
    params=(("RFM", ACCOUNT_ID), ("SD", MESSAGE_ID), ("SUM", BOOL)),
)
