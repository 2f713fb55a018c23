"""The events of pallet_gear.

Those about what users do belong to their extrinsics, those about what programs do to `run`.
"""

from parachain.primitives.account import ACCOUNT_ID
from parachain.primitives.scale import U32, btree_map, btree_set, fields, option
from parachain.runtime.gear.changes import (
    CODE_CHANGE_KIND,
    DISPATCH_STATUS,
    MESSAGE_ENTRY,
    MESSAGE_WAITED_REASON,
    MESSAGE_WOKEN_REASON,
    PROGRAM_CHANGE_KIND,
    USER_MESSAGE_READ_REASON,
)
from parachain.runtime.gear.gas_tree import GAS_NODE_ID
from parachain.runtime.gear.ids import ACTOR_ID, CODE_ID, MESSAGE_ID
from parachain.runtime.gear.messages import USER_MESSAGE
from parachain.runtime.pallets.gear.declarations import pallet

_BLOCK = U32.named("BlockNumberFor<T>")

MESSAGE_QUEUED = pallet.event(
    0,
    "MessageQueued",
    fields(
        ("id", MESSAGE_ID),
        ("source", ACCOUNT_ID.named("T::AccountId")),
        ("destination", ACTOR_ID),
        ("entry", MESSAGE_ENTRY),
    ),
    "A user has sent a message to a program.",
)
USER_MESSAGE_SENT = pallet.event(
    1,
    "UserMessageSent",
    fields(
        ("message", USER_MESSAGE),
        ("expiration", option(_BLOCK).named("Option<BlockNumberFor<T>>")),
    ),
    "A user was sent a message. It is in the mailbox until the Gear block `expiration`, if any.",
)
USER_MESSAGE_READ = pallet.event(
    2,
    "UserMessageRead",
    fields(("id", MESSAGE_ID), ("reason", USER_MESSAGE_READ_REASON.named("UserMessageReadReason"))),
    "A message has left the mailbox.",
)
MESSAGES_DISPATCHED = pallet.event(
    3,
    "MessagesDispatched",
    fields(
        ("total", U32.named("MessengerCapacityOf<T>")),
        ("statuses", btree_map(MESSAGE_ID, DISPATCH_STATUS)),
        ("state_changes", btree_set(ACTOR_ID)),
    ),
    "So many messages were processed; what became of those of users, and whose memory changed.",
)
MESSAGE_WAITED = pallet.event(
    4,
    "MessageWaited",
    fields(
        ("id", MESSAGE_ID),
        (
            "origin",
            option(GAS_NODE_ID).named("Option<GasNodeId<MessageId, ReservationId>>"),
        ),
        ("reason", MESSAGE_WAITED_REASON.named("MessageWaitedReason")),
        ("expiration", _BLOCK),
    ),
    "A message waits. `origin` is the root of its gas tree, unless that is itself.",
)
MESSAGE_WOKEN = pallet.event(
    5,
    "MessageWoken",
    fields(("id", MESSAGE_ID), ("reason", MESSAGE_WOKEN_REASON.named("MessageWokenReason"))),
    "A message waits no more.",
)
CODE_CHANGED = pallet.event(
    6,
    "CodeChanged",
    fields(
        ("id", CODE_ID),
        ("change", CODE_CHANGE_KIND.named("CodeChangeKind<BlockNumberFor<T>>")),
    ),
    "A code was uploaded.",
)
PROGRAM_CHANGED = pallet.event(
    7,
    "ProgramChanged",
    fields(
        ("id", ACTOR_ID),
        ("change", PROGRAM_CHANGE_KIND.named("ProgramChangeKind<BlockNumberFor<T>>")),
    ),
    "A program was created, initialized or has ended.",
)
QUEUE_NOT_PROCESSED = pallet.event(
    8, "QueueNotProcessed", fields(), "The block has ended without processing messages."
)
