"""Gas of a node that is set aside: locked for rent, or reserved by the system for a signal.

The gas comes from the node's provider and is kept in the node itself. Source: gear,
vara/common/src/gas_provider/internal.rs.
"""

from parachain.runtime.gear.gas_tree.node import (
    Cut,
    GasNode,
    GasNodeId,
    LockId,
    NodeLock,
    Reserved,
    SystemReservable,
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
from parachain.runtime.gear.gas_tree.value import provider_of


def lock(nodes: GasNodes, key: GasNodeId, lock_id: LockId, amount: int) -> None:
    """Lock gas of the node. Locking nothing is allowed and does nothing.

    Raises GasTreeError: NODE_NOT_FOUND, NODE_WAS_CONSUMED, INSUFFICIENT_BALANCE.
    """
    node = _unconsumed(nodes, key)
    if amount == 0:
        return
    node = _take(nodes, key, node, amount)
    nodes.put(key, node._replace(lock=_changed(node.lock, lock_id, amount)))


def unlock(nodes: GasNodes, key: GasNodeId, lock_id: LockId, amount: int) -> None:
    """Give locked gas back to the node's provider.

    Raises GasTreeError: NODE_NOT_FOUND, NODE_WAS_CONSUMED, INSUFFICIENT_BALANCE if less is locked.
    """
    node = _unconsumed(nodes, key)
    if amount == 0:
        return
    if node.lock[lock_id] < amount:
        raise GasTreeError(GasTreeReason.INSUFFICIENT_BALANCE, key)
    _give(nodes, key, node._replace(lock=_changed(node.lock, lock_id, -amount)), amount)


def unlock_all(nodes: GasNodes, key: GasNodeId, lock_id: LockId) -> int:
    """Give back all gas locked for one purpose and return how much it was."""
    amount = locked(nodes, key, lock_id)
    unlock(nodes, key, lock_id, amount)
    return amount


def locked(nodes: GasNodes, key: GasNodeId, lock_id: LockId) -> int:
    """How much is locked for one purpose. Raises GasTreeError(NODE_NOT_FOUND)."""
    return node_at(nodes, key).lock[lock_id]


def system_reserve(nodes: GasNodes, key: GasNodeId, amount: int) -> None:
    """Put gas aside for the signal of the message's failure.

    Raises GasTreeError: NODE_NOT_FOUND, FORBIDDEN (cut off nodes), NODE_WAS_CONSUMED,
    INSUFFICIENT_BALANCE.
    """
    _reservable(nodes, key)
    if amount == 0:
        return
    node = _require_reservable(key, _take(nodes, key, node_at(nodes, key), amount))
    nodes.put(key, node._replace(system_reserve=node.system_reserve + amount))


def system_unreserve(nodes: GasNodes, key: GasNodeId) -> int:
    """Give back to the node's provider all that was put aside, and return how much it was.

    Raises GasTreeError: NODE_NOT_FOUND, FORBIDDEN, NODE_WAS_CONSUMED.
    """
    node = _reservable(nodes, key)
    amount = node.system_reserve
    if amount:
        _give(nodes, key, node._replace(system_reserve=0), amount)
    return amount


def system_reserved(nodes: GasNodes, key: GasNodeId) -> int:
    """How much is put aside. Raises GasTreeError: NODE_NOT_FOUND, FORBIDDEN."""
    return _require_reservable(key, node_at(nodes, key)).system_reserve


def _changed(lock: NodeLock, lock_id: LockId, by: int) -> NodeLock:
    return (*lock[:lock_id], lock[lock_id] + by, *lock[lock_id + 1 :])


def _unconsumed(nodes: GasNodes, key: GasNodeId) -> GasNode:
    node = node_at(nodes, key)
    if is_consumed(node):
        raise GasTreeError(GasTreeReason.NODE_WAS_CONSUMED, key)
    return node


def _require_reservable(key: GasNodeId, node: GasNode) -> SystemReservable:
    if isinstance(node, (Cut, Reserved)):
        raise GasTreeError(GasTreeReason.FORBIDDEN, key)
    return node


def _reservable(nodes: GasNodes, key: GasNodeId) -> SystemReservable:
    node = _require_reservable(key, node_at(nodes, key))
    if is_consumed(node):
        raise GasTreeError(GasTreeReason.NODE_WAS_CONSUMED, key)
    return node


def _take(nodes: GasNodes, key: GasNodeId, node: GasNode, amount: int) -> GasNode:
    """Take gas from the provider; the node as it is then, to be stored by the caller."""
    at, provider = provider_of(nodes, key)
    if provider.value < amount:
        raise GasTreeError(GasTreeReason.INSUFFICIENT_BALANCE, at)
    provider = with_value(provider, provider.value - amount)
    if isinstance(node, UnspecifiedLocal):
        nodes.put(at, provider)
        return node
    return provider


def _give(nodes: GasNodes, key: GasNodeId, node: GasNode, amount: int) -> None:
    """Store the node and give gas to its provider."""
    if isinstance(node, UnspecifiedLocal):
        at, provider = provider_of(nodes, key)
        nodes.put(key, node)
        nodes.put(at, with_value(provider, provider.value + amount))
    else:
        nodes.put(key, with_value(node, node.value + amount))
