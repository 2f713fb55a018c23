"""How much fits into a block: weight and length, by class of dispatch.

The figures are Vara's: one second of computation, a quarter of it for normal extrinsics, so
that three quarters are left for the message queue; 5 MiB, half of it for normal extrinsics.
Types follow frame_system::limits and frame_support::dispatch::PerDispatchClass.
"""

from typing import Generic, NamedTuple, Optional, TypeVar

from parachain.primitives.dispatch_info import DispatchClass
from parachain.primitives.per_things import Perbill
from parachain.primitives.scale import U32, U64, Codec, fields, option, struct
from parachain.primitives.weight import U64_MAX, WEIGHT, ZERO, Weight

T = TypeVar("T")


class PerDispatchClass(NamedTuple, Generic[T]):
    """One value per class, in the order of `DispatchClass`: `limits[info.dispatch_class]`."""

    normal: T
    operational: T
    mandatory: T


def per_dispatch_class(codec: Codec[T]) -> Codec[PerDispatchClass[T]]:
    """Codec of one value per class."""
    body = fields(("normal", codec), ("operational", codec), ("mandatory", codec))
    path = "frame_support::dispatch::PerDispatchClass"
    return struct(path, PerDispatchClass, body, (("T", codec),))


#: Weight that the extrinsics of a block have used, by class.
ConsumedWeight = PerDispatchClass[Weight]
CONSUMED_WEIGHT = per_dispatch_class(WEIGHT)
NOTHING_CONSUMED: ConsumedWeight = PerDispatchClass(ZERO, ZERO, ZERO)


def accrue(consumed: ConsumedWeight, weight: Weight, kind: DispatchClass) -> ConsumedWeight:
    """Add `weight` to one class."""
    normal, operational, mandatory = consumed
    if kind is DispatchClass.NORMAL:
        return PerDispatchClass(normal.saturating_add(weight), operational, mandatory)
    if kind is DispatchClass.OPERATIONAL:
        return PerDispatchClass(normal, operational.saturating_add(weight), mandatory)
    return PerDispatchClass(normal, operational, mandatory.saturating_add(weight))


def reduce(consumed: ConsumedWeight, weight: Weight, kind: DispatchClass) -> ConsumedWeight:
    """Take `weight` away from one class, down to zero at most."""
    normal, operational, mandatory = consumed
    if kind is DispatchClass.NORMAL:
        return PerDispatchClass(normal.saturating_sub(weight), operational, mandatory)
    if kind is DispatchClass.OPERATIONAL:
        return PerDispatchClass(normal, operational.saturating_sub(weight), mandatory)
    return PerDispatchClass(normal, operational, mandatory.saturating_sub(weight))


def total(consumed: ConsumedWeight) -> Weight:
    """Weight of all classes together."""
    (a, a_proof), (b, b_proof), (c, c_proof) = consumed
    return Weight(min(a + b + c, U64_MAX), min(a_proof + b_proof + c_proof, U64_MAX))


class WeightsPerClass(NamedTuple):
    """Limits of a class. None is no limit; `reserved` stays usable when the block is full."""

    base_extrinsic: Weight
    max_extrinsic: Optional[Weight]
    max_total: Optional[Weight]
    reserved: Optional[Weight]


class BlockWeights(NamedTuple):
    """Weight limits of a block and the base weights of blocks and extrinsics."""

    base_block: Weight
    max_block: Weight
    per_class: PerDispatchClass[WeightsPerClass]


class BlockLength(NamedTuple):
    """Most bytes that all extrinsics of a block may have when one of a class is added."""

    max: PerDispatchClass[int]


class DbWeight(NamedTuple):
    """What one access to the database costs, in picoseconds."""

    read: int
    write: int

    def reads_writes(self, reads: int, writes: int) -> Weight:
        """Weight of so many accesses."""
        return Weight(self.read * reads + self.write * writes, 0)


WEIGHTS_PER_CLASS = struct(
    "frame_system::limits::WeightsPerClass",
    WeightsPerClass,
    fields(
        ("base_extrinsic", WEIGHT),
        ("max_extrinsic", option(WEIGHT)),
        ("max_total", option(WEIGHT)),
        ("reserved", option(WEIGHT)),
    ),
)
BLOCK_WEIGHTS_CODEC = struct(
    "frame_system::limits::BlockWeights",
    BlockWeights,
    fields(
        ("base_block", WEIGHT),
        ("max_block", WEIGHT),
        ("per_class", per_dispatch_class(WEIGHTS_PER_CLASS)),
    ),
)
BLOCK_LENGTH_CODEC = struct(
    "frame_system::limits::BlockLength", BlockLength, fields(("max", per_dispatch_class(U32)))
)
DB_WEIGHT_CODEC = struct(
    "sp_weights::RuntimeDbWeight", DbWeight, fields(("read", U64), ("write", U64))
)

#: Substrate's measurements of an empty block and an empty extrinsic, in picoseconds.
BLOCK_EXECUTION_WEIGHT = Weight(453_383_000, 0)
EXTRINSIC_BASE_WEIGHT = Weight(107_074_000, 0)

#: Computation of a block in picoseconds; the size of proofs is not limited.
MAX_BLOCK_WEIGHT = Weight(10**12, U64_MAX)

#: Share of normal extrinsics, and what `on_initialize` is expected to take, in percent.
NORMAL_WEIGHT_PERCENT = 25
INITIALIZATION_PERCENT = 3

MAX_BLOCK_BYTES = 5 * 1024 * 1024


def _percent(weight: Weight, percent: int) -> Weight:
    parts = Perbill.from_percent(percent)
    return Weight(Perbill.mul(parts, weight.ref_time), Perbill.mul(parts, weight.proof_size))


def block_weights_for(max_block: Weight) -> BlockWeights:
    """Limits for a block of `max_block`, as gear_runtime_common::block_weights_for."""
    normal = _percent(max_block, NORMAL_WEIGHT_PERCENT)
    init_cost = _percent(max_block, INITIALIZATION_PERCENT)
    base = EXTRINSIC_BASE_WEIGHT

    def class_limits(most: Weight, reserved: Weight) -> WeightsPerClass:
        longest = most.saturating_sub(init_cost).saturating_sub(base)
        return WeightsPerClass(base, longest, most, reserved)

    return BlockWeights(
        BLOCK_EXECUTION_WEIGHT,
        max_block,
        PerDispatchClass(
            class_limits(normal, ZERO),
            class_limits(max_block, max_block.saturating_sub(normal)),
            WeightsPerClass(base, None, None, None),
        ),
    )


BLOCK_WEIGHTS = block_weights_for(MAX_BLOCK_WEIGHT)
BLOCK_LENGTH = BlockLength(PerDispatchClass(MAX_BLOCK_BYTES // 2, MAX_BLOCK_BYTES, MAX_BLOCK_BYTES))

#: Substrate's measurements of RocksDB.
DB_WEIGHT = DbWeight(read=25_000_000, write=100_000_000)
