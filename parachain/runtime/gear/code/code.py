"""From the bytes that a user uploads to a code that can run, or the reason why not.

Source: gear, protocol/core/src/code/mod.rs, `Code::try_new`.
"""

from typing import Final, NamedTuple, Optional, Tuple

from parachain.runtime.gear.code import checks
from parachain.runtime.gear.code.compile_limits import check_compile_limits
from parachain.runtime.gear.code.errors import CodeTooLarge, SectionError, TypeSectionError
from parachain.runtime.gear.code.section_sizes import section_sizes
from parachain.runtime.gear.code.stored import CodeMetadata, Instrumented, InstrumentedCode
from parachain.runtime.gear.instrumentation.costs import costs
from parachain.runtime.gear.instrumentation.instrument import instrument
from parachain.runtime.gear.schedule import Schedule
from parachain.runtime.gear.wasm.parser import parse
from parachain.runtime.gear.wasm.validator import validate
from parachain.runtime.gear.wasm.writer import write, write_sections


class Code(NamedTuple):
    """Code as uploaded, as instrumented, and what is known of it."""

    original: bytes
    instrumented: InstrumentedCode
    metadata: CodeMetadata


def new_code(original: bytes, schedule: Schedule) -> Code:
    """Check and instrument. Raises CodeError, and nothing else for whatever bytes."""
    limits = schedule.limits
    _check_length(original, limits.code_len)
    module = parse(original)
    validate(module)
    pages = checks.static_pages(module)
    module, stack_end = checks.take_stack_end(module, pages)
    checks.check_data(module, pages, stack_end, limits.data_segments_amount)
    checks.check_exported_globals(module)
    if module.start is not None:
        raise SectionError("NotSupported", "start section")
    checks.check_exports(module)
    checks.check_imports(module)
    checks.check_types(module, limits.parameters)
    check_compile_limits(module)
    exports = checks.exported_kinds(module)
    weights = schedule.instruction_weights
    module = instrument(module, costs(weights), limits.stack_height)
    sections = write_sections(module)
    sizes = section_sizes(module, sections)
    if sizes.type_section > limits.type_section_len:
        detail = "%d of %d" % (sizes.type_section, limits.type_section_len)
        raise TypeSectionError("LengthLimitExceeded", detail)
    code = write(sections)
    _check_length(code, limits.code_len)
    status = Instrumented(weights.version, len(code))
    metadata = CodeMetadata(len(original), exports, pages, stack_end, status)
    return Code(original, InstrumentedCode(code, sizes), metadata)


class QueryCode(NamedTuple):
    """Code that is no program, as instrumented, and the names of the functions it exports."""

    instrumented: bytes
    static_pages: int
    stack_end: Optional[int]
    functions: Tuple[str, ...]


def new_query_code(original: bytes, schedule: Schedule) -> QueryCode:
    """Check and instrument code that is only to be asked, outside of any block.

    It may export functions of any names, of which those can be called that neither take nor return
    anything; the others are dropped. Its stack is limited by the engine alone. Raises CodeError.
    """
    module = parse(original)
    validate(module)
    pages = checks.static_pages(module)
    module, stack_end = checks.take_stack_end(module, pages)
    checks.check_data(module, pages, stack_end, _ANY_AMOUNT)
    checks.check_exported_globals(module)
    if module.start is not None:
        raise SectionError("NotSupported", "start section")
    checks.check_imports(module)
    check_compile_limits(module, has_limiter=False)
    exports = checks.callable_exports(module)
    module = module._replace(exports=exports)
    module = instrument(module, costs(schedule.instruction_weights), None)
    code = write(write_sections(module))
    return QueryCode(code, pages, stack_end, tuple([export.name for export in exports]))


#: More data segments than the format can have.
_ANY_AMOUNT: Final = 2**32


def _check_length(code: bytes, limit: int) -> None:
    if len(code) > limit:
        raise CodeTooLarge("CodeTooLarge", "%d bytes, the limit is %d" % (len(code), limit))
