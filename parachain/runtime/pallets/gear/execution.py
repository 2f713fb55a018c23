"""One message of the queue to a program: what is paid and looked up, then the code runs.

The result is a journal, nothing is changed but code that is instrumented again. Source: gear,
vara/pallets/gear/src/queue.rs (run_queue_step).
"""

from typing import NamedTuple, Optional, Union

from parachain.runtime.frame.error import InvalidBlock
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear import precharge
from parachain.runtime.gear.code.code import Code, new_code
from parachain.runtime.gear.code.errors import CodeError
from parachain.runtime.gear.code.stored import (
    CodeMetadata,
    InstantiatedSectionSizes,
    InstrumentationFailed,
    InstrumentedCode,
)
from parachain.runtime.gear.dispatch import DispatchKind, StoredDispatch, incoming
from parachain.runtime.gear.execution import (
    Completed,
    ExecutableProgram,
    Failed,
    Host,
    execute,
)
from parachain.runtime.gear.externalities import ExecutionSettings, Randomness
from parachain.runtime.gear.gas_counter import GasAllowanceCounter
from parachain.runtime.gear.ids import CodeId, MessageId
from parachain.runtime.gear.intervals import EMPTY, Intervals
from parachain.runtime.gear.journal import Journal
from parachain.runtime.gear.precharge import Precharge
from parachain.runtime.gear.processing import (
    nothing_executed,
    process_allowance_exceed,
    process_execution_error,
    process_program_exited,
    process_success,
    process_unavailable,
)
from parachain.runtime.gear.program import (
    ActiveProgram,
    Exited,
    Initialized,
    Terminated,
    Uninitialized,
)
from parachain.runtime.gear.reply_code import SimpleUnavailableActorError
from parachain.runtime.gear.reservation import gas_reserver
from parachain.runtime.gear.sandbox import ProgramCode
from parachain.runtime.gear.termination import Succeeded
from parachain.runtime.pallets import gear_program, system
from parachain.runtime.pallets.gear import costs
from parachain.runtime.pallets.gear.declarations import RESERVATIONS_LIMIT, SCHEDULE

_DEBUG = 3

#: Engines keep compiled code by its id and this: other weights make other code of the same id.
_VERSION = SCHEDULE.instruction_weights.version.to_bytes(4, "little")


class Prepared(NamedTuple):
    """A program whose execution is paid up to its first instruction."""

    program: ActiveProgram
    metadata: CodeMetadata
    allocations: Intervals


def run_dispatch(
    ext: Ext,
    settings: ExecutionSettings,
    dispatch: StoredDispatch,
    gas_limit: int,
    allowance: int,
    balance: int,
) -> Journal:
    """Process a message to a program; `balance` is what the program can spend.

    Raises InvalidBlock if the state lacks what it must have of the program.
    """
    address = dispatch.message.destination
    to_program = incoming(dispatch, gas_limit)
    paid = Precharge(ext.blake2_256, to_program, address, GasAllowanceCounter(allowance))
    prepared = _prepare(ext, paid)
    if not isinstance(prepared, Prepared):
        return prepared
    program, metadata, allocations = prepared
    infix = program.memory_infix

    def load_page(page: int) -> Optional[bytes]:
        return gear_program.memory.page(ext, address, infix, page)

    ended = execute(
        host_of(ext),
        ExecutableProgram(
            address,
            _stored_code(ext, program.code_id),
            metadata.static_pages,
            metadata.stack_end,
            allocations,
            load_page,
        ),
        to_program,
        balance,
        paid.gas,
        paid.allowance,
        gas_reserver(ext.blake2_256, to_program, program.gas_reservation_map, RESERVATIONS_LIMIT),
        settings,
        _randomness(ext, dispatch.message.id),
    )
    match ended:
        case Completed(completion, result):
            return process_success(ext.blake2_256, to_program, address, completion, result)
        case Failed(failure, gas_amount, aside):
            return process_execution_error(
                ext.blake2_256, to_program, address, gas_amount.burned, aside, failure
            )
        case _:
            return process_allowance_exceed(to_program, address, ended.gas_amount.burned)


def _randomness(ext: Ext, message: MessageId) -> Randomness:
    """A seed that nobody knew before the block below was made.

    Vara's is a random value of the epoch before; here the hash of the block below takes its place.
    Its author can choose among the blocks that it could make, so that programs must not stake
    much on it.
    """
    seed = ext.blake2_256(message + system.parent_hash(ext))
    return Randomness(seed, max(system.block_number(ext) - 1, 0))


def host_of(ext: Ext) -> Host:
    """The machine as executions need it; the texts of `gr_debug` go to its log."""

    def debug(text: str) -> None:
        ext.log(_DEBUG, "gear::program", text)

    return Host(ext.sandbox(), ext.blake2_256, debug)


def _stored_code(ext: Ext, code_id: CodeId) -> ProgramCode:
    """Name instrumented code for the engine; it is read only if the engine needs the bytes."""

    def load() -> bytes:
        code = gear_program.codes.instrumented(ext, code_id)
        if code is None:
            raise InvalidBlock("code %s is not instrumented" % code_id.hex())
        return code.bytes

    return ProgramCode(code_id + _VERSION, load)


def program_code(code_id: CodeId, code: InstrumentedCode) -> ProgramCode:
    """Name instrumented code for the engine, which asks for the bytes if it needs them."""

    def load() -> bytes:
        return code.bytes

    return ProgramCode(code_id + _VERSION, load)


# -- what is paid and looked up ----------------------------------------------------------------


def _prepare(ext: Ext, paid: Precharge) -> Union[Prepared, Journal]:
    """Go the steps before the execution. Returns the journal if one of them ends it."""
    ended = paid.charge(precharge.PROGRAM_DATA, costs.PRECHARGE.program_data)
    if ended is not None:
        return ended
    program = _active_program(ext, paid)
    if not isinstance(program, ActiveProgram):
        return program
    ended = paid.charge(precharge.CODE_METADATA, costs.PRECHARGE.code_metadata)
    if ended is not None:
        return ended
    metadata = gear_program.codes.metadata(ext, program.code_id)
    if metadata is None:
        raise InvalidBlock("code %s has no metadata" % program.code_id.hex())
    if paid.dispatch.kind not in metadata.exports:
        result = nothing_executed(paid.dispatch, paid.gas.amount())
        return process_success(ext.blake2_256, paid.dispatch, paid.program_id, Succeeded(), result)
    found = _instrumented(ext, paid, program.code_id, metadata)
    if not isinstance(found, _Instrumented):
        return found
    ended = _pay_last_steps(paid, program, found.sizes)
    if ended is not None:
        return ended
    allocations = EMPTY
    if program.allocations_tree_len:
        allocations = gear_program.programs.allocations(ext, paid.program_id) or EMPTY
    return Prepared(program, found.metadata, allocations)


def _active_program(ext: Ext, paid: Precharge) -> Union[ActiveProgram, Journal]:
    """The program, or the journal for a message that it cannot process.

    Raises InvalidBlock for a second message that would initialize it, which nobody can send.
    """
    dispatch, address = paid.dispatch, paid.program_id
    error: SimpleUnavailableActorError
    match gear_program.programs.get(ext, address):
        case ActiveProgram(state=Uninitialized(init)) as program:
            if dispatch.message.id == init or dispatch.kind is DispatchKind.REPLY:
                return program
            if dispatch.kind is DispatchKind.INIT:
                raise InvalidBlock("program %s is initialized twice" % address.hex())
            error = SimpleUnavailableActorError.UNINITIALIZED
        case ActiveProgram(state=Initialized()) as program:
            if dispatch.kind is DispatchKind.INIT:
                raise InvalidBlock("program %s is initialized twice" % address.hex())
            return program
        case Exited(inheritor):
            burned = paid.gas.burned
            return process_program_exited(ext.blake2_256, dispatch, address, burned, inheritor)
        case Terminated():
            error = SimpleUnavailableActorError.INITIALIZATION_FAILURE
        case _:
            error = SimpleUnavailableActorError.PROGRAM_NOT_CREATED
    return process_unavailable(ext.blake2_256, dispatch, address, paid.gas.burned, error)


def _pay_last_steps(
    paid: Precharge, program: ActiveProgram, sizes: InstantiatedSectionSizes
) -> Optional[Journal]:
    """Pay for loading allocations, then for instantiation of each section."""
    allocations = costs.loading_allocations(program.allocations_tree_len)
    instantiation = costs.instantiating(sizes)
    if paid.charge_at_once(allocations + sum(instantiation)):
        return None
    ended = paid.charge(precharge.ALLOCATIONS, allocations)
    for section, amount in zip(precharge.SECTIONS, instantiation):
        if ended is None:
            ended = paid.charge(precharge.INSTANTIATION % section, amount)
    return ended


class _Instrumented(NamedTuple):
    """There is code that can run."""

    metadata: CodeMetadata
    sizes: InstantiatedSectionSizes


def _instrumented(
    ext: Ext, paid: Precharge, code: CodeId, metadata: CodeMetadata
) -> Union[_Instrumented, Journal]:
    """Pay for the instrumented code, which is made anew if it is of other weights."""
    version = SCHEDULE.instruction_weights.version
    length = metadata.instrumented_code_len
    if length is not None and metadata.weights_version == version:
        ended = paid.charge(precharge.INSTRUMENTED_CODE, costs.reading_code(length))
        if ended is not None:
            return ended
        sizes = gear_program.codes.section_sizes(ext, code)
        if sizes is None:
            raise InvalidBlock("code %s is not instrumented" % code.hex())
        return _Instrumented(metadata, sizes)
    if (
        isinstance(metadata.instrumentation_status, InstrumentationFailed)
        and metadata.weights_version == version
    ):
        return _cannot_instrument(ext, paid)
    original_length = metadata.original_code_len
    for step, amount in (
        (precharge.ORIGINAL_CODE, costs.reading_code(original_length)),
        (precharge.INSTRUMENTATION, costs.instrumenting(original_length)),
    ):
        ended = paid.charge(step, amount)
        if ended is not None:
            return ended
    try:
        made = instrument_again(ext, code, metadata)
    except CodeError:
        return _cannot_instrument(ext, paid)
    return _Instrumented(made.metadata, made.instrumented.instantiated_section_sizes)


def instrument_again(ext: Ext, code: CodeId, metadata: CodeMetadata) -> Code:
    """Instrument code with the present weights and store the outcome.

    Raises CodeError if they, or the present rules, do not allow it: that is stored as well.
    """
    original = gear_program.codes.original(ext, code)
    if original is None:
        raise InvalidBlock("code %s is missing" % code.hex())
    try:
        made = new_code(original, SCHEDULE)
    except CodeError:
        version = SCHEDULE.instruction_weights.version
        gear_program.codes.replace_metadata(ext, code, metadata.failed(version))
        raise
    gear_program.codes.replace_instrumented(ext, code, made.instrumented, made.metadata)
    return made


def _cannot_instrument(ext: Ext, paid: Precharge) -> Journal:
    error = SimpleUnavailableActorError.REINSTRUMENTATION_FAILURE
    return process_unavailable(
        ext.blake2_256, paid.dispatch, paid.program_id, paid.gas.burned, error
    )
