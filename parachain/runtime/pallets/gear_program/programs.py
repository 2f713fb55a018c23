"""Programs: how they come to be, change and end.

    created, uninitialized -> initialized -> exited
                           -> terminated, if initialization fails

Moving what a program owns, removing its reservations and waking what waits is the caller's
business. Source: gear, vara/common/src/program_storage.rs.
"""

from typing import Callable, Optional

from parachain.runtime.frame.error import ensure, fail
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.ids import ActorId, CodeId, MessageId
from parachain.runtime.gear.intervals import Intervals
from parachain.runtime.gear.program import (
    ActiveProgram,
    Exited,
    Initialized,
    Program,
    Terminated,
    Uninitialized,
)
from parachain.runtime.gear.reservation import GasReservationMap
from parachain.runtime.pallets.gear_program.declarations import (
    DUPLICATE_ITEM,
    NOT_ACTIVE_PROGRAM,
    PROGRAM_NOT_FOUND,
    allocated_pages,
    programs,
)

#: Programs are not paused any more, so that their memory never moves.
MEMORY_INFIX_OF_NEW_PROGRAMS = 0


def add(ext: Ext, program_id: ActorId, program: ActiveProgram) -> None:
    """Store a program that is new. Fails with DuplicateItem."""
    ensure(not programs.contains(ext, program_id), DUPLICATE_ITEM)
    programs.put(ext, program_id, program)


def create(ext: Ext, program_id: ActorId, code: CodeId, init: MessageId, now: int) -> None:
    """Store a program that message `init` is to initialize; `now` is the Gear block.

    Fails with DuplicateItem.
    """
    program = ActiveProgram(
        allocations_tree_len=0,
        memory_infix=MEMORY_INFIX_OF_NEW_PROGRAMS,
        gas_reservation_map={},
        code_id=code,
        state=Uninitialized(init),
        expiration_block=now,
    )
    add(ext, program_id, program)


def get(ext: Ext, program_id: ActorId) -> Optional[Program]:
    """Return the program, ended or not, or None."""
    return programs.get(ext, program_id)


def exists(ext: Ext, program_id: ActorId) -> bool:
    """Whether there is, or was, such a program."""
    return programs.contains(ext, program_id)


def active(ext: Ext, program_id: ActorId) -> ActiveProgram:
    """Return a program that has not ended. Fails with ProgramNotFound, NotActiveProgram."""
    program = programs.get(ext, program_id)
    if program is None:
        fail(PROGRAM_NOT_FOUND)
    if not isinstance(program, ActiveProgram):
        fail(NOT_ACTIVE_PROGRAM)
    return program


def update(
    ext: Ext, program_id: ActorId, change: Callable[[ActiveProgram], ActiveProgram]
) -> ActiveProgram:
    """Change a program that has not ended; return it as it is then. Fails as `active`."""
    program = change(active(ext, program_id))
    programs.put(ext, program_id, program)
    return program


def memory_infix(ext: Ext, program_id: ActorId) -> Optional[int]:
    """Return the infix of the keys of the program's memory, None if it has none any more."""
    program = programs.get(ext, program_id)
    return program.memory_infix if isinstance(program, ActiveProgram) else None


# -- the course of its life --------------------------------------------------------------------


def initialize(ext: Ext, program_id: ActorId) -> ActiveProgram:
    """Say that initialization has succeeded. Fails as `active`."""
    return update(ext, program_id, lambda program: program._replace(state=Initialized()))


def exit_to(ext: Ext, program_id: ActorId, inheritor: ActorId) -> ActiveProgram:
    """End a program that has called `gr_exit`; return it as it was. Fails as `active`."""
    program = active(ext, program_id)
    programs.put(ext, program_id, Exited(inheritor))
    return program


def terminate(ext: Ext, program_id: ActorId, inheritor: ActorId) -> ActiveProgram:
    """End a program whose initialization has failed; return it as it was. Fails as `active`."""
    program = active(ext, program_id)
    programs.put(ext, program_id, Terminated(inheritor))
    return program


# -- what it has -------------------------------------------------------------------------------


def set_gas_reservations(ext: Ext, program_id: ActorId, reservations: GasReservationMap) -> None:
    """Replace the program's list of gas reservations. Fails as `active`."""
    update(ext, program_id, lambda program: program._replace(gas_reservation_map=reservations))


def allocations(ext: Ext, program_id: ActorId) -> Optional[Intervals]:
    """Return the wasm pages that the program has allocated, None if it never did."""
    return allocated_pages.get(ext, program_id)


def set_allocations(ext: Ext, program_id: ActorId, pages: Intervals) -> None:
    """Replace the program's allocated pages, and note how many intervals they are.

    Fails as `active`.
    """
    update(ext, program_id, lambda program: program._replace(allocations_tree_len=len(pages)))
    allocated_pages.put(ext, program_id, pages)


def clear_allocations(ext: Ext, program_id: ActorId) -> None:
    """Forget the program's allocated pages."""
    allocated_pages.remove(ext, program_id)
