"""What a valid module must keep to be a program, each rule a function.

Source: gear, protocol/core/src/code/utils.rs.
"""

from typing import Dict, Final, List, Optional, Tuple, TypeVar

from parachain.runtime.gear.code.errors import (
    DataSectionError,
    ExportError,
    ImportedItemError,
    SectionError,
    StackEndError,
    StaticMemoryError,
    TypeSectionError,
)
from parachain.runtime.gear.code.syscalls import SYSCALLS
from parachain.runtime.gear.dispatch import DispatchKind
from parachain.runtime.gear.pages import WASM_PAGE_SIZE
from parachain.runtime.gear.wasm.module import (
    FUNCTION,
    GLOBAL,
    TABLE,
    Export,
    Global,
    Initializer,
    Limits,
    Module,
    imported,
)
from parachain.runtime.gear.wasm.opcodes import I32_CONST

T = TypeVar("T")

U32_MAX: Final = 2**32 - 1
#: Most pages of a program's memory: 2 GiB.
MAX_PAGES: Final = 2**15

#: Entry points, and two functions that are read from outside a chain.
ENTRY_POINTS: Final[Dict[str, DispatchKind]] = {
    "init": DispatchKind.INIT,
    "handle": DispatchKind.HANDLE,
    "handle_reply": DispatchKind.REPLY,
    "handle_signal": DispatchKind.SIGNAL,
}
ALLOWED_EXPORTS: Final = (*ENTRY_POINTS, "state", "metahash")
#: At least one of these must be there.
REQUIRED_EXPORTS: Final = ("init", "handle")
#: Export of the global that says where the program's stack ends; written by the linker's wrapper.
STACK_END: Final = "__gear_stack_end"


def static_pages(module: Module) -> int:
    """Pages of the imported memory at the start."""
    if module.imports is None:
        raise SectionError("NotFound", "import section")
    for entry in module.imports:
        if isinstance(entry.type, Limits) and entry.kind != TABLE:
            if entry.type.minimum > MAX_PAGES:
                raise StaticMemoryError("InvalidStaticPageCount", "%d" % entry.type.minimum)
            return entry.type.minimum
    raise StaticMemoryError("EntryNotFound", "no memory is imported")


def _constant(value: Initializer) -> Optional[int]:
    """Value of an i32.const as u32; None for anything else."""
    return value.operand & U32_MAX if value.opcode == I32_CONST else None


def _exported_global(module: Module, first_own: int, position: int, export: Export) -> Global:
    index = export.item - first_own
    if index < 0:
        detail = "export %d is imported global %d" % (position, export.item)
        raise ExportError("ExportReferencesToImportGlobal", detail)
    own = module.globals or ()
    if index >= len(own):
        raise ExportError("IncorrectGlobalIndex", "%d in export %d" % (export.item, position))
    return own[index]


def take_stack_end(module: Module, pages: int) -> Tuple[Module, Optional[int]]:
    """Module without the export of the stack's end, and the page where the stack ends."""
    exports = module.exports or ()
    names = [export.name if export.kind == GLOBAL else "" for export in exports]
    if STACK_END not in names:
        return module, None
    position = names.index(STACK_END)
    first_own = len(imported(module, GLOBAL))
    offset = _constant(_exported_global(module, first_own, position, exports[position]).value)
    if offset is None:
        raise StackEndError("Initialization", "not by one i32.const")
    if offset % WASM_PAGE_SIZE:
        raise StackEndError("NotAligned", "0x%x" % offset)
    if offset // WASM_PAGE_SIZE > pages:
        raise StackEndError("OutOfStatic", "0x%x of %d pages" % (offset, pages))
    kept = tuple([entry for entry in exports if entry.name != STACK_END])
    return module._replace(exports=kept), offset // WASM_PAGE_SIZE


def check_data(module: Module, pages: int, stack_end: Optional[int], limit: int) -> None:
    """Data segments: at most `limit`, at constants, above the stack and within static memory."""
    segments = module.data or ()
    if len(segments) > limit:
        raise DataSectionError("DataSegmentsAmountLimit", "%d of %d" % (len(segments), limit))
    for segment in segments:
        offset = _constant(segment.offset)
        if offset is None:
            raise DataSectionError("Initialization", "not by one i32.const")
        if stack_end is not None and offset < stack_end * WASM_PAGE_SIZE:
            raise DataSectionError("GearStackOverlaps", "segment at 0x%x" % offset)
        if not segment.content:
            continue
        last = offset + len(segment.content) - 1
        if last > U32_MAX:
            raise DataSectionError("EndAddressOverflow", "segment at 0x%x" % offset)
        if last >= pages * WASM_PAGE_SIZE:
            raise DataSectionError("EndAddressOutOfStaticMemory", "0x%x to 0x%x" % (offset, last))


def check_exported_globals(module: Module) -> None:
    """No global that is mutable or imported may be exported."""
    first_own = len(imported(module, GLOBAL))
    for position, export in enumerate(module.exports or ()):
        if export.kind != GLOBAL:
            continue
        if _exported_global(module, first_own, position, export).type.mutable:
            raise ExportError("MutableGlobalExport", "%d in export %d" % (export.item, position))


def check_exports(module: Module) -> None:
    """Exported functions: allowed names, ()→(), of the module itself, `init` or `handle` there."""
    types = _found(module.types, "type")
    functions = _found(module.functions, "function")
    exports = _found(module.exports, "export")
    first_own = len(imported(module, FUNCTION))
    has_entry = False
    for position, export in enumerate(exports):
        if export.kind != FUNCTION:
            continue
        if export.item < first_own:
            detail = "export %d is imported function %d" % (position, export.item)
            raise ExportError("ExportReferencesToImportFunction", detail)
        if export.name not in ALLOWED_EXPORTS:
            raise ExportError("ExcessExport", "export %d, %r" % (position, export.name))
        kind = types[functions[export.item - first_own]]
        if kind.params or kind.results:
            raise ExportError("InvalidExportFnSignature", "export %d" % position)
        has_entry = has_entry or export.name in REQUIRED_EXPORTS
    if not has_entry:
        raise ExportError("RequiredExportNotFound", "neither init nor handle is exported")


def check_imports(module: Module) -> None:
    """Imported functions: system calls by their exact signature, each once; no global or table.

    The name of the module they are imported from is not looked at; linking does that.
    """
    types = _found(module.types, "type")
    imports = _found(module.imports, "import")
    seen: Dict[str, None] = {}
    for position, entry in enumerate(imports):
        if entry.kind in (GLOBAL, TABLE):
            raise ImportedItemError("UnexpectedImportKind", "import %d" % position)
        if not isinstance(entry.type, int):
            continue
        where = "import %d, %r" % (position, entry.name)
        signature = SYSCALLS.get(entry.name)
        if signature is None:
            raise ImportedItemError("UnknownImport", where)
        if entry.name in seen:
            raise ImportedItemError("DuplicateImport", where)
        seen[entry.name] = None
        if types[entry.type] != signature:
            raise ImportedItemError("InvalidImportFnSignature", where)


def check_types(module: Module, limit: int) -> None:
    """Parameters and results of each function type: at most `limit` together."""
    for kind in module.types or ():
        if len(kind.params) + len(kind.results) > limit:
            detail = "%d of %d" % (len(kind.params), limit)
            raise TypeSectionError("ParametersPerTypeLimitExceeded", detail)


def exported_kinds(module: Module) -> Tuple[DispatchKind, ...]:
    """Entry points that the module exports, ascending."""
    names = [export.name for export in module.exports or () if export.kind == FUNCTION]
    found: List[DispatchKind] = [ENTRY_POINTS[name] for name in names if name in ENTRY_POINTS]
    return tuple(sorted(found))


def callable_exports(module: Module) -> Tuple[Export, ...]:
    """Exported functions of the module itself that are ()→(). Raises SectionError if no section."""
    exports = _found(module.exports, "export")
    types, functions = module.types or (), module.functions or ()
    first_own = len(imported(module, FUNCTION))
    found: List[Export] = []
    for export in exports:
        if export.kind == FUNCTION and export.item >= first_own:
            kind = types[functions[export.item - first_own]]
            if not kind.params and not kind.results:
                found.append(export)
    return tuple(found)


def _found(section: Optional[Tuple[T, ...]], name: str) -> Tuple[T, ...]:
    if section is None:
        raise SectionError("NotFound", "%s section" % name)
    return section
