"""Telling what happens to programs, from the events of blocks."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from parachain.node.program.journey import shown_code
from parachain.node.program.remote import BlockRef
from parachain.node.program.report import Report
from parachain.node.program.values import shown_amount, shown_hex, shown_payload
from parachain.runtime.frame.event import RuntimeEvent
from parachain.runtime.gear.changes import DispatchStatus
from parachain.runtime.pallets.gear import events as gear


class Watcher:
    """Shows Gear's events of one program, or of all."""

    def __init__(self, report: Report, program: bytes | None) -> None:
        self._report = report
        self._program = program
        #: Messages known to be the program's: of them waiting, waking and ending is shown.
        self._messages: dict[bytes, None] = {}

    def show(self, block: BlockRef, event: RuntimeEvent) -> None:
        """Show an event if it concerns the program."""
        tell = (
            _TOLD.get(event.declaration.name) if event.declaration.pallet.name == "Gear" else None
        )
        if tell is None:
            return
        programs, message, label, text = tell(*event.values)
        if self._program is not None:
            if self._program in programs:
                if message is not None:
                    self._messages[message] = None
            elif message is None or message not in self._messages:
                return
        facts: dict[str, Any] = {"block": block.number, "says": text}
        if message is not None:
            facts["message"] = shown_hex(message)
        self._report.line(label, f"#{block.number} {text}", **facts)


#: Programs that an event concerns, its message, what is shown.
_Told = tuple[tuple[bytes, ...], bytes | None, str, str]


def _queued(message: bytes, source: bytes, program: bytes, entry: Any) -> _Told:
    kind = type(entry).__name__.removesuffix("Entry").lower()
    text = f"{shown_hex(message)} ({kind}) from {shown_hex(source)} to {shown_hex(program)}"
    return (program,), message, "queued", text


def _sent(message: Any, expiration: int | None) -> _Told:
    details = message.details
    text = f"{shown_hex(message.id)} to {shown_hex(message.destination)}"
    if details is not None:
        text += f" in reply to {shown_hex(details.to)} ({shown_code(details.code)})"
    text += f": {shown_payload(message.payload)}"
    if message.value:
        text += f", value {shown_amount(message.value)}"
    if expiration is not None:
        text += f", in the mailbox until block {expiration}"
    return (message.source,), message.id, "reply" if details else "sent", text


def _dispatched(
    total: int, statuses: Mapping[bytes, DispatchStatus], changed: tuple[bytes, ...]
) -> _Told:
    states = ", ".join(shown_hex(program) for program in changed) or "none"
    text = f"{total} messages, {len(statuses)} of users; states changed: {states}"
    return changed, None, "processed", text


def _waited(message: bytes, _origin: Any, _reason: Any, expiration: int) -> _Told:
    return (), message, "waits", f"{shown_hex(message)} until block {expiration}"


def _woken(message: bytes, _reason: Any) -> _Told:
    return (), message, "woken", shown_hex(message)


def _read(message: bytes, _reason: Any) -> _Told:
    return (), message, "read", f"{shown_hex(message)} has left the mailbox"


def _code(code: bytes, _change: Any) -> _Told:
    return (), None, "code", shown_hex(code)


def _program(program: bytes, change: Any) -> _Told:
    state = type(change).__name__.removeprefix("Program").lower()
    state = {"set": "created", "active": "initialized", "inactive": "ended"}.get(state, state)
    return (program,), None, "program", f"{shown_hex(program)} {state}"


_TOLD: Final[Mapping[str, Callable[..., _Told]]] = MappingProxyType(
    {
        gear.MESSAGE_QUEUED.name: _queued,
        gear.USER_MESSAGE_SENT.name: _sent,
        gear.MESSAGES_DISPATCHED.name: _dispatched,
        gear.MESSAGE_WAITED.name: _waited,
        gear.MESSAGE_WOKEN.name: _woken,
        gear.USER_MESSAGE_READ.name: _read,
        gear.CODE_CHANGED.name: _code,
        gear.PROGRAM_CHANGED.name: _program,
    }
)
