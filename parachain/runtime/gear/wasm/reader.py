"""A position in bytes that moves on. Every end that comes too early is a ValidationError."""

from typing import Callable, Tuple, TypeVar

from parachain.runtime.gear.wasm.errors import ValidationError
from parachain.runtime.gear.wasm.leb128 import read_u32

T = TypeVar("T")

#: Most bytes of a name outside the name section (wasmparser, MAX_WASM_STRING_SIZE).
MAX_NAME_BYTES = 100_000


class Reader:
    """Reads `data`, which is a section or what one contains."""

    __slots__ = ("data", "pos")

    def __init__(self, data: bytes, pos: int = 0) -> None:
        self.data = data
        self.pos = pos

    def is_at_end(self) -> bool:
        """Whether nothing is left."""
        return self.pos >= len(self.data)

    def byte(self) -> int:
        """Next byte."""
        return self.take(1)[0]

    def take(self, count: int) -> bytes:
        """Next `count` bytes."""
        end = self.pos + count
        if end > len(self.data):
            raise ValidationError("unexpected end")
        taken = self.data[self.pos : end]
        self.pos = end
        return taken

    def u32(self) -> int:
        """Unsigned 32-bit number."""
        return self.number(read_u32)

    def number(self, read: Callable[[bytes, int], Tuple[int, int]]) -> int:
        """Read a number by one of the functions of `leb128`."""
        try:
            value, self.pos = read(self.data, self.pos)
        except IndexError:
            raise ValidationError("unexpected end") from None
        return value

    def inner(self) -> "Reader":
        """Reader of a part that its length comes before."""
        return Reader(self.take(self.u32()))

    def name(self, limit: int = MAX_NAME_BYTES) -> str:
        """UTF-8 text that its length in bytes comes before."""
        length = self.u32()
        if length > limit:
            raise ValidationError("a name of %d bytes" % length)
        try:
            return self.take(length).decode()
        except UnicodeDecodeError:
            raise ValidationError("a name is not UTF-8") from None

    def entries(self, read: "Callable[[Reader], T]", limit: int) -> Tuple[T, ...]:
        """Count and that many entries. Memory grows with what is really there."""
        count = self.u32()
        if count > limit:
            raise ValidationError("%d entries, the limit is %d" % (count, limit))
        return tuple([read(self) for _ in range(count)])

    def finish(self) -> None:
        """Check that nothing is left."""
        if not self.is_at_end():
            raise ValidationError("unexpected bytes at the end of a section")
