"""Sets of pages as disjoint inclusive intervals, and the interval of blocks of a hold.

`Intervals` is an immutable tuple of (first, last), ascending, with a gap of at least one page
between two of them, so that equal sets are equal tuples. Source: the crate `numerated`, tree.rs,
and gear, vara/common/src/storage/primitives/mod.rs.
"""

from typing import Iterator, NamedTuple, Optional, Tuple

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
    for first, last in without:
        pages = remove(pages, first, last)
    return pages


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
    fast=_tree(_PAIRS.fast),
)
