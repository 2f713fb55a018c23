"""From a Module to bytes, in canonical form: each section that is present, in order, names last."""

from typing import Callable, List, Optional, Sequence, Tuple, TypeVar

from parachain.runtime.gear.wasm.leb128 import signed, unsigned
from parachain.runtime.gear.wasm.module import (
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
    Module,
    Names,
)
from parachain.runtime.gear.wasm.opcodes import END, GLOBAL_GET
from parachain.runtime.gear.wasm.parser import CUSTOM, HEADER, NAME, START
from parachain.runtime.gear.wasm.sections import FUNCREF, FUNCTION_TYPE_FORM

T = TypeVar("T")


def write(sections: List[Tuple[int, bytes]]) -> bytes:
    """Binary of the sections that `write_sections` has made."""
    framed = [bytes((section,)) + _sized(content) for section, content in sections]
    return b"".join([HEADER, *framed])


def write_sections(module: Module) -> List[Tuple[int, bytes]]:
    """Id and content of each section that is present, in order, the name section last."""
    written = (
        (1, _entries(module.types, _function_type)),
        (2, _entries(module.imports, _import)),
        (3, _entries(module.functions, unsigned)),
        (4, _entries(None if module.table is None else (module.table,), _table)),
        (5, _entries(None if module.memory is None else (module.memory,), _limits)),
        (6, _entries(module.globals, _global)),
        (7, _entries(module.exports, _export)),
        (START, None if module.start is None else unsigned(module.start)),
        (9, _entries(module.elements, _element)),
        (10, _entries(module.bodies, _body)),
        (11, _entries(module.data, _data)),
        (CUSTOM, None if module.names is None else _names(module.names)),
    )
    return [(section, content) for section, content in written if content is not None]


def _sized(content: bytes) -> bytes:
    return unsigned(len(content)) + content


def _entries(entries: Optional[Sequence[T]], write_one: Callable[[T], bytes]) -> Optional[bytes]:
    if entries is None:
        return None
    return unsigned(len(entries)) + b"".join(map(write_one, entries))


def _names(names: Tuple[Names, ...]) -> bytes:
    subsections = [bytes((entry.id,)) + _sized(entry.content) for entry in names]
    return _sized(NAME.encode()) + b"".join(subsections)


def _function_type(value: FunctionType) -> bytes:
    return bytes((FUNCTION_TYPE_FORM,)) + _sized(value.params) + _sized(value.results)


def _limits(value: Limits) -> bytes:
    if value.maximum is None:
        return b"\0" + unsigned(value.minimum)
    return b"\1" + unsigned(value.minimum) + unsigned(value.maximum)


def _table(value: Limits) -> bytes:
    return bytes((FUNCREF,)) + _limits(value)


def _global_type(value: GlobalType) -> bytes:
    return bytes((value.value_type, value.mutable))


def _import(value: Import) -> bytes:
    what = value.type
    if isinstance(what, int):
        encoded = unsigned(what)
    elif isinstance(what, GlobalType):
        encoded = _global_type(what)
    else:
        encoded = _table(what) if value.kind == TABLE else _limits(what)
    names = _sized(value.module.encode()) + _sized(value.name.encode())
    return names + bytes((value.kind,)) + encoded


def write_initializer(value: Initializer) -> bytes:
    """The instruction of a constant expression, without the end that closes one in a section."""
    number = unsigned if value.opcode == GLOBAL_GET else signed
    return bytes((value.opcode,)) + number(value.operand)


def _initializer(value: Initializer) -> bytes:
    return write_initializer(value) + bytes((END,))


def _global(value: Global) -> bytes:
    return _global_type(value.type) + _initializer(value.value)


def _export(value: Export) -> bytes:
    return _sized(value.name.encode()) + bytes((value.kind,)) + unsigned(value.item)


def _element(value: Element) -> bytes:
    items = b"".join(map(unsigned, value.functions))
    return b"\0" + _initializer(value.offset) + unsigned(len(value.functions)) + items


def _local_group(group: Tuple[int, int]) -> bytes:
    return unsigned(group[0]) + bytes((group[1],))


def _body(value: Body) -> bytes:
    groups: List[bytes] = [_local_group(group) for group in value.locals]
    return _sized(unsigned(len(groups)) + b"".join(groups) + value.code)


def _data(value: Data) -> bytes:
    return b"\0" + _initializer(value.offset) + _sized(value.content)
