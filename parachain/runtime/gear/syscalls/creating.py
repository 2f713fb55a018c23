"""System calls that create programs, and the deposit for the reply to what was sent.

Source: gear, protocol/processor/src/ext.rs, `create_program`, `reply_deposit`.
"""

from typing import Final, Optional, Tuple

from parachain.runtime.gear.externalities import Externalities
from parachain.runtime.gear.packets import init_packet_from_program
from parachain.runtime.gear.syscalls.arguments import (
    NUMBER,
    PAYLOAD,
    fixed,
    number_of,
    payload_of,
)
from parachain.runtime.gear.syscalls.frame import Syscall, fallible

_HASH: Final = 32
#: The id of a code, then a u128.
_HASH_WITH_VALUE: Final = fixed(48)


def _create(
    run: Externalities,
    target: bytes,
    salt: Optional[bytes],
    payload: Optional[bytes],
    gas_limit: Optional[int],
    delay: int,
) -> bytes:
    code, value = target[:_HASH], number_of(target[_HASH:])
    packet = init_packet_from_program(
        run.blake2_256,
        run.message.current.id,
        code,
        payload_of(salt),
        payload_of(payload),
        gas_limit,
        value,
    )
    with run.changes:
        run.reduce_gas(gas_limit or 0)
        run.reduce_value(value)
        run.charge_sending(delay)
        run.reduce_for_delay(delay)
        run.reduce_value(run.settings.existential_deposit)
        message, program = run.message.init_program(packet, delay)
    run.candidates.setdefault(code, []).append((message, program))
    return message + program


def _gr_create_program(
    run: Externalities,
    target: bytes,
    salt: Optional[bytes],
    payload: Optional[bytes],
    delay: int,
) -> bytes:
    return _create(run, target, salt, payload, None, delay)


def _gr_create_program_wgas(
    run: Externalities,
    target: bytes,
    salt: Optional[bytes],
    payload: Optional[bytes],
    gas_limit: int,
    delay: int,
) -> bytes:
    return _create(run, target, salt, payload, gas_limit, delay)


def _gr_reply_deposit(run: Externalities, message: bytes, amount: int) -> bytes:
    with run.changes:
        run.reduce_gas(amount)
        run.message.reply_deposit(message, amount)
    return b""


SYSCALLS: Final[Tuple[Syscall, ...]] = (
    fallible(
        "gr_create_program",
        (_HASH_WITH_VALUE, PAYLOAD, PAYLOAD, NUMBER),
        2 * _HASH,
        _gr_create_program,
        ("gr_create_program_salt_per_byte", "gr_create_program_payload_per_byte"),
    ),
    fallible(
        "gr_create_program_wgas",
        (_HASH_WITH_VALUE, PAYLOAD, PAYLOAD, NUMBER, NUMBER),
        2 * _HASH,
        _gr_create_program_wgas,
        ("gr_create_program_wgas_salt_per_byte", "gr_create_program_wgas_payload_per_byte"),
    ),
    fallible("gr_reply_deposit", (fixed(_HASH), NUMBER), 0, _gr_reply_deposit),
)
