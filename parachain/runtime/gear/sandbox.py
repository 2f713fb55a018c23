"""What runs a program's code, as the engine of messages sees it.

An engine brings its own implementation. Whatever the engine, it runs the code that `page_checks`
makes of the instrumented code, so that no gas depends on it. Not here: what the functions do that a
program calls.
"""

from enum import Enum
from typing import Any, Callable, Mapping, NamedTuple, Optional, Protocol

#: A function that code calls: the context given to `instantiate`, then the arguments, i32 and i64
#: alike as unsigned numbers. It returns an i32, as any int, where its signature has a result. What
#: it raises ends the execution and comes out of `Instance.call`.
HostFunction = Callable[..., Optional[int]]

#: Host functions by name; all are imported from the module "env".
HostFunctions = Mapping[str, HostFunction]


class ProgramCode(NamedTuple):
    """Instrumented code, loaded only if it is needed.

    key   names the code: codes with the same key are the same. Engines keep what they compiled by
          it for as long as they live.
    load  returns the bytes.
    """

    key: bytes
    load: Callable[[], bytes]


class InstantiationError(Exception):
    """The code cannot be linked, or its table or memory does not take what it puts there."""


class MemoryOutOfBounds(Exception):  # noqa: N818  # the field's word
    """The host was asked for bytes that are not in the program's memory."""


class TrapKind(Enum):
    """Why the engine stopped the code. The rules of Gear make no difference between these."""

    UNREACHABLE = "unreachable"
    MEMORY_OUT_OF_BOUNDS = "memory access out of bounds"
    TABLE = "bad element or type in an indirect call"
    ARITHMETIC = "division by zero or overflow"
    STACK_OVERFLOW = "the engine's stack overflowed"
    OTHER = "other"


class WasmTrap(Exception):  # noqa: N818  # the field's word
    """The code has trapped by itself, not in a host function."""

    def __init__(self, kind: TrapKind) -> None:
        super().__init__(kind.value)
        self.kind = kind


class Instance(Protocol):
    """Code with its memory, for one execution."""

    def call(self, export: str) -> None:
        """Run an exported function without parameters and results.

        Raises WasmTrap, also if there is no such function, and whatever a host function raised.
        """

    def read(self, offset: int, size: int) -> bytes:
        """Bytes of the memory. Raises MemoryOutOfBounds."""

    def write(self, offset: int, data: bytes) -> None:
        """Put bytes into the memory. Raises MemoryOutOfBounds."""

    def memory_pages(self) -> int:
        """Size of the memory in pages of 64 KiB."""

    def grow(self, pages: int) -> None:
        """Add pages of zeros to the memory. Raises MemoryOutOfBounds beyond 32,768 in all."""

    def gas(self) -> int:
        """Value of the exported global `gear_gas`: what the code may still burn."""

    def set_gas(self, gas: int) -> None:
        """Set `gear_gas`."""

    def open_pages(self, first: int, end: int, *, writable: bool) -> None:
        """Let the code read, or also write, Gear pages from `first` below `end` freely from now on.

        Before any other access the host function `page_fault` is called.
        """

    def close(self) -> None:
        """Give the memory back; nothing may be called any more."""


class Sandbox(Protocol):
    """An engine."""

    def instantiate(
        self, code: ProgramCode, functions: HostFunctions, context: Any, memory_pages: int
    ) -> Instance:
        """Link the code, with a memory of that many pages holding its data segments.

        `functions` is best one table for all executions: engines prepare it once. Raises
        InstantiationError.
        """
