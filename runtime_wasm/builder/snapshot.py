"""From a started interpreter to a module that begins where it stands.

The module is written again with its memory's content as data segments, `__heap_base` behind the
interpreter's memory, and other exports: instead of the builder's functions, one for each entry
point of the runtime. Functions that only the builder runs lose their bodies, and sign extension is
written in shifts. Everything else stays as it is.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from runtime_wasm.builder.leb128 import (
    HEADER,
    read_unsigned,
    sections,
    signed,
    sized,
    unsigned,
    vector,
)
from runtime_wasm.builder.sign_extension import without_sign_extension

WASM_PAGE: Final = 65536

CUSTOM: Final = 0
TYPE: Final = 1
IMPORT: Final = 2
FUNCTION: Final = 3
MEMORY: Final = 5
GLOBAL: Final = 6
EXPORT: Final = 7
CODE: Final = 10
DATA: Final = 11

#: Kinds of imports and exports.
FUNCTION_KIND: Final = 0
MEMORY_KIND: Final = 2
GLOBAL_KIND: Final = 3

_I32: Final = 0x7F
_I64: Final = 0x7E
_ENTRY_TYPE: Final = bytes((0x60, 2, _I32, _I32, 1, _I64))
_CONST: Final = b"\x41"
_END: Final = b"\x0b"
#: A body without locals that traps.
_TRAP: Final = sized(b"\x00\x00\x0b")

#: Custom section of the interpreter.
_BUILDER_ONLY: Final = "builder-only"

#: Shorter runs of zeros are written out. A segment takes 8 bytes, but such that do not compress.
_GAP: Final = 24
_RUN: Final = re.compile(rb"[^\0](?:(?!\0{%d}).)*" % _GAP, re.DOTALL)


class Export(NamedTuple):
    """What a module offers under a name: the item at a position of its kind's index space."""

    kind: int
    item: int


def write_snapshot(
    interpreter: bytes, image: bytes, entry_points: tuple[str, ...], custom: dict[str, bytes]
) -> bytes:
    """Return the module of a frozen instance.

    interpreter   the module the instance was made of
    image         its memory, to the end
    entry_points  what to export; a function's index here is what it passes on
    custom        custom sections by name
    """
    parts = dict(sections(interpreter))
    exports = dict(_exports(parts[EXPORT]))
    defined, _ = read_unsigned(parts[FUNCTION], 0)
    imported = len(imported_functions(interpreter))
    first_new = imported + defined
    types, entry_type = _with_entry_type(parts[TYPE])
    globals_, stack_top = _globals(parts[GLOBAL], exports["__heap_base"].item, len(image))

    parts[TYPE] = types
    parts[FUNCTION] = _appended(parts[FUNCTION], [unsigned(entry_type)] * len(entry_points))
    parts[MEMORY] = b"\x01\x00" + unsigned(len(image) // WASM_PAGE)
    parts[GLOBAL] = globals_
    parts[EXPORT] = vector(
        [
            _export("memory", MEMORY_KIND, exports["memory"].item),
            _export("__heap_base", GLOBAL_KIND, exports["__heap_base"].item),
            *(
                _export(name, FUNCTION_KIND, first_new + position)
                for position, name in enumerate(entry_points)
            ),
        ]
    )
    callee = exports["runtime_entry"].item
    bodies = [_entry_body(position, callee) for position in range(len(entry_points))]
    left_out = {index - imported for index in _builder_only(interpreter)}
    kept = without_sign_extension(_without(parts[CODE], left_out))
    parts[CODE] = _appended(kept, bodies)
    # Below `stack_top` lies the stack, and nothing is on it.
    parts[DATA] = vector(_segments(image, stack_top))

    out = [HEADER]
    out += [bytes((kind,)) + sized(body) for kind, body in sorted(parts.items()) if kind != CUSTOM]
    out += [
        bytes((CUSTOM,)) + sized(sized(name.encode()) + content) for name, content in custom.items()
    ]
    return b"".join(out)


def imported_functions(module: bytes) -> list[str]:
    """Names of the functions that a module imports from "env", other imports as module.name."""
    section = dict(sections(module))[IMPORT]
    count, pos = read_unsigned(section, 0)
    names = []
    for _ in range(count):
        origin, pos = _name(section, pos)
        name, pos = _name(section, pos)
        if section[pos] != FUNCTION_KIND:
            raise ValueError(f"{origin}.{name} is imported and no function")
        _, pos = read_unsigned(section, pos + 1)
        names.append(name if origin == "env" else f"{origin}.{name}")
    return names


def _name(section: bytes, pos: int) -> tuple[str, int]:
    size, pos = read_unsigned(section, pos)
    return section[pos : pos + size].decode(), pos + size


def _exports(section: bytes) -> Iterator[tuple[str, Export]]:
    count, pos = read_unsigned(section, 0)
    for _ in range(count):
        name, pos = _name(section, pos)
        kind = section[pos]
        item, pos = read_unsigned(section, pos + 1)
        yield name, Export(kind, item)


def _with_entry_type(section: bytes) -> tuple[bytes, int]:
    """The types, with that of an entry point appended, and its index."""
    return _appended(section, [_ENTRY_TYPE]), read_unsigned(section, 0)[0]


def _appended(section: bytes, items: list[bytes]) -> bytes:
    count, pos = read_unsigned(section, 0)
    return unsigned(count + len(items)) + section[pos:] + b"".join(items)


def _export(name: str, kind: int, item: int) -> bytes:
    return sized(name.encode()) + bytes((kind,)) + unsigned(item)


def _builder_only(module: bytes) -> list[int]:
    """Indices of functions that are not called once the runtime is imported (builder_only.py)."""
    for kind, content in sections(module):
        if kind == CUSTOM:
            name, pos = _name(content, 0)
            if name == _BUILDER_ONLY:
                count, pos = read_unsigned(content, pos)
                indices = []
                for _ in range(count):
                    index, pos = read_unsigned(content, pos)
                    indices.append(index)
                return indices
    raise ValueError(f"the interpreter has no section {_BUILDER_ONLY}")


def _without(section: bytes, left_out: set[int]) -> bytes:
    """The code with bodies that trap instead of those at the positions in `left_out`."""
    count, pos = read_unsigned(section, 0)
    written = [unsigned(count)]
    for position in range(count):
        size, begin = read_unsigned(section, pos)
        end = begin + size
        written.append(_TRAP if position in left_out else section[pos:end])
        pos = end
    return b"".join(written)


def _entry_body(position: int, callee: int) -> bytes:
    """(pointer, length) -> runtime_entry(position, pointer, length)."""
    code = _CONST + signed(position) + b"\x20\x00\x20\x01" + b"\x10" + unsigned(callee) + _END
    return sized(b"\x00" + code)


def _globals(section: bytes, heap_base: int, heap_begin: int) -> tuple[bytes, int]:
    """The globals with another heap base, and the first one's value: the top of the empty stack."""
    count, pos = read_unsigned(section, 0)
    written, values = [], []
    for index in range(count):
        begin = pos + 2
        assert section[begin : begin + 1] == _CONST
        end = section.index(_END, begin)
        value = heap_begin if index == heap_base else _read_signed(section[begin + 1 : end])
        values.append(value)
        written.append(section[pos:begin] + _CONST + signed(value) + _END)
        pos = end + 1
    return vector(written), values[0]


def _read_signed(encoded: bytes) -> int:
    value = sum((byte & 0x7F) << 7 * position for position, byte in enumerate(encoded))
    return value - (1 << 7 * len(encoded)) if encoded[-1] & 0x40 else value


def _segments(image: bytes, begin: int) -> Iterator[bytes]:
    """Data segments of what is not zero from `begin` on."""
    for found in _RUN.finditer(image, begin):
        yield b"\x00" + _CONST + signed(found.start()) + _END + sized(found.group())
