"""Allocation of memory pages by a program: which pages are static, allocated, free.

The heap begins after the static pages, which the code declares, and ends at the limit of all
memory. Growing the memory itself, and the price of that, are the caller's business. Source: gear,
protocol/core/src/memory.rs.
"""

from typing import NamedTuple, Optional

from parachain.runtime.gear import intervals
from parachain.runtime.gear.intervals import Intervals


class Allocated(NamedTuple):
    """Where an allocation goes, and how many pages of memory there must be for it."""

    first: int
    last: int
    memory_size: int


class AllocationsContext:
    """The allocated pages of one execution."""

    __slots__ = ("changed", "max_pages", "pages", "static_pages")

    def __init__(self, pages: Intervals, static_pages: int, max_pages: int) -> None:
        self.pages = pages
        self.static_pages = static_pages
        self.max_pages = max_pages
        #: Whether any call has changed something, even if it was undone later.
        self.changed = False

    def find(self, amount: int) -> Optional[Allocated]:
        """The first gap of the heap that has room for `amount` pages; None if there is none.

        No page at all fits at the start of the heap, if there is a heap.
        """
        last = self.max_pages - 1
        if last < self.static_pages:
            return None
        if amount == 0:
            return Allocated(self.static_pages, self.static_pages - 1, 0)
        for start, end in intervals.voids(self.pages, self.static_pages, last):
            if amount <= end - start + 1:
                return Allocated(start, start + amount - 1, start + amount)
        return None

    def take(self, found: Allocated) -> None:
        """Allocate what `find` has found, after memory has grown to hold it."""
        if found.first <= found.last:
            self.pages = intervals.insert(self.pages, found.first, found.last)
            self.changed = True

    def free(self, page: int) -> bool:
        """Free a page; False if it is not an allocated page of the heap."""
        if not self._in_heap(page, page) or not intervals.contains(self.pages, page):
            return False
        self.pages = intervals.remove(self.pages, page, page)
        self.changed = True
        return True

    def free_range(self, first: int, last: int) -> bool:
        """Free what is allocated of a range, maybe nothing; False if it is not all in the heap."""
        if first > last or not self._in_heap(first, last):
            return False
        left = intervals.remove(self.pages, first, last)
        if left != self.pages:
            self.pages = left
            self.changed = True
        return True

    def is_accessible(self, page: int) -> bool:
        """Whether the contents of the wasm page are part of the program's state."""
        return page < self.static_pages or intervals.contains(self.pages, page)

    def _in_heap(self, first: int, last: int) -> bool:
        return self.static_pages <= first and last < self.max_pages


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
