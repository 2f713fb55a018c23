"""Programs asked for their state, or the hash of its description: `state` and `metahash`.

The answer may be given by other code, which is handed the program's. Code of older weights is
instrumented again for the time of the query.
"""

from typing import Final, NamedTuple, Optional

from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.code.code import new_query_code
from parachain.runtime.gear.code.errors import CodeError
from parachain.runtime.gear.code.stored import (
    CodeMetadata,
    InstrumentationFailed,
    InstrumentedCode,
)
from parachain.runtime.gear.execution import ExecutableProgram
from parachain.runtime.gear.execution_for_reply import QueryFailed, execute_for_reply
from parachain.runtime.gear.ids import ActorId, CodeId
from parachain.runtime.gear.intervals import EMPTY
from parachain.runtime.gear.program import ActiveProgram
from parachain.runtime.gear.sandbox import ProgramCode
from parachain.runtime.gear.termination import UnknownTrap, failure_text
from parachain.runtime.pallets import gear_program, timestamp
from parachain.runtime.pallets.gear.block import block_number
from parachain.runtime.pallets.gear.calculation.dry_run import Undone, gas_allowance
from parachain.runtime.pallets.gear.calculation.failure import CalculationFailed
from parachain.runtime.pallets.gear.declarations import SCHEDULE
from parachain.runtime.pallets.gear.execution import host_of, instrument_again, program_code

_HASH: Final = 32

#: The program that code belongs to which belongs to none.
_NO_PROGRAM: Final = bytes(32)

#: Engines keep compiled code by its id: that of a query is of another make than a program's.
_QUERY: Final = b"query" + SCHEDULE.instruction_weights.version.to_bytes(4, "little")


def read_state(
    ext: Ext, program: ActorId, payload: bytes, allowance_multiplier: Optional[int] = None
) -> bytes:
    """What the program's `state` replies to `payload`. Raises CalculationFailed."""
    return _ask_program(ext, program, "state", payload, allowance_multiplier)


def read_metahash(ext: Ext, program: ActorId, allowance_multiplier: Optional[int] = None) -> bytes:
    """The first 32 bytes of what the program's `metahash` replies. Raises CalculationFailed."""
    answer = _ask_program(ext, program, "metahash", b"", allowance_multiplier)
    if len(answer) < _HASH:
        raise CalculationFailed("Failed to decode hash")
    return answer[:_HASH]


def read_state_using_wasm(
    ext: Ext,
    program: ActorId,
    payload: bytes,
    function: bytes,
    wasm: bytes,
    argument: Optional[bytes] = None,
    allowance_multiplier: Optional[int] = None,
) -> bytes:
    """What `function` of `wasm` replies to `argument` and the program's state behind it.

    Raises CalculationFailed.
    """
    try:
        name = function.decode()
    except UnicodeDecodeError as error:
        raise CalculationFailed("Non-utf8 function name") from error
    limit = SCHEDULE.limits.code_len
    if len(wasm) > limit:
        raise CalculationFailed("Wasm too big")
    try:
        code = new_query_code(wasm, SCHEDULE)
    except CodeError as error:
        raise CalculationFailed("Failed to construct program: %s" % error) from error
    if len(code.instrumented) > limit:
        raise CalculationFailed("Wasm after instrumentation too big")
    state = read_state(ext, program, payload, allowance_multiplier)
    if name not in code.functions:
        text = failure_text(UnknownTrap())
        raise CalculationFailed("Program execution failed with error: %s" % text)
    key = ext.blake2_256(wasm) + _QUERY
    asked = ExecutableProgram(
        _NO_PROGRAM,
        ProgramCode(key, lambda: code.instrumented),
        code.static_pages,
        code.stack_end,
        EMPTY,
        lambda _page: None,
    )
    return _ask(ext, asked, name, (argument or b"") + state, allowance_multiplier)


def _ask_program(
    ext: Ext, program: ActorId, function: str, payload: bytes, multiplier: Optional[int]
) -> bytes:
    with Undone(ext):
        return _ask(ext, _executable(ext, program), function, payload, multiplier)


def _ask(
    ext: Ext, program: ExecutableProgram, function: str, payload: bytes, multiplier: Optional[int]
) -> bytes:
    gas = gas_allowance(ext, multiplier)
    height, now = block_number(ext), timestamp.now(ext)
    try:
        return execute_for_reply(host_of(ext), program, function, payload, gas, height, now)
    except QueryFailed as failure:
        raise CalculationFailed(str(failure)) from failure


# -- the program and its code ------------------------------------------------------------------


class _Code(NamedTuple):
    metadata: CodeMetadata
    instrumented: InstrumentedCode


def _executable(ext: Ext, address: ActorId) -> ExecutableProgram:
    """The program as the state has it. Raises CalculationFailed if it cannot run."""
    program = gear_program.programs.get(ext, address)
    if program is None:
        raise CalculationFailed("Program not found")
    if not isinstance(program, ActiveProgram):
        raise CalculationFailed("Get active program error: InactiveProgramError")
    infix = program.memory_infix

    def load_page(page: int) -> Optional[bytes]:
        return gear_program.memory.page(ext, address, infix, page)

    metadata, instrumented = _code(ext, address, program.code_id)
    return ExecutableProgram(
        address,
        program_code(program.code_id, instrumented),
        metadata.static_pages,
        metadata.stack_end,
        gear_program.programs.allocations(ext, address) or EMPTY,
        load_page,
    )


def _code(ext: Ext, program: ActorId, code: CodeId) -> _Code:
    metadata = gear_program.codes.metadata(ext, code)
    if metadata is None:
        raise CalculationFailed(
            "Code '%s' not found for program '%s'" % (_hex(code), _hex(program))
        )
    version = SCHEDULE.instruction_weights.version
    if metadata.weights_version != version:
        try:
            made = instrument_again(ext, code, metadata)
        except CodeError as error:
            text = "Code %s failed reinstrumentation: %s" % (_hex(code), error)
            raise CalculationFailed(text) from error
        return _Code(made.metadata, made.instrumented)
    if isinstance(metadata.instrumentation_status, InstrumentationFailed):
        raise CalculationFailed(
            "Re-instrumentation already failed for program '%s' with instructions weights "
            "version %d" % (_hex(program), version)
        )
    instrumented = gear_program.codes.instrumented(ext, code)
    if instrumented is None:
        raise CalculationFailed(
            "Program '%s' exists so must do code '%s'" % (_hex(program), _hex(code))
        )
    return _Code(metadata, instrumented)


def _hex(identifier: bytes) -> str:
    return "0x" + identifier.hex()
