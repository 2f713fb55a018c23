"""Every host function by name, and binding those that a module imports.

A function that this host does not know is no reason to refuse a module: calling it ends the call.
"""

from collections.abc import Callable
from typing import Final, NoReturn

from wasmtime import FuncType, Linker, Module

from parachain.client.executor.wasm.callbacks import Running, define
from parachain.client.executor.wasm.host_call import HostTrap
from parachain.client.executor.wasm.host_child_storage import child_storage
from parachain.client.executor.wasm.host_crypto import crypto
from parachain.client.executor.wasm.host_function import HostFunction
from parachain.client.executor.wasm.host_hashing import hashing
from parachain.client.executor.wasm.host_misc import (
    allocator,
    logs,
    misc,
    offchain_index,
    panic_handler,
    proof_size,
    transaction_index,
)
from parachain.client.executor.wasm.host_storage import storage
from parachain.client.executor.wasm.host_trie import trie

INTERFACES: Final = (
    storage,
    child_storage,
    hashing,
    crypto,
    trie,
    misc,
    logs,
    allocator,
    panic_handler,
    offchain_index,
    transaction_index,
    proof_size,
)

HOST_FUNCTIONS: Final[dict[str, HostFunction]] = {
    function.name: function for interface in INTERFACES for function in interface.functions
}


def link(linker: Linker, running: Running, module: Module) -> tuple[object, ...]:
    """Define in `linker` what `module` imports. Keep what is returned as long as the linker.

    A known function is defined with its own type: a module that imports it with another one will
    not be instantiated.
    """
    kept: list[object] = []
    for name, (origin, kind) in _imports(module).items():
        known = HOST_FUNCTIONS.get(name)
        if known is None:
            kept.append(define(linker, running, origin, name, kind, _missing(name)))
        else:
            kept.append(define(linker, running, origin, name, known.func_type(), known.bound()))
    return tuple(kept)


def _imports(module: Module) -> dict[str, tuple[str, FuncType]]:
    """Imported functions by name; a module may import one more than once."""
    return {
        item.name: (item.module, item.type)
        for item in module.imports
        if item.name is not None and isinstance(item.type, FuncType)
    }


def _missing(name: str) -> Callable[..., NoReturn]:
    def trap(*_: object) -> NoReturn:
        raise HostTrap(f"{name}: this host has no function of that name")

    return trap
