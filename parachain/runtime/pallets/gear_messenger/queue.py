"""The queue of messages to programs: a linked list over a map, with its length beside it.

 1. An empty queue has neither head nor tail, any other has both.
 2. Head and tail are ids of messages in the map; following the links from one leads to the other.
 3. The tail links to nothing.

If that does not hold the state is broken, and the block must fail. Messages may be large, and
most of these functions only change a link: they do so without decoding the message. Source: gear,
vara/common/src/storage/complicated/dequeue.rs and vara/pallets/gear-messenger/src/lib.rs.
"""

from typing import Iterator, Optional

from parachain.runtime.frame.error import ensure, fail
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.dispatch import LinkedNode, StoredDispatch
from parachain.runtime.gear.ids import MessageId
from parachain.runtime.pallets.gear_messenger import block_counters
from parachain.runtime.pallets.gear_messenger.declarations import (
    QUEUE_DUPLICATE_KEY,
    QUEUE_ELEMENT_NOT_FOUND,
    QUEUE_HEAD_SHOULD_NOT_BE_SET,
    QUEUE_TAIL_HAS_NEXT_KEY,
    QUEUE_TAIL_SHOULD_BE_SET,
    QUEUE_TAIL_SHOULD_NOT_BE_SET,
    dispatch_count,
    dispatches,
    head,
    tail,
)

#: How the `next` of a node begins, which is an option and its first field.
_NO_NEXT = b"\x00"
_NEXT = b"\x01"


def length(ext: Ext) -> int:
    """How many messages are in the queue."""
    return dispatch_count.get(ext)


def enqueue(ext: Ext, dispatch: StoredDispatch) -> None:
    """Put a message at the end.

    Fails with QueueDuplicateKey; of a broken queue QueueElementNotFound, QueueTailHasNextKey,
    QueueHeadShouldNotBeSet.
    """
    new = dispatch.message.id
    _require_new(ext, new)
    last = tail.get(ext)
    if last is None:
        ensure(not head.exists(ext), QUEUE_HEAD_SHOULD_NOT_BE_SET)
        head.put(ext, new)
    else:
        _link(ext, last, new)
    tail.put(ext, new)
    _insert(ext, new, None, dispatch)


def requeue(ext: Ext, dispatch: StoredDispatch) -> None:
    """Put a message back to the front, for the next block: this one processes no more.

    Fails with QueueDuplicateKey; of a broken queue QueueTailShouldNotBeSet.
    """
    new = dispatch.message.id
    _require_new(ext, new)
    first = head.get(ext)
    if first is None:
        ensure(not tail.exists(ext), QUEUE_TAIL_SHOULD_NOT_BE_SET)
        tail.put(ext, new)
    head.put(ext, new)
    _insert(ext, new, first, dispatch)
    block_counters.decrease_dequeued(ext)
    block_counters.deny_queue_processing(ext)


def dequeue(ext: Ext) -> Optional[StoredDispatch]:
    """Take the first message, None of an empty queue.

    Fails, of a broken queue, with QueueElementNotFound, QueueTailShouldBeSet,
    QueueTailShouldNotBeSet.
    """
    first = head.get(ext)
    if first is None:
        ensure(not tail.exists(ext), QUEUE_TAIL_SHOULD_NOT_BE_SET)
        return None
    node = dispatches.take(ext, first)
    if node is None:
        fail(QUEUE_ELEMENT_NOT_FOUND)
    following, dispatch = node
    if following is not None:
        head.put(ext, following)
    else:
        ensure(tail.exists(ext), QUEUE_TAIL_SHOULD_BE_SET)
        head.kill(ext)
        tail.kill(ext)
    dispatch_count.put(ext, max(dispatch_count.get(ext) - 1, 0))
    block_counters.increase_dequeued(ext)
    return dispatch


def iterate(ext: Ext) -> Iterator[StoredDispatch]:
    """All messages from first to last. Fails, of a broken queue, with QueueElementNotFound."""
    following = head.get(ext)
    while following is not None:
        node = dispatches.get(ext, following)
        if node is None:
            fail(QUEUE_ELEMENT_NOT_FOUND)
        following, dispatch = node
        yield dispatch


def clear(ext: Ext) -> None:
    """Forget all messages. Calculations of gas begin with it; no block does this."""
    head.kill(ext)
    tail.kill(ext)
    dispatches.clear(ext, None)
    dispatch_count.kill(ext)


def _require_new(ext: Ext, key: MessageId) -> None:
    ensure(not dispatches.contains(ext, key), QUEUE_DUPLICATE_KEY)


def _insert(
    ext: Ext, key: MessageId, following: Optional[MessageId], dispatch: StoredDispatch
) -> None:
    dispatches.put(ext, key, LinkedNode(following, dispatch))
    dispatch_count.put(ext, dispatch_count.get(ext) + 1)


def _link(ext: Ext, last: MessageId, new: MessageId) -> None:
    """Make the tail link to a message behind it."""
    key = dispatches.key(ext, last)
    raw = ext.get(key)
    if raw is None:
        fail(QUEUE_ELEMENT_NOT_FOUND)
    ensure(raw[:1] == _NO_NEXT, QUEUE_TAIL_HAS_NEXT_KEY)
    ext.put(key, _NEXT + new + raw[1:])
