"""What becomes of a message of a user: what it costs, what programs send back, its reply."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from parachain.node.program.remote import BlockRef, Included, RemoteChain
from parachain.node.program.values import shown_hex
from parachain.runtime.gear.messages import UserMessage
from parachain.runtime.gear.reply_code import ReplyCode, Success, SuccessReplyReason
from parachain.runtime.pallets.gear import events as gear
from parachain.runtime.pallets.transaction_payment.declarations import TRANSACTION_FEE_PAID

#: Beside what was calculated: the state may be another one when the message is processed.
GAS_MARGIN_PERCENT: Final = 10

REPLY_BLOCKS: Final = 100
"""For so many blocks a reply is waited for: five minutes of three-second slots."""


class NoReplyError(Exception):
    """The message was not replied to in time; it may be yet."""


class Answer(NamedTuple):
    """A message that a user was sent, with the block and how long its mailbox keeps it."""

    message: UserMessage
    block: BlockRef
    expiration: int | None


def needed_gas(chain: RemoteChain, method: str, *params: Any) -> int:
    """Ask how much gas a message needs, with a margin. Raises NodeRefusalError."""
    found: dict[str, Any] = chain.call(method, *params)
    return int(found["min_limit"]) * (100 + GAS_MARGIN_PERCENT) // 100


def fee_of(included: Included) -> int:
    """Fee of a transaction, in plancks; 0 if somebody else has paid."""
    return sum(
        event.values[1] for event in included.events if event.declaration is TRANSACTION_FEE_PAID
    )


class Sent(NamedTuple):
    """A message of a user's extrinsic: from whom, to whom; `queued` unless to another user."""

    id: bytes
    source: bytes
    destination: bytes
    queued: bool


def sent_by(included: Included) -> Sent:
    """Return the message that an extrinsic has sent. Raises LookupError if it sent none."""
    for event in included.events:
        if event.declaration is gear.MESSAGE_QUEUED:
            message, source, destination, _ = event.values
            return Sent(message, source, destination, queued=True)
        if event.declaration is gear.USER_MESSAGE_SENT:
            stored = event.values[0]
            return Sent(stored.id, stored.source, stored.destination, queued=False)
    raise LookupError(f"the extrinsic in block {included.block.number} has sent no message")


def answers(chain: RemoteChain, included: Included, message: Sent) -> Iterator[Answer]:
    """Messages to the sender from the block of its message on, up to the reply, which is the last.

    Raises NoReplyError, and what reading blocks raises.
    """
    for block in _blocks_from(chain, included.block):
        for _, event in chain.events(block):
            if event.declaration is not gear.USER_MESSAGE_SENT:
                continue
            sent, expiration = event.values
            if sent.destination != message.source:
                continue
            replies = sent.details is not None and sent.details.to == message.id
            if sent.details is None or replies:
                yield Answer(sent, block, expiration)
            if replies:
                return
        if block.number >= included.block.number + REPLY_BLOCKS:
            break
    raise NoReplyError(
        f"message {shown_hex(message.id)} has no reply after {REPLY_BLOCKS} blocks; "
        "`gear-parachain program watch` shows when it comes"
    )


def _blocks_from(chain: RemoteChain, block: BlockRef) -> Iterator[BlockRef]:
    yield block
    yield from chain.blocks_after(block.number)


def shown_code(code: ReplyCode) -> str:
    """Say in words what a reply code says."""
    if isinstance(code, Success):
        automatic = code.reason is SuccessReplyReason.AUTO
        return "success, without an answer" if automatic else "success"
    reason: Any = getattr(code, "reason", None)
    detail: Any = getattr(reason, "error", reason)
    words = getattr(detail, "name", type(detail).__name__)
    return "error: " + words.replace("_", " ").lower()
