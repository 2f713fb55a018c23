"""The gas tree over storage is the gas tree over a dictionary; the gas of a block."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.primitives.dispatch_error import Module, ModuleError
from parachain.runtime.gear import gas_tree as gt
from parachain.runtime.gear.gas_tree import GasTreeError, GasTreeReason, LockId
from parachain.runtime.pallets import gear_gas
from parachain.runtime.pallets.gear_gas.declarations import allowance as stored_allowance
from parachain.runtime.pallets.gear_gas.declarations import gas_nodes, total_issuance
from tests.runtime.gear.core.gas_nodes import MemoryGasNodes, check_invariants
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.gear.scene import USER, message_id

PRICE = gt.ValuePerGas(100)

#: An operation: which one, on which of the keys made so far, with how much gas.
Step = tuple[int, int, int]
steps = st.lists(
    st.tuples(st.integers(0, 10), st.integers(0, 100), st.integers(0, 1000)), max_size=40
)


def perform(nodes: gt.GasNodes, step: Step, number: int, keys: list[gt.GasNodeId]) -> object:
    """Do one operation; the result, or the reason of the refusal and its key."""
    which, choice, amount = step
    new: gt.GasNodeId = gt.NodeId(message_id(number))
    key = keys[choice % len(keys)] if keys else new
    if which == 4:
        new = gt.ReservationNodeId(message_id(number))
    lock_id = LockId(amount % 4)
    operations: tuple[Callable[[], object], ...] = (
        lambda: gt.create(nodes, USER, PRICE, new, amount),
        lambda: gt.split(nodes, key, new),
        lambda: gt.split_with_value(nodes, key, new, amount),
        lambda: gt.cut(nodes, key, new, amount),
        lambda: gt.reserve(nodes, key, new, amount),
        lambda: gt.create_deposit(nodes, key, new, amount),
        lambda: gt.spend(nodes, key, amount),
        lambda: gt.lock(nodes, key, lock_id, amount),
        lambda: gt.unlock_all(nodes, key, lock_id),
        lambda: gt.system_reserve(nodes, key, amount),
        lambda: gt.consume(nodes, key),
    )
    try:
        return operations[which]()
    except GasTreeError as error:
        return error.reason, error.key


@settings(max_examples=100, deadline=None)
@given(steps)
def test_over_storage_as_over_a_dictionary(taken: list[Step]) -> None:
    ext = MemoryExt()
    stored, memory = gear_gas.StoredGasNodes(ext), MemoryGasNodes()
    for number, step in enumerate([(0, 0, 5000), *taken]):
        keys = sorted(memory.nodes, key=lambda key: key.id)
        assert perform(stored, step, number, keys) == perform(memory, step, number, keys)
        assert dict(gas_nodes.iterate(ext)) == memory.nodes
        assert total_issuance.get(ext) == stored.total() == memory.total()
        check_invariants(memory)


def test_a_node_is_stored_under_its_id() -> None:
    ext = MemoryExt()
    nodes = gear_gas.StoredGasNodes(ext)
    assert nodes.total() == 0
    gt.create(nodes, USER, PRICE, gt.NodeId(message_id(1)), 0)
    assert ext.state[total_issuance.prefix] == bytes(8)
    gt.reserve(nodes, gt.NodeId(message_id(1)), gt.ReservationNodeId(message_id(2)), 0)
    assert ext.keys_with(gas_nodes.prefix) == [
        gas_nodes.prefix + b"\x00" + message_id(1),
        gas_nodes.prefix + b"\x01" + message_id(2),
    ]


def test_refusals_are_errors_of_the_pallet() -> None:
    error = GasTreeError(GasTreeReason.CONSUMED_WITH_LOCK, gt.NodeId(message_id(1)))
    assert gear_gas.refusal(error).error == Module(ModuleError(103, b"\x0c\0\0\0"))


def test_each_block_begins_with_the_limit() -> None:
    ext = MemoryExt()
    assert gear_gas.allowance.get(ext) == 750_000_000_000
    assert gear_gas.allowance.begin_block(ext, 1).ref_time == 100_000_000
    assert stored_allowance.exists(ext)
    gear_gas.allowance.decrease(ext, 10**11)
    assert gear_gas.allowance.get(ext) == 650_000_000_000
    gear_gas.allowance.decrease(ext, 10**12)
    assert gear_gas.allowance.get(ext) == 0
    gear_gas.allowance.begin_block(ext, 2)
    assert gear_gas.allowance.get(ext) == 750_000_000_000


def test_the_limit_is_a_parameter_of_genesis() -> None:
    ext = MemoryExt()
    gear_gas.allowance.genesis(ext, 2 * 10**11)
    assert gear_gas.allowance.block_gas_limit(ext) == 2 * 10**11
    gear_gas.allowance.begin_block(ext, 1)
    assert gear_gas.allowance.get(ext) == 2 * 10**11
    gear_gas.allowance.put(ext, 7)
    assert gear_gas.allowance.get(ext) == 7
