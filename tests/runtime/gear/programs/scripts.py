"""Payloads for tests/programs/c/every_call.c: lists of system calls with their arguments."""

from typing import NamedTuple

from parachain.runtime.gear.code.syscalls import SYSCALLS

#: The number of each call.
NUMBERS = {name: number for number, name in enumerate(sorted(SYSCALLS))}
NO_VALUE = 2**32 - 1


class At(NamedTuple):
    """A place among the results: the answer of a call, and what later calls are given."""

    offset: int


class Data(NamedTuple):
    """Bytes somewhere in the payload."""

    content: bytes


class Call(NamedTuple):
    """A call with its arguments, as in gear.h."""

    name: str
    args: tuple[int | At | Data, ...]


def call(name: str, *args: int | At | Data) -> Call:
    kind = SYSCALLS[name]
    assert len(args) == len(kind.params) + len(kind.results), name
    return Call(name, args)


def script(
    *calls: Call,
    answer: int = 0,
    replies: bool | None = None,
    on_reply: bytes = b"",
    on_signal: bytes = b"",
) -> bytes:
    """A payload. By default it is replied with the answer if there is one.

    `on_reply` and `on_signal` are scripts for these entry points.
    """
    if replies is None:
        replies = answer > 0
    head = b"".join(
        number.to_bytes(size, "little")
        for number, size in (
            (len(calls), 2),
            (answer, 2),
            (replies, 1),
            (len(on_reply), 2),
            (len(on_signal), 2),
        )
    )
    size = len(head) + sum(2 + 9 * len(each.args) for each in calls)
    data = bytearray(on_reply + on_signal)
    body = bytearray()
    for each in calls:
        body += bytes((NUMBERS[each.name], len(each.args)))
        for arg in each.args:
            if isinstance(arg, At):
                kind, number = 2, arg.offset
            elif isinstance(arg, Data):
                kind, number = 1, size + len(data)
                data += arg.content
            else:
                kind, number = 0, arg
            body += bytes((kind,)) + (number % 2**64).to_bytes(8, "little")
    return bytes(head + body + data)


def target(who: bytes, value: int = 0) -> Data:
    """A `hash_with_value`."""
    return Data(who + value.to_bytes(16, "little"))
