"""`HostSandbox`: programs run by the engine that is linked into the blob.

The engine interprets what `page_checks` makes of instrumented code, as the native node's compiles
it, so that gas and accesses to pages are the same. What it compiled is kept for as long as the
instance of the blob lives, which is one call.
"""

from typing import Any, Dict, Optional, Tuple

import _host

from parachain.runtime.gear.code.syscalls import SYSCALLS
from parachain.runtime.gear.instrumentation.instrument import SYSTEM_BREAK
from parachain.runtime.gear.page_checks import PAGE_FAULT, add_page_checks
from parachain.runtime.gear.sandbox import (
    HostFunctions,
    Instance,
    InstantiationError,
    MemoryOutOfBounds,
    ProgramCode,
    TrapKind,
    WasmTrap,
)
from parachain.runtime.gear.wasm.opcodes import I32

#: Parameters and whether there is a result, of every function that prepared code may import.
_SIGNATURES: Dict[str, Tuple[bytes, bool]] = {
    **{name: (kind.params, bool(kind.results)) for name, kind in SYSCALLS.items()},
    SYSTEM_BREAK: (bytes((I32,)), False),
    PAGE_FAULT: (bytes((I32, I32)), False),
}

#: By the engine's numbers (programs_status in linked.h).
_TRAP_KINDS: Dict[int, TrapKind] = {
    16: TrapKind.UNREACHABLE,
    17: TrapKind.MEMORY_OUT_OF_BOUNDS,
    18: TrapKind.TABLE,
    19: TrapKind.ARITHMETIC,
    20: TrapKind.STACK_OVERFLOW,
}


def _trap(status: int) -> WasmTrap:
    return WasmTrap(_TRAP_KINDS.get(status, TrapKind.OTHER))


class HostSandbox:
    """Implements `parachain.runtime.gear.sandbox.Sandbox`."""

    __slots__ = ("_engine", "_functions")

    def __init__(self) -> None:
        self._engine: Optional[_host.Programs] = None
        self._functions: Optional[HostFunctions] = None

    def instantiate(
        self, code: ProgramCode, functions: HostFunctions, context: Any, memory_pages: int
    ) -> Instance:
        """See the protocol. A memory that does not fit into the blob's own ends the call."""
        engine = self._engine_for(functions)
        if not engine.is_compiled(code.key):
            engine.compile(code.key, add_page_checks(code.load()))
        return engine.instantiate(code.key, context, memory_pages)

    def _engine_for(self, functions: HostFunctions) -> _host.Programs:
        if self._engine is None or self._functions is not functions:
            table = tuple(
                (name, *_SIGNATURES[name], function) for name, function in functions.items()
            )
            self._engine = _host.Programs(table, InstantiationError, MemoryOutOfBounds, _trap)
            self._functions = functions
        return self._engine
