"""Gear's values in the JSON forms that its clients know. Pure.

Sources: the serde attributes of gear, protocol/{core/src/{rpc,message},errors,gprimitives} and
vara/node/service/src/rpc/gear_events.rs. One value has several forms there: an id is hex, an
address, or an array of numbers, as the method has it.
"""

import re
from binascii import unhexlify
from enum import IntEnum
from typing import Final

from parachain.primitives.ss58 import encode_address
from parachain.rpc.jsonrpc import RawJson
from parachain.rpc.parsers import ParamError, Parser, wrong
from parachain.rpc.render import render_bytes
from parachain.runtime.gear.answers import CalculateReplyForHandleResult, GasInfo, ReplyInfo
from parachain.runtime.gear.messages import ReplyDetails, UserMessage
from parachain.runtime.gear.reply_code import (
    Error,
    ErrorReplyReason,
    Execution,
    RemovedFromWaitlist,
    ReplyCode,
    Success,
    UnavailableActor,
    reply_code_bytes,
)
from parachain.runtime.gear.reply_text import reply_code_text

#: Network of the addresses in JSON, whatever the chain's own is (gear_ss58::VARA_SS58_PREFIX).
VARA_SS58_PREFIX: Final = 137

_ZERO_ID: Final = [0] * 32
_ZERO_HASH: Final = render_bytes(bytes(32))

_MAX_VALUE_BYTES: Final = 16
_DECIMAL: Final = re.compile(r"\+?[0-9]{1,1000}")
_VALUE_WANTED: Final = "a number of 128 bits, in decimal or 0x-prefixed big-endian hex"


def _parse_value(value: object) -> int:
    if type(value) is int:
        number = value
    elif type(value) is str and value.startswith("0x"):
        try:
            data = unhexlify(value[2:])
        except ValueError:
            raise wrong(_VALUE_WANTED, value) from None
        if len(data) > _MAX_VALUE_BYTES:
            raise ParamError(f"expected at most {_MAX_VALUE_BYTES} bytes of hex, found {len(data)}")
        return int.from_bytes(data, "big")
    elif type(value) is str and _DECIMAL.fullmatch(value):
        number = int(value)
    else:
        raise wrong(_VALUE_WANTED, value)
    if not 0 <= number < 1 << 128:
        raise wrong(_VALUE_WANTED, value)
    return number


VALUE: Final = Parser(_parse_value)
"""Tokens: a JSON number of 64 bits, or a string of up to 128 bits (gear_core::rpc::RpcValue)."""


def render_gas_info(info: GasInfo) -> dict[str, object]:
    """Render what a message needs."""
    return info._asdict()


def render_reply(reply: ReplyInfo) -> dict[str, object]:
    """Render a reply as `gear_calculateReplyForHandle` does, with the code as an enum."""
    return {
        "payload": render_bytes(reply.payload),
        "value": _number(reply.value),
        "code": render_reply_code(reply.code),
    }


def render_reply_and_messages(result: CalculateReplyForHandleResult) -> dict[str, object]:
    """Render a reply as `gear_calculateReplyForHandleResult` does, with its code as four bytes."""
    reply = result.reply
    return {
        "reply": {
            "payload": render_bytes(reply.payload),
            "value": _number(reply.value),
            "code": render_bytes(reply_code_bytes(reply.code)),
        },
        "messages": [_message(message) for message in result.messages],
    }


def _message(message: UserMessage) -> dict[str, object]:
    return {
        "id": render_bytes(message.id),
        "source": encode_address(message.source, VARA_SS58_PREFIX),
        "destination": encode_address(message.destination, VARA_SS58_PREFIX),
        "payload": list(message.payload),
        "value": _number(message.value),
        "details": None if message.details is None else _details(message.details),
    }


def _details(details: ReplyDetails) -> dict[str, object]:
    return {"to": render_bytes(details.to), "code": render_reply_code(details.code)}


def render_reply_code(code: ReplyCode) -> object:
    """Render a reply code as an externally tagged enum: {"Success": "Manual"}."""
    match code:
        case Success(reason):
            return {"Success": _variant(reason)}
        case Error(error):
            return {"Error": _error_reason(error)}
        case _:
            return "Unsupported"


def _error_reason(reason: ErrorReplyReason) -> object:
    match reason:
        case Execution(error):
            return {"Execution": _variant(error)}
        case UnavailableActor(unavailable):
            return {"UnavailableActor": _variant(unavailable)}
        case RemovedFromWaitlist():
            return "RemovedFromWaitlist"
        case _:
            return "Unsupported"


def _variant(member: IntEnum) -> str:
    """Name of a variant in Rust: RAN_OUT_OF_GAS is RanOutOfGas."""
    return "".join(word.capitalize() for word in member.name.split("_"))


def _number(value: int) -> RawJson:
    """Render a number of up to 128 bits as a JSON number, which is more than orjson would."""
    return RawJson(str(value))


def render_sent(block_hash: bytes, index: int, message: UserMessage) -> dict[str, object]:
    """Render a message to a user for subscribers; `index` counts the events of the block."""
    sent: dict[str, object] = {
        "block": render_bytes(block_hash),
        "index": index,
        "id": list(message.id),
        "source": list(message.source),
        "destination": list(message.destination),
        "payload": render_bytes(message.payload),
        "value": str(message.value),
    }
    if message.details is not None:
        code = message.details.code
        sent["reply"] = {
            "to": list(message.details.to),
            "code": render_bytes(reply_code_bytes(code)),
            "code_description": reply_code_text(code),
        }
    return sent


#: The first notification of gear_subscribeUserMessageSent: the subscription stands.
SENT_ACKNOWLEDGEMENT: Final[dict[str, object]] = {
    "block": _ZERO_HASH,
    "index": 0,
    "id": _ZERO_ID,
    "source": _ZERO_ID,
    "destination": _ZERO_ID,
    "payload": "0x",
    "value": "0",
    "ack": True,
}

#: The first notification of gear_subscribeProgramStateChanges.
CHANGES_ACKNOWLEDGEMENT: Final[dict[str, object]] = {"block_hash": _ZERO_HASH, "program_ids": []}


_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}


def quoted(text: str) -> str:
    """Return a text as Rust's `{:?}` shows it, in which form errors carry it.

    Clients look for words inside, so which characters Unicode calls printable matters little.
    """
    return '"' + "".join(_ESCAPES.get(each) or _shown(each) for each in text) + '"'


def _shown(character: str) -> str:
    return character if character.isprintable() else f"\\u{{{ord(character):x}}}"
