"""The journal: everything that processing one dispatch does to the state, as a list of notes.

Processing is pure; whoever keeps the state applies the notes, in the order that `in_effect_order`
gives. Source: gear, protocol/processor/src/{common,handler}.rs.
"""

from typing import Dict, Iterable, List, NamedTuple, Optional, Tuple, Union, get_args

from parachain.primitives.scale.enums import tell_apart
from parachain.runtime.gear.dispatch import Dispatch, StoredDispatch
from parachain.runtime.gear.ids import ActorId, CodeId, MessageId, ReservationId
from parachain.runtime.gear.intervals import Intervals
from parachain.runtime.gear.reply_code import SignalCode
from parachain.runtime.gear.reservation import GasReservationStates
from parachain.runtime.gear.termination import MessageWaitedType


class ExitOutcome(NamedTuple):
    """The program has exited."""

    program_id: ActorId


class InitSuccess(NamedTuple):
    """The program is initialized."""

    program_id: ActorId


class InitFailure(NamedTuple):
    """Initialization failed: the program is terminated, what it owns goes to `origin`."""

    program_id: ActorId
    origin: ActorId
    reason: str


class MessageTrap(NamedTuple):
    """The execution of a message other than init failed."""

    program_id: ActorId
    trap: str


class SuccessOutcome(NamedTuple):
    """The message was executed, or there was nothing to execute."""


class NoExecution(NamedTuple):
    """There was no program to execute the message."""


DispatchOutcome = Union[
    ExitOutcome, InitSuccess, InitFailure, MessageTrap, SuccessOutcome, NoExecution
]


class MessageDispatched(NamedTuple):
    """The message was processed."""

    message_id: MessageId
    source: ActorId
    outcome: DispatchOutcome


class GasBurned(NamedTuple):
    """Gas of the message and of the block was burned, maybe none. `is_panic`: by `gr_panic`."""

    message_id: MessageId
    amount: int
    is_panic: bool = False


class ExitDispatch(NamedTuple):
    """The program is removed and what it owns is transferred."""

    program_id: ActorId
    inheritor: ActorId


class MessageConsumed(NamedTuple):
    """The message is no more; its gas node is consumed. The last note about a message."""

    message_id: MessageId


class SendDispatch(NamedTuple):
    """Send what `message_id` has sent, after `delay` blocks, on the gas of a reservation if any."""

    message_id: MessageId
    dispatch: Dispatch
    delay: int
    reservation: Optional[ReservationId]


class WaitDispatch(NamedTuple):
    """Put the message into the waitlist; `duration` None for as long as its gas allows."""

    dispatch: StoredDispatch
    duration: Optional[int]
    waited_type: MessageWaitedType


class WakeMessage(NamedTuple):
    """Wake a message of the program, if it waits."""

    message_id: MessageId
    program_id: ActorId
    awakening_id: MessageId
    delay: int


class UpdatePage(NamedTuple):
    """Store a Gear page."""

    program_id: ActorId
    page: int
    data: bytes


class UpdateAllocations(NamedTuple):
    """Store the allocated wasm pages, and remove the data of those that are no more."""

    program_id: ActorId
    allocations: Intervals


class SendValue(NamedTuple):
    """Give a message's value to its destination.

    `locked`: leave it in escrow, because an error reply is about to return it.
    """

    source: ActorId
    destination: ActorId
    value: int
    locked: bool


class StoreNewPrograms(NamedTuple):
    """Create programs of one code: (message that initializes it, program)."""

    program_id: ActorId
    code_id: CodeId
    candidates: Tuple[Tuple[MessageId, ActorId], ...]


class StopProcessing(NamedTuple):
    """The block has no gas left: put the message back, ahead of all others.

    What it has burned is taken from the block alone.
    """

    dispatch: StoredDispatch
    gas_burned: int


class ReserveGas(NamedTuple):
    """Take gas from the message into a reservation."""

    message_id: MessageId
    reservation_id: ReservationId
    program_id: ActorId
    amount: int
    duration: int


class UnreserveGas(NamedTuple):
    """Give up a reservation of an earlier execution, which would end in block `expiration`."""

    reservation_id: ReservationId
    program_id: ActorId
    expiration: int


class UpdateGasReservations(NamedTuple):
    """Store the program's reservations, see `reservation_map`."""

    program_id: ActorId
    states: GasReservationStates


class SystemReserveGas(NamedTuple):
    """Put gas of the message aside for its signal."""

    message_id: MessageId
    amount: int


class SystemUnreserveGas(NamedTuple):
    """Give back what was put aside and not used."""

    message_id: MessageId


class SendSignal(NamedTuple):
    """Tell the program that its message has failed, on the gas put aside."""

    message_id: MessageId
    destination: ActorId
    code: SignalCode


class ReplyDeposit(NamedTuple):
    """Make the gas node of a reply that is yet to come."""

    message_id: MessageId
    future_reply_id: MessageId
    amount: int


JournalNote = Union[
    MessageDispatched,
    GasBurned,
    ExitDispatch,
    MessageConsumed,
    SendDispatch,
    WaitDispatch,
    WakeMessage,
    UpdatePage,
    UpdateAllocations,
    SendValue,
    StoreNewPrograms,
    StopProcessing,
    ReserveGas,
    UnreserveGas,
    UpdateGasReservations,
    SystemReserveGas,
    SystemUnreserveGas,
    SendSignal,
    ReplyDeposit,
]

Journal = Tuple[JournalNote, ...]

# A MessageConsumed must not equal the SystemUnreserveGas of the same message.
for _kind in (*get_args(DispatchOutcome), *get_args(JournalNote)):
    tell_apart(_kind)


def in_effect_order(journal: Iterable[JournalNote]) -> Journal:
    """The notes in the order in which they take effect.

    As they come, except that pages, then allocations (both in the order of programs; the last
    note on each counts), then exits wait until all others are done.
    """
    at_once: List[JournalNote] = []
    pages: Dict[Tuple[ActorId, int], UpdatePage] = {}
    allocations: Dict[ActorId, UpdateAllocations] = {}
    exits: List[ExitDispatch] = []
    for note in journal:
        if isinstance(note, UpdatePage):
            pages[note.program_id, note.page] = note
        elif isinstance(note, UpdateAllocations):
            allocations[note.program_id] = note
        elif isinstance(note, ExitDispatch):
            exits.append(note)
        else:
            at_once.append(note)
    return (
        *at_once,
        *[pages[key] for key in sorted(pages)],
        *[allocations[key] for key in sorted(allocations)],
        *exits,
    )
