"""Generates the usual way of a system call: straight-line code, compiled at import.

A call takes it if all memory it names has been paid for, and the gas is enough for the call. Then
nothing that the order of the steps decides can happen: the price is taken from `gear_gas`, like
that of an instruction, and the body runs. Otherwise nothing has been done yet, and the call goes by
the rules (`frame`). Programs can make calls in endless loops, so these few microseconds are how
long a block takes at worst. A test compares both ways.

The source text is made of this package's own templates and of numbers; no data ever enters it.
"""

from enum import Enum
from typing import Any, Callable, Dict, Final, List, NamedTuple, Tuple

from parachain.runtime.gear.ext_error import ErrorCode, ExtError
from parachain.runtime.gear.messages import MAX_PAYLOAD_SIZE
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
        self.price = "prices[%r]" % form.name
        #: Arguments of the body.
        self.values: List[str] = []
        for kind, size in form.arguments:
            self._argument(kind, size)
        if form.ending is Ending.ANSWER:
            self._parameter()
        if form.body_gets_fault:
            self.values.append("None")

    def _parameter(self) -> str:
        name = "a%d" % len(self.parameters)
        self.parameters.append(name)
        return name

    def _argument(self, kind: int, size: int) -> None:
        at = self._parameter()
        if kind == KIND_NUMBER:
            self.values.append(at)
        elif kind == KIND_FIXED:
            self.conditions.append("may_read(%s, %d)" % (at, size))
            self.values.append("read(%s, %d)" % (at, size))
        elif kind == KIND_OPTIONAL:
            absent = "%s == %d" % (at, NULL_POINTER)
            self.conditions.append("(%s or may_read(%s, %d))" % (absent, at, size))
            self.values.append("None if %s else read(%s, %d)" % (absent, at, size))
        elif kind == KIND_OUTPUT:
            self.conditions.append("may_write(%s, %d)" % (at, size))
            self.values.append(at)
        elif kind == KIND_OUTPUT_BUFFER:
            length, at = at, self._parameter()
            self.conditions.append("(not %s or may_write(%s, %s))" % (length, at, length))
            self.values.append("(%s, %s)" % (length, at))
        else:
            self._bytes(kind, at, self._parameter())

    def _bytes(self, kind: int, at: str, length: str) -> None:
        """A PAYLOAD or BUFFER, each byte of which has a price."""
        value = "read(%s, %s) if %s else b''" % (at, length, length)
        if kind == KIND_PAYLOAD:
            paid = "paid_%s" % length
            fits = "%s <= %d" % (length, MAX_PAYLOAD_SIZE)
            self.before.append("%s = %s if %s else 0" % (paid, length, fits))
            value = "(%s) if %s else None" % (value, fits)
            length = paid
        else:
            self.conditions.append("%s <= %d" % (length, MAX_BUFFER_SIZE))
        self.conditions.append("(not %s or may_read(%s, %s))" % (length, at, length))
        self.values.append(value)
        if self._prices:
            self.price += " + prices[%r] * %s" % (self._prices.pop(0), length)


def _text(form: Form) -> str:
    source = _Source(form)
    names = ", ".join(["run", *source.parameters])
    body = "body(%s)" % ", ".join(["run", *source.values])
    lines = ["def call(%s):" % names, "    instance, pages = run.instance, run.pages"]
    lines += ["    prices = run.prices", *["    " + line for line in source.before]]
    used = " ".join([*source.conditions, *source.values])
    for method, owner in (("may_read", "pages"), ("may_write", "pages"), (" read", "instance")):
        if method + "(" in " " + used:
            name = method.strip()
            lines.append("    %s = %s.%s" % (name, owner, name))
    lines.append("    left = instance.gas() - (%s)" % source.price)
    usual = " and ".join(["left >= 0", *source.conditions])
    lines += ["    if not (%s):" % usual, "        return by_the_rules(%s)" % names]
    lines.append("    instance.set_gas(left)")
    if form.ending is Ending.RESULT:
        lines.append("    return " + body)
    elif form.ending is Ending.VALUE:
        lines.append("    instance.write(a0, body(run))")
    else:
        place = source.parameters[-1]
        lines += ["    try:", "        answer = OK + " + body, "    except ExtError as error:"]
        lines += ["        answer = refusals[error.code]"]
        lines += ["    if pages.may_write(%s, %d):" % (place, form.size)]
        lines += ["        instance.write(%s, answer)" % place]
        lines += ["    else:", "        run.put(%s, answer)" % place]
    return "\n".join(lines)


def _refusals(size: int) -> Tuple[bytes, ...]:
    """Answers by the number of the error."""
    return tuple(
        [number.to_bytes(4, "little") + bytes(size - 4) for number in range(max(ErrorCode) + 1)]
    )


def straight_line(form: Form, body: Callable[..., Any], by_the_rules: HostFunction) -> HostFunction:
    """The usual way of a call. The body returns bytes, or with Ending.RESULT anything."""
    scope: Dict[str, Any] = {
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
