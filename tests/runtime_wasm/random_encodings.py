"""Encodings of random values of a type, made from what metadata says of the type.

Most of them decode. Where a chain knows values by name (accounts, programs, code), the strategies
of `known` are used instead, by path of the type, so that what is made also means something.
"""

from collections.abc import Mapping
from functools import reduce
from operator import add
from typing import Any, Final

from hypothesis import strategies as st

from parachain.primitives.scale import (
    COMPACT_U128,
    Array,
    BitSequence,
    Codec,
    CompactOf,
    Composite,
    Deferred,
    Primitive,
    Sequence,
    TupleOf,
    TypeInfo,
    Variant,
    Variants,
)

Encodings = st.SearchStrategy[bytes]

#: Items of a list at most.
LONGEST: Final = 3

UNIT: Final = 10**12

#: Numbers at which something happens: limits of types, the existential deposit, gas of messages.
_NUMBERS: Final = st.one_of(
    st.integers(0, 300),
    st.sampled_from([UNIT - 1, UNIT, 5 * UNIT, 10**9, 2 * 10**10, 750 * 10**9]),
    st.sampled_from([(1 << bits) - 1 for bits in (8, 16, 32, 64, 128)]),
    st.integers(0, (1 << 128) - 1),
)
_BYTES: Final = st.binary(max_size=40)

#: Keys in order, each once: lists of them are rarely that.
_ORDERED: Final = ("BTreeMap", "BTreeSet")


def _joined(parts: tuple[bytes, ...] | list[bytes]) -> bytes:
    return b"".join(parts)


class RandomEncodings:
    """Strategies by type; `known` by path."""

    def __init__(self, known: Mapping[str, Encodings]) -> None:
        self._known = known
        self._made: dict[int, Encodings] = {}

    def of(self, codec: Codec[Any]) -> Encodings:
        """Encodings of a type, which may contain itself."""
        info = codec.info
        made = self._made.get(id(info))
        if made is None:
            made = self._made[id(info)] = st.deferred(lambda: self._of(info))
        return made

    def all_of(self, codecs: tuple[Codec[Any], ...]) -> Encodings:
        """Encodings of several values after each other."""
        return st.tuples(*map(self.of, codecs)).map(_joined)

    def _of(self, info: TypeInfo) -> Encodings:
        match info:
            case Composite() | Variants() if info.path in self._known:
                return self._known[info.path]
            case Composite(fields=fields, path=path):
                values = self.all_of(tuple(field.codec for field in fields))
                return values | st.just(b"\0") if path in _ORDERED else values
            case Variants(variants=variants):
                return st.one_of([self._variant(variant) for variant in variants])
            case Primitive(name=name):
                return _primitive(name)
            case CompactOf(codec=codec):
                limit = 1 << 8 * codec.min_size
                return _NUMBERS.map(lambda number: COMPACT_U128.encode(number % limit))
            case Sequence(codec=codec):
                return self._list(codec)
            case Array(length=length, codec=codec):
                if codec.info == Primitive("u8"):
                    return st.binary(min_size=length, max_size=length)
                return self.all_of((codec,) * length)
            case TupleOf(codecs=codecs):
                return self.all_of(codecs)
            case BitSequence():
                return _BYTES.map(lambda data: COMPACT_U128.encode(8 * len(data)) + data)
            case Deferred(codec=codec):
                return self.of(codec)

    def _variant(self, variant: Variant) -> Encodings:
        values = self.all_of(tuple(field.codec for field in variant.fields))
        return values.map(lambda encoded: bytes((variant.index,)) + encoded)

    def _list(self, codec: Codec[Any]) -> Encodings:
        if codec.info == Primitive("u8"):
            known = self._known.get("Bytes", _BYTES) | _BYTES
            return known.map(lambda data: COMPACT_U128.encode(len(data)) + data)
        items = st.lists(self.of(codec), max_size=LONGEST)
        return items.map(lambda found: reduce(add, found, COMPACT_U128.encode(len(found))))


def _primitive(name: str) -> Encodings:
    if name == "bool":
        return st.sampled_from([b"\0", b"\1"])
    if name == "str":
        return _BYTES.map(lambda data: COMPACT_U128.encode(len(data)) + data)
    size = int(name[1:]) // 8
    return _NUMBERS.map(lambda number: (number % (1 << 8 * size)).to_bytes(size, "little"))
