"""Codes and programs of users: the checks, what is stored, the first message.

Source: gear, vara/pallets/gear/src/lib.rs (try_new_code, init_packet, do_create_program).
"""

from parachain.primitives.account import AccountId
from parachain.runtime.frame.error import ensure, fail
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.changes import CodeActive, InitEntry, ProgramSet
from parachain.runtime.gear.code.code import Code, new_code
from parachain.runtime.gear.code.errors import CodeError, CodeTooLarge
from parachain.runtime.gear.dispatch import stored
from parachain.runtime.gear.ids import CodeId, code_id
from parachain.runtime.gear.packets import InitPacket, init_dispatch, init_packet_from_user
from parachain.runtime.pallets import gear_bank, gear_program
from parachain.runtime.pallets.gear import funds, gas
from parachain.runtime.pallets.gear.actors import program_exists
from parachain.runtime.pallets.gear.block import block_number
from parachain.runtime.pallets.gear.declarations import (
    CODE_ALREADY_EXISTS,
    CODE_TOO_LARGE,
    PROGRAM_ALREADY_EXISTS,
    PROGRAM_CONSTRUCTION_FAILED,
    SCHEDULE,
)
from parachain.runtime.pallets.gear.events import CODE_CHANGED, MESSAGE_QUEUED, PROGRAM_CHANGED
from parachain.runtime.pallets.gear.invariants import Certain
from parachain.runtime.pallets.gear.message_ids import next_message_id
from parachain.runtime.pallets.gear_messenger import queue

_LOG_TARGET = "gear::uploads"
_DEBUG = 3

#: What the event says of a program that a user creates: it does not expire.
_NEVER = 2**32 - 1


def check_code(ext: Ext, original: bytes) -> Code:
    """Check and instrument code. Fails with CodeTooLarge, ProgramConstructionFailed."""
    try:
        return new_code(original, SCHEDULE)
    except CodeTooLarge:
        fail(CODE_TOO_LARGE)
    except CodeError as error:
        ext.log(_DEBUG, _LOG_TARGET, "code refused: %s" % error)
        fail(PROGRAM_CONSTRUCTION_FAILED)


def store_code(ext: Ext, code: Code) -> CodeId:
    """Store a code that is new. Fails with CodeAlreadyExists."""
    hashed = code_id(ext.blake2_256, code.original)
    ensure(not gear_program.codes.exists(ext, hashed), CODE_ALREADY_EXISTS)
    gear_program.codes.add(ext, hashed, code.original, code.instrumented, code.metadata)
    CODE_CHANGED.deposit(ext, hashed, CodeActive(None))
    return hashed


def upload_code(ext: Ext, original: bytes) -> CodeId:
    """Check, instrument and store code.

    Fails with CodeTooLarge, ProgramConstructionFailed, CodeAlreadyExists.
    """
    return store_code(ext, check_code(ext, original))


def init_packet(
    ext: Ext,
    who: AccountId,
    code: CodeId,
    salt: bytes,
    payload: bytes,
    gas_limit: int,
    value: int,
    keep_alive: bool,
) -> InitPacket:
    """Make the packet for a program's first message, and take what it costs.

    Fails with ProgramAlreadyExists, and as deposits of the bank.
    """
    packet = init_packet_from_user(ext.blake2_256, code, salt, payload, gas_limit, value)
    ensure(not program_exists(ext, packet.program_id), PROGRAM_ALREADY_EXISTS)
    gear_bank.deposit_gas(ext, who, gas_limit, keep_alive)
    gear_bank.deposit_value(ext, who, value, keep_alive)
    return packet


def create_program(ext: Ext, who: AccountId, packet: InitPacket, keep_alive: bool) -> None:
    """Store the program and queue its first message.

    Fails as a transfer, if the sender cannot give the program its existential deposit.
    """
    message = next_message_id(ext, who)
    program = packet.program_id
    funds.endow_program(ext, who, program, keep_alive)
    with Certain("a new program and its first message"):
        gear_program.programs.create(ext, program, packet.code_id, message, block_number(ext))
        gas.create(ext, who, message, packet.gas_limit or 0)
        queue.enqueue(ext, stored(init_dispatch(message, who, packet)))
    PROGRAM_CHANGED.deposit(ext, program, ProgramSet(_NEVER))
    MESSAGE_QUEUED.deposit(ext, message, who, program, InitEntry())
