"""Types that contain themselves, and encodings inside encodings."""

from typing import Any, Generic, Optional, Tuple, TypeVar

from parachain.primitives.scale.bytestrings import BYTES
from parachain.primitives.scale.codec import Codec, Deferred, Readable, Sequence
from parachain.primitives.scale.compact import COMPACT_U32, read_count
from parachain.primitives.scale.errors import DecodeError
from parachain.primitives.scale.integers import U8
from parachain.primitives.scale.nesting import MAX_NESTING, NestedBytes, nested, nested_slice

T = TypeVar("T")


class Forward(Codec[T], Generic[T]):
    """A codec that is used before it can be built. `bind` it once, before the first use."""

    __slots__ = ("_bound",)

    def __init__(self, rust_name: str) -> None:
        self._bound: Optional[Codec[T]] = None
        # A type that contains itself has at least the byte that ends the recursion.
        super().__init__(
            Readable(self._encode, self._read),
            Deferred(self),
            rust_name,
            1,
            order=self._order,
            recursive=True,
            fast=Readable(self._encode_fast, self._read_fast),
        )

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

    def _encode_fast(self, value: T) -> bytes:
        return self.bound().fast.encode(value)

    def _read(self, data: bytes, pos: int) -> Tuple[T, int]:
        return self._enter(self.bound().readable, nested(data, careful=True), pos)

    def _read_fast(self, data: bytes, pos: int) -> Tuple[T, int]:
        return self._enter(self.bound().fast, nested(data, careful=False), pos)

    def _enter(self, functions: Readable[T], data: NestedBytes, pos: int) -> Tuple[T, int]:
        if data.depth >= MAX_NESTING:
            raise DecodeError("more than %d levels of %s" % (MAX_NESTING, self.rust_name))
        data.depth += 1
        try:
            return functions.read(data, pos)
        finally:
            data.depth -= 1

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
    encode_inner, read_inner = codec.fast
    read_length = COMPACT_U32.fast.read

    def encode_fast(value: T) -> bytes:
        return BYTES.encode(encode_inner(value))

    def read_fast(data: bytes, pos: int) -> Tuple[T, int]:
        if data[pos] & 3 == 1 and data[pos + 1]:  # 64 bytes to 16 KiB, as extrinsics have
            length = (data[pos] | data[pos + 1] << 8) >> 2
            pos += 2
        else:
            length, pos = read_length(data, pos)
        # Not cut out of the buffer: what reads beyond its end does not end where it must.
        value, end = read_inner(data, pos)
        if end != pos + length:
            raise ValueError
        return value, end

    return Codec(
        _opaque(codec.readable),
        Sequence(U8),
        "Vec<u8>",
        1,
        order=codec.order,
        recursive=codec.recursive,
        fast=Readable(encode_fast, read_fast),
    )


def _opaque(inner: Readable[T]) -> Readable[T]:
    encode_inner, read_inner = inner.encode, inner.read

    def encode(value: T) -> bytes:
        return BYTES.encode(encode_inner(value))

    def read(data: bytes, pos: int) -> Tuple[T, int]:
        length, pos = read_count(data, pos, 1)
        end = pos + length
        value, used = read_inner(nested_slice(data, pos, end), 0)
        if used != length:
            raise DecodeError("%d trailing bytes" % (length - used))
        return value, end

    return Readable(encode, read)
