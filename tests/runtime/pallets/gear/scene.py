"""A chain at block 1 for tests of Gear's storage pallets, and messages to put into them."""

from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.dispatch_info import PostDispatchInfo
from parachain.runtime.frame.call import RuntimeCall, dispatch
from parachain.runtime.frame.event import EVENTS_KEY
from parachain.runtime.frame.origin import signed
from parachain.runtime.gear.dispatch import (
    ContextStore,
    DispatchKind,
    StoredDelayedDispatch,
    StoredDispatch,
)
from parachain.runtime.gear.intervals import Interval
from parachain.runtime.gear.messages import StoredMessage, UserStoredMessage
from tests.runtime.memory_ext import MemoryExt

PROGRAM, OTHER_PROGRAM = bytes([0x70]) * 32, bytes([0x71]) * 32
USER, OTHER_USER = bytes([0x11]) * 32, bytes([0x12]) * 32
INTERVAL = Interval(5, 34)


def message_id(number: int) -> bytes:
    """Ids in no order, as hashes are."""
    return blake2_256(number.to_bytes(4, "little"))


def dispatch_of(
    number: int, program: bytes = PROGRAM, context: ContextStore | None = None
) -> StoredDispatch:
    message = StoredMessage(message_id(number), USER, program, b"ping" * number, number, None)
    return StoredDispatch(DispatchKind.HANDLE, message, context)


def delayed(number: int) -> StoredDelayedDispatch:
    return StoredDelayedDispatch(DispatchKind.HANDLE, dispatch_of(number).message)


def mail(number: int, user: bytes = USER) -> UserStoredMessage:
    return UserStoredMessage(message_id(number), PROGRAM, user, b"pong", number)


def make(ext: MemoryExt, call: RuntimeCall, who: bytes) -> PostDispatchInfo:
    """Make a signed call, whose arguments survive the wire."""
    fields = call.declaration.fields
    encoded = call.encode()
    assert encoded[:2] == bytes((call.declaration.pallet.index, call.declaration.index))
    args, end = fields.read(encoded, 2)
    assert (args, end) == (call.args, len(encoded))
    return dispatch(ext, RuntimeCall(call.declaration, args), signed(who))


def has_event(ext: MemoryExt, encoded: bytes) -> bool:
    """Whether an event was recorded; the outer enum need not know it."""
    return encoded in ext.state.get(EVENTS_KEY, b"")
