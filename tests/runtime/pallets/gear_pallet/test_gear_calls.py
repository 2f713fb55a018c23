"""What users do: uploads, messages, claims; every success and every error.

Topics are those of the reference's tests of pallet_gear.
"""

import pytest

from parachain.primitives.dispatch_error import BadOrigin, TokenError
from parachain.primitives.scale import DecodeError
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.error import PalletError
from parachain.runtime.frame.origin import ROOT
from parachain.runtime.gear.changes import (
    CodeActive,
    HandleEntry,
    InitEntry,
    ProgramSet,
)
from parachain.runtime.gear.gas_tree import External, NodeId, ValuePerGas
from parachain.runtime.gear.ids import message_id_from_user, program_id_from_user
from parachain.runtime.gear.messages import UserMessage
from parachain.runtime.gear.program import ActiveProgram, Uninitialized
from parachain.runtime.pallets import gear, gear_bank, gear_builtin, gear_program
from parachain.runtime.pallets.gear import funds, weights
from parachain.runtime.pallets.gear.declarations import (
    ACTIVE_PROGRAM,
    CODE_ALREADY_EXISTS,
    CODE_DOESNT_EXIST,
    CODE_TOO_LARGE,
    GAS_LIMIT_TOO_HIGH,
    GEAR_RUN_ALREADY_IN_BLOCK,
    INACTIVE_PROGRAM,
    MESSAGE_NOT_FOUND,
    MESSAGE_QUEUE_PROCESSING_DISABLED,
    PROGRAM_ALREADY_EXISTS,
    PROGRAM_CONSTRUCTION_FAILED,
    SCHEDULE,
)
from parachain.runtime.pallets.gear_bank.declarations import INSUFFICIENT_BALANCE
from parachain.runtime.pallets.gear_gas.declarations import gas_nodes
from parachain.runtime.pallets.gear_messenger import queue
from tests.runtime.pallets.gear_pallet.blocks import PRICE, Blocks
from tests.runtime.pallets.gear_pallet.programs import program
from tests.runtime.pallets.scene import ALICE, BOB, ED, EVE, FUNDS, UNIT, Failure, fails

GAS = 10_000_000_000
MOST_GAS = 750_000_000_000
CODE = program(handle="")
TRAP = program(init="unreachable")


def create(blocks: Blocks, code: bytes = CODE, salt: bytes = b"") -> bytes:
    """Upload a program and let it initialize; return its id."""
    blocks.call(gear.upload_program(code, salt, b"", GAS, 0, False))
    blocks.next()
    hashed = blocks.ext.blake2_256
    return program_id_from_user(hashed, hashed(code), salt)


def test_upload_code_works(blocks: Blocks) -> None:
    blocks.call(gear.upload_code(CODE))
    code_id = blocks.ext.blake2_256(CODE)
    assert blocks.events() == [("CodeChanged", code_id, CodeActive(None))]
    assert gear_program.codes.original(blocks.ext, code_id) == CODE
    with fails(blocks.ext, CODE_ALREADY_EXISTS):
        blocks.call(gear.upload_code(CODE), BOB)


def test_upload_program_works(blocks: Blocks) -> None:
    blocks.call(gear.upload_program(CODE, b"salt", b"payload", GAS, UNIT, False))
    ext = blocks.ext
    code_id = ext.blake2_256(CODE)
    address = program_id_from_user(ext.blake2_256, code_id, b"salt")
    message = message_id_from_user(ext.blake2_256, 1, ALICE, 0)
    assert blocks.events() == [
        ("CodeChanged", code_id, CodeActive(None)),
        ("ProgramChanged", address, ProgramSet(2**32 - 1)),
        ("MessageQueued", message, ALICE, address, InitEntry()),
    ]
    assert gear_program.programs.get(ext, address) == ActiveProgram(
        0, 0, {}, code_id, Uninitialized(message), 1
    )
    assert gas_nodes.get(ext, NodeId(message)) == External(ALICE, ValuePerGas(100), GAS)
    assert gear_bank.account(ext, ALICE) == (GAS * PRICE, UNIT)
    assert blocks.free(ALICE) == FUNDS - GAS * PRICE - UNIT - ED
    (queued,) = queue.iterate(ext)
    assert (queued.message.payload, queued.message.value) == (b"payload", UNIT)
    blocks.check()


def test_create_program_works(blocks: Blocks) -> None:
    blocks.call(gear.upload_code(CODE))
    blocks.events()
    blocks.call(gear.create_program(blocks.ext.blake2_256(CODE), b"", b"", GAS, 0, True), BOB)
    assert blocks.names() == ["ProgramChanged", "MessageQueued"]
    assert blocks.run() > 0
    assert blocks.names() == ["UserMessageSent", "ProgramChanged", "MessagesDispatched"]


def test_send_message_works(blocks: Blocks) -> None:
    address = create(blocks)
    blocks.events()
    blocks.call(gear.send_message(address, b"hello", GAS, UNIT, False), BOB)
    message = message_id_from_user(blocks.ext.blake2_256, 2, BOB, 0)
    assert blocks.events() == [("MessageQueued", message, BOB, address, HandleEntry())]
    assert gear_bank.account(blocks.ext, BOB) == (GAS * PRICE, UNIT)
    burned = blocks.run()
    blocks.end()
    # One execution: the program keeps the value, the sender gets the gas back that is left.
    assert blocks.free(address) == ED + UNIT
    spent = burned - gear_builtin.CREATE_DISPATCHER_GAS - 25_000_000  # no tasks: a read
    assert blocks.free(BOB) == FUNDS - UNIT - spent * PRICE


def test_user_message_transfers_value(blocks: Blocks) -> None:
    blocks.call(gear.send_message(EVE, b"mail", MOST_GAS * 2, UNIT, True))
    message = message_id_from_user(blocks.ext.blake2_256, 1, ALICE, 0)
    told = UserMessage(message, ALICE, EVE, b"mail", UNIT, None)
    assert blocks.events() == [("UserMessageSent", told, None)]
    assert (blocks.free(EVE), blocks.free(ALICE)) == (UNIT, FUNDS - UNIT)
    assert queue.length(blocks.ext) == 0


def test_ids_of_messages_of_a_block_differ(blocks: Blocks) -> None:
    address = create(blocks)
    blocks.events()
    for _ in range(3):
        blocks.call(gear.send_message(address, b"", GAS, 0, False))
    queued = [event[1] for event in blocks.events()]
    hashed = blocks.ext.blake2_256
    assert queued == [message_id_from_user(hashed, 2, ALICE, nonce) for nonce in range(3)]


BAD = b"\0asm\1\0\0\0"
LARGE = bytes(SCHEDULE.limits.code_len + 1)
RICH = 20_000 * UNIT


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (gear.upload_code(BAD), PROGRAM_CONSTRUCTION_FAILED),
        (gear.upload_code(LARGE), CODE_TOO_LARGE),
        (gear.upload_program(BAD, b"", b"", MOST_GAS + 1, 0, False), GAS_LIMIT_TOO_HIGH),
        (gear.upload_program(BAD, b"", b"", GAS, 0, False), PROGRAM_CONSTRUCTION_FAILED),
        (gear.upload_program(CODE, b"", b"", GAS, 0, False), PROGRAM_ALREADY_EXISTS),
        (gear.upload_program(CODE, b"2", b"", GAS, RICH, False), INSUFFICIENT_BALANCE),
        (gear.create_program(bytes(32), b"", b"", MOST_GAS + 1, 0, False), CODE_DOESNT_EXIST),
        (gear.send_reply(bytes(32), b"", MOST_GAS + 1, 0, False), MESSAGE_NOT_FOUND),
        (gear.claim_value(bytes(32)), MESSAGE_NOT_FOUND),
        (gear.claim_value_to_inheritor(bytes(32), 1), ACTIVE_PROGRAM),
        (gear.send_message(BOB, b"", 0, RICH, False), TokenError.FUNDS_UNAVAILABLE),
        (gear.set_execute_inherent(True), BadOrigin()),
        (gear.run(None), BadOrigin()),
    ],
)
def test_calls_fail(blocks: Blocks, call: RuntimeCall, error: Failure) -> None:
    create(blocks)
    with fails(blocks.ext, error):
        blocks.call(call)
    blocks.check()


@pytest.mark.parametrize(
    ("gas", "value", "error"),
    [(MOST_GAS + 1, RICH, GAS_LIMIT_TOO_HIGH), (GAS, RICH, INSUFFICIENT_BALANCE)],
)
def test_send_message_fails(blocks: Blocks, gas: int, value: int, error: PalletError) -> None:
    address = create(blocks)
    with fails(blocks.ext, error):
        blocks.call(gear.send_message(address, b"", gas, value, False))


def test_message_to_a_program_that_has_ended(blocks: Blocks) -> None:
    address = create(blocks, TRAP)
    with fails(blocks.ext, INACTIVE_PROGRAM):
        blocks.call(gear.send_message(address, b"", MOST_GAS + 1, 0, False))


def test_keep_alive(blocks: Blocks) -> None:
    address = create(blocks)
    everything = blocks.free(BOB) - GAS * PRICE
    with fails(blocks.ext, INSUFFICIENT_BALANCE):
        blocks.call(gear.send_message(address, b"", GAS, everything, True), BOB)
    blocks.call(gear.send_message(address, b"", GAS, everything, False), BOB)
    assert blocks.free(BOB) == 0


def test_execute_inherent_can_be_disabled(blocks: Blocks) -> None:
    blocks.call(gear.set_execute_inherent(False), ROOT)
    with fails(blocks.ext, MESSAGE_QUEUE_PROCESSING_DISABLED):
        blocks.run()
    blocks.end()
    assert blocks.names() == []  # not processing is as wished
    assert gear.block_number(blocks.ext) == 1


def test_run_once_in_a_block(blocks: Blocks) -> None:
    blocks.run()
    with fails(blocks.ext, GEAR_RUN_ALREADY_IN_BLOCK):
        blocks.run()
    blocks.next()
    blocks.run()


def test_queue_not_processed(blocks: Blocks) -> None:
    blocks.end()
    assert blocks.names() == ["QueueNotProcessed"]
    assert gear.block_number(blocks.ext) == 0
    blocks.begin()
    assert gear.block_number(blocks.ext) == 1


def test_claim_value_to_inheritor(blocks: Blocks) -> None:
    address = create(blocks, TRAP)
    before = blocks.free(ALICE)
    funds.transfer(blocks.ext, BOB, address, 5 * UNIT, keep_alive=True)
    post = blocks.call(gear.claim_value_to_inheritor(address, 3), EVE)
    assert blocks.free(ALICE) == before + 5 * UNIT
    assert post.actual_weight == weights.claim_value_to_inheritor(1)


def test_heirs_in_a_circle(blocks: Blocks) -> None:
    first, second = bytes([0x81]) * 32, bytes([0x82]) * 32
    for address, heir in ((first, second), (second, first)):
        gear_program.programs.create(blocks.ext, address, bytes(32), bytes(32), 1)
        gear_program.programs.exit_to(blocks.ext, address, heir)
    with blocks.nothing_changes():
        blocks.call(gear.claim_value_to_inheritor(first, 10))


def test_claim_does_not_accept_depth_zero() -> None:
    with pytest.raises(DecodeError):
        gear.claim_value_to_inheritor.fields.read(bytes(36), 0)


def test_failed_init_returns_everything(blocks: Blocks) -> None:
    blocks.call(gear.upload_program(TRAP, b"", b"", GAS, UNIT, False))
    burned = blocks.run() - gear_builtin.CREATE_DISPATCHER_GAS - 25_000_000
    assert blocks.names()[-3:] == ["UserMessageSent", "ProgramChanged", "MessagesDispatched"]
    blocks.end()
    assert blocks.free(ALICE) == FUNDS - burned * PRICE
