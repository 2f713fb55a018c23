"""The gas that a block may still burn, and the limit at which each block begins.

The limit is a parameter of the chain, set at genesis. As FRAME keeps parameters that are no item
of a pallet (`parameter_types! { pub storage ... }`) it is stored under the hash of its name and
seen in the metadata only as a constant. Source: gear, vara/pallets/gas/src/lib.rs.
"""

from parachain.primitives.scale import U64
from parachain.primitives.twox import twox_128
from parachain.primitives.weight import Weight
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.storage import StorageValue
from parachain.runtime.pallets import system
from parachain.runtime.pallets.gear_gas.declarations import (
    DEFAULT_BLOCK_GAS_LIMIT,
    allowance,
    pallet,
)

_LIMIT = StorageValue(
    twox_128(b":BlockGasLimit:"),
    "BlockGasLimit",
    U64,
    DEFAULT_BLOCK_GAS_LIMIT,
    "Gas that a block may burn.",
)

_ON_INITIALIZE_WEIGHT = system.DB_WEIGHT.reads_writes(0, 1)


def genesis(ext: Ext, block_gas_limit: int) -> None:
    """Set the gas that every block may burn."""
    _LIMIT.put(ext, block_gas_limit)


def block_gas_limit(ext: Ext) -> int:
    """Return the gas that every block may burn, which is also the most a message may have."""
    return _LIMIT.get(ext)


@pallet.on_initialize
def begin_block(ext: Ext, number: int) -> Weight:  # noqa: ARG001  hooks share one signature
    """Begin with all of it."""
    allowance.put(ext, block_gas_limit(ext))
    return _ON_INITIALIZE_WEIGHT


def get(ext: Ext) -> int:
    """Return the gas that this block may still burn."""
    return allowance.get(ext)


def put(ext: Ext, gas: int) -> None:
    """Set the gas that this block may still burn."""
    allowance.put(ext, gas)


def decrease(ext: Ext, gas: int) -> None:
    """Take gas off what this block may burn, down to none."""
    allowance.put(ext, max(allowance.get(ext) - gas, 0))
