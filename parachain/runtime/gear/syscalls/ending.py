"""System calls that end the execution, the program or a debug text; and the two hidden ones.

`gr_system_break` is called by what instrumentation has added, `page_fault` by what
`page_checks` has added. Source: gear, protocol/backend/src/funcs.rs.
"""

from typing import Final, Tuple

from parachain.runtime.gear.externalities import Externalities, Termination, current_exceeded
from parachain.runtime.gear.gas_counter import CounterType
from parachain.runtime.gear.instrumentation.instrument import SYSTEM_BREAK
from parachain.runtime.gear.instrumentation.rewriting import OUT_OF_GAS
from parachain.runtime.gear.lazy_pages import PagesNotPaid
from parachain.runtime.gear.page_access import SIZE_MASK, STORES
from parachain.runtime.gear.page_checks import PAGE_FAULT
from parachain.runtime.gear.syscalls.arguments import BUFFER, PAYLOAD, fixed, read_arguments
from parachain.runtime.gear.syscalls.frame import Syscall, as_written, infallible
from parachain.runtime.gear.termination import (
    Exits,
    ForbiddenFunction,
    Left,
    Panic,
    ProgramAllocOutOfBounds,
    StackLimitExceeded,
    UnrecoverableError,
    UnrecoverableExt,
)

_HASH: Final = 32


def _gr_exit(_run: Externalities, inheritor: bytes) -> None:
    raise Termination(Exits(inheritor))


def _gr_leave(_run: Externalities) -> None:
    raise Termination(Left())


def _gr_debug(run: Externalities, text: bytes) -> None:
    try:
        decoded = text.decode()
    except UnicodeDecodeError:
        error = UnrecoverableExt(UnrecoverableError.INVALID_DEBUG_STRING)
        raise Termination(error) from None
    run.debug(decoded)


def _check_allowed(run: Externalities, name: str) -> None:
    if run.is_forbidden(name):
        raise Termination(ForbiddenFunction())


def _gr_panic(run: Externalities, *raw: int) -> None:
    """Costs nothing but the memory. Memory that cannot be read counts as too much of it."""
    run.enter()
    (payload,), _, fault = read_arguments(run, (PAYLOAD,), raw)
    _check_allowed(run, "gr_panic")
    if payload is None or fault is not None:
        raise Termination(UnrecoverableExt(UnrecoverableError.PANIC_BUFFER_IS_TOO_BIG))
    raise Termination(Panic(payload))


def _gr_oom_panic(run: Externalities) -> None:
    run.enter()
    _check_allowed(run, "gr_oom_panic")
    raise Termination(ProgramAllocOutOfBounds())


def _gr_system_break(run: Externalities, code: int) -> None:
    run.enter()
    if code != OUT_OF_GAS:
        raise Termination(StackLimitExceeded())
    if run.counters.current is CounterType.GAS_ALLOWANCE:
        run.counters.decrease_current_to(0)
    raise current_exceeded(run.counters)


def _page_fault(run: Externalities, address: int, size_and_kind: int) -> None:
    try:
        run.pages.signal(address, size_and_kind & SIZE_MASK, writes=bool(size_and_kind & STORES))
    except PagesNotPaid:
        run.counters.decrease_current_to(0)
        raise current_exceeded(run.counters) from None


SYSCALLS: Final[Tuple[Syscall, ...]] = (
    infallible("gr_exit", (fixed(_HASH),), _gr_exit),
    infallible("gr_leave", (), _gr_leave),
    infallible("gr_debug", (BUFFER,), _gr_debug, ("gr_debug_per_byte",)),
    as_written("gr_panic", _gr_panic),
    as_written("gr_oom_panic", _gr_oom_panic),
    as_written(SYSTEM_BREAK, _gr_system_break),
    as_written(PAGE_FAULT, _page_fault),
)
