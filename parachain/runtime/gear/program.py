"""Programs as the state knows them: active, exited or terminated.

Source: gear, protocol/core/src/program.rs.
"""

from typing import NamedTuple, Union

from parachain.primitives.scale import (
    U32,
    Codec,
    Field,
    Variant,
    Variants,
    enum,
    fields,
    newtype,
    struct,
    variant,
)
from parachain.runtime.gear.ids import ACTOR_ID, CODE_ID, MESSAGE_ID, ActorId, CodeId, MessageId
from parachain.runtime.gear.reservation import GAS_RESERVATION_MAP, GasReservationMap

#: Part of the storage key of a program's pages; always 0 since programs are not paused any more.
MEMORY_INFIX: Codec[int] = newtype("gear_core::program::MemoryInfix", U32)


class Uninitialized(NamedTuple):
    """The program was created and the message that initializes it has not succeeded yet."""

    message_id: MessageId


class Initialized(NamedTuple):
    """The program receives messages."""


ProgramState = Union[Uninitialized, Initialized]

PROGRAM_STATE: Codec[ProgramState] = enum(
    "gear_core::program::ProgramState",
    variant(0, "Uninitialized", Uninitialized, fields(("message_id", MESSAGE_ID))),
    variant(1, "Initialized", Initialized),
)


class ActiveProgram(NamedTuple):
    """A program that can run.

    allocations_tree_len  intervals of allocated pages; what loading them costs depends on it.
    gas_reservation_map   by id, in the order of ids.
    expiration_block      the Gear block in which the program was created; nothing expires.
    """

    allocations_tree_len: int
    memory_infix: int
    gas_reservation_map: GasReservationMap
    code_id: CodeId
    state: ProgramState
    expiration_block: int


class Exited(NamedTuple):
    """The program has called `gr_exit`; what it owned went to `inheritor`."""

    inheritor: ActorId


class Terminated(NamedTuple):
    """Initialization failed; what the program owned went to `inheritor`, who had sent it."""

    inheritor: ActorId


Program = Union[ActiveProgram, Exited, Terminated]

_BODY = fields(
    ("allocations_tree_len", U32),
    ("memory_infix", MEMORY_INFIX),
    ("gas_reservation_map", GAS_RESERVATION_MAP),
    ("code_id", CODE_ID),
    ("state", PROGRAM_STATE),
    ("expiration_block", U32.named("BlockNumber")),
)

ACTIVE_PROGRAM: Codec[ActiveProgram] = struct(
    "gear_core::program::ActiveProgram", ActiveProgram, _BODY, params=(("BlockNumber", U32),)
)

_INHERITOR = fields(("0", ACTOR_ID))

#: In Rust the first variant has one field, the struct ActiveProgram; the encoding is the same.
_PROGRAM: Codec[Program] = enum(
    "gear_core::program::Program",
    variant(0, "Active", ActiveProgram, _BODY),
    variant(1, "Exited", Exited, _INHERITOR),
    variant(2, "Terminated", Terminated, _INHERITOR),
)
PROGRAM: Codec[Program] = _PROGRAM.described(
    Variants(
        "gear_core::program::Program",
        (
            Variant("Active", 0, (Field("", ACTIVE_PROGRAM, "ActiveProgram<BlockNumber>"),)),
            Variant("Exited", 1, _INHERITOR.described()),
            Variant("Terminated", 2, _INHERITOR.described()),
        ),
        (("BlockNumber", U32),),
    ),
    "Program",
).remembering(256)


def is_initialized(program: Program) -> bool:
    """Whether the program is active and its initialization has succeeded."""
    return isinstance(program, ActiveProgram) and isinstance(program.state, Initialized)
