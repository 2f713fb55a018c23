"""What the host functions work on while one entry point of a runtime runs."""

from collections.abc import Callable
from typing import Final

from parachain.client.executor.executor import HostState
from parachain.client.executor.wasm.allocator import FreeingBumpAllocator
from parachain.client.executor.wasm.memory import LinearMemory

_U32_MASK: Final = 2**32 - 1

#: Reads the version of another runtime out of its blob; None if it has none.
VersionReader = Callable[[bytes], bytes | None]


class HostTrap(Exception):  # noqa: N818  the field's word
    """The runtime asked for what the host does not do: the call ends here."""


class HostCall:
    """One call: the state, the runtime's memory, and what the call has said and begun.

    A fat pointer is an address in the low 32 bits of an i64 and a length in the high ones.
    """

    __slots__ = (
        "batch_valid",
        "ext",
        "heap",
        "last_error",
        "memory",
        "open_transactions",
        "panic",
        "read_version",
    )

    def __init__(
        self,
        ext: HostState,
        memory: LinearMemory,
        heap: FreeingBumpAllocator,
        read_version: VersionReader | None,
    ) -> None:
        self.ext = ext
        self.memory = memory
        self.heap = heap
        self.read_version = read_version
        #: Storage transactions that this call has opened: it may end no others.
        self.open_transactions = 0
        #: Whether all signatures of the batch were valid, None if no batch is open.
        self.batch_valid: bool | None = None
        #: What the runtime panicked with, if it said so.
        self.panic: str | None = None
        #: Last message that was logged as an error by the panic handler of older runtimes.
        self.last_error: str | None = None

    def load(self, fat: int) -> bytes:
        """Bytes that a fat pointer leads to. Raises MemoryFault."""
        return self.memory.read(fat & _U32_MASK, fat >> 32)

    def store(self, data: bytes) -> int:
        """Allocate room for bytes; return the address. Raises AllocationError, MemoryFault."""
        address = self.heap.allocate(len(data))
        self.memory.write(address, data)
        return address

    def store_fat(self, data: bytes) -> int:
        """Allocate room for bytes; return the fat pointer. Raises as `store`."""
        size = len(data)
        address = self.heap.allocate(size)
        self.memory.write(address, data)
        return address | size << 32

    def close_transactions(self) -> int:
        """Undo what the runtime began and did not end; return how many transactions that were."""
        left, self.open_transactions = self.open_transactions, 0
        for _ in range(left):
            self.ext.rollback()
        return left
