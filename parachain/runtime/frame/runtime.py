"""`Runtime`: pallets with their indices and transaction extensions, put together.

What `construct_runtime!` makes of a Rust runtime: the outer call, event, error and origin enums,
the order of hooks, the dispatch table. Assembling writes each pallet's index, once.
"""

from typing import Any, Callable, Dict, NamedTuple, Tuple

from parachain.primitives.runtime_version import RuntimeVersion
from parachain.primitives.scale import Codec, Forward, Readable, TypeInfo
from parachain.runtime.frame.call import RUNTIME_CALL, CallTable, RuntimeCall
from parachain.runtime.frame.event import RUNTIME_EVENT, EventTable
from parachain.runtime.frame.extension import TransactionExtension
from parachain.runtime.frame.inherent import InherentProvider
from parachain.runtime.frame.origin import (
    ORIGIN_CALLER,
    RAW_ORIGIN,
    NoOrigin,
    OriginTable,
    Root,
    Signed,
)
from parachain.runtime.frame.outer_enums import outer_call, outer_event, outer_origin
from parachain.runtime.frame.pallet import Pallet, ValidateUnsigned

#: The crate that type paths name: clients made for Vara look types up under it.
CRATE = "vara_runtime"


class Runtime(NamedTuple):
    """A runtime as a value. `pallets` are sorted by index; hooks run in `hook_order`."""

    version: RuntimeVersion
    pallets: Tuple[Pallet, ...]
    hook_order: Tuple[Pallet, ...]
    extensions: Tuple[TransactionExtension, ...]
    calls: CallTable
    inherents: Tuple[InherentProvider, ...]
    #: By index of the pallet whose unsigned calls they judge.
    unsigned_validators: Dict[int, ValidateUnsigned]
    crate: str

    def pallet(self, name: str) -> Pallet:
        """Return the pallet called `name`. Raises KeyError."""
        for pallet in self.pallets:
            if pallet.name == name:
                return pallet
        raise KeyError(name)

    def is_inherent(self, call: RuntimeCall) -> bool:
        """Whether a pallet recognises `call` as its inherent."""
        return any(provider.is_inherent(call) for provider in self.inherents)

    def is_closing(self, call: RuntimeCall) -> bool:
        """Whether authors close their blocks with `call`; it is no inherent, but mandatory."""
        return any(pallet.closing_call is call.declaration for pallet in self.pallets)


def construct_runtime(
    version: RuntimeVersion,
    pallets: Tuple[Tuple[int, Pallet], ...],
    extensions: Tuple[TransactionExtension, ...],
) -> Runtime:
    """Give the pallets their indices and bind the outer codecs: calls, events, origins.

    `pallets` come in the order in which their hooks run. Raises ValueError if an index is
    given twice. To be called once in a process: the outer codecs are bound by it.
    """
    taken: Dict[int, Pallet] = {}
    for index, pallet in pallets:
        if index in taken:
            raise ValueError(f"{pallet.name} and {taken[index].name} share the index {index}")
        taken[index] = pallet
        pallet.index = index
    by_index = tuple(taken[index] for index in sorted(taken))
    calls = _call_table(by_index)
    _bind(RUNTIME_CALL, calls.encode, calls.read, outer_call(CRATE, by_index))
    events = _event_table(by_index)
    _bind(RUNTIME_EVENT, events.encode, events.read, outer_event(CRATE, by_index))
    origins = _origin_table(by_index)
    _bind(ORIGIN_CALLER, origins.encode, origins.read, outer_origin(CRATE, by_index))
    order = tuple(pallet for _, pallet in pallets)
    return Runtime(
        version,
        by_index,
        order,
        extensions,
        calls,
        tuple(pallet.inherent for pallet in order if pallet.inherent is not None),
        {
            pallet.index: pallet.validate_unsigned
            for pallet in by_index
            if pallet.validate_unsigned is not None
        },
        CRATE,
    )


def _bind(
    codec: Forward[Any],
    encode: Callable[[Any], bytes],
    read: Callable[[bytes, int], Tuple[Any, int]],
    info: TypeInfo,
) -> None:
    """Bind an outer codec. Its values begin with the index of a pallet and one inside it."""
    codec.bind(Codec(Readable(encode, read), info, codec.rust_name, 2, recursive=True))


def _call_table(pallets: Tuple[Pallet, ...]) -> CallTable:
    return CallTable(
        {p.index << 8 | index: p.calls[index] for p in pallets for index in sorted(p.calls)}
    )


def _event_table(pallets: Tuple[Pallet, ...]) -> EventTable:
    return EventTable({p.index << 8 | event.index: event for p in pallets for event in p.events})


def _origin_table(pallets: Tuple[Pallet, ...]) -> OriginTable:
    codecs: Dict[int, Codec[Any]] = {0: RAW_ORIGIN}
    indices: Dict[type, int] = {Root: 0, Signed: 0, NoOrigin: 0}
    for pallet in pallets:
        if pallet.origin is not None:
            codecs[pallet.index] = pallet.origin.codec
            indices[pallet.origin.value_class] = pallet.index
    return OriginTable(codecs, indices)
