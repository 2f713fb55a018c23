"""Mailboxes: messages to users that may be answered or claimed, until their rent runs out.

The interval beside a message begins in the Gear block of its arrival and ends in the block of the
task that removes it. Rent, values and tasks are the caller's business. Source: gear,
vara/common/src/storage/complex/mailbox.rs.
"""

from typing import Iterator, Optional, Tuple

from parachain.primitives.account import AccountId
from parachain.runtime.frame.error import ensure, fail
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.ids import MessageId
from parachain.runtime.gear.intervals import Interval
from parachain.runtime.gear.messages import UserStoredMessage
from parachain.runtime.pallets.gear_messenger.declarations import (
    MAILBOX_DUPLICATE_KEY,
    MAILBOX_ELEMENT_NOT_FOUND,
    mailboxes,
)

#: A message and how long it is kept.
Mail = Tuple[UserStoredMessage, Interval]


def insert(ext: Ext, message: UserStoredMessage, interval: Interval) -> None:
    """Put a message into the mailbox of its destination. Fails with MailboxDuplicateKey."""
    key = (message.destination, message.id)
    ensure(not mailboxes.contains(ext, key), MAILBOX_DUPLICATE_KEY)
    mailboxes.put(ext, key, (message, interval))


def remove(ext: Ext, user: AccountId, message: MessageId) -> Mail:
    """Take a message out of a user's mailbox. Fails with MailboxElementNotFound."""
    found = mailboxes.take(ext, (user, message))
    if found is None:
        fail(MAILBOX_ELEMENT_NOT_FOUND)
    return found


def peek(ext: Ext, user: AccountId, message: MessageId) -> Optional[UserStoredMessage]:
    """Return a message of a user's mailbox, or None."""
    found = mailboxes.get(ext, (user, message))
    return None if found is None else found[0]


def contains(ext: Ext, user: AccountId, message: MessageId) -> bool:
    """Whether the user's mailbox has the message."""
    return mailboxes.contains(ext, (user, message))


def iterate(ext: Ext, user: AccountId) -> Iterator[Mail]:
    """All of a user's mailbox, by message id."""
    for _, mail in mailboxes.iterate(ext, user):
        yield mail
