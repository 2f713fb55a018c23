"""What every system call does around its body, in an order that the gas depends on.

The gas that the code has used is burned; the memory that the arguments point to is paid for and
read; a forbidden call traps; the call is paid for; the code gets the gas that is left; then comes
the body, and an error or a result is written. What a body or an answer burns and hands on comes off
what the code was given. Source: gear, protocol/backend/src/{funcs,runtime,accessors}.rs.

Here is the order as it is written in the rules. Where it can make no difference, as the memory has
been paid for before and the gas suffices, a call takes the way of `straight_line`.
"""

from typing import Callable, Final, List, NamedTuple, Optional, Tuple

from parachain.runtime.gear.ext_error import ExtError
from parachain.runtime.gear.externalities import Externalities
from parachain.runtime.gear.sandbox import HostFunction
from parachain.runtime.gear.syscalls.arguments import (
    NUMBER,
    Argument,
    output,
    read_arguments,
)
from parachain.runtime.gear.syscalls.straight_line import Ending, Form, straight_line

_OK: Final = bytes(4)


class Syscall(NamedTuple):
    """A system call by the name of its import.

    `by_the_rules` does the same as `function`, step by step.
    """

    name: str
    function: HostFunction
    by_the_rules: HostFunction


def as_written(name: str, function: HostFunction) -> Syscall:
    """A call with an order of its own."""
    return Syscall(name, function, function)


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
    form = Form(name, arguments, Ending.ANSWER, per_byte, len(_OK) + result_size, body_gets_fault)

    def by_the_rules(run: Externalities, *raw: int) -> None:
        run.enter()
        values, lengths, fault = read_arguments(run, arguments, raw)
        run.charge_call(name, _extra(run, per_byte, lengths))
        run.leave()
        try:
            if body_gets_fault:
                values.append(fault)
            elif fault is not None:
                raise fault
            answer = _OK + body(run, *values)
        except ExtError as error:
            answer = error.code.to_bytes(4, "little") + failed
        run.put(raw[-1], answer)

    return Syscall(name, straight_line(form, body, by_the_rules), by_the_rules)


def infallible(
    name: str,
    arguments: Tuple[Argument, ...],
    body: Callable[..., None],
    per_byte: Tuple[str, ...] = (),
) -> Syscall:
    """A call without an answer: every error ends the execution."""
    by_the_rules = _answerless(name, arguments, body, per_byte)
    form = Form(name, arguments, Ending.RESULT, per_byte)
    return Syscall(name, straight_line(form, body, by_the_rules), by_the_rules)


def getter(name: str, size: int, value: Callable[[Externalities], bytes]) -> Syscall:
    """A call that writes `size` bytes at its only argument."""

    def write(run: Externalities, offset: int) -> None:
        run.instance.write(offset, value(run))

    arguments = (output(size),)
    by_the_rules = _answerless(name, arguments, write)
    form = Form(name, arguments, Ending.VALUE)
    return Syscall(name, straight_line(form, value, by_the_rules), by_the_rules)


def with_result(name: str, parameters: int, body: Callable[..., int]) -> Syscall:
    """A call of numbers that returns a number."""
    arguments = (NUMBER,) * parameters
    by_the_rules = _answerless(name, arguments, body)
    form = Form(name, arguments, Ending.RESULT)
    return Syscall(name, straight_line(form, body, by_the_rules), by_the_rules)


def _answerless(
    name: str,
    arguments: Tuple[Argument, ...],
    body: Callable[..., Optional[int]],
    per_byte: Tuple[str, ...] = (),
) -> HostFunction:
    def by_the_rules(run: Externalities, *raw: int) -> Optional[int]:
        run.enter()
        values, lengths, fault = read_arguments(run, arguments, raw)
        run.charge_call(name, _extra(run, per_byte, lengths))
        run.leave()
        if fault is not None:
            raise fault
        return body(run, *values)

    return by_the_rules


def _extra(run: Externalities, per_byte: Tuple[str, ...], lengths: List[int]) -> int:
    costs = run.costs.syscalls
    return sum([costs[price] * length for price, length in zip(per_byte, lengths)])
