"""System calls that end the execution so that the message is executed again, or wake such messages.

Source: gear, protocol/processor/src/ext.rs, `wait` and its relatives.
"""

from typing import Final, Tuple

from parachain.runtime.gear.externalities import Externalities, Termination
from parachain.runtime.gear.syscalls.arguments import NUMBER, fixed
from parachain.runtime.gear.syscalls.frame import Syscall, fallible, infallible
from parachain.runtime.gear.termination import (
    MessageWaitedType,
    UnrecoverableError,
    UnrecoverableExt,
    Waits,
)

_HASH: Final = 32


def _begin_wait(run: Externalities, duration: int, paid_duration: int) -> None:
    """Pay for waiting `paid_duration` blocks, if the program may wait at all."""
    run.charge_fee(run.settings.context.waiting_fee)
    if run.message.reply_sent:
        raise _failed(UnrecoverableError.WAIT_AFTER_REPLY)
    if duration == 0:
        raise _failed(UnrecoverableError.ZERO_DURATION)
    if not run.counters.gas.reduce(run.hold_cost(run.costs.waitlist, paid_duration)):
        raise _failed(UnrecoverableError.NOT_ENOUGH_GAS)


def _failed(error: UnrecoverableError) -> Termination:
    return Termination(UnrecoverableExt(error))


def _gr_wait(run: Externalities) -> None:
    with run.changes:
        _begin_wait(run, 1, 1)
    raise Termination(Waits(None, MessageWaitedType.WAIT))


def _gr_wait_for(run: Externalities, duration: int) -> None:
    with run.changes:
        _begin_wait(run, duration, duration)
    raise Termination(Waits(duration, MessageWaitedType.WAIT_FOR))


def _gr_wait_up_to(run: Externalities, duration: int) -> None:
    """Wait for one block at least; for all of the duration, if that can be paid for."""
    with run.changes:
        _begin_wait(run, duration, 1)
        waitlist = run.costs.waitlist
        rest = run.hold_cost(waitlist, duration) - run.hold_cost(waitlist, 1)
        in_full = run.counters.gas.reduce(rest)
    waited = MessageWaitedType.WAIT_UP_TO_FULL if in_full else MessageWaitedType.WAIT_UP_TO
    raise Termination(Waits(duration, waited))


def _gr_wake(run: Externalities, message: bytes, delay: int) -> bytes:
    left = run.left_after(run.settings.context.waking_fee)
    run.message.wake(message, delay)
    run.instance.set_gas(left)
    return b""


SYSCALLS: Final[Tuple[Syscall, ...]] = (
    infallible("gr_wait", (), _gr_wait),
    infallible("gr_wait_for", (NUMBER,), _gr_wait_for),
    infallible("gr_wait_up_to", (NUMBER,), _gr_wait_up_to),
    fallible("gr_wake", (fixed(_HASH), NUMBER), 0, _gr_wake),
)
