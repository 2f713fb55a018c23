"""Programs asked for their state."""

import pytest
from wasmtime import wat2wasm

from parachain.client.executor.wasmtime_sandbox import WasmtimeSandbox
from parachain.runtime.gear.code.code import new_code
from parachain.runtime.gear.execution import ExecutableProgram, Host
from parachain.runtime.gear.execution_for_reply import QueryFailed, execute_for_reply
from parachain.runtime.gear.intervals import EMPTY, Intervals
from parachain.runtime.gear.sandbox import ProgramCode
from parachain.runtime.gear.schedule import SCHEDULE
from tests.runtime.gear.core.hashing import blake2_256
from tests.runtime.gear.core.scene import PROGRAM
from tests.runtime.gear.execution.stage import call, module

HOST = Host(WasmtimeSandbox(), blake2_256, lambda _: None)
REPLY = call("gr_reply", 65_536, 5, -1, 0).text()


def ask(
    state: str,
    *,
    gas: int = 10**9,
    entry: str = "state",
    allocations: Intervals = EMPTY,
    payload: bytes = b"question",
) -> bytes:
    text = module("", more=f'(func (export "state") {state})')
    code = new_code(bytes(wat2wasm(text)), SCHEDULE)
    instrumented = code.instrumented.bytes
    program = ExecutableProgram(
        PROGRAM,
        ProgramCode(blake2_256(instrumented), lambda: instrumented),
        code.metadata.static_pages,
        code.metadata.stack_end,
        allocations,
        {4: b"state".ljust(16_384, b"\0")}.get,
    )
    return execute_for_reply(HOST, program, entry, payload, gas, 7, 1_700_000_000_000)


def test_the_answer_is_the_reply() -> None:
    assert ask(REPLY) == b"state"


def test_the_question_is_the_payload() -> None:
    read = call("gr_read", 0, 8, 256, 0).text() + call("gr_reply", 256, 8, -1, 0).text()
    assert ask(read) == b"question"


def test_only_instructions_cost_gas() -> None:
    assert ask(REPLY, gas=100_000) == b"state"
    with pytest.raises(QueryFailed, match="Not enough gas"):
        ask(REPLY, gas=50_000)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("", "Reply not found"),
        ("unreachable", "unreachable"),
        (REPLY + call("gr_leave").text(), "incorrect termination reason"),
        (call("gr_wait").text(), "incorrect termination reason"),
        (call("gr_exit", 65_536).text(), "incorrect termination reason"),
        (call("gr_panic", 65_536, 5).text(), "Panic occurred: state"),
    ],
)
def test_programs_that_do_not_answer(state: str, reason: str) -> None:
    with pytest.raises(QueryFailed, match=reason):
        ask(state)


def test_a_program_without_such_a_function() -> None:
    with pytest.raises(QueryFailed, match="Reason is unknown"):
        ask(REPLY, entry="metahash")


def test_a_program_with_too_much_memory() -> None:
    assert ask(REPLY, allocations=((2, 511),)) == b"state"
    with pytest.raises(QueryFailed, match="alloc ctx"):
        ask(REPLY, allocations=((2, 512),))


def test_a_question_that_is_too_long() -> None:
    with pytest.raises(QueryFailed, match="Failed to create payload"):
        ask(REPLY, payload=bytes(8 * 1024 * 1024 + 1))
