"""The end of a node: where its gas goes, and which nodes go with it.

A node is a *patron* while something relies on its gas: itself until it is consumed, or children
that have none of their own. When a node is consumed its gas is

    blocked   if it is a patron still, or has no gas of its own: nothing moves;
    missed    if an ancestor is a patron: the nearest one gets it;
    caught    otherwise: it leaves the tree, and the owner is refunded.

A consumed node stays while it has children; when it goes, its consumed ancestors without children
go, too, up to the first that is a patron or has other children.

Between two calls of `consume` the following holds; `tests` check it on random trees.
 1. Total issuance is the sum of all gas in the nodes: free, locked and put aside.
 2. Children know their parent, parents count their children, by kind.
 3. Nodes without gas of their own, and those cut off, are never kept once consumed.
 4. A consumed node has children; unless some of them live on its gas, it has no gas itself.
 5. The root of a tree goes last.

Source: gear, vara/common/src/gas_provider/internal.rs.
"""

from typing import NamedTuple, Optional, Tuple, Union

from parachain.primitives.account import AccountId
from parachain.runtime.gear.gas_tree.node import (
    Cut,
    GasMultiplier,
    GasNode,
    GasNodeId,
    Parent,
    Reserved,
    SpecifiedLocal,
    UnspecifiedLocal,
    is_consumed,
    is_patron,
    parent_of,
    with_value,
)
from parachain.runtime.gear.gas_tree.storage import (
    GasNodes,
    GasTreeError,
    GasTreeReason,
    node_at,
)
from parachain.runtime.gear.gas_tree.value import lower_total, origin_of


class Refund(NamedTuple):
    """Gas that has left the tree, who paid for it, and at which price. It may be none."""

    amount: int
    multiplier: GasMultiplier
    owner: AccountId


class _Blocked(NamedTuple):
    """Nothing moved."""


class _Missed(NamedTuple):
    """An ancestor has got the gas."""


class _Caught(NamedTuple):
    """The gas has left the tree."""

    amount: int


_Outcome = Union[_Blocked, _Missed, _Caught]


def consume(nodes: GasNodes, key: GasNodeId) -> Optional[Refund]:
    """End a node. Returns what is to be refunded, None if nothing was caught.

    Raises GasTreeError: NODE_NOT_FOUND, NODE_WAS_CONSUMED, CONSUMED_WITH_LOCK,
    CONSUMED_WITH_SYSTEM_RESERVATION; of a broken tree PARENT_IS_LOST, PARENT_HAS_NO_CHILDREN,
    UNEXPECTED_NODE_TYPE, UNEXPECTED_CONSUME_OUTPUT, VALUE_IS_NOT_CAUGHT,
    TOTAL_VALUE_IS_UNDERFLOWED.
    """
    node = node_at(nodes, key)
    _check(key, node)
    payer = origin_of(nodes, key, node)
    amount: Optional[int]
    if isinstance(node, UnspecifiedLocal):
        _release_parent(nodes, key, node)
        nodes.remove(key)
        amount = _sweep(nodes, node.parent, _Blocked())
    elif isinstance(node, Cut):
        nodes.remove(key)
        amount = node.value
    else:
        amount = _consume_parent(nodes, key, node._replace(consumed=True))
    if amount is None:
        return None
    lower_total(nodes, key, amount)
    return Refund(amount, payer.multiplier, payer.owner)


def _check(key: GasNodeId, node: GasNode) -> None:
    if is_consumed(node):
        raise GasTreeError(GasTreeReason.NODE_WAS_CONSUMED, key)
    if any(node.lock):
        raise GasTreeError(GasTreeReason.CONSUMED_WITH_LOCK, key)
    if not isinstance(node, (Cut, Reserved)) and node.system_reserve:
        raise GasTreeError(GasTreeReason.CONSUMED_WITH_SYSTEM_RESERVATION, key)


def _consume_parent(nodes: GasNodes, key: GasNodeId, node: Parent) -> Optional[int]:
    node, outcome = _catch(nodes, node)
    caught = outcome.amount if isinstance(outcome, _Caught) else None
    if node.refs.spec_refs or node.refs.unspec_refs:
        nodes.put(key, node)
        return caught
    _release_parent(nodes, key, node)
    nodes.remove(key)
    if not isinstance(node, SpecifiedLocal):
        if caught is None:
            raise GasTreeError(GasTreeReason.VALUE_IS_NOT_CAUGHT, key)
        return caught
    # What has been caught here has no patron above it, so that all above is empty, and was
    # missed here is missed there: there is nothing more to catch.
    if _sweep(nodes, node.parent, _Caught(0) if caught is not None else outcome):
        raise GasTreeError(GasTreeReason.UNEXPECTED_CONSUME_OUTPUT, key)
    return caught


def _catch(nodes: GasNodes, node: Parent) -> Tuple[Parent, _Outcome]:
    """Empty a node if it may be; the ancestor that gets the gas is stored, the node is not."""
    if is_patron(node):
        return node, _Blocked()
    patron = _patron_above(nodes, node)
    if patron is None:
        return with_value(node, 0), _Caught(node.value)
    if node.value:
        key, above = patron
        nodes.put(key, with_value(above, above.value + node.value))
    return with_value(node, 0), _Missed()


def _patron_above(nodes: GasNodes, node: Parent) -> Optional[Tuple[GasNodeId, Parent]]:
    while isinstance(node, SpecifiedLocal):
        key = node.parent
        node = _parent_at(nodes, key)
        if is_patron(node):
            return key, node
    return None


def _parent_at(nodes: GasNodes, key: GasNodeId) -> Parent:
    node = nodes.get(key)
    if node is None:
        raise GasTreeError(GasTreeReason.PARENT_IS_LOST, key)
    if isinstance(node, (Cut, UnspecifiedLocal)):
        raise GasTreeError(GasTreeReason.UNEXPECTED_NODE_TYPE, key)
    return node


def _release_parent(nodes: GasNodes, key: GasNodeId, node: GasNode) -> None:
    """Make the parent count one child less, of the kind of `node`."""
    parent_key = parent_of(node)
    if parent_key is None:
        return
    parent = _parent_at(nodes, parent_key)
    refs = parent.refs
    if isinstance(node, UnspecifiedLocal):
        refs = refs._replace(unspec_refs=refs.unspec_refs - 1)
    else:
        refs = refs._replace(spec_refs=refs.spec_refs - 1)
    if refs.spec_refs < 0 or refs.unspec_refs < 0:
        raise GasTreeError(GasTreeReason.PARENT_HAS_NO_CHILDREN, key)
    nodes.put(parent_key, parent._replace(refs=refs))


def _sweep(nodes: GasNodes, key: GasNodeId, outcome: _Outcome) -> Optional[int]:
    """Empty and remove consumed nodes from `key` upwards; what was caught, None if nothing.

    `outcome` is that of the child whose end began it. What happens to the lowest node's gas
    happens to that of all above it, because they have the same patron above them or none.
    """
    caught: Optional[int] = None
    node = _parent_at(nodes, key)
    while not is_patron(node):
        if isinstance(outcome, _Blocked):
            node, outcome = _catch(nodes, node)
        if caught is None and isinstance(outcome, _Caught):
            caught = outcome.amount
        if node.refs.spec_refs:
            nodes.put(key, node)
            break
        _release_parent(nodes, key, node)
        nodes.remove(key)
        if not isinstance(node, SpecifiedLocal):
            if not isinstance(outcome, _Caught):
                raise GasTreeError(GasTreeReason.VALUE_IS_NOT_CAUGHT, key)
            break
        key = node.parent
        node = _parent_at(nodes, key)
    return caught
