"""What the pallet declares besides its calls: a constant, an error and events."""

from parachain.primitives.dispatch_error import DISPATCH_ERROR, DISPATCH_RESULT
from parachain.primitives.scale import U32, fields
from parachain.runtime.frame.pallet import Pallet

pallet = Pallet("Utility", "pallet_utility")

BATCHED_CALLS_LIMIT = pallet.constant(
    "batched_calls_limit", U32, 10922, "Calls a batch can have at most."
)

TOO_MANY_CALLS = pallet.error(0, "TooManyCalls", "The batch has too many calls.")

BATCH_INTERRUPTED = pallet.event(
    0,
    "BatchInterrupted",
    fields(("index", U32), ("error", DISPATCH_ERROR)),
    "A call of the batch failed; those before it stand, those after it were not made.",
)
BATCH_COMPLETED = pallet.event(1, "BatchCompleted", fields(), "All calls of a batch succeeded.")
BATCH_COMPLETED_WITH_ERRORS = pallet.event(
    2, "BatchCompletedWithErrors", fields(), "All calls of a batch were made, some failed."
)
ITEM_COMPLETED = pallet.event(3, "ItemCompleted", fields(), "A call of a batch succeeded.")
ITEM_FAILED = pallet.event(
    4, "ItemFailed", fields(("error", DISPATCH_ERROR)), "A call of a batch failed."
)
DISPATCHED_AS = pallet.event(
    5,
    "DispatchedAs",
    fields(("result", DISPATCH_RESULT.named("DispatchResult"))),
    "A call was made in the name of another origin.",
)
