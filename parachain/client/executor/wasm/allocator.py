"""The heap of a runtime, kept by the host in the runtime's own memory.

Blocks of 8 bytes to 32 MiB in powers of two, each behind a header of 8 bytes. A freed block waits
in the list of its size, linked through the headers; when that list is empty, the heap's end moves
on. Nothing is ever given back to the end. The layout is part of consensus: a runtime that runs out
of memory must do so on every node. After an error every further request fails.

    header of a block in use   size class as u32, then 1 as u32
    header of a free block     address of the next free header as u32 (all ones: none), then 0

Source: polkadot-sdk `substrate/client/allocator/src/freeing_bump.rs`.
"""

import struct
from typing import Final

from parachain.client.executor.wasm.memory import LinearMemory

MAX_ALLOCATION: Final = 32 << 20
"""Most bytes of one block (sp_core::MAX_POSSIBLE_ALLOCATION)."""

HEADER_SIZE: Final = 8
ALIGNMENT: Final = 8

_MIN_SHIFT: Final = 3
_MIN_ALLOCATION: Final = 1 << _MIN_SHIFT
#: Powers of two from 2**3 to 2**25.
_ORDERS: Final = 23
_NIL: Final = 2**32 - 1
_OCCUPIED: Final = 1 << 32
_HEADER: Final = struct.Struct("<Q")
_U32_MASK: Final = 2**32 - 1


class AllocationError(Exception):
    """The heap is full, the request too large, or a pointer is none of the heap's."""


class FreeingBumpAllocator:
    """A heap from `heap_base` on, up to the end of the memory."""

    __slots__ = ("_bumper", "_free", "_memory", "_poisoned", "allocated")

    def __init__(self, memory: LinearMemory, heap_base: int) -> None:
        self._memory = memory
        self._bumper = (heap_base + ALIGNMENT - 1) & -ALIGNMENT
        self._free = [_NIL] * _ORDERS
        self._poisoned = False
        #: Bytes in use, headers included.
        self.allocated = 0

    def allocate(self, size: int) -> int:
        """Address of a new block of at least `size` bytes. Raises AllocationError, MemoryFault."""
        self._begin()
        if size > MAX_ALLOCATION:
            raise AllocationError(f"{size} bytes at once, the limit is {MAX_ALLOCATION}")
        order = (size - 1).bit_length() - _MIN_SHIFT if size > _MIN_ALLOCATION else 0
        block = _MIN_ALLOCATION << order
        header = self._free[order]
        memory = self._memory
        if header == _NIL:
            header = self._bumper
            end = header + block + HEADER_SIZE
            if end > memory.size:
                raise AllocationError(f"out of memory: {memory.size} bytes are in use")
            self._bumper = end
        else:
            memory.check(header + block + HEADER_SIZE)
            found: int = _HEADER.unpack_from(memory.bytes, header)[0]
            if found & _OCCUPIED:
                raise AllocationError("the list of free blocks leads to one that is in use")
            self._free[order] = found & _U32_MASK
        _HEADER.pack_into(memory.bytes, header, order | _OCCUPIED)
        self.allocated += block + HEADER_SIZE
        self._poisoned = False
        return header + HEADER_SIZE

    def free(self, pointer: int) -> None:
        """Give a block back. Raises AllocationError, MemoryFault."""
        self._begin()
        header = pointer - HEADER_SIZE
        if header < 0:
            raise AllocationError(f"{pointer} is no pointer of this heap")
        memory = self._memory
        memory.check(pointer)
        found: int = _HEADER.unpack_from(memory.bytes, header)[0]
        order = found & _U32_MASK
        if not found & _OCCUPIED:
            raise AllocationError(f"the block at {pointer} is not in use")
        if order >= _ORDERS:
            raise AllocationError(f"the header of the block at {pointer} is overwritten")
        block = (_MIN_ALLOCATION << order) + HEADER_SIZE
        _HEADER.pack_into(memory.bytes, header, self._free[order])
        self._free[order] = header
        if block > self.allocated:
            raise AllocationError("more is given back than was given out")
        self.allocated -= block
        self._poisoned = False

    def _begin(self) -> None:
        """Poison the heap until the request has succeeded."""
        if self._poisoned:
            raise AllocationError("the heap is out of use after an earlier error")
        self._poisoned = True
