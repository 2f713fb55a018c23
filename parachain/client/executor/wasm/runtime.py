"""A compiled runtime: each call runs in an instance of its own, so nothing of one is left behind.

To instantiate costs some 30 us, as the first image of the memory is shared until it is written to.
What a call may use is limited, whatever the code is: memory, native stack, time.
"""

import logging
import math
from typing import Final

from wasmtime import (
    Engine,
    Func,
    FuncType,
    GlobalType,
    Linker,
    Module,
    Store,
    Trap,
    TrapCode,
    ValType,
    WasmtimeError,
)

from parachain.client.executor.executor import (
    HostState,
    NoSuchEntryPoint,
    RuntimePanic,
    UnusableCode,
)
from parachain.client.executor.wasm.blob import MEMORY_EXPORT
from parachain.client.executor.wasm.callbacks import (
    Running,
    call,
    exported_function,
    exported_global,
    exported_memory,
    memory_view,
)
from parachain.client.executor.wasm.engine import TICK_S, Clock
from parachain.client.executor.wasm.heap import HeapModules, WasmHeap
from parachain.client.executor.wasm.host_call import HostCall, VersionReader
from parachain.client.executor.wasm.host_function import REFUSALS
from parachain.client.executor.wasm.imports import link
from parachain.client.executor.wasm.memory import PAGE, LinearMemory

HEAP_PAGES: Final = 2048
"""Pages beyond the first ones of a module, unless the chain says otherwise.

sc-executor's DEFAULT_HEAP_ALLOC_STRATEGY; the chain says so at `:heappages`.
"""

MAX_MEMORY_PAGES: Final = 1 << 14
"""Pages of a runtime at most, 1 GiB: a node runs several calls at a time."""

MAX_TABLE_ELEMENTS: Final = 1 << 17
"""Entries of the table of functions; large runtimes have some ten thousand."""

MAX_CALL_S: Final = 120.0
"""Time that one call may take, host functions included: far more than any block.

A runtime that runs into it is broken or hostile. It must not hold up the node forever.
"""

#: The runtime, its heap and the gate to that; tables of the first and the last.
_PARTS: Final = {"instances": 3, "tables": 2, "memories": 1}

HEAP_BASE: Final = "__heap_base"

_U32_MASK: Final = 2**32 - 1

#: What a bug in a host function raises. It ends the call, not the node. Errors of the host, such
#: as a missing trie node or a full disk, are none of these.
_BUGS: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)

_log = logging.getLogger("gear.runtime")


class _Linked:
    """The module linked to host functions. It serves one call at a time."""

    __slots__ = ("_kept", "linker", "running")

    def __init__(self, engine: Engine, module: Module) -> None:
        self.linker = Linker(engine)
        self.linker.allow_shadowing = True
        self.running = Running()
        self._kept = link(self.linker, self.running, module)


class WasmRuntime:
    """A runtime. May be used by several threads; a call may even begin within another.

    Raises UnusableCode if the module cannot be linked or lacks what every runtime has.
    """

    def __init__(
        self,
        engine: Engine,
        module: Module,
        clock: Clock,
        heaps: HeapModules,
        max_call_s: float = MAX_CALL_S,
    ) -> None:
        self._engine = engine
        self._module = module
        self._clock = clock
        self._heaps = heaps
        self._ticks = math.ceil(max_call_s / TICK_S) + 1
        self._entry_points = _entry_points(module)
        #: Linkages that serve no call at the moment.
        self._idle = [_Linked(engine, module)]
        try:
            self._idle[0].linker.instantiate_pre(module)
        except WasmtimeError as error:
            raise UnusableCode(f"the runtime's code cannot be linked: {error}") from error

    def entry_points(self) -> frozenset[str]:
        """Names of the functions that may be called."""
        return self._entry_points

    def call(
        self,
        ext: HostState,
        method: str,
        args: bytes,
        heap_pages: int = HEAP_PAGES,
        read_version: VersionReader | None = None,
    ) -> bytes:
        """Call an entry point. Raises RuntimePanic, and what `ext` raises for itself.

        `read_version` serves a runtime that looks at another one's code.
        """
        if method not in self._entry_points:
            raise NoSuchEntryPoint(f"the runtime has no {method}")
        try:
            linked = self._idle.pop()
        except IndexError:
            linked = _Linked(self._engine, self._module)
        store = Store(self._engine)
        try:
            with self._clock:
                return self._run(store, linked, ext, method, args, heap_pages, read_version)
        finally:
            store.close()
            self._idle.append(linked)

    def _run(
        self,
        store: Store,
        linked: _Linked,
        ext: HostState,
        method: str,
        args: bytes,
        heap_pages: int,
        read_version: VersionReader | None,
    ) -> bytes:
        host, function = self._instantiate(store, linked, ext, method, heap_pages, read_version)
        running = linked.running
        running.context, running.raised = host, None
        try:
            answer = call(store, function, host.store(args), len(args))
            return host.load(answer)
        except (WasmtimeError, Trap) as error:
            raised, running.raised = running.raised, None
            raise _failure(method, host, error, raised) from raised or error
        except REFUSALS as refusal:
            raise RuntimePanic(f"{method} trapped: {refusal}") from refusal
        finally:
            running.context = None
            host.memory.close()
            left = host.close_transactions()
            if left:
                _log.warning("%s left %d storage transactions open; undone", method, left)

    def _instantiate(
        self,
        store: Store,
        linked: _Linked,
        ext: HostState,
        method: str,
        heap_pages: int,
        read_version: VersionReader | None,
    ) -> tuple[HostCall, Func]:
        store.set_epoch_deadline(self._ticks)
        store.set_limits(
            memory_size=MAX_MEMORY_PAGES * PAGE,
            table_elements=MAX_TABLE_ELEMENTS,
            **_PARTS,
        )
        try:
            gate = self._heaps.open_gate(store, linked.linker)
            instance = linked.linker.instantiate(store, self._module)
            memory = exported_memory(store, instance, MEMORY_EXPORT)
            pages = memory.size(store) + heap_pages
            memory.grow(store, heap_pages)
            base = exported_global(store, instance, HEAP_BASE).value(store)
            assert isinstance(base, int), "its type was looked at"
            heap = self._heaps.place(store, gate, memory, base & _U32_MASK)
        except (WasmtimeError, Trap) as error:
            raise UnusableCode(f"the runtime cannot be instantiated: {error}") from error
        # Nothing may be added from now on: the code's own requests for more are refused.
        store.set_limits(
            memory_size=pages * PAGE,
            table_elements=MAX_TABLE_ELEMENTS,
            **_PARTS,
        )
        view = LinearMemory(memory_view(store, memory))
        function = exported_function(store, instance, method)
        return HostCall(ext, view, heap, read_version), function


def _entry_points(module: Module) -> frozenset[str]:
    """Exported functions of the type of entry points. Raises UnusableCode if other parts lack."""
    exports = {item.name: item.type for item in module.exports}
    base = exports.get(HEAP_BASE)
    if not isinstance(base, GlobalType) or str(base.content) != "i32":
        raise UnusableCode(f"the runtime's code exports no i32 {HEAP_BASE}")
    return frozenset(
        name for name, kind in exports.items() if isinstance(kind, FuncType) and _is_entry(kind)
    )


def _is_entry(kind: FuncType) -> bool:
    params, results = kind.params, kind.results
    i32, i64 = ValType.i32(), ValType.i64()
    return list(params) == [i32, i32] and list(results) == [i64]


def _failure(
    method: str, host: HostCall, error: WasmtimeError | Trap, raised: BaseException | None
) -> BaseException:
    """What to raise for a call that has not returned."""
    if host.panic is not None:
        return RuntimePanic(f"{method} panicked: {host.panic}")
    if isinstance(raised, REFUSALS):
        return RuntimePanic(f"{method} trapped: {raised}")
    if isinstance(raised, _BUGS):
        _log.error("a bug of the host in %s", method, exc_info=raised)
        return RuntimePanic(f"{method} failed in the host: {type(raised).__name__}: {raised}")
    if raised is not None:
        return raised
    code = error.trap_code if isinstance(error, Trap) else None
    if isinstance(host.heap, WasmHeap) and (failure := host.heap.failure()) is not None:
        return RuntimePanic(f"{method} trapped: {failure}")
    if code is TrapCode.UNREACHABLE and host.last_error is not None:
        return RuntimePanic(f"{method} panicked: {host.last_error}")
    if code is TrapCode.INTERRUPT:
        return RuntimePanic(f"{method} takes too long")
    reason = str(error) if code is None else code.name.lower().replace("_", " ")
    return RuntimePanic(f"{method} trapped: {reason}")
