"""What events say of messages, programs and codes: what became of them, and why.

Source: gear, vara/common/src/event.rs.
"""

from enum import IntEnum
from typing import Any, NamedTuple, NoReturn, Optional, Type, TypeVar, Union

from parachain.primitives.scale import U32, Codec, c_enum, enum, fields, option, variant
from parachain.runtime.gear.ids import MESSAGE_ID, MessageId
from parachain.runtime.gear.termination import MessageWaitedType

_PATH = "gear_common::event::"
_BLOCK = U32.named("BlockNumber")
_EXPIRATION = fields(("expiration", _BLOCK))
_BLOCK_PARAM = (("BlockNumber", U32),)


class DispatchStatus(IntEnum):
    """What became of a user's message."""

    SUCCESS = 0
    FAILED = 1
    NOT_EXECUTED = 2


DISPATCH_STATUS: Codec[DispatchStatus] = c_enum(_PATH + "DispatchStatus", DispatchStatus)


class InitEntry(NamedTuple):
    """The message initializes a program."""


class HandleEntry(NamedTuple):
    """The message is a usual one."""


class ReplyEntry(NamedTuple):
    """The message replies to another one."""

    to: MessageId


class SignalEntry(NamedTuple):
    """The message is a signal."""


MessageEntry = Union[InitEntry, HandleEntry, ReplyEntry, SignalEntry]

MESSAGE_ENTRY: Codec[MessageEntry] = enum(
    _PATH + "MessageEntry",
    variant(0, "Init", InitEntry),
    variant(1, "Handle", HandleEntry),
    variant(2, "Reply", ReplyEntry, fields(("0", MESSAGE_ID))),
    variant(3, "Signal", SignalEntry),
)


class MessageWaitedRuntimeReason(IntEnum):
    """The system call that made a message wait."""

    WAIT_CALLED = 0
    WAIT_FOR_CALLED = 1
    WAIT_UP_TO_CALLED = 2
    WAIT_UP_TO_CALLED_FULL = 3


class MessageWokenRuntimeReason(IntEnum):
    """The system call that woke a message."""

    WAKE_CALLED = 0


class MessageWokenSystemReason(IntEnum):
    """Why a message was woken without a program's asking."""

    PROGRAM_GOT_INITIALIZED = 0
    TIMEOUT_HAS_COME = 1
    OUT_OF_RENT = 2


class UserMessageReadRuntimeReason(IntEnum):
    """What the user did with the message."""

    MESSAGE_REPLIED = 0
    MESSAGE_CLAIMED = 1


class UserMessageReadSystemReason(IntEnum):
    """Why the message left the mailbox without the user's asking."""

    OUT_OF_RENT = 0


class MessageWaited(NamedTuple):
    """Why a message waits. The system never makes one wait."""

    reason: MessageWaitedRuntimeReason


class _WaitedBySystem(NamedTuple):
    """Never made: its reason has no values."""

    reason: NoReturn


class WokenByRuntime(NamedTuple):
    """A program woke the message."""

    reason: MessageWokenRuntimeReason


class WokenBySystem(NamedTuple):
    """The system woke the message."""

    reason: MessageWokenSystemReason


class ReadByUser(NamedTuple):
    """The user took the message out of the mailbox."""

    reason: UserMessageReadRuntimeReason


class ReadBySystem(NamedTuple):
    """The system took the message out of the mailbox."""

    reason: UserMessageReadSystemReason


MessageWokenReason = Union[WokenByRuntime, WokenBySystem]
UserMessageReadReason = Union[ReadByUser, ReadBySystem]

_Enum = TypeVar("_Enum", bound=IntEnum)


def _reason(kind: Type[_Enum]) -> Codec[_Enum]:
    return c_enum(_PATH + kind.__name__, kind)


def _either(by_runtime: Any, runtime: Codec[Any], by_system: Any, system: Codec[Any]) -> Codec[Any]:
    """Reason<R, S>."""
    return enum(
        _PATH + "Reason",
        variant(0, "Runtime", by_runtime, fields(("0", runtime.named("R")))),
        variant(1, "System", by_system, fields(("0", system.named("S")))),
        params=(("R", runtime), ("S", system)),
    )


_NO_REASON: Codec[NoReturn] = enum(_PATH + "MessageWaitedSystemReason")

MESSAGE_WAITED_REASON: Codec[MessageWaited] = _either(
    MessageWaited, _reason(MessageWaitedRuntimeReason), _WaitedBySystem, _NO_REASON
)
MESSAGE_WOKEN_REASON: Codec[MessageWokenReason] = _either(
    WokenByRuntime,
    _reason(MessageWokenRuntimeReason),
    WokenBySystem,
    _reason(MessageWokenSystemReason),
)
USER_MESSAGE_READ_REASON: Codec[UserMessageReadReason] = _either(
    ReadByUser,
    _reason(UserMessageReadRuntimeReason),
    ReadBySystem,
    _reason(UserMessageReadSystemReason),
)


def waited_reason(waited_type: MessageWaitedType) -> MessageWaited:
    """Why a message waits, given the system call."""
    return MessageWaited(MessageWaitedRuntimeReason(int(waited_type)))


class CodeActive(NamedTuple):
    """A code was uploaded. Codes do not expire, `expiration` is None."""

    expiration: Optional[int]


class CodeInactive(NamedTuple):
    """Not in use."""


class CodeReinstrumented(NamedTuple):
    """Not in use."""


CodeChangeKind = Union[CodeActive, CodeInactive, CodeReinstrumented]

CODE_CHANGE_KIND: Codec[CodeChangeKind] = enum(
    _PATH + "CodeChangeKind",
    variant(0, "Active", CodeActive, fields(("expiration", option(_BLOCK)))),
    variant(1, "Inactive", CodeInactive),
    variant(2, "Reinstrumented", CodeReinstrumented),
    params=_BLOCK_PARAM,
)


class ProgramActive(NamedTuple):
    """The program is initialized."""

    expiration: int


class ProgramInactive(NamedTuple):
    """The program has exited."""


class ProgramPaused(NamedTuple):
    """Not in use."""


class ProgramTerminated(NamedTuple):
    """Initialization failed."""


class ProgramExpirationChanged(NamedTuple):
    """Not in use."""

    expiration: int


class ProgramSet(NamedTuple):
    """The program was created."""

    expiration: int


ProgramChangeKind = Union[
    ProgramActive,
    ProgramInactive,
    ProgramPaused,
    ProgramTerminated,
    ProgramExpirationChanged,
    ProgramSet,
]

PROGRAM_CHANGE_KIND: Codec[ProgramChangeKind] = enum(
    _PATH + "ProgramChangeKind",
    variant(0, "Active", ProgramActive, _EXPIRATION),
    variant(1, "Inactive", ProgramInactive),
    variant(2, "Paused", ProgramPaused),
    variant(3, "Terminated", ProgramTerminated),
    variant(4, "ExpirationChanged", ProgramExpirationChanged, _EXPIRATION),
    variant(5, "ProgramSet", ProgramSet, _EXPIRATION),
    params=_BLOCK_PARAM,
)
