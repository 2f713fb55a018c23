"""The linear memory of a running instance, where it lies; every access is checked.

Addresses and lengths come from code that nobody vouches for. The memory has its full size from the
start, so it neither moves nor grows while the code runs.
"""

from typing import Final

PAGE: Final = 1 << 16
"""Bytes of a page of WebAssembly memory."""


class MemoryFault(Exception):  # noqa: N818  the field's word
    """An address is beyond the memory: by fault of the code."""


class LinearMemory:
    """Bytes by address."""

    __slots__ = ("bytes", "size")

    def __init__(self, view: memoryview) -> None:
        self.bytes = view
        self.size = len(view)

    def read(self, start: int, size: int) -> bytes:
        """Copy bytes out. Raises MemoryFault."""
        end = start + size
        if end > self.size:
            self.check(end)
        return self.bytes[start:end].tobytes()

    def write(self, start: int, data: bytes) -> None:
        """Copy bytes in. Raises MemoryFault."""
        end = start + len(data)
        if end > self.size:
            self.check(end)
        self.bytes[start:end] = data

    def check(self, end: int) -> None:
        """Check that the memory reaches up to `end`. Raises MemoryFault."""
        if end > self.size:
            raise MemoryFault(f"address {end} is beyond the {self.size} bytes of the memory")

    def close(self) -> None:
        """Let go of the memory before it goes away: from now on it has no bytes."""
        self.bytes = memoryview(b"")
        self.size = 0
