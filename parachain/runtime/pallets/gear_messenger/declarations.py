"""What pallet_gear_messenger declares: queue, mailbox, waitlist, stash and counters of a block."""

from parachain.primitives.account import ACCOUNT_ID
from parachain.primitives.scale import BOOL, U32, tuple_of
from parachain.runtime.frame.hashers import Hasher
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.gear.dispatch import (
    LINKED_NODE,
    STORED_DELAYED_DISPATCH,
    STORED_DISPATCH,
)
from parachain.runtime.gear.ids import ACTOR_ID, MESSAGE_ID
from parachain.runtime.gear.intervals import INTERVAL
from parachain.runtime.gear.messages import USER_STORED_MESSAGE

pallet = Pallet("GearMessenger", "pallet_gear_messenger", storage_version=4)

dequeued_count = pallet.optional("Dequeued", U32, "Messages taken out of the queue in this block.")
dispatches = pallet.optional_map(
    "Dispatches", Hasher.IDENTITY, MESSAGE_ID, LINKED_NODE, "The queue, each with the next's id."
)
dispatch_count = pallet.value("CounterForDispatches", U32, 0, "How long the queue is.")
head = pallet.optional("Head", MESSAGE_ID, "The first message of the queue.")
mailboxes = pallet.optional_double_map(
    "Mailbox",
    (Hasher.IDENTITY, ACCOUNT_ID),
    (Hasher.IDENTITY, MESSAGE_ID),
    tuple_of(USER_STORED_MESSAGE, INTERVAL),
    "Messages to users that can be answered, and how long.",
)
processing_allowed = pallet.optional(
    "QueueProcessing", BOOL, "Whether more of the queue may be processed in this block."
)
sent_count = pallet.optional("Sent", U32, "Messages that users have sent in this block.")
tail = pallet.optional("Tail", MESSAGE_ID, "The last message of the queue.")
waiting = pallet.optional_double_map(
    "Waitlist",
    (Hasher.IDENTITY, ACTOR_ID),
    (Hasher.IDENTITY, MESSAGE_ID),
    tuple_of(STORED_DISPATCH, INTERVAL),
    "Messages that wait to be woken, by program, and how long.",
)
stashed = pallet.optional_map(
    "DispatchStash",
    Hasher.IDENTITY,
    MESSAGE_ID,
    tuple_of(STORED_DELAYED_DISPATCH, INTERVAL),
    "Messages that are sent with a delay, and until when.",
)

QUEUE_DUPLICATE_KEY = pallet.error(0, "QueueDuplicateKey", "The message is in the queue already.")
QUEUE_ELEMENT_NOT_FOUND = pallet.error(
    1, "QueueElementNotFound", "A message that the queue links to is missing."
)
QUEUE_HEAD_SHOULD_BE_SET = pallet.error(
    2, "QueueHeadShouldBeSet", "The queue has a last message and no first."
)
QUEUE_HEAD_SHOULD_NOT_BE_SET = pallet.error(
    3, "QueueHeadShouldNotBeSet", "The queue has a first message and no last."
)
QUEUE_TAIL_HAS_NEXT_KEY = pallet.error(
    4, "QueueTailHasNextKey", "The last message of the queue links to another."
)
QUEUE_TAIL_PARENT_NOT_FOUND = pallet.error(
    5, "QueueTailParentNotFound", "No message of the queue links to the last."
)
QUEUE_TAIL_SHOULD_BE_SET = pallet.error(
    6, "QueueTailShouldBeSet", "The queue had one message, which was not its last."
)
QUEUE_TAIL_SHOULD_NOT_BE_SET = pallet.error(
    7, "QueueTailShouldNotBeSet", "The queue has a last message and no first."
)
MAILBOX_DUPLICATE_KEY = pallet.error(
    8, "MailboxDuplicateKey", "The message is in the mailbox already."
)
MAILBOX_ELEMENT_NOT_FOUND = pallet.error(
    9, "MailboxElementNotFound", "The user has no such message in the mailbox."
)
WAITLIST_DUPLICATE_KEY = pallet.error(
    10, "WaitlistDuplicateKey", "The message is in the waitlist already."
)
WAITLIST_ELEMENT_NOT_FOUND = pallet.error(
    11, "WaitlistElementNotFound", "The program has no such message in the waitlist."
)
