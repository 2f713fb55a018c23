"""Every system call that the engine offers, made by a compiled program on the chain."""

from typing import Any

import pytest

from parachain.runtime.gear.code.syscalls import SYSCALLS
from parachain.runtime.gear.program import Exited
from parachain.runtime.gear.reply_code import (
    AUTO_REPLY,
    MANUAL_REPLY,
    Error,
    Execution,
    ExecutionSignal,
    ReplyCode,
    SimpleExecutionError,
    reply_code_bytes,
    signal_code_number,
)
from parachain.runtime.gear.syscalls.table import HOST_FUNCTIONS
from parachain.runtime.gear.wasm.module import FUNCTION, imported
from parachain.runtime.gear.wasm.parser import parse
from parachain.runtime.pallets.gear_messenger import waitlist
from parachain.runtime.pallets.gear_program import programs
from tests.runtime.gear.programs.actor import (
    GAS,
    Actor,
    code_of,
    deploy,
    reply_to,
    sent_to_users,
)
from tests.runtime.gear.programs.calls import (
    ANSWERED,
    OK,
    REPLYING,
    VALUE,
    Case,
    Scene,
    u32,
    u64,
)
from tests.runtime.gear.programs.scripts import At, Call, Data, call, script
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.scene import BOB, UNIT

#: Calls that do not come back, the code of the reply, and its payload.
ENDING: tuple[tuple[Call, ReplyCode | None, bytes], ...] = (
    (call("gr_exit", Data(BOB)), AUTO_REPLY, b""),
    (call("gr_leave"), AUTO_REPLY, b""),
    (
        call("gr_panic", Data(b"why"), 3),
        Error(Execution(SimpleExecutionError.USERSPACE_PANIC)),
        b"why",
    ),
    (call("gr_oom_panic"), Error(Execution(SimpleExecutionError.MEMORY_OVERFLOW)), b""),
    (call("gr_wait"), None, b""),
    (call("gr_wait_for", 3), None, b""),
    (call("gr_wait_up_to", 3), None, b""),
)
#: Tested apart: the answer is not known beforehand, or comes before that of another call.
APART = {"gr_gas_available", "gr_reply_push", "gr_reply_push_input"}


@pytest.fixture
def caller(blocks: Blocks) -> Actor:
    """The program, which has seven units; and the code that it may create programs of."""
    deploy(blocks, "c/ping")
    return deploy(blocks, "c/every_call", value=7 * UNIT)


def test_every_call_of_the_engine_is_made() -> None:
    made = {each.name for each in ANSWERED}
    made |= {each.name for each, _ in REPLYING}
    made |= {each.name for each, _, _ in ENDING}
    assert made | APART == set(SYSCALLS)
    assert set(SYSCALLS) == set(HOST_FUNCTIONS) - {"gr_system_break", "page_fault"}


def test_the_program_imports_every_call() -> None:
    imports = {each.name for each in imported(parse(code_of("c/every_call")), FUNCTION)}
    assert imports == set(SYSCALLS)


def _id(value: Any) -> str:
    return value.name if isinstance(value, (Case, Call)) else ""


@pytest.mark.parametrize("case", ANSWERED, ids=_id)
def test_answer(caller: Actor, case: Case) -> None:
    payload = script(*case.calls, answer=256)
    message = caller.tell(payload, value=VALUE)
    expected = case.answer(Scene(caller, message, payload))
    caller.blocks.run()
    reply = reply_to(message, sent_to_users(caller.blocks))
    assert reply is not None
    assert (reply.code, reply.payload) == (MANUAL_REPLY, expected.ljust(256, b"\0"))
    caller.blocks.next(4)


@pytest.mark.parametrize(("case", "replied"), REPLYING, ids=_id)
def test_reply(caller: Actor, case: Case, replied: bytes) -> None:
    payload = script(*case.calls, answer=36, replies=False)
    message = caller.tell(payload, value=VALUE)
    caller.blocks.run()
    reply = reply_to(message, sent_to_users(caller.blocks))
    assert reply is not None
    assert (reply.code, reply.payload) == (MANUAL_REPLY, replied)
    assert caller.state() == case.answer(Scene(caller, message, payload))
    caller.blocks.next(12)


@pytest.mark.parametrize(("ending", "code", "replied"), ENDING, ids=_id)
def test_end(caller: Actor, ending: Call, code: ReplyCode | None, replied: bytes) -> None:
    # what comes after it is never made
    message = caller.tell(script(ending, call("gr_panic", 0, 0)))
    caller.blocks.run()
    reply = reply_to(message, sent_to_users(caller.blocks))
    if code is None:
        assert reply is None
        assert waitlist.contains(caller.blocks.ext, caller.id, message)
    else:
        assert reply is not None
        assert (reply.code, reply.payload) == (code, replied)
    exited = isinstance(programs.get(caller.blocks.ext, caller.id), Exited)
    assert exited == (ending.name == "gr_exit")
    caller.blocks.next()


def test_gas_available(caller: Actor) -> None:
    calls = [call("gr_gas_available", At(0)), call("gr_gas_available", At(8))]
    answer = caller.answer(script(*calls, answer=16))
    first, second = (int.from_bytes(answer[at : at + 8], "little") for at in (0, 8))
    assert GAS > first > second > GAS * 9 // 10


def test_debug_texts_go_to_the_log(caller: Actor) -> None:
    caller.do(script(call("gr_debug", Data(b"a text"), 6)))
    assert caller.blocks.ext.logs[-1].message == "a text"


def test_calls_in_handle_reply(caller: Actor) -> None:
    """The program sends to itself, and gets a reply of its own making."""
    own = At(0)
    on_reply = script(
        call("gr_reply_to", At(0)),
        call("gr_reply_code", At(36)),
        call("gr_reply", At(0), 1, 0, At(44)),
        answer=48,
        replies=False,
    )
    inner = script(call("gr_leave"))
    message = caller.tell(
        script(
            call("gr_program_id", own),
            call("gr_send", own, Data(inner), len(inner), 0, At(128)),
            call("gr_reply_deposit", At(132), 10_000_000_000, At(256)),
            on_reply=on_reply,
        )
    )
    caller.blocks.next()
    sent = Scene(caller, message, b"").sent()
    code = reply_code_bytes(AUTO_REPLY)
    assert caller.state() == OK + sent + OK + code + u32(108)


def test_calls_in_handle_signal(caller: Actor) -> None:
    on_signal = script(
        call("gr_signal_from", At(0)), call("gr_signal_code", At(36)), answer=44, replies=False
    )
    caller.do(script(on_signal=on_signal))
    message = caller.tell(
        script(call("gr_system_reserve_gas", 5_000_000_000, At(0)), call("gr_oom_panic"))
    )
    caller.blocks.next()
    code = signal_code_number(ExecutionSignal(SimpleExecutionError.MEMORY_OVERFLOW))
    assert caller.state() == OK + message + OK + u32(code)


def test_a_reservation_of_an_earlier_message_is_given_back(caller: Actor) -> None:
    reserved = caller.answer(script(call("gr_reserve_gas", 10_000, 10, At(0)), answer=36))[4:]
    giving_back = script(call("gr_unreserve_gas", Data(reserved), At(0)), answer=12)
    assert caller.answer(giving_back) == OK + u64(10_000)
    assert caller.answer(giving_back) == u32(500) + u64(0)


POINTERS = [
    (each, position)
    for each in (*ANSWERED, *(each for each, _ in REPLYING))
    for position, arg in enumerate(each.calls[-1].args)
    if not isinstance(arg, int) and each.name.startswith("gr_")
]


@pytest.mark.parametrize("address", [2**32 - 8, 2**17 - 3])
@pytest.mark.parametrize(("case", "position"), POINTERS, ids=_id)
def test_a_pointer_out_of_the_memory(
    caller: Actor, case: Case, position: int, address: int
) -> None:
    """It is an error if there is a place to say so, else the end of the execution."""
    *before, (name, args) = case.calls
    bad = Call(name, (*args[:position], address, *args[position + 1 :]))
    message = caller.tell(script(*before, bad, answer=36, replies=not name.startswith("gr_re")))
    caller.blocks.run()
    reply = reply_to(message, sent_to_users(caller.blocks))
    assert reply is not None
    if reply.code in (MANUAL_REPLY, AUTO_REPLY):
        assert caller.state()[:4] == u32(201)
    else:
        assert isinstance(reply.code, Error)
