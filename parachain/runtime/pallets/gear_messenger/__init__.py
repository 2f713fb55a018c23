"""GearMessenger: where messages are between being sent and being executed or read.

    declarations     storage and errors
    block_counters   what is counted within a block, and whether the queue is processed
    queue            messages to programs
    mailbox          messages to users that can be answered
    waitlist         messages that wait
    stash            messages with a delay

Others write `gear_messenger.queue.enqueue(ext, dispatch)`.
"""

from parachain.runtime.pallets.gear_messenger import (
    block_counters,
    mailbox,
    queue,
    stash,
    waitlist,
)
from parachain.runtime.pallets.gear_messenger.declarations import pallet

__all__ = ["block_counters", "mailbox", "pallet", "queue", "stash", "waitlist"]
