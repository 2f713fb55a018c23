"""The waitlist: messages whose execution has stopped until they are woken, or time is over.

Intervals are as in the mailbox. Source: gear, vara/common/src/storage/complex/waitlist.rs.
"""

from typing import Iterator, Tuple

from parachain.runtime.frame.error import ensure, fail
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.dispatch import StoredDispatch
from parachain.runtime.gear.ids import ActorId, MessageId
from parachain.runtime.gear.intervals import Interval
from parachain.runtime.pallets.gear_messenger.declarations import (
    WAITLIST_DUPLICATE_KEY,
    WAITLIST_ELEMENT_NOT_FOUND,
    waiting,
)

#: A message and how long it may wait.
Waiting = Tuple[StoredDispatch, Interval]


def insert(ext: Ext, dispatch: StoredDispatch, interval: Interval) -> None:
    """Let a message wait, under the program it is for. Fails with WaitlistDuplicateKey."""
    key = (dispatch.message.destination, dispatch.message.id)
    ensure(not waiting.contains(ext, key), WAITLIST_DUPLICATE_KEY)
    waiting.put(ext, key, (dispatch, interval))


def remove(ext: Ext, program: ActorId, message: MessageId) -> Waiting:
    """Take a message out of the waitlist. Fails with WaitlistElementNotFound."""
    found = waiting.take(ext, (program, message))
    if found is None:
        fail(WAITLIST_ELEMENT_NOT_FOUND)
    return found


def contains(ext: Ext, program: ActorId, message: MessageId) -> bool:
    """Whether the message waits."""
    return waiting.contains(ext, (program, message))


def iterate(ext: Ext, program: ActorId) -> Iterator[Waiting]:
    """All messages of a program that wait, by id."""
    for _, entry in waiting.iterate(ext, program):
        yield entry


def drain(ext: Ext, program: ActorId) -> Iterator[Waiting]:
    """Take out all messages of a program, one at each step, by id."""
    for key, entry in waiting.iterate(ext, program):
        waiting.remove(ext, key)
        yield entry
