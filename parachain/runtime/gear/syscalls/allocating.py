"""System calls of the program's allocator, which works with pages of 64 KiB.

Source: gear, protocol/processor/src/ext.rs and protocol/core/src/memory.rs.
"""

from typing import Final, Tuple

from parachain.runtime.gear.externalities import Externalities, Termination
from parachain.runtime.gear.gas_counter import ChargeError
from parachain.runtime.gear.pages import MAX_WASM_PAGE
from parachain.runtime.gear.syscalls.frame import Syscall, with_result
from parachain.runtime.gear.termination import UnknownTrap

_FAILED: Final = 2**32 - 1


def _alloc(run: Externalities, amount: int) -> int:
    """The first page of those allocated, _FAILED if there is no room or no gas for more memory."""
    if amount > MAX_WASM_PAGE + 1:
        return _FAILED
    found = run.allocations.find(amount)
    if found is None:
        return _FAILED
    missing = found.memory_size - run.instance.memory_pages()
    if missing > 0:
        try:
            with run.changes:
                run.charge_fee(run.costs.mem_grow + run.costs.mem_grow_per_page * missing)
        except ChargeError:
            return _FAILED
        run.instance.grow(missing)
    run.allocations.take(found)
    return found.first


def _free(run: Externalities, page: int) -> int:
    _check_page(page)
    return 0 if run.allocations.free(page) else 1


def _free_range(run: Externalities, first: int, last: int) -> int:
    _check_page(first)
    _check_page(last)
    if first > last:
        return 1
    with run.changes as changes:
        run.charge_fee(run.costs.syscalls["free_range_per_page"] * (last - first + 1))
        if run.allocations.free_range(first, last):
            return 0
        changes.undo()
    return 1


def _check_page(page: int) -> None:
    if page > MAX_WASM_PAGE:
        raise Termination(UnknownTrap())


SYSCALLS: Final[Tuple[Syscall, ...]] = (
    with_result("alloc", 1, _alloc),
    with_result("free", 1, _free),
    with_result("free_range", 2, _free_range),
)
