"""Programs and users: which is which. Whatever is no program and no builtin actor is a user."""

from typing import Dict

from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.ids import ActorId
from parachain.runtime.gear.program import ActiveProgram
from parachain.runtime.pallets import gear_builtin, gear_program


def program_exists(ext: Ext, actor: ActorId) -> bool:
    """Whether that is a builtin actor, or a program, ended or not."""
    return gear_builtin.is_builtin(actor) or gear_program.programs.exists(ext, actor)


def is_active(ext: Ext, actor: ActorId) -> bool:
    """Whether that is a builtin actor, or a program that has not ended."""
    return gear_builtin.is_builtin(actor) or isinstance(
        gear_program.programs.get(ext, actor), ActiveProgram
    )


class KnownActors:
    """What was found out about actors while the queue is processed; it holds to the end of it.

    An address that a program wanted to create a program at, of a code that does not exist, counts
    as a program from then on. That is how its first message is answered with an error.
    """

    __slots__ = ("_ext", "_is_program")

    def __init__(self, ext: Ext) -> None:
        self._ext = ext
        self._is_program: Dict[ActorId, bool] = {}

    def is_program(self, actor: ActorId) -> bool:
        """Whether messages to it go to the queue."""
        known = self._is_program.get(actor)
        if known is None:
            known = self._is_program[actor] = program_exists(self._ext, actor)
        return known

    def note_program(self, actor: ActorId) -> None:
        """Take an address for that of a program."""
        self._is_program[actor] = True
