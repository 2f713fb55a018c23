"""The gas tree's nodes in storage: what `runtime.gear.gas_tree` works on.

    gas_tree.spend(StoredGasNodes(ext), NodeId(message), burned)

Source: gear, vara/pallets/gas/src/lib.rs.
"""

from typing import Optional

from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.gas_tree import GasNode, GasNodeId, GasTreeError
from parachain.runtime.pallets.gear_gas.declarations import ERRORS, gas_nodes, total_issuance


class StoredGasNodes:
    """GasNodes over the storage of this pallet."""

    __slots__ = ("_ext",)

    def __init__(self, ext: Ext) -> None:
        self._ext = ext

    def get(self, key: GasNodeId, /) -> Optional[GasNode]:
        """Return the node, or None."""
        return gas_nodes.get(self._ext, key)

    def put(self, key: GasNodeId, node: GasNode, /) -> None:
        """Store the node."""
        gas_nodes.put(self._ext, key, node)

    def remove(self, key: GasNodeId, /) -> None:
        """Forget the node."""
        gas_nodes.remove(self._ext, key)

    def total(self) -> int:
        """Return the total issuance; zero if none was stored."""
        return total_issuance.get(self._ext) or 0

    def put_total(self, total: int, /) -> None:
        """Store the total issuance, also where it is zero."""
        total_issuance.put(self._ext, total)


def refusal(error: GasTreeError) -> DispatchFailed:
    """What a dispatchable fails with when the gas tree refuses.

    For functions that answer to users. Whoever processes the queue lets GasTreeError pass: there
    it is a mistake, and the block must fail.
    """
    return DispatchFailed(ERRORS[error.reason].value())
