"""Codes: what is refused, stored once, instrumented again, or never executed.

Named as the reference's tests of pallet_gear. Every rule for codes is tested in tests/runtime/gear.
"""

import pytest
from wasmtime import wat2wasm

from parachain.runtime.gear.changes import CodeActive
from parachain.runtime.gear.code.stored import InstrumentationFailed, Instrumented
from parachain.runtime.gear.program import Initialized
from parachain.runtime.gear.reply_code import (
    AUTO_REPLY,
    Error,
    SimpleUnavailableActorError,
    UnavailableActor,
)
from parachain.runtime.gear.schedule import SCHEDULE
from parachain.runtime.pallets import gear, gear_program
from parachain.runtime.pallets.gear.declarations import (
    CODE_ALREADY_EXISTS,
    CODE_DOESNT_EXIST,
    CODE_TOO_LARGE,
    PROGRAM_CONSTRUCTION_FAILED,
)
from parachain.runtime.pallets.gear.weights import upload_code as weight_of_upload
from parachain.runtime.pallets.gear_program.declarations import original_codes
from parachain.runtime.pallets.gear_scheduler import task_pool
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.course import (
    FAILED,
    SUCCESS,
    begin,
    mark,
    pass_blocks,
    process,
    tell,
    word,
)
from tests.runtime.pallets.gear_pallet.programs import program
from tests.runtime.pallets.gear_pallet.traffic import GAS, mailer, upload
from tests.runtime.pallets.scene import UNIT, fails

VERSION = SCHEDULE.instruction_weights.version
#: Of looking a program up, in the state.
READ = 25_000_000


def module(body: str, memory: str = '(import "env" "memory" (memory 1))') -> bytes:
    return bytes(wat2wasm(f"(module {memory} {body})"))


def code_id(blocks: Blocks, code: bytes) -> bytes:
    return blocks.ext.blake2_256(code)


def forget_instrumentation(blocks: Blocks, code: bytes, original: bytes | None = None) -> None:
    """Let the weights be newer than the code; `original` is what the code turns out to be."""
    key = code_id(blocks, code)
    metadata = gear_program.codes.metadata(blocks.ext, key)
    instrumented = gear_program.codes.instrumented(blocks.ext, key)
    assert metadata is not None
    assert instrumented is not None
    older = metadata._replace(instrumentation_status=Instrumented(0, len(instrumented.bytes)))
    gear_program.codes.replace_metadata(blocks.ext, key, older)
    if original is not None:
        original_codes.put(blocks.ext, key, original)


# -- refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(b"", id="reject_incorrect_binary"),
        pytest.param(
            module('(func $f) (start $f) (export "init" (func $f))'),
            id="restrict_start_section",
        ),
        pytest.param(
            module('(func (export "init"))', '(import "env" "memory" (memory 32769))'),
            id="invalid_memory_page_amount_rejected",
        ),
        pytest.param(module('(func (export "init") (param i32))'), id="wrong_entry_type"),
        pytest.param(
            module('(global (export "__gear_stack_end") i32 (i32.const 7)) (func (export "init"))'),
            id="reject_incorrect_stack_pointer",
        ),
        pytest.param(
            module(
                '(global (export "__gear_stack_end") i32 (i32.const 65536)) (func (export "init"))'
                '(data (i32.const 65535) "d")'
            ),
            id="check_gear_stack_end",
        ),
        pytest.param(
            module('(func (export "init") (drop (ref.null func)))'),
            id="wasm_ref_types_doesnt_work",
        ),
        pytest.param(module('(func (export "other"))'), id="other export"),
    ],
)
def test_code_that_is_refused(blocks: Blocks, code: bytes) -> None:
    for call in (gear.upload_code(code), gear.upload_program(code, b"", b"", GAS, 0, False)):
        with fails(blocks.ext, PROGRAM_CONSTRUCTION_FAILED):
            blocks.call(call)


def test_code_too_large(blocks: Blocks) -> None:
    with fails(blocks.ext, CODE_TOO_LARGE):
        blocks.call(gear.upload_code(bytes(524_289)))


def test_mad_big_prog_instrumentation(blocks: Blocks) -> None:
    """A large program is instrumented, and charged by its length."""
    bodies = "(i32.store (i32.const 64) (i32.const 1))" * 20
    functions = f"(func {bodies})" * 1000
    code = module(f'{functions} (func (export "init") {bodies})')
    assert len(code) > 100_000
    blocks.call(gear.upload_code(code))
    metadata = gear_program.codes.metadata(blocks.ext, code_id(blocks, code))
    assert metadata is not None
    assert metadata.original_code_len == len(code)
    assert weight_of_upload(len(code)).ref_time > weight_of_upload(0).ref_time


@pytest.mark.parametrize(("functions", "accepted"), [(16_000, True), (17_000, False)])
def test_program_with_large_indexes(blocks: Blocks, functions: int, accepted: bool) -> None:
    """Many functions are fine; more than take an engine long to compile are refused here.

    The reference takes some 130,000 empty ones, as many as a code has room for.
    """
    code = module('(func (export "init"))' + "(func)" * functions)
    if accepted:
        blocks.call(gear.upload_code(code))
    else:
        with fails(blocks.ext, PROGRAM_CONSTRUCTION_FAILED):
            blocks.call(gear.upload_code(code))


# -- stored ------------------------------------------------------------------------------------


def test_code_submission_pass(blocks: Blocks) -> None:
    code = program()
    blocks.events()
    blocks.call(gear.upload_code(code))
    key = code_id(blocks, code)
    assert blocks.events() == [("CodeChanged", key, CodeActive(None))]
    assert gear_program.codes.original(blocks.ext, key) == code


def test_same_code_submission_fails(blocks: Blocks) -> None:
    code = program()
    blocks.call(gear.upload_code(code))
    with fails(blocks.ext, CODE_ALREADY_EXISTS):
        blocks.call(gear.upload_code(code))


def test_code_is_not_submitted_twice_after_program_submission(blocks: Blocks) -> None:
    code = program()
    upload(blocks, code)
    with fails(blocks.ext, CODE_ALREADY_EXISTS):
        blocks.call(gear.upload_code(code))


def test_code_is_not_reset_within_program_submission(blocks: Blocks) -> None:
    code = program()
    blocks.call(gear.upload_code(code))
    blocks.events()
    blocks.call(gear.upload_program(code, b"", b"", GAS, 0, False))
    assert [name for name, *_ in blocks.events()] == ["ProgramChanged", "MessageQueued"]


def test_non_existent_code_id_zero_gas(blocks: Blocks) -> None:
    with fails(blocks.ext, CODE_DOESNT_EXIST):
        blocks.call(gear.create_program(bytes(32), b"", b"", 0, 0, False))


def test_stripping_reduces_instrumented_code_len(blocks: Blocks) -> None:
    """Custom sections are kept in the original only; names are kept in both."""
    code = program()
    section = b"\0" + bytes([100 + 5]) + b"\4abcd" + bytes(100)
    ids = []
    for each in (code, code + section):
        blocks.call(gear.upload_code(each))
        ids.append(code_id(blocks, each))
    plain, longer = (gear_program.codes.metadata(blocks.ext, each) for each in ids)
    assert plain is not None
    assert longer is not None
    assert longer.original_code_len == plain.original_code_len + len(section)
    assert longer.instrumented_code_len == plain.instrumented_code_len


# -- entry points that are not there -----------------------------------------------------------


def test_missing_functions_are_not_executed(blocks: Blocks) -> None:
    """Without `init` a program is initialized all the same, for the price of two looks."""
    code = module('(func (export "handle"))')
    address, first = begin(blocks, code)
    done = process(blocks)
    assert done.statuses == {first: SUCCESS}
    assert done.burned == 1_693_000 + READ + 2 * READ
    assert gear_program.programs.active(blocks.ext, address).state == Initialized()


def test_missing_handle_is_not_executed(blocks: Blocks) -> None:
    address = upload(blocks, program(handle=None))
    message = tell(blocks, address, value=UNIT)
    done = process(blocks)
    assert (done.statuses, done.code(message)) == ({message: SUCCESS}, AUTO_REPLY)
    assert done.burned == 1_693_000 + READ + 2 * READ


# -- newer weights -----------------------------------------------------------------------------


def test_reinstrumentation_works(blocks: Blocks) -> None:
    """Once, at the cost of the first message that needs it."""
    code = program(handle=mark(4096))
    address = upload(blocks, code)
    forget_instrumentation(blocks, code)
    burned = []
    for _ in range(3):
        tell(blocks, address)
        burned.append(process(blocks).burned)
    metadata = gear_program.codes.metadata(blocks.ext, code_id(blocks, code))
    assert metadata is not None
    assert metadata.weights_version == VERSION
    length, instrumented = len(code), metadata.instrumented_code_len
    assert instrumented is not None
    # The original is read instead of the instrumented code. The page is loaded from the second on.
    load_page = 10_014_933
    instrumenting = 282_459_000 + 508_124 * length + 501 * (length - instrumented)
    assert burned[0] + load_page - instrumenting == burned[1] == burned[2]


def test_reinstrumentation_strips_custom_sections(blocks: Blocks) -> None:
    code = program() + b"\0\6\4abcd\0"
    address = upload(blocks, code)
    key = code_id(blocks, code)
    before = gear_program.codes.instrumented(blocks.ext, key)
    forget_instrumentation(blocks, code)
    tell(blocks, address)
    process(blocks)
    assert gear_program.codes.instrumented(blocks.ext, key) == before
    assert gear_program.codes.original(blocks.ext, key) == code


REINSTRUMENTATION = Error(UnavailableActor(SimpleUnavailableActorError.REINSTRUMENTATION_FAILURE))
#: Valid WebAssembly that rules of a later time could refuse: it exports what is no entry point.
NO_PROGRAM = module('(func (export "init")) (func (export "other"))')


def test_reinstrumentation_failure(blocks: Blocks) -> None:
    """Messages are answered with an error; the attempt is not made twice, value comes back."""
    code = program(handle=mark(4096))
    address = upload(blocks, code)
    forget_instrumentation(blocks, code, NO_PROGRAM)
    first = tell(blocks, address, value=UNIT)
    done = process(blocks)
    assert (done.statuses, done.code(first)) == ({first: FAILED}, REINSTRUMENTATION)
    assert done.reply(first).value == UNIT
    metadata = gear_program.codes.metadata(blocks.ext, code_id(blocks, code))
    assert metadata is not None
    assert metadata.instrumentation_status == InstrumentationFailed(VERSION)
    second = tell(blocks, address)
    again = process(blocks)
    assert again.code(second) == REINSTRUMENTATION
    assert again.burned == 1_693_000 + READ + 2 * READ
    assert word(blocks, address, 4096) == 0


def test_init_reinstrumentation_failure(blocks: Blocks) -> None:
    code = program()
    blocks.call(gear.upload_code(code))
    forget_instrumentation(blocks, code, NO_PROGRAM)
    blocks.events()
    blocks.call(gear.create_program(code_id(blocks, code), b"", b"", GAS, 0, False))
    _, queued = blocks.events()
    done = process(blocks)
    assert (done.statuses, done.code(queued[1])) == ({queued[1]: FAILED}, REINSTRUMENTATION)
    later = gear.send_message(queued[3], b"", GAS, 0, False)
    with fails(blocks.ext, gear.declarations.INACTIVE_PROGRAM):
        blocks.call(later)


# -- tasks of blocks that were not processed ---------------------------------------------------


def test_missing_block_tasks_handled(blocks: Blocks) -> None:
    """Tasks of a block without gas for them are run in the next."""
    address = upload(blocks, mailer(3000))
    tell(blocks, address)
    process(blocks)
    pass_blocks(blocks, 28)
    now = gear.block_number(blocks.ext)
    assert list(task_pool.iterate(blocks.ext, now))
    process(blocks, 0)
    assert list(task_pool.iterate(blocks.ext, now))
    process(blocks)
    assert not list(task_pool.iterate(blocks.ext, now))
