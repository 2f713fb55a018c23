"""What the code generator knows of a type: its bytes, without names and descriptions.

A codec without a shape is called through its functions.
"""

from typing import Any, Dict, NamedTuple, Optional, Tuple, Union

from parachain.primitives.scale.codec import Codec


class Integer(NamedTuple):
    """Little-endian, fixed width."""

    size: int
    signed: bool


class Boolean(NamedTuple):
    """One byte, 0 or 1."""


class Compact(NamedTuple):
    """Compact integer; `codec` has the functions for values of 64 and more."""

    codec: Codec[int]


class FixedBytes(NamedTuple):
    """[u8; size]."""

    size: int


class ByteString(NamedTuple):
    """Vec<u8> or text, of at most `limit` bytes if given."""

    limit: Optional[int]
    text: bool = False


class Member(NamedTuple):
    """An enum without fields; the values by index byte."""

    members: Dict[int, Any]


class Maybe(NamedTuple):
    """Option<T>."""

    codec: Codec[Any]


class Record(NamedTuple):
    """A tuple or struct; `make` builds the value, None stands for a plain tuple."""

    codecs: Tuple[Codec[Any], ...]
    make: Any


class Items(NamedTuple):
    """Elements after their count, at most `limit` if given, or exactly `length` without count."""

    codec: Codec[Any]
    limit: Optional[int]
    length: Optional[int]


class Cases(NamedTuple):
    """An enum: index byte, class of the values and field codecs of each variant."""

    cases: Tuple[Tuple[int, Any, Tuple[Codec[Any], ...]], ...]


Shape = Union[
    Integer,
    Boolean,
    Compact,
    FixedBytes,
    ByteString,
    Member,
    Maybe,
    Record,
    Items,
    Cases,
]
