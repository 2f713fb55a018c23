"""Reading the entries of each section."""

from typing import Callable, NamedTuple, Optional, Tuple

from parachain.runtime.gear.wasm.errors import ModuleError, ValidationError
from parachain.runtime.gear.wasm.instructions import read_body
from parachain.runtime.gear.wasm.leb128 import read_i32, read_i64
from parachain.runtime.gear.wasm.module import (
    FUNCTION,
    GLOBAL,
    MEMORY,
    TABLE,
    Body,
    Data,
    Element,
    Export,
    FunctionType,
    Global,
    GlobalType,
    Import,
    Initializer,
    Limits,
)
from parachain.runtime.gear.wasm.opcodes import END, GLOBAL_GET, I32, I32_CONST, I64, I64_CONST
from parachain.runtime.gear.wasm.reader import Reader

# Limits of wasmparser 0.230 (crates/wasmparser/src/limits.rs).
MAX_TYPES = 1_000_000
MAX_FUNCTIONS = 1_000_000
MAX_IMPORTS = 1_000_000
MAX_EXPORTS = 1_000_000
MAX_GLOBALS = 1_000_000
MAX_ELEMENT_SEGMENTS = 100_000
MAX_DATA_SEGMENTS = 100_000
MAX_TABLE_ENTRIES = 10_000_000
MAX_PARAMS = 1000
#: More than one result is the multi-value proposal.
MAX_RESULTS = 1

FUNCTION_TYPE_FORM = 0x60
#: A final sub type without a super type is the same function type in a longer form.
SUB_FINAL_FORM = 0x4F
FUNCREF = 0x70
#: Prefix of a nullable reference type; with FUNCREF behind it FUNCREF in a longer form.
REF_NULL = 0x63


def value_type(reader: Reader) -> int:
    """Read i32 or i64."""
    kind = reader.byte()
    if kind not in (I32, I64):
        raise ValidationError("value type 0x%02x is not accepted" % kind)
    return kind


def function_type(reader: Reader) -> FunctionType:
    """Entry of the type section."""
    form = reader.byte()
    if form == SUB_FINAL_FORM:
        if reader.u32():
            raise ValidationError("sub types are not accepted")
        form = reader.byte()
    if form != FUNCTION_TYPE_FORM:
        raise ValidationError("type form 0x%02x is not accepted" % form)
    params = reader.entries(value_type, MAX_PARAMS)
    return FunctionType(bytes(params), bytes(reader.entries(value_type, MAX_RESULTS)))


def limits(reader: Reader) -> Limits:
    """Smallest and largest size."""
    flags = reader.byte()
    if flags > 1:
        raise ValidationError("limits flags 0x%02x are not accepted" % flags)
    minimum = reader.u32()
    maximum = reader.u32() if flags else None
    if maximum is not None and minimum > maximum:
        raise ValidationError("size minimum must not be greater than maximum")
    return Limits(minimum, maximum)


def table(reader: Reader) -> Limits:
    """Type of a table of functions."""
    kind = reader.byte()
    if kind == REF_NULL:
        kind = reader.byte()
    if kind != FUNCREF:
        raise ValidationError("table of 0x%02x is not accepted" % kind)
    return limits(reader)


def global_type(reader: Reader) -> GlobalType:
    """Type and mutability of a global."""
    kind = value_type(reader)
    flags = reader.byte()
    if flags > 1:
        raise ValidationError("global flags 0x%02x are not accepted" % flags)
    return GlobalType(kind, flags == 1)


def import_entry(reader: Reader) -> Import:
    """Entry of the import section."""
    module, name = reader.name(), reader.name()
    kind = reader.byte()
    if kind == FUNCTION:
        return Import(module, name, kind, reader.u32())
    if kind == TABLE:
        return Import(module, name, kind, table(reader))
    if kind == MEMORY:
        return Import(module, name, kind, limits(reader))
    if kind == GLOBAL:
        return Import(module, name, kind, global_type(reader))
    raise ValidationError("import kind 0x%02x is not accepted" % kind)


def initializer(reader: Reader) -> Initializer:
    """Read a constant expression, which is one instruction without the extended-const proposal."""
    opcode = reader.byte()
    if opcode == I32_CONST:
        operand = reader.number(read_i32)
    elif opcode == I64_CONST:
        operand = reader.number(read_i64)
    elif opcode == GLOBAL_GET:
        operand = reader.u32()
    else:
        raise ValidationError("constant expression required, found 0x%02x" % opcode)
    if reader.byte() != END:
        raise ValidationError("constant expression of more than one instruction")
    return Initializer(opcode, operand)


def global_entry(reader: Reader) -> Global:
    """Entry of the global section."""
    return Global(global_type(reader), initializer(reader))


def export(reader: Reader) -> Export:
    """Entry of the export section."""
    name = reader.name()
    kind = reader.byte()
    if kind > GLOBAL:
        raise ValidationError("export kind 0x%02x is not accepted" % kind)
    return Export(name, kind, reader.u32())


def element(reader: Reader) -> Element:
    """Entry of the element section; the forms after 1.0 are valid for wasmparser, not here."""
    flags = reader.u32()
    if flags & 1:
        raise ModuleError("NonActiveElementKind")
    if flags & 2:
        raise ModuleError("ElementTableIdx")
    if flags & 4:
        raise ModuleError("ElementExpressions")
    if flags:
        raise ValidationError("invalid flags 0x%x of an element segment" % flags)
    return Element(initializer(reader), reader.entries(Reader.u32, MAX_TABLE_ENTRIES))


def data(reader: Reader) -> Data:
    """Entry of the data section."""
    flags = reader.u32()
    if flags == 1:
        raise ModuleError("PassiveDataKind")
    if flags > 2:
        raise ValidationError("invalid flags 0x%x of a data segment" % flags)
    if flags == 2 and reader.u32():
        raise ValidationError("unknown memory")
    return Data(initializer(reader), reader.take(reader.u32()))


def _local_group(reader: Reader) -> Tuple[int, int]:
    return reader.u32(), value_type(reader)


def body(reader: Reader) -> Body:
    """Entry of the code section."""
    inner = reader.inner()
    groups = inner.entries(_local_group, len(inner.data))
    try:
        return read_body(inner.data, inner.pos)._replace(locals=groups)
    except IndexError:
        raise ValidationError("a function body is cut off") from None


class SectionForm(NamedTuple):
    """How a section is read: the Module field, entries of what kind, and how many at most."""

    field: str
    entry: Callable[[Reader], object]
    limit: int


def sections() -> "dict[int, Optional[SectionForm]]":
    """Sections by id in the order they must have; None for those that are not lists."""
    return {
        1: SectionForm("types", function_type, MAX_TYPES),
        2: SectionForm("imports", import_entry, MAX_IMPORTS),
        3: SectionForm("functions", Reader.u32, MAX_FUNCTIONS),
        4: SectionForm("table", table, 1),
        5: SectionForm("memory", limits, 1),
        6: SectionForm("globals", global_entry, MAX_GLOBALS),
        7: SectionForm("exports", export, MAX_EXPORTS),
        8: None,  # start
        9: SectionForm("elements", element, MAX_ELEMENT_SEGMENTS),
        12: None,  # data count
        10: SectionForm("bodies", body, MAX_FUNCTIONS),
        11: SectionForm("data", data, MAX_DATA_SEGMENTS),
    }
