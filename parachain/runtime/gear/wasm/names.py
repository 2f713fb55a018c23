"""The name section: kept, in canonical form, and its function names moved where functions move.

Subsections 0 to 11 are known; what they name is not checked against the module. Others are kept as
they are. Specification: WebAssembly Core 1.0, appendix 7.4.1, and the extended-name-section
proposal.
"""

from typing import Callable, Dict, Final, Tuple

from parachain.runtime.gear.wasm.errors import ValidationError
from parachain.runtime.gear.wasm.leb128 import unsigned
from parachain.runtime.gear.wasm.module import Names
from parachain.runtime.gear.wasm.reader import MAX_NAME_BYTES, Reader

MODULE_NAME: Final = 0
FUNCTION_NAMES: Final = 1
#: Locals, labels and fields: names within something that has an index itself.
INDIRECT: Final = (2, 3, 10)
#: Types, tables, memories, globals, elements, data, tags.
DIRECT: Final = (FUNCTION_NAMES, 4, 5, 6, 7, 8, 9, 11)
#: Names in maps have no limit of their own, unlike those of imports.
NO_LIMIT: Final = 2**32


def read_names(content: bytes) -> Tuple[Names, ...]:
    """Subsections in canonical form. Raises ValidationError."""
    reader = Reader(content)
    found = []
    while not reader.is_at_end():
        kind = reader.byte()
        if kind > 0x7F:
            raise ValidationError("subsection id 0x%02x" % kind)
        inner = reader.inner()
        canonical = _SUBSECTIONS.get(kind)
        if canonical is None:
            found.append(Names(kind, inner.data))
            continue
        found.append(Names(kind, canonical(inner)))
        inner.finish()
    return tuple(found)


def shift_functions(names: Tuple[Names, ...], first: int) -> Tuple[Names, ...]:
    """Names of functions with indices from `first` on move up by one."""

    def shifted(reader: Reader) -> bytes:
        return _map(reader, lambda index: index + (index >= first), NO_LIMIT)

    return tuple(
        entry._replace(content=shifted(Reader(entry.content)))
        if entry.id == FUNCTION_NAMES
        else entry
        for entry in names
    )


def _module_name(reader: Reader) -> bytes:
    return _text(reader, MAX_NAME_BYTES)


def _text(reader: Reader, limit: int) -> bytes:
    text = reader.name(limit).encode()
    return unsigned(len(text)) + text


def _map(reader: Reader, index_of: Callable[[int], int], limit: int) -> bytes:
    count = reader.u32()
    entries = [unsigned(index_of(reader.u32())) + _text(reader, limit) for _ in range(count)]
    return unsigned(count) + b"".join(entries)


def _direct(reader: Reader) -> bytes:
    return _map(reader, int, NO_LIMIT)


def _indirect(reader: Reader) -> bytes:
    count = reader.u32()
    entries = [unsigned(reader.u32()) + _map(reader, int, MAX_NAME_BYTES) for _ in range(count)]
    return unsigned(count) + b"".join(entries)


_SUBSECTIONS: Final[Dict[int, Callable[[Reader], bytes]]] = {
    MODULE_NAME: _module_name,
    **dict.fromkeys(DIRECT, _direct),
    **dict.fromkeys(INDIRECT, _indirect),
}
