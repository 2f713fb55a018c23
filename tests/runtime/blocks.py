"""Blocks for pallet tests: an open block to work in, and what it recorded.

Importing this assembles the runtime, which gives the pallets their indices.
"""

from typing import Any, NamedTuple

from parachain.primitives.digest import PreRuntime
from parachain.primitives.dispatch_error import Module
from parachain.primitives.scale import Codec, Composite, Variants
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.pallets import system
from parachain.runtime.pallets.system import storage
from tests.runtime.memory_ext import MemoryExt

ALICE = b"\x0a" * 32
BOB = b"\x0b" * 32
CHARLIE = b"\x0c" * 32

PARENT = b"\x77" * 32


class Recorded(NamedTuple):
    """An event: the phase it belongs to, `Pallet.Event`, its values."""

    phase: Any
    name: str
    values: tuple[Any, ...]


def slot_item(slot: int) -> PreRuntime:
    """The digest item with which an author claims a slot."""
    return PreRuntime(b"aura", slot.to_bytes(8, "little"))


def open_block(number: int = 1, slot: int | None = None) -> MemoryExt:
    """State after System's genesis, in the first extrinsic of block `number`."""
    ext = MemoryExt()
    system.genesis(ext)
    ext.seal_block()
    begin(ext, number, slot)
    return ext


def begin(ext: MemoryExt, number: int, slot: int | None = None) -> None:
    """Begin a block without running the hooks of pallets."""
    system.reset_events(ext)
    items = () if slot is None else (slot_item(slot),)
    system.initialize(ext, number, PARENT, items)
    system.note_finished_initialize(ext)


def recorded(ext: MemoryExt) -> list[Recorded]:
    """Events of the open block, in order."""
    return [
        Recorded(
            record.phase,
            f"{record.event.declaration.pallet.name}.{record.event.declaration.name}",
            record.event.values,
        )
        for record in storage.events.get(ext)
    ]


def names(ext: MemoryExt) -> list[str]:
    """Names of the events of the open block, in order."""
    return [event.name for event in recorded(ext)]


def type_path(codec: Codec[Any]) -> str:
    """Path of the type as metadata shows it."""
    assert isinstance(codec.info, (Composite, Variants)), "only named types have paths"
    return codec.info.path


def reason(failed: DispatchFailed) -> str:
    """`Pallet.Error` of a failure, or the name of the error that belongs to no pallet."""
    error = failed.error
    if not isinstance(error, Module):
        return type(error).__name__
    for pallet in RUNTIME.pallets:
        if pallet.index == error.error.index:
            name = next(e.name for e in pallet.errors if e.index == error.error.error[0])
            return f"{pallet.name}.{name}"
    raise AssertionError(f"no pallet has the index {error.error.index}")
