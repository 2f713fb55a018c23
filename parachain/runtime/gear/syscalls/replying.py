"""System calls that reply to the current message; there is one reply at most.

Source: gear, protocol/processor/src/ext.rs, `reply_commit` and its relatives.
"""

from typing import Final, Optional, Tuple

from parachain.runtime.gear.externalities import Externalities, Termination
from parachain.runtime.gear.ids import SYSTEM_ACTOR
from parachain.runtime.gear.packets import ReplyPacket
from parachain.runtime.gear.syscalls.arguments import (
    BUFFER,
    NUMBER,
    PAYLOAD,
    fixed,
    number_of,
    optional,
    payload_of,
)
from parachain.runtime.gear.syscalls.frame import Syscall, fallible
from parachain.runtime.gear.termination import ForbiddenFunction

_HASH: Final = 32
_VALUE: Final = optional(16)
#: The id of a reservation, then a u128.
_HASH_WITH_VALUE: Final = fixed(48)


def _reply_commit(
    run: Externalities, payload: bytes, gas_limit: Optional[int], value: int
) -> bytes:
    with run.changes:
        _check_destination(run)
        run.reduce_gas(gas_limit or 0)
        run.reduce_value(value)
        run.charge_sending(0)
        return run.message.reply_commit(ReplyPacket(payload, gas_limit, value), None)


def _reservation_reply_commit(run: Externalities, target: bytes, payload: bytes) -> bytes:
    reservation, value = target[:_HASH], number_of(target[_HASH:])
    with run.changes:
        _check_destination(run)
        run.reduce_value(value)
        run.charge_sending(0)
        run.reserver.check_not_used(reservation)
        message = run.message.reply_commit(ReplyPacket(payload, None, value), reservation)
        run.reserver.mark_used(reservation)
        return message


def _check_destination(run: Externalities) -> None:
    if run.message.reply_destination == SYSTEM_ACTOR:
        raise Termination(ForbiddenFunction())


def _gr_reply(run: Externalities, payload: Optional[bytes], value: Optional[bytes]) -> bytes:
    return _reply_commit(run, payload_of(payload), None, number_of(value))


def _gr_reply_wgas(
    run: Externalities, payload: Optional[bytes], gas_limit: int, value: Optional[bytes]
) -> bytes:
    return _reply_commit(run, payload_of(payload), gas_limit, number_of(value))


def _gr_reply_commit(run: Externalities, value: Optional[bytes]) -> bytes:
    return _reply_commit(run, b"", None, number_of(value))


def _gr_reply_commit_wgas(run: Externalities, gas_limit: int, value: Optional[bytes]) -> bytes:
    return _reply_commit(run, b"", gas_limit, number_of(value))


def _gr_reply_push(run: Externalities, payload: bytes) -> bytes:
    run.message.reply_push(payload)
    return b""


def _gr_reply_push_input(run: Externalities, offset: int, length: int) -> bytes:
    part = run.message.check_input_range(offset, length)
    left = run.left_after(run.costs.syscalls["gr_reply_push_input_per_byte"] * length)
    run.message.reply_push_input(part)
    run.instance.set_gas(left)
    return b""


def _gr_reply_input(run: Externalities, offset: int, length: int, value: Optional[bytes]) -> bytes:
    _gr_reply_push_input(run, offset, length)
    return _reply_commit(run, b"", None, number_of(value))


def _gr_reply_input_wgas(
    run: Externalities, offset: int, length: int, gas_limit: int, value: Optional[bytes]
) -> bytes:
    _gr_reply_push_input(run, offset, length)
    return _reply_commit(run, b"", gas_limit, number_of(value))


def _gr_reservation_reply(run: Externalities, target: bytes, payload: Optional[bytes]) -> bytes:
    return _reservation_reply_commit(run, target, payload_of(payload))


def _gr_reservation_reply_commit(run: Externalities, target: bytes) -> bytes:
    return _reservation_reply_commit(run, target, b"")


SYSCALLS: Final[Tuple[Syscall, ...]] = (
    fallible("gr_reply", (PAYLOAD, _VALUE), _HASH, _gr_reply, ("gr_reply_per_byte",)),
    fallible(
        "gr_reply_wgas",
        (PAYLOAD, NUMBER, _VALUE),
        _HASH,
        _gr_reply_wgas,
        ("gr_reply_wgas_per_byte",),
    ),
    fallible("gr_reply_commit", (_VALUE,), _HASH, _gr_reply_commit),
    fallible("gr_reply_commit_wgas", (NUMBER, _VALUE), _HASH, _gr_reply_commit_wgas),
    fallible("gr_reply_push", (BUFFER,), 0, _gr_reply_push, ("gr_reply_push_per_byte",)),
    fallible("gr_reply_push_input", (NUMBER, NUMBER), 0, _gr_reply_push_input),
    fallible("gr_reply_input", (NUMBER, NUMBER, _VALUE), _HASH, _gr_reply_input),
    fallible("gr_reply_input_wgas", (NUMBER, NUMBER, NUMBER, _VALUE), _HASH, _gr_reply_input_wgas),
    fallible(
        "gr_reservation_reply",
        (_HASH_WITH_VALUE, PAYLOAD),
        _HASH,
        _gr_reservation_reply,
        ("gr_reservation_reply_per_byte",),
    ),
    fallible(
        "gr_reservation_reply_commit", (_HASH_WITH_VALUE,), _HASH, _gr_reservation_reply_commit
    ),
)
