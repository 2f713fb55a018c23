"""Programs asked for their state by way of the runtime API."""

from typing import Any

import pytest
from wasmtime import wat2wasm

from parachain.runtime.gear.code.stored import InstrumentationFailed
from parachain.runtime.gear.schedule import SCHEDULE
from parachain.runtime.pallets import gear, gear_program
from tests.runtime.pallets.gear_api.asking import ask, refusal, state, try_state
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.programs import (
    NO_VALUE,
    RESULT,
    must,
    program,
    reply,
    syscall,
)
from tests.runtime.pallets.gear_pallet.traffic import send, upload

TRAPPED = "Program execution failed with error: "

#: Replies with the question behind the four bytes that are the program's state.
STATE = (
    must("gr_reply_push", 70_000, 4, RESULT)
    + must("gr_reply_push_input", 0, 100, RESULT).replace("(then (unreachable))", "(then)")
    + must("gr_reply_commit", NO_VALUE, RESULT)
)
COUNTER = program(
    handle="(i32.store (i32.const 70000) (i32.add (i32.load (i32.const 70000)) (i32.const 1)))",
    state=STATE,
    metahash=reply(32),
    data=bytes(range(32)),
)


def using_wasm(blocks: Blocks, program_id: bytes, wasm: bytes, **rest: Any) -> Any:
    asked = {"payload": b"", "fn_name": b"twice", "argument": None, "multiplier": None, **rest}
    return ask(
        blocks,
        "GearApi_read_state_using_wasm",
        program_id,
        asked["payload"],
        asked["fn_name"],
        wasm,
        asked["argument"],
        asked["multiplier"],
    )


def module(body: str, *, imports: str = "", signature: str = "", name: str = "twice") -> bytes:
    return bytes(
        wat2wasm(
            f'(module (import "env" "memory" (memory 1)) {imports}'
            '(import "env" "gr_reply_push_input" (func $push (param i32 i32 i32)))'
            '(import "env" "gr_reply_commit" (func $commit (param i32 i32)))'
            '(import "env" "gr_size" (func $size (param i32)))'
            f'(func (export "{name}") {signature} {body}))'
        )
    )


PUSH = (
    "(call $size (i32.const 64))"
    "(call $push (i32.const 0) (i32.load (i32.const 64)) (i32.const 128))"
)
COMMIT = "(call $commit (i32.const 0) (i32.const 128))"
TWICE = module(PUSH + PUSH + COMMIT)


def test_read_state_works(blocks: Blocks) -> None:
    counter = upload(blocks, COUNTER)
    assert state(blocks, counter) == bytes(4)
    for _ in range(3):
        send(blocks, counter)
    blocks.next()
    assert state(blocks, counter) == b"\3\0\0\0"


def test_state_request(blocks: Blocks) -> None:
    """The payload is what is asked."""
    echo = must("gr_read", 0, 3, 2048, RESULT) + must("gr_reply", 2048, 3, NO_VALUE, RESULT)
    address = upload(blocks, program(state=echo))
    assert state(blocks, address, b"one") == b"one"
    assert state(blocks, address, b"two") == b"two"


def test_read_big_state(blocks: Blocks) -> None:
    """Many pages are read, and reading them costs nothing but instructions."""
    pages = 100
    end = 131_072 + pages * 65_536
    init = (
        "(local $at i32) (local.set $at (i32.const 131072))"
        f"(drop (call $alloc (i32.const {pages})))"
        "(loop $next (i32.store (local.get $at) (local.get $at)) (br_if $next (i32.lt_u "
        f"(local.tee $at (i32.add (local.get $at) (i32.const 16384))) (i32.const {end}))))"
    )
    answer = must("gr_reply", 131_072, pages * 65_536, NO_VALUE, RESULT)
    big = program(init=init, state=answer)
    blocks.call(gear.upload_program(big, b"", b"", 500 * 10**9, 0, False))
    address = blocks.events()[-1][3]
    blocks.next()
    found = state(blocks, address)
    assert len(found) == pages * 65_536
    for at in range(0, len(found), 16_384):
        assert int.from_bytes(found[at : at + 4], "little") == at + 131_072


def test_metahash(blocks: Blocks) -> None:
    counter = upload(blocks, COUNTER)
    answer = ask(blocks, "GearApi_read_metahash", counter, None)
    assert answer.value == bytes(range(32))
    short = upload(blocks, program(metahash=reply(31)))
    assert refusal(ask(blocks, "GearApi_read_metahash", short, 6)) == "Failed to decode hash"


def test_programs_that_cannot_answer(blocks: Blocks) -> None:
    assert refusal(try_state(blocks, bytes(32))) == "Program not found"
    assert refusal(ask(blocks, "GearApi_read_metahash", bytes(32), None)) == "Program not found"
    dead = upload(blocks, program(init="unreachable", state=reply()))
    text = "Get active program error: InactiveProgramError"
    assert refusal(try_state(blocks, dead)) == text
    silent = upload(blocks, program())
    assert "`unreachable` instruction" in refusal(try_state(blocks, silent))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("", "Reply not found"),
        (reply() + syscall("gr_leave"), "Execution has incorrect termination reason"),
        (
            "unreachable",
            TRAPPED + "Reason is unknown. Possibly `unreachable` instruction is occurred",
        ),
        (
            "(loop $again (br $again))",
            TRAPPED + "Not enough gas to continue execution",
        ),
    ],
    ids=["no reply", "leaves", "traps", "loops"],
)
def test_programs_that_do_not_answer(blocks: Blocks, body: str, text: str) -> None:
    address = upload(blocks, program(state=body))
    assert refusal(try_state(blocks, address, multiplier=1)) == text


def test_gas_of_a_query_is_the_allowance(blocks: Blocks) -> None:
    counter = upload(blocks, COUNTER)
    assert "Not enough gas" in refusal(try_state(blocks, counter, multiplier=0))
    assert state(blocks, counter) == try_state(blocks, counter, multiplier=2**64 - 1).value


# -- code of older weights ---------------------------------------------------------------------


def test_state_rpc_calls_trigger_reinstrumentation(blocks: Blocks) -> None:
    counter = upload(blocks, COUNTER)
    code = blocks.ext.blake2_256(COUNTER)
    metadata = gear_program.codes.metadata(blocks.ext, code)
    assert metadata is not None
    gear_program.codes.replace_metadata(blocks.ext, code, metadata.failed(0))
    assert state(blocks, counter) == bytes(4)
    # Only the query has seen the new code.
    assert gear_program.codes.metadata(blocks.ext, code) == metadata.failed(0)


def test_code_that_cannot_be_instrumented(blocks: Blocks) -> None:
    counter = upload(blocks, COUNTER)
    code = blocks.ext.blake2_256(COUNTER)
    metadata = gear_program.codes.metadata(blocks.ext, code)
    assert metadata is not None
    version = SCHEDULE.instruction_weights.version
    failed = metadata._replace(instrumentation_status=InstrumentationFailed(version))
    gear_program.codes.replace_metadata(blocks.ext, code, failed)
    assert refusal(try_state(blocks, counter)) == (
        f"Re-instrumentation already failed for program '0x{counter.hex()}' "
        f"with instructions weights version {version}"
    )


# -- other code that explains the state --------------------------------------------------------


def test_state_using_wasm(blocks: Blocks) -> None:
    counter = upload(blocks, COUNTER)
    send(blocks, counter)
    blocks.next()
    answer = using_wasm(blocks, counter, TWICE)
    assert answer.value == b"\1\0\0\0" * 2
    with_argument = using_wasm(blocks, counter, TWICE, argument=b"of ")
    assert with_argument.value == b"of \1\0\0\0" * 2


@pytest.mark.parametrize(
    ("wasm", "function", "text"),
    [
        (TWICE, b"\xff", "Non-utf8 function name"),
        (bytes(524_289), b"twice", "Wasm too big"),
        (b"\0asm", b"twice", "Failed to construct program: "),
        (TWICE, b"thrice", TRAPPED + "Reason is unknown."),
        (module(COMMIT, name="memory"), b"memory", "Backend error: "),
        (TWICE, b"gear_gas", TRAPPED + "Reason is unknown."),
        (TWICE, b"pages", TRAPPED + "Reason is unknown."),
        (module("", signature="(param i32)"), b"twice", TRAPPED),
        (module(""), b"twice", "Reply not found"),
        (module(COMMIT, imports='(import "other" "gr_leave" (func))'), b"twice", "Backend error: "),
    ],
    ids=[
        "name",
        "size",
        "bytes",
        "no function",
        "name of ours",
        "global",
        "memory",
        "signature",
        "no reply",
        "import",
    ],
)
def test_wasm_that_does_not_answer(blocks: Blocks, wasm: bytes, function: bytes, text: str) -> None:
    counter = upload(blocks, COUNTER)
    answer = using_wasm(blocks, counter, wasm, fn_name=function)
    assert refusal(answer).startswith(text)


def test_wasm_is_asked_only_if_the_program_answers(blocks: Blocks) -> None:
    assert refusal(using_wasm(blocks, bytes(32), TWICE)) == "Program not found"
