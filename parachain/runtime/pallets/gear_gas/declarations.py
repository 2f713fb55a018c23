"""What pallet_gear_gas declares: the gas tree, and the gas that a block may still burn."""

from parachain.primitives.scale import U64
from parachain.runtime.frame.hashers import Hasher
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.gear.gas_tree import GAS_NODE, GAS_NODE_ID

pallet = Pallet("GearGas", "pallet_gear_gas", storage_version=3)

#: Three quarters of a block's 10**12.
DEFAULT_BLOCK_GAS_LIMIT = 750_000_000_000

total_issuance = pallet.optional("TotalIssuance", U64, "All gas in the tree.")
gas_nodes = pallet.optional_map(
    "GasNodes", Hasher.IDENTITY, GAS_NODE_ID, GAS_NODE.remembering(64), "Nodes of the gas tree."
)
allowance = pallet.value(
    "Allowance", U64, DEFAULT_BLOCK_GAS_LIMIT, "Gas that this block may still burn."
)

pallet.constant(
    "BlockGasLimit",
    U64,
    DEFAULT_BLOCK_GAS_LIMIT,
    "The most gas that a message may have; genesis can set another limit.",
)

_BROKEN = "The gas tree is broken: "

#: In the order of their indices, which is that of GasTreeReason.
ERRORS = (
    pallet.error(0, "Forbidden", "The node is of a kind that does not allow this."),
    pallet.error(1, "NodeAlreadyExists", "There is such a node already."),
    pallet.error(2, "InsufficientBalance", "The node has less gas."),
    pallet.error(3, "NodeNotFound", "There is no such node."),
    pallet.error(4, "NodeWasConsumed", "The node was consumed."),
    pallet.error(5, "ParentIsLost", _BROKEN + "a parent is missing."),
    pallet.error(6, "ParentHasNoChildren", _BROKEN + "a parent does not count its child."),
    pallet.error(7, "UnexpectedConsumeOutput", _BROKEN + "gas was caught twice."),
    pallet.error(8, "UnexpectedNodeType", _BROKEN + "a parent is of a kind without children."),
    pallet.error(9, "ValueIsNotCaught", _BROKEN + "a root has left and its gas has not."),
    pallet.error(10, "ValueIsBlocked", _BROKEN + "gas is held by a node that relies on none."),
    pallet.error(11, "ValueIsNotBlocked", _BROKEN + "gas has left a node that relies on it."),
    pallet.error(12, "ConsumedWithLock", "The node has locked gas."),
    pallet.error(13, "ConsumedWithSystemReservation", "The node has gas put aside for a signal."),
    pallet.error(14, "TotalValueIsOverflowed", "All gas together would exceed a u64."),
    pallet.error(15, "TotalValueIsUnderflowed", _BROKEN + "there is more gas than was issued."),
)
