"""What is counted within one block: messages sent by users, messages taken out of the queue.

Every block begins at zero and with leave to process the queue. Source: gear,
vara/pallets/gear-messenger/src/lib.rs, vara/common/src/storage/complicated/{counter,toggler}.rs.
"""

from parachain.primitives.weight import Weight
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets import system
from parachain.runtime.pallets.gear_messenger.declarations import (
    dequeued_count,
    pallet,
    processing_allowed,
    sent_count,
)

_ON_INITIALIZE_WEIGHT = system.DB_WEIGHT.reads_writes(0, 3)

_MAX_COUNT = 2**32 - 1


@pallet.on_initialize
def begin_block(ext: Ext, number: int) -> Weight:  # noqa: ARG001  hooks share one signature
    """Count from zero and allow the queue to be processed."""
    sent_count.put(ext, 0)
    dequeued_count.put(ext, 0)
    processing_allowed.put(ext, True)
    return _ON_INITIALIZE_WEIGHT


def sent(ext: Ext) -> int:
    """How many messages users have sent in this block; the nonce of the next one's id."""
    return sent_count.get(ext) or 0


def increase_sent(ext: Ext) -> None:
    """Count a message from a user."""
    sent_count.put(ext, min(sent(ext) + 1, _MAX_COUNT))


def dequeued(ext: Ext) -> int:
    """How many messages were taken out of the queue in this block and not put back."""
    return dequeued_count.get(ext) or 0


def increase_dequeued(ext: Ext) -> None:
    """Count a message taken out of the queue."""
    dequeued_count.put(ext, min(dequeued(ext) + 1, _MAX_COUNT))


def decrease_dequeued(ext: Ext) -> None:
    """Count a message put back; nothing is stored if nothing was counted yet."""
    count = dequeued_count.get(ext)
    if count is not None:
        dequeued_count.put(ext, max(count - 1, 0))


def queue_processing_allowed(ext: Ext) -> bool:
    """Whether more of the queue may be processed in this block."""
    return processing_allowed.get(ext) is not False


def allow_queue_processing(ext: Ext) -> None:
    """Let the queue be processed."""
    processing_allowed.put(ext, True)


def deny_queue_processing(ext: Ext) -> None:
    """Process no more of the queue in this block."""
    processing_allowed.put(ext, False)
