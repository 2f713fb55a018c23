"""Code that is small and valid, and slow to compile: each limit at its edge."""

import pytest

from parachain.runtime.gear.code.compile_limits import (
    BRANCH_WORK,
    CALL_WORK,
    LOOP_WORK,
    MAX_BR_TABLE_SIZE,
    MAX_BRANCHES_TO_BLOCK,
    MAX_FUNCTION_INDIRECT_CALLS,
    MAX_FUNCTION_LOCALS,
    MAX_FUNCTION_WORK,
    MAX_FUNCTIONS,
    MAX_GLOBALS,
    MAX_INDIRECT_CALLS,
    MAX_LOCALS,
    MAX_NESTED_LOOPS,
    MAX_TABLE_ENTRIES,
    MAX_UNCOUNTED_OPERANDS,
    MAX_WORK,
    check_compile_limits,
)
from parachain.runtime.gear.code.errors import CompileLimitError
from parachain.runtime.gear.wasm.leb128 import unsigned
from parachain.runtime.gear.wasm.module import Module
from parachain.runtime.gear.wasm.parser import parse
from parachain.runtime.gear.wasm.validator import validate
from tests.runtime.gear.code.random_modules import section, sized

I32_GLOBAL = b"\x7f\1\x41\0\x0b"


def module(
    bodies: list[bytes], *, params: int = 0, global_count: int = 1, table: int = 1
) -> Module:
    types = section(1, [b"\x60" + unsigned(params) + b"\x7f" * params + b"\0"])
    functions = section(3, [b"\0"] * len(bodies))
    tables = section(4, [b"\x70\0" + unsigned(table)])
    globals_ = section(6, [I32_GLOBAL] * global_count)
    code = section(10, bodies)
    parsed = parse(b"\0asm\1\0\0\0" + types + functions + tables + globals_ + code)
    validate(parsed)
    return parsed


def body(code: bytes, locals_: int = 0) -> bytes:
    groups = b"\1" + unsigned(locals_) + b"\x7f" if locals_ else b"\0"
    return sized(groups + code + b"\x0b")


def br_table(entries: int) -> bytes:
    return b"\x41\0\x0e" + unsigned(entries) + bytes(entries + 1)


def works(work: int, more: int = 0) -> bytes:
    """Body of 1000 locals and no operands that is worth this, and `more` times 1000."""
    assert work % 1000 == 0
    return body(b"\1" * (work // 1000 - 1 + more), 1000)


def loops(depth: int) -> bytes:
    return b"\x03\x40" * depth + b"\x0b" * depth


def uncounted(operands: int) -> bytes:
    """Operands behind a `then` that returns, which the limiter counts as what its activation is."""
    pushed = b"\x23\0" * operands + b"\x1a" * operands
    return b"\x23\0\x04\x40\x0f\x05" + pushed + b"\x0b"


BR_IF = b"\x41\1\x0d\0"
INDIRECT = b"\x41\0\x11\0\0"
FULL = MAX_FUNCTION_INDIRECT_CALLS
#: What is just within a limit, and what is beyond it if added.
EDGES = {
    "Functions": ([body(b"")] * MAX_FUNCTIONS, [body(b"")]),
    "Locals": ([body(b"", 10_000)] * (MAX_LOCALS // 10_000), [body(b"", 1)]),
    "FunctionLocals": ([body(b"", MAX_FUNCTION_LOCALS)], [body(b"", MAX_FUNCTION_LOCALS + 1)]),
    "BranchTableSize": (
        [body(br_table(MAX_BR_TABLE_SIZE))],
        [body(br_table(MAX_BR_TABLE_SIZE + 1))],
    ),
    "BranchesToBlock": (
        [body(BR_IF * MAX_BRANCHES_TO_BLOCK + b"\x02\x40" + BR_IF + b"\x0b")],
        [body(BR_IF * (MAX_BRANCHES_TO_BLOCK + 1))],
    ),
    "NestedLoops": (
        [body(loops(MAX_NESTED_LOOPS) + loops(1))],
        [body(loops(MAX_NESTED_LOOPS + 1))],
    ),
    "FunctionIndirectCalls": ([body(INDIRECT * FULL)], [body(INDIRECT * (FULL + 1))]),
    "IndirectCalls": ([body(INDIRECT * FULL)] * (MAX_INDIRECT_CALLS // FULL), [body(INDIRECT)]),
    "FunctionWork": ([works(MAX_FUNCTION_WORK)], [works(MAX_FUNCTION_WORK, 1)]),
    "Work": ([works(MAX_WORK // 4)] * 4, [works(1000)]),
    "UncountedOperands": (
        [body(uncounted(MAX_UNCOUNTED_OPERANDS + 3))],
        [body(uncounted(MAX_UNCOUNTED_OPERANDS + 4))],
    ),
}


@pytest.mark.parametrize("reason", EDGES)
def test_limits(reason: str) -> None:
    at_the_edge, one_more = EDGES[reason]
    check_compile_limits(module(at_the_edge))
    with pytest.raises(CompileLimitError, match=f"^{reason}: "):
        check_compile_limits(module([*at_the_edge, *one_more]))


def test_globals_and_table() -> None:
    check_compile_limits(module([], global_count=MAX_GLOBALS, table=MAX_TABLE_ENTRIES))
    with pytest.raises(CompileLimitError, match="Globals"):
        check_compile_limits(module([], global_count=MAX_GLOBALS + 1))
    with pytest.raises(CompileLimitError, match="TableEntries"):
        check_compile_limits(module([], table=MAX_TABLE_ENTRIES + 1))


def test_parameters_are_locals() -> None:
    check_compile_limits(module([body(b"", MAX_FUNCTION_LOCALS - 5)], params=5))
    with pytest.raises(CompileLimitError, match="FunctionLocals"):
        check_compile_limits(module([body(b"", MAX_FUNCTION_LOCALS - 5)], params=6))


def test_operands_are_values_of_the_work() -> None:
    """Pushes that `return` leaves behind: as many values as instructions but two."""
    height = 2235
    assert height * (height + 2) <= MAX_FUNCTION_WORK < (height + 1) * (height + 3)
    check_compile_limits(module([body(b"\x23\0" * height + b"\x0f")]))
    with pytest.raises(CompileLimitError, match="FunctionWork"):
        check_compile_limits(module([body(b"\x23\0" * (height + 1) + b"\x0f")]))


@pytest.mark.parametrize(
    ("code", "instructions"),
    [
        pytest.param(loops(10), 10 * (LOOP_WORK + 2), id="loop"),
        pytest.param(b"\x10\0" * 10, 10 * (CALL_WORK + 1), id="call"),
        pytest.param((b"\x0c\0") * 10, 10 * (BRANCH_WORK + 1), id="br"),
        pytest.param(b"\x02\x40\x0b" * 10, 20, id="block"),
    ],
)
def test_what_instructions_are_worth(code: bytes, instructions: int) -> None:
    rest = MAX_FUNCTION_WORK // 1000 - instructions - 1
    check_compile_limits(module([body(code + b"\1" * rest, 1000)]))
    with pytest.raises(CompileLimitError, match="FunctionWork"):
        check_compile_limits(module([body(code + b"\1" * (rest + 1), 1000)]))


def test_what_the_limiter_does_not_count_does_not_matter_without_it() -> None:
    check_compile_limits(module([body(uncounted(1000))]), has_limiter=False)


@pytest.mark.parametrize("branch", [b"\x0f", b"\x0c\0", br_table(3)])
def test_every_branch_counts_once(branch: bytes) -> None:
    check_compile_limits(module([body(branch * MAX_BRANCHES_TO_BLOCK)]))
    with pytest.raises(CompileLimitError, match="BranchesToBlock"):
        check_compile_limits(module([body(branch * (MAX_BRANCHES_TO_BLOCK + 1))]))
