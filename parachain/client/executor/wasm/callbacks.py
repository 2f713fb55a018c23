"""Host functions as bare C callbacks, with arguments and results where wasmtime has put them.

`wasmtime-py` itself converts each argument to an object and looks up each export by name, which
costs 1.5 to 11 us a call; this way costs 0.3 us. Everything unsafe about calling runtimes is here:
types are checked before by who defines and calls.
"""

import ctypes
from collections.abc import Callable
from typing import Any, Final

from wasmtime import (
    Func,
    FuncType,
    Global,
    Instance,
    Linker,
    Memory,
    Store,
    Table,
)
from wasmtime import _bindings as bindings

from parachain.client.executor.wasmtime_c import (
    call_unchecked,
    callback_type,
    define_function,
    memory_data,
    memory_data_size,
    new_trap,
    raise_error,
    raise_trap,
)

_U32_MASK: Final = 2**32 - 1

#: Distance of two arguments in units of eight bytes.
_SLOT: Final = 2
_CALLBACK: Final = callback_type(ctypes.c_uint64)

#: A host function: what it works on, then its arguments as unsigned numbers; returns its result.
BoundFunction = Callable[..., int | None]

_Arguments = Any  # a pointer to uint64; ctypes has no generic type for it at run time


class Running:
    """What the callbacks of a linker work for at the moment, and what one of them has raised."""

    __slots__ = ("context", "raised")

    def __init__(self) -> None:
        self.context: Any = None
        self.raised: BaseException | None = None


def define(
    linker: Linker,
    running: Running,
    module: str,
    name: str,
    kind: FuncType,
    function: BoundFunction,
) -> object:
    """Define a function in the linker. Keep what is returned as long as the linker.

    `function` gets `running.context` first. Arguments and the result of a function that returns
    are i32 or i64.
    """
    is_long = [str(param) == "i64" for param in kind.params]
    callback = _CALLBACK(_callback(running, is_long, bool(kind.results), function))
    define_function(linker, module, name, kind, callback)
    return callback


def _callback(  # noqa: C901  # one closure for each number of arguments, for speed
    running: Running, is_long: list[bool], has_result: bool, function: BoundFunction
) -> Callable[[Any, Any, _Arguments, int], int]:
    def fail(error: BaseException) -> int:
        running.raised = error
        return new_trap()

    def nothing(_env: Any, _caller: Any, args: _Arguments, _count: int) -> int:
        try:
            result = function(running.context)
            if has_result:
                args[0] = result
        except BaseException as error:  # noqa: BLE001  # carried over the C frames, raised again behind
            return fail(error)
        return 0

    def one_long(_env: Any, _caller: Any, args: _Arguments, _count: int) -> int:
        try:
            result = function(running.context, args[0])
            if has_result:
                args[0] = result
        except BaseException as error:  # noqa: BLE001  # as above
            return fail(error)
        return 0

    def two_long(_env: Any, _caller: Any, args: _Arguments, _count: int) -> int:
        try:
            result = function(running.context, args[0], args[_SLOT])
            if has_result:
                args[0] = result
        except BaseException as error:  # noqa: BLE001  # as above
            return fail(error)
        return 0

    masks = [2**64 - 1 if long else _U32_MASK for long in is_long]
    pairs = [(index * _SLOT, mask) for index, mask in enumerate(masks)]

    def any_number(_env: Any, _caller: Any, args: _Arguments, _count: int) -> int:
        try:
            result = function(running.context, *[args[slot] & mask for slot, mask in pairs])
            if has_result:
                args[0] = result
        except BaseException as error:  # noqa: BLE001  # as above
            return fail(error)
        return 0

    if not is_long:
        return nothing
    if is_long == [True]:
        return one_long
    return two_long if is_long == [True, True] else any_number


def call(store: Store, function: Func, pointer: int, size: int) -> int:
    """Call a function of the type (i32, i32) -> i64, and of no other. Raises WasmtimeError, Trap.

    Arguments and the result are unsigned.
    """
    values = (ctypes.c_uint64 * (2 * _SLOT))()
    values[0], values[_SLOT] = pointer, size
    trap = ctypes.c_void_p()
    error = call_unchecked(
        ctypes.cast(store._context(), ctypes.c_void_p),  # noqa: SLF001  # no public way
        ctypes.byref(function._func),  # noqa: SLF001  # no public way
        values,
        2,
        ctypes.byref(trap),
    )
    if error:
        raise_error(error)
    if trap.value is not None:
        raise_trap(trap.value)
    return values[0]


def prepared(store: Store, function: Func) -> Callable[[int], int]:
    """Return a quick way to call a function of one i32, whose result is an i32 or nothing.

    It may be called while other code of the store is waiting for a host function. It returns
    garbage if there is no result. Raises WasmtimeError, Trap.
    """
    context = ctypes.cast(store._context(), ctypes.c_void_p)  # noqa: SLF001  # no public way
    handle = ctypes.byref(function._func)  # noqa: SLF001  # no public way
    value = (ctypes.c_uint64 * _SLOT)()
    trap = ctypes.c_void_p()
    place = ctypes.byref(trap)

    def call_it(argument: int) -> int:
        value[0] = argument
        error = call_unchecked(context, handle, value, 1, place)
        if error:
            raise_error(error)
        if trap.value is not None:
            address, trap.value = trap.value, None
            raise_trap(address)
        return value[0] & _U32_MASK

    return call_it


def exported_function(store: Store, instance: Instance, name: str) -> Func:
    """Return an export that is known to be a function. Raises KeyError if there is none."""
    return Func._from_raw(_export(store, instance, name).of.func)  # noqa: SLF001  # no public way


def exported_memory(store: Store, instance: Instance, name: str) -> Memory:
    """Return an export that is known to be a memory. Raises KeyError if there is none."""
    return Memory._from_raw(_export(store, instance, name).of.memory)  # noqa: SLF001  # no public way


def exported_global(store: Store, instance: Instance, name: str) -> Global:
    """Return an export that is known to be a global. Raises KeyError if there is none."""
    return Global._from_raw(_export(store, instance, name).of.global_)  # noqa: SLF001  # no public way


def exported_table(store: Store, instance: Instance, name: str) -> Table:
    """Return an export that is known to be a table. Raises KeyError if there is none."""
    return Table._from_raw(_export(store, instance, name).of.table)  # noqa: SLF001  # no public way


def _export(store: Store, instance: Instance, name: str) -> Any:
    """Look up one export; wasmtime-py makes objects of all."""
    item = bindings.wasmtime_extern_t()
    encoded = name.encode()
    found = bindings.wasmtime_instance_export_get(
        store._context(),  # noqa: SLF001  # no public way
        ctypes.byref(instance._instance),  # noqa: SLF001  # no public way
        ctypes.create_string_buffer(encoded, len(encoded)),
        len(encoded),
        ctypes.byref(item),
    )
    if not found:
        raise KeyError(f"the module has no export {name}")
    return item


def memory_view(store: Store, memory: Memory) -> memoryview:
    """Return the bytes of a memory where they are. Valid until the store is closed."""
    context = store._context()  # noqa: SLF001  # no public way
    handle = ctypes.byref(memory._memory)  # noqa: SLF001  # no public way
    size: int = memory_data_size(context, handle)
    if not size:
        return memoryview(b"")
    address = memory_data(context, handle)
    return memoryview((ctypes.c_ubyte * size).from_address(address)).cast("B")
