"""A module as relay-chain validators prepare it: counted values on the stack, and a limit.

Before a function is called, what it may have on its stack is added to a count, and taken off
after. A function weighs 2, its locals and the most operands it ever has (wasm-instrument 0.4's
stack limiter, which polkadot-sdk's sc-executor applies to validation code). Here each function gets
one thunk, through which all calls go, where the original puts the counting around each call: the
sum is the same.
"""

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

TYPE, IMPORT, FUNCTION, GLOBAL, EXPORT, ELEMENT, CODE = 1, 2, 3, 6, 7, 9, 10

ACTIVATION: Final = 2

#: Exported global with the most values that there were at once.
PEAK: Final = "stack_peak"

BLOCK, LOOP, IF, ELSE, END = 0x02, 0x03, 0x04, 0x05, 0x0B
BR, BR_IF, BR_TABLE, RETURN, CALL, CALL_INDIRECT = 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11
_CONSTANT_BYTES: Final = {0x43: 4, 0x44: 8}
_ONE_NUMBER: Final = frozenset((2, 3, 4, 0xC, 0xD, *range(0x20, 0x25), 0x3F, 0x40, 0x41, 0x42))


def _change(opcode: int) -> int:
    """How many operands more there are after an instruction without control."""
    if opcode in (0x1A, 0x0D, 0x21, 0x24):  # drop, br_if, local.set, global.set
        return -1
    if opcode == 0x1B:  # select
        return -2
    if opcode in (0x20, 0x23, 0x3F) or 0x41 <= opcode <= 0x44:
        return 1
    if 0x36 <= opcode <= 0x3E:  # stores
        return -2
    one_operand = (0x45, 0x50, 0x67, 0x68, 0x69, 0x79, 0x7A, 0x7B, *range(0x8B, 0x92))
    if opcode in one_operand or 0x99 <= opcode <= 0x9F or 0xA7 <= opcode <= 0xC4:
        return 0
    return -1 if 0x46 <= opcode <= 0xA6 else 0


_CHANGES: Final = tuple(map(_change, range(256)))


class Shape(NamedTuple):
    """How many values a function takes and returns."""

    params: int
    results: int


class Body(NamedTuple):
    """A function's code with its calls led to other functions, and what it weighs."""

    code: bytes
    weight: int


def limited(module: bytes, limit: int) -> bytes:
    """Return the module with a limit to the values on its stack; beyond it, it traps."""
    parts = dict(sections(module))
    types = list(_types(parts[TYPE]))
    imports = list(_imported_types(parts[IMPORT]))
    defined = list(_numbers(parts[FUNCTION]))
    first_thunk = len(imports) + len(defined)
    thunk_of = {len(imports) + i: first_thunk + i for i in range(len(defined))}
    signatures = [types[index] for index in imports + defined]
    bodies = [
        _body(content, types, signatures, types[kind], thunk_of)
        for content, kind in zip(_sized(parts[CODE]), defined, strict=True)
    ]
    count_global = read_unsigned(parts[GLOBAL], 0)[0]
    thunks = [
        _thunk(len(imports) + i, types[kind].params, bodies[i].weight, count_global, limit)
        for i, kind in enumerate(defined)
    ]
    parts[FUNCTION] = vector(map(unsigned, defined * 2))
    parts[CODE] = vector([sized(body.code) for body in bodies] + thunks)
    parts[GLOBAL] = _appended(parts[GLOBAL], [b"\x7f\x01\x41\x00\x0b"] * 2)
    parts[ELEMENT] = _elements(parts[ELEMENT], thunk_of)
    peak = sized(PEAK.encode()) + b"\x03" + unsigned(count_global + 1)
    parts[EXPORT] = _appended(_exports(parts[EXPORT], thunk_of), [peak])
    return HEADER + b"".join(
        bytes((kind,)) + sized(content) for kind, content in sorted(parts.items()) if kind
    )


def _thunk(function: int, params: int, weight: int, count: int, limit: int) -> bytes:
    get, put = b"\x23" + unsigned(count), b"\x24" + unsigned(count)
    cost = b"\x41" + signed(weight)
    peak_get, peak_put = b"\x23" + unsigned(count + 1), b"\x24" + unsigned(count + 1)
    code = get + cost + b"\x6a" + put
    code += get + b"\x41" + signed(limit) + b"\x4b\x04\x40\x00\x0b"
    code += get + peak_get + b"\x4b\x04\x40" + get + peak_put + b"\x0b"
    code += b"".join(b"\x20" + unsigned(i) for i in range(params)) + b"\x10" + unsigned(function)
    return sized(b"\x00" + code + get + cost + b"\x6b" + put + b"\x0b")


def _body(
    content: bytes,
    types: list[Shape],
    signatures: list[Shape],
    own: Shape,
    thunk_of: dict[int, int],
) -> Body:
    groups, pos = read_unsigned(content, 0)
    local_count = 0
    for _ in range(groups):
        count, pos = read_unsigned(content, pos)
        local_count += count
        pos += 1
    out = bytearray(content[:pos])
    height = highest = 0
    frames = [(0, own.results)]
    copied = pos
    while pos < len(content):
        opcode = content[pos]
        pos += 1
        if opcode == CALL:
            callee, end = read_unsigned(content, pos)
            shape = signatures[callee]
            height += shape.results - shape.params
            out += content[copied:pos] + unsigned(thunk_of.get(callee, callee))
            pos = copied = end
        elif opcode == CALL_INDIRECT:
            kind, pos = read_unsigned(content, pos)
            pos += 1
            height += types[kind].results - types[kind].params - 1
        elif opcode in (BLOCK, LOOP, IF):
            height -= opcode == IF
            frames.append((height, int(content[pos] != 0x40)))
            pos += 1
        elif opcode == ELSE:
            height = frames[-1][0]
        elif opcode == END:
            begin, results = frames.pop()
            height = begin + results
        elif opcode in (0x00, BR, BR_TABLE, RETURN):
            pos = _skip(content, opcode, pos)
            height = frames[-1][0]
        else:
            height += _CHANGES[opcode]
            pos = _skip(content, opcode, pos)
        highest = max(highest, height)
    return Body(bytes(out + content[copied:]), ACTIVATION + local_count + highest)


def _skip(content: bytes, opcode: int, pos: int) -> int:
    if opcode in _ONE_NUMBER:
        return read_unsigned(content, pos)[1]
    if 0x28 <= opcode <= 0x3E:
        return read_unsigned(content, read_unsigned(content, pos)[1])[1]
    if opcode == BR_TABLE:
        count, pos = read_unsigned(content, pos)
        for _ in range(count + 1):
            pos = read_unsigned(content, pos)[1]
        return pos
    return pos + _CONSTANT_BYTES.get(opcode, 0)


def _types(section: bytes) -> Iterator[Shape]:
    count, pos = read_unsigned(section, 0)
    for _ in range(count):
        params, pos = read_unsigned(section, pos + 1)
        results, pos = read_unsigned(section, pos + params)
        pos += results
        yield Shape(params, results)


def _imported_types(section: bytes) -> Iterator[int]:
    count, pos = read_unsigned(section, 0)
    for _ in range(count):
        for _ in range(2):
            size, pos = read_unsigned(section, pos)
            pos += size
        kind, pos = read_unsigned(section, pos + 1)
        yield kind


def _numbers(section: bytes) -> Iterator[int]:
    count, pos = read_unsigned(section, 0)
    for _ in range(count):
        number, pos = read_unsigned(section, pos)
        yield number


def _sized(section: bytes) -> Iterator[bytes]:
    count, pos = read_unsigned(section, 0)
    for _ in range(count):
        size, pos = read_unsigned(section, pos)
        yield section[pos : pos + size]
        pos += size


def _appended(section: bytes, items: list[bytes]) -> bytes:
    count, pos = read_unsigned(section, 0)
    return unsigned(count + len(items)) + section[pos:] + b"".join(items)


def _exports(section: bytes, thunk_of: dict[int, int]) -> bytes:
    count, pos = read_unsigned(section, 0)
    items = []
    for _ in range(count):
        begin = pos
        size, pos = read_unsigned(section, pos)
        pos += size
        kind = section[pos]
        index, end = read_unsigned(section, pos + 1)
        new = index if kind else thunk_of[index]
        items.append(section[begin : pos + 1] + unsigned(new))
        pos = end
    return vector(items)


def _elements(section: bytes, thunk_of: dict[int, int]) -> bytes:
    begin = section.index(b"\x0b") + 1  # one segment: its offset ends there
    functions = [thunk_of.get(index, index) for index in _numbers(section[begin:])]
    return section[:begin] + vector(map(unsigned, functions))
