"""What one run of the queue finds out besides the state: for the event at its end."""

from typing import Dict

from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.changes import DispatchStatus
from parachain.runtime.gear.ids import ActorId, MessageId
from parachain.runtime.pallets.gear.actors import KnownActors


class QueueRun:
    """The host, what is known of actors, and what became of messages and programs so far."""

    __slots__ = ("actors", "ext", "state_changes", "statuses")

    def __init__(self, ext: Ext) -> None:
        self.ext = ext
        self.actors = KnownActors(ext)
        #: Of messages from users.
        self.statuses: Dict[MessageId, DispatchStatus] = {}
        #: Programs whose memory was written.
        self.state_changes: Dict[ActorId, None] = {}
