"""Calls: what a dispatchable declares, a decoded call, and its execution.

A call on the wire is pallet index, call index, arguments. Decoding is bounded in depth by
`forward` (a batch of batches ...); execution is transactional: a call that fails leaves no
trace in storage.
"""

from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple, Union

from parachain.primitives.dispatch_error import Module, ModuleError
from parachain.primitives.dispatch_info import (
    DispatchClass,
    DispatchInfo,
    Pays,
    PostDispatchInfo,
)
from parachain.primitives.scale import DecodeError, forward
from parachain.primitives.weight import Weight
from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import Origin
from parachain.runtime.frame.owner import Owner

#: Post-dispatch information of a call that used the weight it declared.
AS_DECLARED = PostDispatchInfo(None, Pays.YES)

#: frame_system's error for a call that its origin may not make (System is pallet 0 everywhere).
CALL_FILTERED = Module(ModuleError(0, b"\x05\0\0\0"))

#: Weight, class and fee of a call may depend on its arguments.
WeightOf = Union[Weight, Callable[..., Weight]]
ClassOf = Union[DispatchClass, Callable[..., DispatchClass]]
PaysOf = Union[Pays, Callable[..., Pays]]


class CallDeclaration:
    """One dispatchable: its index, argument codecs, weight and function."""

    __slots__ = (
        "dispatch_class",
        "doc",
        "fields",
        "function",
        "index",
        "name",
        "pallet",
        "pays",
        "weight",
    )

    def __init__(
        self,
        pallet: Owner,
        index: int,
        fields: Any,  # Fields[*Ts]; mypy checks them against the function in Pallet.call
        function: Callable[..., Optional[PostDispatchInfo]],
        weight: WeightOf,
        dispatch_class: ClassOf,
        pays: PaysOf,
    ) -> None:
        self.pallet = pallet
        self.index = index
        self.name = function.__name__
        self.fields = fields
        self.function = function
        self.weight = weight
        self.dispatch_class = dispatch_class
        self.pays = pays
        self.doc = function.__doc__ or ""

    def __call__(self, *args: Any) -> "RuntimeCall":
        """Build a call of this dispatchable."""
        return RuntimeCall(self, args)


class RuntimeCall(NamedTuple):
    """A decoded call: which dispatchable, and its arguments in order."""

    declaration: CallDeclaration
    args: Tuple[Any, ...]

    def encode(self) -> bytes:
        """Encode as a value of the outer call enum."""
        declaration = self.declaration
        head = bytes((declaration.pallet.index, declaration.index))
        arguments: bytes = declaration.fields.encode(self.args)
        return head + arguments


#: Codec of the outer call enum. `construct_runtime` binds it, once, while it is imported.
RUNTIME_CALL = forward("RuntimeCall")


class CallTable(NamedTuple):
    """All dispatchables of a runtime by their two indices; reads and writes calls."""

    declarations: Dict[int, CallDeclaration]

    def read(self, data: bytes, pos: int) -> Tuple[RuntimeCall, int]:
        """Read a call at `pos`. Raises DecodeError for indices that no pallet declares."""
        if pos + 2 > len(data):
            raise DecodeError("a call needs two index bytes")
        declaration = self.declarations.get(data[pos] << 8 | data[pos + 1])
        if declaration is None:
            raise DecodeError(f"no call {data[pos]}.{data[pos + 1]}")
        try:
            args, pos = declaration.fields.read(data, pos + 2)
        except DecodeError as error:
            raise error.inside(f"{declaration.pallet.name}.{declaration.name}") from None
        return RuntimeCall(declaration, args), pos

    def encode(self, call: RuntimeCall) -> bytes:
        """Encode a call."""
        return call.encode()


def call_weight(call: RuntimeCall) -> Weight:
    """Weight the call declares. Where calls nest, ask this rather than `dispatch_info`.

    A call that computes its weight and its class from the calls inside it would otherwise ask
    for both twice at every level, and the work would double with each.
    """
    declaration, args = call
    weight = declaration.weight
    return weight if isinstance(weight, Weight) else weight(*args)


def call_class(call: RuntimeCall) -> DispatchClass:
    """Class the call declares; see `call_weight`."""
    declaration, args = call
    kind = declaration.dispatch_class
    return kind if isinstance(kind, DispatchClass) else kind(*args)


def dispatch_info(call: RuntimeCall) -> DispatchInfo:
    """What the call says of itself before it runs: weight, class, whether it pays a fee."""
    declaration, args = call
    pays = declaration.pays
    return DispatchInfo(
        call_weight(call), call_class(call), pays if isinstance(pays, Pays) else pays(*args)
    )


def dispatch(ext: Ext, call: RuntimeCall, origin: Origin) -> PostDispatchInfo:
    """Execute `call` in a storage transaction of its own.

    Raises DispatchFailed, with storage as before, if the call fails or `origin` may not make it
    (System.CallFiltered).
    """
    if origin.filters and not origin.allows(call):
        raise DispatchFailed(CALL_FILTERED)
    return dispatch_bypassing_filters(ext, call, origin)


def dispatch_bypassing_filters(ext: Ext, call: RuntimeCall, origin: Origin) -> PostDispatchInfo:
    """Execute `call` as `dispatch` does, whatever the filters of `origin`."""
    ext.begin()
    try:
        result = call.declaration.function(ext, origin, *call.args)
    except DispatchFailed:
        ext.rollback()
        raise
    ext.commit()
    return AS_DECLARED if result is None else result


def actual_weight(info: DispatchInfo, post: PostDispatchInfo) -> Weight:
    """Weight a call has used: what it reported, and never more than it declared."""
    used = post.actual_weight
    if used is None:
        return info.weight
    return Weight(
        min(used.ref_time, info.weight.ref_time), min(used.proof_size, info.weight.proof_size)
    )
