"""Gas of the steps before an execution, and the settings of executions: the schedule, once.

Source: gear, vara/pallets/gear/src/schedule.rs (process_costs) and lib.rs (block_config).
"""

from typing import NamedTuple, Tuple

from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.code.stored import InstantiatedSectionSizes
from parachain.runtime.gear.externalities import ExecutionSettings, execution_costs
from parachain.runtime.gear.gas_tree import ValuePerGas
from parachain.runtime.gear.message_context import ContextSettings
from parachain.runtime.pallets import balances, gear_bank, timestamp
from parachain.runtime.pallets.gear.block import block_number
from parachain.runtime.pallets.gear.declarations import (
    MAILBOX_THRESHOLD,
    OUTGOING_BYTES_LIMIT,
    OUTGOING_LIMIT,
    PERFORMANCE_MULTIPLIER,
    SCHEDULE,
)
from parachain.runtime.pallets.gear_scheduler import RENT_COSTS

_READ = SCHEDULE.db_weights.read.ref_time
_WRITE = SCHEDULE.db_weights.write.ref_time
_READ_PER_BYTE = SCHEDULE.db_weights.read_per_byte.ref_time

#: Fees of system calls for what they do to the storage later.
_CONTEXT = ContextSettings(
    sending_fee=2 * _WRITE,
    scheduled_sending_fee=4 * _WRITE,
    waiting_fee=3 * _WRITE,
    waking_fee=2 * _WRITE,
    reservation_fee=2 * _WRITE,
    outgoing_limit=OUTGOING_LIMIT,
    outgoing_bytes_limit=OUTGOING_BYTES_LIMIT,
)
_EXECUTION = execution_costs(SCHEDULE)

_INSTANTIATION: Tuple[int, ...] = tuple(
    weight.ref_time for weight in SCHEDULE.instantiation_weights
)


class PrechargeCosts(NamedTuple):
    """Gas of looking into the state."""

    program_data: int
    code_metadata: int


PRECHARGE = PrechargeCosts(_READ, _READ)


def reading_code(length: int) -> int:
    """Of loading code, original or instrumented, of that many bytes."""
    return _READ + _READ_PER_BYTE * length


def instrumenting(original_length: int) -> int:
    """Of instrumenting code again."""
    base, per_byte = SCHEDULE.instrumentation_weights
    return base.ref_time + per_byte.ref_time * original_length


def loading_allocations(intervals: int) -> int:
    """Of loading allocated pages, nothing if there are none."""
    if intervals == 0:
        return 0
    return _READ + SCHEDULE.load_allocations_weight.ref_time * intervals


def instantiating(sizes: InstantiatedSectionSizes) -> Tuple[int, ...]:
    """Of instantiating each section, in the order of `precharge.SECTIONS`."""
    return tuple(size * cost for size, cost in zip(sizes, _INSTANTIATION))


def execution_settings(ext: Ext, forbidden: Tuple[str, ...] = ()) -> ExecutionSettings:
    """The settings of all executions in this block.

    `forbidden` are system calls that trap, none but where gas is calculated for a client.
    """
    multiplier = gear_bank.GAS_MULTIPLIER_NOW
    per_gas = isinstance(multiplier, ValuePerGas)
    return ExecutionSettings(
        block_height=block_number(ext),
        block_timestamp_ms=timestamp.now(ext),
        performance_multiplier_percent=PERFORMANCE_MULTIPLIER,
        existential_deposit=balances.EXISTENTIAL_DEPOSIT,
        mailbox_threshold=MAILBOX_THRESHOLD,
        gas_per_value=0 if per_gas else multiplier[0],
        value_per_gas=multiplier[0] if per_gas else 0,
        max_pages=SCHEDULE.limits.memory_pages,
        reserve_for=RENT_COSTS.reserve_for,
        forbidden=forbidden,
        context=_CONTEXT,
        costs=_EXECUTION,
    )
