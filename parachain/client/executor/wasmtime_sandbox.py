"""Programs run by wasmtime: the native `Sandbox`.

Linking is prepared once for each thread and program. An execution gets a store of its own, so
nothing of one is left for the next.
"""

import ctypes
import functools
import struct
import threading
import weakref
from pathlib import Path
from typing import Any, Final

from wasmtime import (
    Engine,
    Func,
    InstancePre,
    Linker,
    Memory,
    Module,
    Store,
    Trap,
    TrapCode,
    WasmtimeError,
)
from wasmtime import Instance as WasmtimeInstance
from wasmtime import _bindings as bindings

from parachain.client.executor.module_cache import MEMORY_BYTES, ModuleCache
from parachain.client.executor.raw_callbacks import (
    RAW,
    Defined,
    HostCalls,
    MemoryView,
    Running,
    Signature,
)
from parachain.client.executor.wasmtime_engine import fingerprint, new_engine
from parachain.runtime.gear.code.syscalls import SYSCALLS
from parachain.runtime.gear.instrumentation.instrument import GAS_GLOBAL, SYSTEM_BREAK
from parachain.runtime.gear.page_access import GAS, MAX_MEMORY_PAGES, READABLE, WRITABLE
from parachain.runtime.gear.page_checks import (
    MEMORY_EXPORT,
    PAGE_FAULT,
    PAGES_EXPORT,
    add_page_checks,
)
from parachain.runtime.gear.sandbox import (
    HostFunctions,
    Instance,
    InstantiationError,
    MemoryOutOfBounds,
    ProgramCode,
    TrapKind,
    WasmTrap,
)
from parachain.runtime.gear.wasm.opcodes import I64

_GAS_VALUE: Final = struct.Struct("<Q")
_U64_MASK: Final = 2**64 - 1
_WASM_PAGE: Final = 2**16

_TRAP_KINDS: Final = {
    TrapCode.UNREACHABLE: TrapKind.UNREACHABLE,
    TrapCode.MEMORY_OUT_OF_BOUNDS: TrapKind.MEMORY_OUT_OF_BOUNDS,
    TrapCode.TABLE_OUT_OF_BOUNDS: TrapKind.TABLE,
    TrapCode.INDIRECT_CALL_TO_NULL: TrapKind.TABLE,
    TrapCode.BAD_SIGNATURE: TrapKind.TABLE,
    TrapCode.INTEGER_OVERFLOW: TrapKind.ARITHMETIC,
    TrapCode.INTEGER_DIVISION_BY_ZERO: TrapKind.ARITHMETIC,
    TrapCode.STACK_OVERFLOW: TrapKind.STACK_OVERFLOW,
}


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


class WasmtimeSandbox:
    """Implements `parachain.runtime.gear.sandbox.Sandbox`. May be used by several threads."""

    def __init__(
        self,
        folder: Path | None = None,
        memory_bytes: int = MEMORY_BYTES,
        host_calls: HostCalls = RAW,
    ) -> None:
        self._engine: Engine = new_engine()
        self._host_calls = host_calls
        self._linkage = _Linkage()
        self.modules = ModuleCache(
            self._engine, add_page_checks, fingerprint(), folder, memory_bytes
        )

    def instantiate(
        self, code: ProgramCode, functions: HostFunctions, context: Any, memory_pages: int
    ) -> Instance:
        """See the protocol."""
        linkage = self._link(functions)
        module = self.modules.get(code)
        linked = linkage.linked.get(module)
        try:
            if linked is None:
                linked = linkage.linked[module] = linkage.linker.instantiate_pre(module)
            store = Store(self._engine)
            instance = WasmtimeInstanceOfProgram(
                store, linked.instantiate(store), self._host_calls, linkage.running, context
            )
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
            table = {name: (SIGNATURES[name], function) for name, function in functions.items()}
            linkage.defined = self._host_calls.define(linkage.linker, linkage.running, table)
            linkage.functions = functions
        return linkage


class WasmtimeInstanceOfProgram:
    """Implements `parachain.runtime.gear.sandbox.Instance`."""

    __slots__ = (
        "_call",
        "_context",
        "_instance",
        "_memory",
        "_memory_view",
        "_pages",
        "_running",
        "_store",
    )

    def __init__(
        self,
        store: Store,
        instance: WasmtimeInstance,
        host_calls: HostCalls,
        running: Running,
        context: Any,
    ) -> None:
        self._store = store
        self._instance = instance
        self._call = host_calls.call
        self._running = running
        self._context = context
        self._memory = Memory._from_raw(self._export(MEMORY_EXPORT).of.memory)  # noqa: SLF001  # no public way
        self._memory_view = MemoryView(store, self._memory)
        pages = Memory._from_raw(self._export(PAGES_EXPORT).of.memory)  # noqa: SLF001  # no public way
        self._pages = MemoryView(store, pages).bytes

    def call(self, export: str) -> None:
        """See the protocol."""
        try:
            function = Func._from_raw(self._export(export).of.func)  # noqa: SLF001  # no public way
        except KeyError as error:
            raise WasmTrap(TrapKind.OTHER) from error
        running = self._running
        outer, running.context, running.raised = running.context, self._context, None
        try:
            self._call(self._store, function)
        except (WasmtimeError, Trap) as error:
            raised, running.raised = running.raised, None
            if raised is not None:
                raise raised from None
            self.set_gas(self._gas_global())
            raise WasmTrap(_kind(error)) from error
        finally:
            running.context = outer

    def read(self, offset: int, size: int) -> bytes:
        """See the protocol."""
        view = self._memory_view
        if offset + size > view.size:
            raise MemoryOutOfBounds
        return view.bytes[offset : offset + size].tobytes()

    def write(self, offset: int, data: bytes) -> None:
        """See the protocol."""
        view = self._memory_view
        end = offset + len(data)
        if end > view.size:
            raise MemoryOutOfBounds
        view.bytes[offset:end] = data

    def memory_pages(self) -> int:
        """See the protocol."""
        return self._memory_view.size // _WASM_PAGE

    def grow(self, pages: int) -> None:
        """See the protocol."""
        if pages <= 0:
            return
        if self.memory_pages() + pages > MAX_MEMORY_PAGES:
            raise MemoryOutOfBounds
        self._memory.grow(self._store, pages)
        self._memory_view = MemoryView(self._store, self._memory)

    def gas(self) -> int:
        """See the protocol."""
        gas: int = _GAS_VALUE.unpack_from(self._pages, GAS)[0]
        return gas

    def set_gas(self, gas: int) -> None:
        """See the protocol."""
        _GAS_VALUE.pack_into(self._pages, GAS, gas)

    def open_pages(self, first: int, end: int, *, writable: bool) -> None:
        """See the protocol."""
        ones = b"\1" * (end - first)
        self._pages[READABLE + first : READABLE + end] = ones
        if writable:
            self._pages[WRITABLE + first : WRITABLE + end] = ones

    def close(self) -> None:
        """See the protocol."""
        self._memory_view.bytes = self._pages = memoryview(b"")
        self._memory_view.size = 0
        self._store.close()

    def _gas_global(self) -> int:
        value = bindings.wasmtime_val_t()
        bindings.wasmtime_global_get(
            self._store._context(),  # noqa: SLF001  # no public way
            ctypes.byref(self._export(GAS_GLOBAL).of.global_),
            ctypes.byref(value),
        )
        gas: int = value.of.i64 & _U64_MASK
        return gas

    def _export(self, name: str) -> Any:
        item = bindings.wasmtime_extern_t()
        encoded = _name(name)
        found = bindings.wasmtime_instance_export_get(
            self._store._context(),  # noqa: SLF001  # no public way
            ctypes.byref(self._instance._instance),  # noqa: SLF001  # no public way
            encoded,
            len(encoded),
            ctypes.byref(item),
        )
        if not found:
            raise KeyError(f"the program has no export {name}")
        return item


@functools.cache
def _name(name: str) -> "ctypes.Array[ctypes.c_char]":
    """The name of an export for C; there are few."""
    encoded = name.encode()
    return ctypes.create_string_buffer(encoded, len(encoded))


def _kind(error: WasmtimeError | Trap) -> TrapKind:
    code = error.trap_code if isinstance(error, Trap) else None
    return TrapKind.OTHER if code is None else _TRAP_KINDS.get(code, TrapKind.OTHER)
