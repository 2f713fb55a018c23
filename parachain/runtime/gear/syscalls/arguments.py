"""The arguments of system calls: what they are, and the memory that they point to.

Source: gear, protocol/backend/src/{accessors,memory}.rs.
"""

from typing import Any, Final, List, NamedTuple, Optional, Tuple

from parachain.runtime.gear.ext_error import ErrorCode, ExtError
from parachain.runtime.gear.externalities import Externalities
from parachain.runtime.gear.lazy_pages import MemoryInterval
from parachain.runtime.gear.messages import MAX_PAYLOAD_SIZE

#: Most bytes that the host takes in one piece from a program.
MAX_BUFFER_SIZE: Final = 16 * 1024 * 1024
#: The pointer that means "no value".
NULL_POINTER: Final = 2**32 - 1


class Argument(NamedTuple):
    """How an argument of the body comes from those of the call; `size` in bytes where it is fixed.

    Read before the body runs: `fixed`, `optional` (None without a pointer), PAYLOAD (None if it is
    too long for a message) and BUFFER. Written by the body: `output`, OUTPUT_BUFFER; it gets
    the place, and the length before it.
    """

    kind: int
    size: int = 0


#: The last three are made of two arguments of the call.
(
    KIND_NUMBER,
    KIND_FIXED,
    KIND_OPTIONAL,
    KIND_OUTPUT,
    KIND_PAYLOAD,
    KIND_BUFFER,
    KIND_OUTPUT_BUFFER,
) = range(7)
_READ: Final = (KIND_FIXED, KIND_OPTIONAL, KIND_PAYLOAD, KIND_BUFFER)

NUMBER: Final = Argument(KIND_NUMBER)
PAYLOAD: Final = Argument(KIND_PAYLOAD)
BUFFER: Final = Argument(KIND_BUFFER)
OUTPUT_BUFFER: Final = Argument(KIND_OUTPUT_BUFFER)


def fixed(size: int) -> Argument:
    """Bytes at a pointer."""
    return Argument(KIND_FIXED, size)


def optional(size: int) -> Argument:
    """Bytes at a pointer, if it is not NULL_POINTER."""
    return Argument(KIND_OPTIONAL, size)


def output(size: int) -> Argument:
    """A place for bytes."""
    return Argument(KIND_OUTPUT, size)


class Read(NamedTuple):
    """Arguments of a body, the lengths that are charged for, and why memory was not accessed."""

    values: List[Any]
    lengths: List[int]
    fault: Optional[ExtError]


class _Places(NamedTuple):
    """Where the arguments are, before anything is read.

    `places` has a number for an argument that is not read, None for one that is not there.
    """

    places: List[Any]
    lengths: List[int]
    reads: List[MemoryInterval]
    writes: List[MemoryInterval]


def _places(arguments: Tuple[Argument, ...], raw: Tuple[int, ...]) -> _Places:
    found = _Places([], [], [], [])
    places, reads, writes = found.places, found.reads, found.writes
    position = 0
    for kind, size in arguments:
        number = raw[position]
        position += 1
        place: Any = number
        if kind == KIND_OUTPUT:
            writes.append((number, size))
        elif kind == KIND_FIXED or (kind == KIND_OPTIONAL and number != NULL_POINTER):
            place = (number, size)
            reads.append(place)
        elif kind == KIND_OPTIONAL:
            place = None
        elif kind != KIND_NUMBER:
            place = _pair(found, kind, number, raw[position])
            position += 1
        places.append(place)
    return found


def _pair(found: _Places, kind: int, first: int, second: int) -> Any:
    """The place of a PAYLOAD, BUFFER or OUTPUT_BUFFER."""
    if kind == KIND_OUTPUT_BUFFER:
        if first:
            found.writes.append((second, first))
    elif kind == KIND_PAYLOAD and second > MAX_PAYLOAD_SIZE:
        found.lengths.append(0)
        return None
    else:
        found.lengths.append(second)
        if second:
            found.reads.append((first, second))
    return (first, second)


def read_arguments(
    run: Externalities, arguments: Tuple[Argument, ...], raw: Tuple[int, ...]
) -> Read:
    """Pay for the memory that the arguments point to, and read it. Raises ChargeError."""
    places, lengths, reads, writes = _places(arguments, raw)
    fault = run.touch(reads, writes) if reads or writes else None
    values = []
    for (kind, _), place in zip(arguments, places):
        if kind not in _READ or place is None or fault is not None:
            values.append(place)
        elif kind == KIND_BUFFER and place[1] > MAX_BUFFER_SIZE:
            fault = ExtError(ErrorCode.RUNTIME_ALLOC_OUT_OF_BOUNDS)
        else:
            offset, length = place
            values.append(run.instance.read(offset, length) if length else b"")
    return Read(values, lengths, fault)


def payload_of(value: Optional[bytes]) -> bytes:
    """A PAYLOAD argument. Raises ExtError(MAX_MESSAGE_SIZE_EXCEED)."""
    if value is None:
        raise ExtError(ErrorCode.MAX_MESSAGE_SIZE_EXCEED)
    return value


def number_of(value: Optional[bytes]) -> int:
    """The u128 of a structure or of an optional argument; zero if there is none."""
    return 0 if value is None else int.from_bytes(value, "little")
