"""Which message the gas is calculated of."""

from typing import NamedTuple, Union

from parachain.primitives.scale import BYTES, Codec, enum, fields, variant
from parachain.runtime.gear.ids import ACTOR_ID, CODE_ID, MESSAGE_ID, ActorId, CodeId, MessageId
from parachain.runtime.gear.reply_code import REPLY_CODE, SIGNAL_CODE, ReplyCode, SignalCode


class Init(NamedTuple):
    """The first message of a program that is uploaded."""

    code: bytes


class InitByHash(NamedTuple):
    """The first message of a program made of code that was uploaded before."""

    code_id: CodeId


class Handle(NamedTuple):
    """A message to a program."""

    destination: ActorId


class Reply(NamedTuple):
    """A reply to a message in the mailbox. The code is not looked at."""

    to: MessageId
    code: ReplyCode


class Signal(NamedTuple):
    """A signal, which no user sends: refused."""

    to: MessageId
    code: SignalCode


HandleKind = Union[Init, InitByHash, Handle, Reply, Signal]

HANDLE_KIND: Codec[HandleKind] = enum(
    "pallet_gear::manager::HandleKind",
    variant(0, "Init", Init, fields(("0", BYTES.named("Vec<u8>")))),
    variant(1, "InitByHash", InitByHash, fields(("0", CODE_ID))),
    variant(2, "Handle", Handle, fields(("0", ACTOR_ID))),
    variant(3, "Reply", Reply, fields(("0", MESSAGE_ID), ("1", REPLY_CODE))),
    variant(4, "Signal", Signal, fields(("0", MESSAGE_ID), ("1", SIGNAL_CODE))),
)
