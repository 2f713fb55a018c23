"""Where gas is charged, and how much: every instruction costs 1 here, sums are by hand.

The topics are those of the reference's tests (wasm-instrument, gas_metering and fixtures/gas).
"""

import pytest

from parachain.runtime.gear.instrumentation.costs import Costs, constant_costs
from parachain.runtime.gear.wasm.parser import parse
from tests.runtime.gear.code.text_format import instrumented, wasm

ONE_EACH = constant_costs(1, 1)
HEAD = '(module (import "env" "memory" (memory 1))'
#: After the import of gr_system_break the function is 1 and gas_charge, behind it, 2.
BREAK = '(import "env" "gr_system_break" (func (param i32)))'


def body_of(code: bytes) -> bytes:
    bodies = parse(code).bodies
    assert bodies is not None
    return bodies[0].code


def metered(text: str, costs: Costs = ONE_EACH) -> bytes:
    return body_of(instrumented(f'{HEAD} (func (export "init") {text}))', costs, None))


def expected(text: str) -> bytes:
    charged = text.replace("CHARGE", "call 2")
    return body_of(wasm(f"{HEAD} {BREAK} (func {charged}) (func (param i32)))"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", "", id="empty"),
        pytest.param("nop nop", "i32.const 2 CHARGE nop nop", id="simple"),
        pytest.param(
            "(local i32 i64 i64) nop",
            "(local i32 i64 i64) i32.const 4 CHARGE nop",
            id="locals_are_charged_at_the_start",
        ),
        pytest.param(
            "nop block nop nop end nop", "i32.const 5 CHARGE nop block nop nop end nop", id="nested"
        ),
        pytest.param(
            "i32.const 1 if nop nop nop else nop nop end nop",
            """i32.const 3 CHARGE i32.const 1
            if i32.const 3 CHARGE nop nop nop else i32.const 2 CHARGE nop nop end nop""",
            id="ifelse",
        ),
        pytest.param(
            "i32.const 1 if end nop", "i32.const 3 CHARGE i32.const 1 if end nop", id="empty_if"
        ),
        pytest.param(
            "nop block nop br 0 nop end nop",
            "i32.const 5 CHARGE nop block nop br 0 i32.const 1 CHARGE nop end nop",
            id="branch_innermost",
        ),
        pytest.param(
            "block nop block nop i32.const 0 br_if 1 nop end nop end nop",
            """i32.const 7 CHARGE block nop block nop i32.const 0 br_if 1 i32.const 1 CHARGE nop end
            i32.const 1 CHARGE nop end nop""",
            id="branch_outer_block",
        ),
        pytest.param(
            "loop nop i32.const 1 br_if 0 nop end nop",
            """i32.const 2 CHARGE loop i32.const 3 CHARGE nop i32.const 1 br_if 0
            i32.const 1 CHARGE nop end nop""",
            id="branch_outer_loop",
        ),
        pytest.param(
            "nop return nop",
            "i32.const 2 CHARGE nop return i32.const 1 CHARGE nop",
            id="return",
        ),
        pytest.param(
            "i32.const 1 if return else nop end nop",
            # the `if` may leave the function: what follows it is a block of its own
            """i32.const 2 CHARGE i32.const 1 if i32.const 1 CHARGE return
            else i32.const 1 CHARGE nop end i32.const 1 CHARGE nop""",
            id="branch_from_if",
        ),
        pytest.param(
            "block block i32.const 0 br_table 0 1 0 end nop end nop",
            # block, block, const, br_table and, as nothing branches past the outer block, nop
            """i32.const 5 CHARGE block block i32.const 0 br_table 0 1 0 end
            i32.const 1 CHARGE nop end nop""",
            id="br_table",
        ),
        pytest.param(
            "unreachable nop", "i32.const 2 CHARGE unreachable nop", id="unreachable_ends_nothing"
        ),
        pytest.param(
            "loop loop i32.const 0 br_if 1 end end",
            "i32.const 1 CHARGE loop i32.const 1 CHARGE loop i32.const 2 CHARGE i32.const 0 br_if 1"
            " end end",
            id="branch_to_loop_is_no_way_out",
        ),
    ],
)
def test_metered_blocks(before: str, after: str) -> None:
    assert metered(before) == expected(after)


def test_call_index() -> None:
    """Calls go to the functions they went to, which have moved by one."""
    text = """(module (import "env" "memory" (memory 1)) (import "env" "gr_leave" (func))
        (func (export "init") call 0 call 2) (func nop))"""
    assert body_of(instrumented(text, ONE_EACH, None)) == body_of(
        wasm("""(module (import "env" "memory" (memory 1)) (import "env" "gr_leave" (func))
        (import "env" "gr_system_break" (func (param i32)))
        (func i32.const 2 call 4 call 0 call 3) (func nop) (func (param i32)))""")
    )


@pytest.mark.parametrize(
    ("nops", "charges"),
    [
        (1, "i32.const -2 CHARGE"),
        (2, "i32.const -1 CHARGE i32.const -3 CHARGE"),
        (3, "i32.const -1 CHARGE i32.const -1 CHARGE i32.const -4 CHARGE"),
    ],
)
def test_cost_overflow(nops: int, charges: str) -> None:
    """What does not fit in u32 is charged by more calls, all but the last with the most."""
    most = constant_costs(2**32 - 2, 0)
    assert metered("nop " * nops, most) == expected(charges + " nop" * nops)


def test_cost_of_exactly_the_most_is_one_charge() -> None:
    assert metered("nop", constant_costs(2**32 - 1, 0)) == expected("i32.const -1 CHARGE nop")


def test_br_table_and_call_indirect_cost_by_their_size() -> None:
    costs = Costs(tuple([0] * 0x0E + [100, 0, 0, 1000] + [0] * 238), 7, 30, 0)
    text = f"""{HEAD} (type (func)) (type $p (func (param i32 i64))) (table 1 funcref)
        (func (export "init") block i32.const 0 br_table 0 0 0 end
        i32.const 0 i64.const 0 i32.const 0 call_indirect (type $p)))"""
    after = f"""{HEAD} {BREAK} (type (func)) (type $p (func (param i32 i64))) (table 1 funcref)
        (func i32.const 1174 call 2 block i32.const 0 br_table 0 0 0 end
        i32.const 0 i64.const 0 i32.const 0 call_indirect (type $p)) (func (param i32)))"""
    # br_table 100 + 2 entries of 7, call_indirect 1000 + 2 parameters of 30
    assert body_of(instrumented(text, costs, None)) == body_of(wasm(after))
