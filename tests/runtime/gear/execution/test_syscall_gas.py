"""What each system call burns and answers, derived from the schedule by hand."""

import pytest

from parachain.runtime.gear.dispatch import DispatchKind
from parachain.runtime.gear.ids import outgoing_message_id, reply_id
from parachain.runtime.gear.messages import ReplyDetails, SignalDetails
from parachain.runtime.gear.reply_code import (
    AUTO_REPLY,
    ExecutionSignal,
    SimpleExecutionError,
)
from parachain.runtime.gear.termination import Exits, Left, MessageWaitedType, Succeeded, Waits
from tests.runtime.gear.core.hashing import blake2_256, some_id
from tests.runtime.gear.core.scene import MESSAGE, PROGRAM, SOURCE, incoming
from tests.runtime.gear.execution.stage import BALANCE, GAS, Call, call, gas_of, run_calls

ERR = 1024  # where answers go
SENDING, DELAYED, WAITING, OTHER_FEE = 200_000_000, 400_000_000, 300_000_000, 200_000_000
MAILBOX = 3_000
OK = bytes(4)
FIRST = outgoing_message_id(blake2_256, MESSAGE, 0)
REPLY = reply_id(blake2_256, MESSAGE)

#: The call, what it burns, what it hands on without burning, and its whole answer.
SIMPLE: list[tuple[Call, int, int, bytes]] = [
    (call("gr_send", 0, 0, 0, 0, ERR), 2_467_510 + SENDING, MAILBOX, OK + FIRST),
    (call("gr_send", 0, 0, 10, 0, ERR), 2_467_510 + 10 * 302 + SENDING, MAILBOX, OK + FIRST),
    (call("gr_send", 0, 0, 0, 5, ERR), 2_467_510 + DELAYED, MAILBOX + 600, OK + FIRST),
    (call("gr_send_wgas", 0, 0, 7, 5000, 0, ERR), 2_504_950 + 7 * 300 + SENDING, 5000, OK + FIRST),
    (call("gr_send_wgas", 0, 0, 7, 0, 0, ERR), 2_504_950 + 7 * 300 + SENDING, 0, OK + FIRST),
    (call("gr_send_init", ERR), 1_078_023, 0, OK + bytes(4)),
    (call("gr_send_input", 0, 1, 3, 0, ERR), 2_369_529 + 3 * 93 + SENDING, MAILBOX, OK + FIRST),
    (
        call("gr_send_input_wgas", 0, 1, 3, 9000, 2, ERR),
        2_455_528 + 3 * 93 + DELAYED,
        9000 + 300,
        OK + FIRST,
    ),
    (call("gr_reply", 0, 4, 0, ERR), 26_327_624 + 4 * 503 + SENDING, 0, OK + REPLY),
    (call("gr_reply", 0, 4, -1, ERR), 26_327_624 + 4 * 503 + SENDING, 0, OK + REPLY),
    (call("gr_reply_wgas", 0, 4, 12, 0, ERR), 24_633_378 + 4 * 513 + SENDING, 12, OK + REPLY),
    (call("gr_reply_commit", -1, ERR), 24_565_346 + SENDING, 0, OK + REPLY),
    (call("gr_reply_commit_wgas", 77, -1, ERR), 26_699_262 + SENDING, 77, OK + REPLY),
    (call("gr_reply_push", 0, 9, ERR), 1_530_857 + 9 * 504, 0, OK),
    (call("gr_reply_push_input", 0, 7, ERR), 1_118_619 + 7 * 105, 0, OK),
    (call("gr_reply_input", 0, 7, -1, ERR), 33_962_090 + 7 * 105 + SENDING, 0, OK + REPLY),
    (
        call("gr_reply_input_wgas", 2, 1, 5, -1, ERR),
        41_166_482 + 105 + SENDING,
        5,
        OK + REPLY,
    ),
    (call("gr_read", 2, 3, 64, ERR), 1_406_423 + 3 * 162, 0, OK),
    (call("gr_read", 7, 0, 64, ERR), 1_406_423, 0, OK),
    (call("gr_size", ERR), 962_155, 0, (7).to_bytes(4, "little")),
    (call("gr_message_id", ERR), 970_380, 0, MESSAGE),
    (call("gr_program_id", ERR), 951_514, 0, PROGRAM),
    (call("gr_source", ERR), 959_814, 0, SOURCE),
    (call("gr_value", ERR), 936_151, 0, bytes(16)),
    (call("gr_value_available", ERR), 984_048, 0, BALANCE.to_bytes(16, "little")),
    (call("gr_block_height", ERR), 1_001_754, 0, (7).to_bytes(4, "little")),
    (
        call("gr_block_timestamp", ERR),
        960_966,
        0,
        (1_700_000_000_123).to_bytes(8, "little"),
    ),
    (
        call("gr_env_vars", 1, ERR),
        992_225,
        0,
        (100).to_bytes(4, "little")
        + (10**12).to_bytes(16, "little")
        + (3000).to_bytes(8, "little")
        + bytes(8)
        + (100).to_bytes(16, "little"),
    ),
    (
        call("gr_random", 0, ERR),
        1_668_151,
        0,
        (3).to_bytes(4, "little") + blake2_256(bytes(32) + b"\x05" * 32),
    ),
    (call("gr_wake", 0, 0, ERR), 2_359_007 + OTHER_FEE, 0, OK),
    (call("gr_wake", 0, 9, ERR), 2_359_007 + OTHER_FEE, 0, OK),
    (call("gr_system_reserve_gas", 500, ERR), 974_566, 500, OK),
    (call("gr_debug", 0, 6), 1_056_804 + 6 * 280, 0, b""),
    (call("free", 3), 846_782, 0, b""),
    (call("free_range", 2, 11), 873_826 + 10 * 35_668, 0, b""),
    (call("free_range", 1, 2), 873_826, 0, b""),
    (call("free_range", 4, 2), 873_826, 0, b""),
    (call("alloc", 0), 1_368_698, 0, b""),
    (call("alloc", 3), 1_368_698 + 611_771 + 3 * 23, 0, b""),
    (call("alloc", 65_537), 1_368_698, 0, b""),
    (call("alloc", 32_767), 1_368_698, 0, b""),
]


@pytest.mark.parametrize(("made", "burned", "handed_on", "answer"), SIMPLE, ids=str)
def test_a_call_that_succeeds(made: Call, burned: int, handed_on: int, answer: bytes) -> None:
    done = run_calls(made)
    assert done.at(ERR, len(answer)) == answer
    assert done.completed.completion == Succeeded()
    assert done.burned == gas_of(made) + burned
    assert done.gas.left == GAS - done.burned - handed_on


def test_the_gas_available_is_what_is_left_of_the_message_after_the_call_is_paid_for() -> None:
    done = run_calls(call("gr_gas_available", ERR))
    assert done.burned == gas_of(call("gr_gas_available", ERR)) + 959_492
    assert int.from_bytes(done.at(ERR, 8), "little") == GAS - done.burned


def test_a_message_in_parts() -> None:
    calls = [
        call("gr_send_init", ERR),
        call("gr_send_push", 0, 0, 5, ERR),
        call("gr_send_push_input", 0, 4, 3, ERR),
        call("gr_send_commit", 0, 0, 0, ERR),
    ]
    done = run_calls(*calls)
    fees = 1_078_023 + 1_755_035 + 5 * 302 + 1_270_244 + 3 * 93 + 1_938_302 + SENDING
    assert done.burned == gas_of(*calls) + fees
    (sent,) = done.completed.result.dispatches
    assert sent.dispatch.message.payload == bytes(5) + b"oad"
    assert sent.dispatch.message.gas_limit is None


def test_a_message_in_parts_with_gas() -> None:
    calls = [call("gr_send_init", ERR), call("gr_send_commit_wgas", 0, 0, 4000, 3, ERR)]
    done = run_calls(*calls)
    assert done.burned == gas_of(*calls) + 1_078_023 + 2_033_886 + DELAYED
    assert done.gas.left == GAS - done.burned - 4000 - 400
    (sent,) = done.completed.result.dispatches
    assert (sent.delay, sent.dispatch.message.gas_limit) == (3, 4000)


def test_programs_are_created() -> None:
    made = call("gr_create_program", 0, 64, 5, 96, 6, 0, ERR)
    done = run_calls(made)
    assert done.burned == gas_of(made) + 3_057_045 + 5 * 1_227 + 6 * 226 + SENDING
    program = blake2_256(b"program_from_wasm" + MESSAGE + bytes(32) + bytes(5))
    assert done.at(ERR, 68) == OK + FIRST + program
    assert done.completed.result.program_candidates == {bytes(32): ((FIRST, program),)}


def test_programs_are_created_with_gas_and_delay() -> None:
    made = call("gr_create_program_wgas", 0, 64, 5, 96, 6, 8000, 1, ERR)
    done = run_calls(made, call("gr_value_available", 0))
    paid = 3_158_869 + 5 * 1_238 + 6 * 239 + DELAYED + 984_048
    assert done.burned == gas_of(made, call("gr_value_available", 0)) + paid
    assert done.gas.left == GAS - done.burned - 8000 - 200
    assert int.from_bytes(done.at(0, 16), "little") == BALANCE - 10**12


def test_gas_is_reserved_and_used_and_given_back() -> None:
    reserve, again = call("gr_reserve_gas", 10_000, 5, ERR), call("gr_reserve_gas", 3_000, 1, 64)
    done = run_calls(reserve, again, call("gr_unreserve_gas", ERR + 4, 512))
    calls = gas_of(reserve, again, call("gr_unreserve_gas", 0, 0))
    assert done.burned == calls + 2 * (1_918_172 + OTHER_FEE) + 1_873_602
    assert done.gas.left == GAS - done.burned - (3_000 + 200)
    assert done.at(512, 12) == OK + (10_000).to_bytes(8, "little")


@pytest.mark.parametrize(
    ("use", "burned"),
    [
        (call("gr_reservation_send", ERR + 4, 0, 0, 0, 512), 2_917_265 + SENDING),
        (call("gr_reservation_send", ERR + 4, 0, 8, 0, 512), 2_917_265 + 8 * 304 + SENDING),
        (call("gr_reservation_send", ERR + 4, 0, 0, 2, 512), 2_917_265 + DELAYED),
        (call("gr_reservation_reply", ERR + 4, 0, 2, 512), 15_622_176 + 2 * 511 + SENDING),
        (call("gr_reservation_reply_commit", ERR + 4, 512), 9_866_788 + SENDING),
    ],
    ids=str,
)
def test_a_reservation_pays_for_one_message(use: Call, burned: int) -> None:
    reserve = call("gr_reserve_gas", 10_000, 5, ERR)
    done = run_calls(reserve, use, use)
    first = gas_of(reserve, use, use) + 1_918_172 + OTHER_FEE + burned
    # the second use is paid for as a call, and its fee and handle come back with the error
    second = burned - (DELAYED if burned > DELAYED else SENDING)
    assert done.burned == first + second
    assert done.gas.left == GAS - done.burned - (10_000 + 600)
    (sent,) = done.completed.result.dispatches
    assert sent.reservation is not None
    assert done.error_at(512) == 500


def test_a_reservation_pays_for_a_message_in_parts() -> None:
    calls = [
        call("gr_reserve_gas", 10_000, 5, ERR),
        call("gr_send_init", 512),
        call("gr_reservation_send_commit", 0, ERR + 4, 0, 512),
    ]
    done = run_calls(*calls)
    assert done.burned == gas_of(*calls) + 1_918_172 + OTHER_FEE + 1_078_023 + 2_398_214 + SENDING


def test_a_deposit_for_the_reply() -> None:
    calls = [call("gr_send", 0, 0, 0, 0, ERR), call("gr_reply_deposit", ERR + 4, 900, 512)]
    done = run_calls(*calls)
    assert done.burned == gas_of(*calls) + 2_467_510 + SENDING + 4_133_750
    assert done.gas.left == GAS - done.burned - MAILBOX - 900
    assert done.completed.result.reply_deposits == ((FIRST, 900),)


@pytest.mark.parametrize(
    ("made", "burned", "handed_on", "completion"),
    [
        (call("gr_wait"), 9_248_904 + WAITING, 200, Waits(None, MessageWaitedType.WAIT)),
        (call("gr_wait_for", 9), 9_231_352 + WAITING, 1000, Waits(9, MessageWaitedType.WAIT_FOR)),
        (
            call("gr_wait_up_to", 9),
            7_345_560 + WAITING,
            1000,
            Waits(9, MessageWaitedType.WAIT_UP_TO_FULL),
        ),
        (call("gr_leave"), 7_935_870, 0, Left()),
        (call("gr_exit", 0), 17_513_156, 0, Exits(bytes(32))),
    ],
    ids=str,
)
def test_calls_that_end_the_execution(
    made: Call, burned: int, handed_on: int, completion: object
) -> None:
    # the whole block is charged before, so what comes after the call is burned as well
    done = run_calls(made, call("gr_leave"))
    assert done.completed.completion == completion
    assert done.burned == gas_of(made, call("gr_leave")) + burned
    assert done.gas.left == GAS - done.burned - handed_on


def test_waiting_for_as_long_as_there_is_gas() -> None:
    gas = gas_of(call("gr_wait_up_to", 9)) + 7_345_560 + WAITING + 999
    done = run_calls(call("gr_wait_up_to", 9), gas=gas)
    assert done.completed.completion == Waits(9, MessageWaitedType.WAIT_UP_TO)
    assert done.gas.left == 999 - 200


@pytest.mark.parametrize(
    ("made", "burned", "answer"),
    [
        (call("gr_reply_to", ERR), 1_046_085, OK + some_id(9)),
        (call("gr_reply_code", ERR), 1_002_478, OK + bytes(4)),
        (call("gr_signal_from", ERR), 1_017_360, b"\x6a\0\0\0" + bytes(32)),
        (call("gr_signal_code", ERR), 1_038_509, b"\x6a\0\0\0" + bytes(4)),
    ],
    ids=str,
)
def test_details_of_a_reply(made: Call, burned: int, answer: bytes) -> None:
    dispatch = incoming(details=ReplyDetails(some_id(9), AUTO_REPLY))
    done = run_calls(made, dispatch=dispatch)
    assert done.burned == gas_of(made) + burned
    assert done.at(ERR, len(answer)) == answer


def test_details_of_a_signal() -> None:
    code = ExecutionSignal(SimpleExecutionError.USERSPACE_PANIC)
    dispatch = incoming(details=SignalDetails(some_id(9), code))
    calls = [call("gr_signal_from", ERR), call("gr_signal_code", 512), call("gr_reply_to", 0)]
    done = run_calls(*calls, dispatch=dispatch)
    assert done.burned == gas_of(*calls) + 1_017_360 + 1_038_509 + 1_046_085
    assert done.at(ERR, 36) == OK + some_id(9)
    assert done.at(512, 8) == OK + (100).to_bytes(4, "little")
    assert done.error_at(0) == 105


def test_the_value_of_a_message_is_there_to_be_spent_once() -> None:
    dispatch = incoming(DispatchKind.HANDLE, value=50)
    done = run_calls(call("gr_value_available", 0), call("gr_value", 16), dispatch=dispatch)
    assert int.from_bytes(done.at(0, 16), "little") == BALANCE + 50
    assert int.from_bytes(done.at(16, 16), "little") == 50
