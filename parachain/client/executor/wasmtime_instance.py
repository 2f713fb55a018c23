"""Instances of programs in wasmtime, which serve one execution after another.

To instantiate costs 60 us and more, mostly for memory that is mapped anew. So an instance is made
what it was at first: pages that an execution may have written to get their first content back, and
pages that it has opened are closed. Globals begin anew with every call, by what `page_checks`
writes, and code of WebAssembly 1.0 cannot change tables. An instance that has touched much
memory is not used again.
"""

import ctypes
import functools
from collections.abc import Callable
from typing import Any, Final

from wasmtime import Func, Memory, Store, Trap, TrapCode, WasmtimeError
from wasmtime import Instance as WasmtimeInstance
from wasmtime import _bindings as bindings

from parachain.client.executor.raw_callbacks import HostCalls, MemoryView, Running
from parachain.runtime.gear.instrumentation.instrument import GAS_GLOBAL
from parachain.runtime.gear.page_access import (
    GAS,
    MAX_MEMORY_PAGES,
    PAGE_BITS,
    READABLE,
    SIZE_MASK,
    STORES,
    WRITABLE,
)
from parachain.runtime.gear.page_checks import MEMORY_EXPORT, PAGES_EXPORT
from parachain.runtime.gear.sandbox import HostFunction, MemoryOutOfBounds, TrapKind, WasmTrap

_U64_MASK: Final = 2**64 - 1
_WASM_PAGE: Final = 2**16
_PAGE: Final = 1 << PAGE_BITS
_NOTHING: Final = bytes(_PAGE)

#: Gear pages whose first content is remembered, 2 MiB. Beyond that a new instance is cheaper.
MAX_PAGES: Final = 128

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


class Machine:
    """An instance with its store, its memories and the state in which it was at first.

    Between executions every page but those of `written` is as at first, and closed but for
    `opened`; `first` has the content of each page that was ever written to.
    """

    __slots__ = (
        "_functions",
        "_host_calls",
        "_instance",
        "first",
        "gas",
        "is_reusable",
        "key",
        "opened",
        "pages",
        "running",
        "store",
        "view",
        "written",
    )

    def __init__(
        self,
        key: bytes,
        store: Store,
        instance: WasmtimeInstance,
        host_calls: HostCalls,
        running: Running,
    ) -> None:
        self.key = key
        self.store = store
        self.running = running
        self._host_calls = host_calls
        self._instance = instance
        self._functions: dict[str, Callable[[], None]] = {}
        memory = Memory._from_raw(self._export(MEMORY_EXPORT).of.memory)  # noqa: SLF001  # no public way
        self.view = MemoryView(store, memory)
        pages = Memory._from_raw(self._export(PAGES_EXPORT).of.memory)  # noqa: SLF001  # no public way
        self.pages = MemoryView(store, pages).bytes
        #: One number: what the code may burn.
        self.gas = self.pages[GAS : GAS + 8].cast("Q")
        self.is_reusable = True
        self.opened: list[tuple[int, int]] = []
        self.written: dict[int, None] = {}
        self.first: dict[int, bytes] = {}

    def memory_pages(self) -> int:
        """Size of the memory in pages of 64 KiB."""
        return self.view.size // _WASM_PAGE

    def note_write(self, first: int, end: int) -> None:
        """Remember the content of Gear pages that are about to be written to."""
        if not self.is_reusable:
            return
        if end - first > MAX_PAGES or end << PAGE_BITS > self.view.size:
            self.is_reusable = False
            return
        for page in range(first, end):
            if page not in self.first:
                content = self.view.bytes[page << PAGE_BITS : page + 1 << PAGE_BITS].tobytes()
                self.first[page] = _NOTHING if content == _NOTHING else content
            self.written[page] = None
        self.is_reusable = len(self.first) <= MAX_PAGES

    def restore(self) -> bool:
        """Become what it was at first; False if it cannot be used again."""
        if not self.is_reusable:
            return False
        pages, memory, first = self.pages, self.view.bytes, self.first
        for begin, end in self.opened:
            zeros = bytes(end - begin)
            pages[READABLE + begin : READABLE + end] = zeros
            pages[WRITABLE + begin : WRITABLE + end] = zeros
        for page in self.written:
            memory[page << PAGE_BITS : page + 1 << PAGE_BITS] = first[page]
        self.opened.clear()
        self.written.clear()
        return True

    def close(self) -> None:
        """Give the memory back."""
        self.view.bytes = self.pages = self.gas = memoryview(b"")
        self.view.size = 0
        self.store.close()

    def function(self, export: str) -> Callable[[], None]:
        """Return an exported function, to be called. Raises KeyError."""
        known = self._functions.get(export)
        if known is None:
            found = Func._from_raw(self._export(export).of.func)  # noqa: SLF001  # no public way
            known = self._functions[export] = self._host_calls.prepare(self.store, found)
        return known

    def gas_global(self) -> int:
        """Value of `gear_gas` where code left it that has trapped."""
        value = bindings.wasmtime_val_t()
        bindings.wasmtime_global_get(
            self.store._context(),  # noqa: SLF001  # no public way
            ctypes.byref(self._export(GAS_GLOBAL).of.global_),
            ctypes.byref(value),
        )
        gas: int = value.of.i64 & _U64_MASK
        return gas

    def _export(self, name: str) -> Any:
        item = bindings.wasmtime_extern_t()
        encoded = _name(name)
        found = bindings.wasmtime_instance_export_get(
            self.store._context(),  # noqa: SLF001  # no public way
            ctypes.byref(self._instance._instance),  # noqa: SLF001  # no public way
            encoded,
            len(encoded),
            ctypes.byref(item),
        )
        if not found:
            raise KeyError(f"the program has no export {name}")
        return item


class Shelf:
    """Machines of one thread that wait for the next execution of their code.

    They are found by the code and by the size of their memory, which code can see.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._machines: dict[tuple[bytes, int], Machine] = {}

    def take(self, key: bytes, memory_pages: int) -> Machine | None:
        """A machine as it was at first, but with so many pages, or None."""
        return self._machines.pop((key, memory_pages), None)

    def put(self, machine: Machine) -> None:
        """Keep a machine if it can be used again, instead of the one that waits for longest."""
        if not machine.restore():
            machine.close()
            return
        machines = self._machines
        place = (machine.key, machine.memory_pages())
        former = machines.pop(place, None)
        machines[place] = machine
        if former is None and len(machines) > self._room:
            former = machines.pop(next(iter(machines)))
        if former is not None:
            former.close()


def noting_writes(running: Running, page_fault: HostFunction) -> HostFunction:
    """Return the host function `page_fault`, which lets code write to pages.

    The pages are noted whether or not it opens them, so that nothing depends on what it does.
    """

    def noting(context: Any, address: int, access: int) -> None:
        page_fault(context, address, access)
        if access & STORES:
            last = address + (access & SIZE_MASK) - 1
            running.machine.note_write(address >> PAGE_BITS, (last >> PAGE_BITS) + 1)

    return noting


class WasmtimeInstanceOfProgram:
    """Implements `parachain.runtime.gear.sandbox.Instance`: a machine during one execution."""

    __slots__ = ("_context", "_gas", "_machine", "_pages", "_shelf", "_view")

    def __init__(self, machine: Machine, shelf: Shelf, context: Any) -> None:
        self._machine = machine
        self._shelf = shelf
        self._context = context
        self._view = machine.view
        self._pages = machine.pages
        self._gas = machine.gas

    def call(self, export: str) -> None:
        """See the protocol."""
        machine = self._machine
        try:
            function = machine.function(export)
        except KeyError as error:
            raise WasmTrap(TrapKind.OTHER) from error
        running = machine.running
        outer = running.context, running.machine
        running.context, running.machine, running.raised = self._context, machine, None
        try:
            function()
        except (WasmtimeError, Trap) as error:
            raised, running.raised = running.raised, None
            if raised is not None:
                raise raised from None
            self.set_gas(machine.gas_global())
            raise WasmTrap(_kind(error)) from error
        finally:
            running.context, running.machine = outer

    def read(self, offset: int, size: int) -> bytes:
        """See the protocol."""
        view = self._view
        if offset + size > view.size:
            raise MemoryOutOfBounds
        return view.bytes[offset : offset + size].tobytes()

    def write(self, offset: int, data: bytes) -> None:
        """See the protocol."""
        view = self._view
        end = offset + len(data)
        if end > view.size:
            raise MemoryOutOfBounds
        machine = self._machine
        page = offset >> PAGE_BITS
        if page not in machine.written or end > page + 1 << PAGE_BITS:
            machine.note_write(page, (end + _PAGE - 1) >> PAGE_BITS)
        view.bytes[offset:end] = data

    def memory_pages(self) -> int:
        """See the protocol."""
        return self._view.size // _WASM_PAGE

    def grow(self, pages: int) -> None:
        """See the protocol."""
        if pages <= 0:
            return
        if self.memory_pages() + pages > MAX_MEMORY_PAGES:
            raise MemoryOutOfBounds
        self._view.grow(pages)

    def gas(self) -> int:
        """See the protocol."""
        return self._gas[0]

    def set_gas(self, gas: int) -> None:
        """See the protocol."""
        self._gas[0] = gas

    def open_pages(self, first: int, end: int, *, writable: bool) -> None:
        """See the protocol."""
        machine = self._machine
        machine.opened.append((first, end))
        ones = b"\1" * (end - first)
        self._pages[READABLE + first : READABLE + end] = ones
        if writable:
            machine.note_write(first, end)
            self._pages[WRITABLE + first : WRITABLE + end] = ones

    def close(self) -> None:
        """See the protocol."""
        machine, self._view = self._machine, _CLOSED
        self._pages = self._gas = _CLOSED.bytes
        self._shelf.put(machine)


class _ClosedView(MemoryView):
    """No memory."""

    def __init__(self) -> None:
        self.bytes = memoryview(b"")
        self.size = 0


_CLOSED: Final = _ClosedView()


@functools.lru_cache(maxsize=64)
def _name(name: str) -> "ctypes.Array[ctypes.c_char]":
    """The name of an export for C; nearly always one of six."""
    encoded = name.encode()
    return ctypes.create_string_buffer(encoded, len(encoded))


def _kind(error: WasmtimeError | Trap) -> TrapKind:
    code = error.trap_code if isinstance(error, Trap) else None
    return TrapKind.OTHER if code is None else _TRAP_KINDS.get(code, TrapKind.OTHER)
