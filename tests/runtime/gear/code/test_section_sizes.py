"""Bytes that instantiating is charged for, by hand. Topics of the reference: *_section_bytes."""

import pytest

from parachain.runtime.gear.code.code import new_code
from parachain.runtime.gear.code.stored import InstantiatedSectionSizes
from parachain.runtime.gear.schedule import SCHEDULE
from tests.runtime.gear.code.text_format import wasm

#: The two globals of instrumentation: the stack's height and the gas.
OWN_GLOBALS = 4 + 8


def sizes(items: str, pages: int = 4) -> InstantiatedSectionSizes:
    text = f"""(module (import "env" "memory" (memory {pages})) (func (export "init")) {items})"""
    return new_code(wasm(text), SCHEDULE).instrumented.instantiated_section_sizes


@pytest.mark.parametrize(
    ("segments", "pages"),
    [
        ("", 0),
        ('(data (i32.const 0) "")', 0),
        ('(data (i32.const 0) "x")', 1),
        ('(data (i32.const 4095) "xy")', 2),
        ('(data (i32.const 0) "x") (data (i32.const 4095) "y")', 1),
        ('(data (i32.const 0) "x") (data (i32.const 4096) "y")', 2),
        ('(data (i32.const 0x3fff) "x") (data (i32.const 0x3000) "y") (data (i32.const 0) "z")', 2),
        (f'(data (i32.const 4095) "{"x" * 4098}")', 3),
    ],
)
def test_data_section_bytes(segments: str, pages: int) -> None:
    assert sizes(segments).data_section == pages * 4096


@pytest.mark.parametrize(
    ("items", "size"),
    [
        ("", 0),
        ("(global i32 (i32.const 42))", 4),
        ("(global i64 (i64.const 42)) (global (mut i64) (i64.const 0))", 16),
    ],
)
def test_global_section_bytes(items: str, size: int) -> None:
    assert sizes(items).global_section == size + OWN_GLOBALS


def test_table_and_element_section_bytes() -> None:
    none = sizes("")
    assert (none.table_section, none.element_section) == (0, 0)
    filled = sizes(
        "(func $f) (table 10 20 funcref) (elem (i32.const 0) 0 1) (elem (i32.const 5) 0 0 0)"
    )
    assert (filled.table_section, filled.element_section) == (40, 20)


def test_type_section_bytes() -> None:
    # the count; 60 00 00 for init, 60 02 7f 7e 01 7e, and 60 01 7f 00 for what is inserted
    items = "(type (func (param i32 i64) (result i64)))"
    assert sizes(items).type_section == 1 + 3 + 6 + 4


def test_code_section_bytes() -> None:
    # init: length, no locals, end
    init = 1 + 1 + 1
    # its thunk: 15,246 of gas in three bytes, 3652 inside the `if` in two, the limit in three
    charge = 1 + 3 + 2
    before = (2 + 2 + 1 + 2) + (2 + 4 + 1 + 2) + (1 + 2 + 2) + (2 + 2) + 1
    after = 2 + 2 + 1 + 2
    thunk = 1 + 1 + charge + before + 2 + after + 1
    # gas_charge: one group of locals, 18,822 in three bytes
    gas_charge = 1 + 3 + (2 + 2 + 1 + 4 + 1 + 2 + 1) + 2 + (2 + 2) + 1 + (2 + 2 + 1 + 2) + 1
    assert sizes("").code_section == init + thunk + gas_charge
