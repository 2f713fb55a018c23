"""Whose gas a node lives on, how much that is, who paid for it, and spending it.

Source: gear, vara/common/src/gas_provider/internal.rs.
"""

from typing import NamedTuple, Tuple

from parachain.primitives.account import AccountId
from parachain.runtime.gear.gas_tree.node import (
    Cut,
    External,
    GasMultiplier,
    GasNode,
    GasNodeId,
    Provider,
    Reserved,
    SpecifiedLocal,
    UnspecifiedLocal,
    is_consumed,
    with_value,
)
from parachain.runtime.gear.gas_tree.storage import (
    GasNodes,
    GasTreeError,
    GasTreeReason,
    node_at,
)


class Origin(NamedTuple):
    """Who paid for the gas of a node, at which price, and the root of its tree."""

    owner: AccountId
    multiplier: GasMultiplier
    root: GasNodeId


def provider_of(nodes: GasNodes, key: GasNodeId) -> Tuple[GasNodeId, Provider]:
    """The node whose gas the node under `key` uses, itself or its parent, and its key.

    Raises GasTreeError: NODE_NOT_FOUND; PARENT_IS_LOST or UNEXPECTED_NODE_TYPE of a broken tree.
    """
    return _provider_of(nodes, key, node_at(nodes, key))


def _provider_of(nodes: GasNodes, key: GasNodeId, node: GasNode) -> Tuple[GasNodeId, Provider]:
    if not isinstance(node, UnspecifiedLocal):
        return key, node
    parent = nodes.get(node.parent)
    if parent is None:
        raise GasTreeError(GasTreeReason.PARENT_IS_LOST, node.parent)
    if not isinstance(parent, (External, Reserved, SpecifiedLocal)):
        raise GasTreeError(GasTreeReason.UNEXPECTED_NODE_TYPE, node.parent)
    return node.parent, parent


def limit_node(nodes: GasNodes, key: GasNodeId) -> Tuple[int, GasNodeId]:
    """The gas that a message can burn, and the node that has it.

    Raises GasTreeError: NODE_NOT_FOUND, NODE_WAS_CONSUMED.
    """
    node = node_at(nodes, key)
    if is_consumed(node):
        raise GasTreeError(GasTreeReason.NODE_WAS_CONSUMED, key)
    at, provider = _provider_of(nodes, key, node)
    return provider.value, at


def limit(nodes: GasNodes, key: GasNodeId) -> int:
    """The gas that a message can burn. Raises as `limit_node` does."""
    return limit_node(nodes, key)[0]


def limit_consumed(nodes: GasNodes, key: GasNodeId) -> int:
    """The gas that a consumed node still has. Raises GasTreeError: NODE_NOT_FOUND, FORBIDDEN."""
    if not is_consumed(node_at(nodes, key)):
        raise GasTreeError(GasTreeReason.FORBIDDEN, key)
    return provider_of(nodes, key)[1].value


def origin(nodes: GasNodes, key: GasNodeId) -> Origin:
    """Who paid for the gas of a node. Raises GasTreeError(NODE_NOT_FOUND)."""
    return origin_of(nodes, key, node_at(nodes, key))


def origin_of(nodes: GasNodes, key: GasNodeId, node: GasNode) -> Origin:
    """As `origin`, of a node that was looked up."""
    at = key
    if isinstance(node, (SpecifiedLocal, UnspecifiedLocal)):
        at = node.root
        node = node_at(nodes, at)
    if not isinstance(node, (External, Cut, Reserved)):
        raise GasTreeError(GasTreeReason.UNEXPECTED_NODE_TYPE, at)
    return Origin(node.owner, node.multiplier, at)


def lower_total(nodes: GasNodes, key: GasNodeId, amount: int) -> None:
    """Take gas out of the total issuance. Raises GasTreeError(TOTAL_VALUE_IS_UNDERFLOWED)."""
    if amount:
        total = nodes.total()
        if total < amount:
            raise GasTreeError(GasTreeReason.TOTAL_VALUE_IS_UNDERFLOWED, key)
        nodes.put_total(total - amount)


def spend(nodes: GasNodes, key: GasNodeId, amount: int) -> Origin:
    """Burn gas of the node, be it consumed or not; its price is to be taken from who paid for it.

    Raises GasTreeError: NODE_NOT_FOUND, INSUFFICIENT_BALANCE.
    """
    node = node_at(nodes, key)
    at, provider = _provider_of(nodes, key, node)
    if provider.value < amount:
        raise GasTreeError(GasTreeReason.INSUFFICIENT_BALANCE, at)
    payer = origin_of(nodes, key, node)
    lower_total(nodes, at, amount)
    nodes.put(at, with_value(provider, provider.value - amount))
    return payer


def exists(nodes: GasNodes, key: GasNodeId) -> bool:
    """Whether there is a node, consumed or not."""
    return nodes.get(key) is not None


def is_deposit(nodes: GasNodes, key: GasNodeId) -> bool:
    """Whether there is a node that was made ahead for a reply."""
    node = nodes.get(key)
    return isinstance(node, External) and node.deposit
