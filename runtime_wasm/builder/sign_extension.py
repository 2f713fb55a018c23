"""Code without the instructions of sign extension, for hosts that know none but the first ones.

Relay-chain validators run them; smoldot, and Chopsticks with it, refuses a module that has one.
Compilers can be told to do without, but Rust's own libraries come compiled with them. Two shifts do
the same. That changes the length of a function's body and nothing else: branches count blocks.
"""

import re
from typing import Final

from runtime_wasm.builder.leb128 import read_unsigned, signed, sized, vector

_LEB128: Final = rb"[\x80-\xff]*[\x00-\x7f]"

#: Instructions of WebAssembly 1.0 but for br_table, whose length is in its operand.
_PLAIN: Final = re.compile(
    rb"(?:"
    rb"[\x00\x01\x05\x0b\x0f\x1a\x1b\x45-\xbf]"  # no operand
    rb"|[\x02-\x04][\x40\x7c-\x7f]"  # a block's type
    rb"|[\x0c\x0d\x10\x20-\x24\x41\x42]%(leb)b"  # one number
    rb"|[\x28-\x3e]%(leb)b%(leb)b"  # alignment and offset
    rb"|\x11%(leb)b\x00|[\x3f\x40]\x00"  # the table, the memory
    rb"|\x43.{4}|\x44.{8}"  # constants of floats
    rb")*" % {b"leb": _LEB128},
    re.DOTALL,
)
_BR_TABLE: Final = 0x0E

_I32: Final = (0x41, 0x74, 0x75)  # const, shl, shr_s
_I64: Final = (0x42, 0x86, 0x87)


def _shifts(kind: tuple[int, int, int], bits: int) -> bytes:
    const, left, right = kind
    distance = bytes((const,)) + signed(bits)
    return distance + bytes((left,)) + distance + bytes((right,))


#: By opcode: i32.extend8_s, extend16_s, i64.extend8_s, extend16_s, extend32_s.
SHIFTS: Final = {
    0xC0: _shifts(_I32, 24),
    0xC1: _shifts(_I32, 16),
    0xC2: _shifts(_I64, 56),
    0xC3: _shifts(_I64, 48),
    0xC4: _shifts(_I64, 32),
}


class UnknownInstructionError(Exception):
    """An instruction that is neither of WebAssembly 1.0 nor of sign extension."""


def without_sign_extension(section: bytes) -> bytes:
    """Return a code section whose functions do the same. Raises UnknownInstructionError."""
    count, pos = read_unsigned(section, 0)
    bodies = []
    for _ in range(count):
        size, pos = read_unsigned(section, pos)
        bodies.append(sized(_rewritten(section[pos : pos + size])))
        pos += size
    return vector(bodies)


def _rewritten(body: bytes) -> bytes:
    groups, pos = read_unsigned(body, 0)
    for _ in range(groups):
        _, pos = read_unsigned(body, pos)
        pos += 1
    out = [body[:pos]]
    while pos < len(body):
        found = _PLAIN.match(body, pos)
        assert found is not None, "the expression also matches nothing"
        out.append(found.group())
        pos = found.end()
        if pos == len(body):
            break
        opcode = body[pos]
        if opcode == _BR_TABLE:
            end = _labels_end(body, pos + 1)
            out.append(body[pos:end])
            pos = end
        elif opcode in SHIFTS:
            out.append(SHIFTS[opcode])
            pos += 1
        else:
            raise UnknownInstructionError(f"instruction 0x{opcode:02x} at {pos} of a body")
    return b"".join(out)


def _labels_end(body: bytes, pos: int) -> int:
    count, pos = read_unsigned(body, pos)
    for _ in range(count + 1):
        _, pos = read_unsigned(body, pos)
    return pos
