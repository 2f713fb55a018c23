"""Errors of system calls: what a program is told, what traps, and what is burned of it."""

import pytest

from parachain.runtime.gear.dispatch import ContextStore, DispatchKind
from parachain.runtime.gear.ids import SYSTEM_ACTOR, outgoing_message_id
from parachain.runtime.gear.message_context import ContextSettings
from parachain.runtime.gear.reservation import GasReservationSlot
from parachain.runtime.gear.termination import (
    ForbiddenFunction,
    GasLimitExceeded,
    Panic,
    ProgramAllocOutOfBounds,
    UnknownTrap,
    UnrecoverableError,
    UnrecoverableExt,
)
from tests.runtime.gear.core.hashing import blake2_256, some_id
from tests.runtime.gear.core.scene import MESSAGE, incoming
from tests.runtime.gear.execution.stage import (
    GAS,
    SETTINGS,
    Call,
    call,
    gas_of,
    module,
    run,
    run_calls,
)

ERR = 1024
SENDING = 200_000_000
END = 131_072  # of the memory
BIG = 8 * 1024 * 1024 + 1


@pytest.mark.parametrize(
    ("made", "burned", "code"),
    [
        # the price of the call stays burned, its fee and what it hands on come back
        (call("gr_send_wgas", 0, 0, 1, 2_999, 0, ERR), 2_504_950 + 300, 308),
        (call("gr_send_wgas", 0, 0, 0, GAS, 0, ERR), 2_504_950, 100),
        (call("gr_send", 0, 0, BIG, 0, ERR), 2_467_510, 300),
        (call("gr_send", END - 47, 0, 4, 0, ERR), 2_467_510 + 4 * 302, 201),
        (call("gr_send", 0, END - 3, 4, 0, ERR), 2_467_510 + 4 * 302, 201),
        (call("gr_send", 0, -1, 4, 0, ERR), 2_467_510 + 4 * 302, 201),
        (call("gr_send_commit", 0, 0, 0, ERR), 1_938_302, 305),
        (call("gr_send_commit_wgas", 3, 0, 5000, 0, ERR), 2_033_886, 305),
        (call("gr_send_push", 0, 0, 2, ERR), 1_755_035 + 2 * 302, 305),
        (call("gr_send_push_input", 0, 0, 2, ERR), 1_270_244, 305),
        (call("gr_send_push_input", 0, 7, 0, ERR), 1_270_244, 312),
        (call("gr_send_input", 0, 6, 2, 0, ERR), 2_369_529, 313),
        (call("gr_reply_input", 9, 1, -1, ERR), 33_962_090, 312),
        (call("gr_reply_push_input", 0, 8, ERR), 1_118_619, 313),
        (call("gr_reply", 0, BIG, -1, ERR), 26_327_624, 300),
        (call("gr_reply", 0, 0, END - 15, ERR), 26_327_624, 201),
        (call("gr_reply_wgas", 0, 0, GAS, -1, ERR), 24_633_378, 100),
        (call("gr_reservation_send", 0, 0, 0, 0, ERR), 2_917_265, 500),
        (call("gr_reservation_send", 0, 0, 0, 4, ERR), 2_917_265, 500),
        (call("gr_reservation_reply_commit", 0, ERR), 9_866_788, 500),
        (call("gr_create_program", 0, 0, BIG, 0, 0, 0, ERR), 3_057_045, 300),
        (call("gr_create_program_wgas", 0, 0, 0, 0, 0, GAS, 0, ERR), 3_158_869, 100),
        (call("gr_read", 0, 8, 64, ERR), 1_406_423, 104),
        (call("gr_read", -1, 1, 64, ERR), 1_406_423, 103),
        (call("gr_read", 0, 3, END - 2, ERR), 1_406_423 + 3 * 162, 201),
        (call("gr_reserve_gas", 5000, 0, ERR), 1_918_172, 502),
        (call("gr_reserve_gas", 2999, 1, ERR), 1_918_172, 504),
        (call("gr_reserve_gas", GAS, 1, ERR), 1_918_172, 100),
        (call("gr_unreserve_gas", 0, ERR), 1_873_602, 500),
        (call("gr_system_reserve_gas", 0, ERR), 974_566, 503),
        (call("gr_system_reserve_gas", GAS, ERR), 974_566, 100),
        (call("gr_reply_deposit", 0, 5, ERR), 4_133_750, 310),
        (call("gr_reply_deposit", 0, GAS, ERR), 4_133_750, 100),
        (call("gr_reply_to", ERR), 1_046_085, 105),
        (call("gr_signal_code", ERR), 1_038_509, 106),
    ],
    ids=str,
)
def test_an_error_is_a_number_and_costs_the_call(made: Call, burned: int, code: int) -> None:
    done = run_calls(made)
    assert done.error_at(ERR) == code
    assert done.burned == gas_of(made) + burned
    assert done.gas.left == GAS - done.burned


@pytest.mark.parametrize(
    ("calls", "code"),
    [
        ((call("gr_reply", 0, 0, -1, 64), call("gr_reply", 0, 0, -1, ERR)), 302),
        ((call("gr_reply", 0, 0, -1, 64), call("gr_reply_push", 0, 1, ERR)), 304),
        ((call("gr_wake", 0, 0, 64), call("gr_wake", 0, 1, ERR)), 303),
        ((call("gr_send", 0, 0, 0, 0, 64), call("gr_send_push", 0, 0, 1, ERR)), 304),
        ((call("gr_send", 0, 0, 0, 0, 64), call("gr_send_commit", 0, 0, 0, ERR)), 304),
        (
            (
                call("gr_create_program", 0, 0, 0, 0, 0, 0, 2048),
                call("gr_create_program", 0, 0, 0, 0, 0, 0, ERR),
            ),
            306,
        ),
        (
            (
                call("gr_send", 0, 0, 0, 0, 64),
                call("gr_reply_deposit", 68, 5, 512),
                call("gr_reply_deposit", 68, 5, ERR),
            ),
            309,
        ),
    ],
    ids=str,
)
def test_what_must_not_be_done_twice(calls: tuple[Call, ...], code: int) -> None:
    done = run_calls(*calls)
    assert done.error_at(64) == 0
    assert done.error_at(ERR) == code


def test_value_that_is_not_there() -> None:
    body = f"""(i64.store (i32.const 32) (i64.const 51))
        {call("gr_send", 0, 0, 0, 0, ERR).text()} {call("gr_reply_commit", 32, 512).text()}"""
    done = run(module(body), balance=50)
    assert (done.error_at(ERR), done.error_at(512)) == (101, 101)
    assert done.gas.left == GAS - done.burned


def test_the_deposit_of_a_created_program_is_needed_besides_its_value() -> None:
    assert (
        run_calls(call("gr_create_program", 0, 0, 0, 0, 0, 0, ERR), balance=10**12 - 1).error_at(
            ERR
        )
        == 101
    )


def test_delays_need_gas_that_is_not_burned() -> None:
    made = call("gr_send_wgas", 0, 0, 0, 0, 1_000, ERR)
    paid = gas_of(made) + 2_504_950 + 400_000_000
    assert run_calls(made, gas=paid + 100_100).error_at(ERR) == 0
    done = run_calls(made, gas=paid + 100_099)
    assert done.error_at(ERR) == 399
    assert done.burned == paid - 400_000_000


def test_a_delay_from_a_reservation_must_leave_enough_for_a_mailbox() -> None:
    reservation = {bytes(32): GasReservationSlot(3_299, 1, 9)}
    done = run_calls(call("gr_reservation_send", 0, 0, 0, 2, ERR), reservations=reservation)
    assert done.error_at(ERR) == 399
    reservation = {bytes(32): GasReservationSlot(3_300, 1, 9)}
    done = run_calls(call("gr_reservation_send", 0, 0, 0, 2, ERR), reservations=reservation)
    assert done.error_at(ERR) == 0


def test_the_handle_of_a_message_that_was_refused_stays_used() -> None:
    done = run_calls(call("gr_send_wgas", 0, 0, 0, 1, 0, ERR), call("gr_send", 0, 0, 0, 0, 512))
    assert done.at(516, 32) == outgoing_message_id(blake2_256, MESSAGE, 1)
    assert done.completed.result.context_store.local_nonce == 2


def test_what_was_pushed_stays_when_the_reply_is_refused() -> None:
    calls = [call("gr_reply_input_wgas", 0, 3, GAS, -1, ERR), call("gr_reply_commit", -1, 512)]
    done = run_calls(*calls)
    assert (done.error_at(ERR), done.error_at(512)) == (100, 0)
    (reply,) = done.completed.result.dispatches
    assert reply.dispatch.message.payload == b"pay"
    # the bytes were charged for by a step of its own, which succeeded
    burned = 41_166_482 + 3 * 105 + 24_565_346 + SENDING
    assert done.burned == gas_of(*calls) + burned


def test_no_more_than_1024_messages_over_all_executions() -> None:
    context = ContextStore(local_nonce=1023)
    done = run_calls(
        call("gr_send_init", 0), call("gr_send_init", 8), dispatch=incoming(context=context)
    )
    assert (done.error_at(0), done.error_at(8)) == (0, 301)


def test_the_bytes_of_outgoing_messages_are_limited() -> None:
    fees = SETTINGS.context._asdict() | {"outgoing_bytes_limit": 10}
    settings = SETTINGS._replace(context=ContextSettings(**fees))
    done = run_calls(
        call("gr_send", 0, 0, 8, 0, 64), call("gr_send", 0, 0, 3, 0, ERR), settings=settings
    )
    assert (done.error_at(64), done.error_at(ERR)) == (0, 311)


@pytest.mark.parametrize(
    "made",
    [
        call("gr_reply", 0, 0, -1, ERR),
        call("gr_reply_wgas", 0, 0, 0, -1, ERR),
        call("gr_reply_push", 0, 0, ERR),
        call("gr_reply_commit", -1, ERR),
        call("gr_reply_input", 0, 1, -1, ERR),
    ],
    ids=str,
)
def test_replies_are_not_replied_to(made: Call) -> None:
    text = module("", more=f'(func (export "handle_reply") {made.text()})')
    assert run(text, incoming(DispatchKind.REPLY)).error_at(ERR) == 108


FORBIDDEN_IN_SIGNAL = [
    call("gr_source", ERR),
    call("gr_reply", 0, 0, -1, ERR),
    call("gr_reply_push", 0, 0, ERR),
    call("gr_reply_commit", -1, ERR),
    call("gr_reply_commit_wgas", 0, -1, ERR),
    call("gr_reply_input", 0, 0, -1, ERR),
    call("gr_reply_input_wgas", 0, 0, 0, -1, ERR),
    call("gr_reservation_reply", 0, 0, 0, ERR),
    call("gr_reservation_reply_commit", 0, ERR),
    call("gr_system_reserve_gas", 5, ERR),
]


@pytest.mark.parametrize("made", FORBIDDEN_IN_SIGNAL, ids=str)
def test_what_a_signal_must_not_do_traps_before_it_is_paid_for(made: Call) -> None:
    text = module("", more=f'(func (export "handle_signal") {made.text()})')
    done = run(text, incoming(DispatchKind.SIGNAL))
    assert done.trap == ForbiddenFunction()
    assert done.burned == gas_of(made)


def test_a_signal_is_not_replied_to_in_any_way() -> None:
    signal = incoming(DispatchKind.SIGNAL)
    signal = signal._replace(message=signal.message._replace(source=SYSTEM_ACTOR))
    reply, push = call("gr_reply_wgas", 0, 0, 0, -1, ERR), call("gr_reply_push_input", 0, 1, ERR)
    done = run(module("", more=f'(func (export "handle_signal") {reply.text()})'), signal)
    assert done.trap == ForbiddenFunction()
    assert done.burned == gas_of(reply) + 24_633_378
    done = run(module("", more=f'(func (export "handle_signal") {push.text()})'), signal)
    assert done.error_at(ERR) == 108


def test_nothing_is_sent_to_the_system_actor() -> None:
    word = int.from_bytes(b"geargear", "little", signed=True)
    target = " ".join(f"(i64.store (i32.const {at}) (i64.const {word}))" for at in (0, 8, 16, 24))
    done = run(module(target + call("gr_send", 0, 0, 0, 0, ERR).text()))
    assert done.trap == ForbiddenFunction()


def test_functions_can_be_forbidden_for_all() -> None:
    settings = SETTINGS._replace(forbidden=("gr_gas_available", "gr_panic"))
    assert run_calls(call("gr_gas_available", 0), settings=settings).trap == ForbiddenFunction()
    assert run_calls(call("gr_panic", 0, 0), settings=settings).trap == ForbiddenFunction()


def _unrecoverable(error: UnrecoverableError) -> UnrecoverableExt:
    return UnrecoverableExt(error)


BOUNDS = _unrecoverable(UnrecoverableError.ACCESS_OUT_OF_BOUNDS)


@pytest.mark.parametrize(
    ("made", "burned", "trap"),
    [
        (call("gr_size", END - 3), 962_155, BOUNDS),
        (call("gr_message_id", -1), 970_380, BOUNDS),
        (call("gr_exit", END), 17_513_156, BOUNDS),
        (call("gr_random", END, 0), 1_668_151, BOUNDS),
        (call("gr_env_vars", 1, END - 51), 992_225, BOUNDS),
        (
            call("gr_env_vars", 2, 0),
            992_225,
            _unrecoverable(UnrecoverableError.UNSUPPORTED_ENV_VARS_VERSION),
        ),
        # the body has done its work when its answer turns out to have no place
        (call("gr_send_init", END - 7), 1_078_023, BOUNDS),
        (call("gr_wake", 0, 0, END), 2_359_007 + 200_000_000, BOUNDS),
        (call("gr_debug", END, 1), 1_056_804 + 280, BOUNDS),
        (call("gr_panic", 0, 5), 0, Panic(bytes(5))),
        (
            call("gr_panic", END, 5),
            0,
            _unrecoverable(UnrecoverableError.PANIC_BUFFER_IS_TOO_BIG),
        ),
        (call("gr_panic", 0, BIG), 0, _unrecoverable(UnrecoverableError.PANIC_BUFFER_IS_TOO_BIG)),
        (call("gr_oom_panic"), 0, ProgramAllocOutOfBounds()),
        (call("free", 65_536), 846_782, UnknownTrap()),
        (call("free_range", 0, 65_536), 873_826, UnknownTrap()),
        # a wait that fails gives its fee back
        (call("gr_wait_for", 0), 9_231_352, _unrecoverable(UnrecoverableError.ZERO_DURATION)),
        (call("gr_wait_up_to", 0), 7_345_560, _unrecoverable(UnrecoverableError.ZERO_DURATION)),
    ],
    ids=str,
)
def test_a_mistake_that_cannot_be_told_ends_the_execution(
    made: Call, burned: int, trap: object
) -> None:
    done = run_calls(made)
    assert done.trap == trap
    assert done.burned == gas_of(made) + burned
    assert done.gas.left == GAS - done.burned


def test_a_debug_text_must_be_text() -> None:
    assert run_calls(call("gr_debug", 0, 3)).debug == ["\0\0\0"]
    body = f"(i32.store8 (i32.const 0) (i32.const 255)) {call('gr_debug', 0, 1).text()}"
    error = UnrecoverableError.INVALID_DEBUG_STRING
    assert run(module(body)).trap == UnrecoverableExt(error)


def test_no_wait_after_a_reply() -> None:
    done = run_calls(call("gr_reply", 0, 0, -1, ERR), call("gr_wait"))
    assert done.trap == UnrecoverableExt(UnrecoverableError.WAIT_AFTER_REPLY)


def test_a_wait_that_cannot_be_paid_for() -> None:
    fee = gas_of(call("gr_wait_for", 9)) + 9_231_352
    done = run_calls(call("gr_wait_for", 9), gas=fee + 300_000_000 + 999)
    assert done.trap == UnrecoverableExt(UnrecoverableError.NOT_ENOUGH_GAS)
    assert done.burned == fee
    done = run_calls(call("gr_wait_for", 9), gas=fee + 299_999_999)
    assert done.trap == GasLimitExceeded()
    assert done.burned == fee


def test_a_buffer_of_more_than_16_mib() -> None:
    size = 16 * 1024 * 1024 + 1
    more = call("gr_send_push", 0, 0, size, ERR)
    text = module(more.text(), pages=300).replace("65536", str(300 * 65536))
    assert run(text).error_at(ERR) == 200
    text = module(call("gr_debug", 0, size).text(), pages=300).replace("65536", str(300 * 65536))
    error = UnrecoverableError.RUNTIME_ALLOC_OUT_OF_BOUNDS
    assert run(text).trap == UnrecoverableExt(error)


def test_more_than_256_reservations_make_it_257() -> None:
    held = {some_id(each): GasReservationSlot(5000, 1, 9) for each in range(256)}
    calls = [call("gr_reserve_gas", 3000, 1, 0), call("gr_reserve_gas", 3000, 1, ERR)]
    done = run_calls(*calls, reservations=held)
    assert (done.error_at(0), done.error_at(ERR)) == (0, 501)
    assert done.burned == gas_of(*calls) + 2 * 1_918_172 + 200_000_000
