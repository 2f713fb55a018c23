"""Gas reservations of programs: made, used or given up.

Source: gear, vara/pallets/gear/src/manager/{mod,journal}.rs.
"""

from parachain.runtime.frame.error import InvalidBlock
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear import gas_tree
from parachain.runtime.gear.gas_tree import LockId, NodeId, ReservationNodeId
from parachain.runtime.gear.holds import hold_for
from parachain.runtime.gear.ids import ActorId, MessageId, ReservationId
from parachain.runtime.gear.intervals import Interval
from parachain.runtime.gear.reservation import (
    GasReservationMap,
    GasReservationSlot,
    GasReservationStates,
    reservation_map,
)
from parachain.runtime.gear.tasks import RemoveGasReservation
from parachain.runtime.pallets import gear_program
from parachain.runtime.pallets.gear import gas
from parachain.runtime.pallets.gear.block import block_number
from parachain.runtime.pallets.gear.task_calls import call_off
from parachain.runtime.pallets.gear_gas import StoredGasNodes
from parachain.runtime.pallets.gear_scheduler import RENT_COSTS, task_pool


def reserve(
    ext: Ext,
    message: MessageId,
    reservation: ReservationId,
    program: ActorId,
    amount: int,
    duration: int,
) -> None:
    """Take gas and its rent out of a message. The program's list is stored by `update`."""
    hold = hold_for(RENT_COSTS, LockId.RESERVATION, block_number(ext), duration)
    node = ReservationNodeId(reservation)
    total = amount + hold.lock_amount
    gas_tree.reserve(StoredGasNodes(ext), NodeId(message), node, total)
    gas.lock(ext, node, LockId.RESERVATION, hold.lock_amount)
    task_pool.add(ext, hold.expected, RemoveGasReservation(program, reservation))


def update(ext: Ext, program: ActorId, states: GasReservationStates) -> None:
    """Store the program's list of reservations after an execution."""
    now = block_number(ext)

    def expiration(duration: int) -> int:
        return hold_for(RENT_COSTS, LockId.RESERVATION, now, duration).expected

    slots = reservation_map(states, now, expiration)
    gear_program.programs.set_gas_reservations(ext, program, slots)


def remove(ext: Ext, program: ActorId, reservation: ReservationId) -> GasReservationSlot:
    """Remove a reservation from the program's list; its rent is paid, the rest goes back.

    Raises InvalidBlock if the program has no such reservation.
    """
    slots = dict(gear_program.programs.active(ext, program).gas_reservation_map)
    slot = slots.pop(reservation, None)
    if slot is None:
        text = "program %s has no reservation %s"
        raise InvalidBlock(text % (program.hex(), reservation.hex()))
    gear_program.programs.set_gas_reservations(ext, program, slots)
    _release(ext, reservation, slot)
    return slot


def remove_with_task(ext: Ext, program: ActorId, reservation: ReservationId) -> None:
    """As `remove`, before its time: the task that would do it is called off."""
    slot = remove(ext, program, reservation)
    call_off(ext, slot.finish, RemoveGasReservation(program, reservation))


def unreserve(ext: Ext, program: ActorId, reservation: ReservationId, expiration: int) -> None:
    """As `remove_with_task`, for what the program has given up itself."""
    remove(ext, program, reservation)
    call_off(ext, expiration, RemoveGasReservation(program, reservation))


def remove_all(ext: Ext, program: ActorId, slots: GasReservationMap) -> None:
    """End the reservations of a program that has ended, in the order of their ids."""
    for reservation, slot in slots.items():
        _release(ext, reservation, slot)
        call_off(ext, slot.finish, RemoveGasReservation(program, reservation))


def _release(ext: Ext, reservation: ReservationId, slot: GasReservationSlot) -> None:
    node = ReservationNodeId(reservation)
    gas.charge_for_hold(ext, node, Interval(slot.start, slot.finish), LockId.RESERVATION)
    gas.consume(ext, node)
