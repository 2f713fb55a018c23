"""Finds the functions of the interpreter that only the builder runs: above all Python's compiler.

    python3.11 builder_only.py NAMED COMPILER OUT

NAMED is the module with the names of its functions, COMPILER lists the functions of Python's parser
and compiler, one name to a line. OUT is the same module without names, and with a custom section
`builder-only`: the indices of those functions. The builder leaves their bodies out of blobs.

A function stays if `runtime_entry` reaches it by direct calls, or if its address is taken, as it
may then be called through the table. Not followed are those that a frozen runtime has no way to
call: functions of the compiler by their address, and the functions listed below. Should one of them
be called after all, the call traps.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

SECTION = b"builder-only"
ROOT = "runtime_entry"

#: What a frozen runtime does not do: it makes no code (`import_runtime` takes these builtin
#: functions away), imports nothing anew, prints nothing, and never ends.
UNCALLED = {
    "builtin_compile",
    "builtin_eval",
    "builtin_exec",
    "builtin_input",
    "PyErr_Display",
    "PyErr_PrintEx",
    "PyTraceBack_Print",
    "Py_EndInterpreter",
    "Py_FinalizeEx",
    "_PyErr_Display",
    "_Py_DisplaySourceLine",
}
UNCALLED_PREFIXES = ("PyInit_",)

CUSTOM, IMPORT, EXPORT, ELEMENT, CODE = 0, 2, 7, 9, 10

CALL = 0x10
#: Opcodes by the form of what follows them.
ONE_NUMBER = {0x02, 0x03, 0x04, 0x0C, 0x0D, *range(0x20, 0x25), 0x3F, 0x40, 0x41, 0x42, 0xFC}
TWO_NUMBERS = {0x11, *range(0x28, 0x3F)}
BR_TABLE = 0x0E
CONSTANT_BYTES = {0x43: 4, 0x44: 8}


def number(data: bytes, pos: int) -> tuple[int, int]:
    """An unsigned LEB128 number, and where it ends."""
    value = shift = 0
    while True:
        byte = data[pos]
        pos += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, pos


def encoded(value: int) -> bytes:
    """The shortest encoding of a number."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def sections(module: bytes) -> Iterator[tuple[int, bytes]]:
    """Id and content of each section."""
    pos = 8
    while pos < len(module):
        kind = module[pos]
        size, pos = number(module, pos + 1)
        yield kind, module[pos : pos + size]
        pos += size


def text(data: bytes, pos: int) -> tuple[str, int]:
    """A name, and where it ends."""
    size, pos = number(data, pos)
    return data[pos : pos + size].decode(), pos + size


def names(content: bytes) -> dict[int, str]:
    """Names of functions out of the name section."""
    found, pos = {}, 0
    while pos < len(content):
        kind = content[pos]
        size, pos = number(content, pos + 1)
        if kind == 1:
            count, at = number(content, pos)
            for _ in range(count):
                index, at = number(content, at)
                found[index], at = text(content, at)
        pos += size
    return found


def callees(body: bytes) -> set[int]:
    """Functions that a body calls directly."""
    groups, pos = number(body, 0)
    for _ in range(groups):
        _, pos = number(body, pos)
        pos += 1
    called = set()
    while pos < len(body):
        opcode = body[pos]
        pos += 1
        if opcode == CALL:
            index, pos = number(body, pos)
            called.add(index)
        elif opcode in ONE_NUMBER:
            _, pos = number(body, pos)
        elif opcode in TWO_NUMBERS:
            _, pos = number(body, pos)
            _, pos = number(body, pos)
        elif opcode == BR_TABLE:
            count, pos = number(body, pos)
            for _ in range(count + 1):
                _, pos = number(body, pos)
        else:
            pos += CONSTANT_BYTES.get(opcode, 0)
    return called


def table(content: bytes) -> list[int]:
    """Functions whose address is taken: the one element segment of a linked module."""
    count, pos = number(content, 0)
    flags, pos = number(content, pos)
    if count != 1 or flags or content[pos] != 0x41:
        sys.exit("builder_only.py: not one element segment at a constant")
    _, pos = number(content, pos + 1)
    count, pos = number(content, pos + 1)
    found = []
    for _ in range(count):
        index, pos = number(content, pos)
        found.append(index)
    return found


def bodies(content: bytes) -> Iterator[bytes]:
    """Bodies of the functions that are not imported."""
    count, pos = number(content, 0)
    for _ in range(count):
        size, pos = number(content, pos)
        yield content[pos : pos + size]
        pos += size


def entry(content: bytes) -> int:
    """Index of the function that a runtime is entered by."""
    count, pos = number(content, 0)
    for _ in range(count):
        name, pos = text(content, pos)
        index, pos = number(content, pos + 1)
        if name == ROOT:
            return index
    sys.exit(f"builder_only.py: there is no {ROOT}")


def builder_only(module: bytes, compiler: set[str]) -> list[int]:
    """Indices of the functions that a frozen runtime does not call."""
    parts, named = {}, {}
    for kind, content in sections(module):
        if kind == CUSTOM:
            name, pos = text(content, 0)
            if name == "name":
                named = names(content[pos:])
        else:
            parts[kind] = content
    imported = number(parts[IMPORT], 0)[0]
    code = list(bodies(parts[CODE]))
    cut = {i for i, name in named.items() if name in UNCALLED or name.startswith(UNCALLED_PREFIXES)}
    left = [i for i in table(parts[ELEMENT]) if i not in cut and named[i] not in compiler]
    left.append(entry(parts[EXPORT]))
    reached = set(left)
    while left:
        index = left.pop()
        if index >= imported:
            new = callees(code[index - imported]) - reached - cut
            reached |= new
            left += new
    unreached = [i for i in range(imported, imported + len(code)) if i not in reached]
    size = sum(len(code[i - imported]) for i in unreached)
    total = sum(map(len, code))
    print(f"builder only: {len(unreached)} of {len(code)} functions, {size:,} of {total:,} bytes")
    return unreached


def main(source: Path, compiler: Path, out: Path) -> None:
    """Write the module with the section instead of the names."""
    module = source.read_bytes()
    indices = builder_only(module, set(compiler.read_text().split()))
    section = encoded(len(SECTION)) + SECTION + encoded(len(indices))
    section += b"".join(map(encoded, indices))
    kept = [(kind, content) for kind, content in sections(module) if kind != CUSTOM]
    kept.append((CUSTOM, section))
    out.write_bytes(
        module[:8] + b"".join(bytes((kind,)) + encoded(len(body)) + body for kind, body in kept)
    )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
