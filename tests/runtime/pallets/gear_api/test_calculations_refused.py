"""Questions about gas and replies that get a text for an answer: the ones clients show."""

import pytest

from parachain.runtime.gear.reply_code import MANUAL_REPLY, ExecutionSignal, SimpleExecutionError
from parachain.runtime.pallets import gear, gear_builtin
from parachain.runtime.pallets.gear.calculation.handle_kind import (
    Handle,
    HandleKind,
    Init,
    InitByHash,
    Reply,
    Signal,
)
from tests.runtime.pallets.gear_api.asking import (
    PLENTY,
    first_gas_info,
    refusal,
    try_gas_info,
    try_reply,
)
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.programs import (
    DATA,
    RESULT,
    must,
    program,
    syscall,
)
from tests.runtime.pallets.gear_pallet.traffic import GAS, TO, upload
from tests.runtime.pallets.scene import BOB, EVE

NOBODY = bytes([9]) * 32
LOOP = "(loop $again (br $again))"
ALLOWANCE = (
    "Calculation gas limit exceeded. Use your own RPC node with `--rpc-calculations-multiplier` "
    "parameter raised"
)


def to_send(to: bytes, action: str, handle_reply: str | None = "") -> bytes:
    return program(handle=action, handle_reply=handle_reply, data=bytes(32) + to + bytes(16))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (
            Init(b"\0asm"),
            "Extrinsic `gear.upload_program` failed: 'ProgramConstructionFailed'",
        ),
        (InitByHash(NOBODY), "Extrinsic `gear.create_program` failed: 'CodeDoesntExist'"),
        (Reply(NOBODY, MANUAL_REPLY), "Extrinsic `gear.send_reply` failed: 'MessageNotFound'"),
        (
            Signal(NOBODY, ExecutionSignal(SimpleExecutionError.RAN_OUT_OF_GAS)),
            "Gas calculation for `handle_signal` is not supported",
        ),
        (
            Handle(NOBODY),
            "Internal error: entered unreachable code 'Failed to get last message from the queue'",
        ),
    ],
    ids=["bad code", "no code", "no message", "signal", "to a user"],
)
def test_messages_that_cannot_be_sent(blocks: Blocks, kind: HandleKind, text: str) -> None:
    assert refusal(try_gas_info(blocks, kind)) == text


def test_error_of_another_pallet_names_its_index(blocks: Blocks) -> None:
    """The bank cannot take so much."""
    address = upload(blocks, program())
    assert refusal(try_gas_info(blocks, Handle(address), value=2**128 - 1)) == (
        "Extrinsic `gear.send_message` failed: 'Overflow' (pallet index of the error: 108"
    )


def test_more_gas_than_a_block_has(blocks: Blocks) -> None:
    address = upload(blocks, program())
    text = "Extrinsic `gear.send_message` failed: 'GasLimitTooHigh'"
    assert refusal(try_gas_info(blocks, Handle(address), gas=PLENTY + 1)) == text
    assert refusal(try_reply(blocks, address, gas=PLENTY + 1)) == text


def test_calculate_gas_init_failure(blocks: Blocks) -> None:
    text = "Program terminated with a trap: 'Not enough gas to continue execution'"
    assert refusal(try_gas_info(blocks, Init(program(init=LOOP)))) == text


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ("unreachable", "Reason is unknown. Possibly `unreachable` instruction is occurred"),
        (syscall("gr_panic", DATA, 5), "Panic occurred: sorry"),
        (syscall("gr_oom_panic"), "Trying to allocate more wasm program memory than allowed"),
        (syscall("gr_gas_available", RESULT), "Unable to call a forbidden function"),
    ],
    ids=["unreachable", "panic", "memory", "gas available"],
)
def test_traps(blocks: Blocks, action: str, reason: str) -> None:
    address = upload(blocks, program(handle=action, data=b"sorry"))
    text = f"Program terminated with a trap: '{reason}'"
    assert refusal(try_gas_info(blocks, Handle(address))) == text


def test_not_enough_gas_to_begin(blocks: Blocks) -> None:
    address = upload(blocks, program())
    assert refusal(try_gas_info(blocks, Handle(address), gas=0)) == (
        "Program terminated with a trap: 'Not enough gas to handle program data'"
    )


def test_panics_of_others(blocks: Blocks) -> None:
    """They matter only if the client says so."""
    victim = upload(blocks, program(handle="unreachable"))
    sender = upload(blocks, to_send(victim, must("gr_send", TO, DATA, 0, 0, RESULT)))
    assert first_gas_info(blocks, Handle(sender), other_panics=True).min_limit > 0
    answer = try_gas_info(blocks, Handle(sender), other_panics=False)
    assert refusal(answer).startswith("Program terminated with a trap: 'Reason is unknown.")


@pytest.mark.parametrize("handle_reply", ["", None])
def test_automatic_reply_to_a_program(blocks: Blocks, handle_reply: str | None) -> None:
    """It has no gas at all, so that looking the program up is too much: a panic of another."""
    sink = upload(blocks, program())
    action = must("gr_send_wgas", TO, DATA, 0, 10**9, 0, RESULT)
    sender = upload(blocks, to_send(sink, action, handle_reply))
    assert first_gas_info(blocks, Handle(sender)).min_limit > 10**9
    assert refusal(try_gas_info(blocks, Handle(sender), other_panics=False)) == (
        "Program terminated with a trap: 'Not enough gas to handle program data'"
    )


def test_gas_info_of_terminated_program(blocks: Blocks) -> None:
    """A message to a program that has ended is no panic of its sender."""
    dead = upload(blocks, program(init="unreachable"))
    text = "Extrinsic `gear.send_message` failed: 'InactiveProgram'"
    assert refusal(try_gas_info(blocks, Handle(dead))) == text
    proxy = upload(blocks, to_send(dead, must("gr_send", TO, DATA, 0, 0, RESULT)))
    assert first_gas_info(blocks, Handle(proxy)).min_limit > 0
    assert first_gas_info(blocks, Handle(proxy), other_panics=False).min_limit > 0


def test_calculate_gas_fails_when_calculation_limit_exceeded(blocks: Blocks) -> None:
    """Reservations of many blocks' gas, handed to a program that burns all it gets."""
    burner = upload(blocks, program(handle=LOOP))
    most = PLENTY // 100 * 96
    reserve = must("gr_reserve_gas", most, 10, 512) + "".join(
        f"(i64.store (i32.add (i32.const {2048 + at}) "
        "(i32.mul (i32.load (i32.const 1536)) (i32.const 32)))"
        f"(i64.load (i32.const {516 + at})))"
        for at in (0, 8, 16, 24)
    )
    reserve += "(i32.store (i32.const 1536) (i32.add (i32.load (i32.const 1536)) (i32.const 1)))"
    use = "".join(
        "".join(
            f"(i64.store (i32.const {512 + at}) (i64.load (i32.const {2048 + 32 * n + at})))"
            for at in (0, 8, 16, 24)
        )
        + "".join(
            f"(i64.store (i32.const {544 + at}) (i64.load (i32.const {TO + at})))"
            for at in range(0, 48, 8)
        )
        + must("gr_reservation_send", 512, DATA, 0, 0, RESULT)
        for n in range(7)
    )
    asked = syscall("gr_size", 1024)
    handle = f"{asked}(if (i32.load (i32.const 1024)) (then {use}) (else {reserve}))"
    keeper = upload(blocks, program(handle=handle, data=bytes(32) + burner + bytes(16)))
    for _ in range(7):
        blocks.call(gear.send_message(keeper, b"", PLENTY, 0, False))
        blocks.next()
    assert refusal(try_gas_info(blocks, Handle(keeper), payload=b"!")) == ALLOWANCE
    assert first_gas_info(blocks, Handle(keeper), payload=b"!", multiplier=64).min_limit > 0


def test_reply_that_costs_too_much(blocks: Blocks) -> None:
    address = upload(blocks, program(handle=LOOP))
    assert refusal(try_reply(blocks, address, gas=GAS, multiplier=0)) == ALLOWANCE


def test_builtin_actor(blocks: Blocks) -> None:
    answer = try_gas_info(blocks, Handle(gear_builtin.actor_id(2)), who=EVE)
    assert refusal(answer) == (
        "Program terminated with a trap: 'Panic occurred: "
        "Builtin actor is not available on this chain'"
    )


def test_user(blocks: Blocks) -> None:
    assert "Failed to get last message" in refusal(try_reply(blocks, BOB))
