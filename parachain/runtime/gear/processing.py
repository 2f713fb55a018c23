"""From the result of processing a dispatch to its journal.

Executing code is not here: `DispatchResult` says what an execution has done. Each function
returns the notes in the reference's order, on which the state depends. Source: gear,
protocol/processor/src/processing.rs.
"""

from typing import Dict, List, NamedTuple, Optional, Tuple, Union

from parachain.runtime.gear.dispatch import (
    ContextStore,
    DispatchKind,
    IncomingDispatch,
    returned,
)
from parachain.runtime.gear.gas_counter import GasAmount
from parachain.runtime.gear.ids import ActorId, Blake2b256, CodeId, MessageId, reply_id
from parachain.runtime.gear.intervals import Intervals
from parachain.runtime.gear.journal import (
    DispatchOutcome,
    ExitDispatch,
    ExitOutcome,
    GasBurned,
    InitFailure,
    InitSuccess,
    Journal,
    JournalNote,
    MessageConsumed,
    MessageDispatched,
    MessageTrap,
    NoExecution,
    ReplyDeposit,
    ReserveGas,
    SendDispatch,
    SendSignal,
    SendValue,
    StopProcessing,
    StoreNewPrograms,
    SuccessOutcome,
    SystemReserveGas,
    SystemUnreserveGas,
    UnreserveGas,
    UpdateAllocations,
    UpdateGasReservations,
    UpdatePage,
    WaitDispatch,
    WakeMessage,
)
from parachain.runtime.gear.message_context import Sent
from parachain.runtime.gear.messages import is_error_reply
from parachain.runtime.gear.packets import (
    AUTO_REPLY_PACKET,
    ReplyPacket,
    error_reply_packet,
    reply_dispatch,
)
from parachain.runtime.gear.reply_code import (
    ErrorReplyReason,
    Execution,
    ExecutionSignal,
    SimpleUnavailableActorError,
    UnavailableActor,
)
from parachain.runtime.gear.reply_text import error_reply_text
from parachain.runtime.gear.reservation import (
    Created,
    GasReservationStates,
    Removed,
    SystemReservation,
    system_reservation,
)
from parachain.runtime.gear.termination import (
    Completion,
    ExecutionFailure,
    Exits,
    Panic,
    Waits,
    failure_text,
    simple_error,
)


class DispatchResult(NamedTuple):
    """What an execution has done that ended without failure.

    program_candidates  (message that initializes it, program) by code.
    reservations        as GasReserver.changes() gives them, None if nothing changed.
    page_updates        Gear pages that were written to, static or allocated.
    allocations         None unless a call has changed them.
    """

    context_store: ContextStore
    dispatches: Tuple[Sent, ...]
    awakening: Tuple[Tuple[MessageId, int], ...]
    reply_deposits: Tuple[Tuple[MessageId, int], ...]
    program_candidates: Dict[CodeId, Tuple[Tuple[MessageId, ActorId], ...]]
    gas_amount: GasAmount
    reservations: Optional[GasReservationStates]
    system_reservation: SystemReservation
    page_updates: Dict[int, bytes]
    allocations: Optional[Intervals]
    reply_sent: bool


def nothing_executed(dispatch: IncomingDispatch, gas_amount: GasAmount) -> DispatchResult:
    """The result for a message whose entry point the program does not export: success."""
    return DispatchResult(
        context_store=ContextStore(),
        dispatches=(),
        awakening=(),
        reply_deposits=(),
        program_candidates={},
        gas_amount=gas_amount,
        reservations=None,
        system_reservation=system_reservation(dispatch),
        page_updates={},
        allocations=None,
        reply_sent=False,
    )


def process_success(
    blake2_256: Blake2b256,
    dispatch: IncomingDispatch,
    program_id: ActorId,
    completion: Completion,
    result: DispatchResult,
) -> Journal:
    """The execution has succeeded, waits or exits."""
    message_id, source = dispatch.message.id, dispatch.message.source
    journal: List[JournalNote] = [GasBurned(message_id, result.gas_amount.burned)]
    journal += _reservations(message_id, program_id, result.reservations)
    if result.system_reservation.current is not None:
        journal.append(SystemReserveGas(message_id, result.system_reservation.current))
    journal += _value(dispatch, program_id, locked=False)
    for code, candidates in sorted(result.program_candidates.items()):
        journal.append(StoreNewPrograms(program_id, code, candidates))
    if (
        not isinstance(completion, Waits)
        and dispatch.kind in (DispatchKind.INIT, DispatchKind.HANDLE)
        and not result.reply_sent
    ):
        journal.append(_reply(blake2_256, dispatch, program_id, AUTO_REPLY_PACKET))
    journal += _effects(blake2_256, message_id, program_id, result)
    outcome: DispatchOutcome
    match completion:
        case Waits(duration, waited_type):
            waiting = returned(dispatch, program_id, result.context_store)
            journal.append(WaitDispatch(waiting, duration, waited_type))
            return tuple(journal)
        case Exits(inheritor):
            journal.append(ExitDispatch(program_id, inheritor))
            outcome = ExitOutcome(program_id)
        case _ if dispatch.kind is DispatchKind.INIT:
            outcome = InitSuccess(program_id)
        case _:
            outcome = SuccessOutcome()
    if result.system_reservation.has_any():
        journal.append(SystemUnreserveGas(message_id))
    journal.append(MessageDispatched(message_id, source, outcome))
    journal.append(MessageConsumed(message_id))
    return tuple(journal)


class _Unavailable(NamedTuple):
    """There was no program to execute the message."""

    error: SimpleUnavailableActorError
    payload: bytes = b""


class _Failed(NamedTuple):
    """The execution failed."""

    failure: ExecutionFailure


def _process_error(
    blake2_256: Blake2b256,
    dispatch: IncomingDispatch,
    program_id: ActorId,
    gas_burned: int,
    aside: SystemReservation,
    cause: Union[_Unavailable, _Failed],
) -> Journal:
    message_id, source = dispatch.message.id, dispatch.message.source
    panics = isinstance(cause, _Failed) and isinstance(cause.failure, Panic)
    replies = dispatch.kind in (DispatchKind.INIT, DispatchKind.HANDLE)
    journal: List[JournalNote] = [GasBurned(message_id, gas_burned, panics)]
    # The value is the program's in any case; an error reply then brings it back.
    journal += _value(dispatch, program_id, locked=replies)
    if aside.current is not None:
        journal.append(SystemReserveGas(message_id, aside.current))
    if aside.has_any():
        if isinstance(cause, _Failed) and _signals(dispatch):
            code = ExecutionSignal(simple_error(cause.failure))
            journal.append(SendSignal(message_id, program_id, code))
        journal.append(SystemUnreserveGas(message_id))
    if replies:
        value = dispatch.message.value if dispatch.context is None else 0
        packet = error_reply_packet(_error_payload(cause), value, _reason(cause))
        journal.append(_reply(blake2_256, dispatch, program_id, packet))
    outcome = _error_outcome(dispatch, program_id, cause)
    journal.append(MessageDispatched(message_id, source, outcome))
    journal.append(MessageConsumed(message_id))
    return tuple(journal)


def process_execution_error(
    blake2_256: Blake2b256,
    dispatch: IncomingDispatch,
    program_id: ActorId,
    gas_burned: int,
    aside: SystemReservation,
    failure: ExecutionFailure,
) -> Journal:
    """The execution failed, or could not begin for lack of gas.

    Of what it did only the gas burned and `aside`, what it put aside for a signal, remain.
    """
    return _process_error(blake2_256, dispatch, program_id, gas_burned, aside, _Failed(failure))


def process_program_exited(
    blake2_256: Blake2b256,
    dispatch: IncomingDispatch,
    program_id: ActorId,
    gas_burned: int,
    inheritor: ActorId,
) -> Journal:
    """The program has exited; the error reply tells who has inherited from it."""
    cause = _Unavailable(SimpleUnavailableActorError.PROGRAM_EXITED, inheritor)
    aside = system_reservation(dispatch)
    return _process_error(blake2_256, dispatch, program_id, gas_burned, aside, cause)


def process_unavailable(
    blake2_256: Blake2b256,
    dispatch: IncomingDispatch,
    program_id: ActorId,
    gas_burned: int,
    error: SimpleUnavailableActorError,
) -> Journal:
    """There is no program that could execute the message.

    INITIALIZATION_FAILURE: it was terminated. UNINITIALIZED: it is not ready, and the message is
    neither the one that initializes it nor a reply. PROGRAM_NOT_CREATED: there is no such
    program. REINSTRUMENTATION_FAILURE: its code is not valid any more; this one counts as a
    failed execution.
    """
    aside = system_reservation(dispatch)
    return _process_error(blake2_256, dispatch, program_id, gas_burned, aside, _Unavailable(error))


def process_allowance_exceed(
    dispatch: IncomingDispatch, program_id: ActorId, gas_burned: int
) -> Journal:
    """The block has no gas left; the message waits for the next one as if nothing had been."""
    again = returned(dispatch, program_id, dispatch.context)
    return (StopProcessing(again, gas_burned),)


def _reservations(
    message_id: MessageId, program_id: ActorId, states: Optional[GasReservationStates]
) -> List[JournalNote]:
    notes: List[JournalNote] = []
    if states is None:
        return notes
    for made, state in states:
        match state:
            case Created(amount, duration, _):
                notes.append(ReserveGas(message_id, made, program_id, amount, duration))
            case Removed(expiration):
                notes.append(UnreserveGas(made, program_id, expiration))
            case _:
                continue
    notes.append(UpdateGasReservations(program_id, states))
    return notes


def _effects(
    blake2_256: Blake2b256, message_id: MessageId, program_id: ActorId, result: DispatchResult
) -> List[JournalNote]:
    """What leaves the program, then what stays in its memory."""
    journal: List[JournalNote] = []
    for sent_id, amount in result.reply_deposits:
        journal.append(ReplyDeposit(message_id, reply_id(blake2_256, sent_id), amount))
    journal += [
        SendDispatch(message_id, sent.dispatch, sent.delay, sent.reservation)
        for sent in result.dispatches
    ]
    for awakening_id, delay in result.awakening:
        journal.append(WakeMessage(message_id, program_id, awakening_id, delay))
    for page, data in sorted(result.page_updates.items()):
        journal.append(UpdatePage(program_id, page, data))
    if result.allocations is not None:
        journal.append(UpdateAllocations(program_id, result.allocations))
    return journal


def _value(dispatch: IncomingDispatch, program_id: ActorId, *, locked: bool) -> List[JournalNote]:
    """The value moves once: by the execution before the first wait."""
    message = dispatch.message
    if dispatch.context is not None or message.value == 0:
        return []
    return [SendValue(message.source, program_id, message.value, locked)]


def _reply(
    blake2_256: Blake2b256, dispatch: IncomingDispatch, program_id: ActorId, packet: ReplyPacket
) -> SendDispatch:
    message = dispatch.message
    reply = reply_dispatch(blake2_256, program_id, message.source, message.id, packet)
    return SendDispatch(message.id, reply, 0, None)


def _signals(dispatch: IncomingDispatch) -> bool:
    """Whether a program is told of the failure of such a message."""
    return dispatch.kind in (DispatchKind.HANDLE, DispatchKind.REPLY) and not is_error_reply(
        dispatch.message.details
    )


def _reason(cause: Union[_Unavailable, _Failed]) -> ErrorReplyReason:
    if isinstance(cause, _Failed):
        return Execution(simple_error(cause.failure))
    return UnavailableActor(cause.error)


def _error_payload(cause: Union[_Unavailable, _Failed]) -> bytes:
    if isinstance(cause, _Unavailable):
        return cause.payload
    return cause.failure.payload if isinstance(cause.failure, Panic) else b""


def _error_outcome(
    dispatch: IncomingDispatch, program_id: ActorId, cause: Union[_Unavailable, _Failed]
) -> DispatchOutcome:
    if isinstance(cause, _Failed):
        text = failure_text(cause.failure)
    elif cause.error is SimpleUnavailableActorError.REINSTRUMENTATION_FAILURE:
        text = error_reply_text(_reason(cause))
    else:
        return NoExecution()
    if dispatch.kind is DispatchKind.INIT:
        return InitFailure(program_id, dispatch.message.source, text)
    return MessageTrap(program_id, text)
