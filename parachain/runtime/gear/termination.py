"""How an execution ends: the ways that are no failure, and the traps.

The texts are the reference's, since the RPC of gas calculation shows them. Source: gear,
protocol/backend/src/error.rs, protocol/processor/src/{common,precharge}.rs.
"""

from enum import Enum, IntEnum
from typing import NamedTuple, Optional, Union, get_args

from parachain.primitives.scale.enums import tell_apart
from parachain.runtime.gear.ids import ActorId
from parachain.runtime.gear.reply_code import SimpleExecutionError


class MessageWaitedType(IntEnum):
    """Which system call made a message wait. FULL: the whole duration could be paid for."""

    WAIT = 0
    WAIT_FOR = 1
    WAIT_UP_TO = 2
    WAIT_UP_TO_FULL = 3


class UnrecoverableError(Enum):
    """Mistakes in system calls that cannot return an error; the value is the text."""

    INVALID_DEBUG_STRING = "Execution error: Invalid debug string passed in `gr_debug` syscall"
    NOT_ENOUGH_GAS = "Execution error: Not enough gas for operation"
    READ_WRONG_RANGE = "Execution error: Cannot take data in payload range from message with size"
    UNSUPPORTED_ENV_VARS_VERSION = (
        "Execution error: Unsupported version of environment variables encountered"
    )
    PANIC_BUFFER_IS_TOO_BIG = "Execution error: Length is overflowed to read panic payload"
    ACCESS_OUT_OF_BOUNDS = "Memory error: Trying to access memory outside wasm program memory"
    RUNTIME_ALLOC_OUT_OF_BOUNDS = (
        "Memory error: Trying to allocate more memory in block-chain runtime than allowed"
    )
    ZERO_DURATION = "Waiting error: Waiting duration cannot be zero"
    WAIT_AFTER_REPLY = "Waiting error: `wait()` is not allowed after reply sent"


class GasLimitExceeded(NamedTuple):
    """The message's gas is used up."""


class ForbiddenFunction(NamedTuple):
    """A system call that this entry point must not make, or a message to the system actor."""


class ProgramAllocOutOfBounds(NamedTuple):
    """The program says that it has no more memory: `gr_oom_panic`."""


class UnrecoverableExt(NamedTuple):
    """A mistake in a system call that cannot return an error."""

    error: UnrecoverableError


class Panic(NamedTuple):
    """The program has called `gr_panic`; the payload goes into the error reply."""

    payload: bytes


class StackLimitExceeded(NamedTuple):
    """The program's calls are nested too deep."""


class UnknownTrap(NamedTuple):
    """Any other trap of WebAssembly."""


class PreChargeGasLimitExceeded(NamedTuple):
    """There was not enough gas to begin; `operation` as in "Not enough gas to {operation}"."""

    operation: str


class EnvironmentFailure(NamedTuple):
    """The code could not be instantiated."""


Trap = Union[
    GasLimitExceeded,
    ForbiddenFunction,
    ProgramAllocOutOfBounds,
    UnrecoverableExt,
    Panic,
    StackLimitExceeded,
    UnknownTrap,
]

#: Every reason for which an execution fails.
ExecutionFailure = Union[Trap, PreChargeGasLimitExceeded, EnvironmentFailure]


class Succeeded(NamedTuple):
    """The entry point has returned."""


class Left(Succeeded):
    """The program has called `gr_leave`: a success as any other, but no answer to a query."""

    __slots__ = ()


class Waits(NamedTuple):
    """The message is to be executed again: after `duration` blocks, None for as long as it can."""

    duration: Optional[int]
    waited_type: MessageWaitedType


class Exits(NamedTuple):
    """The program ends; what it owns goes to the inheritor."""

    inheritor: ActorId


#: Ends after which everything that the program did counts.
Completion = Union[Succeeded, Waits, Exits]


class AllowanceExceeded(NamedTuple):
    """The block has no gas left: the execution never was."""


# Those without fields must not equal each other.
for _kind in (*get_args(ExecutionFailure), *get_args(Completion), Left, AllowanceExceeded):
    tell_apart(_kind)


def simple_error(failure: ExecutionFailure) -> SimpleExecutionError:
    """The category of the failure, which goes into error replies and signals."""
    match failure:
        case PreChargeGasLimitExceeded() | GasLimitExceeded():
            return SimpleExecutionError.RAN_OUT_OF_GAS
        case ForbiddenFunction() | UnrecoverableExt():
            return SimpleExecutionError.BACKEND_ERROR
        case ProgramAllocOutOfBounds():
            return SimpleExecutionError.MEMORY_OVERFLOW
        case Panic():
            return SimpleExecutionError.USERSPACE_PANIC
        case StackLimitExceeded():
            return SimpleExecutionError.STACK_LIMIT_EXCEEDED
        case EnvironmentFailure():
            return SimpleExecutionError.UNSUPPORTED
        case _:
            return SimpleExecutionError.UNREACHABLE_INSTRUCTION


def failure_text(failure: ExecutionFailure) -> str:
    """The failure in words."""
    match failure:
        case PreChargeGasLimitExceeded(operation):
            return "Not enough gas to %s" % operation
        case GasLimitExceeded():
            return "Not enough gas to continue execution"
        case ForbiddenFunction():
            return "Unable to call a forbidden function"
        case UnrecoverableExt(error):
            return "Syscall unrecoverable error: %s" % error.value
        case ProgramAllocOutOfBounds():
            return "Trying to allocate more wasm program memory than allowed"
        case Panic(payload):
            return "Panic occurred: %s" % _panic_text(payload)
        case StackLimitExceeded():
            return "Stack limit exceeded"
        case EnvironmentFailure():
            return "Environment error: <host error stripped>"
        case _:
            return "Reason is unknown. Possibly `unreachable` instruction is occurred"


#: A panic's text is shown as text up to this many bytes; other payloads as their two ends.
_MAX_SHOWN_TEXT = 1024
_SHOWN_BYTES = 8


def _panic_text(payload: bytes) -> str:
    if len(payload) <= _MAX_SHOWN_TEXT:
        try:
            return payload.decode()
        except UnicodeDecodeError:
            pass  # not text: shown as bytes
    if len(payload) <= 2 * _SHOWN_BYTES:
        return "0x" + payload.hex()
    return "0x%s..%s" % (payload[:_SHOWN_BYTES].hex(), payload[-_SHOWN_BYTES:].hex())
