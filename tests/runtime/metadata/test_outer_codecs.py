"""Events and origins of the whole runtime, read and written by the codecs metadata describe."""

import pytest

from parachain.primitives.scale import DecodeError, EncodeError
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.event import (
    EVENT_RECORDS,
    PHASE,
    RUNTIME_EVENT,
    ApplyExtrinsic,
    EventRecord,
    Finalization,
    Initialization,
    RuntimeEvent,
)
from parachain.runtime.frame.origin import ORIGIN_CALLER, NoOrigin, Root, Signed
from parachain.runtime.pallets.balances.declarations import TRANSFER
from parachain.runtime.pallets.system.storage import CODE_UPDATED

ALICE, BOB = b"\x0a" * 32, b"\x0b" * 32
TRANSFERRED = b"\x05\x02" + ALICE + BOB + (7).to_bytes(16, "little")


def test_event_records() -> None:
    topic = b"\x07" * 32
    raw = (
        b"\x08"
        + (b"\x00\x03\0\0\0" + TRANSFERRED + b"\x00")
        + (b"\x01" + b"\x00\x02" + b"\x04" + topic)
    )
    records = EVENT_RECORDS.decode(raw)
    assert records == (
        EventRecord(ApplyExtrinsic(3), RuntimeEvent(TRANSFER, (ALICE, BOB, 7)), ()),
        EventRecord(Finalization(), RuntimeEvent(CODE_UPDATED, ()), (topic,)),
    )
    assert EVENT_RECORDS.encode(records) == raw
    assert TRANSFER.encode(ALICE, BOB, 7) == TRANSFERRED


def test_every_declared_event_has_its_place() -> None:
    for pallet in RUNTIME.pallets:
        for event in pallet.events:
            if not event.fields.codecs:
                raw = bytes((pallet.index, event.index))
                assert RUNTIME_EVENT.decode(raw) == RuntimeEvent(event, ())


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "two index bytes"),
        (b"\x05", "two index bytes"),
        (b"\xee\x00", "no event 238.0"),
        (b"\x05\xff", "no event 5.255"),
        (TRANSFERRED[:-1], "Balances.Transfer.amount"),
    ],
)
def test_malformed_events(raw: bytes, message: str) -> None:
    with pytest.raises(DecodeError, match=message):
        RUNTIME_EVENT.decode(raw)


@pytest.mark.parametrize("length", range(len(TRANSFERRED)))
def test_short_events(length: int) -> None:
    with pytest.raises(DecodeError):
        RUNTIME_EVENT.decode(TRANSFERRED[:length])


@pytest.mark.parametrize(
    ("phase", "raw"),
    [(ApplyExtrinsic(1), b"\0\x01\0\0\0"), (Finalization(), b"\x01"), (Initialization(), b"\x02")],
)
def test_phases(phase: ApplyExtrinsic, raw: bytes) -> None:
    assert PHASE.encode(phase) == raw
    assert PHASE.decode(raw) == phase


@pytest.mark.parametrize(
    ("caller", "raw"),
    [(Root(), b"\0\0"), (Signed(ALICE), b"\0\x01" + ALICE), (NoOrigin(), b"\0\x02")],
)
def test_origins(caller: object, raw: bytes) -> None:
    assert ORIGIN_CALLER.encode(caller) == raw
    decoded = ORIGIN_CALLER.decode(raw)
    assert decoded == caller
    assert type(decoded) is type(caller)


def test_unknown_origins() -> None:
    with pytest.raises(DecodeError, match="no origin ff"):
        ORIGIN_CALLER.decode(b"\xff\0")
    with pytest.raises(DecodeError):
        ORIGIN_CALLER.decode(b"")
    with pytest.raises(EncodeError, match="no caller of this runtime"):
        ORIGIN_CALLER.encode("root")
