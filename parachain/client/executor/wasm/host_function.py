"""How a host function is declared: its name and version, the forms of its arguments and result.

A declared function sees bytes and numbers; addresses are dealt with here. Forms and names are those
of sp-io's runtime interfaces: `ext_<interface>_<name>_version_<version>`.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from wasmtime import FuncType, ValType

from parachain.client.executor.wasm.allocator import AllocationError
from parachain.client.executor.wasm.callbacks import BoundFunction
from parachain.client.executor.wasm.host_call import HostCall, HostTrap
from parachain.client.executor.wasm.memory import MemoryFault
from parachain.primitives.scale import BYTES as SCALE_BYTES
from parachain.primitives.scale import Codec, DecodeError
from parachain.runtime.frame.ext import HostRefused

#: What ends the call by fault of the runtime, or as the host's answer to it.
REFUSALS: Final = (AllocationError, MemoryFault, DecodeError, HostRefused, HostTrap)

_U32_MASK: Final = 2**32 - 1


class Param(NamedTuple):
    """Form of an argument: i64 or i32, and how its value is found."""

    is_long: bool
    load: Callable[[HostCall, int], Any]


class Result(NamedTuple):
    """Form of a result: i64 or i32, and how it is returned."""

    is_long: bool
    store: Callable[[HostCall, Any], int]


class Span(NamedTuple):
    """A part of the memory that a host function may write to."""

    start: int
    size: int


def _same(_call: HostCall, number: int) -> int:
    return number


def fixed(size: int) -> Param:
    """`size` bytes at an address."""
    return Param(is_long=False, load=lambda call, pointer: call.memory.read(pointer, size))


def scale(codec: Codec[Any]) -> Param:
    """Bytes at a fat pointer that encode a value; all of them do."""
    return Param(is_long=True, load=lambda call, fat: codec.decode(call.load(fat)))


def encoded(codec: Codec[Any]) -> Result:
    """A value, encoded, at a fat pointer."""
    return Result(is_long=True, store=lambda call, value: call.store_fat(codec.encode(value)))


def _option(call: HostCall, value: bytes | None) -> int:
    return call.store_fat(b"\0" if value is None else b"\1" + SCALE_BYTES.encode(value))


BYTES: Final = Param(is_long=True, load=HostCall.load)
SPAN: Final = Param(is_long=True, load=lambda _call, fat: Span(fat & _U32_MASK, fat >> 32))
U32: Final = Param(is_long=False, load=_same)
U64: Final = Param(is_long=True, load=_same)
KEY_TYPE: Final = fixed(4)

FAT: Final = Result(is_long=True, store=HostCall.store_fat)
"""Bytes as they are, at a fat pointer."""

OPTION: Final = Result(is_long=True, store=_option)
"""Bytes or None, encoded as an Option<Vec<u8>>."""

ADDRESS: Final = Result(is_long=False, store=HostCall.store)
"""Bytes of a length that both sides know, at an address."""

BOOL: Final = Result(is_long=False, store=lambda _call, value: 1 if value else 0)
NUMBER: Final = Result(is_long=False, store=_same)
LONG_NUMBER: Final = Result(is_long=True, store=_same)


class HostFunction(NamedTuple):
    """A host function by its full name."""

    name: str
    params: tuple[Param, ...]
    result: Result | None
    function: Callable[..., Any]

    def func_type(self) -> FuncType:
        """Type that an import of this function must have."""
        params = [_value_type(param.is_long) for param in self.params]
        return FuncType(params, [] if self.result is None else [_value_type(self.result.is_long)])

    def bound(self) -> BoundFunction:
        """Return the function as the engine calls it: numbers in, a number or nothing out.

        It raises HostTrap for everything that is the runtime's fault.
        """
        name, function, result = self.name, self.function, self.result
        loads = [param.load for param in self.params]
        store = _nothing if result is None else result.store

        def none(call: HostCall) -> int:
            try:
                return store(call, function(call))
            except REFUSALS as refusal:
                raise HostTrap(f"{name}: {refusal}") from refusal

        def one(call: HostCall, raw: int) -> int:
            try:
                return store(call, function(call, load(call, raw)))
            except REFUSALS as refusal:
                raise HostTrap(f"{name}: {refusal}") from refusal

        def any_number(call: HostCall, *raw: int) -> int:
            try:
                values = [load(call, value) for load, value in zip(loads, raw, strict=True)]
                return store(call, function(call, *values))
            except REFUSALS as refusal:
                raise HostTrap(f"{name}: {refusal}") from refusal

        def two(call: HostCall, raw: int, other: int) -> int:
            try:
                return store(call, function(call, load(call, raw), load_other(call, other)))
            except REFUSALS as refusal:
                raise HostTrap(f"{name}: {refusal}") from refusal

        if not loads:
            return none
        if len(loads) == 1:
            load = loads[0]
            return one
        if len(loads) == 2:
            load, load_other = loads
            return two
        return any_number


def _nothing(_call: HostCall, _value: None) -> int:
    return 0


def _value_type(is_long: bool) -> ValType:
    return ValType.i64() if is_long else ValType.i32()


class HostInterface:
    """Host functions of one interface of sp-io, declared by its decorator."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.functions: list[HostFunction] = []

    def function(
        self, name: str, version: int, params: tuple[Param, ...], result: Result | None = None
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare the decorated function, which gets the HostCall and then its arguments."""

        def declare(function: Callable[..., Any]) -> Callable[..., Any]:
            full_name = f"ext_{self.name}_{name}_version_{version}"
            self.functions.append(HostFunction(full_name, params, result, function))
            return function

        return declare
