"""System calls that tell a program about its message, itself and the block.

Source: gear, protocol/processor/src/ext.rs and sdk/gsys/src/lib.rs.
"""

import struct
from typing import Final, Optional, Tuple

from parachain.runtime.gear.ext_error import ErrorCode, ExtError
from parachain.runtime.gear.externalities import Externalities, Termination
from parachain.runtime.gear.messages import ReplyDetails, SignalDetails
from parachain.runtime.gear.reply_code import reply_code_bytes, signal_code_number
from parachain.runtime.gear.syscalls.arguments import NUMBER, OUTPUT_BUFFER, fixed, output
from parachain.runtime.gear.syscalls.frame import Syscall, fallible, getter, infallible
from parachain.runtime.gear.termination import UnrecoverableError, UnrecoverableExt

_HASH: Final = 32
_U32_MAX: Final = 2**32 - 1
_U64_MAX: Final = 2**64 - 1
_ENV_VARS_VERSION: Final = 1
#: In percent, the existential deposit, the mailbox threshold, gas for a value and value for a gas.
_pack_env_vars: Final = struct.Struct("<IQQQQQQ").pack


def _u32(number: int) -> bytes:
    return number.to_bytes(4, "little")


def _u64(number: int) -> bytes:
    return number.to_bytes(8, "little")


def _u128(number: int) -> bytes:
    return number.to_bytes(16, "little")


def _gr_read(
    run: Externalities,
    at: int,
    buffer: Tuple[int, int],
    fault: Optional[ExtError],
) -> bytes:
    """A buffer outside the memory is an error only after the reading has been paid for."""
    length, offset = buffer
    if at + length > _U32_MAX:
        raise ExtError(ErrorCode.TOO_BIG_READ_LEN)
    payload = run.message.current.payload
    left = run.left_after(run.costs.syscalls["gr_read_per_byte"] * length)
    if at + length > len(payload):
        raise ExtError(ErrorCode.READ_WRONG_RANGE)
    run.instance.set_gas(left)
    if fault is not None:
        raise fault
    if length:
        run.instance.write(offset, payload[at : at + length])
    return b""


def _gas_available(run: Externalities) -> bytes:
    run.enter()
    return _u64(run.counters.gas.left)


def _reply_details(run: Externalities) -> ReplyDetails:
    details = run.message.current.details
    if not isinstance(details, ReplyDetails):
        raise ExtError(ErrorCode.NO_REPLY_CONTEXT)
    return details


def _signal_details(run: Externalities) -> SignalDetails:
    details = run.message.current.details
    if not isinstance(details, SignalDetails):
        raise ExtError(ErrorCode.NO_SIGNAL_CONTEXT)
    return details


def _gr_env_vars(run: Externalities, version: int, offset: int) -> None:
    settings = run.settings
    if version != _ENV_VARS_VERSION:
        raise Termination(UnrecoverableExt(UnrecoverableError.UNSUPPORTED_ENV_VARS_VERSION))
    deposit, price = settings.existential_deposit, settings.value_per_gas
    answer = _pack_env_vars(
        settings.performance_multiplier_percent,
        deposit & _U64_MAX,
        deposit >> 64,
        settings.mailbox_threshold,
        settings.gas_per_value,
        price & _U64_MAX,
        price >> 64,
    )
    run.put(offset, answer)


def _gr_random(run: Externalities, subject: bytes, offset: int) -> None:
    seed, block = run.randomness
    run.instance.write(offset, _u32(block) + run.blake2_256(subject + seed))


SYSCALLS: Final[Tuple[Syscall, ...]] = (
    fallible("gr_read", (NUMBER, OUTPUT_BUFFER), 0, _gr_read, body_gets_fault=True),
    getter("gr_size", 4, lambda run: _u32(len(run.message.current.payload))),
    getter("gr_message_id", _HASH, lambda run: run.message.current.id),
    getter("gr_program_id", _HASH, lambda run: run.message.program_id),
    getter("gr_source", _HASH, lambda run: run.message.current.source),
    getter("gr_value", 16, lambda run: _u128(run.message.current.value)),
    getter("gr_value_available", 16, lambda run: _u128(run.value.left)),
    getter("gr_gas_available", 8, _gas_available),
    fallible("gr_reply_to", (), _HASH, lambda run: _reply_details(run).to),
    fallible("gr_reply_code", (), 4, lambda run: reply_code_bytes(_reply_details(run).code)),
    fallible("gr_signal_from", (), _HASH, lambda run: _signal_details(run).to),
    fallible(
        "gr_signal_code", (), 4, lambda run: _u32(signal_code_number(_signal_details(run).code))
    ),
    infallible("gr_env_vars", (NUMBER, NUMBER), _gr_env_vars),
    getter("gr_block_height", 4, lambda run: _u32(run.settings.block_height)),
    getter("gr_block_timestamp", 8, lambda run: _u64(run.settings.block_timestamp_ms)),
    infallible("gr_random", (fixed(_HASH), output(4 + _HASH)), _gr_random),
)
