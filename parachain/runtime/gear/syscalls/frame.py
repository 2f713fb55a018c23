"""What every system call does around its body, in an order that the gas depends on.

The gas that the code has used is burned; the memory that the arguments point to is paid for and
read; a forbidden call traps; the call is paid for; then comes the body; an error or a result is
written; the code gets the gas that is left. Source: gear, protocol/backend/src/{funcs,runtime,
accessors}.rs.
"""

from typing import Any, Callable, Final, List, NamedTuple, Optional, Tuple

from parachain.runtime.gear.ext_error import ErrorCode, ExtError
from parachain.runtime.gear.externalities import Externalities
from parachain.runtime.gear.lazy_pages import MemoryInterval
from parachain.runtime.gear.messages import MAX_PAYLOAD_SIZE
from parachain.runtime.gear.sandbox import HostFunction

#: Most bytes that the host takes in one piece from a program.
MAX_BUFFER_SIZE: Final = 16 * 1024 * 1024
#: The pointer that means "no value".
NULL_POINTER: Final = 2**32 - 1

_OK: Final = bytes(4)


class Syscall(NamedTuple):
    """A system call by the name of its import."""

    name: str
    function: HostFunction


class Argument(NamedTuple):
    """How an argument of the body comes from those of the call; `size` in bytes where it is fixed.

    Read before the body runs: `fixed`, `optional` (None without a pointer), PAYLOAD (None if it is
    too long for a message) and BUFFER. Written by the body: `output`, OUTPUT_BUFFER; it gets
    the place, and the length before it.
    """

    kind: int
    size: int = 0


_NUMBER, _FIXED, _OPTIONAL, _PAYLOAD, _BUFFER, _OUTPUT, _OUTPUT_BUFFER = range(7)
#: Those that are read. Two arguments of the call make a PAYLOAD, a BUFFER, an OUTPUT_BUFFER.
_READ: Final = (_FIXED, _OPTIONAL, _PAYLOAD, _BUFFER)

NUMBER: Final = Argument(_NUMBER)
PAYLOAD: Final = Argument(_PAYLOAD)
BUFFER: Final = Argument(_BUFFER)
OUTPUT_BUFFER: Final = Argument(_OUTPUT_BUFFER)


def fixed(size: int) -> Argument:
    """Bytes at a pointer."""
    return Argument(_FIXED, size)


def optional(size: int) -> Argument:
    """Bytes at a pointer, if it is not NULL_POINTER."""
    return Argument(_OPTIONAL, size)


def output(size: int) -> Argument:
    """A place for bytes."""
    return Argument(_OUTPUT, size)


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
        if kind == _OUTPUT:
            writes.append((number, size))
        elif kind == _FIXED or (kind == _OPTIONAL and number != NULL_POINTER):
            place = (number, size)
            reads.append(place)
        elif kind == _OPTIONAL:
            place = None
        elif kind != _NUMBER:
            place = _pair(found, kind, number, raw[position])
            position += 1
        places.append(place)
    return found


def _pair(found: _Places, kind: int, first: int, second: int) -> Any:
    """The place of a PAYLOAD, BUFFER or OUTPUT_BUFFER."""
    if kind == _OUTPUT_BUFFER:
        if first:
            found.writes.append((second, first))
    elif kind == _PAYLOAD and second > MAX_PAYLOAD_SIZE:
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
    fault = None if run.pages.are_free(reads, writes) else run.touch(reads, writes)
    if not reads and not lengths:
        return Read(places, lengths, fault)
    values = []
    for (kind, _), place in zip(arguments, places):
        if kind not in _READ or place is None or fault is not None:
            values.append(place)
        elif kind == _BUFFER and place[1] > MAX_BUFFER_SIZE:
            fault = ExtError(ErrorCode.RUNTIME_ALLOC_OUT_OF_BOUNDS)
        else:
            offset, length = place
            values.append(run.instance.read(offset, length) if length else b"")
    return Read(values, lengths, fault)


def fallible(
    name: str,
    arguments: Tuple[Argument, ...],
    result_size: int,
    body: Callable[..., bytes],
    per_byte: Tuple[str, ...] = (),
    *,
    body_gets_fault: bool = False,
) -> Syscall:
    """A call that answers at its last argument: an error number and `result_size` bytes.

    `body` returns these bytes, or raises ExtError. `per_byte` names the prices of a byte of each
    PAYLOAD or BUFFER. With `body_gets_fault` the body decides when bad memory is an error, which
    it gets as its last argument.
    """
    failed = bytes(result_size)

    def function(run: Externalities, *raw: int) -> None:
        run.enter()
        values, lengths, fault = read_arguments(run, arguments, raw)
        run.charge_call(name, _extra(run, per_byte, lengths))
        try:
            if body_gets_fault:
                values.append(fault)
            elif fault is not None:
                raise fault
            answer = _OK + body(run, *values)
        except ExtError as error:
            answer = int(error.code).to_bytes(4, "little") + failed
        run.put(raw[-1], answer)
        run.leave()

    return Syscall(name, function)


def infallible(
    name: str,
    arguments: Tuple[Argument, ...],
    body: Callable[..., None],
    per_byte: Tuple[str, ...] = (),
) -> Syscall:
    """A call without an answer: every error ends the execution."""

    def function(run: Externalities, *raw: int) -> None:
        run.enter()
        values, lengths, fault = read_arguments(run, arguments, raw)
        run.charge_call(name, _extra(run, per_byte, lengths))
        if fault is not None:
            raise fault
        body(run, *values)
        run.leave()

    return Syscall(name, function)


def getter(name: str, size: int, value: Callable[[Externalities], bytes]) -> Syscall:
    """A call that writes `size` bytes at its only argument."""

    def function(run: Externalities, offset: int) -> None:
        run.enter()
        fault = None
        if not run.pages.is_free(offset, size):
            fault = run.touch((), ((offset, size),))
        run.charge_call(name)
        if fault is not None:
            raise fault
        run.instance.write(offset, value(run))
        run.leave()

    return Syscall(name, function)


def with_result(name: str, body: Callable[..., int]) -> Syscall:
    """A call of numbers that returns a number."""

    def function(run: Externalities, *raw: int) -> int:
        run.enter()
        run.charge_call(name)
        result = body(run, *raw)
        run.leave()
        return result

    return Syscall(name, function)


def _extra(run: Externalities, per_byte: Tuple[str, ...], lengths: List[int]) -> int:
    if not per_byte:
        return 0
    costs = run.costs.syscalls
    return sum([costs[price] * length for price, length in zip(per_byte, lengths)])


def payload_of(value: Optional[bytes]) -> bytes:
    """A PAYLOAD argument. Raises ExtError(MAX_MESSAGE_SIZE_EXCEED)."""
    if value is None:
        raise ExtError(ErrorCode.MAX_MESSAGE_SIZE_EXCEED)
    return value


def number_of(value: Optional[bytes]) -> int:
    """The u128 of a structure or of an optional argument; zero if there is none."""
    return 0 if value is None else int.from_bytes(value, "little")
