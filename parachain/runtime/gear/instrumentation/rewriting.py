"""The code that instrumentation writes: around calls, before metered blocks, new functions."""

from typing import Dict, List, NamedTuple, Tuple

from parachain.runtime.gear.instrumentation.costs import Costs
from parachain.runtime.gear.instrumentation.metering import charge, i32_const, metered_blocks
from parachain.runtime.gear.wasm.leb128 import signed, unsigned
from parachain.runtime.gear.wasm.module import Body, FunctionType
from parachain.runtime.gear.wasm.opcodes import (
    CALL,
    EMPTY,
    END,
    GLOBAL_GET,
    GLOBAL_SET,
    I32_ADD,
    I32_CONST,
    I32_GT_U,
    I32_SUB,
    I64,
    I64_ADD,
    I64_CONST,
    I64_EXTEND_I32_U,
    I64_LT_U,
    I64_SUB,
    IF,
    LOCAL_GET,
    LOCAL_TEE,
)

#: Arguments of gr_system_break.
OUT_OF_GAS = 0
STACK_LIMIT_EXCEEDED = 1


class Layout(NamedTuple):
    """Where everything is in the instrumented module, and what it costs.

    `system_break`, `gas_charge`: functions. `stack_height`, `gas`: globals. `stack_costs`: of each
    function by its index in the instrumented module, 0 for imports.
    """

    costs: Costs
    types: Tuple[FunctionType, ...]
    system_break: int
    gas_charge: int
    stack_height: int
    gas: int
    stack_limit: int
    stack_costs: List[int]


def _break(layout: Layout, code: int) -> bytes:
    return i32_const(code) + bytes((CALL,)) + unsigned(layout.system_break)


def before_call(layout: Layout, cost: int) -> bytes:
    """Add `cost` to the stack height, and end the execution if that is above the limit."""
    get = bytes((GLOBAL_GET,)) + unsigned(layout.stack_height)
    put = bytes((GLOBAL_SET,)) + unsigned(layout.stack_height)
    add = get + i32_const(cost) + bytes((I32_ADD,)) + put
    compare = get + i32_const(layout.stack_limit) + bytes((I32_GT_U, IF, EMPTY))
    over = charge(layout.costs.of(I32_CONST, CALL), layout.gas_charge)
    return add + compare + over + _break(layout, STACK_LIMIT_EXCEEDED) + bytes((END,))


def after_call(layout: Layout, cost: int) -> bytes:
    """Take `cost` off the stack height."""
    get = bytes((GLOBAL_GET,)) + unsigned(layout.stack_height)
    put = bytes((GLOBAL_SET,)) + unsigned(layout.stack_height)
    return get + i32_const(cost) + bytes((I32_SUB,)) + put


def limited_call_cost(costs: Costs) -> int:
    """Gas of a call with what is put around it, but for the inside of the `if`."""
    add = costs.of(GLOBAL_GET, I32_CONST, I32_ADD, GLOBAL_SET)
    compare = costs.of(GLOBAL_GET, I32_CONST, I32_GT_U, IF)
    return add + compare + costs.of(CALL, GLOBAL_GET, I32_CONST, I32_SUB, GLOBAL_SET)


def rewrite(layout: Layout, body: Body) -> Body:
    """Body of a function of the original module, instrumented.

    Its calls are by the old indices: from the place of gr_system_break on, functions moved by one.
    """
    first_defined = layout.system_break
    costs = layout.costs
    limited, plain = limited_call_cost(costs), costs.of(CALL)

    def call_cost(function: int) -> int:
        is_limited = function >= first_defined and layout.stack_costs[function + 1]
        return limited if is_limited else plain

    edits = [
        (block.start, 0, block.start, charge(block.cost, layout.gas_charge))
        for block in metered_blocks(body, costs, layout.types, call_cost)
    ]
    calls: Dict[int, bytes] = {}
    for control in body.control:
        function = control.operand
        if control.opcode != CALL or not isinstance(function, int) or function < first_defined:
            continue
        if function not in calls:
            calls[function] = _limited_call(layout, function + 1)
        edits.append((control.start, 1, control.end, calls[function]))
    edits.sort()
    pieces = []
    done = 0
    for start, _, end, inserted in edits:
        pieces += [body.code[done:start], inserted]
        done = end
    pieces.append(body.code[done:])
    return _plain(body.locals, b"".join(pieces))


def _limited_call(layout: Layout, function: int) -> bytes:
    cost = layout.stack_costs[function]
    call = bytes((CALL,)) + unsigned(function)
    if not cost:
        return call
    return before_call(layout, cost) + call + after_call(layout, cost)


def _plain(groups: Tuple[Tuple[int, int], ...], code: bytes) -> Body:
    return Body(groups, code, b"", [], [])


def thunk(layout: Layout, function: int, kind: FunctionType, cost: int) -> Body:
    """Function that enters `function` from outside: a limited call with the same arguments."""
    costs = layout.costs
    arguments = range(len(kind.params))
    gas = limited_call_cost(costs) + costs.of(LOCAL_GET) * len(arguments)
    pushed = b"".join([bytes((LOCAL_GET,)) + unsigned(index) for index in arguments])
    call = bytes((CALL,)) + unsigned(function)
    code = (
        charge(gas, layout.gas_charge)
        + before_call(layout, cost)
        + pushed
        + call
        + after_call(layout, cost)
        + bytes((END,))
    )
    return _plain((), code)


def gas_charge_overhead(costs: Costs) -> int:
    """Gas of one call of gas_charge, with the pushing of its argument, where gas suffices."""
    check = costs.of(
        GLOBAL_GET, LOCAL_GET, I64_EXTEND_I32_U, I64_CONST, I64_ADD, LOCAL_TEE, I64_LT_U, IF
    )
    spend = costs.of(GLOBAL_GET, LOCAL_GET, I64_SUB, GLOBAL_SET)
    return costs.of(I32_CONST, CALL) + costs.per_local + check + spend


def gas_charge_body(layout: Layout) -> Body:
    """The function gas_charge(u32): take the argument and its own cost off the gas.

    If there is not as much, nothing is taken and the execution ends. It is not metered itself.
    """
    gas = unsigned(layout.gas)
    total = bytes((LOCAL_GET, 0, I64_EXTEND_I32_U, I64_CONST))
    total += signed(gas_charge_overhead(layout.costs)) + bytes((I64_ADD, LOCAL_TEE, 1))
    check = bytes((GLOBAL_GET,)) + gas + total + bytes((I64_LT_U, IF, EMPTY))
    check += _break(layout, OUT_OF_GAS) + bytes((END,))
    spend = bytes((GLOBAL_GET,)) + gas + bytes((LOCAL_GET, 1, I64_SUB, GLOBAL_SET)) + gas
    return _plain(((1, I64),), check + spend + bytes((END,)))
