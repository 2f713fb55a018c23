"""GearBuiltin: actors that are part of the runtime, under ids like those of programs.

actors     what an actor is: its number, its budget, how it replies or refuses
registry   the actors of this chain, and processing messages to them
curve      calculates on BLS12-381
proxying   makes accounts proxies of programs
absent     actors of Vara that this chain does not have
"""

from parachain.runtime.pallets.gear_builtin.declarations import pallet
from parachain.runtime.pallets.gear_builtin.registry import (
    ACTORS,
    CREATE_DISPATCHER_GAS,
    actor_id,
    is_builtin,
    process,
)

__all__ = ["ACTORS", "CREATE_DISPATCHER_GAS", "actor_id", "is_builtin", "pallet", "process"]
