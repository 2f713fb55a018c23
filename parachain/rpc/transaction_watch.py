"""`TransactionWatch`: what a client is still to be told of its transaction.

A transaction has two properties, whether it was validated and which block of the best chain it is
in, and an end. Of each only the newest event waits, so a client that reads slowly gets the state
and not its history, and memory is bounded. Pure.

Source: json-rpc-interface-spec, transactionWatch_v1_submitAndWatch.md; texts after polkadot-sdk
`substrate/client/rpc-spec-v2/src/transaction`. Out of scope: submitting.
"""

from typing import Final

from parachain.client.pool.errors import (
    ImmediatelyDroppedError,
    PoolError,
    TooManyWatchersError,
)
from parachain.client.pool.watchers import (
    Broadcast,
    Dropped,
    FinalityTimeout,
    Finalized,
    Future,
    InBlock,
    Invalid,
    Ready,
    Retracted,
    Status,
    Usurped,
)
from parachain.rpc.render import render_bytes

Event = dict[str, object]

_VALIDATED: Final = "validated"
_INCLUDED: Final = "bestChainBlockIncluded"


class TransactionWatch:
    """The events that wait to be sent. After `ended`, none will be added."""

    def __init__(self) -> None:
        #: By property, the one that changed last comes last.
        self._waiting: dict[str, Event] = {}
        self._told_block: object = None
        self.ended = False

    def note(self, status: Status) -> None:
        """Take note of what the pool says."""
        match status:
            case Ready() | Future():
                self._put(_VALIDATED, {"event": _VALIDATED})
            case InBlock(block_hash, index):
                block = _block(block_hash, index)
                self._put(_INCLUDED, {"event": _INCLUDED, "block": block})
            case Retracted():
                self._put(_INCLUDED, {"event": _INCLUDED, "block": None})
            case Broadcast():
                pass  # not told by this interface
            case Finalized(block_hash, index):
                self.end({"event": "finalized", "block": _block(block_hash, index)})
            case FinalityTimeout():
                self.end(dropped("the block of the transaction was not finalized for too long"))
            case Dropped():
                self.end(dropped("the transaction pool is full"))
            case Usurped():
                self.end(invalid("another transaction took the place of this one"))
            case Invalid():
                self.end(invalid("the transaction is not valid any more"))

    def end(self, event: Event) -> None:
        """Put the last event; what waited before it means nothing any more."""
        if not self.ended:
            self._waiting = {"end": event}
            self.ended = True

    def take(self) -> Event | None:
        """Take the next event to send, None if there is none for now."""
        if not self._waiting:
            return None
        event = self._waiting.pop(next(iter(self._waiting)))
        if event["event"] == _INCLUDED:
            self._told_block = event["block"]
        return event

    def _put(self, name: str, event: Event) -> None:
        if self.ended:
            return
        self._waiting.pop(name, None)
        if name != _INCLUDED or event["block"] != self._told_block:
            self._waiting[name] = event


def refused(error: PoolError) -> Event:
    """Return the only event of a transaction that the pool did not take."""
    if isinstance(error, ImmediatelyDroppedError | TooManyWatchersError):
        return dropped(str(error))
    return invalid(str(error))


def invalid(reason: str) -> Event:
    """Return the event that says the runtime does not accept the transaction."""
    return {"event": "invalid", "error": reason}


def dropped(reason: str) -> Event:
    """Return the event that says the node does not keep track of the transaction."""
    return {"event": "dropped", "error": reason}


def _block(block_hash: bytes, index: int) -> dict[str, object]:
    return {"hash": render_bytes(block_hash), "index": index}
