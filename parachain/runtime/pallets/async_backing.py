"""AsyncBacking: tells clients how long to expect to wait for a block, and does nothing else.

For Chopsticks. To place the blocks it adds to a fork in slots it runs `AuraApi_slot_duration`
without a state, as most chains compile the answer in; ours has it in the state. This constant is
what it asks first; without it, it takes slots of 12 s. A chain whose slots are not those of the
development chain cannot be forked with it. The name is that of Moonbeam's pallet_async_backing,
whose storage belongs to the relay chain's side of things and is not here.
"""

from parachain.primitives.scale import U64
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.pallets.aura import DEFAULT_SLOT_DURATION_MS

pallet = Pallet("AsyncBacking", "pallet_async_backing", "How often blocks are to be expected.")

pallet.constant(
    "ExpectedBlockTime",
    U64,
    DEFAULT_SLOT_DURATION_MS,
    "Milliseconds from block to block, unless another slot duration was set at genesis.",
)
