"""Reading the body of a function into instructions, once, for everything that comes later."""

from typing import List, Tuple

from parachain.runtime.gear.wasm.errors import ValidationError
from parachain.runtime.gear.wasm.leb128 import read_i32, read_i64, read_u32, signed, unsigned
from parachain.runtime.gear.wasm.module import Body, Control, Operand
from parachain.runtime.gear.wasm.opcodes import (
    CALL_INDIRECT,
    EMPTY,
    I32,
    I64,
    IMMEDIATE,
    NATURAL_ALIGNMENT,
    UNREACHABLE,
    Immediate,
)

#: Most entries of a br_table, without the default one (wasmparser, MAX_WASM_BR_TABLE_SIZE).
MAX_BR_TABLE_SIZE = 128 * 1024

#: Plain numbers and a table indexed by opcode: this is the hot loop of validation.
_NONE = int(Immediate.NONE)
_INDEX = int(Immediate.INDEX)
_MEMORY_ARGUMENT = int(Immediate.MEMORY_ARGUMENT)
_I32_VALUE = int(Immediate.I32_VALUE)
_I64_VALUE = int(Immediate.I64_VALUE)
_ZERO_BYTE = int(Immediate.ZERO_BYTE)
#: Kinds up to here are one number, which is short as a rule.
_LAST_NUMBER = int(Immediate.I64_VALUE)
_BLOCK_TYPE = int(Immediate.BLOCK_TYPE)
_KINDS = bytes(int(kind) for kind in IMMEDIATE)
#: Opcodes up to call_indirect move control, but for nop.
_LAST_CONTROL = CALL_INDIRECT
_NOP = UNREACHABLE + 1


def read_body(data: bytes, pos: int) -> Body:
    """Instructions of the body `data` from `pos` to its end. Blocks are not matched up here.

    Raises ValidationError; IndexError if the last instruction is cut off.
    """
    code, shortest = data[pos:], True
    opcodes = bytearray()
    immediates: List[Operand] = []
    control: List[Control] = []
    kinds = _KINDS
    pos = 0
    while pos < len(code):
        start = pos
        op = code[pos]
        kind = kinds[op]
        operand: Operand = 0
        pos += 1
        if kind == _NONE:
            pass
        elif kind <= _LAST_NUMBER and code[pos] < 0x80:
            operand = code[pos]
            pos += 1
        elif (
            kind == _MEMORY_ARGUMENT and code[pos] <= NATURAL_ALIGNMENT[op] and code[pos + 1] < 0x80
        ):
            pos += 2
        else:
            operand, pos, short = _operand(code, pos, op, kind)
            shortest = shortest and short
        opcodes.append(op)
        immediates.append(operand)
        if op <= _LAST_CONTROL and op != _NOP:
            control.append(Control(len(immediates) - 1, op, operand, start, pos))
    if not shortest:
        return read_body(_canonical(code, opcodes), 0)
    return Body((), code, bytes(opcodes), immediates, control)


def _memory_argument(code: bytes, pos: int, op: int) -> Tuple[Operand, int, bool]:
    exponent, after = read_u32(code, pos)
    if exponent > NATURAL_ALIGNMENT[op]:
        raise ValidationError("alignment is larger than natural")
    _, end = read_u32(code, after)
    return 0, end, after == pos + 1 and (end == after + 1 or code[end - 1] != 0)


def _operand(code: bytes, pos: int, op: int, kind: int) -> Tuple[Operand, int, bool]:
    """Operand, position behind it and whether its encoding is the shortest."""
    if kind == _MEMORY_ARGUMENT:
        return _memory_argument(code, pos, op)
    if kind == _INDEX:
        value, end = read_u32(code, pos)
        return value, end, end == pos + 1 or code[end - 1] != 0
    if kind in (_I32_VALUE, _I64_VALUE):
        value, end = read_i32(code, pos) if kind == _I32_VALUE else read_i64(code, pos)
        return 0, end, end - pos == len(signed(value))
    if kind == _BLOCK_TYPE:
        if code[pos] not in (EMPTY, I32, I64):
            raise ValidationError("block type 0x%02x" % code[pos])
        return code[pos], pos + 1, True
    if kind == _ZERO_BYTE:
        _zero_byte(code, pos)
        return 0, pos + 1, True
    if kind == Immediate.TYPE_AND_TABLE:
        index, end = read_u32(code, pos)
        _zero_byte(code, end)
        return index, end + 1, end - pos == len(unsigned(index))
    if kind == Immediate.LABELS:
        return _labels(code, pos)
    raise ValidationError("instruction 0x%02x is not accepted" % code[pos - 1])


def _zero_byte(code: bytes, pos: int) -> None:
    if code[pos]:
        raise ValidationError("zero byte expected")


def _labels(code: bytes, pos: int) -> Tuple[Operand, int, bool]:
    count, end = read_u32(code, pos)
    if count > MAX_BR_TABLE_SIZE:
        raise ValidationError("br_table has %d entries" % count)
    labels = []
    for _ in range(count + 1):
        label, end = read_u32(code, end)
        labels.append(label)
    return tuple(labels), end, end - pos == len(encode_labels(labels))


def encode_labels(labels: List[int]) -> bytes:
    """Operand of br_table, the default label last."""
    return unsigned(len(labels) - 1) + b"".join(map(unsigned, labels))


def _canonical(code: bytes, opcodes: bytearray) -> bytes:
    """The same instructions with the shortest encoding of each number."""
    out = bytearray()
    pos = 0
    for op in opcodes:
        pos += 1
        out.append(op)
        kind = _KINDS[op]
        if kind == _NONE:
            continue
        if kind == _I32_VALUE:
            value, pos = read_i32(code, pos)
            out += signed(value)
        elif kind == _I64_VALUE:
            value, pos = read_i64(code, pos)
            out += signed(value)
        elif kind == Immediate.LABELS:
            labels, pos, _ = _labels(code, pos)
            assert isinstance(labels, tuple)
            out += encode_labels(list(labels))
        elif kind in (_BLOCK_TYPE, _ZERO_BYTE):
            out.append(code[pos])
            pos += 1
        else:
            value, pos = read_u32(code, pos)
            out += unsigned(value)
            if kind != _INDEX:  # the offset of a memory argument, or the table's zero byte
                value, pos = read_u32(code, pos)
                out += unsigned(value)
    return bytes(out)
