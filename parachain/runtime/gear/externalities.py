"""One execution as system calls see it: the message, the counters, the memory.

What a call does to counters and what it makes of the message is here; how it gets its arguments
and answers is in `syscalls`. Source: gear, protocol/processor/src/ext.rs.
"""

from typing import (
    Callable,
    Dict,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Self,
    Sequence,
    Tuple,
    Type,
)

from parachain.runtime.gear.allocations import AllocationsContext
from parachain.runtime.gear.dispatch import DispatchKind
from parachain.runtime.gear.ext_error import ErrorCode, ExtError
from parachain.runtime.gear.gas_counter import (
    ChargeError,
    ChargeFailure,
    Counters,
    CounterType,
    ValueCounter,
)
from parachain.runtime.gear.ids import ActorId, Blake2b256, CodeId, MessageId
from parachain.runtime.gear.lazy_pages import (
    LazyPages,
    LazyPagesCosts,
    MemoryInterval,
    PagesNotPaid,
    lazy_pages_costs,
)
from parachain.runtime.gear.message_context import ContextSettings, MessageContext
from parachain.runtime.gear.reservation import GasReserver
from parachain.runtime.gear.sandbox import Instance
from parachain.runtime.gear.schedule import Schedule
from parachain.runtime.gear.termination import Completion, ForbiddenFunction, Trap

_NO_GAS_IS_ENOUGH = 2**64
#: A duration in blocks never counts for more than this.
_U32_MAX = 2**32 - 1


class ExecutionCosts(NamedTuple):
    """Gas of what an execution does, by the names of the schedule.

    syscalls                               of each call, and of each byte or page it is given.
    mem_grow, mem_grow_per_page            of an allocation that needs more memory.
    waitlist, dispatch_stash, reservation  of holding something for a block.
    """

    syscalls: Mapping[str, int]
    lazy_pages: LazyPagesCosts
    mem_grow: int
    mem_grow_per_page: int
    waitlist: int
    dispatch_stash: int
    reservation: int


def execution_costs(schedule: Schedule) -> ExecutionCosts:
    """The costs of a schedule; to be made once."""
    weights, memory, rent = (
        schedule.syscall_weights,
        schedule.memory_weights,
        schedule.rent_weights,
    )
    return ExecutionCosts(
        {name: weight.ref_time for name, weight in zip(weights._fields, weights)},
        lazy_pages_costs(memory),
        memory.mem_grow.ref_time,
        memory.mem_grow_per_page.ref_time,
        rent.waitlist.ref_time,
        rent.dispatch_stash.ref_time,
        rent.reservation.ref_time,
    )


class ExecutionSettings(NamedTuple):
    """What is the same for all executions in a block.

    block_height       Gear's own number of the block.
    forbidden          system calls that trap; none but where gas is calculated for a client.
    reserve_for        blocks that every hold is paid for beyond its duration.
    """

    block_height: int
    block_timestamp_ms: int
    performance_multiplier_percent: int
    existential_deposit: int
    mailbox_threshold: int
    gas_per_value: int
    value_per_gas: int
    max_pages: int
    reserve_for: int
    forbidden: Tuple[str, ...]
    context: ContextSettings
    costs: ExecutionCosts


class Randomness(NamedTuple):
    """What `gr_random` mixes with its subject, and since when that could be known."""

    seed: bytes
    block: int


class Termination(Exception):  # noqa: N818  # most are no mistakes
    """A system call ends the execution."""

    def __init__(self, reason: "Trap | Completion") -> None:
        super().__init__(reason)
        self.reason = reason


#: System calls that `handle_signal` must not make.
_FORBIDDEN_IN_SIGNAL = (
    "gr_source",
    "gr_reply",
    "gr_reply_push",
    "gr_reply_commit",
    "gr_reply_commit_wgas",
    "gr_reply_input",
    "gr_reply_input_wgas",
    "gr_reservation_reply",
    "gr_reservation_reply_commit",
    "gr_system_reserve_gas",
)


class _Changes:
    """A call that changes the counters only if it succeeds: to be used in `with`.

    On entry the counters are brought down to what the code has left; if they have changed when it
    ends, the code is told. So nothing else may change them while a call goes on.
    """

    __slots__ = ("_before", "_run")

    def __init__(self, run: "Externalities") -> None:
        self._run = run
        self._before = (0, 0, 0, 0)

    def __enter__(self) -> Self:
        run = self._run
        counters = run.counters
        counters.decrease_current_to(run.instance.gas())
        gas = counters.gas
        self._before = (gas.left, gas.burned, counters.allowance.left, run.value.left)
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: object
    ) -> None:
        if kind is None:
            run = self._run
            run.instance.set_gas(run.counters.define_current())
        else:
            self.undo()

    def undo(self) -> None:
        """Set the counters back to what they were on entry."""
        run = self._run
        gas, allowance = run.counters.gas, run.counters.allowance
        gas.left, gas.burned, allowance.left, run.value.left = self._before


class Externalities:
    """State of one execution."""

    __slots__ = (
        "_forbidden",
        "allocations",
        "blake2_256",
        "candidates",
        "changes",
        "costs",
        "counters",
        "debug",
        "instance",
        "message",
        "pages",
        "prices",
        "randomness",
        "reserver",
        "settings",
        "system_reservation",
        "value",
    )

    def __init__(
        self,
        blake2_256: Blake2b256,
        debug: Callable[[str], None],
        settings: ExecutionSettings,
        message: MessageContext,
        counters: Counters,
        value: ValueCounter,
        reserver: GasReserver,
        allocations: AllocationsContext,
        randomness: Randomness,
    ) -> None:
        is_signal = message.kind is DispatchKind.SIGNAL
        self._forbidden = settings.forbidden + (_FORBIDDEN_IN_SIGNAL if is_signal else ())
        #: Of system calls and their bytes, by the names of the schedule; no gas is enough for
        #: a call that is forbidden.
        self.prices = settings.costs.syscalls
        if self._forbidden:
            self.prices = {**self.prices, **dict.fromkeys(self._forbidden, _NO_GAS_IS_ENOUGH)}
        self.blake2_256 = blake2_256
        self.debug = debug
        self.settings = settings
        self.costs = settings.costs
        self.message = message
        self.counters = counters
        self.value = value
        self.reserver = reserver
        self.allocations = allocations
        self.randomness = randomness
        self.changes = _Changes(self)
        self.system_reservation: Optional[int] = None
        #: By code: (first message, program) of the programs that are to be created.
        self.candidates: Dict[CodeId, List[Tuple[MessageId, ActorId]]] = {}

    def attach(self, instance: Instance, pages: LazyPages) -> None:
        """Give it the memory, which there is only when the code is instantiated."""
        self.instance = instance
        self.pages = pages

    # The frame of a system call.

    def enter(self) -> None:
        """Burn what the code has used since the last call."""
        self.counters.decrease_current_to(self.instance.gas())

    def charge_call(self, name: str, extra: int = 0) -> None:
        """Burn the price of a call, and `extra` for its bytes.

        Raises Termination(ForbiddenFunction), ChargeError.
        """
        if name in self._forbidden:
            raise Termination(ForbiddenFunction())
        self.counters.charge(self.costs.syscalls[name] + extra)

    def is_forbidden(self, name: str) -> bool:
        """Whether the call must not be made in this execution."""
        return name in self._forbidden

    def leave(self) -> None:
        """Tell the code what it may burn from now on."""
        self.instance.set_gas(self.counters.define_current())

    def touch(
        self, reads: Sequence[MemoryInterval], writes: Sequence[MemoryInterval]
    ) -> Optional[ExtError]:
        """Charge for the memory that the call is about to access.

        Returns the error ACCESS_OUT_OF_BOUNDS if it must not; raises ChargeError.
        """
        counters = self.counters
        try:
            left, in_bounds = self.pages.host_func(reads, writes, counters.define_current())
        except PagesNotPaid:
            counters.decrease_current_to(0)
            raise current_exceeded(counters) from None
        counters.decrease_current_to(left)
        return None if in_bounds else ExtError(ErrorCode.ACCESS_OUT_OF_BOUNDS)

    def put(self, offset: int, data: bytes) -> None:
        """Write an answer. Raises ExtError(ACCESS_OUT_OF_BOUNDS), ChargeError."""
        if not self.pages.may_write(offset, len(data)):
            self.enter()
            fault = self.touch((), ((offset, len(data)),))
            self.leave()
            if fault is not None:
                raise fault
        self.instance.write(offset, data)

    def left_after(self, fee: int) -> int:
        """What `gear_gas` is when a fee is burned, for calls that change no counter besides.

        The fee is only paid when the caller sets it. Raises ChargeError, then nothing is burned.
        """
        left = self.instance.gas() - fee
        if left < 0:
            with self.changes:
                self.charge_fee(fee)
        return left

    # What calls take from the counters; within `changes`.

    def charge_fee(self, fee: int) -> None:
        """Burn a fee. Raises ChargeError."""
        self.counters.charge_if_enough(fee)

    def reduce_gas(self, amount: int, code: ErrorCode = ErrorCode.NOT_ENOUGH_GAS) -> None:
        """Hand on gas. Raises ExtError(code)."""
        if not self.counters.gas.reduce(amount):
            raise ExtError(code)

    def reduce_value(self, amount: int) -> None:
        """Hand on value. Raises ExtError(NOT_ENOUGH_VALUE)."""
        if not self.value.reduce(amount):
            raise ExtError(ErrorCode.NOT_ENOUGH_VALUE)

    def hold_cost(self, per_block: int, duration: int) -> int:
        """Gas for holding something for `duration` blocks."""
        return per_block * min(self.settings.reserve_for + duration, _U32_MAX)

    def charge_sending(self, delay: int) -> None:
        """Burn the fee for sending. Raises ChargeError."""
        fees = self.settings.context
        fee = fees.scheduled_sending_fee if delay else fees.sending_fee
        self.counters.charge_if_enough(fee)

    def reduce_for_delay(self, delay: int) -> None:
        """Hand on the gas for a delay. Raises ExtError(INSUFFICIENT_GAS_FOR_DELAYED_SENDING)."""
        if delay:
            cost = self.hold_cost(self.costs.dispatch_stash, delay)
            self.reduce_gas(cost, ErrorCode.INSUFFICIENT_GAS_FOR_DELAYED_SENDING)


def current_exceeded(counters: Counters) -> ChargeError:
    """The error for the counter that the code counts down: there is nothing left of it."""
    if counters.current is CounterType.GAS_LIMIT:
        return ChargeError(ChargeFailure.GAS_LIMIT_EXCEEDED)
    return ChargeError(ChargeFailure.GAS_ALLOWANCE_EXCEEDED)
