"""The reply to a message, and what users are sent until then."""

from typing import List, Optional

from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.answers import CalculateReplyForHandleResult, ReplyInfo
from parachain.runtime.gear.ids import ActorId, MessageId
from parachain.runtime.gear.journal import Journal, SendDispatch, StoreNewPrograms
from parachain.runtime.gear.messages import (
    Message,
    ReplyDetails,
    UserMessage,
    stored_message,
    user_message,
)
from parachain.runtime.pallets.gear import calls
from parachain.runtime.pallets.gear.calculation import dry_run
from parachain.runtime.pallets.gear.calculation.dry_run import DryRun
from parachain.runtime.pallets.gear.calculation.failure import CalculationFailed


def calculate_reply_for_handle(
    ext: Ext,
    origin: ActorId,
    destination: ActorId,
    payload: bytes,
    gas_limit: int,
    value: int,
    allowance_multiplier: int,
) -> CalculateReplyForHandleResult:
    """Send a message and process the queue until there is a reply to it. Changes nothing.

    Raises CalculationFailed, also if no reply comes because the message waits.
    """
    with dry_run.Undone(ext):
        dry_run.begin(ext, allowance_multiplier)
        dry_run.endow(ext, origin, gas_limit, value)
        call = calls.send_message(destination, payload, gas_limit, value, False)
        main = dry_run.send(ext, origin, call).message.id
        run = DryRun(ext)
        told: List[UserMessage] = []
        while True:
            journal = run.next()
            if journal is None:
                raise CalculationFailed("Queue is empty, but reply wasn't found")
            reply = _look_through(run, journal, main, told)
            if reply is not None:
                return CalculateReplyForHandleResult(reply, tuple(told))
            run.apply(journal)


def _look_through(
    run: DryRun, journal: Journal, main: MessageId, told: List[UserMessage]
) -> Optional[ReplyInfo]:
    """The reply to `main`, if it is sent here; messages to users are put into `told`.

    Those with a delay are not told of: they go out in a later block.
    """
    created: List[ActorId] = []
    for note in journal:
        if isinstance(note, StoreNewPrograms):
            created += [program for _, program in note.candidates]
    reply: Optional[ReplyInfo] = None
    for note in journal:
        if not isinstance(note, SendDispatch):
            continue
        message = note.dispatch.message
        if isinstance(message.details, ReplyDetails) and message.details.to == main:
            reply = ReplyInfo(message.payload, message.value, message.details.code)
        elif note.delay == 0 and _is_to_user(run, message, created):
            told.append(user_message(stored_message(message)))
    return reply


def _is_to_user(run: DryRun, message: Message, created: List[ActorId]) -> bool:
    """Programs that the journal creates are none yet, but their messages are not to users."""
    return message.destination not in created and not run.run.actors.is_program(message.destination)
