"""The stash: messages that were sent with a delay, until it is over.

Intervals are as in the mailbox. Ids of messages are unique, so nothing is ever stored twice.
Source: gear, vara/pallets/gear-messenger/src/lib.rs.
"""

from typing import Optional, Tuple

from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.dispatch import StoredDelayedDispatch
from parachain.runtime.gear.ids import MessageId
from parachain.runtime.gear.intervals import Interval
from parachain.runtime.pallets.gear_messenger.declarations import stashed

#: A message and how long it is delayed.
Stashed = Tuple[StoredDelayedDispatch, Interval]


def insert(ext: Ext, dispatch: StoredDelayedDispatch, interval: Interval) -> None:
    """Keep a message until its delay is over."""
    stashed.put(ext, dispatch.message.id, (dispatch, interval))


def take(ext: Ext, message: MessageId) -> Optional[Stashed]:
    """Take a message out of the stash, None if it is not there."""
    return stashed.take(ext, message)


def contains(ext: Ext, message: MessageId) -> bool:
    """Whether the message is in the stash."""
    return stashed.contains(ext, message)
