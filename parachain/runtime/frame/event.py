"""Events: declared with their fields, deposited as records under System.Events.

The record is phase ++ outer event ++ topics (frame_system::EventRecord). Events are appended
without reading the list; nothing is deposited at genesis, as in FRAME.
"""

from typing import TYPE_CHECKING, Generic, Tuple, TypeVarTuple, Unpack

from parachain.primitives.scale import COMPACT_U32, Fields
from parachain.primitives.twox import twox_128
from parachain.runtime.frame.ext import Ext

if TYPE_CHECKING:
    from parachain.runtime.frame.pallet import Pallet

Ts = TypeVarTuple("Ts")

_SYSTEM = twox_128(b"System")
EVENTS_KEY = _SYSTEM + twox_128(b"Events")
EVENT_COUNT_KEY = _SYSTEM + twox_128(b"EventCount")
EVENT_TOPICS_PREFIX = _SYSTEM + twox_128(b"EventTopics")
EXECUTION_PHASE_KEY = _SYSTEM + twox_128(b"ExecutionPhase")
NUMBER_KEY = _SYSTEM + twox_128(b"Number")

#: The encoded phase where none is set: Initialization.
_DEFAULT_PHASE = b"\x02"
_NO_TOPICS = b"\x00"


def deposit_encoded(ext: Ext, event: bytes, topics: Tuple[bytes, ...] = ()) -> None:
    """Append an encoded outer event to this block's events, indexed by its 32-byte topics."""
    number = ext.get(NUMBER_KEY)
    if number is None or number == b"\0\0\0\0":
        return
    raw_count = ext.get(EVENT_COUNT_KEY)
    count = 0 if raw_count is None else int.from_bytes(raw_count, "little")
    ext.put(EVENT_COUNT_KEY, (count + 1).to_bytes(4, "little"))
    phase = ext.get(EXECUTION_PHASE_KEY) or _DEFAULT_PHASE
    if not topics:
        ext.append(EVENTS_KEY, phase + event + _NO_TOPICS)
        return
    listed = COMPACT_U32.encode(len(topics)) + b"".join(topics)
    ext.append(EVENTS_KEY, phase + event + listed)
    where = number + count.to_bytes(4, "little")
    for topic in topics:
        ext.append(EVENT_TOPICS_PREFIX + ext.blake2_128(topic) + topic, where)


class Event(Generic[Unpack[Ts]]):
    """One declared event of a pallet."""

    __slots__ = ("doc", "fields", "index", "name", "pallet")

    def __init__(
        self, pallet: "Pallet", index: int, name: str, fields: Fields[Unpack[Ts]], doc: str
    ) -> None:
        self.pallet = pallet
        self.index = index
        self.name = name
        self.fields = fields
        self.doc = doc

    def encode(self, *values: Unpack[Ts]) -> bytes:
        """Encode as a value of the outer event enum."""
        return bytes((self.pallet.index, self.index)) + self.fields.encode(values)

    def deposit(self, ext: Ext, *values: Unpack[Ts]) -> None:
        """Record that the event happened."""
        deposit_encoded(ext, bytes((self.pallet.index, self.index)) + self.fields.encode(values))

    def deposit_indexed(self, ext: Ext, topics: Tuple[bytes, ...], *values: Unpack[Ts]) -> None:
        """Record that the event happened, findable by 32-byte topics."""
        deposit_encoded(ext, self.encode(*values), topics)
