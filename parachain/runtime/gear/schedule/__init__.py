"""What everything costs that a program does, and the limits it must keep: Gear's `Schedule`.

The values are Vara's at spec version 20000; a chain may replace any with `SCHEDULE._replace(...)`.
The order of the fields is that of the encoding, as `Gear.Schedule` is a constant in the metadata.
"""

from typing import Final, NamedTuple

from parachain.primitives.scale import fields, struct
from parachain.primitives.weight import WEIGHT, Weight
from parachain.runtime.gear.schedule.instruction_weights import (
    INSTRUCTION_WEIGHTS,
    INSTRUCTION_WEIGHTS_CODEC,
    InstructionWeights,
)
from parachain.runtime.gear.schedule.limits import LIMITS, LIMITS_CODEC, Limits
from parachain.runtime.gear.schedule.resource_weights import (
    DB_WEIGHTS,
    DB_WEIGHTS_CODEC,
    INSTANTIATION_WEIGHTS,
    INSTANTIATION_WEIGHTS_CODEC,
    INSTRUMENTATION_WEIGHTS,
    INSTRUMENTATION_WEIGHTS_CODEC,
    MEMORY_WEIGHTS,
    MEMORY_WEIGHTS_CODEC,
    RENT_WEIGHTS,
    RENT_WEIGHTS_CODEC,
    TASK_WEIGHTS,
    TASK_WEIGHTS_CODEC,
    DbWeights,
    InstantiationWeights,
    InstrumentationWeights,
    MemoryWeights,
    RentWeights,
    TaskWeights,
)
from parachain.runtime.gear.schedule.syscall_weights import (
    SYSCALL_WEIGHTS,
    SYSCALL_WEIGHTS_CODEC,
    SyscallWeights,
)


class Schedule(NamedTuple):
    """Limits and weights. Weights are of gas: a picosecond of `ref_time` is one unit."""

    limits: Limits
    instruction_weights: InstructionWeights
    syscall_weights: SyscallWeights
    memory_weights: MemoryWeights
    rent_weights: RentWeights
    db_weights: DbWeights
    task_weights: TaskWeights
    instantiation_weights: InstantiationWeights
    instrumentation_weights: InstrumentationWeights
    load_allocations_weight: Weight


SCHEDULE: Final = Schedule(
    limits=LIMITS,
    instruction_weights=INSTRUCTION_WEIGHTS,
    syscall_weights=SYSCALL_WEIGHTS,
    memory_weights=MEMORY_WEIGHTS,
    rent_weights=RENT_WEIGHTS,
    db_weights=DB_WEIGHTS,
    task_weights=TASK_WEIGHTS,
    instantiation_weights=INSTANTIATION_WEIGHTS,
    instrumentation_weights=INSTRUMENTATION_WEIGHTS,
    load_allocations_weight=Weight(20_559, 0),
)

SCHEDULE_CODEC: Final = struct(
    "pallet_gear::schedule::Schedule",
    Schedule,
    fields(
        ("limits", LIMITS_CODEC),
        ("instruction_weights", INSTRUCTION_WEIGHTS_CODEC.named("InstructionWeights<T>")),
        ("syscall_weights", SYSCALL_WEIGHTS_CODEC.named("SyscallWeights<T>")),
        ("memory_weights", MEMORY_WEIGHTS_CODEC.named("MemoryWeights<T>")),
        ("rent_weights", RENT_WEIGHTS_CODEC.named("RentWeights<T>")),
        ("db_weights", DB_WEIGHTS_CODEC.named("DbWeights<T>")),
        ("task_weights", TASK_WEIGHTS_CODEC.named("TaskWeights<T>")),
        ("instantiation_weights", INSTANTIATION_WEIGHTS_CODEC.named("InstantiationWeights<T>")),
        (
            "instrumentation_weights",
            INSTRUMENTATION_WEIGHTS_CODEC.named("InstrumentationWeights<T>"),
        ),
        ("load_allocations_weight", WEIGHT),
    ),
    (("T", None),),
)
