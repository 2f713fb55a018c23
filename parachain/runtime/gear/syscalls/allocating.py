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
            left = run.left_after(run.costs.mem_grow + run.costs.mem_grow_per_page * missing)
        except ChargeError:
            return _FAILED
        run.instance.grow(missing)
        run.instance.set_gas(left)
    run.allocations.take(found)
    return found.first


def _free(run: Externalities, page: int) -> int:
    if page > MAX_WASM_PAGE:
        raise Termination(UnknownTrap())
    return 0 if run.allocations.free(page) else 1


def _free_range(run: Externalities, first: int, last: int) -> int:
    if first > MAX_WASM_PAGE or last > MAX_WASM_PAGE:
        raise Termination(UnknownTrap())
    if first > last:
        return 1
    left = run.left_after(run.costs.syscalls["free_range_per_page"] * (last - first + 1))
    if not run.allocations.free_range(first, last):
        return 1
    run.instance.set_gas(left)
    return 0


SYSCALLS: Final[Tuple[Syscall, ...]] = (
    with_result("alloc", 1, _alloc),
    with_result("free", 1, _free),
    with_result("free_range", 2, _free_range),
)
