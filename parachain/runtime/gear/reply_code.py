"""Why a reply or a signal was sent: the codes, their forms in four bytes and as a number.

Programs read them by system calls, clients from events and RPC. The SCALE form and the 4-byte
form use the same indices. Source: gear, protocol/errors/src/simple.rs.
"""

from enum import IntEnum
from typing import NamedTuple, Optional, Union

from parachain.primitives.scale import Codec, c_enum, enum, fields, variant

_PATH = "gear_core_errors::simple::"


class SuccessReplyReason(IntEnum):
    """Who made a reply to a message that succeeded."""

    AUTO = 0
    MANUAL = 1
    UNSUPPORTED = 255


class SimpleExecutionError(IntEnum):
    """Why an execution failed."""

    RAN_OUT_OF_GAS = 0
    MEMORY_OVERFLOW = 1
    BACKEND_ERROR = 2
    USERSPACE_PANIC = 3
    UNREACHABLE_INSTRUCTION = 4
    STACK_LIMIT_EXCEEDED = 5
    UNSUPPORTED = 255


class SimpleUnavailableActorError(IntEnum):
    """Why a message was not executed at all."""

    PROGRAM_EXITED = 0
    INITIALIZATION_FAILURE = 1
    UNINITIALIZED = 2
    PROGRAM_NOT_CREATED = 3
    REINSTRUMENTATION_FAILURE = 4
    UNSUPPORTED = 255


SUCCESS_REPLY_REASON: Codec[SuccessReplyReason] = c_enum(
    _PATH + "SuccessReplyReason", SuccessReplyReason
)
SIMPLE_EXECUTION_ERROR: Codec[SimpleExecutionError] = c_enum(
    _PATH + "SimpleExecutionError", SimpleExecutionError
)
SIMPLE_UNAVAILABLE_ACTOR_ERROR: Codec[SimpleUnavailableActorError] = c_enum(
    _PATH + "SimpleUnavailableActorError", SimpleUnavailableActorError
)


class Execution(NamedTuple):
    """The program ran and failed."""

    error: SimpleExecutionError


class UnavailableActor(NamedTuple):
    """There was no program that could run."""

    error: SimpleUnavailableActorError


class RemovedFromWaitlist(NamedTuple):
    """The message waited until its rent ran out."""


class UnsupportedReason(NamedTuple):
    """A reason of another protocol version."""


ErrorReplyReason = Union[Execution, UnavailableActor, RemovedFromWaitlist, UnsupportedReason]

ERROR_REPLY_REASON: Codec[ErrorReplyReason] = enum(
    _PATH + "ErrorReplyReason",
    variant(0, "Execution", Execution, fields(("0", SIMPLE_EXECUTION_ERROR))),
    variant(2, "UnavailableActor", UnavailableActor, fields(("0", SIMPLE_UNAVAILABLE_ACTOR_ERROR))),
    variant(3, "RemovedFromWaitlist", RemovedFromWaitlist),
    variant(255, "Unsupported", UnsupportedReason),
)


class Success(NamedTuple):
    """The message that is replied to was executed."""

    reason: SuccessReplyReason


class Error(NamedTuple):
    """The message that is replied to failed."""

    reason: ErrorReplyReason


class UnsupportedCode(NamedTuple):
    """A code of another protocol version."""


ReplyCode = Union[Success, Error, UnsupportedCode]

REPLY_CODE: Codec[ReplyCode] = enum(
    _PATH + "ReplyCode",
    variant(0, "Success", Success, fields(("0", SUCCESS_REPLY_REASON))),
    variant(1, "Error", Error, fields(("0", ERROR_REPLY_REASON))),
    variant(255, "Unsupported", UnsupportedCode),
)

AUTO_REPLY: ReplyCode = Success(SuccessReplyReason.AUTO)
MANUAL_REPLY: ReplyCode = Success(SuccessReplyReason.MANUAL)


class ExecutionSignal(NamedTuple):
    """The execution of the message failed."""

    error: SimpleExecutionError


class RemovedFromWaitlistSignal(NamedTuple):
    """The message waited until its rent ran out."""


SignalCode = Union[ExecutionSignal, RemovedFromWaitlistSignal]

SIGNAL_CODE: Codec[SignalCode] = enum(
    _PATH + "SignalCode",
    variant(0, "Execution", ExecutionSignal, fields(("0", SIMPLE_EXECUTION_ERROR))),
    variant(1, "RemovedFromWaitlist", RemovedFromWaitlistSignal),
)


def reply_code_bytes(code: ReplyCode) -> bytes:
    """The four bytes that programs see: kind, reason, what the reason says more, zero."""
    return REPLY_CODE.encode(code).ljust(4, b"\x00")


def reply_code_from_bytes(data: bytes) -> ReplyCode:
    """Read the four bytes as programs do: what is not known becomes its level's `Unsupported`."""
    kind, reason, detail = data[0], data[1], data[2]
    if kind == 0:
        known = reason in (SuccessReplyReason.AUTO, SuccessReplyReason.MANUAL)
        return Success(SuccessReplyReason(reason if known else SuccessReplyReason.UNSUPPORTED))
    if kind != 1:
        return UnsupportedCode()
    if reason == 0:
        failed = SimpleExecutionError
        return Error(Execution(failed(detail) if detail < len(failed) - 1 else failed.UNSUPPORTED))
    if reason == 2:
        away = SimpleUnavailableActorError
        return Error(UnavailableActor(away(detail) if detail < len(away) - 1 else away.UNSUPPORTED))
    return Error(RemovedFromWaitlist() if reason == 3 else UnsupportedReason())


def is_error(code: ReplyCode) -> bool:
    """Whether the reply tells of a failure."""
    return isinstance(code, Error)


#: `Unsupported` is never sent; the reference gives it this number all the same.
_SIGNAL_NUMBERS = (
    (SimpleExecutionError.USERSPACE_PANIC, 100),
    (SimpleExecutionError.RAN_OUT_OF_GAS, 101),
    (SimpleExecutionError.BACKEND_ERROR, 102),
    (SimpleExecutionError.MEMORY_OVERFLOW, 103),
    (SimpleExecutionError.UNREACHABLE_INSTRUCTION, 104),
    (SimpleExecutionError.STACK_LIMIT_EXCEEDED, 105),
    (SimpleExecutionError.UNSUPPORTED, 2**32 - 1),
)
_REMOVED_FROM_WAITLIST_NUMBER = 200


def signal_code_number(code: SignalCode) -> int:
    """The number that programs see, as u32."""
    if isinstance(code, RemovedFromWaitlistSignal):
        return _REMOVED_FROM_WAITLIST_NUMBER
    for error, number in _SIGNAL_NUMBERS:
        if error is code.error:
            return number
    raise ValueError("%r is no signal code" % (code,))


def signal_code_from_number(number: int) -> Optional[SignalCode]:
    """The code with that number, or None."""
    if number == _REMOVED_FROM_WAITLIST_NUMBER:
        return RemovedFromWaitlistSignal()
    for error, known in _SIGNAL_NUMBERS:
        if known == number:
            return ExecutionSignal(error)
    return None
