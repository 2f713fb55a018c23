"""Where the gas tree is kept, and what goes wrong with it.

Storage is a small protocol, so that a pallet, a dictionary or another chain's database can
carry the tree. Source of the errors: gear, vara/common/src/gas_provider/error.rs.
"""

from enum import IntEnum
from typing import Optional, Protocol

from parachain.runtime.gear.gas_tree.node import GasNode, GasNodeId


class GasNodes(Protocol):
    """The nodes by id, and the sum of all gas in them."""

    def get(self, key: GasNodeId, /) -> Optional[GasNode]:
        """Return the node, or None."""

    def put(self, key: GasNodeId, node: GasNode, /) -> None:
        """Store the node."""

    def remove(self, key: GasNodeId, /) -> None:
        """Forget the node, which exists."""

    def total(self) -> int:
        """Return the total issuance; zero if none was stored."""

    def put_total(self, total: int, /) -> None:
        """Store the total issuance."""


class GasTreeReason(IntEnum):
    """Errors of the gas tree, numbered as the pallet GearGas declares them."""

    FORBIDDEN = 0
    NODE_ALREADY_EXISTS = 1
    INSUFFICIENT_BALANCE = 2
    NODE_NOT_FOUND = 3
    NODE_WAS_CONSUMED = 4
    PARENT_IS_LOST = 5
    PARENT_HAS_NO_CHILDREN = 6
    UNEXPECTED_CONSUME_OUTPUT = 7
    UNEXPECTED_NODE_TYPE = 8
    VALUE_IS_NOT_CAUGHT = 9
    VALUE_IS_BLOCKED = 10
    VALUE_IS_NOT_BLOCKED = 11
    CONSUMED_WITH_LOCK = 12
    CONSUMED_WITH_SYSTEM_RESERVATION = 13
    TOTAL_VALUE_IS_OVERFLOWED = 14
    TOTAL_VALUE_IS_UNDERFLOWED = 15


class GasTreeError(Exception):
    """An operation that the tree refuses, or a tree that is broken.

    A refusal changes nothing. It is a mistake of the caller, since the counters of an execution
    never promise more than the tree has. PARENT_..., UNEXPECTED_... and VALUE_... tell of a broken
    tree: the block must fail. Two of them are only declared, as the pallet declares them.
    """

    def __init__(self, reason: GasTreeReason, key: GasNodeId) -> None:
        super().__init__(reason, key)
        self.reason = reason
        self.key = key

    def __str__(self) -> str:
        return "%s at %s %s" % (self.reason.name, type(self.key).__name__, self.key.id.hex())


def node_at(nodes: GasNodes, key: GasNodeId) -> GasNode:
    """The node under the key. Raises GasTreeError(NODE_NOT_FOUND)."""
    node = nodes.get(key)
    if node is None:
        raise GasTreeError(GasTreeReason.NODE_NOT_FOUND, key)
    return node
