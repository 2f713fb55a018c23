"""How high stacks really get, by hand, and where that differs from what the limiter counts."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.runtime.gear.wasm import function_validator as validator
from parachain.runtime.gear.wasm.module import Body, FunctionType, function_type_indices
from parachain.runtime.gear.wasm.opcodes import CALL_INDIRECT, LOCAL_GET, SIGNATURES
from parachain.runtime.gear.wasm.operand_height import operand_height
from parachain.runtime.gear.wasm.parser import parse
from parachain.runtime.gear.wasm.validator import validate
from tests.runtime.gear.code.random_modules import random_module
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


def validated_height(context: validator.Context, kind: FunctionType, body: Body) -> int:
    """Most values that the validator has on its stack where code can be reached."""
    checker, highest = validator._Checker(context, kind, body), 0
    for op, operand in zip(body.opcodes, body.immediates, strict=True):
        signature = SIGNATURES[op]
        if op == LOCAL_GET:
            assert isinstance(operand, int)
            checker.stack.append(checker.locals.type_of(operand))
        elif signature is not None:
            checker.pop(signature[0])
            checker.stack += signature[1]
        elif op > CALL_INDIRECT:
            validator._check_value(checker, op, operand)
        else:
            validator._check_control(checker, op, operand)
        is_dead = checker.unreachable or any(frame.was_unreachable for frame in checker.frames)
        if checker.frames and not is_dead:  # behind the last `end` is no operand
            highest = max(highest, len(checker.stack))
    return highest


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.booleans())
def test_it_is_what_the_validator_has(seed: int, dead_code: bool) -> None:
    parsed = parse(random_module(random.Random(seed), dead_code=dead_code))
    validate(parsed)
    types, bodies = parsed.types or (), parsed.bodies or ()
    functions = [types[index] for index in function_type_indices(parsed)]
    globals_ = [entry.type for entry in parsed.globals or ()]
    context = validator.Context(types, functions, globals_, has_table=True, has_memory=True)
    for kind, body in zip(functions[-len(bodies) :], bodies, strict=True):
        expected = validated_height(context, kind, body)
        assert operand_height(body, types, functions.__getitem__) == expected
