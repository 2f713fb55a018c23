"""Gas of single instructions, by the instruction weights of the schedule.

Structure costs nothing (block, loop, else, end, drop, nop, return, unreachable); memory.grow has
no cost, so that code with it cannot be instrumented. Source: gear,
protocol/core/src/gas_metering/rules.rs.
"""

from typing import Dict, Final, List, NamedTuple, Tuple

from parachain.runtime.gear.schedule.instruction_weights import InstructionWeights
from parachain.runtime.gear.wasm.opcodes import (
    BR,
    BR_TABLE,
    CALL,
    CALL_INDIRECT,
    I32_CONST,
    IF,
    LOCAL_GET,
    MEMORY_SIZE,
    SELECT,
)

U32_MAX: Final = 2**32 - 1

#: Field of InstructionWeights by opcode, in runs of opcodes that follow each other.
_RUNS: Final[Tuple[Tuple[int, str], ...]] = (
    (IF, "if_"),
    (BR, "br br_if br_table"),
    (CALL, "call call_indirect"),
    (SELECT, "select"),
    (LOCAL_GET, "local_get local_set local_tee global_get global_set"),
    (0x28, "i32load i64load"),
    (0x2C, "i32load i32load i32load i32load"),
    (0x30, "i64load i64load i64load i64load i64load i64load"),
    (0x36, "i32store i64store"),
    (0x3A, "i32store i32store i64store i64store i64store"),
    (MEMORY_SIZE, "memory_current"),
    (I32_CONST, "i64const i64const"),
    (0x45, "i32eqz i32eq i32ne i32lts i32ltu i32gts i32gtu i32les i32leu i32ges i32geu"),
    (0x50, "i64eqz i64eq i64ne i64lts i64ltu i64gts i64gtu i64les i64leu i64ges i64geu"),
    (0x67, "i32clz i32ctz i32popcnt i32add i32sub i32mul i32divs i32divu i32rems i32remu"),
    (0x71, "i32and i32or i32xor i32shl i32shrs i32shru i32rotl i32rotr"),
    (0x79, "i64clz i64ctz i64popcnt i64add i64sub i64mul i64divs i64divu i64rems i64remu"),
    (0x83, "i64and i64or i64xor i64shl i64shrs i64shru i64rotl i64rotr"),
    (0xA7, "i32wrapi64"),
    (0xAC, "i64extendsi32 i64extendui32"),
    (0xC0, "i32extend8s i32extend16s i64extend8s i64extend16s i64extend32s"),
)


class Costs(NamedTuple):
    """Gas by opcode, and what depends on the operand or the function besides."""

    by_opcode: Tuple[int, ...]
    br_table_per_entry: int
    call_indirect_per_param: int
    per_local: int

    def of(self, *opcodes: int) -> int:
        """Sum over a straight line of instructions."""
        return sum([self.by_opcode[op] for op in opcodes])

    def br_table(self, entries: int) -> int:
        """Gas of a br_table; the default label is no entry."""
        base = self.by_opcode[BR_TABLE]
        return min(base + min(self.br_table_per_entry * entries, U32_MAX), U32_MAX)

    def call_indirect(self, params: int) -> int:
        """Gas of calling through the table a function of that many parameters."""
        base = self.by_opcode[CALL_INDIRECT]
        return min(base + min(self.call_indirect_per_param * params, U32_MAX), U32_MAX)


def costs(weights: InstructionWeights) -> Costs:
    """Make the table."""
    table: List[int] = [0] * 256
    fields: Dict[str, int] = weights._asdict()
    for first, names in _RUNS:
        for opcode, name in enumerate(names.split(), first):
            table[opcode] = fields[name]
    return Costs(
        tuple(table),
        weights.br_table_per_entry,
        weights.call_indirect_per_param,
        weights.call_per_local,
    )


def constant_costs(each: int, per_local: int) -> Costs:
    """Every instruction alike: for tests, and for reading the metering by eye."""
    return Costs((each,) * 256, 0, 0, per_local)
