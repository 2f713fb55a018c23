"""Programs run by wasmtime: the native `Sandbox`.

Linking is prepared once for each thread and program, and an instance serves one execution after
another of a thread, each of which finds it as it was at first (see `wasmtime_instance`).
"""

import threading
import weakref
from pathlib import Path
from typing import Any, Final

from wasmtime import Engine, InstancePre, Linker, Module, Store, Trap, WasmtimeError

from parachain.client.executor.module_cache import MEMORY_BYTES, ModuleCache
from parachain.client.executor.raw_callbacks import (
    RAW,
    Defined,
    HostCalls,
    Running,
    Signature,
)
from parachain.client.executor.wasmtime_engine import fingerprint, new_engine
from parachain.client.executor.wasmtime_instance import (
    Machine,
    Shelf,
    WasmtimeInstanceOfProgram,
    noting_writes,
)
from parachain.runtime.gear.code.syscalls import SYSCALLS
from parachain.runtime.gear.instrumentation.instrument import SYSTEM_BREAK
from parachain.runtime.gear.page_checks import PAGE_FAULT, add_page_checks
from parachain.runtime.gear.sandbox import (
    HostFunctions,
    Instance,
    InstantiationError,
    ProgramCode,
)
from parachain.runtime.gear.wasm.opcodes import I64

#: Instances that a thread keeps for the next execution. Each holds at most 4 MiB.
KEPT_INSTANCES: Final = 32


def _signatures() -> dict[str, Signature]:
    found = {
        name: Signature(tuple(kind == I64 for kind in params), bool(results))
        for name, (params, results) in SYSCALLS.items()
    }
    found[SYSTEM_BREAK] = Signature((False,), has_result=False)
    found[PAGE_FAULT] = Signature((False, False), has_result=False)
    return found


#: Of every function that prepared code may import.
SIGNATURES: Final = _signatures()


class _Linkage(threading.local):
    """What one thread has prepared for one table of host functions."""

    functions: HostFunctions | None = None
    linker: Linker
    running: Running
    #: What the linker calls; goes when the linker goes.
    defined: Defined
    linked: "weakref.WeakKeyDictionary[Module, InstancePre]"
    shelf: Shelf


class WasmtimeSandbox:
    """Implements `parachain.runtime.gear.sandbox.Sandbox`. May be used by several threads."""

    def __init__(
        self,
        folder: Path | None = None,
        memory_bytes: int = MEMORY_BYTES,
        host_calls: HostCalls = RAW,
        kept_instances: int = KEPT_INSTANCES,
    ) -> None:
        self._engine: Engine = new_engine()
        self._host_calls = host_calls
        self._kept_instances = kept_instances
        self._linkage = _Linkage()
        self.modules = ModuleCache(
            self._engine, add_page_checks, fingerprint(), folder, memory_bytes
        )

    def instantiate(
        self, code: ProgramCode, functions: HostFunctions, context: Any, memory_pages: int
    ) -> Instance:
        """See the protocol."""
        linkage = self._link(functions)
        machine = linkage.shelf.take(code.key, memory_pages)
        if machine is not None:
            return WasmtimeInstanceOfProgram(machine, linkage.shelf, context)
        module = self.modules.get(code)
        linked = linkage.linked.get(module)
        try:
            if linked is None:
                linked = linkage.linked[module] = linkage.linker.instantiate_pre(module)
            store = Store(self._engine)
            machine = Machine(
                code.key, store, linked.instantiate(store), self._host_calls, linkage.running
            )
            instance = WasmtimeInstanceOfProgram(machine, linkage.shelf, context)
            instance.grow(memory_pages - instance.memory_pages())
        except (WasmtimeError, Trap) as error:
            raise InstantiationError(str(error)) from error
        return instance

    def _link(self, functions: HostFunctions) -> _Linkage:
        linkage = self._linkage
        if linkage.functions is not functions:
            linkage.linker = Linker(self._engine)
            linkage.running = Running()
            linkage.linked = weakref.WeakKeyDictionary()
            linkage.shelf = Shelf(self._kept_instances)
            table = {name: (SIGNATURES[name], function) for name, function in functions.items()}
            signature, page_fault = table[PAGE_FAULT]
            table[PAGE_FAULT] = signature, noting_writes(linkage.running, page_fault)
            linkage.defined = self._host_calls.define(linkage.linker, linkage.running, table)
            linkage.functions = functions
        return linkage
