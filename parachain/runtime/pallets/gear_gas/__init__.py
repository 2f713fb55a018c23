"""GearGas: the gas of messages, and the gas of blocks.

    declarations   storage, the constant and errors
    allowance      gas that a block may burn
    tree           storage of the gas tree

Others write `gear_gas.allowance.decrease(ext, gas)`.
"""

from parachain.runtime.pallets.gear_gas import allowance
from parachain.runtime.pallets.gear_gas.declarations import DEFAULT_BLOCK_GAS_LIMIT, pallet
from parachain.runtime.pallets.gear_gas.tree import StoredGasNodes, refusal

__all__ = ["DEFAULT_BLOCK_GAS_LIMIT", "StoredGasNodes", "allowance", "pallet", "refusal"]
