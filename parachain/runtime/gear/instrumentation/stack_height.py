"""How high the operand stack of a function gets, as the reference counts it.

The count is a rule, with its peculiarities: it starts at 2 (for the activation of the function) in
a frame that starts at 0; it is taken before each instruction unless the innermost frame has become
polymorphic; `else` neither restores the height nor ends polymorphism; br_table leaves its index;
in a polymorphic frame pops may go below the frame's start, and where they would go below zero the
code cannot be instrumented. A call of a function of the module counts as what the limiter puts in
its place. Source: gear, protocol/wasm-instrument/src/stack_limiter/max_height.rs.
"""

from itertools import accumulate
from typing import Callable, Final, List, Tuple

from parachain.runtime.gear.instrumentation.errors import InstrumentationError
from parachain.runtime.gear.wasm.module import Body, FunctionType, Operand
from parachain.runtime.gear.wasm.opcodes import (
    BLOCK,
    BR,
    BR_IF,
    BR_TABLE,
    CALL,
    CALL_INDIRECT,
    DROP,
    EMPTY,
    END,
    GLOBAL_GET,
    GLOBAL_SET,
    IF,
    LOCAL_GET,
    LOCAL_SET,
    LOCAL_TEE,
    LOOP,
    RETURN,
    SELECT,
    SIGNATURES,
    UNREACHABLE,
)

#: Values that the activation of a function is worth.
ACTIVATION_COST: Final = 2


def _arities() -> Tuple[Tuple[int, int], ...]:
    table = [(0, 0) if known is None else (len(known[0]), len(known[1])) for known in SIGNATURES]
    for op, arity in (
        (DROP, (1, 0)),
        (SELECT, (3, 1)),
        (LOCAL_GET, (0, 1)),
        (LOCAL_SET, (1, 0)),
        (LOCAL_TEE, (1, 1)),
        (GLOBAL_GET, (0, 1)),
        (GLOBAL_SET, (1, 0)),
    ):
        table[op] = arity
    return tuple(table)


#: By opcode: values popped and pushed; (0, 0) for control.
_ARITIES: Final = _arities()
_CHANGES: Final = tuple(pushed - popped for popped, pushed in _ARITIES)
#: What the limiter does before a call (add the cost, compare with the limit) and after it.
_BEFORE_CALL: Final = ((0, 1), (0, 1), (2, 1), (1, 0), (0, 1), (0, 1), (2, 1), (1, 0))
_AFTER_CALL: Final = ((0, 1), (0, 1), (2, 1), (1, 0))
#: Highest above its own start that either of them gets.
_LIMITER_HEIGHT: Final = 2


class _Frame:
    __slots__ = ("branch_arity", "end_arity", "is_polymorphic", "start")

    def __init__(self, end_arity: int, branch_arity: int, start: int) -> None:
        self.is_polymorphic = False
        self.end_arity = end_arity
        self.branch_arity = branch_arity
        self.start = start


class _Counter:
    __slots__ = ("frames", "height", "highest")

    def __init__(self, results: int) -> None:
        self.height = ACTIVATION_COST
        self.highest = 0
        self.frames = [_Frame(results, results, 0)]

    def pop(self, count: int) -> None:
        if not count:
            return
        frame = self.frames[-1]
        if self.height == frame.start:
            if frame.is_polymorphic:
                return
            raise InstrumentationError("StackLimitInjection", "pops more values than were pushed")
        if self.height < count:
            raise InstrumentationError("StackLimitInjection", "stack underflow")
        self.height -= count

    def pop_push(self, popped: int, pushed: int) -> None:
        self.pop(popped)
        self.height += pushed

    def straight_line(self, opcodes: bytes, changes: List[int], first: int, last: int) -> None:
        """Instructions from `first`, and the height before `last`. `changes` are running sums."""
        if self.frames[-1].is_polymorphic:
            for op in opcodes[first:last]:
                if op == SELECT:  # its operands go first, then its condition
                    self.pop(2)
                    self.pop_push(1, 1)
                else:
                    self.pop_push(*_ARITIES[op])
            return
        base = self.height - changes[first]
        self.highest = max(self.highest, base + max(changes[first : last + 1]))
        self.height = base + changes[last]

    def limited_call(self, kind: FunctionType) -> None:
        """Count a call within what the limiter puts around it."""
        if not self.frames[-1].is_polymorphic:  # then pops are exact, as the body is valid
            after = self.height - len(kind.params) + len(kind.results)
            self.highest = max(self.highest, max(self.height, after) + _LIMITER_HEIGHT)
            self.height = after
            return
        for popped, pushed in _BEFORE_CALL:
            self.pop_push(popped, pushed)
        # inside the `if`, which is a frame of its own: the constant, the call, the end
        self.highest = max(self.highest, self.height + 1)
        self.pop_push(len(kind.params), len(kind.results))
        for popped, pushed in _AFTER_CALL:
            self.pop_push(popped, pushed)


def max_height(
    body: Body,
    kind: FunctionType,
    types: Tuple[FunctionType, ...],
    callee: Callable[[int], FunctionType],
    first_defined: int,
) -> int:
    """Highest the stack gets in a validated body.

    `callee` gives the type of a function; those from `first_defined` on are limited when called.
    Raises InstrumentationError.
    """
    counter = _Counter(len(kind.results))
    changes = list(accumulate(map(_CHANGES.__getitem__, body.opcodes), initial=0))
    first = 0
    for ordinal, op, operand, _, _ in body.control:
        counter.straight_line(body.opcodes, changes, first, ordinal)
        first = ordinal + 1
        if op == CALL:
            assert isinstance(operand, int)
            called = callee(operand)
            if operand >= first_defined:
                counter.limited_call(called)
            else:
                counter.pop_push(len(called.params), len(called.results))
        elif op == CALL_INDIRECT:
            assert isinstance(operand, int)
            counter.pop(1)
            counter.pop_push(len(types[operand].params), len(types[operand].results))
        else:
            _structure(counter, op, operand, len(kind.results))
    return counter.highest


def _structure(counter: _Counter, op: int, operand: Operand, results: int) -> None:
    frames = counter.frames
    if op in (BLOCK, LOOP, IF):
        counter.pop(1 if op == IF else 0)
        arity = 0 if operand == EMPTY else 1
        frames.append(_Frame(arity, 0 if op == LOOP else arity, counter.height))
    elif op == END:
        frame = frames.pop()
        counter.height = frame.start + frame.end_arity
    elif op == BR_IF:
        assert isinstance(operand, int)
        arity = frames[-1 - operand].branch_arity
        counter.pop(arity)
        counter.pop(1)
        counter.height += arity
    elif op in (BR, BR_TABLE, RETURN, UNREACHABLE):
        counter.pop(_leaving_arity(frames, op, operand, results))
        frames[-1].is_polymorphic = True


def _leaving_arity(frames: List[_Frame], op: int, operand: Operand, results: int) -> int:
    if op == RETURN:
        return results
    if op == UNREACHABLE:
        return 0
    if isinstance(operand, int):
        return frames[-1 - operand].branch_arity
    arities = [frames[-1 - depth].branch_arity for depth in operand]
    if min(arities) != max(arities):
        raise InstrumentationError("StackLimitInjection", "br_table targets differ in arity")
    return arities[-1]


def thunk_height(kind: FunctionType) -> int:
    """Highest the stack gets in a function that does nothing but a limited call of this type."""
    before = max(_LIMITER_HEIGHT, len(kind.params))
    return ACTIVATION_COST + max(before, len(kind.results) + _LIMITER_HEIGHT)
