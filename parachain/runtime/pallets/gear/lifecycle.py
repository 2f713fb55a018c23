"""The life of programs as far as other pallets take part: created by programs, ended.

Source: gear, vara/pallets/gear/src/manager/{mod,journal}.rs.
"""

from typing import Tuple

from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.changes import (
    ProgramActive,
    ProgramSet,
    ProgramTerminated,
)
from parachain.runtime.gear.ids import ActorId, CodeId, MessageId
from parachain.runtime.gear.program import ActiveProgram
from parachain.runtime.pallets import gear_program
from parachain.runtime.pallets.gear import funds, reservations, waitlist
from parachain.runtime.pallets.gear.actors import KnownActors, program_exists
from parachain.runtime.pallets.gear.block import block_number
from parachain.runtime.pallets.gear.events import PROGRAM_CHANGED


def create_by_program(
    ext: Ext,
    known: KnownActors,
    creator: ActorId,
    code: CodeId,
    candidates: Tuple[Tuple[MessageId, ActorId], ...],
) -> None:
    """Store programs that a program creates; it gives them their existential deposits.

    If there is no such code, their addresses are only noted.
    """
    if not gear_program.codes.exists(ext, code):
        for _, program in candidates:
            known.note_program(program)
        return
    now = block_number(ext)
    for init, program in candidates:
        if program_exists(ext, program):
            continue
        funds.endow_program(ext, creator, program, keep_alive=True)
        gear_program.programs.create(ext, program, code, init, now)
        PROGRAM_CHANGED.deposit(ext, program, ProgramSet(now))


def initialized(ext: Ext, program: ActorId) -> None:
    """The program's first message has succeeded."""
    active = gear_program.programs.initialize(ext, program)
    PROGRAM_CHANGED.deposit(ext, program, ProgramActive(active.expiration_block))


def failed_to_initialize(ext: Ext, program: ActorId, heir: ActorId) -> None:
    """The program's first message has failed: all that it owns goes to who sent it."""
    waitlist.wake_all(ext, program)
    if isinstance(gear_program.programs.get(ext, program), ActiveProgram):
        _clean(ext, program, gear_program.programs.terminate(ext, program, heir), heir)
    PROGRAM_CHANGED.deposit(ext, program, ProgramTerminated())


def exited(ext: Ext, program: ActorId, heir: ActorId) -> None:
    """The program has called `gr_exit`: all that it owns goes to whom it named."""
    waitlist.wake_all(ext, program)
    _clean(ext, program, gear_program.programs.exit_to(ext, program, heir), heir)


def _clean(ext: Ext, program: ActorId, was: ActiveProgram, heir: ActorId) -> None:
    """Give up what a program had. Its memory stays."""
    reservations.remove_all(ext, program, was.gas_reservation_map)
    funds.release_program(ext, program, heir)
