"""Type checking of a function's body: the algorithm of WebAssembly Core 1.0, appendix 7.3.

Types on the operand stack are bytes; ANY stands for a value of unreachable code whose type does not
matter. A block has no parameters and at most one result, as 1.0 has it.
"""

from typing import List, NamedTuple, NoReturn, Tuple

from parachain.runtime.gear.wasm.errors import ValidationError
from parachain.runtime.gear.wasm.locals import Locals
from parachain.runtime.gear.wasm.module import Body, FunctionType, GlobalType, Operand
from parachain.runtime.gear.wasm.opcodes import (
    BLOCK,
    BR,
    BR_IF,
    BR_TABLE,
    CALL,
    CALL_INDIRECT,
    DROP,
    ELSE,
    EMPTY,
    END,
    GLOBAL_GET,
    GLOBAL_SET,
    I32,
    I32_LOAD,
    IF,
    LOCAL_GET,
    LOCAL_SET,
    LOCAL_TEE,
    LOOP,
    MEMORY_GROW,
    RETURN,
    SELECT,
    SIGNATURES,
    UNREACHABLE,
)

ANY = 0
_I32 = bytes((I32,))


class Context(NamedTuple):
    """What bodies may refer to."""

    types: Tuple[FunctionType, ...]
    functions: List[FunctionType]
    globals: List[GlobalType]
    has_table: bool
    has_memory: bool


class Frame(NamedTuple):
    """A block that is open: its opcode, results, and what held when it was entered."""

    opcode: int
    results: bytes
    height: int
    was_unreachable: bool


class _Checker:
    """State of one body. `height` and `unreachable` are those of the innermost block."""

    __slots__ = ("context", "frames", "height", "locals", "stack", "unreachable")

    def __init__(self, context: Context, kind: FunctionType, body: Body) -> None:
        self.context = context
        self.locals = Locals(kind.params, body.locals)
        self.stack = bytearray()
        self.height = 0
        self.unreachable = False
        self.frames = [Frame(BLOCK, kind.results, 0, False)]

    def pop(self, expected: bytes) -> bytes:
        """Take values of these types off the stack; what was really there."""
        stack, height = self.stack, self.height
        base = len(stack) - len(expected)
        if base >= height and stack.endswith(expected):
            del stack[base:]
            return expected
        actual = bytearray()
        for kind in reversed(expected):
            found = self.pop_one()
            if found not in (kind, ANY):
                raise ValidationError("type mismatch: 0x%02x instead of 0x%02x" % (found, kind))
            actual.insert(0, found)
        return bytes(actual)

    def pop_one(self) -> int:
        """Take any value off the stack."""
        if len(self.stack) > self.height:
            return self.stack.pop()
        if self.unreachable:
            return ANY
        raise ValidationError("type mismatch: nothing on the stack")

    def enter(self, opcode: int, results: bytes) -> None:
        """Open a block."""
        self.frames.append(Frame(opcode, results, self.height, self.unreachable))
        self.height = len(self.stack)
        self.unreachable = False

    def leave(self) -> Frame:
        """Close the innermost block; its results are off the stack."""
        frame = self.frames.pop()
        self.pop(frame.results)
        if len(self.stack) != self.height:
            raise ValidationError("type mismatch: values remaining on stack at end of block")
        self.height = frame.height
        self.unreachable = frame.was_unreachable
        return frame

    def never_returns(self) -> None:
        """What follows in this block is unreachable."""
        del self.stack[self.height :]
        self.unreachable = True

    def label(self, depth: Operand) -> bytes:
        """Types that a branch takes along."""
        assert isinstance(depth, int)
        if depth >= len(self.frames):
            raise ValidationError("unknown label: branch depth too large")
        frame = self.frames[-1 - depth]
        return b"" if frame.opcode == LOOP else frame.results


def validate_body(context: Context, kind: FunctionType, body: Body) -> None:
    """Check the types of a function's body. Raises ValidationError."""
    if not context.has_memory:
        for op in body.opcodes:
            if I32_LOAD <= op <= MEMORY_GROW:
                raise ValidationError("unknown memory 0")
    checker = _Checker(context, kind, body)
    stack, first, signatures = checker.stack, checker.locals.first, SIGNATURES
    is_open = True
    for op, operand in zip(body.opcodes, body.immediates):
        if not is_open:
            raise ValidationError("operators remaining after end of function body")
        if op == LOCAL_GET:
            assert isinstance(operand, int)
            stack.append(
                first[operand] if operand < len(first) else checker.locals.type_of(operand)
            )
            continue
        signature = signatures[op]
        if signature is not None:
            pops, pushes = signature
            base = len(stack) - len(pops)
            if base >= checker.height and stack.endswith(pops):
                stack[base:] = pushes
            else:
                checker.pop(pops)
                stack += pushes
        elif op > CALL_INDIRECT:
            _check_value(checker, op, operand)
        else:
            _check_control(checker, op, operand)
            is_open = bool(checker.frames)
    if is_open:
        raise ValidationError("control frames remain at end of function body")


def _check_value(checker: _Checker, op: int, operand: Operand) -> None:
    assert isinstance(operand, int)
    stack = checker.stack
    if op in (LOCAL_SET, LOCAL_TEE):
        kind = bytes((checker.locals.type_of(operand),))
        checker.pop(kind)
        if op == LOCAL_TEE:
            stack += kind
    elif op in (GLOBAL_GET, GLOBAL_SET):
        if operand >= len(checker.context.globals):
            raise ValidationError("unknown global %d" % operand)
        value_type, mutable = checker.context.globals[operand]
        if op == GLOBAL_GET:
            stack.append(value_type)
        elif mutable:
            checker.pop(bytes((value_type,)))
        else:
            raise ValidationError("global %d is immutable" % operand)
    elif op == DROP:
        checker.pop_one()
    elif op == SELECT:
        checker.pop(_I32)
        second, one = checker.pop_one(), checker.pop_one()
        if one != second and ANY not in (one, second):
            raise ValidationError("type mismatch: select operands have different types")
        stack.append(one or second)
    else:
        _unknown(op)


def _check_control(checker: _Checker, op: int, operand: Operand) -> None:  # noqa: PLR0912  # one for each instruction
    if op in (BLOCK, LOOP, IF):
        assert isinstance(operand, int)
        if op == IF:
            checker.pop(_I32)
        checker.enter(op, b"" if operand == EMPTY else bytes((operand,)))
    elif op == ELSE:
        frame = checker.leave()
        if frame.opcode != IF:
            raise ValidationError("else found outside of an `if` block")
        checker.enter(ELSE, frame.results)
    elif op == END:
        frame = checker.leave()
        if frame.opcode == IF and frame.results:
            raise ValidationError("type mismatch: an `if` with a result has no else")
        checker.stack += frame.results
    elif op == BR:
        checker.pop(checker.label(operand))
        checker.never_returns()
    elif op == BR_IF:
        checker.pop(_I32)
        types = checker.label(operand)
        checker.pop(types)
        checker.stack += types
    elif op == BR_TABLE:
        _check_br_table(checker, operand)
    elif op in (CALL, CALL_INDIRECT):
        kind = _callee(checker, op, operand)
        checker.pop(kind.params)
        checker.stack += kind.results
    elif op == RETURN:
        checker.pop(checker.frames[0].results)
        checker.never_returns()
    elif op == UNREACHABLE:
        checker.never_returns()
    else:
        _unknown(op)


def _check_br_table(checker: _Checker, operand: Operand) -> None:
    assert isinstance(operand, tuple)
    checker.pop(_I32)
    default = checker.label(operand[-1])
    for depth in operand[:-1]:
        types = checker.label(depth)
        if len(types) != len(default):
            raise ValidationError("type mismatch: br_table labels of different arity")
        checker.stack += checker.pop(types)
    checker.pop(default)
    checker.never_returns()


def _callee(checker: _Checker, op: int, operand: Operand) -> FunctionType:
    assert isinstance(operand, int)
    context = checker.context
    if op == CALL:
        if operand >= len(context.functions):
            raise ValidationError("unknown function %d" % operand)
        return context.functions[operand]
    if not context.has_table:
        raise ValidationError("unknown table 0")
    if operand >= len(context.types):
        raise ValidationError("unknown type %d" % operand)
    checker.pop(_I32)
    return context.types[operand]


def _unknown(op: int) -> NoReturn:
    raise ValidationError("instruction 0x%02x is not accepted" % op)
