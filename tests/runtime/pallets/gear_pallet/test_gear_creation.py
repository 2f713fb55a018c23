"""Programs that come to be: made by users, and by programs.

Named as the reference's tests of pallet_gear.
"""

from pathlib import Path

import pytest

from parachain.primitives.dispatch_error import TokenError
from parachain.runtime.gear.changes import ProgramSet
from parachain.runtime.gear.ids import (
    outgoing_message_id,
    program_id_from_program,
    program_id_from_user,
)
from parachain.runtime.gear.program import ActiveProgram, Initialized, Terminated
from parachain.runtime.pallets import gear, gear_program
from parachain.runtime.pallets.gear.declarations import (
    CODE_DOESNT_EXIST,
    GAS_LIMIT_TOO_HIGH,
    PROGRAM_ALREADY_EXISTS,
    PROGRAM_CONSTRUCTION_FAILED,
)
from parachain.runtime.pallets.gear_bank.declarations import INSUFFICIENT_BALANCE
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.course import (
    FAILED,
    NOTE,
    SUCCESS,
    WAKE,
    begin,
    commands,
    knowing,
    mark,
    process,
    stages,
    tell,
    word,
)
from tests.runtime.pallets.gear_pallet.programs import DATA, RESULT, must, program, reply, syscall
from tests.runtime.pallets.gear_pallet.traffic import GAS, TO, everything_is_over, upload
from tests.runtime.pallets.scene import ALICE, BOB, ED, EVE, UNIT, fails

CHILD = program(init=mark(4096), handle=reply(3), data=b"kid")
#: Results of gr_create_program: an error, the message's id, the program's id.
MADE = RESULT + 36


def create(salt: int, *, gas: int | None = None) -> str:
    """Create a program of the code at TO. The salt is so many bytes at DATA."""
    if gas is None:
        return must("gr_create_program", TO, DATA, salt, DATA, 0, 0, RESULT)
    return must("gr_create_program_wgas", TO, DATA, salt, DATA, 0, gas, 0, RESULT)


def creator(blocks: Blocks, handle: str, *, value: int = 0, child: bytes = CHILD) -> bytes:
    """A program that creates programs of that code."""
    if not gear_program.codes.exists(blocks.ext, blocks.ext.blake2_256(child)):
        blocks.call(gear.upload_code(child))
    code = knowing(blocks.ext.blake2_256(child), value=value, handle=handle, handle_reply="")
    return upload(blocks, code)


def child_of(blocks: Blocks, message: bytes, salt: bytes, code: bytes = CHILD) -> bytes:
    hashed = blocks.ext.blake2_256
    return program_id_from_program(hashed, message, hashed(code), salt)


# -- by users ----------------------------------------------------------------------------------


def test_upload_program_expected_failure(blocks: Blocks) -> None:
    code = program()
    limit = 750_000_000_000
    poor = gear.upload_program(code, b"", b"", 10**9, 0, False)
    for call, who, error in (
        (poor, EVE, INSUFFICIENT_BALANCE),
        (gear.upload_program(code, b"", b"", limit + 1, 0, False), ALICE, GAS_LIMIT_TOO_HIGH),
        (
            gear.upload_program(b"\0asm", b"", b"", 0, 0, False),
            ALICE,
            PROGRAM_CONSTRUCTION_FAILED,
        ),
        (gear.upload_program(code, b"", b"", 0, 10**30, False), ALICE, INSUFFICIENT_BALANCE),
    ):
        with fails(blocks.ext, error):
            blocks.call(call, who)


def test_upload_program_fails_on_duplicate_id(blocks: Blocks) -> None:
    code = program()
    blocks.call(gear.upload_program(code, b"salt", b"", GAS, 0, False))
    with fails(blocks.ext, PROGRAM_ALREADY_EXISTS):
        blocks.call(gear.upload_program(code, b"salt", b"", GAS, 0, False), BOB)
    blocks.call(gear.upload_program(code, b"pepper", b"", GAS, 0, False))


def test_create_program_works(blocks: Blocks) -> None:
    code = blocks.ext.blake2_256(CHILD)
    with fails(blocks.ext, CODE_DOESNT_EXIST):
        blocks.call(gear.create_program(code, b"", b"", GAS, 0, False))
    blocks.call(gear.upload_code(CHILD))
    blocks.events()
    blocks.call(gear.create_program(code, b"", b"", GAS, UNIT, False))
    address = program_id_from_user(blocks.ext.blake2_256, code, b"")
    changed, queued = blocks.events()
    assert changed == ("ProgramChanged", address, ProgramSet(2**32 - 1))
    assert process(blocks).statuses == {queued[1]: SUCCESS}
    made = gear_program.programs.active(blocks.ext, address)
    assert (made.code_id, made.state) == (code, Initialized())
    assert (blocks.free(address), word(blocks, address, 4096)) == (ED + UNIT, 1)


@pytest.mark.parametrize("by_code", [False, True], ids=["upload_program", "create_program"])
def test_keep_alive_is_respected(blocks: Blocks, by_code: bool) -> None:
    """test_upload_program_respects_keep_alive, test_create_program_respects_keep_alive."""
    code = program()
    cost = 10**9 * 100 + ED
    if by_code:
        blocks.call(gear.upload_code(code))
    blocks.call(gear.send_message(EVE, b"", 0, cost + ED - 1, False))

    def call(keep_alive: bool) -> object:
        if by_code:
            return gear.create_program(blocks.ext.blake2_256(code), b"", b"", 10**9, 0, keep_alive)
        return gear.upload_program(code, b"", b"", 10**9, 0, keep_alive)

    with fails(blocks.ext, TokenError.NOT_EXPENDABLE):
        blocks.call(call(True), EVE)  # type: ignore[arg-type]  # a call
    blocks.call(call(False), EVE)  # type: ignore[arg-type]  # as above
    assert blocks.free(EVE) == 0


def test_program_of_a_failed_init_keeps_its_id(blocks: Blocks) -> None:
    code = program(init="unreachable")
    address, _ = begin(blocks, code)
    process(blocks)
    assert gear_program.programs.get(blocks.ext, address) == Terminated(ALICE)
    with fails(blocks.ext, PROGRAM_ALREADY_EXISTS):
        blocks.call(gear.upload_program(code, b"", b"", GAS, 0, False))


# -- by programs -------------------------------------------------------------------------------


def test_create_program_simple(blocks: Blocks) -> None:
    """With gas and without: each is initialized, and can be sent messages."""
    address = creator(blocks, commands(create(4), create(5, gas=10**9)))
    for payload, salt in ((b"", 4), (b"\1", 5)):
        message = tell(blocks, address, payload, value=2 * ED)
        done = process(blocks)
        assert done.statuses == {message: SUCCESS}
        made = child_of(blocks, message, bytes(salt))
        assert word(blocks, made, 4096) == 1
        assert blocks.free(made) == ED
        asked = tell(blocks, made)
        assert process(blocks).reply(asked).payload == b"kid"


def test_create_program_duplicate(blocks: Blocks) -> None:
    """The message's id is part of the program's: the same salt makes another one next time."""
    address = creator(blocks, create(4))
    made = []
    for _ in range(2):
        message = tell(blocks, address, value=2 * ED)
        process(blocks)
        made.append(child_of(blocks, message, bytes(4)))
    assert made[0] != made[1]
    for each in made:
        assert isinstance(gear_program.programs.get(blocks.ext, each), ActiveProgram)


def test_create_program_duplicate_in_one_execution(blocks: Blocks) -> None:
    twice = create(4) + syscall("gr_create_program", TO, DATA, 4, DATA, 0, 0, 8192)
    address = creator(blocks, twice)
    message = tell(blocks, address, value=3 * ED)
    done = process(blocks)
    assert done.statuses == {message: SUCCESS}
    assert word(blocks, address, 8192) == 306
    assert len(done.of("ProgramChanged")) == 2  # one that is set and active


def test_create_program_miscellaneous(blocks: Blocks) -> None:
    """Programs of code that is known and of code that is not, side by side."""
    failing = program(init="unreachable")
    blocks.call(gear.upload_code(failing))
    blocks.call(gear.upload_code(CHILD))
    hashed = blocks.ext.blake2_256
    data = (
        bytes(32)
        + hashed(CHILD)
        + bytes(16)
        + hashed(failing)
        + bytes(16)
        + hashed(b"unknown")
        + bytes(16)
    )
    handle = "".join(
        must("gr_create_program", TO + 48 * at, DATA, 4, DATA, 0, 0, RESULT) for at in range(3)
    )
    address = upload(blocks, program(handle=handle, handle_reply="", data=data))
    message = tell(blocks, address, value=5 * ED)
    done = process(blocks)
    # The message, three first messages, three replies to them.
    assert (done.total, done.statuses) == (7, {message: SUCCESS})
    good, bad = child_of(blocks, message, bytes(4)), child_of(blocks, message, bytes(4), failing)
    assert isinstance(gear_program.programs.get(blocks.ext, good), ActiveProgram)
    assert gear_program.programs.get(blocks.ext, bad) == Terminated(address)
    # What the failed one had is its creator's again; nothing was given to the unknown one.
    assert blocks.free(address) == ED + 5 * ED - ED
    everything_is_over(blocks)


def test_create_program_no_code_hash(blocks: Blocks) -> None:
    """Messages to it find no program, all through this block; later its address is a user's."""
    send = "".join(
        f"(i64.store (i32.const {4000 + at}) (i64.load (i32.const {MADE + at})))"
        for at in range(0, 32, 8)
    ) + must("gr_send", 4000, DATA, 0, 0, RESULT)
    address = upload(blocks, knowing(bytes([7]) * 32, handle=create(4) + send, handle_reply=""))
    message = tell(blocks, address, value=2 * ED)
    done = process(blocks)
    assert done.total == 5
    assert done.told == []
    made = program_id_from_program(blocks.ext.blake2_256, message, bytes([7]) * 32, bytes(4))
    assert not gear_program.programs.exists(blocks.ext, made)
    assert blocks.free(made) == 0
    everything_is_over(blocks)


@pytest.mark.parametrize(
    ("value", "own", "error"),
    [
        pytest.param(ED // 2, 0, 101, id="test_create_program_with_value_lt_ed"),
        pytest.param(10**20, 0, 101, id="test_create_program_with_exceeding_value"),
        pytest.param(ED // 2, 2 * ED, 0, id="with enough for both"),
    ],
)
def test_create_program_with_value(blocks: Blocks, value: int, own: int, error: int) -> None:
    """The deposit of the new program comes on top of the value of its first message."""
    attempt = syscall("gr_create_program", TO, DATA, 4, DATA, 0, 0, 8192)
    address = creator(blocks, attempt, value=value)
    message = tell(blocks, address, value=own)
    process(blocks)
    assert word(blocks, address, 8192) == error
    made = child_of(blocks, message, bytes(4))
    assert blocks.free(made) == (0 if error else ED + value)


def test_create_program_without_gas_works(blocks: Blocks) -> None:
    """The first message lives on what its creator's message has left."""
    address = creator(blocks, create(4))
    message = tell(blocks, address, value=ED, gas=3_000_000_000)
    assert process(blocks).statuses == {message: SUCCESS}
    assert word(blocks, child_of(blocks, message, bytes(4)), 4096) == 1
    everything_is_over(blocks)


def test_async_program_creation(blocks: Blocks) -> None:
    """The creator waits for the reply to the first message."""
    wait = NOTE + create(4, gas=10**9) + syscall("gr_wait")
    child = program(init=mark(4096) + reply(1))  # an automatic reply could not be handled
    blocks.call(gear.upload_code(child))
    code = knowing(blocks.ext.blake2_256(child), handle=stages(wait, reply(2)), handle_reply=WAKE)
    address = upload(blocks, code)
    message = tell(blocks, address, value=ED)
    assert len(process(blocks).reply(message).payload) == 2
    assert word(blocks, child_of(blocks, message, bytes(4), child), 4096) == 1


def test_program_generator_works(blocks: Blocks) -> None:
    """Salts keep programs of one message apart."""
    address = creator(blocks, create(1) + create(2) + create(3))
    message = tell(blocks, address, value=4 * ED)
    process(blocks)
    for salt in (1, 2, 3):
        assert word(blocks, child_of(blocks, message, bytes(salt)), 4096) == 1
    assert blocks.free(address) == 2 * ED


def test_create_program_with_reentrance_works(blocks: Blocks) -> None:
    """Creation and its deposit survive a wait, and are not repeated after it."""
    helper = upload(blocks, program(handle=reply(1)), b"helper")
    blocks.call(gear.upload_code(CHILD))
    data = (
        bytes(32)
        + blocks.ext.blake2_256(CHILD)
        + bytes(16)
        + helper
        + bytes(16)
        + BOB
        + (2 * UNIT).to_bytes(16, "little")
    )
    ask = must("gr_send_wgas", TO + 48, DATA, 4, 10**9, 0, RESULT)
    first = NOTE + create(4, gas=10**9) + ask + syscall("gr_wait")
    last = must("gr_send_wgas", TO + 96, DATA, 4, 10_000, 0, RESULT)
    code = program(
        handle=stages(first, last),
        handle_reply=WAKE,
        data=data,
    )
    address = upload(blocks, code)
    message = tell(blocks, address, value=5 * UNIT)
    done = process(blocks)
    assert done.statuses == {message: SUCCESS}
    assert [(told.destination, told.value) for told in done.told] == [(BOB, 2 * UNIT)]
    assert blocks.free(address) == ED + 5 * UNIT - ED - 2 * UNIT
    assert blocks.free(child_of(blocks, message, bytes(4))) == ED
    first_message = outgoing_message_id(blocks.ext.blake2_256, message, 0)
    assert first_message not in done.statuses


# -- programs that do as they are told ---------------------------------------------------------


@pytest.mark.parametrize(("payload", "size"), [(b"", 1), (b"\1", 2), (b"\2", 3)])
def test_constructor_if_else(blocks: Blocks, payload: bytes, size: int) -> None:
    address = upload(blocks, program(handle=commands(reply(1), reply(2), reply(3))))
    message = tell(blocks, address, payload)
    assert len(process(blocks).reply(message).payload) == size


def test_demo_constructor_works(blocks: Blocks) -> None:
    """Commands that reach all entry points of a program."""
    handle = commands(mark(2000, 1), must("gr_send", TO, DATA, 0, 0, RESULT), "unreachable")
    address = upload(blocks, knowing(BOB, init=mark(2004), handle=handle, handle_reply=mark(2008)))
    first, second, third = (tell(blocks, address, bytes([n])) for n in range(3))
    done = process(blocks)
    assert done.statuses == {first: SUCCESS, second: SUCCESS, third: FAILED}
    blocks.call(gear.send_reply(done.told[0].id, b"", 10**9, 0, False), BOB)
    process(blocks)
    assert [word(blocks, address, at) for at in (2000, 2004, 2008)] == [1, 1, 1]


@pytest.mark.parametrize(("value", "size"), [(100_000, 2), (99_999, 1)])
def test_demo_constructor_value_eq(blocks: Blocks, value: int, size: int) -> None:
    """What is done depends on the value of the message."""
    equal = "(i64.eq (i64.load (i32.const 5000)) (i64.const 100000))"
    handle = syscall("gr_value", 5000) + f"(if {equal} (then {reply(2)}) (else {reply(1)}))"
    address = upload(blocks, program(handle=handle))
    message = tell(blocks, address, value=value)
    assert len(process(blocks).reply(message).payload) == size


def test_demo_constructor_is_demo_ping(blocks: Blocks) -> None:
    """A program made of text does what one that was built does."""
    built = (Path(__file__).parents[3] / "programs" / "ping.wasm").read_bytes()
    made = program(init=reply(4), handle=reply(4), data=b"PONG")
    for code in (built, made):
        address, first = begin(blocks, code)
        message = tell(blocks, address, b"PING")
        done = process(blocks)
        assert done.statuses == {first: SUCCESS, message: SUCCESS}
        assert done.reply(first).payload == done.reply(message).payload == b"PONG"
