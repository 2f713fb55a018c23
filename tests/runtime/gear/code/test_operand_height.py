"""How high stacks really get, by hand, and where that differs from what the limiter counts."""

import pytest

from parachain.runtime.gear.wasm.module import FunctionType
from parachain.runtime.gear.wasm.operand_height import operand_height
from tests.runtime.gear.code.text_format import module


def height(text: str) -> int:
    """Of the first function."""
    parsed = module(f"(module {text})")
    assert parsed.types is not None
    assert parsed.functions is not None
    assert parsed.bodies is not None
    types, functions = parsed.types, parsed.functions

    def callee(index: int) -> FunctionType:
        return types[functions[index]]

    return operand_height(parsed.bodies[0], types, callee)


@pytest.mark.parametrize(
    ("text", "highest"),
    [
        pytest.param("(func)", 0, id="empty"),
        pytest.param("(func i32.const 1 i32.const 2 i32.const 3 drop drop drop)", 3, id="simple"),
        pytest.param("(func (result i32) i32.const 1 i32.const 2 i32.add)", 2, id="result"),
        pytest.param(
            """(func i32.const 1 i32.const 0 if i32.const 2 i32.const 3 drop drop
               else i32.const 4 drop end drop)""",
            3,
            id="else_begins_as_the_if_did",
        ),
        pytest.param(
            """(func i32.const 0 if return
               else i32.const 1 i32.const 2 i32.const 3 drop drop drop end)""",
            3,
            id="else_behind_a_return",
        ),
        pytest.param("(func unreachable i32.const 1 i32.const 2 drop drop)", 0, id="never_reached"),
        pytest.param(
            "(func block i32.const 1 br 0 end i32.const 1 i32.const 2 drop drop)",
            2,
            id="behind_a_block_that_is_left",
        ),
        pytest.param(
            """(func i32.const 5 block (result i32) i32.const 1 i32.const 0 br_if 0 drop
               i32.const 2 end drop drop)""",
            3,
            id="branch_with_a_value",
        ),
        pytest.param(
            """(func i32.const 1 i64.const 2 i32.const 0 call_indirect (param i32 i64)
               call 1 i32.const 4 drop drop)
               (func (result i32) i32.const 1) (table 1 funcref)""",
            3,
            id="calls",
        ),
        pytest.param(
            "(func i32.const 1 i32.const 2 i32.const 3 select i32.const 4 drop drop)",
            3,
            id="select",
        ),
        pytest.param(
            "(func i32.const 0 i32.const 1 br_table 0 0)", 2, id="br_table_leaves_all_behind"
        ),
        pytest.param(
            "(func (local i32) loop local.get 0 local.tee 0 br_if 0 end i32.const 1 local.set 0)",
            1,
            id="loop",
        ),
    ],
)
def test_heights(text: str, highest: int) -> None:
    assert height(text) == highest
