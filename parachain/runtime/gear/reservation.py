"""Gas reservations of a program: those it has, makes, uses and gives back in one execution.

The gas itself is in the gas tree; here is the program's list. Source: gear,
protocol/core/src/reservation.rs and, for the system reservation, protocol/processor/src/context.rs.
"""

from typing import Callable, Dict, NamedTuple, Optional, Tuple, Union

from parachain.primitives.scale import U32, U64, Codec, btree_map, fields, struct
from parachain.runtime.gear.dispatch import IncomingDispatch
from parachain.runtime.gear.ext_error import ErrorCode, ExtError
from parachain.runtime.gear.ids import (
    RESERVATION_ID,
    Blake2b256,
    MessageId,
    ReservationId,
    reservation_id,
)


class GasReservationSlot(NamedTuple):
    """A reservation in the program's state: its gas, since when, and when it is removed."""

    amount: int
    start: int
    finish: int


GAS_RESERVATION_SLOT: Codec[GasReservationSlot] = struct(
    "gear_core::reservation::GasReservationSlot",
    GasReservationSlot,
    fields(("amount", U64), ("start", U32), ("finish", U32)),
)

GasReservationMap = Dict[ReservationId, GasReservationSlot]

GAS_RESERVATION_MAP: Codec[GasReservationMap] = btree_map(
    RESERVATION_ID, GAS_RESERVATION_SLOT
).named("GasReservationMap")


class Exists(NamedTuple):
    """A reservation of an earlier execution."""

    amount: int
    start: int
    finish: int
    used: bool


class Created(NamedTuple):
    """A reservation of this execution, for `duration` blocks."""

    amount: int
    duration: int
    used: bool


class Removed(NamedTuple):
    """A reservation of an earlier execution that this one gives back."""

    expiration: int


GasReservationState = Union[Exists, Created, Removed]

#: What one execution has done to the reservations, in the order of their ids.
GasReservationStates = Tuple[Tuple[ReservationId, GasReservationState], ...]


class Unreserved(NamedTuple):
    """The gas of a reservation given back, and its duration if it was made just now.

    Only then does the gas return to the running message, together with the prepaid rent.
    """

    amount: int
    fresh_duration: Optional[int]


class GasReserver:
    """The reservations of the program under execution.

    Make it once for each dispatch taken from the queue: the nonce continues that of the earlier
    executions of the same message, so that no id repeats.
    """

    __slots__ = ("_before", "_blake2_256", "_held", "_message", "_states", "limit", "nonce")

    def __init__(
        self,
        blake2_256: Blake2b256,
        message: MessageId,
        nonce: int,
        states: Dict[ReservationId, GasReservationState],
        limit: int,
    ) -> None:
        self._blake2_256 = blake2_256
        self._message = message
        self._states = states
        self._before = (nonce, states.copy())
        #: How many states are not Removed.
        self._held = len(states)
        self.nonce = nonce
        self.limit = limit

    def limit_of(self, reservation: ReservationId) -> Optional[int]:
        """The gas of a reservation that exists, used or not."""
        state = self._states.get(reservation)
        return None if state is None or isinstance(state, Removed) else state.amount

    def reserve(self, amount: int, duration: int) -> ReservationId:
        """Make a reservation and return its id.

        Raises ExtError(RESERVATIONS_LIMIT_REACHED) when more than `limit` exist already: there
        can be one more than the limit.
        """
        if self._held > self.limit:
            raise ExtError(ErrorCode.RESERVATIONS_LIMIT_REACHED)
        made = reservation_id(self._blake2_256, self._message, self.nonce)
        if made in self._states:
            raise AssertionError("reservation %s exists: a nonce was used twice" % made.hex())
        self.nonce = min(self.nonce + 1, 2**64 - 1)
        self._states[made] = Created(amount, duration, used=False)
        self._held += 1
        return made

    def unreserve(self, reservation: ReservationId) -> Unreserved:
        """Give a reservation back.

        Raises ExtError(INVALID_RESERVATION_ID) if there is none of that id, or it was used.
        """
        state = self._unused(reservation)
        self._held -= 1
        if isinstance(state, Created):
            del self._states[reservation]
            return Unreserved(state.amount, state.duration)
        self._states[reservation] = Removed(state.finish)
        return Unreserved(state.amount, None)

    def check_not_used(self, reservation: ReservationId) -> None:
        """Raise ExtError(INVALID_RESERVATION_ID) unless the reservation exists and is unused."""
        self._unused(reservation)

    def mark_used(self, reservation: ReservationId) -> None:
        """Keep the reservation from a second use. Raises ExtError(INVALID_RESERVATION_ID)."""
        self._states[reservation] = self._unused(reservation)._replace(used=True)

    def _unused(self, reservation: ReservationId) -> Union[Exists, Created]:
        state = self._states.get(reservation)
        if state is None or isinstance(state, Removed) or state.used:
            raise ExtError(ErrorCode.INVALID_RESERVATION_ID)
        return state

    def changes(self) -> Optional[GasReservationStates]:
        """All states if anything was done, even if it was undone; else None."""
        if self._before == (self.nonce, self._states):
            return None
        return tuple(sorted(self._states.items()))


def gas_reserver(
    blake2_256: Blake2b256, dispatch: IncomingDispatch, slots: GasReservationMap, limit: int
) -> GasReserver:
    """The reserver for one execution of `dispatch` by a program with these reservations."""
    states: Dict[ReservationId, GasReservationState] = {
        made: Exists(slot.amount, slot.start, slot.finish, used=False)
        for made, slot in slots.items()
    }
    nonce = 0 if dispatch.context is None else dispatch.context.reservation_nonce
    return GasReserver(blake2_256, dispatch.message.id, nonce, states, limit)


def reservation_map(
    states: GasReservationStates, block: int, expiration: Callable[[int], int]
) -> GasReservationMap:
    """The program's reservations after an execution in `block`.

    `expiration` says at which block a reservation of a given duration is removed.
    """
    slots: GasReservationMap = {}
    for made, state in states:
        match state:
            case Exists(amount, start, finish, _):
                slots[made] = GasReservationSlot(amount, start, finish)
            case Created(amount, duration, _):
                slots[made] = GasReservationSlot(amount, block, expiration(duration))
            case _:
                continue
    return slots


class SystemReservation(NamedTuple):
    """Gas put aside for the signal: by this execution, and by earlier ones of the message."""

    current: Optional[int]
    previous: Optional[int]

    def has_any(self) -> bool:
        """Whether any execution has ever put gas aside, were it none."""
        return self.current is not None or self.previous is not None


def system_reservation(dispatch: IncomingDispatch) -> SystemReservation:
    """What is put aside before an execution."""
    context = dispatch.context
    return SystemReservation(None, None if context is None else context.system_reservation)
