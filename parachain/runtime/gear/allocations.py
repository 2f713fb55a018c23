"""Allocation of memory pages by a program: which pages are static, allocated, free.

The heap begins after the static pages, which the code declares, and ends at the limit of all
memory. Growing the memory itself, and the price of that, are the caller's business. Source: gear,
protocol/core/src/memory.rs.
"""

from typing import Final, NamedTuple, Optional

from parachain.runtime.gear import intervals
from parachain.runtime.gear.intervals import Intervals

_FREE: Final = 0
_ALLOCATED: Final = 1
#: From pages of the map to binary digits: those that are free.
_BITS: Final = b"10" + bytes(254)


class Allocated(NamedTuple):
    """Where an allocation goes, and how many pages of memory there must be for it."""

    first: int
    last: int
    memory_size: int


class AllocationsContext:
    """The allocated pages of one execution.

    They are made into a map when the program first asks for a change: a heap may be as fragmented
    as it can be, and programs ask often.
    """

    __slots__ = ("_heap", "_longest", "_map", "_pages", "changed", "max_pages", "static_pages")

    def __init__(self, pages: Intervals, static_pages: int, max_pages: int) -> None:
        self._pages = pages
        self.static_pages = static_pages
        self.max_pages = max_pages
        #: Whether any call has changed something, even if it was undone later.
        self.changed = False
        #: A byte for each page below `max_pages`; and a number whose bits are the free ones of the
        #: heap, the lowest for its first page. Empty and 0 before they are needed.
        self._map = bytearray()
        self._heap = 0
        #: No gap has more pages than this.
        self._longest = max_pages

    @property
    def pages(self) -> Intervals:
        """The allocated pages."""
        if self.changed:
            self._pages = _allocated(self._map)
        return self._pages

    def find(self, amount: int) -> Optional[Allocated]:
        """The first gap of the heap that has room for `amount` pages; None if there is none.

        No page at all fits at the start of the heap, if there is a heap.
        """
        if self.max_pages <= self.static_pages:
            return None
        if amount == 0:
            return Allocated(self.static_pages, self.static_pages - 1, 0)
        if amount > self._longest:
            return None
        self._draw_map()
        start = self._first_gap(amount)
        if start is None:
            self._longest = amount - 1
            return None
        return Allocated(start, start + amount - 1, start + amount)

    def take(self, found: Allocated) -> None:
        """Allocate what `find` has found, after memory has grown to hold it."""
        first, last, _ = found
        if first <= last:
            self._map[first : last + 1] = b"\1" * (last + 1 - first)
            self._heap ^= _ones(last + 1 - first) << (first - self.static_pages)
            self.changed = True

    def free(self, page: int) -> bool:
        """Free a page; False if it is not an allocated page of the heap."""
        if not self._in_heap(page, page):
            return False
        self._draw_map()
        if self._map[page] == _FREE:
            return False
        self._map[page] = _FREE
        self._heap |= 1 << (page - self.static_pages)
        self._note_gap(page)
        return True

    def free_range(self, first: int, last: int) -> bool:
        """Free what is allocated of a range, maybe nothing; False if it is not all in the heap."""
        if first > last or not self._in_heap(first, last):
            return False
        self._draw_map()
        if self._map.find(_ALLOCATED, first, last + 1) >= 0:
            count = last + 1 - first
            self._map[first : last + 1] = bytes(count)
            self._heap |= _ones(count) << (first - self.static_pages)
            self._note_gap(first)
        return True

    def is_accessible(self, page: int) -> bool:
        """Whether the contents of the wasm page are part of the program's state."""
        if page < self.static_pages:
            return True
        if self._map:
            return page < self.max_pages and self._map[page] == _ALLOCATED
        return intervals.contains(self._pages, page)

    def _in_heap(self, first: int, last: int) -> bool:
        return self.static_pages <= first and last < self.max_pages

    def _draw_map(self) -> None:
        if self._map:
            return
        pages = bytearray(self.max_pages)
        for start, end in self._pages:
            pages[start : end + 1] = b"\1" * (end + 1 - start)
        self._map = pages
        self._heap = int(pages[self.static_pages :][::-1].translate(_BITS), 2)

    def _first_gap(self, amount: int) -> Optional[int]:
        """The first gap of all, or keep the bits of pages that begin `amount` free ones."""
        first = self._map.find(_FREE, self.static_pages)
        if first < 0 or first + amount > self.max_pages:
            return None
        if self._map.find(_ALLOCATED, first, first + amount) < 0:
            return first
        starts, length = self._heap, 1
        while starts and length < amount:
            step = min(length, amount - length)
            starts &= starts >> step
            length += step
        if not starts:
            return None
        return self.static_pages + (starts ^ (starts - 1)).bit_length() - 1

    def _note_gap(self, page: int) -> None:
        """Remember how long the gap with the page is, which has just become longer."""
        self.changed = True
        above = self._map.find(_ALLOCATED, page)
        below = max(self._map.rfind(_ALLOCATED, 0, page) + 1, self.static_pages)
        self._longest = max(self._longest, (self.max_pages if above < 0 else above) - below)


def _ones(count: int) -> int:
    return (1 << count) - 1


def _allocated(pages: bytearray) -> Intervals:
    found = []
    first = pages.find(_ALLOCATED)
    while first >= 0:
        end = pages.find(_FREE, first)
        if end < 0:
            end = len(pages)
        found.append((first, end - 1))
        first = pages.find(_ALLOCATED, end)
    return tuple(found)


def initial_memory_size(pages: Intervals, static_pages: int) -> int:
    """Wasm pages that the memory has when an execution begins."""
    last = intervals.last_page(pages)
    return static_pages if last is None else last + 1


def check_memory(
    memory_size: int,
    pages: Intervals,
    static_pages: int,
    stack_end: Optional[int],
    max_pages: int,
) -> None:
    """Check what the state says of a program's memory.

    Raises ValueError: the state is broken, since upload and allocation keep to these bounds.
    """
    if memory_size > max_pages:
        raise ValueError("memory of %d pages, the limit is %d" % (memory_size, max_pages))
    if static_pages > memory_size:
        raise ValueError("memory of %d pages, static are %d" % (memory_size, static_pages))
    if stack_end is not None and stack_end > static_pages:
        raise ValueError("stack ends at page %d, static are %d" % (stack_end, static_pages))
    if pages and (pages[0][0] < static_pages or pages[-1][1] >= memory_size):
        raise ValueError("allocated pages %r outside %d..%d" % (pages, static_pages, memory_size))
