"""Random operations on gas trees: supply is conserved, nodes do not leak, the catch rule holds."""

from collections.abc import Callable
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from parachain.runtime.gear import gas_tree as gt
from parachain.runtime.gear.gas_tree import GasTreeReason, LockId
from parachain.runtime.gear.gas_tree.node import is_consumed, is_patron
from tests.runtime.gear.core.gas_nodes import MemoryGasNodes, check_invariants
from tests.runtime.gear.core.hashing import some_id

OWNERS = (some_id(1000), some_id(1001))
PRICE = gt.ValuePerGas(100)
#: Refusals that a caller can meet; all others would mean that the tree is broken.
USUAL = frozenset(
    {
        GasTreeReason.FORBIDDEN,
        GasTreeReason.NODE_ALREADY_EXISTS,
        GasTreeReason.INSUFFICIENT_BALANCE,
        GasTreeReason.NODE_WAS_CONSUMED,
        GasTreeReason.CONSUMED_WITH_LOCK,
        GasTreeReason.CONSUMED_WITH_SYSTEM_RESERVATION,
    }
)

gas = st.integers(0, 1000)
pick = st.integers(0, 2**16)


class GasTreeMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.tree = MemoryGasNodes()
        self.made = 0
        self.paid_in = dict.fromkeys(OWNERS, 0)
        self.burned = 0
        self.refunded = 0

    def new_key(self, *, reservation: bool = False) -> gt.GasNodeId:
        self.made += 1
        key = some_id(self.made)
        return gt.ReservationNodeId(key) if reservation else gt.NodeId(key)

    def any_key(self, choice: int) -> gt.GasNodeId:
        keys = sorted(self.tree.nodes, key=lambda key: key.id)
        return keys[choice % len(keys)]

    def attempt(self, action: Callable[[], object]) -> bool:
        before = self.tree.snapshot()
        try:
            action()
        except gt.GasTreeError as error:
            refusal = error
        else:
            return True
        assert refusal.reason in USUAL, refusal
        assert self.tree.snapshot() == before
        return False

    @rule(owner=st.sampled_from(OWNERS), amount=gas)
    def create(self, owner: bytes, amount: int) -> None:
        gt.create(self.tree, owner, PRICE, self.new_key(), amount)
        self.paid_in[owner] += amount

    @precondition(lambda self: self.tree.nodes)
    @rule(choice=pick, amount=gas, how=st.integers(0, 4))
    def grow(self, choice: int, amount: int, how: int) -> None:
        key, tree = self.any_key(choice), self.tree
        issued = tree.issued
        new = self.new_key(reservation=how == 3)
        if how == 0:
            self.attempt(lambda: gt.split(tree, key, new))
        else:
            operation = (gt.split_with_value, gt.cut, gt.reserve, gt.create_deposit)[how - 1]
            if self.attempt(lambda: operation(tree, key, new, amount)):
                assert gt.limit(tree, new) == amount
        if gt.exists(tree, new):
            assert gt.origin(tree, new)[:2] == gt.origin(tree, key)[:2]
        assert tree.issued == issued

    @precondition(lambda self: self.tree.nodes)
    @rule(choice=pick, amount=gas)
    def spend(self, choice: int, amount: int) -> None:
        key = self.any_key(choice)
        if self.attempt(lambda: gt.spend(self.tree, key, amount)):
            self.burned += amount

    @precondition(lambda self: self.tree.nodes)
    @rule(choice=pick, lock_id=st.sampled_from(LockId), amount=gas)
    def lock(self, choice: int, lock_id: LockId, amount: int) -> None:
        key = self.any_key(choice)
        self.attempt(lambda: gt.lock(self.tree, key, lock_id, amount))

    @precondition(lambda self: self.tree.nodes)
    @rule(choice=pick, lock_id=st.sampled_from(LockId), amount=gas)
    def unlock(self, choice: int, lock_id: LockId, amount: int) -> None:
        key = self.any_key(choice)
        self.attempt(lambda: gt.unlock(self.tree, key, lock_id, amount))

    @precondition(lambda self: self.tree.nodes)
    @rule(choice=pick, amount=gas)
    def put_aside(self, choice: int, amount: int) -> None:
        key = self.any_key(choice)
        self.attempt(lambda: gt.system_reserve(self.tree, key, amount))

    @precondition(lambda self: self.tree.nodes)
    @rule(choice=pick)
    def consume(self, choice: int) -> None:
        self.consume_node(self.any_key(choice))

    @precondition(lambda self: self.tree.nodes)
    @rule(choice=pick)
    def release_and_consume(self, choice: int) -> None:
        self.release(self.any_key(choice))
        self.consume_node(self.any_key(choice))

    def release(self, key: gt.GasNodeId) -> None:
        """Take everything out of the locks, so that the node can be consumed."""
        tree = self.tree
        for lock_id in LockId:
            self.attempt(partial(gt.unlock_all, tree, key, lock_id))
        self.attempt(partial(gt.system_unreserve, tree, key))

    def consume_node(self, key: gt.GasNodeId) -> None:
        tree, issued = self.tree, self.tree.issued
        nodes = dict(tree.nodes)
        owner = gt.origin(tree, key).owner
        results: list[gt.Refund | None] = []
        if not self.attempt(lambda: results.append(gt.consume(tree, key))):
            return
        (refund,) = results
        assert refund is None or refund.owner == owner
        caught = 0 if refund is None else refund.amount
        self.refunded += caught
        assert tree.issued == issued - caught
        expected = expected_refund(nodes, key)
        assert caught == expected
        if isinstance(nodes[key], gt.Cut | gt.UnspecifiedLocal):
            assert key not in tree.nodes
        for gone in nodes.keys() - tree.nodes.keys():
            assert gone == key or is_consumed(nodes[gone])

    @invariant()
    def holds(self) -> None:
        check_invariants(self.tree)
        assert sum(self.paid_in.values()) == self.tree.issued + self.burned + self.refunded

    def teardown(self) -> None:
        """Everything can be consumed in the end, and nothing stays."""
        while self.tree.nodes:
            key = next(k for k, node in sorted_nodes(self.tree) if not is_consumed(node))
            self.release(key)
            self.consume_node(key)
            self.holds()
        assert self.tree.issued == 0


def sorted_nodes(tree: MemoryGasNodes) -> list[tuple[gt.GasNodeId, gt.GasNode]]:
    return sorted(tree.nodes.items(), key=lambda item: item[0].id)


def expected_refund(nodes: dict[gt.GasNodeId, gt.GasNode], key: gt.GasNodeId) -> int:
    """The catch rule, read off the whole tree: gas is caught if no patron is at or above it."""
    node = nodes[key]
    if isinstance(node, gt.UnspecifiedLocal):
        # The last child that lived on a consumed parent frees the parent's gas.
        key, node = node.parent, nodes[node.parent]
        assert isinstance(node, gt.External | gt.Reserved | gt.SpecifiedLocal)
        if not node.consumed or node.refs.unspec_refs > 1:
            return 0
    elif not isinstance(node, gt.Cut) and node.refs.unspec_refs:
        return 0
    value = node.value
    while isinstance(node, gt.SpecifiedLocal):
        node = nodes[node.parent]
        if is_patron(node):
            return 0
    assert not isinstance(node, gt.UnspecifiedLocal)
    return value


TestGasTreeStorms = GasTreeMachine.TestCase
TestGasTreeStorms.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
