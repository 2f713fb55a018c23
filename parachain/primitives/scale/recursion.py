"""Types that contain themselves, and encodings inside encodings."""

from typing import Any, Generic, Optional, Tuple, TypeVar

from parachain.primitives.scale.bytestrings import BYTES
from parachain.primitives.scale.codec import Codec, Deferred, Readable, Sequence
from parachain.primitives.scale.compact import read_count
from parachain.primitives.scale.errors import DecodeError
from parachain.primitives.scale.integers import U8
from parachain.primitives.scale.nesting import MAX_NESTING, nested, nested_slice

T = TypeVar("T")


class Forward(Codec[T], Generic[T]):
    """A codec that is used before it can be built. `bind` it once, before the first use."""

    __slots__ = ("_bound",)

    def __init__(self, rust_name: str) -> None:
        # A type that contains itself has at least the byte that ends the recursion.
        super().__init__(
            Readable(self._encode, self._read),
            Deferred(self),
            rust_name,
            1,
            order=self._order,
            recursive=True,
        )
        self._bound: Optional[Codec[T]] = None

    def bind(self, codec: Codec[T]) -> None:
        """Make this the codec of `codec`'s type. Raises ValueError when bound already."""
        if self._bound is not None:
            raise ValueError("%s is bound already" % self.rust_name)
        if codec.min_size == 0:
            raise ValueError("%s may take no bytes, so its recursion need not end" % self.rust_name)
        self._bound = codec
        self.info = codec.info

    def bound(self) -> Codec[T]:
        """The codec behind this one. Raises ValueError before `bind`."""
        if self._bound is None:
            raise ValueError("%s is not bound yet" % self.rust_name)
        return self._bound

    def _encode(self, value: T) -> bytes:
        return self.bound().readable.encode(value)

    def _read(self, data: bytes, pos: int) -> Tuple[T, int]:
        buffer = nested(data)
        if buffer.depth >= MAX_NESTING:
            raise DecodeError("more than %d levels of %s" % (MAX_NESTING, self.rust_name))
        buffer.depth += 1
        try:
            return self.bound().readable.read(buffer, pos)
        finally:
            buffer.depth -= 1

    def _order(self, value: T) -> Any:
        key = self.bound().order
        return value if key is None else key(value)


def forward(rust_name: str) -> Forward[Any]:
    """A placeholder for a recursive type, to be bound later once.

    Reading counts how many of them are open and refuses more than MAX_NESTING with DecodeError.
    """
    return Forward(rust_name)


def opaque(codec: Codec[T]) -> Codec[T]:
    """Vec<u8> holding exactly one encoded value of `codec`."""

    def encode(value: T) -> bytes:
        return BYTES.readable.encode(codec.readable.encode(value))

    def read(data: bytes, pos: int) -> Tuple[T, int]:
        length, pos = read_count(data, pos, 1)
        end = pos + length
        inner = nested_slice(data, pos, end)
        value, used = codec.readable.read(inner, 0)
        if used != length:
            raise DecodeError("%d trailing bytes" % (length - used))
        return value, end

    return Codec(
        Readable(encode, read),
        Sequence(U8),
        "Vec<u8>",
        1,
        order=codec.order,
        recursive=codec.recursive,
    )
