"""What pallet_gear_scheduler declares: tasks by block, and what holding something costs."""

from parachain.primitives.scale import U32, U64, UNIT
from parachain.runtime.frame.hashers import Hasher
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.gear.holds import RentCosts
from parachain.runtime.gear.tasks import SCHEDULED_TASK

pallet = Pallet("GearScheduler", "pallet_gear_scheduler", storage_version=3)

first_incomplete_tasks_block = pallet.optional(
    "FirstIncompleteTasksBlock", U32, "The earliest block that has tasks left over."
)
task_pool = pallet.optional_double_map(
    "TaskPool",
    (Hasher.IDENTITY, U32),
    (Hasher.IDENTITY, SCHEDULED_TASK),
    UNIT,
    "What is to be done, by Gear block. The second key is the task itself.",
)

_COST = U64.named("Cost")

RESERVE_THRESHOLD = pallet.constant(
    "ReserveThreshold",
    U32.named("BlockNumberFor<Self>"),
    1,
    "Blocks that are paid ahead, in case that tasks are done late.",
)
WAITLIST_COST = pallet.constant("WaitlistCost", _COST, 100, "Gas for a block in the waitlist.")
MAILBOX_COST = pallet.constant("MailboxCost", _COST, 100, "Gas for a block in the mailbox.")
RESERVATION_COST = pallet.constant(
    "ReservationCost", _COST, 100, "Gas for holding a gas reservation for a block."
)
DISPATCH_HOLD_COST = pallet.constant(
    "DispatchHoldCost", _COST, 100, "Gas for a block in the stash."
)

#: The same for the engine.
RENT_COSTS = RentCosts(
    mailbox=MAILBOX_COST,
    waitlist=WAITLIST_COST,
    reservation=RESERVATION_COST,
    dispatch_stash=DISPATCH_HOLD_COST,
    reserve_for=RESERVE_THRESHOLD,
)

DUPLICATE_TASK = pallet.error(0, "DuplicateTask", "The block has this task already.")
TASK_NOT_FOUND = pallet.error(1, "TaskNotFound", "The block has no such task.")
