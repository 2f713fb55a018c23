"""Host functions of WebAssembly as bare C callbacks, beside the plain way as a reference.

`wasmtime-py` converts every argument to an object and looks up every export by name, 1.5 to 11 us
for a call. Here a callback reads its arguments where wasmtime has put them, in slots of 16 bytes,
little-endian, for 0.2 us. Neither way is to be used without the other: a test compares them.
"""

import ctypes
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from wasmtime import Func, FuncType, Linker, Memory, Store, ValType
from wasmtime import _bindings as bindings

from parachain.client.executor.wasmtime_c import (
    call_unchecked,
    callback_type,
    define_function,
    memory_data,
    memory_data_size,
    memory_grow,
    new_trap,
    raise_error,
    raise_trap,
)
from parachain.runtime.gear.sandbox import HostFunction

MODULE: Final = "env"

_U32_MASK: Final = 2**32 - 1
_U64_MASK: Final = 2**64 - 1
#: Distance of two arguments in units of four bytes. Of an i32 only the first four are written.
_SLOT: Final = 4

_CALLBACK: Final = callback_type(ctypes.c_uint32)

#: Never looked at: the pointer to no arguments must not be null.
_NO_ARGUMENTS: Final = (bindings.wasmtime_val_raw_t * 1)()

#: Where the size before is put, which nobody reads.
_SIZE_BEFORE: Final = ctypes.byref(ctypes.c_uint64())


class Signature(NamedTuple):
    """Parameters of a host function, a bool each: whether it is an i64. The result is an i32."""

    params: tuple[bool, ...]
    has_result: bool

    def func_type(self) -> FuncType:
        """The same for wasmtime."""
        params = [ValType.i64() if is_long else ValType.i32() for is_long in self.params]
        return FuncType(params, [ValType.i32()] if self.has_result else [])


class Running:
    """What the callbacks of a linker work for at the moment, and what one of them has raised.

    `context` is their first argument, `machine` is what runs the code.
    """

    __slots__ = ("context", "machine", "raised")

    def __init__(self) -> None:
        self.context: Any = None
        self.machine: Any = None
        self.raised: BaseException | None = None


class Defined(NamedTuple):
    """What must live as long as the linker."""

    callbacks: tuple[Any, ...]


def define_raw(
    linker: Linker, running: Running, functions: dict[str, tuple[Signature, HostFunction]]
) -> Defined:
    """Define the functions in the linker. Keep the outcome as long as the linker."""
    callbacks = []
    for name, (signature, function) in functions.items():
        callback = _CALLBACK(_callback(running, signature, function))
        callbacks.append(callback)
        define_function(linker, MODULE, name, signature.func_type(), callback)
    return Defined(tuple(callbacks))


def define_plain(
    linker: Linker, running: Running, functions: dict[str, tuple[Signature, HostFunction]]
) -> Defined:
    """Define the functions by `Linker.define_func`: the same, slower."""

    def plain(signature: Signature, function: HostFunction) -> Callable[..., int | None]:
        masks = [_U64_MASK if is_long else _U32_MASK for is_long in signature.params]

        def callback(*args: int) -> int | None:
            unsigned = [arg & mask for arg, mask in zip(args, masks, strict=True)]
            result = function(running.context, *unsigned)
            if not signature.has_result or result is None:
                return None
            return ctypes.c_int32(result).value

        return callback

    for name, (signature, function) in functions.items():
        linker.define_func(MODULE, name, signature.func_type(), plain(signature, function))
    return Defined(())


_TEMPLATE: Final = """
def callback(_env, _caller, args, _count):
    try:
        {result}function(running.context{arguments})
    except BaseException as error:
        return fail(error)
    {store}return 0
"""


def _callback(
    running: Running, signature: Signature, function: HostFunction
) -> Callable[[Any, Any, Any, int], int]:
    """Write the callback for a signature: without a loop over its parameters, as calls are many.

    The text is made of the template above and of numbers.
    """

    def fail(error: BaseException) -> int:
        """Carry what was raised over the frames of C; it is raised again behind them."""
        running.raised = error
        return new_trap()

    arguments = ""
    for index, is_long in enumerate(signature.params):
        low = index * _SLOT
        arguments += f", args[{low}]"
        if is_long:
            arguments += f" | args[{low + 1}] << 32"
    result = "result = " if signature.has_result else ""
    store = f"args[0] = result & {_U32_MASK} if result else 0\n    " if result else ""
    text = _TEMPLATE.format(result=result, arguments=arguments, store=store)
    scope: dict[str, Any] = {"running": running, "function": function, "fail": fail}
    exec(compile(text, "<host function>", "exec"), scope)  # noqa: S102  # the text is ours
    callback: Callable[[Any, Any, Any, int], int] = scope["callback"]
    return callback


def prepare_raw(store: Store, function: Func) -> Callable[[], None]:
    """Return a way to call a function without parameters and results, one call at a time.

    It raises WasmtimeError or Trap.
    """
    context = ctypes.cast(store._context(), ctypes.c_void_p)  # noqa: SLF001  # no public way
    handle = ctypes.byref(function._func)  # noqa: SLF001  # no public way
    trap = ctypes.c_void_p()
    place = ctypes.byref(trap)

    def call() -> None:
        error = call_unchecked(context, handle, _NO_ARGUMENTS, 0, place)
        if error:
            raise_error(error)
        if trap.value is not None:
            address, trap.value = trap.value, None
            raise_trap(address)

    return call


def prepare_plain(store: Store, function: Func) -> Callable[[], None]:
    """The same by wasmtime-py's own way, for functions defined by `define_plain`."""

    def call() -> None:
        function(store)

    return call


class HostCalls(NamedTuple):
    """A way to define host functions, and the way to call code that calls these."""

    define: Callable[[Linker, Running, dict[str, tuple[Signature, HostFunction]]], Defined]
    prepare: Callable[[Store, Func], Callable[[], None]]


RAW: Final = HostCalls(define_raw, prepare_raw)
PLAIN: Final = HostCalls(define_plain, prepare_plain)


#: As large as a memory can be: a type for each size would take longer to make than to grow.
_ANY_MEMORY: Final = ctypes.c_ubyte * 2**32


class MemoryView:
    """The bytes of a linear memory where they are. Valid until the memory is closed."""

    __slots__ = ("_context", "_memory", "bytes", "size")

    def __init__(self, store: Store, memory: Memory) -> None:
        self._context = store._context()  # noqa: SLF001  # no public way
        self._memory = ctypes.byref(memory._memory)  # noqa: SLF001  # no public way
        self._look()

    def grow(self, pages: int) -> None:
        """Add pages of zeros. Raises WasmtimeError if the memory cannot have them."""
        error = memory_grow(self._context, self._memory, pages, _SIZE_BEFORE)
        if error:
            raise_error(error)
        self._look()

    def _look(self) -> None:
        self.size: int = memory_data_size(self._context, self._memory)
        address = memory_data(self._context, self._memory)
        self.bytes = memoryview(_ANY_MEMORY.from_address(address)).cast("B")[: self.size]
