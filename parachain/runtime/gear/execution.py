"""Running one dispatch: the program's code, with its memory, between precharge and journal.

Source: gear, protocol/processor/src/executor.rs and protocol/backend/src/{env,state}.rs.
"""

from typing import Callable, Dict, NamedTuple, Optional, Union

from parachain.runtime.gear.allocations import (
    AllocationsContext,
    check_memory,
    initial_memory_size,
)
from parachain.runtime.gear.dispatch import ENTRY_POINTS, IncomingDispatch
from parachain.runtime.gear.ext_error import ErrorCode, ExtError
from parachain.runtime.gear.externalities import (
    ExecutionSettings,
    Externalities,
    Randomness,
    Termination,
)
from parachain.runtime.gear.gas_counter import (
    ChargeError,
    ChargeFailure,
    Counters,
    GasAllowanceCounter,
    GasAmount,
    GasCounter,
    ValueCounter,
)
from parachain.runtime.gear.ids import ActorId, Blake2b256
from parachain.runtime.gear.intervals import Intervals
from parachain.runtime.gear.lazy_pages import LazyPages, LoadPage
from parachain.runtime.gear.message_context import MessageContext
from parachain.runtime.gear.pages import GEAR_PAGE_SIZE, wasm_page_of
from parachain.runtime.gear.processing import DispatchResult
from parachain.runtime.gear.reservation import GasReserver, SystemReservation, system_reservation
from parachain.runtime.gear.sandbox import (
    Instance,
    InstantiationError,
    ProgramCode,
    Sandbox,
    WasmTrap,
)
from parachain.runtime.gear.syscalls.table import HOST_FUNCTIONS
from parachain.runtime.gear.termination import (
    Completion,
    EnvironmentFailure,
    ExecutionFailure,
    Exits,
    GasLimitExceeded,
    Succeeded,
    UnknownTrap,
    UnrecoverableError,
    UnrecoverableExt,
    Waits,
)


class Host(NamedTuple):
    """What execution needs of the machine. `debug` is given the texts of `gr_debug`."""

    sandbox: Sandbox
    blake2_256: Blake2b256
    debug: Callable[[str], None]


class ExecutableProgram(NamedTuple):
    """A program as the state has it.

    static_pages  pages of 64 KiB that the code declares.
    stack_end     the first page behind the program's own stack, None if it does not say.
    allocations   the pages that it has allocated.
    load_page     the stored content of a page of 16 KiB.
    """

    id: ActorId
    code: ProgramCode
    static_pages: int
    stack_end: Optional[int]
    allocations: Intervals
    load_page: LoadPage


class Completed(NamedTuple):
    """The execution succeeded, waits or exits: everything that it did counts."""

    completion: Completion
    result: DispatchResult


class Failed(NamedTuple):
    """The execution failed: only the gas burned and what was put aside for a signal count."""

    failure: ExecutionFailure
    gas_amount: GasAmount
    system_reservation: SystemReservation


class OutOfAllowance(NamedTuple):
    """The block has no gas left: the message is to be put back."""

    gas_amount: GasAmount


Execution = Union[Completed, Failed, OutOfAllowance]


def execute(
    host: Host,
    program: ExecutableProgram,
    dispatch: IncomingDispatch,
    balance: int,
    gas: GasCounter,
    allowance: GasAllowanceCounter,
    reserver: GasReserver,
    settings: ExecutionSettings,
    randomness: Randomness,
    entry: Optional[str] = None,
) -> Execution:
    """Execute `dispatch`; both counters say afterwards what is left.

    `balance` is what the program can spend, without the value of a message that has not been
    executed before. `entry` is another export to be run instead of that for the kind of the
    dispatch. Raises ValueError if what the state says of the memory is impossible.
    """
    memory_pages = initial_memory_size(program.allocations, program.static_pages)
    check_memory(
        memory_pages,
        program.allocations,
        program.static_pages,
        program.stack_end,
        settings.max_pages,
    )
    if dispatch.context is None:
        balance += dispatch.message.value
    counters = Counters(gas, allowance)
    run = Externalities(
        host.blake2_256,
        host.debug,
        settings,
        MessageContext(host.blake2_256, dispatch, program.id, settings.context),
        counters,
        ValueCounter(balance),
        reserver,
        AllocationsContext(program.allocations, program.static_pages, settings.max_pages),
        randomness,
    )
    aside = system_reservation(dispatch)
    try:
        instance = host.sandbox.instantiate(program.code, HOST_FUNCTIONS, run, memory_pages)
    except InstantiationError:
        return Failed(EnvironmentFailure(), gas.amount(), aside)
    try:
        pages = LazyPages(instance, program.load_page, settings.costs.lazy_pages, program.stack_end)
        run.attach(instance, pages)
        ended = _run(run, ENTRY_POINTS[dispatch.kind] if entry is None else entry)
        aside = aside._replace(current=run.system_reservation)
        if isinstance(ended, (Succeeded, Waits, Exits)):
            return Completed(ended, _result(run, aside))
    finally:
        instance.close()
    if isinstance(ended, OutOfAllowance):
        return OutOfAllowance(gas.amount())
    return Failed(ended, gas.amount(), aside)


def _run(run: Externalities, entry: str) -> Union[Completion, ExecutionFailure, OutOfAllowance]:
    """Run the code and find out how it ended."""
    instance, counters = run.instance, run.counters
    instance.set_gas(counters.define_current())
    run.pages.begin()
    ended: Union[Completion, ExecutionFailure, OutOfAllowance] = Succeeded()
    try:
        instance.call(entry)
    except Termination as termination:
        ended = termination.reason
    except ChargeError as error:
        if error.reason is ChargeFailure.GAS_ALLOWANCE_EXCEEDED:
            ended = OutOfAllowance(counters.gas.amount())
        else:
            ended = GasLimitExceeded()
    except ExtError as error:
        ended = UnrecoverableExt(_MEMORY_ERRORS[error.code])
    except WasmTrap:
        ended = UnknownTrap()
    counters.decrease_current_to(instance.gas())
    return ended


#: The errors of system calls that have no way to return them.
_MEMORY_ERRORS: Dict[ErrorCode, UnrecoverableError] = {
    ErrorCode.ACCESS_OUT_OF_BOUNDS: UnrecoverableError.ACCESS_OUT_OF_BOUNDS,
    ErrorCode.RUNTIME_ALLOC_OUT_OF_BOUNDS: UnrecoverableError.RUNTIME_ALLOC_OUT_OF_BOUNDS,
}


def _result(run: Externalities, aside: SystemReservation) -> DispatchResult:
    outcome = run.message.outcome()
    allocations = run.allocations
    return DispatchResult(
        context_store=run.message.store(run.reserver.nonce, aside.current),
        dispatches=outcome.dispatches,
        awakening=outcome.awakening,
        reply_deposits=outcome.reply_deposits,
        program_candidates={code: tuple(made) for code, made in run.candidates.items()},
        gas_amount=run.counters.gas.amount(),
        reservations=run.reserver.changes(),
        system_reservation=aside,
        page_updates=_page_updates(run.instance, run),
        allocations=allocations.pages if allocations.changed else None,
        reply_sent=outcome.reply_sent,
    )


def _page_updates(instance: Instance, run: Externalities) -> Dict[int, bytes]:
    """Pages written to that are static or allocated, as they are now."""
    return {
        page: instance.read(page * GEAR_PAGE_SIZE, GEAR_PAGE_SIZE)
        for page in run.pages.written()
        if run.allocations.is_accessible(wasm_page_of(page))
    }
