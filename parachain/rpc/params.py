"""Parameters of methods: declared once with a parser each, read from a JSON array or object.

    declared = params(param("prefix", HEX), param("count", U32), param("at", optional(HASH)))
    prefix, count, at = declared.parse(["0x26aa", 1000], connection)

What is wrong is answered with -32602 "Invalid params" and, as `data`, the parameter, the place
inside it and the reason: `keys[3]: expected a 0x-prefixed hex string, found null`.

As in jsonrpsee, optional parameters may be left out, surplus ones are ignored, and an object may
name its members in camelCase or snake_case.
"""

import re
from collections.abc import Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar, TypeVarTuple, cast, overload

from parachain.rpc.connection import Connection
from parachain.rpc.jsonrpc import invalid_params
from parachain.rpc.parsers import JSON, ParamError, Parser, wrong

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")


class Param(NamedTuple, Generic[T]):
    """A parameter: its camelCase name in objects and error texts, and its parser."""

    name: str
    parser: Parser[T]


def param(name: str, parser: Parser[T]) -> Param[T]:
    """Declare a parameter."""
    return Param(name, parser)


CONNECTION: Final[Param[Connection]] = Param("", cast("Parser[Connection]", JSON))
"""First in `params(...)` it hands the caller's `Connection` to the handler; nothing is read."""


class Params(Generic[*Ts]):
    """The parameters of one method; `parse` gives the arguments of its handler."""

    __slots__ = ("_injects", "_spec")

    def __init__(self, declared: Sequence[Param[Any]]) -> None:
        self._injects = bool(declared) and declared[0] is CONNECTION
        if CONNECTION in declared[1:]:
            raise ValueError("CONNECTION must be the first parameter")
        self._spec = [
            (index, name, snake_case(name), parser)
            for index, (name, parser) in enumerate(declared[self._injects :])
        ]

    def parse(self, value: object, connection: Connection) -> tuple[*Ts]:
        """Read the `params` member of a request. Raises RpcError -32602 saying which and why."""
        arguments: list[object] = [connection] if self._injects else []
        try:
            if type(value) is list:
                self._read_array(value, arguments)
            elif type(value) is dict:
                self.read_object(value, arguments)
            elif value is None:
                self._read_array([], arguments)
            else:
                raise wrong("an array or an object", value)
        except ParamError as error:
            where = f"{error.place}: " if error.place else ""
            raise invalid_params(where + error.reason) from None
        return cast("tuple[*Ts]", tuple(arguments))

    def _read_array(self, value: list[object], into: list[object]) -> None:
        given = len(value)
        for index, name, _, parser in self._spec:
            if index < given:
                into.append(_parse(name, parser, value[index]))
            else:
                into.append(_parse_absent(name, parser))

    def read_object(self, value: dict[str, object], into: list[object]) -> None:
        """Append the members of a JSON object in declared order. Raises ParamError."""
        for _, name, snake, parser in self._spec:
            key = name if name in value else snake
            if key in value:
                into.append(_parse(name, parser, value[key]))
            else:
                into.append(_parse_absent(name, parser))


def _parse(name: str, parser: Parser[Any], value: object) -> object:
    try:
        return parser.parse(value)
    except ParamError as error:
        raise error.inside(name) from None


def _parse_absent(name: str, parser: Parser[Any]) -> object:
    if parser.required:
        raise ParamError("no more params", name)
    return _parse(name, parser, None)


def object_of(members: Params[*Ts]) -> Parser[tuple[*Ts]]:
    """Return a parser of JSON objects with these members; `map` makes a record of the tuple."""

    def parse(value: object) -> tuple[*Ts]:
        if type(value) is not dict:
            raise wrong("an object", value)
        found: list[object] = []
        try:
            members.read_object(value, found)
        except ParamError as error:
            raise error.inside(".") from None
        return cast("tuple[*Ts]", tuple(found))

    return Parser(parse)


def snake_case(name: str) -> str:
    """Return `startKey` as `start_key`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@overload
def params() -> Params[()]: ...
@overload
def params(a: Param[A], /) -> Params[A]: ...
@overload
def params(a: Param[A], b: Param[B], /) -> Params[A, B]: ...
@overload
def params(a: Param[A], b: Param[B], c: Param[C], /) -> Params[A, B, C]: ...
@overload
def params(a: Param[A], b: Param[B], c: Param[C], d: Param[D], /) -> Params[A, B, C, D]: ...
@overload
def params(
    a: Param[A], b: Param[B], c: Param[C], d: Param[D], e: Param[E], /
) -> Params[A, B, C, D, E]: ...
@overload
def params(
    a: Param[A], b: Param[B], c: Param[C], d: Param[D], e: Param[E], f: Param[F], /
) -> Params[A, B, C, D, E, F]: ...
def params(*declared: Param[Any]) -> Params[*tuple[Any, ...]]:
    """Declare the parameters of a method, in order; mypy compares them with its handler."""
    return Params(declared)
