"""The code that `page_checks` writes: around loads and stores, around calls into and out of it.

The second memory begins with the value of `gear_gas` during calls of host functions, at `GAS`. At
`READABLE`, the byte p is 1 if Gear page p may be read; at `WRITABLE`, if it may be written. The
index is the address, rotated by its alignment: where the low bits are not zero, the byte is, and
`check` decides, which knows of accesses to two pages. All three are close together, since the first
touch of each 2 MiB of a new memory takes microseconds. That is why a page beyond 2 GiB may seem
allowed; no program has it, the access traps by itself.

Inside loops the look is written out, elsewhere it is a call, as native code takes long to make. For
the same reason only so many are written out in a function and in a module: beyond that, loops are
so large that their calls hardly matter.
"""

from typing import Dict, Final, List, NamedTuple, Tuple

from parachain.runtime.gear.instrumentation.metering import i32_const
from parachain.runtime.gear.wasm.leb128 import read_u32, signed, unsigned
from parachain.runtime.gear.wasm.module import FunctionType
from parachain.runtime.gear.wasm.opcodes import (
    BLOCK,
    CALL,
    EMPTY,
    END,
    GLOBAL_GET,
    GLOBAL_SET,
    I32,
    I32_ADD,
    I64_ADD,
    I64_CONST,
    I64_EXTEND_I32_U,
    I64_SUB,
    IF,
    IMMEDIATE,
    LOCAL_GET,
    LOCAL_SET,
    LOCAL_TEE,
    LOOP,
    NATURAL_ALIGNMENT,
    RETURN,
    Immediate,
)

#: Gear pages have 2 to this power bytes.
PAGE_BITS: Final = 14
#: Most pages of 64 KiB in a program's memory, which is 2 GiB, and Gear pages by their power of 2.
MAX_MEMORY_PAGES: Final = 32_768
_PAGES_BITS: Final = 31 - PAGE_BITS
#: Indices are pages of a 32-bit memory, once for each alignment of up to 8 bytes.
_INDEX_BITS: Final = 32 - PAGE_BITS + 3
GAS: Final = 0
READABLE: Final = 64
WRITABLE: Final = READABLE + (1 << _PAGES_BITS)
#: Pages of 64 KiB that the second memory has.
SIZE: Final = (WRITABLE + (1 << _INDEX_BITS) >> 16) + 1

#: Looks that are written out in one function, and in all. A module of 512 KB could have 160,000 in
#: one loop, which take 9 s to compile, and 3 s with these limits.
MAX_WRITTEN_OUT_IN_FUNCTION: Final = 2048
MAX_WRITTEN_OUT: Final = 16_384

#: The second argument of `page_fault` and the third of `check`: the size, and this for a store.
STORES: Final = 16
SIZE_MASK: Final = STORES - 1

#: (address, offset, size and kind) → (): calls `page_fault` unless all of the access is allowed.
CHECK: Final = FunctionType(bytes((I32, I32, I32)), b"")
#: (address, offset) → address: looks whether an access is allowed, for the sizes of 1 to 8 bytes,
#: first for loads and then for stores.
LOOK: Final = FunctionType(bytes((I32, I32)), bytes((I32,)))
_SIZES: Final = 4
LOOKS: Final = 2 * _SIZES

_I32_EQZ: Final = 0x45
_I32_LOAD8_U: Final = 0x2D
_I32_AND: Final = 0x71
_I32_SHL: Final = 0x74
_I32_SHR_U: Final = 0x76
_I32_ROTR: Final = 0x78
_I32_WRAP_I64: Final = 0xA7
_I64_LOAD: Final = 0x29
_I64_STORE: Final = 0x37
_I64_GT_U: Final = 0x56
_I64_SHR_U: Final = 0x88
_FIRST_STORE: Final = 0x36
#: Stores of an i64; the others store an i32.
_LONG_STORES: Final = bytes((0x37, 0x3C, 0x3D, 0x3E))
#: Bit of a memory argument's alignment: the index of the memory follows.
_OTHER_MEMORY: Final = 0x40
_U32_MASK: Final = 2**32 - 1

#: What to do with an instruction, by opcode: see `Rewriter.body`.
_PLAIN, _NUMBER, _ACCESS, _CALL, _BYTE, _LABELS, _TWO, _OPEN, _CLOSE = range(9)


def _actions() -> bytes:
    by_immediate = {
        Immediate.NONE: _PLAIN,
        Immediate.INDEX: _NUMBER,
        Immediate.I32_VALUE: _NUMBER,
        Immediate.I64_VALUE: _NUMBER,
        Immediate.MEMORY_ARGUMENT: _ACCESS,
        Immediate.BLOCK_TYPE: _BYTE,
        Immediate.ZERO_BYTE: _BYTE,
        Immediate.LABELS: _LABELS,
        Immediate.TYPE_AND_TABLE: _TWO,
        Immediate.REFUSED: _PLAIN,
    }
    found = bytearray([by_immediate[kind] for kind in IMMEDIATE])
    found[CALL] = _CALL
    found[BLOCK] = found[LOOP] = found[IF] = _OPEN
    found[END] = _CLOSE
    return bytes(found)


_ACTIONS: Final = _actions()


class Places(NamedTuple):
    """Indices in the rewritten module.

    Its functions are the imports (`imports` of them), page_fault, those of the program, a wrapper
    for each import from `first_wrapper` on, `check`, the kinds of `looks` and a wrapper for each
    entry point; `gas` is a global.
    """

    imports: int
    first_wrapper: int
    check: int
    gas: int

    @property
    def first_entry(self) -> int:
        """The wrapper of the first entry point."""
        return self.check + 1 + LOOKS

    def moved(self, function: int) -> int:
        """The function to call instead of what had this index in the instrumented module."""
        return self.first_wrapper + function if function < self.imports else function + 1


def _op(opcode: int, index: int) -> bytes:
    return bytes((opcode,)) + unsigned(index)


def _second(opcode: int, alignment: int, offset: int) -> bytes:
    """A load or store in the second memory."""
    return bytes((opcode, alignment | _OTHER_MEMORY, 1)) + unsigned(offset)


def gas_out(places: Places) -> bytes:
    """Put `gear_gas` where the host can reach it."""
    return i32_const(0) + _op(GLOBAL_GET, places.gas) + _second(_I64_STORE, 3, GAS)


def gas_in(places: Places) -> bytes:
    """Take `gear_gas` as the host has left it."""
    return i32_const(0) + _second(_I64_LOAD, 3, GAS) + _op(GLOBAL_SET, places.gas)


def import_wrapper(places: Places, function: int, kind: FunctionType) -> bytes:
    """Function that calls the imported `function` with its own arguments."""
    arguments = b"".join([_op(LOCAL_GET, index) for index in range(len(kind.params))])
    call = arguments + _op(CALL, function)
    return gas_out(places) + call + gas_in(places) + bytes((END,))


def entry_wrapper(places: Places, function: int, globals_anew: bytes) -> bytes:
    """Function to be called by the host instead of the entry point `function`.

    `globals_anew` gives the globals their first values, as an engine may use instances again.
    """
    call = gas_in(places) + _op(CALL, function) + gas_out(places)
    return globals_anew + call + bytes((END,))


def global_anew(index: int, constant: bytes) -> bytes:
    """Set a global to its first value, a constant expression without its end."""
    return constant + _op(GLOBAL_SET, index)


def check_body(places: Places) -> bytes:
    """The function `check`; it has two locals of type i64.

    It lets accesses beyond 4 GiB pass: these trap by themselves.
    """
    address, offset, size, first, last = range(5)
    extend = bytes((I64_EXTEND_I32_U,))
    begin = _op(LOCAL_GET, address) + extend + _op(LOCAL_GET, offset) + extend + bytes((I64_ADD,))
    begin += _op(LOCAL_TEE, first)
    begin += _op(LOCAL_GET, size) + i32_const(SIZE_MASK) + bytes((_I32_AND,)) + extend
    begin += bytes((I64_ADD, I64_CONST, 1, I64_SUB)) + _op(LOCAL_TEE, last)
    too_far = bytes((I64_CONST,)) + signed(_U32_MASK) + bytes((_I64_GT_U, IF, EMPTY, RETURN, END))
    table = _op(LOCAL_GET, size) + i32_const(4) + bytes((_I32_SHR_U,))
    table += i32_const(_PAGES_BITS) + bytes((_I32_SHL, I32_ADD))

    def allowed(place: int) -> bytes:
        page = bytes((I64_CONST,)) + signed(PAGE_BITS) + bytes((_I64_SHR_U, _I32_WRAP_I64))
        return _op(LOCAL_GET, place) + page + table + _second(_I32_LOAD8_U, 0, READABLE)

    known = allowed(first) + allowed(last) + bytes((_I32_AND, IF, EMPTY, RETURN, END))
    arguments = _op(LOCAL_GET, first) + bytes((_I32_WRAP_I64,)) + _op(LOCAL_GET, size)
    fault = gas_out(places) + arguments + _op(CALL, places.imports) + gas_in(places)
    return begin + too_far + known + fault + bytes((END,))


def look_body(places: Places, kind: int) -> bytes:
    """The function number `kind` of LOOKS; it has a local of type i32."""
    address, offset, place = range(3)
    exponent, stores = kind % _SIZES, kind >= _SIZES
    begin = _op(LOCAL_GET, address) + _op(LOCAL_GET, offset) + bytes((I32_ADD,))
    size = 1 << exponent
    code = begin + _op(LOCAL_TEE, place) + _page_byte(stores)
    if exponent:
        last = _op(LOCAL_GET, place) + _plus(size - 1) + _page_byte(stores)
        code += last + bytes((_I32_AND,))
    code += bytes((_I32_EQZ, IF, EMPTY)) + _op(LOCAL_GET, address) + _op(LOCAL_GET, offset)
    code += _check(places, size, stores) + bytes((END,))
    return code + _op(LOCAL_GET, address) + bytes((END,))


class Rewriter:
    """Rewrites bodies of one module; what it has written once for an access, it keeps."""

    __slots__ = ("_accesses", "_room", "_room_in_function", "places")

    def __init__(self, places: Places) -> None:
        self.places = places
        #: How many looks may still be written out.
        self._room = MAX_WRITTEN_OUT
        self._room_in_function = 0
        self._accesses: Dict[Tuple[int, int, int, int, bool], bytes] = {}

    def body(self, code: bytes, scratch: int) -> bytes:
        """Instructions with checks, and with calls of the moved functions.

        Locals from `scratch` on must be free: two of type i32, one of type i64.
        """
        actions, places = _ACTIONS, self.places
        pieces: List[bytes] = []
        in_loop: List[bool] = [False]
        self._room_in_function, pos, done = MAX_WRITTEN_OUT_IN_FUNCTION, 0, 0
        while pos < len(code):
            start = pos
            op = code[pos]
            action = actions[op]
            pos += 1
            if action == _PLAIN:
                continue
            if action == _NUMBER:
                while code[pos] > 0x7F:
                    pos += 1
                pos += 1
            elif action == _ACCESS:
                alignment = code[pos]  # at most 3, hence one byte
                offset, pos = read_u32(code, pos + 1)
                look = self._access(op, alignment, offset, scratch, in_loop[-1])
                pieces += (code[done:start], look, code[start:pos])
                done = pos
            elif action == _CALL:
                function, pos = read_u32(code, pos)
                pieces += (code[done:start], _op(CALL, places.moved(function)))
                done = pos
            elif action == _OPEN:
                pos += 1
                in_loop.append(op == LOOP or in_loop[-1])
            elif action == _CLOSE:
                in_loop.pop()
            elif action == _BYTE:
                pos += 1
            elif action == _TWO:
                _, pos = read_u32(code, pos)
                pos += 1
            else:
                count, pos = read_u32(code, pos)
                for _ in range(count + 1):
                    _, pos = read_u32(code, pos)
        pieces.append(code[done:])
        return b"".join(pieces)

    def _access(self, op: int, alignment: int, offset: int, scratch: int, in_loop: bool) -> bytes:
        """What comes before a load or store; it leaves the operands as they were."""
        written_out = in_loop and self._room > 0 and self._room_in_function > 0
        if written_out:
            self._room -= 1
            self._room_in_function -= 1
        key = (op, alignment, offset, scratch, written_out)
        known = self._accesses.get(key)
        if known is None:
            if written_out:
                known = _written_out(self.places, op, alignment, offset, scratch)
            else:
                known = _called(self.places, op, offset, scratch)
            self._accesses[key] = known
        return known


def _called(places: Places, op: int, offset: int, scratch: int) -> bytes:
    stores = op >= _FIRST_STORE
    kind = NATURAL_ALIGNMENT[op] + (_SIZES if stores else 0)
    code = _i32(offset) + _op(CALL, places.check + 1 + kind)
    if not stores:
        return code
    value = _value_local(op, scratch)
    return _op(LOCAL_SET, value) + code + _op(LOCAL_GET, value)


def _written_out(places: Places, op: int, alignment: int, offset: int, scratch: int) -> bytes:
    exponent = NATURAL_ALIGNMENT[op]
    size, stores = 1 << exponent, op >= _FIRST_STORE
    address, value = scratch, _value_local(op, scratch)
    code = _op(LOCAL_SET, value) if stores else b""
    code += _op(LOCAL_TEE, address) + _plus(offset)
    if alignment == exponent:
        if exponent:
            code += i32_const(exponent) + bytes((_I32_ROTR,))
        code += _page_byte(stores, exponent)
    else:
        last = _op(LOCAL_GET, address) + _plus(offset + size - 1)
        code += _page_byte(stores) + last + _page_byte(stores) + bytes((_I32_AND,))
    code += bytes((_I32_EQZ, IF, EMPTY)) + _op(LOCAL_GET, address) + _i32(offset)
    code += _check(places, size, stores) + bytes((END,)) + _op(LOCAL_GET, address)
    return code + _op(LOCAL_GET, value) if stores else code


def _value_local(op: int, scratch: int) -> int:
    """Where the operand of a store waits."""
    return scratch + 2 if op in _LONG_STORES else scratch + 1


def _page_byte(stores: bool, exponent: int = 0) -> bytes:
    """From an address, rotated by `exponent` bits, to the byte of its page."""
    table = _second(_I32_LOAD8_U, 0, WRITABLE if stores else READABLE)
    return i32_const(PAGE_BITS - exponent) + bytes((_I32_SHR_U,)) + table


def _check(places: Places, size: int, stores: bool) -> bytes:
    """Call `check`; address and offset are on the stack."""
    return i32_const(size | STORES if stores else size) + _op(CALL, places.check)


def _plus(number: int) -> bytes:
    return _i32(number) + bytes((I32_ADD,)) if number else b""


def _i32(number: int) -> bytes:
    """i32.const, modulo 2**32."""
    return i32_const(number & _U32_MASK)
