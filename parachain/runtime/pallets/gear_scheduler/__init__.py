"""GearScheduler: tasks of coming blocks, and the rent until then.

    declarations   storage, constants and errors
    task_pool      adding, calling off and taking tasks

Others write `gear_scheduler.task_pool.add(ext, block, task)`. Tasks are run by pallet Gear.
"""

from parachain.runtime.pallets.gear_scheduler import task_pool
from parachain.runtime.pallets.gear_scheduler.declarations import RENT_COSTS, pallet

__all__ = ["RENT_COSTS", "pallet", "task_pool"]
