"""Charging for pages of memory when they are accessed first, and loading what is stored of them.

The reference does it when protected memory is touched ("signal"), or before a system call touches
it ("host_func"); the prices differ. Pages of the program's own stack are free and never stored.
Source: gear, protocol/lazy-pages/src/{process,host_func,signal}.rs.
"""

from typing import Callable, List, NamedTuple, Optional, Sequence, Tuple

from parachain.runtime.gear.pages import (
    GEAR_PAGE_SIZE,
    GEAR_PAGES_IN_WASM_PAGE,
    WASM_PAGE_SIZE,
)
from parachain.runtime.gear.sandbox import Instance
from parachain.runtime.gear.schedule.resource_weights import MemoryWeights

#: Stored content of a Gear page, None if nothing is stored.
LoadPage = Callable[[int], Optional[bytes]]

#: Offset and size of an access, neither of them checked yet.
MemoryInterval = Tuple[int, int]

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


class Charged(NamedTuple):
    """The gas that is left after an access, and whether all of it is inside the memory."""

    left: int
    in_bounds: bool


class LazyPages:
    """The pages of one execution.

    Two tables have a byte for each page up to the last one accessed: 1 if it may be read, or also
    written, without any charge. A range of them is searched at once, as calls may name all of the
    memory again and again.
    """

    __slots__ = (
        "_closed_stack",
        "_costs",
        "_instance",
        "_load",
        "_readable",
        "_stack_end",
        "_writable",
    )

    def __init__(
        self, instance: Instance, load: LoadPage, costs: LazyPagesCosts, stack_end: Optional[int]
    ) -> None:
        self._instance = instance
        self._load = load
        self._costs = costs
        self._stack_end = (stack_end or 0) * GEAR_PAGES_IN_WASM_PAGE
        #: Pages of the stack below this one are still closed to the code.
        self._closed_stack = self._stack_end
        self._readable = bytearray(b"\1" * self._stack_end)
        self._writable = bytearray(self._readable)

    def begin(self) -> None:
        """Open the top of the program's stack. To be called once, before the code runs."""
        if self._stack_end:
            self._open_stack(max(self._stack_end - _STACK_TOP, 0))

    def _open_stack(self, first: int) -> None:
        self._instance.open_pages(first, self._closed_stack, writable=True)
        self._closed_stack = first

    def written(self) -> List[int]:
        """Pages that have been written to, ascending, without those of the stack."""
        found = []
        page = self._writable.find(1, self._stack_end)
        while page >= 0:
            found.append(page)
            page = self._writable.find(1, page + 1)
        return found

    def may_read(self, offset: int, size: int) -> bool:
        """Whether reading there costs nothing; `size` is not zero."""
        return _is_open(self._readable, offset, size)

    def may_write(self, offset: int, size: int) -> bool:
        """Whether reading and writing there costs nothing; `size` is not zero."""
        return _is_open(self._writable, offset, size)

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
        left = self._access(first, last + 1, self._costs.signal, instance.gas(), writes)
        instance.set_gas(left)

    def host_func(
        self, reads: Sequence[MemoryInterval], writes: Sequence[MemoryInterval], left: int
    ) -> Charged:
        """Charge for what a system call reads, then for what it writes, given the gas `left`.

        Neither is charged for if any part of it is outside the memory. Raises PagesNotPaid.
        """
        end = self._instance.memory_pages() * WASM_PAGE_SIZE
        for intervals, is_write in ((reads, False), (writes, True)):
            for offset, size in intervals:
                if offset + max(size, 1) > end:
                    return Charged(left, in_bounds=False)
            for offset, size in sorted(intervals):
                last = (offset + max(size, 1) - 1) // GEAR_PAGE_SIZE
                first = offset // GEAR_PAGE_SIZE
                left = self._access(first, last + 1, self._costs.host_func, left, is_write)
        return Charged(left, in_bounds=True)

    def _access(self, first: int, end: int, costs: AccessCosts, left: int, is_write: bool) -> int:
        """Charge for pages from `first` below `end`, ascending, and open them."""
        readable, instance = self._readable, self._instance
        table = self._writable if is_write else readable
        if len(table) < end:
            more = bytes(end - len(table))
            readable += more
            self._writable += more
        page = table.find(0, first, end)
        while page >= 0:
            if is_write and readable[page]:
                left = _paid(left, costs.write_after_read)
            else:
                left = _paid(left, costs.write if is_write else costs.read)
                stored = self._load(page)
                if stored is not None:
                    left = _paid(left, self._costs.load_page)
                    instance.write(page * GEAR_PAGE_SIZE, stored)
            readable[page] = table[page] = 1
            instance.open_pages(page, page + 1, writable=is_write)
            page = table.find(0, page + 1, end)
        return left


def _is_open(table: bytearray, offset: int, size: int) -> bool:
    first, last = offset // GEAR_PAGE_SIZE, (offset + size - 1) // GEAR_PAGE_SIZE
    if last >= len(table):
        return False
    return table[first] == 1 if first == last else table.find(0, first, last + 1) < 0


def _paid(left: int, amount: int) -> int:
    if amount > left:
        raise PagesNotPaid
    return left - amount
