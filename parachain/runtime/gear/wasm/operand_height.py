"""How high the operand stack of a function really gets, in code that can be reached.

It is what engines find and compile, unlike the count of the stack limiter (`instrumentation.
stack_height`), which is a rule of the reference with its peculiarities.
"""

from itertools import accumulate
from typing import Callable, Final, List, Tuple

from parachain.runtime.gear.wasm.module import Body, FunctionType
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
    IF,
    LOCAL_GET,
    LOCAL_SET,
    LOOP,
    RETURN,
    SELECT,
    SIGNATURES,
    UNREACHABLE,
)


def _changes() -> Tuple[int, ...]:
    table = [0 if known is None else len(known[1]) - len(known[0]) for known in SIGNATURES]
    for op in (LOCAL_GET, GLOBAL_GET):
        table[op] = 1
    for op in (LOCAL_SET, GLOBAL_SET, DROP):
        table[op] = -1
    table[SELECT] = -2
    return tuple(table)


#: By opcode: values pushed less those popped; 0 for control.
_CHANGES: Final = _changes()


def operand_height(
    body: Body,
    types: Tuple[FunctionType, ...],
    callee: Callable[[int], FunctionType],
) -> int:
    """Most values on the operand stack of a validated body. `callee` is a function's type."""
    sums = list(accumulate(map(_CHANGES.__getitem__, body.opcodes), initial=0))
    blocks: List[Tuple[int, int, bool]] = [(0, 0, True)]  # height, results, entered
    height, highest, first, is_reached = 0, 0, 0, True
    for ordinal, op, operand, _, _ in body.control:
        if is_reached:
            highest = max(highest, height - sums[first] + max(sums[first : ordinal + 1]))
            height += sums[ordinal] - sums[first]
        first = ordinal + 1
        if op in (BLOCK, LOOP, IF):
            height -= op == IF
            blocks.append((height, int(operand != EMPTY), is_reached))
        elif op == ELSE:
            height, _, is_reached = blocks[-1]
        elif op == END:
            height, results, is_reached = blocks.pop()
            height += results
        elif op in (BR, BR_TABLE, RETURN, UNREACHABLE):
            is_reached = False
        elif op == BR_IF:
            height -= 1
        elif op in (CALL, CALL_INDIRECT):
            assert isinstance(operand, int)
            kind = callee(operand) if op == CALL else types[operand]
            height += len(kind.results) - len(kind.params) - (op == CALL_INDIRECT)
    return highest
