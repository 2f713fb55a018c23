"""What is stored of a program's code, besides the original bytes.

Source: gear, protocol/core/src/code/{instrumented,metadata}.rs.
"""

from typing import Final, NamedTuple, Optional, Tuple, Union

from parachain.primitives.scale import (
    BYTES,
    U32,
    Codec,
    btree_set,
    enum,
    fields,
    option,
    struct,
    variant,
)
from parachain.runtime.gear.dispatch import DISPATCH_KIND, DispatchKind
from parachain.runtime.gear.pages import WASM_PAGE, WASM_PAGES_AMOUNT


class InstantiatedSectionSizes(NamedTuple):
    """Bytes that instantiating a program is charged for, by section of the instrumented code."""

    code_section: int
    data_section: int
    global_section: int
    table_section: int
    element_section: int
    type_section: int


class InstrumentedCode(NamedTuple):
    """The code that is run."""

    bytes: bytes
    instantiated_section_sizes: InstantiatedSectionSizes


class NotInstrumented(NamedTuple):
    """There is no instrumented code yet."""


class Instrumented(NamedTuple):
    """Instrumented with this version of the instruction weights, to this length."""

    version: int
    code_len: int


class InstrumentationFailed(NamedTuple):
    """Cannot be instrumented with this version of the instruction weights."""

    version: int


InstrumentationStatus = Union[NotInstrumented, Instrumented, InstrumentationFailed]


class CodeMetadata(NamedTuple):
    """What is known of a code without looking into it.

    Pages are of 64 KiB; `stack_end` is the first page behind the program's own stack.
    """

    original_code_len: int
    exports: Tuple[DispatchKind, ...]
    static_pages: int
    stack_end: Optional[int]
    instrumentation_status: InstrumentationStatus

    def failed(self, version: int) -> "CodeMetadata":
        """Say the same of a code that could not be instrumented with that version."""
        return self._replace(instrumentation_status=InstrumentationFailed(version))

    @property
    def weights_version(self) -> Optional[int]:
        """Version of the instruction weights of the last attempt, None if there was none."""
        status = self.instrumentation_status
        return None if isinstance(status, NotInstrumented) else status.version

    @property
    def instrumented_code_len(self) -> Optional[int]:
        """Bytes of the instrumented code, None if there is none."""
        status = self.instrumentation_status
        return status.code_len if isinstance(status, Instrumented) else None


INSTANTIATED_SECTION_SIZES: Final = struct(
    "gear_core::code::instrumented::InstantiatedSectionSizes",
    InstantiatedSectionSizes,
    fields(
        ("code_section", U32),
        ("data_section", U32),
        ("global_section", U32),
        ("table_section", U32),
        ("element_section", U32),
        ("type_section", U32),
    ),
)
#: Bytes of an encoded InstantiatedSectionSizes.
_SECTION_SIZES_LENGTH: Final = 24
INSTRUMENTED_CODE: Final = struct(
    "gear_core::code::instrumented::InstrumentedCode",
    InstrumentedCode,
    fields(("bytes", BYTES), ("instantiated_section_sizes", INSTANTIATED_SECTION_SIZES)),
)


def stored_section_sizes(encoded: bytes) -> InstantiatedSectionSizes:
    """The sizes in an encoded InstrumentedCode, which ends with them; the code is not looked at."""
    return INSTANTIATED_SECTION_SIZES.decode(encoded[-_SECTION_SIZES_LENGTH:])


INSTRUMENTATION_STATUS: Final[Codec[InstrumentationStatus]] = enum(
    "gear_core::code::metadata::InstrumentationStatus",
    variant(0, "NotInstrumented", NotInstrumented),
    variant(1, "Instrumented", Instrumented, fields(("version", U32), ("code_len", U32))),
    variant(2, "InstrumentationFailed", InstrumentationFailed, fields(("version", U32))),
)
CODE_METADATA: Final = struct(
    "gear_core::code::metadata::CodeMetadata",
    CodeMetadata,
    fields(
        ("original_code_len", U32),
        ("exports", btree_set(DISPATCH_KIND)),
        ("static_pages", WASM_PAGES_AMOUNT),
        ("stack_end", option(WASM_PAGE)),
        ("instrumentation_status", INSTRUMENTATION_STATUS),
    ),
).remembering(256)
