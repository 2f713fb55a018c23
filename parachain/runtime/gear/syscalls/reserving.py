"""System calls that put gas aside: for messages to be sent later, and for the signal of a failure.

Source: gear, protocol/processor/src/ext.rs, `reserve_gas` and its relatives.
"""

from typing import Final, Tuple

from parachain.runtime.gear.ext_error import ErrorCode, ExtError
from parachain.runtime.gear.externalities import Externalities
from parachain.runtime.gear.syscalls.arguments import NUMBER, fixed
from parachain.runtime.gear.syscalls.frame import Syscall, fallible

_HASH: Final = 32
_GAS_SIZE: Final = 8
_U64_MAX: Final = 2**64 - 1


def _cost(run: Externalities, amount: int, duration: int) -> int:
    return min(run.hold_cost(run.costs.reservation, duration) + amount, _U64_MAX)


def _gr_reserve_gas(run: Externalities, amount: int, duration: int) -> bytes:
    with run.changes:
        run.charge_fee(run.settings.context.reservation_fee)
        if duration == 0:
            raise ExtError(ErrorCode.ZERO_RESERVATION_DURATION)
        if amount < run.settings.mailbox_threshold:
            raise ExtError(ErrorCode.RESERVATION_BELOW_MAILBOX_THRESHOLD)
        run.reduce_gas(_cost(run, amount, duration))
        return run.reserver.reserve(amount, duration)


def _gr_unreserve_gas(run: Externalities, reservation: bytes) -> bytes:
    """Only what was reserved just now comes back to the running message."""
    given_back = run.reserver.unreserve(reservation)
    if given_back.fresh_duration is not None:
        run.enter()
        run.counters.gas.increase(_cost(run, given_back.amount, given_back.fresh_duration))
        run.leave()
    return given_back.amount.to_bytes(_GAS_SIZE, "little")


def _gr_system_reserve_gas(run: Externalities, amount: int) -> bytes:
    if amount == 0:
        raise ExtError(ErrorCode.ZERO_RESERVATION_AMOUNT)
    run.enter()
    run.reduce_gas(amount)
    run.leave()
    run.system_reservation = min((run.system_reservation or 0) + amount, _U64_MAX)
    return b""


SYSCALLS: Final[Tuple[Syscall, ...]] = (
    fallible("gr_reserve_gas", (NUMBER, NUMBER), _HASH, _gr_reserve_gas),
    fallible("gr_unreserve_gas", (fixed(_HASH),), _GAS_SIZE, _gr_unreserve_gas),
    fallible("gr_system_reserve_gas", (NUMBER,), 0, _gr_system_reserve_gas),
)
