"""A message under execution, for tests."""

from parachain.runtime.gear.dispatch import ContextStore, DispatchKind, IncomingDispatch
from parachain.runtime.gear.message_context import ContextSettings, MessageContext
from parachain.runtime.gear.messages import IncomingMessage, MessageDetails
from tests.runtime.gear.core.hashing import blake2_256, some_id

MESSAGE, SOURCE, PROGRAM = some_id(1), some_id(2), some_id(3)


def incoming(
    kind: DispatchKind = DispatchKind.HANDLE,
    *,
    payload: bytes = b"payload",
    gas_limit: int = 1000,
    value: int = 0,
    details: MessageDetails | None = None,
    context: ContextStore | None = None,
) -> IncomingDispatch:
    message = IncomingMessage(MESSAGE, SOURCE, payload, gas_limit, value, details)
    return IncomingDispatch(kind, message, context)


def message_context(
    dispatch: IncomingDispatch | None = None,
    *,
    outgoing_limit: int = 1024,
    outgoing_bytes_limit: int = 64 << 20,
) -> MessageContext:
    settings = ContextSettings(2, 4, 3, 2, 2, outgoing_limit, outgoing_bytes_limit)
    return MessageContext(blake2_256, dispatch or incoming(), PROGRAM, settings)
