"""What belongs to programs that have ended, such as value that came after: it goes to the heir.

A program that has ended names one; if that is a program that has ended, too, so does it, and so
on. Source: gear, vara/pallets/gear/src/internal.rs (inheritor_for).
"""

from typing import Dict, NamedTuple, Optional, Tuple

from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.ids import ActorId
from parachain.runtime.gear.program import Exited, Terminated
from parachain.runtime.pallets import gear_program
from parachain.runtime.pallets.gear import funds


class Inheritance(NamedTuple):
    """Who inherits, and from which programs; `heir` None if they go round in a circle."""

    heir: Optional[ActorId]
    holders: Tuple[ActorId, ...]


def _named_by(ext: Ext, actor: ActorId) -> Optional[ActorId]:
    program = gear_program.programs.get(ext, actor)
    return program.inheritor if isinstance(program, (Exited, Terminated)) else None


def find(ext: Ext, program: ActorId, depth: int) -> Optional[Inheritance]:
    """Follow the heirs of a program, at most `depth` programs. None if it has not ended.

    Holders are sorted.
    """
    holders: Dict[ActorId, None] = {program: None}
    heir = _named_by(ext, program)
    if heir is None:
        return None
    while True:
        following = _named_by(ext, heir)
        if following is None or len(holders) == depth:
            return Inheritance(heir, tuple(sorted(holders)))
        if heir in holders:
            return Inheritance(None, tuple(sorted(holders)))
        holders[heir] = None
        heir = following


def collect(ext: Ext, inheritance: Inheritance) -> None:
    """Transfer all that the holders own to the heir, if there is one. Fails as a transfer."""
    heir = inheritance.heir
    if heir is None:
        return
    for holder in inheritance.holders:
        funds.transfer(ext, holder, heir, funds.available(ext, holder), keep_alive=False)
