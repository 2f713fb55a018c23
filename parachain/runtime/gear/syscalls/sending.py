"""System calls that send messages: whole, or begun, filled and committed.

Source: gear, protocol/processor/src/ext.rs, `send_commit` and its relatives.
"""

from typing import Final, Optional, Tuple

from parachain.runtime.gear.ext_error import ErrorCode, ExtError
from parachain.runtime.gear.externalities import Externalities, Termination
from parachain.runtime.gear.ids import SYSTEM_ACTOR, ActorId
from parachain.runtime.gear.packets import HandlePacket
from parachain.runtime.gear.syscalls.arguments import (
    BUFFER,
    NUMBER,
    PAYLOAD,
    fixed,
    number_of,
    payload_of,
)
from parachain.runtime.gear.syscalls.frame import Syscall, fallible
from parachain.runtime.gear.termination import ForbiddenFunction

#: Where to and how much: an id, then a u128. Before them, if any, the id of a reservation.
_HASH: Final = 32
_HASH_WITH_VALUE: Final = fixed(48)
_TWO_HASHES_WITH_VALUE: Final = fixed(80)
_HANDLE_SIZE: Final = 4


def _send_commit(
    run: Externalities,
    handle: int,
    target: bytes,
    payload: bytes,
    gas_limit: Optional[int],
    delay: int,
) -> bytes:
    destination, value = target[:_HASH], int.from_bytes(target[_HASH:], "little")
    with run.changes:
        _check_destination(destination)
        run.reduce_gas(_handle_gas(run, gas_limit))
        run.reduce_value(value)
        run.charge_sending(delay)
        run.reduce_for_delay(delay)
        packet = HandlePacket(destination, payload, gas_limit, value)
        return run.message.send_commit(handle, packet, delay, None)


def _reservation_send_commit(
    run: Externalities, handle: int, target: bytes, payload: bytes, delay: int
) -> bytes:
    reservation, destination = target[:_HASH], target[_HASH : 2 * _HASH]
    value = number_of(target[2 * _HASH :])
    with run.changes:
        _check_destination(destination)
        if delay:
            _check_reservation_for_delay(run, reservation, delay)
        run.reduce_value(value)
        run.charge_sending(delay)
        run.reserver.check_not_used(reservation)
        packet = HandlePacket(destination, payload, None, value)
        message = run.message.send_commit(handle, packet, delay, reservation)
        run.reserver.mark_used(reservation)
        return message


def _check_destination(destination: ActorId) -> None:
    if destination == SYSTEM_ACTOR:
        raise Termination(ForbiddenFunction())


def _handle_gas(run: Externalities, gas_limit: Optional[int]) -> int:
    """Gas that the sender loses.

    Without a limit it must have what keeps a message in a mailbox, as the receiver may be a user.
    """
    threshold = run.settings.mailbox_threshold
    gas = threshold if gas_limit is None else gas_limit
    if 0 < gas < threshold:
        raise ExtError(ErrorCode.INSUFFICIENT_GAS_LIMIT)
    return gas


def _check_reservation_for_delay(run: Externalities, reservation: bytes, delay: int) -> None:
    limit = run.reserver.limit_of(reservation)
    if limit is None:
        raise ExtError(ErrorCode.INVALID_RESERVATION_ID)
    needed = run.hold_cost(run.costs.dispatch_stash, delay) + run.settings.mailbox_threshold
    if limit < needed:
        raise ExtError(ErrorCode.INSUFFICIENT_GAS_FOR_DELAYED_SENDING)


def _gr_send(run: Externalities, target: bytes, payload: Optional[bytes], delay: int) -> bytes:
    data = payload_of(payload)
    return _send_commit(run, run.message.send_init(), target, data, None, delay)


def _gr_send_wgas(
    run: Externalities, target: bytes, payload: Optional[bytes], gas_limit: int, delay: int
) -> bytes:
    data = payload_of(payload)
    return _send_commit(run, run.message.send_init(), target, data, gas_limit, delay)


def _gr_send_commit(run: Externalities, handle: int, target: bytes, delay: int) -> bytes:
    return _send_commit(run, handle, target, b"", None, delay)


def _gr_send_commit_wgas(
    run: Externalities, handle: int, target: bytes, gas_limit: int, delay: int
) -> bytes:
    return _send_commit(run, handle, target, b"", gas_limit, delay)


def _gr_send_init(run: Externalities) -> bytes:
    return run.message.send_init().to_bytes(_HANDLE_SIZE, "little")


def _gr_send_push(run: Externalities, handle: int, payload: bytes) -> bytes:
    run.message.send_push(handle, payload)
    return b""


def _gr_send_push_input(run: Externalities, handle: int, offset: int, length: int) -> bytes:
    part = run.message.check_input_range(offset, length)
    left = run.left_after(run.costs.syscalls["gr_send_push_input_per_byte"] * length)
    run.message.send_push_input(handle, part)
    run.instance.set_gas(left)
    return b""


def _send_input(
    run: Externalities,
    target: bytes,
    offset: int,
    length: int,
    gas_limit: Optional[int],
    delay: int,
) -> bytes:
    handle = run.message.send_init()
    _gr_send_push_input(run, handle, offset, length)
    return _send_commit(run, handle, target, b"", gas_limit, delay)


def _gr_send_input(
    run: Externalities, target: bytes, offset: int, length: int, delay: int
) -> bytes:
    return _send_input(run, target, offset, length, None, delay)


def _gr_send_input_wgas(
    run: Externalities, target: bytes, offset: int, length: int, gas_limit: int, delay: int
) -> bytes:
    return _send_input(run, target, offset, length, gas_limit, delay)


def _gr_reservation_send(
    run: Externalities, target: bytes, payload: Optional[bytes], delay: int
) -> bytes:
    data = payload_of(payload)
    return _reservation_send_commit(run, run.message.send_init(), target, data, delay)


def _gr_reservation_send_commit(
    run: Externalities, handle: int, target: bytes, delay: int
) -> bytes:
    return _reservation_send_commit(run, handle, target, b"", delay)


SYSCALLS: Final[Tuple[Syscall, ...]] = (
    fallible(
        "gr_send",
        (_HASH_WITH_VALUE, PAYLOAD, NUMBER),
        _HASH,
        _gr_send,
        ("gr_send_per_byte",),
    ),
    fallible(
        "gr_send_wgas",
        (_HASH_WITH_VALUE, PAYLOAD, NUMBER, NUMBER),
        _HASH,
        _gr_send_wgas,
        ("gr_send_wgas_per_byte",),
    ),
    fallible("gr_send_commit", (NUMBER, _HASH_WITH_VALUE, NUMBER), _HASH, _gr_send_commit),
    fallible(
        "gr_send_commit_wgas",
        (NUMBER, _HASH_WITH_VALUE, NUMBER, NUMBER),
        _HASH,
        _gr_send_commit_wgas,
    ),
    fallible("gr_send_init", (), _HANDLE_SIZE, _gr_send_init),
    fallible("gr_send_push", (NUMBER, BUFFER), 0, _gr_send_push, ("gr_send_push_per_byte",)),
    fallible("gr_send_push_input", (NUMBER, NUMBER, NUMBER), 0, _gr_send_push_input),
    fallible("gr_send_input", (_HASH_WITH_VALUE, NUMBER, NUMBER, NUMBER), _HASH, _gr_send_input),
    fallible(
        "gr_send_input_wgas",
        (_HASH_WITH_VALUE, NUMBER, NUMBER, NUMBER, NUMBER),
        _HASH,
        _gr_send_input_wgas,
    ),
    fallible(
        "gr_reservation_send",
        (_TWO_HASHES_WITH_VALUE, PAYLOAD, NUMBER),
        _HASH,
        _gr_reservation_send,
        ("gr_reservation_send_per_byte",),
    ),
    fallible(
        "gr_reservation_send_commit",
        (NUMBER, _TWO_HASHES_WITH_VALUE, NUMBER),
        _HASH,
        _gr_reservation_send_commit,
    ),
)
