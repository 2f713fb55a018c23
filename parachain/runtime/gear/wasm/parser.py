"""From bytes to a Module: the header, the order of the sections, and what they say of each other.

Nothing is validated here beyond what reading needs; see `validator`. An entry takes at least a byte
of input, so memory stays within a fixed multiple of the input's length.
"""

from typing import Any, Dict, Final, Optional, Tuple

from parachain.runtime.gear.wasm.errors import ModuleError, ValidationError
from parachain.runtime.gear.wasm.module import Module, Names
from parachain.runtime.gear.wasm.names import read_names
from parachain.runtime.gear.wasm.reader import Reader
from parachain.runtime.gear.wasm.sections import MAX_DATA_SEGMENTS, SectionForm, sections

HEADER: Final = b"\0asm\x01\0\0\0"
CUSTOM: Final = 0
START: Final = 8
DATA_COUNT: Final = 12
NAME: Final = "name"

_SECTIONS: Final = sections()
_ORDER: Final = {section: rank for rank, section in enumerate(_SECTIONS)}
#: Sections of one entry at most, which are absent if they have none.
_SINGLE: Final = ("table", "memory")


def parse(code: bytes) -> Module:
    """Read a module. Raises ValidationError, and ModuleError for forms no program may have."""
    if code[:8] != HEADER:
        raise ValidationError("the header is not that of a WebAssembly module of version 1")
    reader = Reader(code, 8)
    read: Dict[str, Any] = {}
    names: Optional[bytes] = None
    rank = -1
    while not reader.is_at_end():
        section = reader.byte()
        content = reader.inner()
        if section == CUSTOM:
            if content.name() == NAME:
                names = content.data[content.pos :]
            continue
        if section not in _SECTIONS:
            raise ValidationError("section %d is not accepted" % section)
        if _ORDER[section] <= rank:
            raise ValidationError("section %d is out of order" % section)
        rank = _ORDER[section]
        _read_section(section, content, read)
    _check_counts(read)
    data_count = read.pop("data_count", None)
    if data_count is not None:
        read.setdefault("data", ())  # the reference then writes a data section, if an empty one
    module = Module(**read)
    return module if names is None else module._replace(names=_names(names))


def _read_section(section: int, content: Reader, read: Dict[str, Any]) -> None:
    form: Optional[SectionForm] = _SECTIONS[section]
    if form is not None:
        entries = content.entries(form.entry, form.limit)
        if form.field not in _SINGLE:
            read[form.field] = entries
        elif entries:
            read[form.field] = entries[0]
    elif section == START:
        read["start"] = content.u32()
    else:
        read["data_count"] = content.u32()
    content.finish()


def _check_counts(read: Dict[str, Any]) -> None:
    functions, bodies = len(read.get("functions", ())), len(read.get("bodies", ()))
    if functions != bodies:
        raise ValidationError("%d functions and %d bodies" % (functions, bodies))
    count = read.get("data_count", 0)
    if count > MAX_DATA_SEGMENTS:
        raise ValidationError("data count section specifies too many data segments")
    if "data_count" in read and count != len(read.get("data", ())):
        raise ValidationError("data count and data section have inconsistent lengths")


def _names(content: bytes) -> Tuple[Names, ...]:
    try:
        return read_names(content)
    except ValidationError as error:
        # valid as far as WebAssembly goes, which does not look into custom sections
        raise ModuleError("BinaryReader", "name section: " + error.detail) from error
