"""Functions of wasmtime's C library with signatures of our own: `wasmtime-py` converts every value.

Pointers are plain numbers. Whoever calls these knows that types fit: nothing is checked here.
"""

import ctypes
from typing import Any, Final, NoReturn

from wasmtime import FuncType, Linker, Trap, WasmtimeError, _ffi
from wasmtime import _bindings as bindings

_TRAP_TEXT: Final = b"host"

_library = ctypes.CDLL(_ffi.dll._name)  # noqa: SLF001  # the path of the library is nowhere else

_define = _library.wasmtime_linker_define_func_unchecked
_define.restype = ctypes.c_size_t
_define.argtypes = [
    ctypes.c_void_p,
    ctypes.c_char_p,
    ctypes.c_size_t,
    ctypes.c_char_p,
    ctypes.c_size_t,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_void_p,
]
_trap_new = _library.wasmtime_trap_new
_trap_new.restype = ctypes.c_size_t
_trap_new.argtypes = [ctypes.c_char_p, ctypes.c_size_t]

#: (context, function, arguments and results, how many, place of a trap) → error or null.
call_unchecked = _library.wasmtime_func_call_unchecked
call_unchecked.restype = ctypes.c_size_t
call_unchecked.argtypes = [
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_void_p,
]

#: (context, memory) → where it begins.
memory_data = _library.wasmtime_memory_data
memory_data.restype = ctypes.c_size_t
memory_data.argtypes = [ctypes.c_void_p, ctypes.c_void_p]

#: (context, memory) → how many bytes it has.
memory_data_size = _library.wasmtime_memory_data_size
memory_data_size.restype = ctypes.c_size_t
memory_data_size.argtypes = [ctypes.c_void_p, ctypes.c_void_p]

#: (context, memory, pages, place of the size before) → error or null.
memory_grow = _library.wasmtime_memory_grow
memory_grow.restype = ctypes.c_size_t
memory_grow.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_void_p]


def callback_type(slot: type[ctypes.c_uint32] | type[ctypes.c_uint64]) -> Any:
    """Type of callbacks that see arguments and results, 16 bytes each, as numbers of one size.

    (environment, caller, arguments and results, how many) → trap or null. The first two are unused.
    """
    return ctypes.CFUNCTYPE(
        ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(slot), ctypes.c_size_t
    )


def define_function(linker: Linker, module: str, name: str, kind: FuncType, callback: Any) -> None:
    """Define a callback in a linker, which must not outlive it."""
    module_name, function_name = module.encode(), name.encode()
    error = _define(
        ctypes.cast(linker.ptr(), ctypes.c_void_p),
        module_name,
        len(module_name),
        function_name,
        len(function_name),
        ctypes.cast(kind.ptr(), ctypes.c_void_p),
        ctypes.cast(callback, ctypes.c_void_p),
        None,
        None,
    )
    if error:
        raise AssertionError(f"host function {name} is defined twice")


def new_trap() -> int:
    """Return what a callback returns that has failed."""
    trap: int = _trap_new(_TRAP_TEXT, len(_TRAP_TEXT))
    return trap


def raise_error(address: int) -> NoReturn:
    """Raise the error that a function has returned."""
    pointer = ctypes.cast(address, ctypes.POINTER(bindings.wasmtime_error_t))
    raise WasmtimeError._from_ptr(pointer)  # noqa: SLF001  # no public way


def raise_trap(address: int) -> NoReturn:
    """Raise the trap that a call has left behind."""
    pointer = ctypes.cast(address, ctypes.POINTER(bindings.wasm_trap_t))
    raise Trap._from_ptr(pointer)  # noqa: SLF001  # no public way
