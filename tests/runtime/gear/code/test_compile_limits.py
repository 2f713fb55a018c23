"""Code that is small and valid, and slow to compile: each limit at its edge."""

import pytest

from parachain.runtime.gear.code.compile_limits import (
    MAX_BR_TABLE_SIZE,
    MAX_BRANCHES_TO_BLOCK,
    MAX_FUNCTIONS,
    MAX_LOCALS,
    check_compile_limits,
)
from parachain.runtime.gear.code.errors import CompileLimitError
from parachain.runtime.gear.wasm.leb128 import unsigned
from parachain.runtime.gear.wasm.module import Module
from parachain.runtime.gear.wasm.parser import parse
from parachain.runtime.gear.wasm.validator import validate
from tests.runtime.gear.code.random_modules import section, sized


def module(bodies: list[bytes]) -> Module:
    types, functions = section(1, [b"\x60\0\0"]), section(3, [b"\0"] * len(bodies))
    parsed = parse(b"\0asm\1\0\0\0" + types + functions + section(10, bodies))
    validate(parsed)
    return parsed


def body(code: bytes, locals_: int = 0) -> bytes:
    groups = b"\1" + unsigned(locals_) + b"\x7f" if locals_ else b"\0"
    return sized(groups + code + b"\x0b")


def br_table(entries: int) -> bytes:
    return b"\x41\0\x0e" + unsigned(entries) + bytes(entries + 1)


BR_IF = b"\x41\1\x0d\0"
EDGES = {
    "Functions": ([body(b"")] * MAX_FUNCTIONS, [body(b"")]),
    "Locals": ([body(b"", 50_000)] * (MAX_LOCALS // 50_000), [body(b"", 1)]),
    "BranchTableSize": (
        [body(br_table(MAX_BR_TABLE_SIZE))],
        [body(br_table(MAX_BR_TABLE_SIZE + 1))],
    ),
    "BranchesToBlock": (
        [body(BR_IF * MAX_BRANCHES_TO_BLOCK + b"\x02\x40" + BR_IF + b"\x0b")],
        [body(BR_IF * (MAX_BRANCHES_TO_BLOCK + 1))],
    ),
}


@pytest.mark.parametrize("reason", EDGES)
def test_limits(reason: str) -> None:
    at_the_edge, one_more = EDGES[reason]
    check_compile_limits(module(at_the_edge))
    with pytest.raises(CompileLimitError, match=reason):
        check_compile_limits(module([*at_the_edge, *one_more]))


@pytest.mark.parametrize("branch", [b"\x0f", b"\x0c\0", br_table(3)])
def test_every_branch_counts_once(branch: bytes) -> None:
    check_compile_limits(module([body(branch * MAX_BRANCHES_TO_BLOCK)]))
    with pytest.raises(CompileLimitError, match="BranchesToBlock"):
        check_compile_limits(module([body(branch * (MAX_BRANCHES_TO_BLOCK + 1))]))
