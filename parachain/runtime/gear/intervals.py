"""Sets of pages as disjoint inclusive intervals, and the interval of blocks of a hold.

`Intervals` is an immutable tuple of (first, last), ascending, with a gap of at least one page
between two of them, so that equal sets are equal tuples. Source: the crate `numerated`, tree.rs,
and gear, vara/common/src/storage/primitives/mod.rs.
"""

import operator
import struct as binary
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple

from parachain.primitives.scale import (
    U32,
    Codec,
    Composite,
    DecodeError,
    EncodeError,
    Field,
    btree_map,
    fields,
    struct,
    tuple_of,
    vec,
)
from parachain.primitives.scale.codec import Readable
from parachain.primitives.scale.compact import encode_count, read_count
from parachain.runtime.gear.pages import WASM_PAGE

#: Disjoint, ascending, never adjacent: ((first, last), ...).
Intervals = Tuple[Tuple[int, int], ...]

EMPTY: Intervals = ()


class Interval(NamedTuple):
    """Blocks for which something is held: from `start` until it is due at `finish`."""

    start: int
    finish: int


_BLOCK = U32.named("T")

INTERVAL: Codec[Interval] = struct(
    "gear_common::storage::primitives::Interval",
    Interval,
    fields(("start", _BLOCK), ("finish", _BLOCK)),
    params=(("T", U32),),
)


def insert(pages: Intervals, first: int, last: int) -> Intervals:
    """Add the pages `first` to `last`; what they overlap or touch becomes one interval."""
    before = [pair for pair in pages if pair[1] + 1 < first]
    after = [pair for pair in pages if last + 1 < pair[0]]
    joined = pages[len(before) : len(pages) - len(after)]
    if joined:
        first, last = min(first, joined[0][0]), max(last, joined[-1][1])
    return (*before, (first, last), *after)


def remove(pages: Intervals, first: int, last: int) -> Intervals:
    """Take away the pages `first` to `last`, as far as they are there."""
    kept = []
    for start, end in pages:
        if end < first or last < start:
            kept.append((start, end))
            continue
        if start < first:
            kept.append((start, first - 1))
        if last < end:
            kept.append((last + 1, end))
    return tuple(kept)


def contains(pages: Intervals, page: int) -> bool:
    """Whether the set has the page."""
    return any(start <= page <= end for start, end in pages)


def difference(pages: Intervals, without: Intervals) -> Intervals:
    """The pages of the first set that the second has not."""
    found: List[Tuple[int, int]] = []
    later = 0
    same = dict.fromkeys(without)  # most of them, as a rule
    for first, last in [pair for pair in pages if pair not in same]:
        while later < len(without) and without[later][1] < first:
            later += 1
        rest, index = first, later
        while index < len(without) and without[index][0] <= last:
            start, end = without[index]
            if rest < start:
                found.append((rest, start - 1))
            rest = end + 1
            index += 1
        if rest <= last:
            found.append((rest, last))
    return tuple(found)


def voids(pages: Intervals, first: int, last: int) -> Iterator[Tuple[int, int]]:
    """The gaps of the set between `first` and `last` inclusive, ascending."""
    for start, end in pages:
        if first < start:
            gap = min(start - 1, last)
            if first <= gap:
                yield first, gap
        first = max(first, end + 1)
    if first <= last:
        yield first, last


def each_page(pages: Intervals) -> Iterator[int]:
    """The pages, ascending."""
    for start, end in pages:
        yield from range(start, end + 1)


def last_page(pages: Intervals) -> Optional[int]:
    """The highest page; None of the empty set."""
    return pages[-1][1] if pages else None


def _misfit(pages: Intervals) -> Optional[str]:
    above = 0
    for index, (start, end) in enumerate(pages):
        if start < above or end < start:
            return "interval %d (%d..=%d) is empty or not apart from the one before" % (
                index,
                start,
                end,
            )
        above = end + 2
    return None


def _tree(inner: Readable[Intervals]) -> Readable[Intervals]:
    def encode(pages: Intervals) -> bytes:
        encoded = inner.encode(pages)
        reason = _misfit(pages)
        if reason is not None:
            raise EncodeError(reason)
        return encoded

    def read(data: bytes, pos: int) -> Tuple[Intervals, int]:
        pages, pos = inner.read(data, pos)
        reason = _misfit(pages)
        if reason is not None:
            raise DecodeError(reason)
        return pages, pos

    return Readable(encode, read)


def _encode_at_once(pages: Intervals) -> bytes:
    numbers = [number for pair in pages for number in pair]
    _check_at_once(numbers[::2], numbers[1::2])
    return encode_count(len(pages)) + binary.pack("<%dI" % len(numbers), *numbers)


def _read_at_once(data: bytes, pos: int) -> Tuple[Intervals, int]:
    count, pos = read_count(data, pos, 8)
    numbers = binary.unpack_from("<%dI" % (2 * count), data, pos)
    firsts, lasts = numbers[::2], numbers[1::2]
    _check_at_once(firsts, lasts)
    return tuple(zip(firsts, lasts)), pos + 8 * count


def _check_at_once(firsts: Sequence[int], lasts: Sequence[int]) -> None:
    """Raise ValueError where `_misfit` finds a reason."""
    gaps = map(operator.sub, firsts[1:], lasts)
    if not all(map(operator.le, firsts, lasts)) or min(gaps, default=2) < 2:
        raise ValueError


_PAIRS = vec(tuple_of(U32, U32))

#: IntervalsTree<WasmPage>: on the wire a map of first to last page.
INTERVALS_TREE: Codec[Intervals] = Codec(
    _tree(_PAIRS.readable),
    Composite(
        "numerated::tree::IntervalsTree",
        (Field("inner", btree_map(WASM_PAGE, WASM_PAGE), "BTreeMap<T, T>"),),
        (("T", WASM_PAGE),),
    ),
    "IntervalsTree<WasmPage>",
    1,
    # a program may have 16,000 intervals, which each of its messages needs
    fast=Readable(_encode_at_once, _read_at_once),
)
