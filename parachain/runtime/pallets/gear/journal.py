"""What each note of a journal does to the state.

The order is that of `in_effect_order`. Source: gear, vara/pallets/gear/src/manager/journal.rs.
"""

from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear import gas_tree, intervals
from parachain.runtime.gear.changes import (
    DispatchStatus,
    MessageWokenRuntimeReason,
    ProgramInactive,
    WokenByRuntime,
)
from parachain.runtime.gear.gas_tree import NodeId
from parachain.runtime.gear.ids import ActorId
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
    SystemReserveGas,
    SystemUnreserveGas,
    UnreserveGas,
    UpdateAllocations,
    UpdateGasReservations,
    UpdatePage,
    WaitDispatch,
    WakeMessage,
    in_effect_order,
)
from parachain.runtime.pallets import gear_bank, gear_program
from parachain.runtime.pallets.gear import (
    gas,
    lifecycle,
    reservations,
    sending,
    signals,
    waitlist,
)
from parachain.runtime.pallets.gear.events import PROGRAM_CHANGED
from parachain.runtime.pallets.gear.queue_run import QueueRun
from parachain.runtime.pallets.gear_gas import StoredGasNodes, allowance
from parachain.runtime.pallets.gear_messenger import queue

_DEBUG = 3
_LOG_TARGET = "gear::runtime"

_WAKE_CALLED = WokenByRuntime(MessageWokenRuntimeReason.WAKE_CALLED)


def apply(run: QueueRun, journal: Journal) -> None:
    """Do what the notes say.

    Raises DispatchFailed, GasTreeError or ValueError if the state does not allow it: then the
    state is broken, or processing has promised what it must not.
    """
    for note in in_effect_order(journal):
        _apply(run, note)


def _apply(run: QueueRun, note: JournalNote) -> None:
    ext = run.ext
    match note:
        case GasBurned(message, amount):
            allowance.decrease(ext, amount)
            gas.burn(ext, NodeId(message), amount)
        case SendDispatch():
            _send(run, note)
        case MessageConsumed(message):
            gas.consume(ext, NodeId(message))
        case MessageDispatched():
            _dispatched(run, note)
        case SendValue(source, destination, value, locked):
            if locked:
                gear_bank.transfer_locked_value(ext, source, destination, value)
            else:
                gear_bank.transfer_value(ext, source, destination, value)
        case WaitDispatch(dispatch, duration, waited_type):
            waitlist.wait(ext, dispatch, duration, waited_type)
        case WakeMessage():
            _wake(ext, note)
        case StopProcessing(dispatch, burned):
            allowance.decrease(ext, burned)
            queue.requeue(ext, dispatch)
        case _:
            _apply_to_program(run, note)


def _apply_to_program(run: QueueRun, note: JournalNote) -> None:
    """Apply a note about programs and their memory."""
    ext = run.ext
    match note:
        case UpdatePage():
            _update_page(run, note)
        case UpdateAllocations(program, allocations):
            _update_allocations(ext, program, allocations)
        case StoreNewPrograms(creator, code, candidates):
            lifecycle.create_by_program(ext, run.actors, creator, code, candidates)
        case ExitDispatch(program, inheritor):
            lifecycle.exited(ext, program, inheritor)
        case _:
            _apply_to_gas(ext, note)


def _apply_to_gas(ext: Ext, note: JournalNote) -> None:
    """Apply a note about gas that is put aside, for whatever."""
    nodes = StoredGasNodes(ext)
    match note:
        case ReserveGas(message, reservation, program, amount, duration):
            reservations.reserve(ext, message, reservation, program, amount, duration)
        case UnreserveGas(reservation, program, expiration):
            reservations.unreserve(ext, program, reservation, expiration)
        case UpdateGasReservations(program, states):
            reservations.update(ext, program, states)
        case SystemReserveGas(message, amount):
            gas_tree.system_reserve(nodes, NodeId(message), amount)
        case SystemUnreserveGas(message):
            gas_tree.system_unreserve(nodes, NodeId(message))
        case SendSignal(message, destination, code):
            signals.send_signal(ext, message, destination, code)
        case ReplyDeposit(message, reply, amount):
            gas_tree.create_deposit(nodes, NodeId(message), NodeId(reply), amount)
        case _:
            raise AssertionError("no effect for %r" % (note,))


def _send(run: QueueRun, note: SendDispatch) -> None:
    to_user = not run.actors.is_program(note.dispatch.message.destination)
    ext, origin, dispatch = run.ext, note.message_id, note.dispatch
    if note.delay:
        sending.send_delayed(ext, origin, dispatch, note.delay, to_user, note.reservation)
    elif to_user:
        sending.send_to_user(ext, origin, dispatch.message, note.reservation)
    else:
        sending.send_to_program(ext, origin, dispatch, note.reservation)


def _wake(ext: Ext, note: WakeMessage) -> None:
    """Wake a message now or later. One that does not wait is not woken, that is no mistake."""
    if note.delay:
        waitlist.schedule_wake(ext, note.program_id, note.awakening_id, note.delay)
    else:
        waitlist.wake(ext, note.program_id, note.awakening_id, _WAKE_CALLED)


# -- outcomes ----------------------------------------------------------------------------------


def _dispatched(run: QueueRun, note: MessageDispatched) -> None:
    status = _outcome(run.ext, note.outcome)
    if not run.actors.is_program(note.source):
        run.statuses[note.message_id] = status


def _outcome(ext: Ext, outcome: DispatchOutcome) -> DispatchStatus:
    """Change the state of the program if the outcome does; return the status of the message."""
    match outcome:
        case ExitOutcome(program):
            PROGRAM_CHANGED.deposit(ext, program, ProgramInactive())
            return DispatchStatus.SUCCESS
        case InitSuccess(program):
            lifecycle.initialized(ext, program)
            return DispatchStatus.SUCCESS
        case InitFailure(program, origin, reason):
            ext.log(_DEBUG, _LOG_TARGET, "init of %s failed: %s" % (program.hex(), reason))
            lifecycle.failed_to_initialize(ext, program, origin)
            return DispatchStatus.FAILED
        case MessageTrap(program, trap):
            ext.log(_DEBUG, _LOG_TARGET, "program %s trapped: %s" % (program.hex(), trap))
            return DispatchStatus.FAILED
        case NoExecution():
            return DispatchStatus.NOT_EXECUTED
        case _:
            return DispatchStatus.SUCCESS


# -- memory ------------------------------------------------------------------------------------


def _memory_infix(ext: Ext, program: ActorId) -> int:
    return gear_program.programs.active(ext, program).memory_infix


def _update_page(run: QueueRun, note: UpdatePage) -> None:
    ext, program = run.ext, note.program_id
    run.state_changes[program] = None
    infix = _memory_infix(ext, program)
    gear_program.memory.put_page(ext, program, infix, note.page, note.data)


def _update_allocations(ext: Ext, program: ActorId, allocations: Intervals) -> None:
    """Store the allocated pages, and forget the data of those that are no more."""
    infix = _memory_infix(ext, program)
    before = gear_program.programs.allocations(ext, program) or intervals.EMPTY
    gone = intervals.difference(before, allocations)
    gear_program.memory.remove_pages(ext, program, infix, gone)
    gear_program.programs.set_allocations(ext, program, allocations)
