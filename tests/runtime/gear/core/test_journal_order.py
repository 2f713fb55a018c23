"""The journal of each outcome, note by note, in the reference's order."""

import pytest

from parachain.runtime.gear import journal as notes
from parachain.runtime.gear import termination as ends
from parachain.runtime.gear.dispatch import (
    ContextStore,
    Dispatch,
    DispatchKind,
    IncomingDispatch,
    StoredDispatch,
)
from parachain.runtime.gear.gas_counter import GasAmount
from parachain.runtime.gear.ids import reply_id
from parachain.runtime.gear.message_context import Sent
from parachain.runtime.gear.messages import (
    Message,
    MessageDetails,
    ReplyDetails,
    SignalDetails,
    StoredMessage,
)
from parachain.runtime.gear.processing import (
    DispatchResult,
    nothing_executed,
    process_allowance_exceed,
    process_execution_error,
    process_program_exited,
    process_success,
    process_unavailable,
)
from parachain.runtime.gear.reply_code import (
    AUTO_REPLY,
    Error,
    ErrorReplyReason,
    Execution,
    ExecutionSignal,
    SimpleExecutionError,
    SimpleUnavailableActorError,
    UnavailableActor,
)
from parachain.runtime.gear.reservation import Created, Exists, Removed, SystemReservation
from tests.runtime.gear.core.hashing import blake2_256, some_id
from tests.runtime.gear.core.scene import MESSAGE, PROGRAM, SOURCE, incoming

REPLY = reply_id(blake2_256, MESSAGE)
WAITED = ContextStore((), 0, None, 3)
NOTHING_ASIDE = SystemReservation(None, None)
DONE = notes.MessageConsumed(MESSAGE)
FAILED_REPLY = Error(Execution(SimpleExecutionError.RAN_OUT_OF_GAS))
BURNED = notes.GasBurned(MESSAGE, 7)
OUT_OF_GAS = ends.GasLimitExceeded()


def dispatched(outcome: notes.DispatchOutcome) -> notes.MessageDispatched:
    return notes.MessageDispatched(MESSAGE, SOURCE, outcome)


def sent(number: int, kind: DispatchKind = DispatchKind.HANDLE) -> Dispatch:
    return Dispatch(kind, Message(some_id(number), PROGRAM, SOURCE, b"", None, 0, None))


def reply_note(
    payload: bytes, gas_limit: int | None, value: int, details: ReplyDetails
) -> notes.SendDispatch:
    message = Message(REPLY, PROGRAM, SOURCE, payload, gas_limit, value, details)
    return notes.SendDispatch(MESSAGE, Dispatch(DispatchKind.REPLY, message), 0, None)


AUTO = reply_note(b"", 0, 0, ReplyDetails(MESSAGE, AUTO_REPLY))


def error_reply(
    reason: ErrorReplyReason, payload: bytes = b"", value: int = 0
) -> notes.SendDispatch:
    return reply_note(payload, None, value, ReplyDetails(MESSAGE, Error(reason)))


def result(dispatch: IncomingDispatch, **parts: object) -> DispatchResult:
    return nothing_executed(dispatch, GasAmount(3, 7))._replace(**parts)  # type: ignore[arg-type]  # fields by name


def succeed(
    dispatch: IncomingDispatch, completion: ends.Completion, **parts: object
) -> notes.Journal:
    return process_success(blake2_256, dispatch, PROGRAM, completion, result(dispatch, **parts))


def fail(
    dispatch: IncomingDispatch,
    failure: ends.ExecutionFailure = OUT_OF_GAS,
    aside: SystemReservation = NOTHING_ASIDE,
) -> notes.Journal:
    return process_execution_error(blake2_256, dispatch, PROGRAM, 7, aside, failure)


EVERYTHING = {
    "reservations": (
        (some_id(20), Created(500, 9, used=False)),
        (some_id(21), Exists(1, 2, 3, used=True)),
        (some_id(22), Removed(33)),
    ),
    "system_reservation": SystemReservation(600, None),
    "program_candidates": {
        some_id(31): ((some_id(40), some_id(41)),),
        some_id(30): ((some_id(42), some_id(43)), (some_id(44), some_id(45))),
    },
    "reply_deposits": ((some_id(50), 70),),
    "dispatches": (Sent(sent(60, DispatchKind.INIT), 5, None), Sent(sent(50), 0, some_id(21))),
    "awakening": ((some_id(70), 0), (some_id(71), 4)),
    "page_updates": {9: b"nine", 2: b"two"},
    "allocations": ((1, 4),),
}

#: What an execution that did all this leaves, up to its end.
EFFECTS_BEFORE_REPLY: tuple[notes.JournalNote, ...] = (
    BURNED,
    notes.ReserveGas(MESSAGE, some_id(20), PROGRAM, 500, 9),
    notes.UnreserveGas(some_id(22), PROGRAM, 33),
    notes.UpdateGasReservations(PROGRAM, EVERYTHING["reservations"]),  # type: ignore[arg-type]  # of mixed values
    notes.SystemReserveGas(MESSAGE, 600),
    notes.SendValue(SOURCE, PROGRAM, 1000, locked=False),
    notes.StoreNewPrograms(
        PROGRAM, some_id(30), ((some_id(42), some_id(43)), (some_id(44), some_id(45)))
    ),
    notes.StoreNewPrograms(PROGRAM, some_id(31), ((some_id(40), some_id(41)),)),
)
EFFECTS_AFTER_REPLY: tuple[notes.JournalNote, ...] = (
    notes.ReplyDeposit(MESSAGE, reply_id(blake2_256, some_id(50)), 70),
    notes.SendDispatch(MESSAGE, sent(60, DispatchKind.INIT), 5, None),
    notes.SendDispatch(MESSAGE, sent(50), 0, some_id(21)),
    notes.WakeMessage(MESSAGE, PROGRAM, some_id(70), 0),
    notes.WakeMessage(MESSAGE, PROGRAM, some_id(71), 4),
    notes.UpdatePage(PROGRAM, 2, b"two"),
    notes.UpdatePage(PROGRAM, 9, b"nine"),
    notes.UpdateAllocations(PROGRAM, ((1, 4),)),
)


def test_notes_of_equal_fields_differ() -> None:
    same: list[notes.JournalNote] = [DONE, notes.SystemUnreserveGas(MESSAGE)]
    assert same[0] != same[1]
    outcomes: list[notes.DispatchOutcome] = [notes.SuccessOutcome(), notes.NoExecution()]
    assert outcomes[0] != outcomes[1]
    assert all(outcomes)


def test_success_with_everything() -> None:
    assert succeed(incoming(value=1000), ends.Succeeded(), **EVERYTHING) == (
        *EFFECTS_BEFORE_REPLY,
        AUTO,
        *EFFECTS_AFTER_REPLY,
        notes.SystemUnreserveGas(MESSAGE),
        dispatched(notes.SuccessOutcome()),
        DONE,
    )


def test_exit_with_everything() -> None:
    assert succeed(incoming(value=1000), ends.Exits(some_id(9)), **EVERYTHING) == (
        *EFFECTS_BEFORE_REPLY,
        AUTO,
        *EFFECTS_AFTER_REPLY,
        notes.ExitDispatch(PROGRAM, some_id(9)),
        notes.SystemUnreserveGas(MESSAGE),
        dispatched(notes.ExitOutcome(PROGRAM)),
        DONE,
    )


def test_wait_with_everything() -> None:
    waits = ends.Waits(8, ends.MessageWaitedType.WAIT_FOR)
    dispatch = incoming(value=1000)
    message = StoredMessage(MESSAGE, SOURCE, PROGRAM, b"payload", 1000, None)
    assert succeed(dispatch, waits, context_store=WAITED, **EVERYTHING) == (
        *EFFECTS_BEFORE_REPLY,
        *EFFECTS_AFTER_REPLY,
        notes.WaitDispatch(StoredDispatch(DispatchKind.HANDLE, message, WAITED), *waits),
    )


def test_value_moves_before_the_first_wait_only() -> None:
    journal = succeed(incoming(value=1000, context=WAITED), ends.Succeeded())
    assert journal == (BURNED, AUTO, dispatched(notes.SuccessOutcome()), DONE)


def test_auto_reply_on_exit_exists() -> None:
    assert succeed(incoming(), ends.Exits(SOURCE)) == (
        BURNED,
        AUTO,
        notes.ExitDispatch(PROGRAM, SOURCE),
        dispatched(notes.ExitOutcome(PROGRAM)),
        DONE,
    )


def test_no_auto_reply_after_a_reply() -> None:
    journal = succeed(incoming(), ends.Succeeded(), reply_sent=True)
    assert journal == (BURNED, dispatched(notes.SuccessOutcome()), DONE)


@pytest.mark.parametrize("kind", [DispatchKind.REPLY, DispatchKind.SIGNAL])
def test_replies_and_signals_are_not_replied_to(kind: DispatchKind) -> None:
    outcome = dispatched(notes.SuccessOutcome())
    assert succeed(incoming(kind), ends.Succeeded()) == (BURNED, outcome, DONE)
    trap = dispatched(notes.MessageTrap(PROGRAM, "Not enough gas to continue execution"))
    assert fail(incoming(kind)) == (BURNED, trap, DONE)


def test_initialization() -> None:
    dispatch = incoming(DispatchKind.INIT)
    assert succeed(dispatch, ends.Succeeded()) == (
        BURNED,
        AUTO,
        dispatched(notes.InitSuccess(PROGRAM)),
        DONE,
    )
    reason = "Not enough gas to continue execution"
    assert fail(dispatch) == (
        BURNED,
        error_reply(Execution(SimpleExecutionError.RAN_OUT_OF_GAS)),
        dispatched(notes.InitFailure(PROGRAM, SOURCE, reason)),
        DONE,
    )


def test_entry_that_is_not_exported() -> None:
    dispatch = incoming(context=ContextStore((), 0, 40, 1))
    assert succeed(dispatch, ends.Succeeded()) == (
        BURNED,
        AUTO,
        notes.SystemUnreserveGas(MESSAGE),
        dispatched(notes.SuccessOutcome()),
        DONE,
    )


def test_panic_returns_value_and_payload() -> None:
    trap = notes.MessageTrap(PROGRAM, "Panic occurred: oops")
    assert fail(incoming(value=1000), ends.Panic(b"oops")) == (
        notes.GasBurned(MESSAGE, 7, is_panic=True),
        notes.SendValue(SOURCE, PROGRAM, 1000, locked=True),
        error_reply(Execution(SimpleExecutionError.USERSPACE_PANIC), b"oops", 1000),
        dispatched(trap),
        DONE,
    )


def test_failure_after_a_wait_has_no_value_to_return() -> None:
    journal = fail(incoming(value=1000, context=WAITED))
    assert journal[1] == error_reply(Execution(SimpleExecutionError.RAN_OUT_OF_GAS), b"", 0)


def test_value_of_a_failed_reply_stays_with_the_program() -> None:
    dispatch = incoming(DispatchKind.REPLY, value=1000)
    assert fail(dispatch)[1] == notes.SendValue(SOURCE, PROGRAM, 1000, locked=False)


@pytest.mark.parametrize(
    ("kind", "details", "signals"),
    [
        (DispatchKind.HANDLE, None, True),
        (DispatchKind.REPLY, ReplyDetails(some_id(5), AUTO_REPLY), True),
        (DispatchKind.REPLY, ReplyDetails(some_id(5), FAILED_REPLY), False),
        (DispatchKind.INIT, None, False),
        (
            DispatchKind.SIGNAL,
            SignalDetails(some_id(5), ExecutionSignal(SimpleExecutionError.RAN_OUT_OF_GAS)),
            False,
        ),
    ],
)
@pytest.mark.parametrize(
    "aside",
    [SystemReservation(600, None), SystemReservation(None, 5), SystemReservation(600, 5)],
    ids=["now", "before", "both"],
)
def test_signal_on_failure(
    kind: DispatchKind,
    details: MessageDetails | None,
    signals: bool,
    aside: SystemReservation,
) -> None:
    expected: list[notes.JournalNote] = [BURNED]
    if aside.current is not None:
        expected.append(notes.SystemReserveGas(MESSAGE, 600))
    if signals:
        code = ExecutionSignal(SimpleExecutionError.RAN_OUT_OF_GAS)
        expected.append(notes.SendSignal(MESSAGE, PROGRAM, code))
    expected.append(notes.SystemUnreserveGas(MESSAGE))
    journal = fail(incoming(kind, details=details), aside=aside)
    assert journal[: len(expected)] == tuple(expected)


def test_message_to_an_exited_program() -> None:
    inheritor = some_id(8)
    dispatch = incoming(value=1000)
    assert process_program_exited(blake2_256, dispatch, PROGRAM, 7, inheritor) == (
        BURNED,
        notes.SendValue(SOURCE, PROGRAM, 1000, locked=True),
        error_reply(UnavailableActor(SimpleUnavailableActorError.PROGRAM_EXITED), inheritor, 1000),
        dispatched(notes.NoExecution()),
        DONE,
    )


@pytest.mark.parametrize(
    "error",
    [
        SimpleUnavailableActorError.INITIALIZATION_FAILURE,
        SimpleUnavailableActorError.UNINITIALIZED,
        SimpleUnavailableActorError.PROGRAM_NOT_CREATED,
    ],
)
def test_message_without_a_program(error: SimpleUnavailableActorError) -> None:
    assert process_unavailable(blake2_256, incoming(), PROGRAM, 7, error) == (
        BURNED,
        error_reply(UnavailableActor(error)),
        dispatched(notes.NoExecution()),
        DONE,
    )


def test_unavailable_programs_get_no_signal() -> None:
    dispatch = incoming(context=ContextStore((), 0, 600, 0))
    error = SimpleUnavailableActorError.UNINITIALIZED
    journal = process_unavailable(blake2_256, dispatch, PROGRAM, 7, error)
    assert journal[1] == notes.SystemUnreserveGas(MESSAGE)


def test_reinstrumentation_failure() -> None:
    error = SimpleUnavailableActorError.REINSTRUMENTATION_FAILURE
    text = "destination actor is unavailable (Program re-instrumentation failed)"
    reply = error_reply(UnavailableActor(error))
    assert process_unavailable(blake2_256, incoming(), PROGRAM, 7, error) == (
        BURNED,
        reply,
        dispatched(notes.MessageTrap(PROGRAM, text)),
        DONE,
    )
    init = incoming(DispatchKind.INIT)
    assert process_unavailable(blake2_256, init, PROGRAM, 7, error) == (
        BURNED,
        reply,
        dispatched(notes.InitFailure(PROGRAM, SOURCE, text)),
        DONE,
    )


@pytest.mark.parametrize("context", [None, WAITED])
def test_gas_allowance_exceed(context: ContextStore | None) -> None:
    dispatch = incoming(value=1000, context=context)
    message = StoredMessage(MESSAGE, SOURCE, PROGRAM, b"payload", 1000, None)
    assert process_allowance_exceed(dispatch, PROGRAM, 7) == (
        notes.StopProcessing(StoredDispatch(DispatchKind.HANDLE, message, context), 7),
    )


def test_effect_order_puts_pages_allocations_and_exits_last() -> None:
    other = some_id(4)
    exits = notes.ExitDispatch(PROGRAM, SOURCE)
    allocations = [notes.UpdateAllocations(who, ((1, 1),)) for who in (other, PROGRAM)]
    pages = [
        notes.UpdatePage(other, 1, b"c"),
        notes.UpdatePage(PROGRAM, 5, b"old"),
        notes.UpdatePage(PROGRAM, 3, b"a"),
        notes.UpdatePage(PROGRAM, 5, b"b"),
    ]
    given: list[notes.JournalNote] = [BURNED, exits, *allocations, *pages, DONE]
    assert notes.in_effect_order(given) == (
        BURNED,
        DONE,
        pages[2],
        pages[3],
        pages[0],
        allocations[1],
        allocations[0],
        exits,
    )
