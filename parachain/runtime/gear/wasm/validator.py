"""Validation of a module: what its sections say must hold together, then the body of each function.

The outcome is that of wasmparser 0.230 with the features WASM1 and SIGN_EXTENSION, without FLOATS.
Wording and order of the complaints are our own.
"""

from typing import Final, List, Optional, Tuple

from parachain.runtime.gear.wasm.errors import ValidationError
from parachain.runtime.gear.wasm.function_validator import Context, validate_body
from parachain.runtime.gear.wasm.module import (
    GLOBAL,
    MEMORY,
    TABLE,
    FunctionType,
    GlobalType,
    Initializer,
    Limits,
    Module,
    function_type_indices,
    imported,
)
from parachain.runtime.gear.wasm.opcodes import GLOBAL_GET, I32, I32_CONST, I64

#: Most pages of 64 KiB in a 32-bit address space.
MAX_MEMORY_PAGES: Final = 65_536


def validate(module: Module) -> None:
    """Check everything that reading did not. Raises ValidationError."""
    types = module.types or ()
    functions = [_type(types, index) for index in function_type_indices(module)]
    tables = _limits(module, TABLE, module.table)
    memories = _limits(module, MEMORY, module.memory)
    if len(tables) > 1 or len(memories) > 1:
        raise ValidationError("more than one table or memory")
    for memory in memories:
        if max(memory.minimum, memory.maximum or 0) > MAX_MEMORY_PAGES:
            raise ValidationError("memory size must be at most %d pages" % MAX_MEMORY_PAGES)
    imported_globals = _imported_globals(module)
    for entry in module.globals or ():
        _check_initializer(imported_globals, entry.value, entry.type.value_type)
    global_types = imported_globals + [entry.type for entry in module.globals or ()]
    _check_exports(module, (len(functions), len(tables), len(memories), len(global_types)))
    if module.start is not None:
        kind = _item(functions, module.start, "function")
        if kind.params or kind.results:
            raise ValidationError("invalid start function type")
    for element in module.elements or ():
        if not tables:
            raise ValidationError("unknown table 0")
        _check_initializer(imported_globals, element.offset, I32)
        for function in element.functions:
            _item(functions, function, "function")
    context = Context(types, functions, global_types, bool(tables), bool(memories))
    defined = functions[len(functions) - len(module.functions or ()) :]
    for kind, body in zip(defined, module.bodies or ()):
        validate_body(context, kind, body)
    for segment in module.data or ():
        if not memories:
            raise ValidationError("unknown memory 0")
        _check_initializer(imported_globals, segment.offset, I32)


def _type(types: Tuple[FunctionType, ...], index: int) -> FunctionType:
    if index >= len(types):
        raise ValidationError("unknown type %d" % index)
    return types[index]


def _item(functions: List[FunctionType], index: int, what: str) -> FunctionType:
    if index >= len(functions):
        raise ValidationError("unknown %s %d" % (what, index))
    return functions[index]


def _limits(module: Module, kind: int, defined: Optional[Limits]) -> List[Limits]:
    found = [entry.type for entry in imported(module, kind) if isinstance(entry.type, Limits)]
    return found if defined is None else [*found, defined]


def _imported_globals(module: Module) -> List[GlobalType]:
    entries = imported(module, GLOBAL)
    return [entry.type for entry in entries if isinstance(entry.type, GlobalType)]


def _check_initializer(known: List[GlobalType], initializer: Initializer, expected: int) -> None:
    if initializer.opcode == GLOBAL_GET:
        if initializer.operand >= len(known):
            raise ValidationError("constant expression required: global.get of an own global")
        found, mutable = known[initializer.operand]
        if mutable:
            raise ValidationError("constant expression required: global.get of a mutable global")
    else:
        found = I32 if initializer.opcode == I32_CONST else I64
    if found != expected:
        raise ValidationError("type mismatch: 0x%02x instead of 0x%02x" % (found, expected))


def _check_exports(module: Module, counts: Tuple[int, int, int, int]) -> None:
    """`counts` are the sizes of the index spaces, by kind."""
    seen: "dict[str, None]" = {}
    for export in module.exports or ():
        if export.item >= counts[export.kind]:
            raise ValidationError("export %r of an unknown item %d" % (export.name, export.item))
        if export.name in seen:
            raise ValidationError("duplicate export name %r" % export.name)
        seen[export.name] = None
