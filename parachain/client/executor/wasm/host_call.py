"""What the host functions work on while one entry point of a runtime runs."""

from collections.abc import Callable
from typing import Final, Protocol

from parachain.client.executor.executor import HostState
from parachain.client.executor.wasm.memory import LinearMemory

_U32_MASK: Final = 2**32 - 1

#: Reads the version of another runtime out of its blob; None if it has none.
VersionReader = Callable[[bytes], bytes | None]


class Heap(Protocol):
    """Memory that the host gives out in the runtime's memory."""

    def allocate(self, size: int, /) -> int:
        """Address of a new block. Raises AllocationError, MemoryFault."""

    def free(self, pointer: int, /) -> None:
        """Give a block back. Raises AllocationError, MemoryFault."""


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
        heap: Heap,
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

    # What every host function does is written out here: calls would take half of its time.

    def load(self, fat: int) -> bytes:
        """Bytes that a fat pointer leads to. Raises MemoryFault."""
        start = fat & _U32_MASK
        end = start + (fat >> 32)
        memory = self.memory
        if end > memory.size:
            memory.check(end)
        return memory.bytes[start:end].tobytes()

    def store(self, data: bytes) -> int:
        """Allocate room for bytes; return the address. Raises AllocationError, MemoryFault."""
        return self.store_fat(data) & _U32_MASK

    def store_fat(self, data: bytes) -> int:
        """Allocate room for bytes; return the fat pointer. Raises as `store`."""
        size = len(data)
        address = self.heap.allocate(size)
        end = address + size
        memory = self.memory
        if end > memory.size:
            memory.check(end)
        memory.bytes[address:end] = data
        return address | size << 32

    def close_transactions(self) -> int:
        """Undo what the runtime began and did not end; return how many transactions that were."""
        left, self.open_transactions = self.open_transactions, 0
        for _ in range(left):
            self.ext.rollback()
        return left
