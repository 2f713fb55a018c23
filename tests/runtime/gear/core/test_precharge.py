"""Paying before the code runs, and the words and categories of failures."""

import pytest

from parachain.runtime.gear import journal as notes
from parachain.runtime.gear import precharge
from parachain.runtime.gear import termination as ends
from parachain.runtime.gear.dispatch import ContextStore
from parachain.runtime.gear.gas_counter import GasAllowanceCounter, GasAmount
from parachain.runtime.gear.precharge import Precharge
from parachain.runtime.gear.processing import process_allowance_exceed, process_execution_error
from parachain.runtime.gear.reply_code import SimpleExecutionError as Failed
from parachain.runtime.gear.reservation import SystemReservation
from tests.runtime.gear.core.hashing import blake2_256
from tests.runtime.gear.core.scene import PROGRAM, incoming

DISPATCH = incoming(gas_limit=100, context=ContextStore((), 0, 30, 0))


def begin(allowance: int) -> Precharge:
    return Precharge(blake2_256, DISPATCH, PROGRAM, GasAllowanceCounter(allowance))


def test_steps_are_burned_from_both_counters() -> None:
    paying = begin(500)
    assert paying.charge(precharge.PROGRAM_DATA, 25) is None
    assert paying.charge(precharge.CODE_METADATA, 25) is None
    assert paying.gas.amount() == GasAmount(50, 50)
    assert paying.allowance.left == 450


def test_step_that_the_message_cannot_pay() -> None:
    paying = begin(500)
    paying.charge(precharge.PROGRAM_DATA, 25)
    journal = paying.charge(precharge.INSTANTIATION % "Type", 76)
    assert journal == process_execution_error(
        blake2_256,
        DISPATCH,
        PROGRAM,
        25,
        SystemReservation(None, 30),
        ends.PreChargeGasLimitExceeded("instantiate Type section of Wasm module"),
    )
    assert any(isinstance(note, notes.SendSignal) for note in journal)
    assert paying.gas.amount() == GasAmount(75, 25)


def test_step_that_the_block_cannot_pay() -> None:
    paying = begin(100)
    paying.charge(precharge.PROGRAM_DATA, 25)
    # Neither can the message, but the block comes first.
    assert paying.charge(precharge.CODE_METADATA, 76) == process_allowance_exceed(
        DISPATCH, PROGRAM, 25
    )


@pytest.mark.parametrize(
    ("failure", "category", "text"),
    [
        (
            ends.PreChargeGasLimitExceeded(precharge.PROGRAM_DATA),
            Failed.RAN_OUT_OF_GAS,
            "Not enough gas to handle program data",
        ),
        (
            ends.GasLimitExceeded(),
            Failed.RAN_OUT_OF_GAS,
            "Not enough gas to continue execution",
        ),
        (
            ends.ForbiddenFunction(),
            Failed.BACKEND_ERROR,
            "Unable to call a forbidden function",
        ),
        (
            ends.UnrecoverableExt(ends.UnrecoverableError.WAIT_AFTER_REPLY),
            Failed.BACKEND_ERROR,
            "Syscall unrecoverable error: Waiting error: `wait()` is not allowed after reply sent",
        ),
        (
            ends.ProgramAllocOutOfBounds(),
            Failed.MEMORY_OVERFLOW,
            "Trying to allocate more wasm program memory than allowed",
        ),
        (ends.Panic(b"no"), Failed.USERSPACE_PANIC, "Panic occurred: no"),
        (ends.Panic(b"\xe0\x80\x80"), Failed.USERSPACE_PANIC, "Panic occurred: 0xe08080"),
        (
            ends.Panic(b"\xff" * 9 + b"\x01" * 8),
            Failed.USERSPACE_PANIC,
            "Panic occurred: 0xffffffffffffffff..0101010101010101",
        ),
        (
            ends.Panic(b"a" * 1025),
            Failed.USERSPACE_PANIC,
            "Panic occurred: 0x6161616161616161..6161616161616161",
        ),
        (ends.StackLimitExceeded(), Failed.STACK_LIMIT_EXCEEDED, "Stack limit exceeded"),
        (
            ends.UnknownTrap(),
            Failed.UNREACHABLE_INSTRUCTION,
            "Reason is unknown. Possibly `unreachable` instruction is occurred",
        ),
        (
            ends.EnvironmentFailure(),
            Failed.UNSUPPORTED,
            "Environment error: <host error stripped>",
        ),
    ],
)
def test_failures(failure: ends.ExecutionFailure, category: Failed, text: str) -> None:
    assert ends.simple_error(failure) is category
    assert ends.failure_text(failure) == text
