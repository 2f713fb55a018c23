"""The gas tree: topics of the reference's tests (vara/pallets/gas/src/tests.rs), named alike."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from parachain.runtime.gear import gas_tree as gt
from parachain.runtime.gear.gas_tree import GasTreeReason, LockId
from tests.runtime.gear.core.gas_nodes import MemoryGasNodes, check_invariants
from tests.runtime.gear.core.hashing import some_id

ALICE, BOB = some_id(0xA11CE), some_id(0xB0B)
PRICE = gt.ValuePerGas(100)


def node(number: int) -> gt.NodeId:
    return gt.NodeId(some_id(number))


ROOT, A, B, C, D, E = (node(number) for number in range(6))
RESERVATION = gt.ReservationNodeId(some_id(0))


@pytest.fixture
def tree() -> Iterator[MemoryGasNodes]:
    nodes = MemoryGasNodes()
    yield nodes
    check_invariants(nodes)


def refund(amount: int, owner: bytes = ALICE) -> gt.Refund:
    return gt.Refund(amount, PRICE, owner)


def refused(tree: MemoryGasNodes, reason: GasTreeReason, action: Callable[[], object]) -> None:
    """The action is refused for that reason and changes nothing."""
    before = tree.snapshot()
    with pytest.raises(gt.GasTreeError) as caught:
        action()
    assert caught.value.reason is reason
    assert tree.snapshot() == before


def test_simple_value_tree(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 1000)
    assert tree.issued == 1000
    assert gt.consume(tree, ROOT) == refund(1000)
    assert tree.snapshot() == ({}, 0)


def test_consume_procedure_with_subnodes(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 300)
    gt.split_with_value(tree, ROOT, A, 200)
    gt.split_with_value(tree, ROOT, B, 100)
    gt.split_with_value(tree, A, C, 100)
    gt.split(tree, C, D)

    assert gt.consume(tree, ROOT) == refund(0)
    assert gt.limit_consumed(tree, ROOT) == 0
    assert gt.consume(tree, A) == refund(100)
    assert gt.limit_consumed(tree, A) == 0
    assert tree.issued == 200
    assert gt.consume(tree, B) == refund(100)
    refused(tree, GasTreeReason.NODE_NOT_FOUND, lambda: gt.limit(tree, B))

    assert gt.consume(tree, C) is None  # its gas is what D lives on
    assert gt.limit_consumed(tree, C) == 100
    gt.spend(tree, D, 100)
    assert tree.issued == 0
    refused(tree, GasTreeReason.NODE_WAS_CONSUMED, lambda: gt.consume(tree, C))
    refused(tree, GasTreeReason.NODE_NOT_FOUND, lambda: gt.consume(tree, E))

    assert gt.consume(tree, D) == refund(0)
    assert not tree.nodes


def test_can_cut_nodes(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 1000)
    gt.cut(tree, ROOT, A, 300)
    gt.split_with_value(tree, ROOT, B, 500)
    gt.cut(tree, B, C, 200)
    gt.split(tree, ROOT, D)
    gt.cut(tree, D, E, 100)
    assert [gt.limit(tree, key) for key in (ROOT, A, B, C, D, E)] == [100, 300, 300, 200, 100, 100]
    assert tree.issued == 1000


def test_value_tree_with_all_kinds_of_nodes(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 1000)
    gt.cut(tree, ROOT, A, 300)
    gt.split_with_value(tree, ROOT, B, 700)
    gt.split(tree, ROOT, C)
    assert gt.consume(tree, C) is None
    assert gt.consume(tree, B) is None  # the root is a patron and gets the 700
    assert tree.issued == 1000
    assert gt.consume(tree, ROOT) == refund(700)
    assert gt.consume(tree, A) == refund(300)
    assert tree.issued == 0


def test_splits_fail(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 1000)
    gt.split_with_value(tree, ROOT, A, 800)
    gt.split_with_value(tree, A, B, 500)
    gt.split(tree, A, C)
    assert gt.consume(tree, A) is None
    gt.split(tree, A, D)  # a consumed node may have more children
    refused(tree, GasTreeReason.NODE_ALREADY_EXISTS, lambda: gt.split(tree, ROOT, B))
    refused(tree, GasTreeReason.NODE_ALREADY_EXISTS, lambda: gt.split(tree, B, B))
    refused(tree, GasTreeReason.NODE_NOT_FOUND, lambda: gt.split(tree, E, E))


def test_value_tree_known_errors(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 1000)
    gt.cut(tree, ROOT, A, 100)
    refused(
        tree,
        GasTreeReason.NODE_ALREADY_EXISTS,
        lambda: gt.create(tree, ALICE, PRICE, ROOT, 1000),
    )
    refused(tree, GasTreeReason.NODE_NOT_FOUND, lambda: gt.split_with_value(tree, B, C, 500))
    refused(
        tree, GasTreeReason.INSUFFICIENT_BALANCE, lambda: gt.split_with_value(tree, ROOT, B, 901)
    )
    refused(tree, GasTreeReason.INSUFFICIENT_BALANCE, lambda: gt.spend(tree, ROOT, 901))
    refused(tree, GasTreeReason.FORBIDDEN, lambda: gt.split(tree, A, B))
    refused(tree, GasTreeReason.FORBIDDEN, lambda: gt.split_with_value(tree, A, B, 50))
    refused(tree, GasTreeReason.FORBIDDEN, lambda: gt.cut(tree, A, B, 50))
    refused(tree, GasTreeReason.FORBIDDEN, lambda: gt.reserve(tree, A, B, 50))
    refused(tree, GasTreeReason.FORBIDDEN, lambda: gt.create_deposit(tree, A, B, 50))
    refused(tree, GasTreeReason.FORBIDDEN, lambda: gt.limit_consumed(tree, ROOT))
    refused(
        tree,
        GasTreeReason.TOTAL_VALUE_IS_OVERFLOWED,
        lambda: gt.create(tree, ALICE, PRICE, B, 2**64 - 1000),
    )


def test_sub_nodes_tree_with_spends(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 1000)
    gt.split_with_value(tree, ROOT, A, 500)
    gt.split_with_value(tree, ROOT, B, 500)
    assert gt.consume(tree, A) is None
    assert gt.consume(tree, B) is None
    assert tree.issued == gt.limit(tree, ROOT) == 1000


def test_all_keys_are_cleared(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 2000)
    for key in (A, B, C, D, E):
        gt.split_with_value(tree, ROOT, key, 100)
    assert gt.consume(tree, ROOT) == refund(1500)
    for key in (A, B, C, D, E):
        assert gt.consume(tree, key) == refund(100)
    assert not tree.nodes


def test_split_with_no_value(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 1000)
    gt.split(tree, ROOT, A)
    gt.split(tree, ROOT, B)
    gt.split_with_value(tree, A, C, 500)
    gt.spend(tree, A, 200)
    assert gt.consume(tree, A) is None
    assert gt.consume(tree, B) is None
    refused(tree, GasTreeReason.NODE_NOT_FOUND, lambda: gt.origin(tree, A))
    assert gt.consume(tree, C) is None
    assert gt.consume(tree, ROOT) == refund(800)


def test_long_chain(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 2000)
    for parent, key, gas in ((ROOT, A, 1500), (A, B, 1000), (B, C, 500), (C, D, 250)):
        gt.split_with_value(tree, parent, key, gas)
    for key in (ROOT, A, B, C, D):
        gt.spend(tree, key, 50)
    assert [gt.limit_node(tree, key) for key in (ROOT, A, B, C, D)] == [
        (450, ROOT),
        (450, A),
        (450, B),
        (200, C),
        (200, D),
    ]
    assert gt.consume(tree, A) is None  # to the root
    assert gt.consume(tree, B) is None
    assert gt.consume(tree, ROOT) == refund(1350)
    assert gt.consume(tree, D) is None  # to C
    assert gt.consume(tree, C) == refund(400)
    assert tree.snapshot() == ({}, 0)


def test_limit_vs_origin(tree: MemoryGasNodes) -> None:
    gt.create(tree, BOB, PRICE, ROOT, 1100)
    gt.cut(tree, ROOT, A, 300)
    gt.split(tree, ROOT, B)
    gt.split_with_value(tree, B, C, 600)  # becomes a child of the root
    gt.split(tree, B, D)
    gt.split(tree, C, E)
    assert [gt.limit_node(tree, key) for key in (ROOT, A, B, C, D, E)] == [
        (200, ROOT),
        (300, A),
        (200, ROOT),
        (600, C),
        (200, ROOT),
        (600, C),
    ]
    assert all(gt.origin(tree, key).owner == BOB for key in tree.nodes)
    assert gt.origin(tree, E).root == ROOT


def test_subtree_gas_limit_remains_intact(tree: MemoryGasNodes) -> None:
    gt.create(tree, BOB, PRICE, ROOT, 1000)
    gt.split_with_value(tree, ROOT, A, 800)
    gt.split_with_value(tree, A, B, 500)
    gt.split(tree, A, C)
    gt.split(tree, B, D)
    gt.split_with_value(tree, B, E, 250)
    assert gt.consume(tree, A) is None
    assert gt.limit(tree, C) == 300
    assert gt.consume(tree, B) is None
    assert gt.limit(tree, D) == 250
    assert gt.consume(tree, E) is None
    assert gt.limit_consumed(tree, B) == 500
    gt.spend(tree, D, 200)
    gt.spend(tree, B, 200)  # a consumed node can still burn
    assert gt.limit_consumed(tree, B) == 100


def test_catch_value_all_blocked(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 1000)
    gt.split(tree, ROOT, A)
    gt.split_with_value(tree, ROOT, B, 100)
    gt.split(tree, B, C)
    assert gt.consume(tree, ROOT) is None
    assert gt.consume(tree, B) is None
    assert tree.issued == 1000
    assert gt.consume(tree, C) is None  # B's gas goes to the root, on which A lives
    assert gt.limit(tree, A) == 1000
    assert gt.consume(tree, A) == refund(1000)


def test_lock_works(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 10_000)
    gt.lock(tree, ROOT, LockId.WAITLIST, 700)
    assert [gt.locked(tree, ROOT, each) for each in LockId] == [0, 700, 0, 0]
    assert gt.limit(tree, ROOT) == 9300
    gt.split_with_value(tree, ROOT, A, 3000)
    gt.lock(tree, A, LockId.MAILBOX, 600)
    gt.split(tree, A, B)
    gt.lock(tree, B, LockId.WAITLIST, 500)
    assert (gt.limit(tree, A), gt.limit(tree, B)) == (1900, 1900)
    refused(tree, GasTreeReason.CONSUMED_WITH_LOCK, lambda: gt.consume(tree, A))
    refused(
        tree,
        GasTreeReason.INSUFFICIENT_BALANCE,
        lambda: gt.unlock(tree, A, LockId.MAILBOX, 601),
    )
    refused(
        tree,
        GasTreeReason.INSUFFICIENT_BALANCE,
        lambda: gt.lock(tree, B, LockId.MAILBOX, 1901),
    )
    gt.unlock(tree, A, LockId.MAILBOX, 600)
    assert gt.consume(tree, A) is None
    refused(tree, GasTreeReason.NODE_WAS_CONSUMED, lambda: gt.lock(tree, A, LockId.WAITLIST, 0))
    refused(tree, GasTreeReason.NODE_WAS_CONSUMED, lambda: gt.unlock(tree, A, LockId.WAITLIST, 0))
    assert gt.unlock_all(tree, B, LockId.WAITLIST) == 500
    assert gt.consume(tree, B) is None
    assert gt.unlock_all(tree, ROOT, LockId.WAITLIST) == 700
    assert gt.consume(tree, ROOT) == refund(10_000)


def test_lock_of_a_mailbox_message(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 5000)
    gt.cut(tree, ROOT, A, 3000)
    gt.lock(tree, A, LockId.MAILBOX, 3000)
    assert gt.limit(tree, A) == 0
    assert gt.consume(tree, ROOT) == refund(2000)
    gt.unlock_all(tree, A, LockId.MAILBOX)
    gt.spend(tree, A, 1200)
    assert gt.consume(tree, A) == refund(1800)


def test_system_reserve(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 1000)
    gt.split(tree, ROOT, A)
    gt.system_reserve(tree, ROOT, 100)
    gt.system_reserve(tree, A, 200)
    gt.system_reserve(tree, A, 50)
    assert (gt.system_reserved(tree, ROOT), gt.system_reserved(tree, A)) == (100, 250)
    assert gt.limit(tree, A) == 650
    refused(tree, GasTreeReason.CONSUMED_WITH_SYSTEM_RESERVATION, lambda: gt.consume(tree, A))
    refused(tree, GasTreeReason.INSUFFICIENT_BALANCE, lambda: gt.system_reserve(tree, A, 651))
    assert gt.system_unreserve(tree, A) == 250
    assert gt.system_unreserve(tree, A) == 0
    assert gt.consume(tree, A) is None
    assert gt.system_unreserve(tree, ROOT) == 100
    gt.cut(tree, ROOT, B, 10)
    gt.reserve(tree, ROOT, RESERVATION, 10)
    for key in (B, RESERVATION):
        refused(tree, GasTreeReason.FORBIDDEN, partial(gt.system_reserve, tree, key, 1))
        refused(tree, GasTreeReason.FORBIDDEN, partial(gt.system_unreserve, tree, key))
        refused(tree, GasTreeReason.FORBIDDEN, partial(gt.system_reserved, tree, key))
    gt.split(tree, ROOT, C)
    assert gt.consume(tree, ROOT) is None
    refused(tree, GasTreeReason.NODE_WAS_CONSUMED, lambda: gt.system_reserve(tree, ROOT, 0))
    refused(tree, GasTreeReason.NODE_WAS_CONSUMED, lambda: gt.system_unreserve(tree, ROOT))


def test_reservation_is_the_root_of_a_tree(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 1000)
    gt.split_with_value(tree, ROOT, A, 500)
    gt.reserve(tree, A, RESERVATION, 300)
    assert gt.consume(tree, A) is None
    assert gt.consume(tree, ROOT) == refund(700)
    gt.split(tree, RESERVATION, B)
    assert gt.origin(tree, B) == gt.Origin(ALICE, PRICE, RESERVATION)
    assert gt.consume(tree, RESERVATION) is None
    gt.spend(tree, B, 40)
    assert gt.consume(tree, B) == refund(260)
    assert not tree.nodes


def test_deposit_for_a_reply(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 1000)
    gt.split(tree, ROOT, A)
    gt.create_deposit(tree, A, B, 400)
    assert gt.is_deposit(tree, B)
    assert not gt.is_deposit(tree, ROOT)
    assert not gt.is_deposit(tree, C)
    assert gt.exists(tree, B)
    assert gt.origin(tree, B).owner == ALICE
    assert gt.consume(tree, B) == refund(400)
    assert gt.limit(tree, A) == 600


def test_broken_tree_is_told(tree: MemoryGasNodes) -> None:
    gt.create(tree, ALICE, PRICE, ROOT, 1000)
    gt.split(tree, ROOT, A)
    whole = dict(tree.nodes)
    del tree.nodes[ROOT]
    refused(tree, GasTreeReason.PARENT_IS_LOST, lambda: gt.spend(tree, A, 1))
    tree.nodes[ROOT] = gt.Cut(ALICE, PRICE, 1000)
    refused(tree, GasTreeReason.UNEXPECTED_NODE_TYPE, lambda: gt.spend(tree, A, 1))
    tree.nodes[ROOT] = gt.External(ALICE, PRICE, 1000)
    refused(tree, GasTreeReason.PARENT_HAS_NO_CHILDREN, lambda: gt.consume(tree, A))
    tree.nodes = whole
    tree.issued = 5
    refused(tree, GasTreeReason.TOTAL_VALUE_IS_UNDERFLOWED, lambda: gt.spend(tree, A, 6))
    tree.issued = 1000


def test_error_names_the_node() -> None:
    error = gt.GasTreeError(GasTreeReason.NODE_NOT_FOUND, A)
    assert str(error) == "NODE_NOT_FOUND at NodeId " + some_id(1).hex()


def test_price_of_gas() -> None:
    assert gt.gas_to_value(PRICE, 7) == 700
    assert gt.gas_to_value(gt.ValuePerGas(2**127), 3) == 2**128 - 1
    with pytest.raises(ValueError, match="price"):
        gt.gas_to_value(gt.GasPerValue(1), 1)
