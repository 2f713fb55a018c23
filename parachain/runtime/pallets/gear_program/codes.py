"""Codes by their ids: the bytes as uploaded, as instrumented, and what is known of them.

The three always come together; only the instrumented code may go missing from a code that the
present weights cannot instrument. Source: gear, vara/common/src/code_storage.rs.
"""

from typing import Optional

from parachain.runtime.frame.error import ensure
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.code.stored import (
    CodeMetadata,
    InstantiatedSectionSizes,
    InstrumentedCode,
    stored_section_sizes,
)
from parachain.runtime.gear.ids import CodeId
from parachain.runtime.pallets.gear_program.declarations import (
    DUPLICATE_ITEM,
    code_metadata,
    instrumented_codes,
    original_codes,
)


def add(
    ext: Ext, code: CodeId, original: bytes, instrumented: InstrumentedCode, metadata: CodeMetadata
) -> None:
    """Store a code that is new. Fails with DuplicateItem."""
    ensure(not exists(ext, code), DUPLICATE_ITEM)
    instrumented_codes.put(ext, code, instrumented)
    code_metadata.put(ext, code, metadata)
    original_codes.put(ext, code, original)


def replace_instrumented(
    ext: Ext, code: CodeId, instrumented: InstrumentedCode, metadata: CodeMetadata
) -> None:
    """Store what instrumenting the code again, by other weights, has given."""
    instrumented_codes.put(ext, code, instrumented)
    code_metadata.put(ext, code, metadata)


def replace_metadata(ext: Ext, code: CodeId, metadata: CodeMetadata) -> None:
    """Store that the code could not be instrumented again; the older instrumented code stays."""
    code_metadata.put(ext, code, metadata)


def remove(ext: Ext, code: CodeId) -> bool:
    """Remove all of a code; False if there is none."""
    if not exists(ext, code):
        return False
    instrumented_codes.remove(ext, code)
    code_metadata.remove(ext, code)
    original_codes.remove(ext, code)
    return True


def exists(ext: Ext, code: CodeId) -> bool:
    """Whether the code was uploaded."""
    return original_codes.contains(ext, code)


def original(ext: Ext, code: CodeId) -> Optional[bytes]:
    """Return the code as it was uploaded, or None."""
    return original_codes.get(ext, code)


def instrumented(ext: Ext, code: CodeId) -> Optional[InstrumentedCode]:
    """Return the code that is run, or None."""
    return instrumented_codes.get(ext, code)


def section_sizes(ext: Ext, code: CodeId) -> Optional[InstantiatedSectionSizes]:
    """Return what instantiating the instrumented code is charged for, or None if there is none."""
    raw = ext.get(instrumented_codes.key(ext, code))
    return None if raw is None else stored_section_sizes(raw)


def metadata(ext: Ext, code: CodeId) -> Optional[CodeMetadata]:
    """Return what is known of the code, or None."""
    return code_metadata.get(ext, code)
