"""Charging for pages of memory when they are accessed first, and loading what is stored of them.

The reference does it when protected memory is touched ("signal"), or before a system call touches
it ("host_func"); the prices differ. Pages of the program's own stack are free and never stored.
Source: gear, protocol/lazy-pages/src/{process,host_func,signal}.rs.
"""

from typing import Callable, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from parachain.runtime.gear.pages import GEAR_PAGE_SIZE, GEAR_PAGES_IN_WASM_PAGE
from parachain.runtime.gear.sandbox import Instance
from parachain.runtime.gear.schedule.resource_weights import MemoryWeights

#: Stored content of a Gear page, None if nothing is stored.
LoadPage = Callable[[int], Optional[bytes]]

#: Offset and size of an access, neither of them checked yet.
MemoryInterval = Tuple[int, int]

_U32_END = 2**32

#: Pages of the stack that are open from the beginning. The others are opened when the first of them
#: is touched, which is free as well: engines have less to clean up after short executions.
_STACK_TOP = 2


class AccessCosts(NamedTuple):
    """Gas of a first access to a page."""

    read: int
    write: int
    write_after_read: int


class LazyPagesCosts(NamedTuple):
    """Gas of first accesses by code and by system calls, and of loading a page's stored content."""

    signal: AccessCosts
    host_func: AccessCosts
    load_page: int


def lazy_pages_costs(weights: MemoryWeights) -> LazyPagesCosts:
    """What a schedule says. A page that is written will also have to be stored."""
    upload = weights.upload_page_data.ref_time
    return LazyPagesCosts(
        AccessCosts(
            weights.lazy_pages_signal_read.ref_time,
            weights.lazy_pages_signal_write.ref_time + upload,
            weights.lazy_pages_signal_write_after_read.ref_time + upload,
        ),
        AccessCosts(
            weights.lazy_pages_host_func_read.ref_time + weights.parachain_read_heuristic.ref_time,
            weights.lazy_pages_host_func_write.ref_time + upload,
            weights.lazy_pages_host_func_write_after_read.ref_time + upload,
        ),
        weights.load_page_data.ref_time,
    )


class PagesNotPaid(Exception):  # noqa: N818  # an outcome, no mistake of anybody
    """There was not enough gas for an access; what there was is gone."""


class AccessOutOfBounds(Exception):  # noqa: N818  # the field's word
    """A system call was given a place outside the memory; `left` is the gas after that."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class LazyPages:
    """The pages of one execution."""

    __slots__ = ("_closed_stack", "_costs", "_instance", "_load", "_stack_end", "_written")

    def __init__(
        self, instance: Instance, load: LoadPage, costs: LazyPagesCosts, stack_end: Optional[int]
    ) -> None:
        self._instance = instance
        self._load = load
        self._costs = costs
        self._stack_end = (stack_end or 0) * GEAR_PAGES_IN_WASM_PAGE
        #: Pages of the stack below this one are still closed to the code.
        self._closed_stack = self._stack_end
        #: By accessed page: whether it may also be written.
        self._written: Dict[int, bool] = {}

    def begin(self) -> None:
        """Open the top of the program's stack. To be called once, before the code runs."""
        if self._stack_end:
            self._open_stack(max(self._stack_end - _STACK_TOP, 0))

    def _open_stack(self, first: int) -> None:
        self._instance.open_pages(first, self._closed_stack, writable=True)
        self._closed_stack = first

    def written(self) -> List[int]:
        """Pages that have been written to, ascending, without those of the stack."""
        return sorted([page for page, writable in self._written.items() if writable])

    def is_free(self, offset: int, size: int) -> bool:
        """Whether it is plain that reading and writing there costs nothing."""
        page = offset // GEAR_PAGE_SIZE
        if (offset + size - 1) // GEAR_PAGE_SIZE != page:
            return False
        return page < self._stack_end or self._written.get(page, False)

    def signal(self, offset: int, size: int, *, writes: bool) -> None:
        """Charge `gear_gas` for an access by code. Raises PagesNotPaid.

        An access that does not end within the memory costs nothing: it traps.
        """
        instance = self._instance
        first, last = offset // GEAR_PAGE_SIZE, (offset + size - 1) // GEAR_PAGE_SIZE
        if (last // GEAR_PAGES_IN_WASM_PAGE) >= instance.memory_pages():
            return
        if first < self._closed_stack:
            self._open_stack(0)
            if last < self._stack_end:
                return
        left = self._access(range(first, last + 1), self._costs.signal, instance.gas(), writes)
        instance.set_gas(left)

    def host_func(
        self, reads: Sequence[MemoryInterval], writes: Sequence[MemoryInterval], left: int
    ) -> int:
        """Charge for what a system call reads and writes; return the gas that is left of `left`.

        Raises PagesNotPaid, AccessOutOfBounds.
        """
        for intervals, is_write in ((reads, False), (writes, True)):
            if intervals:
                pages = self._pages_of(intervals, left)
                left = self._access(pages, self._costs.host_func, left, is_write)
        return left

    def _pages_of(self, intervals: Sequence[MemoryInterval], left: int) -> List[int]:
        pages: Dict[int, None] = {}
        for offset, size in intervals:
            end = offset + max(size, 1)
            if end > _U32_END:
                raise AccessOutOfBounds(left)
            for page in range(offset // GEAR_PAGE_SIZE, (end - 1) // GEAR_PAGE_SIZE + 1):
                pages[page] = None
        ordered = sorted(pages)
        if ordered[-1] // GEAR_PAGES_IN_WASM_PAGE >= self._instance.memory_pages():
            raise AccessOutOfBounds(left)
        return ordered

    def _access(self, pages: Iterable[int], costs: AccessCosts, left: int, is_write: bool) -> int:
        written, instance = self._written, self._instance
        for page in pages:
            if page < self._stack_end:
                continue
            known = written.get(page)
            if known or (known is not None and not is_write):
                continue
            if known is not None:
                left = _paid(left, costs.write_after_read)
            else:
                left = _paid(left, costs.write if is_write else costs.read)
                stored = self._load(page)
                if stored is not None:
                    left = _paid(left, self._costs.load_page)
                    instance.write(page * GEAR_PAGE_SIZE, stored)
            written[page] = is_write
            instance.open_pages(page, page + 1, writable=is_write)
        return left


def _paid(left: int, amount: int) -> int:
    if amount > left:
        raise PagesNotPaid
    return left - amount
