"""Events: declared with their fields, deposited as records under System.Events.

The record is phase ++ outer event ++ topics (frame_system::EventRecord). Events are appended
without reading the list; nothing is deposited at genesis, as in FRAME. The runtime never reads
them back: `EVENT_RECORDS` is for hosts and tests.
"""

from typing import Any, Dict, Generic, NamedTuple, Tuple, TypeVarTuple, Union, Unpack

from parachain.primitives.scale import (
    COMPACT_U32,
    H256,
    U32,
    Codec,
    DecodeError,
    Fields,
    enum,
    fields,
    forward,
    struct,
    variant,
    vec,
)
from parachain.primitives.twox import twox_128
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.owner import Owner

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
        self, pallet: Owner, index: int, name: str, fields: Fields[Unpack[Ts]], doc: str
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


class RuntimeEvent(NamedTuple):
    """A decoded event: which declaration, and its values in order."""

    declaration: Event[Unpack[Tuple[Any, ...]]]
    values: Tuple[Any, ...]


class EventTable(NamedTuple):
    """All events of a runtime by their two indices; reads and writes them."""

    declarations: Dict[int, Event[Unpack[Tuple[Any, ...]]]]

    def read(self, data: bytes, pos: int) -> Tuple[RuntimeEvent, int]:
        """Read an event at `pos`. Raises DecodeError for indices that no pallet declares."""
        if pos + 2 > len(data):
            raise DecodeError("an event needs two index bytes")
        declaration = self.declarations.get(data[pos] << 8 | data[pos + 1])
        if declaration is None:
            raise DecodeError(f"no event {data[pos]}.{data[pos + 1]}")
        try:
            values, pos = declaration.fields.read(data, pos + 2)
        except DecodeError as error:
            raise error.inside(f"{declaration.pallet.name}.{declaration.name}") from None
        return RuntimeEvent(declaration, values), pos

    def encode(self, event: RuntimeEvent) -> bytes:
        """Encode an event."""
        return event.declaration.encode(*event.values)


#: Codec of the outer event enum. `construct_runtime` binds it, once, while it is imported.
RUNTIME_EVENT = forward("RuntimeEvent")


class ApplyExtrinsic(NamedTuple):
    """While the extrinsic of this index was applied."""

    extrinsic_index: int


class Finalization(NamedTuple):
    """While the block was finalised."""


class Initialization(NamedTuple):
    """While the block was initialised."""


Phase = Union[ApplyExtrinsic, Finalization, Initialization]
PHASE: Codec[Phase] = enum(
    "frame_system::Phase",
    variant(0, "ApplyExtrinsic", ApplyExtrinsic, fields(("0", U32))),
    variant(1, "Finalization", Finalization),
    variant(2, "Initialization", Initialization),
)


class EventRecord(NamedTuple):
    """One entry of System.Events. Topics are 32 bytes each."""

    phase: Phase
    event: RuntimeEvent
    topics: Tuple[bytes, ...]


EVENT_RECORD = struct(
    "frame_system::EventRecord",
    EventRecord,
    fields(
        ("phase", PHASE), ("event", RUNTIME_EVENT.named("E")), ("topics", vec(H256).named("Vec<T>"))
    ),
    params=(("E", RUNTIME_EVENT), ("T", H256)),
)

#: The value of System.Events.
EVENT_RECORDS = vec(EVENT_RECORD)
