"""The instructions a program may have: how each is encoded, what it pops and what it pushes.

Bytes 0x00 to 0xc4 of WebAssembly 1.0 without floats, and the five of sign extension. Opcodes not in
`IMMEDIATE` are refused. Specification: WebAssembly Core 1.0, chapters 3.3 and 5.4.
"""

from enum import IntEnum
from typing import Dict, Final, List, Optional, Tuple

I32: Final = 0x7F
I64: Final = 0x7E
#: Empty block type.
EMPTY: Final = 0x40

UNREACHABLE: Final = 0x00
NOP: Final = 0x01
BLOCK: Final = 0x02
LOOP: Final = 0x03
IF: Final = 0x04
ELSE: Final = 0x05
END: Final = 0x0B
BR: Final = 0x0C
BR_IF: Final = 0x0D
BR_TABLE: Final = 0x0E
RETURN: Final = 0x0F
CALL: Final = 0x10
CALL_INDIRECT: Final = 0x11
DROP: Final = 0x1A
SELECT: Final = 0x1B
LOCAL_GET: Final = 0x20
LOCAL_SET: Final = 0x21
LOCAL_TEE: Final = 0x22
GLOBAL_GET: Final = 0x23
GLOBAL_SET: Final = 0x24
I32_LOAD: Final = 0x28
I64_STORE32: Final = 0x3E
MEMORY_SIZE: Final = 0x3F
MEMORY_GROW: Final = 0x40
I32_CONST: Final = 0x41
I64_CONST: Final = 0x42
I32_GT_U: Final = 0x4B
I64_LT_U: Final = 0x54
I32_ADD: Final = 0x6A
I32_SUB: Final = 0x6B
I64_ADD: Final = 0x7C
I64_SUB: Final = 0x7D
I64_EXTEND_I32_U: Final = 0xAD


class Immediate(IntEnum):
    """What follows the opcode."""

    NONE = 0
    INDEX = 1  # u32
    I32_VALUE = 2
    I64_VALUE = 3
    MEMORY_ARGUMENT = 4  # u32 alignment exponent, u32 offset
    BLOCK_TYPE = 5  # one byte: empty or a value type
    ZERO_BYTE = 6  # the one memory
    LABELS = 7  # count, that many labels, the default label
    TYPE_AND_TABLE = 8  # type index, zero byte for the one table
    REFUSED = 9


def _numeric() -> List[Tuple[range, bytes, bytes]]:
    one32, one64 = bytes((I32,)), bytes((I64,))
    two32, two64 = one32 * 2, one64 * 2
    return [
        (range(0x45, 0x46), one32, one32),  # i32.eqz
        (range(0x46, 0x50), two32, one32),  # i32 comparisons
        (range(0x50, 0x51), one64, one32),  # i64.eqz
        (range(0x51, 0x5B), two64, one32),  # i64 comparisons
        (range(0x67, 0x6A), one32, one32),  # i32.clz, ctz, popcnt
        (range(0x6A, 0x79), two32, one32),  # i32.add to i32.rotr
        (range(0x79, 0x7C), one64, one64),  # i64.clz, ctz, popcnt
        (range(0x7C, 0x8B), two64, one64),  # i64.add to i64.rotr
        (range(0xA7, 0xA8), one64, one32),  # i32.wrap_i64
        (range(0xAC, 0xAE), one32, one64),  # i64.extend_i32_s, _u
        (range(0xC0, 0xC2), one32, one32),  # i32.extend8_s, extend16_s
        (range(0xC2, 0xC5), one64, one64),  # i64.extend8_s to extend32_s
    ]


#: Loads and stores: the value's type and the exponent of its natural alignment.
_LOADS: Final = (
    (0x28, I32, 2),
    (0x29, I64, 3),
    (0x2C, I32, 0),
    (0x2D, I32, 0),
    (0x2E, I32, 1),
    (0x2F, I32, 1),
    (0x30, I64, 0),
    (0x31, I64, 0),
    (0x32, I64, 1),
    (0x33, I64, 1),
    (0x34, I64, 2),
    (0x35, I64, 2),
)
_STORES: Final = (
    (0x36, I32, 2),
    (0x37, I64, 3),
    (0x3A, I32, 0),
    (0x3B, I32, 1),
    (0x3C, I64, 0),
    (0x3D, I64, 1),
    (0x3E, I64, 2),
)


def _signatures() -> Dict[int, Tuple[bytes, bytes]]:
    known = {op: (pops, pushes) for ops, pops, pushes in _numeric() for op in ops}
    known |= {op: (bytes((I32,)), bytes((kind,))) for op, kind, _ in _LOADS}
    known |= {op: (bytes((I32, kind)), b"") for op, kind, _ in _STORES}
    known[NOP] = (b"", b"")
    known[MEMORY_SIZE] = (b"", bytes((I32,)))
    known[MEMORY_GROW] = (bytes((I32,)), bytes((I32,)))
    known[I32_CONST] = (b"", bytes((I32,)))
    known[I64_CONST] = (b"", bytes((I64,)))
    return known


def _immediates() -> Tuple[Immediate, ...]:
    kinds = dict.fromkeys(_signatures(), Immediate.NONE)
    kinds |= dict.fromkeys((UNREACHABLE, ELSE, END, RETURN, DROP, SELECT), Immediate.NONE)
    kinds |= dict.fromkeys((BLOCK, LOOP, IF), Immediate.BLOCK_TYPE)
    kinds |= dict.fromkeys((BR, BR_IF, CALL), Immediate.INDEX)
    kinds |= dict.fromkeys(range(LOCAL_GET, GLOBAL_SET + 1), Immediate.INDEX)
    kinds |= dict.fromkeys((op for op, _, _ in _LOADS + _STORES), Immediate.MEMORY_ARGUMENT)
    kinds |= dict.fromkeys((MEMORY_SIZE, MEMORY_GROW), Immediate.ZERO_BYTE)
    kinds[BR_TABLE] = Immediate.LABELS
    kinds[CALL_INDIRECT] = Immediate.TYPE_AND_TABLE
    kinds[I32_CONST] = Immediate.I32_VALUE
    kinds[I64_CONST] = Immediate.I64_VALUE
    return tuple(kinds.get(op, Immediate.REFUSED) for op in range(256))


#: By opcode: what follows it.
IMMEDIATE: Final = _immediates()
#: By opcode: types popped (the last one first) and pushed; None where it depends on the context.
SIGNATURES: Final[Tuple[Optional[Tuple[bytes, bytes]], ...]] = tuple(
    _signatures().get(op) for op in range(256)
)
#: By opcode: exponent of the natural alignment of a load or store.
NATURAL_ALIGNMENT: Final[Dict[int, int]] = {op: exponent for op, _, exponent in _LOADS + _STORES}
