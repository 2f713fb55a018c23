"""`Runtime`: pallets with their indices and transaction extensions, put together.

What `construct_runtime!` makes of a Rust runtime: the outer call, event, error and origin enums,
the order of hooks, the dispatch table. Assembling writes each pallet's index, once.
"""

from typing import Any, Dict, NamedTuple, Tuple

from parachain.primitives.runtime_version import RuntimeVersion
from parachain.runtime.frame.call import RUNTIME_CALL, CallDeclaration, CallTable, RuntimeCall
from parachain.runtime.frame.extension import TransactionExtension
from parachain.runtime.frame.inherent import InherentProvider
from parachain.runtime.frame.pallet import Pallet


class Runtime(NamedTuple):
    """A runtime as a value. `pallets` are sorted by index; hooks run in `hook_order`."""

    version: RuntimeVersion
    pallets: Tuple[Pallet, ...]
    hook_order: Tuple[Pallet, ...]
    extensions: Tuple[TransactionExtension, ...]
    calls: CallTable
    inherents: Tuple[InherentProvider, ...]

    def pallet(self, name: str) -> Pallet:
        """Return the pallet called `name`. Raises KeyError."""
        for pallet in self.pallets:
            if pallet.name == name:
                return pallet
        raise KeyError(name)

    def is_inherent(self, call: RuntimeCall) -> bool:
        """Whether a pallet recognises `call` as its inherent."""
        return any(provider.is_inherent(call) for provider in self.inherents)


def construct_runtime(
    version: RuntimeVersion,
    pallets: Tuple[Tuple[int, Pallet], ...],
    extensions: Tuple[TransactionExtension, ...],
) -> Runtime:
    """Give the pallets their indices and bind the outer call codec.

    `pallets` come in the order in which their hooks run. Raises ValueError if an index is
    given twice. To be called once in a process: the outer call codec is bound by it.
    """
    table: Dict[int, CallDeclaration] = {}
    taken: Dict[int, Any] = {}
    for index, pallet in pallets:
        if index in taken:
            raise ValueError(f"{pallet.name} and {taken[index].name} share the index {index}")
        taken[index] = pallet
        pallet.index = index
        for call_index in sorted(pallet.calls):
            table[index << 8 | call_index] = pallet.calls[call_index]
    calls = CallTable(table)
    RUNTIME_CALL.bind_functions(calls.encode, calls.read, min_size=2)
    order = tuple(pallet for _, pallet in pallets)
    return Runtime(
        version,
        tuple(taken[index] for index in sorted(taken)),
        order,
        extensions,
        calls,
        tuple(pallet.inherent for pallet in order if pallet.inherent is not None),
    )
