"""Dispatches: a message together with the entry point it is for.

A stored dispatch with a `ContextStore` has been executed before and has waited since: its value
has been moved already. Source: gear, protocol/core/src/message/{mod,stored,incoming,context}.rs.
"""

from enum import IntEnum
from typing import NamedTuple, Optional, Tuple

from parachain.primitives.scale import (
    U32,
    U64,
    Codec,
    btree_set,
    c_enum,
    fields,
    newtype,
    option,
    struct,
)
from parachain.runtime.gear.ids import ACTOR_ID, MESSAGE_ID, ActorId, MessageId
from parachain.runtime.gear.messages import (
    STORED_MESSAGE,
    IncomingMessage,
    Message,
    StoredMessage,
    stored_message,
)


class DispatchKind(IntEnum):
    """The entry point that a message is for."""

    INIT = 0
    HANDLE = 1
    REPLY = 2
    SIGNAL = 3


DISPATCH_KIND: Codec[DispatchKind] = c_enum("gear_core::message::DispatchKind", DispatchKind)

#: Names of the exported functions, by kind.
ENTRY_POINTS = ("init", "handle", "handle_reply", "handle_signal")

RESERVATION_NONCE: Codec[int] = newtype("gear_core::reservation::ReservationNonce", U64)


class ContextStore(NamedTuple):
    """What the executions of one message have in common, kept while it waits.

    initialized         programs that it has created, sorted.
    reservation_nonce   how many gas reservations it has made.
    system_reservation  gas it has put aside for its signal; None if it never did.
    local_nonce         how many messages it has begun to send.
    """

    initialized: Tuple[ActorId, ...] = ()
    reservation_nonce: int = 0
    system_reservation: Optional[int] = None
    local_nonce: int = 0


CONTEXT_STORE: Codec[ContextStore] = struct(
    "gear_core::message::context::ContextStore",
    ContextStore,
    fields(
        ("initialized", btree_set(ACTOR_ID)),
        ("reservation_nonce", RESERVATION_NONCE),
        ("system_reservation", option(U64)),
        ("local_nonce", U32),
    ),
)


class StoredDispatch(NamedTuple):
    """A dispatch in the queue or the waitlist."""

    kind: DispatchKind
    message: StoredMessage
    context: Optional[ContextStore]


STORED_DISPATCH: Codec[StoredDispatch] = struct(
    "gear_core::message::stored::StoredDispatch",
    StoredDispatch,
    fields(
        ("kind", DISPATCH_KIND), ("message", STORED_MESSAGE), ("context", option(CONTEXT_STORE))
    ),
)


class StoredDelayedDispatch(NamedTuple):
    """A dispatch in the stash, to be sent when its delay is over."""

    kind: DispatchKind
    message: StoredMessage


STORED_DELAYED_DISPATCH: Codec[StoredDelayedDispatch] = struct(
    "gear_core::message::stored::StoredDelayedDispatch",
    StoredDelayedDispatch,
    fields(("kind", DISPATCH_KIND), ("message", STORED_MESSAGE)),
)


class Dispatch(NamedTuple):
    """A dispatch on its way, just sent."""

    kind: DispatchKind
    message: Message


class IncomingDispatch(NamedTuple):
    """A dispatch under execution."""

    kind: DispatchKind
    message: IncomingMessage
    context: Optional[ContextStore]


class LinkedNode(NamedTuple):
    """An element of the message queue, which is a linked list over a map."""

    next: Optional[MessageId]
    value: StoredDispatch


LINKED_NODE: Codec[LinkedNode] = struct(
    "gear_common::storage::complicated::dequeue::LinkedNode",
    LinkedNode,
    fields(("next", option(MESSAGE_ID).named("Option<K>")), ("value", STORED_DISPATCH.named("V"))),
    params=(("K", MESSAGE_ID), ("V", STORED_DISPATCH)),
)


def stored(dispatch: Dispatch) -> StoredDispatch:
    """A dispatch just sent, as the queue keeps it."""
    return StoredDispatch(dispatch.kind, stored_message(dispatch.message), None)


def stored_delayed(dispatch: Dispatch) -> StoredDelayedDispatch:
    """A dispatch just sent, as the stash keeps it."""
    return StoredDelayedDispatch(dispatch.kind, stored_message(dispatch.message))


def released(dispatch: StoredDelayedDispatch) -> StoredDispatch:
    """A dispatch out of the stash, as the queue keeps it."""
    return StoredDispatch(dispatch.kind, dispatch.message, None)


def incoming(dispatch: StoredDispatch, gas_limit: int) -> IncomingDispatch:
    """A dispatch out of the queue, with the gas that the gas tree has for it."""
    message = dispatch.message
    return IncomingDispatch(
        dispatch.kind,
        IncomingMessage(
            message.id,
            message.source,
            message.payload,
            gas_limit,
            message.value,
            message.details,
        ),
        dispatch.context,
    )


def returned(
    dispatch: IncomingDispatch, destination: ActorId, context: Optional[ContextStore]
) -> StoredDispatch:
    """A dispatch that goes back into storage after an execution, with the given context."""
    message = dispatch.message
    return StoredDispatch(
        dispatch.kind,
        StoredMessage(
            message.id,
            message.source,
            destination,
            message.payload,
            message.value,
            message.details,
        ),
        context,
    )
