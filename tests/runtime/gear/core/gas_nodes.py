"""A gas tree in a dictionary, and its invariants."""

from collections import Counter

from parachain.runtime.gear import gas_tree as gt
from parachain.runtime.gear.gas_tree.node import is_consumed, parent_of


class MemoryGasNodes:
    """GasNodes backed by a dictionary."""

    def __init__(self) -> None:
        self.nodes: dict[gt.GasNodeId, gt.GasNode] = {}
        self.issued = 0

    def get(self, key: gt.GasNodeId, /) -> gt.GasNode | None:
        return self.nodes.get(key)

    def put(self, key: gt.GasNodeId, node: gt.GasNode, /) -> None:
        assert gt.GAS_NODE.decode(gt.GAS_NODE.encode(node)) == node
        self.nodes[key] = node

    def remove(self, key: gt.GasNodeId, /) -> None:
        del self.nodes[key]

    def total(self) -> int:
        return self.issued

    def put_total(self, total: int, /) -> None:
        self.issued = total

    def snapshot(self) -> tuple[dict[gt.GasNodeId, gt.GasNode], int]:
        return dict(self.nodes), self.issued


def check_invariants(tree: MemoryGasNodes) -> None:
    """What holds between two operations, numbered as in gas_tree/consumption.py."""
    # 1. The total is the sum of all gas.
    assert tree.issued == sum(gt.total_gas(node) for node in tree.nodes.values())
    spec: Counter[gt.GasNodeId] = Counter()
    unspec: Counter[gt.GasNodeId] = Counter()
    for node in tree.nodes.values():
        parent = parent_of(node)
        if parent is None:
            continue
        # 2. Parents exist and can be parents; roots exist: 5. they go last.
        assert isinstance(tree.nodes[parent], gt.External | gt.Reserved | gt.SpecifiedLocal)
        assert isinstance(node, gt.SpecifiedLocal | gt.UnspecifiedLocal)
        assert isinstance(tree.nodes[node.root], gt.External | gt.Reserved)
        (unspec if isinstance(node, gt.UnspecifiedLocal) else spec)[parent] += 1
    for key, node in tree.nodes.items():
        if isinstance(node, gt.Cut | gt.UnspecifiedLocal):
            assert not spec[key]
            assert not unspec[key]
            continue
        assert node.refs == gt.ChildrenRefs(spec[key], unspec[key])
        if is_consumed(node):
            # 3., 4. A consumed node has children, and gas only for those without own gas.
            assert spec[key] or unspec[key]
            assert unspec[key] or node.value == 0
            assert not any(node.lock)
