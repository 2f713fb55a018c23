"""Rewriting of instrumented code so that first accesses to pages of memory are noticed.

The reference protects pages and catches the fault. Here a second memory, which the program cannot
name, says for each Gear page of 16 KiB whether it may be read and written; every load and store
looks there first, and where it says no, the host function `page_fault` is called. What is stored
and charged is the code before this. The second memory also carries `gear_gas` to host functions
and back.

The outcome has two memories, which is a later feature of WebAssembly; both are exported, and
nothing but functions is imported. Its entry points begin with all globals at their first values:
an instance whose memories are as they were at first may be used for another execution.
"""

from typing import Any, Dict, Final, List, NamedTuple, Optional, Tuple

from parachain.runtime.gear.instrumentation.instrument import GAS_GLOBAL, HOST_MODULE
from parachain.runtime.gear.page_access import (
    CHECK,
    LOOK,
    LOOKS,
    MAX_MEMORY_PAGES,
    SIZE,
    Places,
    Rewriter,
    check_body,
    entry_wrapper,
    global_anew,
    import_wrapper,
    look_body,
)
from parachain.runtime.gear.sandbox import InstantiationError
from parachain.runtime.gear.wasm.leb128 import unsigned
from parachain.runtime.gear.wasm.module import (
    FUNCTION,
    GLOBAL,
    MEMORY,
    Body,
    Element,
    Export,
    FunctionType,
    Import,
    Limits,
    Module,
)
from parachain.runtime.gear.wasm.opcodes import END, I32, I64, UNREACHABLE
from parachain.runtime.gear.wasm.parser import CUSTOM, HEADER
from parachain.runtime.gear.wasm.reader import Reader
from parachain.runtime.gear.wasm.sections import SectionForm, sections
from parachain.runtime.gear.wasm.writer import write, write_initializer, write_sections

#: Changes whenever the outcome does: engines keep what they compiled by it.
VERSION: Final = 4

#: The names under which the outcome exports the program's memory, and the second one.
MEMORY_EXPORT: Final = "memory"
PAGES_EXPORT: Final = "pages"
#: The function that the outcome imports besides system calls: (address, size and kind) → ().
PAGE_FAULT: Final = "page_fault"
#: The name under which programs import their memory.
MEMORY_IMPORT: Final = "memory"

_MEMORY_SECTION: Final = 5
_CODE_SECTION: Final = 10
_FAULT: Final = FunctionType(bytes((I32, I32)), b"")
_ENTRY: Final = FunctionType(b"", b"")
#: Locals that rewriting adds to a body with `Rewriter`, those of `check`, those of a look.
_SCRATCH: Final = ((2, I32), (1, I64))
_CHECK_LOCALS: Final = ((2, I64),)
_LOOK_LOCALS: Final = ((1, I32),)
#: A function with more locals than this has no room for ours, as engines allow 50,000. It never
#: runs: the stack limiter counts locals, and stops its caller.
_MAX_LOCALS: Final = 50_000 - 3
_NEVER_RUN: Final = bytes((UNREACHABLE, END))
_SECTIONS: Final = sections()


class _RawBody(NamedTuple):
    """A body whose instructions are not looked at yet."""

    locals: Tuple[Tuple[int, int], ...]
    code: bytes


def add_page_checks(code: bytes) -> bytes:
    """Rewrite instrumented code. Raises InstantiationError if its imports cannot be linked."""
    module, bodies = _read(code)
    minimum = _linked_memory(module)
    types, functions = module.types or (), module.functions or ()
    imports = [entry for entry in module.imports or () if entry.kind == FUNCTION]
    import_types = [entry.type for entry in imports if isinstance(entry.type, int)]
    entries = [entry for entry in module.exports or () if entry.kind == FUNCTION]
    first_wrapper = len(imports) + 1 + len(functions)
    check = first_wrapper + len(imports)
    places = Places(len(imports), first_wrapper, check, _gas_global(module))
    rewriter = Rewriter(places)
    new_bodies: List[Body] = []
    for index, body in zip(functions, bodies):
        scratch = len(types[index].params) + sum([count for count, _ in body.locals])
        if scratch > _MAX_LOCALS:
            new_bodies.append(_body((), _NEVER_RUN))
        else:
            new_bodies.append(_body((*body.locals, *_SCRATCH), rewriter.body(body.code, scratch)))
    for position, index in enumerate(import_types):
        new_bodies.append(_body((), import_wrapper(places, position, types[index])))
    new_bodies.append(_body(_CHECK_LOCALS, check_body(places)))
    new_bodies += [_body(_LOOK_LOCALS, look_body(places, kind)) for kind in range(LOOKS)]
    anew = _globals_anew(module)
    new_bodies += [_body((), entry_wrapper(places, places.moved(e.item), anew)) for e in entries]
    fault_type, check_type, look_type, entry_type = range(len(types), len(types) + 4)
    wrapped = (
        *import_types,
        check_type,
        *[look_type for _ in range(LOOKS)],
        *[entry_type for _ in entries],
    )
    rewritten = write_sections(
        Module(
            types=(*types, _FAULT, CHECK, LOOK, _ENTRY),
            imports=(*imports, Import(HOST_MODULE, PAGE_FAULT, FUNCTION, fault_type)),
            functions=(*functions, *wrapped),
            table=module.table,
            globals=module.globals,
            exports=(
                *[
                    Export(entry.name, FUNCTION, places.first_entry + position)
                    for position, entry in enumerate(entries)
                ],
                Export(GAS_GLOBAL, GLOBAL, places.gas),
                Export(MEMORY_EXPORT, MEMORY, 0),
                Export(PAGES_EXPORT, MEMORY, 1),
            ),
            elements=_moved(places, module.elements),
            bodies=tuple(new_bodies),
            data=module.data,
        )
    )
    memories = b"\2\0" + unsigned(minimum) + b"\1" + unsigned(SIZE) + unsigned(SIZE)
    before = [section for section in rewritten if section[0] < _MEMORY_SECTION]
    return write([*before, (_MEMORY_SECTION, memories), *rewritten[len(before) :]])


def _body(groups: Tuple[Tuple[int, int], ...], code: bytes) -> Body:
    return Body(groups, code, b"", [], [])


def _globals_anew(module: Module) -> bytes:
    """Code that sets all globals to their first values. None of them is imported."""
    return b"".join(
        [
            global_anew(index, write_initializer(entry.value))
            for index, entry in enumerate(module.globals or ())
            if entry.type.mutable
        ]
    )


def _moved(
    places: Places, elements: Optional[Tuple[Element, ...]]
) -> Optional[Tuple[Element, ...]]:
    if elements is None:
        return None
    return tuple(
        [
            Element(offset, tuple([places.moved(function) for function in functions]))
            for offset, functions in elements
        ]
    )


def _gas_global(module: Module) -> int:
    for entry in module.exports or ():
        if entry.name == GAS_GLOBAL and entry.kind == GLOBAL:
            return entry.item
    raise InstantiationError("the code is not instrumented: no global %s" % GAS_GLOBAL)


def _linked_memory(module: Module) -> int:
    """Pages that the imported memory has at least.

    Raises InstantiationError if anything is imported from elsewhere than the host's module, or
    the memory by another name or with a maximum, which the host's memory has not.
    """
    minimum = None
    for entry in module.imports or ():
        if entry.module != HOST_MODULE:
            raise InstantiationError("import of %s.%s" % (entry.module, entry.name))
        if isinstance(entry.type, Limits):
            if entry.name != MEMORY_IMPORT or entry.type.maximum is not None:
                raise InstantiationError("memory %s of %r pages" % (entry.name, entry.type))
            minimum = entry.type.minimum
    if minimum is None or minimum > MAX_MEMORY_PAGES:
        raise InstantiationError("memory of %r pages" % (minimum,))
    return minimum


def _raw_body(reader: Reader) -> _RawBody:
    inner = reader.inner()
    groups = inner.entries(lambda group: (group.u32(), group.byte()), len(inner.data))
    return _RawBody(groups, inner.data[inner.pos :])


def _read(code: bytes) -> Tuple[Module, Tuple[_RawBody, ...]]:
    """Read code that is known to be valid, without looking into its bodies."""
    reader = Reader(code, len(HEADER))
    read: Dict[str, Any] = {}
    bodies: Tuple[_RawBody, ...] = ()
    while not reader.is_at_end():
        section, content = reader.byte(), reader.inner()
        form: Optional[SectionForm] = None if section == CUSTOM else _SECTIONS[section]
        if section == _CODE_SECTION:
            bodies = content.entries(_raw_body, len(content.data))
        elif form is not None:
            entries = content.entries(form.entry, form.limit)
            single = form.field == "table"
            read[form.field] = entries[0] if single and entries else None if single else entries
    return Module(**read), bodies
