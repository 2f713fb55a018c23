"""Sets of pages, and allocation: topics of the reference's memory tests, named alike."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.runtime.gear import intervals, pages
from parachain.runtime.gear.allocations import (
    Allocated,
    AllocationsContext,
    check_memory,
    initial_memory_size,
)
from parachain.runtime.gear.intervals import Intervals

SPAN = st.tuples(st.integers(0, 50), st.integers(0, 12)).map(lambda s: (s[0], s[0] + s[1]))
STEPS = st.lists(st.tuples(st.booleans(), SPAN), max_size=12)


def build(steps: list[tuple[bool, tuple[int, int]]]) -> tuple[Intervals, set[int]]:
    """The same steps on intervals and on a plain set."""
    found: Intervals = ()
    plain: set[int] = set()
    for adds, (first, last) in steps:
        if adds:
            found = intervals.insert(found, first, last)
            plain |= set(range(first, last + 1))
        else:
            found = intervals.remove(found, first, last)
            plain -= set(range(first, last + 1))
    return found, plain


@given(STEPS, STEPS, SPAN)
def test_intervals_are_a_set(
    some: list[tuple[bool, tuple[int, int]]],
    other: list[tuple[bool, tuple[int, int]]],
    span: tuple[int, int],
) -> None:
    found, plain = build(some)
    assert list(intervals.each_page(found)) == sorted(plain)
    assert intervals.INTERVALS_TREE.decode(intervals.INTERVALS_TREE.encode(found)) == found
    assert all(intervals.contains(found, page) == (page in plain) for page in range(64))
    assert intervals.last_page(found) == max(plain, default=None)
    without, taken = build(other)
    assert list(intervals.each_page(intervals.difference(found, without))) == sorted(plain - taken)
    gaps = list(intervals.voids(found, *span))
    assert list(intervals.each_page(tuple(gaps))) == [
        page for page in range(span[0], span[1] + 1) if page not in plain
    ]
    assert all(left[1] + 1 < right[0] for left, right in pairwise(gaps))


def allocate(context: AllocationsContext, amount: int) -> int | None:
    found = context.find(amount)
    if found is None:
        return None
    context.take(found)
    return found.first


def test_alloc() -> None:
    context = AllocationsContext((), static_pages=16, max_pages=256)
    assert allocate(context, 16) == 16
    assert allocate(context, 0) == 16
    assert allocate(context, 240) is None  # 224 are left
    assert allocate(context, 224) == 32
    assert allocate(context, 1) is None
    assert context.free(137)
    assert allocate(context, 1) == 137
    assert context.free_range(117, 158)
    assert allocate(context, 42) == 117
    assert context.pages == ((16, 255),)


def test_first_gap_that_is_big_enough() -> None:
    context = AllocationsContext(((3, 4), (6, 6), (9, 20)), static_pages=2, max_pages=100)
    assert context.find(1) == Allocated(2, 2, 3)
    assert context.find(2) == Allocated(7, 8, 9)
    assert context.find(3) == Allocated(21, 23, 24)
    assert not context.changed


def test_no_heap() -> None:
    context = AllocationsContext((), static_pages=4, max_pages=4)
    assert context.find(0) is None
    assert context.find(1) is None
    assert not context.free(3)
    assert not context.free_range(3, 3)


def test_free_fails() -> None:
    context = AllocationsContext(((1, 1), (3, 3)), static_pages=1, max_pages=10)
    assert not context.free(0)  # static
    assert not context.free(2)  # not allocated
    assert not context.free(10)  # not a page of the memory
    assert not context.free_range(0, 5)
    assert not context.free_range(5, 10)
    assert not context.free_range(5, 4)
    assert not context.changed


def test_allocations_changed_correctness() -> None:
    context = AllocationsContext(((1, 1),), static_pages=1, max_pages=10)
    assert allocate(context, 0) == 1
    assert context.free_range(4, 6)  # in the heap, but nothing was allocated
    assert not context.changed
    assert allocate(context, 1) == 2
    assert context.free(2)
    assert (context.changed, context.pages) == (True, ((1, 1),))


def test_accessible_pages() -> None:
    context = AllocationsContext(((5, 6),), static_pages=2, max_pages=10)
    assert [context.is_accessible(page) for page in range(8)] == [
        page in {0, 1, 5, 6} for page in range(8)
    ]


def test_memory_params_validation() -> None:
    check_memory(4, ((2, 3),), 2, 2, 4)
    assert initial_memory_size(((2, 3),), 2) == 4
    assert initial_memory_size((), 2) == 2
    for wrong in (
        (5, (), 2, None, 4),
        (1, (), 2, None, 4),
        (4, (), 2, 3, 4),
        (4, ((1, 2),), 2, None, 4),
        (4, ((2, 4),), 2, None, 4),
    ):
        with pytest.raises(ValueError, match="page"):
            check_memory(*wrong)


def test_gear_pages_of_wasm_pages() -> None:
    assert list(pages.gear_pages((5, 0))) == [20, 21, 22, 23, 0, 1, 2, 3]
    assert [pages.wasm_page_of(page) for page in (0, 3, 4, 23)] == [0, 0, 1, 5]
    assert pages.wasm_page_of(pages.MAX_GEAR_PAGE) == pages.MAX_WASM_PAGE


@pytest.mark.parametrize(
    ("offset", "size", "touched"),
    [
        (0, 0, ()),
        (0, 1, (0,)),
        (16383, 1, (0,)),
        (16383, 2, (0, 1)),
        (16384, 16384, (1,)),
        (2**32 - 1, 1, (pages.MAX_GEAR_PAGE,)),
    ],
)
def test_gear_pages_touched(offset: int, size: int, touched: tuple[int, ...]) -> None:
    assert pages.gear_pages_touched(offset, size) == touched


class Naive:
    """Allocation as the rules have it, on a plain set."""

    def __init__(self, taken: set[int], static_pages: int, max_pages: int) -> None:
        self.taken, self.heap = taken, range(static_pages, max_pages)

    def allocate(self, amount: int) -> int | None:
        if amount == 0:
            return self.heap.start if self.heap else None
        for first in self.heap:
            pages = set(range(first, first + amount))
            if pages <= set(self.heap) - self.taken:
                self.taken |= pages
                return first
        return None

    def free(self, page: int) -> bool:
        was_taken = page in self.taken
        self.taken.discard(page)
        return was_taken

    def free_range(self, first: int, last: int) -> bool:
        if first > last or first not in self.heap or last not in self.heap:
            return False
        self.taken -= set(range(first, last + 1))
        return True


_REQUESTS = st.one_of(
    st.tuples(st.just("allocate"), st.integers(0, 9)),
    st.tuples(st.just("free"), st.integers(0, 41)),
    st.tuples(st.just("free_range"), st.integers(0, 41), st.integers(0, 41)),
)


@given(STEPS, st.integers(0, 5), st.lists(_REQUESTS, max_size=40))
def test_random_allocations(
    steps: list[tuple[bool, tuple[int, int]]], static: int, requests: list[tuple[str, int]]
) -> None:
    pages, _ = build(steps)
    top = 40
    pages = intervals.remove(intervals.remove(pages, 0, max(static - 1, 0)), top, 100)
    naive = Naive(set(intervals.each_page(pages)), static, top)
    context = AllocationsContext(pages, static, top)
    for name, *arguments in requests:
        done = getattr(naive, name)(*arguments)
        if name == "allocate":
            assert allocate(context, *arguments) == done
        else:
            assert getattr(context, name)(*arguments) == done
        assert list(intervals.each_page(context.pages)) == sorted(naive.taken)
    for page in range(top):
        assert context.is_accessible(page) == (page < static or page in naive.taken)
