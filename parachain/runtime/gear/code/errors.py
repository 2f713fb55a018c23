"""Why valid WebAssembly is not the code of a program.

One class for each group of the reference's CodeError; `reason` is the name within the group.
Source: gear, protocol/core/src/code/errors.rs.
"""

from parachain.runtime.gear.instrumentation.errors import InstrumentationError
from parachain.runtime.gear.wasm.errors import CodeError, ModuleError, ValidationError

__all__ = [
    "CodeError",
    "CodeTooLarge",
    "CompileLimitError",
    "DataSectionError",
    "ExportError",
    "ImportedItemError",
    "InstrumentationError",
    "ModuleError",
    "SectionError",
    "StackEndError",
    "StaticMemoryError",
    "TypeSectionError",
    "ValidationError",
]


class CodeTooLarge(CodeError):  # noqa: N818  # the name clients know
    """The code, as given or as instrumented, is longer than `limits.code_len`."""


class CompileLimitError(CodeError):
    """Functions, Locals, FunctionWork, UncountedOperands, ...: see `compile_limits`."""


class SectionError(CodeError):
    """NotFound or NotSupported, with the section's name."""


class StaticMemoryError(CodeError):
    """EntryNotFound or InvalidStaticPageCount: of the imported memory."""


class StackEndError(CodeError):
    """Initialization, NotAligned or OutOfStatic: of the global `__gear_stack_end`."""


class DataSectionError(CodeError):
    """Initialization, GearStackOverlaps, EndAddressOverflow, ... of a data segment."""


class TypeSectionError(CodeError):
    """LengthLimitExceeded or ParametersPerTypeLimitExceeded."""


class ExportError(CodeError):
    """MutableGlobalExport, ExcessExport, RequiredExportNotFound, ..."""


class ImportedItemError(CodeError):
    """UnknownImport, DuplicateImport, InvalidImportFnSignature or UnexpectedImportKind."""
