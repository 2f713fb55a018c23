"""Limits of our own on code that is small and valid, yet slow to compile.

The reference has no such rules: what it accepts and these refuse takes an engine seconds to minutes
to compile, or is refused by the engine itself. Compilers do not make such code. Measured with
Cranelift 50 on one core: 13,000 functions of 50,000 locals each (105 KB) take 26 s; 43,000 branches
to one block (173 KB) 6 s, growing with the square; 130,000 empty functions (520 KB) 2 s.
"""

from typing import Final, List

from parachain.runtime.gear.code.errors import CompileLimitError
from parachain.runtime.gear.wasm.module import Body, Module
from parachain.runtime.gear.wasm.opcodes import (
    BLOCK,
    BR,
    BR_IF,
    BR_TABLE,
    END,
    IF,
    LOOP,
    RETURN,
)

#: Functions of a module; programs of the largest allowed size have some thousands.
MAX_FUNCTIONS: Final = 16_384
#: Locals that all functions declare together.
MAX_LOCALS: Final = 1_000_000
#: Branches that lead to one block, a br_table counted once for each block it names.
MAX_BRANCHES_TO_BLOCK: Final = 8192
#: Entries of one br_table; the engine takes up to 65,520.
MAX_BR_TABLE_SIZE: Final = 32_768


def check_compile_limits(module: Module) -> None:
    """Check a validated module. Raises CompileLimitError."""
    bodies = module.bodies or ()
    _check("Functions", len(bodies), MAX_FUNCTIONS)
    _check("Locals", sum([count for body in bodies for count, _ in body.locals]), MAX_LOCALS)
    for body in bodies:
        _check_branches(body)


def _check(what: str, count: int, limit: int) -> None:
    if count > limit:
        raise CompileLimitError(what, "%d, the limit is %d" % (count, limit))


def _check_branches(body: Body) -> None:
    open_blocks: List[int] = [0]
    for _, op, operand, _, _ in body.control:
        if op in (BLOCK, LOOP, IF):
            open_blocks.append(0)
        elif op == END:
            _check("BranchesToBlock", open_blocks.pop(), MAX_BRANCHES_TO_BLOCK)
        elif op in (BR, BR_IF):
            assert isinstance(operand, int)
            open_blocks[-1 - operand] += 1
        elif op == RETURN:
            open_blocks[0] += 1
        elif op == BR_TABLE:
            assert isinstance(operand, tuple)
            _check("BranchTableSize", len(operand) - 1, MAX_BR_TABLE_SIZE)
            for depth in dict.fromkeys(operand):
                open_blocks[-1 - depth] += 1
