"""Blocks of instructions that are charged for at once, and the calls that charge for them.

A block ends where control may leave or arrive. What a `block` instruction encloses up to its first
branch belongs to the block around it. Source: gear,
protocol/wasm-instrument/src/gas_metering/mod.rs.
"""

from itertools import accumulate
from typing import Callable, Final, List, NamedTuple, Tuple

from parachain.runtime.gear.instrumentation.costs import U32_MAX, Costs
from parachain.runtime.gear.wasm.leb128 import signed, unsigned
from parachain.runtime.gear.wasm.module import Body, Control, FunctionType
from parachain.runtime.gear.wasm.opcodes import (
    BLOCK,
    BR,
    BR_IF,
    BR_TABLE,
    CALL,
    CALL_INDIRECT,
    ELSE,
    END,
    I32_CONST,
    IF,
    LOOP,
    RETURN,
)


class MeteredBlock(NamedTuple):
    """Gas to charge before the instruction at the byte position `start`."""

    start: int
    cost: int


class _ControlBlock:
    """An open block of code, and the metered block that grows in it.

    `lowest_target` is the outermost block that a forward branch from here leads to the end of, as
    an index on the stack of blocks; its own index if there is none.
    """

    __slots__ = ("cost", "is_loop", "lowest_target", "start")

    def __init__(self, index: int, start: int, is_loop: bool) -> None:
        self.lowest_target = index
        self.start = start
        self.cost = 0
        self.is_loop = is_loop


class _Meter:
    __slots__ = ("blocks", "found")

    def __init__(self, cost: int) -> None:
        self.blocks = [_ControlBlock(0, 0, False)]
        self.blocks[0].cost = cost
        self.found: List[MeteredBlock] = []

    def open(self, start: int, is_loop: bool) -> None:
        self.blocks.append(_ControlBlock(len(self.blocks), start, is_loop))

    def finish(self, after: int) -> None:
        """End the metered block; the next one starts at `after`."""
        block = self.blocks[-1]
        start, cost = block.start, block.cost
        block.start, block.cost = after, 0
        if len(self.blocks) > 1 and self.blocks[-2].start == start:
            self.blocks[-2].cost += cost
        elif cost:
            self.found.append(MeteredBlock(start, cost))

    def close(self, after: int) -> None:
        self.finish(after)
        closed = self.blocks.pop()
        if self.blocks:
            parent = self.blocks[-1]
            parent.lowest_target = min(parent.lowest_target, closed.lowest_target)
            if closed.lowest_target < len(self.blocks):
                self.finish(after)

    def branch(self, after: int, depths: Tuple[int, ...]) -> None:
        self.finish(after)
        top = len(self.blocks) - 1
        for depth in depths:
            if not self.blocks[top - depth].is_loop:
                block = self.blocks[top]
                block.lowest_target = min(block.lowest_target, top - depth)


def metered_blocks(
    body: Body,
    costs: Costs,
    types: Tuple[FunctionType, ...],
    call_cost: Callable[[int], int],
) -> List[MeteredBlock]:
    """Blocks of a body with what they cost, by position.

    `call_cost` gives the gas of calling a function, with everything that is put around the call.
    """
    by_opcode = [*costs.by_opcode]
    for op in (CALL, CALL_INDIRECT, BR_TABLE, ELSE, END):
        by_opcode[op] = 0  # depends on the operand, or is never charged
    spent = list(accumulate(map(by_opcode.__getitem__, body.opcodes), initial=0))
    meter = _Meter(costs.per_local * sum([count for count, _ in body.locals]))
    counted = 0
    for control in body.control:
        block = meter.blocks[-1]
        block.cost += spent[control.ordinal + 1] - spent[counted]
        counted = control.ordinal + 1
        if control.opcode == CALL:
            assert isinstance(control.operand, int)
            block.cost += call_cost(control.operand)
        elif control.opcode == CALL_INDIRECT:
            assert isinstance(control.operand, int)
            block.cost += costs.call_indirect(len(types[control.operand].params))
        else:
            _structure(meter, control, costs)
    return sorted(meter.found)


def _structure(meter: _Meter, control: Control, costs: Costs) -> None:
    _, op, operand, _, after = control
    if op == END:
        meter.close(after)
    elif op == ELSE:
        meter.finish(after)
    elif op in (BR, BR_IF):
        assert isinstance(operand, int)
        meter.branch(after, (operand,))
    elif op == BLOCK:
        meter.open(meter.blocks[-1].start, False)
    elif op in (LOOP, IF):
        meter.open(after, op == LOOP)
    elif op == BR_TABLE:
        assert isinstance(operand, tuple)
        meter.blocks[-1].cost += costs.br_table(len(operand) - 1)
        meter.branch(after, operand)
    elif op == RETURN:
        meter.branch(after, (len(meter.blocks) - 1,))


#: Most that one call of gas_charge takes.
MAX_CHARGE: Final = U32_MAX


def charge(cost: int, gas_charge: int) -> bytes:
    """Instructions that charge `cost`; for what does not fit in u32, one more call each time."""
    if not cost:
        return b""
    call = bytes((CALL,)) + unsigned(gas_charge)
    overflows = (cost - 1) // MAX_CHARGE
    rest = cost - overflows * MAX_CHARGE
    whole = bytes((I32_CONST,)) + signed(-1) + call
    return whole * overflows + i32_const(rest) + call


def i32_const(value: int) -> bytes:
    """Push a number below 2**32."""
    return bytes((I32_CONST,)) + signed(value - (1 << 32) if value >> 31 else value)
