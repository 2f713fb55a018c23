"""The schedule is Vara's: its encoding is that of the constant in Vara's metadata."""

from pathlib import Path
from typing import Any

import pytest

from parachain.primitives.scale import Composite
from parachain.runtime.gear.instrumentation.costs import costs
from parachain.runtime.gear.instrumentation.rewriting import gas_charge_overhead
from parachain.runtime.gear.schedule import (
    SCHEDULE,
    SCHEDULE_CODEC,
    Schedule,
)
from parachain.runtime.gear.schedule.instruction_weights import InstructionWeights
from parachain.runtime.gear.schedule.syscall_weights import SyscallWeights

VECTORS = Path(__file__).parents[3] / "vectors" / "gear"


def test_schedule_is_that_of_vara() -> None:
    constant = bytes.fromhex((VECTORS / "vara_schedule.hex").read_text())
    assert SCHEDULE_CODEC.encode(SCHEDULE) == constant
    assert SCHEDULE_CODEC.decode(constant) == SCHEDULE


def test_fields_are_named_as_the_values() -> None:
    info = SCHEDULE_CODEC.info
    assert isinstance(info, Composite)
    assert tuple(field.name for field in info.fields) == Schedule._fields
    parts: tuple[Any, ...] = SCHEDULE[:-1]
    for field, value in zip(info.fields, parts, strict=False):
        inner = field.codec.info
        assert isinstance(inner, Composite)
        names = tuple(part.name.replace("r#if", "if_") for part in inner.fields)
        assert names == value._fields


def test_sizes_of_the_tables() -> None:
    assert (len(InstructionWeights._fields), len(SyscallWeights._fields)) == (88, 70)


def test_overhead_of_a_charge() -> None:
    # const 539, call 3113; global.get 647 x2, local.get 766 x2, extend 226, const 539, add 1062,
    # local.tee 1917, lt_u 1793, if 4660; sub 1165, global.set 982
    assert gas_charge_overhead(costs(SCHEDULE.instruction_weights)) == 18_822


@pytest.mark.parametrize(
    ("opcode", "gas"),
    [
        (0x00, 0),
        (0x02, 0),
        (0x04, 4660),
        (0x0B, 0),
        (0x0F, 0),
        (0x1A, 0),
        (0x2C, 6194),
        (0x35, 4950),
        (0x3B, 9571),
        (0x3E, 8649),
        (0x41, 539),
        (0x4F, 1184),
        (0x5A, 1722),
        (0x78, 273),
        (0x82, 2082),
        (0x8A, 1083),
        (0xA7, 627),
        (0xC4, 680),
    ],
)
def test_cost_by_opcode(opcode: int, gas: int) -> None:
    assert costs(SCHEDULE.instruction_weights).by_opcode[opcode] == gas


def test_costs_by_operand() -> None:
    table = costs(SCHEDULE.instruction_weights)
    assert table.br_table(3) == 14_024 + 3 * 101
    assert table.call_indirect(128) == 31_333 + 128 * 715
