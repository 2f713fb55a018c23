"""Limits of our own on code that is valid, yet slow to compile, or not the same in all engines.

The reference has no such rules: what it accepts and these refuse takes an engine seconds to minutes
to compile, more memory than a validator of a parachain has, or ends otherwise in one engine than in
another. Compilers do not make such code.

Compiling is the allocation of registers, in the main: it grows with the values of a function times
its instructions, and worse in long functions. Measured with Cranelift 50, seconds of one core, for
code of at most 512 KB:

- 13,000 functions of 50,000 locals (105 KB): 26 s. 130,000 empty functions: 2 s.
- 1000 values pushed and added up, again and again in one function: 25 s; 16 values: 1.5 s.
- 8000 locals in use across 4000 blocks: 10 s; 100 locals set in 8000 nested loops: 2 s.
- 48,000 indirect calls in one function: 12 s, growing with the square; in 48 functions: 2 s.
- 43,000 branches to one block: 6 s, growing with the square.

Under these limits it is at most about 2 s. Of real programs at hand, whose functions have at most
151 values and a height of 18, the heaviest comes to 70 % of what a function may.

What is not limited here is memory, which is the reference's to say: a program may have 32,768 pages
of 64 KiB. It pays for those that it touches, and only these are there; an engine that has to hold
them all at once may end an execution which others do not.
"""

from typing import Final, List, Tuple

from parachain.runtime.gear.code.errors import CompileLimitError
from parachain.runtime.gear.instrumentation.stack_height import max_height
from parachain.runtime.gear.wasm.module import (
    TABLE,
    Body,
    FunctionType,
    Limits,
    Module,
    function_type_indices,
    imported,
)
from parachain.runtime.gear.wasm.opcodes import (
    BLOCK,
    BR,
    BR_IF,
    BR_TABLE,
    CALL,
    CALL_INDIRECT,
    END,
    IF,
    LOOP,
    RETURN,
)
from parachain.runtime.gear.wasm.operand_height import operand_height

#: Functions of a module; programs of the largest allowed size have some thousands.
MAX_FUNCTIONS: Final = 16_384
#: Globals of a module, which every entry point sets; compilers make fewer than ten.
MAX_GLOBALS: Final = 1024
#: Entries of the table, of 8 bytes each; programs have some hundreds. The reference has no limit.
MAX_TABLE_ENTRIES: Final = 65_536
#: Parameters and locals of a function. wasmi calls none with more than 30,000 in all, natively
#: 36,743 is where the stack limiter stops the caller.
MAX_FUNCTION_LOCALS: Final = 10_000
#: Locals that all functions declare together.
MAX_LOCALS: Final = 1_000_000
#: Branches that lead to one block, a br_table counted once for each block it names.
MAX_BRANCHES_TO_BLOCK: Final = 8192
#: Loops within one another; compilers get to some tens.
MAX_NESTED_LOOPS: Final = 256
#: Entries of one br_table; the engine takes up to 65,520.
MAX_BR_TABLE_SIZE: Final = 32_768
#: Indirect calls of one function, and of all.
MAX_FUNCTION_INDIRECT_CALLS: Final = 1024
MAX_INDIRECT_CALLS: Final = 8192
#: Values of a function (parameters, locals, operands at once) times instructions; the same of all.
#: A function that does nothing but push can get to a height of 2235.
MAX_FUNCTION_WORK: Final = 5_000_000
MAX_WORK: Final = 14_000_000
#: Instructions that others are worth: a loop passes on all locals that are set in it, a call is
#: within the stack limiter's instructions, and a branch takes all along that differs where it ends.
LOOP_WORK: Final = 16
CALL_WORK: Final = 16
BRANCH_WORK: Final = 4
#: Operands of a function that the stack limiter does not count. Without limit the native stack of
#: 2 MiB would overflow before the limiter says so, from 40 on.
MAX_UNCOUNTED_OPERANDS: Final = 16


def check_compile_limits(module: Module, *, has_limiter: bool = True) -> None:
    """Check a validated module. Raises CompileLimitError.

    Without the stack limiter its count does not matter. With it, raises InstrumentationError if
    that cannot count.
    """
    bodies = module.bodies or ()
    _check("Functions", len(bodies), MAX_FUNCTIONS)
    _check("Globals", len(module.globals or ()), MAX_GLOBALS)
    tables = [entry.type for entry in imported(module, TABLE)] + [module.table]
    for table in tables:
        if isinstance(table, Limits):
            _check("TableEntries", table.minimum, MAX_TABLE_ENTRIES)
    types = module.types or ()
    functions = [types[index] for index in function_type_indices(module)]
    first = len(functions) - len(bodies)
    locals_ = [sum([count for count, _ in body.locals]) for body in bodies]
    _check("Locals", sum(locals_), MAX_LOCALS)
    work, indirect_calls = 0, 0
    for kind, declared, body in zip(functions[first:], locals_, bodies):
        count = declared + len(kind.params)
        _check("FunctionLocals", count, MAX_FUNCTION_LOCALS)
        instructions, calls = _check_control(body)
        height = operand_height(body, types, functions.__getitem__)
        function_work = (count + height) * instructions
        _check("FunctionWork", function_work, MAX_FUNCTION_WORK)
        _check("FunctionIndirectCalls", calls, MAX_FUNCTION_INDIRECT_CALLS)
        work += function_work
        indirect_calls += calls
        if has_limiter and height > MAX_UNCOUNTED_OPERANDS:
            _check_counted(body, kind, height, types, functions, first)
    _check("Work", work, MAX_WORK)
    _check("IndirectCalls", indirect_calls, MAX_INDIRECT_CALLS)


def _check(what: str, count: int, limit: int) -> None:
    if count > limit:
        raise CompileLimitError(what, "%d, the limit is %d" % (count, limit))


def _check_counted(
    body: Body,
    kind: FunctionType,
    height: int,
    types: Tuple[FunctionType, ...],
    functions: List[FunctionType],
    first_defined: int,
) -> None:
    counted = max_height(body, kind, types, functions.__getitem__, first_defined)
    _check("UncountedOperands", height - counted, MAX_UNCOUNTED_OPERANDS)


def _check_control(body: Body) -> Tuple[int, int]:
    """Instructions, weighted, and indirect calls."""
    instructions, indirect_calls = len(body.opcodes), 0
    open_blocks: List[int] = [0]  # branches to each
    loops: List[int] = [0]  # of which each is within, or is one
    for _, op, operand, _, _ in body.control:
        if op in (BLOCK, LOOP, IF):
            open_blocks.append(0)
            loops.append(loops[-1] + (op == LOOP))
            if op != BLOCK:
                instructions += LOOP_WORK if op == LOOP else BRANCH_WORK
        elif op == END:
            _check("BranchesToBlock", open_blocks.pop(), MAX_BRANCHES_TO_BLOCK)
            _check("NestedLoops", loops.pop(), MAX_NESTED_LOOPS)
        elif op in (BR, BR_IF):
            assert isinstance(operand, int)
            open_blocks[-1 - operand] += 1
            instructions += BRANCH_WORK
        elif op == RETURN:
            open_blocks[0] += 1
        elif op == BR_TABLE:
            assert isinstance(operand, tuple)
            _check("BranchTableSize", len(operand) - 1, MAX_BR_TABLE_SIZE)
            targets = dict.fromkeys(operand)
            instructions += BRANCH_WORK * len(targets)
            for depth in targets:
                open_blocks[-1 - depth] += 1
        elif op in (CALL, CALL_INDIRECT):
            instructions += CALL_WORK
            indirect_calls += op == CALL_INDIRECT
    return instructions, indirect_calls
