"""New nodes: bought by an account, or taken from the gas of another node.

Only `create` adds gas to the total; all others move it. Source: gear,
vara/common/src/gas_provider/{internal,reservable}.rs.
"""

from typing import Tuple

from parachain.primitives.account import AccountId
from parachain.runtime.gear.gas_tree.node import (
    Cut,
    External,
    GasMultiplier,
    GasNodeId,
    Parent,
    Reserved,
    SpecifiedLocal,
    UnspecifiedLocal,
    with_value,
)
from parachain.runtime.gear.gas_tree.storage import GasNodes, GasTreeError, GasTreeReason
from parachain.runtime.gear.gas_tree.value import origin, provider_of

_MAX_TOTAL = 2**64 - 1


def create(
    nodes: GasNodes, owner: AccountId, multiplier: GasMultiplier, key: GasNodeId, amount: int
) -> None:
    """Make the root of a new tree from gas that `owner` has paid for.

    Raises GasTreeError: NODE_ALREADY_EXISTS, TOTAL_VALUE_IS_OVERFLOWED.
    """
    _require_new(nodes, key)
    total = nodes.total() + amount
    if total > _MAX_TOTAL:
        raise GasTreeError(GasTreeReason.TOTAL_VALUE_IS_OVERFLOWED, key)
    nodes.put(key, External(owner, multiplier, amount))
    nodes.put_total(total)


def split_with_value(nodes: GasNodes, key: GasNodeId, new: GasNodeId, amount: int) -> None:
    """Make a child with gas of its own, for a message sent with a gas limit.

    Raises GasTreeError: NODE_ALREADY_EXISTS, NODE_NOT_FOUND, FORBIDDEN (a cut node),
    INSUFFICIENT_BALANCE.
    """
    at, parent = _giver(nodes, key, new, amount)
    refs = parent.refs._replace(spec_refs=parent.refs.spec_refs + 1)
    nodes.put(new, SpecifiedLocal(at, _root(at, parent), amount))
    nodes.put(at, parent._replace(value=parent.value - amount, refs=refs))


def split(nodes: GasNodes, key: GasNodeId, new: GasNodeId) -> None:
    """Make a child that lives on its parent's gas, for a message sent without a gas limit.

    Raises GasTreeError: NODE_NOT_FOUND, FORBIDDEN (a cut node), NODE_ALREADY_EXISTS.
    """
    at, parent = _parent(nodes, key)
    _require_new(nodes, new)
    refs = parent.refs._replace(unspec_refs=parent.refs.unspec_refs + 1)
    nodes.put(new, UnspecifiedLocal(at, _root(at, parent)))
    nodes.put(at, parent._replace(refs=refs))


def cut(nodes: GasNodes, key: GasNodeId, new: GasNodeId, amount: int) -> None:
    """Cut gas off for a place in a mailbox or the stash. Raises as `split_with_value` does."""
    at, giver = _giver(nodes, key, new, amount)
    payer = origin(nodes, key)
    nodes.put(new, Cut(payer.owner, payer.multiplier, amount))
    nodes.put(at, with_value(giver, giver.value - amount))


def reserve(nodes: GasNodes, key: GasNodeId, new: GasNodeId, amount: int) -> None:
    """Cut gas off for a reservation. Raises as `split_with_value` does."""
    at, giver = _giver(nodes, key, new, amount)
    payer = origin(nodes, key)
    nodes.put(new, Reserved(payer.owner, payer.multiplier, amount))
    nodes.put(at, with_value(giver, giver.value - amount))


def create_deposit(nodes: GasNodes, key: GasNodeId, new: GasNodeId, amount: int) -> None:
    """Cut gas off for a reply that is yet to come, as the root of its tree.

    Raises as `split_with_value` does.
    """
    at, giver = _giver(nodes, key, new, amount)
    payer = origin(nodes, key)
    nodes.put(new, External(payer.owner, payer.multiplier, amount, deposit=True))
    nodes.put(at, with_value(giver, giver.value - amount))


def _require_new(nodes: GasNodes, key: GasNodeId) -> None:
    if nodes.get(key) is not None:
        raise GasTreeError(GasTreeReason.NODE_ALREADY_EXISTS, key)


def _parent(nodes: GasNodes, key: GasNodeId) -> Tuple[GasNodeId, Parent]:
    at, provider = provider_of(nodes, key)
    if isinstance(provider, Cut):
        raise GasTreeError(GasTreeReason.FORBIDDEN, at)
    return at, provider


def _giver(
    nodes: GasNodes, key: GasNodeId, new: GasNodeId, amount: int
) -> Tuple[GasNodeId, Parent]:
    """The node that `amount` can be taken from for a node that does not exist yet."""
    _require_new(nodes, new)
    at, parent = _parent(nodes, key)
    if parent.value < amount:
        raise GasTreeError(GasTreeReason.INSUFFICIENT_BALANCE, at)
    return at, parent


def _root(at: GasNodeId, parent: Parent) -> GasNodeId:
    return parent.root if isinstance(parent, SpecifiedLocal) else at
