"""Generates the usual way of a system call: straight-line code, compiled at import.

A call takes it if the gas is enough for the call, and if all memory that it names has been paid for
or some of it is not there. Then no step before the body burns anything but the price, which is
taken from `gear_gas` like that of an instruction. Otherwise nothing has been done yet, and the call
goes by the rules (`frame`). Programs can make calls in endless loops, so these few microseconds are
how long a block takes at worst. A test compares both ways.

The source text is made of this package's own templates and of numbers; no data ever enters it.
"""

from enum import Enum
from functools import cache
from typing import Any, Callable, Dict, Final, List, NamedTuple, Tuple

from parachain.runtime.gear.ext_error import ErrorCode, ExtError
from parachain.runtime.gear.messages import MAX_PAYLOAD_SIZE
from parachain.runtime.gear.pages import WASM_PAGE_SIZE
from parachain.runtime.gear.sandbox import HostFunction
from parachain.runtime.gear.syscalls.arguments import (
    KIND_FIXED,
    KIND_NUMBER,
    KIND_OPTIONAL,
    KIND_OUTPUT,
    KIND_OUTPUT_BUFFER,
    KIND_PAYLOAD,
    MAX_BUFFER_SIZE,
    NULL_POINTER,
    Argument,
)


class Ending(Enum):
    """What becomes of what the body returns."""

    #: It goes to the place that the last argument of the call names, after an error number.
    ANSWER = 0
    #: It goes to the place that the only argument names.
    VALUE = 1
    #: The call returns it.
    RESULT = 2


class Form(NamedTuple):
    """A system call without its body. `size` is that of an answer with its error number."""

    name: str
    arguments: Tuple[Argument, ...]
    ending: Ending
    per_byte: Tuple[str, ...] = ()
    size: int = 0
    body_gets_fault: bool = False


_OK: Final = bytes(4)


class _Source:
    """Parts of the function being written."""

    def __init__(self, form: Form) -> None:
        self._prices = list(form.per_byte)
        self.parameters: List[str] = []
        #: Statements before anything is done, and conditions for the usual way.
        self.before: List[str] = []
        self.conditions: List[str] = []
        #: Conditions for memory not to be there, where `end` is.
        self.outside: List[str] = []
        self.price = "prices[%r]" % form.name
        #: Arguments of the body.
        self.values: List[str] = []
        for kind, size in form.arguments:
            self._argument(kind, size)
        if form.ending is Ending.ANSWER:
            self._parameter()
        if form.body_gets_fault:
            self.values.append("fault")

    def _parameter(self) -> str:
        name = "a%d" % len(self.parameters)
        self.parameters.append(name)
        return name

    def _argument(self, kind: int, size: int) -> None:
        at = self._parameter()
        if kind == KIND_NUMBER:
            self.values.append(at)
        elif kind == KIND_FIXED:
            self._access("pages.may_read", at, size)
            self.values.append("instance.read(%s, %d)" % (at, size))
        elif kind == KIND_OPTIONAL:
            present = "%s != %d" % (at, NULL_POINTER)
            self._access("pages.may_read", at, size, present)
            self.values.append("instance.read(%s, %d) if %s else None" % (at, size, present))
        elif kind == KIND_OUTPUT:
            self._access("pages.may_write", at, size)
            self.values.append(at)
        elif kind == KIND_OUTPUT_BUFFER:
            length, at = at, self._parameter()
            self._access("pages.may_write", at, length, length)
            self.values.append("(%s, %s)" % (length, at))
        else:
            self._bytes(kind, at, self._parameter())

    def _access(self, method: str, at: str, size: object, present: str = "") -> None:
        """Memory that is named where `present` is true."""
        free, outside = "%s(%s, %s)" % (method, at, size), "%s + %s > end" % (at, size)
        if present:
            free, outside = "(not %s or %s)" % (present, free), "%s and %s" % (present, outside)
        self.conditions.append(free)
        self.outside.append(outside)

    def _bytes(self, kind: int, at: str, length: str) -> None:
        """A PAYLOAD or BUFFER, each byte of which has a price."""
        value = "instance.read(%s, %s) if %s else b''" % (at, length, length)
        if kind == KIND_PAYLOAD:
            paid = "paid_%s" % length
            fits = "%s <= %d" % (length, MAX_PAYLOAD_SIZE)
            self.before.append("%s = %s if %s else 0" % (paid, length, fits))
            value = "(%s) if %s else None" % (value, fits)
            length = paid
        else:
            self.conditions.append("%s <= %d" % (length, MAX_BUFFER_SIZE))
        self._access("pages.may_read", at, length, length)
        self.values.append(value)
        if self._prices:
            self.price += " + prices[%r] * %s" % (self._prices.pop(0), length)


def _text(form: Form) -> str:
    source = _Source(form)
    names = ", ".join(["run", *source.parameters])
    body = "body(%s)" % ", ".join(["run", *source.values])
    by_the_rules = "return by_the_rules(%s)" % names
    lines = ["def call(%s):" % names, "    instance, prices = run.instance, run.prices"]
    if source.conditions or form.ending is Ending.ANSWER:
        lines.append("    pages = run.pages")
    lines += ["    " + line for line in source.before]
    lines += ["    left = instance.gas() - (%s)" % source.price, "    if left < 0:"]
    lines += ["        " + by_the_rules]
    if form.ending is Ending.ANSWER:
        return "\n".join([*lines, *_answering(form, source, body, by_the_rules)])
    if source.conditions:
        lines += ["    if not (%s):" % " and ".join(source.conditions), "        " + by_the_rules]
    lines.append("    instance.set_gas(left)")
    value = form.ending is Ending.VALUE
    lines.append("    instance.write(a0, body(run))" if value else "    return " + body)
    return "\n".join(lines)


def _answering(form: Form, source: _Source, body: str, by_the_rules: str) -> List[str]:
    """The rest of a call that tells the program of its errors."""
    place = source.parameters[-1]
    lines = []
    if source.conditions:
        lines += ["    fault = None", "    if not (%s):" % " and ".join(source.conditions)]
        lines.append("        end = instance.memory_pages() * %d" % WASM_PAGE_SIZE)
        lines += [
            "        if not (%s):" % " or ".join(source.outside),
            "            " + by_the_rules,
        ]
        lines.append("        fault = ExtError(ACCESS_OUT_OF_BOUNDS)")
    lines += ["    instance.set_gas(left)", "    try:"]
    if source.conditions and not form.body_gets_fault:
        lines += ["        if fault is not None:", "            raise fault"]
    lines += ["        answer = OK + " + body, "    except ExtError as error:"]
    lines += ["        answer = refusals[error.code]"]
    lines += ["    if pages.may_write(%s, %d):" % (place, form.size)]
    lines += ["        instance.write(%s, answer)" % place]
    return [*lines, "    else:", "        run.put(%s, answer)" % place]


@cache  # one for all calls of a size: half a megabyte less in the blob
def _refusals(size: int) -> Tuple[bytes, ...]:
    """Answers by the number of the error."""
    return tuple(
        [number.to_bytes(4, "little") + bytes(size - 4) for number in range(max(ErrorCode) + 1)]
    )


def straight_line(form: Form, body: Callable[..., Any], by_the_rules: HostFunction) -> HostFunction:
    """The usual way of a call. The body returns bytes, or with Ending.RESULT anything."""
    scope: Dict[str, Any] = {
        "ACCESS_OUT_OF_BOUNDS": ErrorCode.ACCESS_OUT_OF_BOUNDS,
        "ExtError": ExtError,
        "OK": _OK,
        "body": body,
        "by_the_rules": by_the_rules,
    }
    if form.ending is Ending.ANSWER:
        scope["refusals"] = _refusals(form.size)
    code = compile(_text(form), "<system call %s>" % form.name, "exec")
    exec(code, scope)  # noqa: S102  # the text is ours, see above
    function: HostFunction = scope["call"]
    return function
