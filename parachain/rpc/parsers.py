"""Parsers of JSON values: from decoded JSON to a Python value, or `ParamError` saying why not.

    sizes = [len(key) for key in list_of(HEX).parse(["0x26aa", "0x"])]  # [2, 0]

Not here: the chain's own notions (addresses, extrinsics). Namespaces make parsers of them with
`Parser(function)` or `HEX.map(function)`, where `function` raises `ParamError`.
"""

import re
from binascii import unhexlify
from collections.abc import Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

MAX_SHOWN_CHARACTERS: Final = 40
"""How much of a wrong string is repeated to its sender."""


class ParamError(ValueError):
    """A value is not what its parser expects. `place` is where inside the parameter: `[3].key`."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(reason, place)
        self.reason = reason
        self.place = place

    def inside(self, segment: str) -> "ParamError":
        """Return the error seen from one level further out."""
        return ParamError(self.reason, segment + self.place)


class Parser(Generic[T]):
    """How to read one JSON value. `required` is False where null or nothing will do."""

    __slots__ = ("parse", "required")

    def __init__(self, parse: Callable[[object], T], *, required: bool = True) -> None:
        self.parse = parse
        self.required = required

    def map(self, convert: Callable[[T], R]) -> "Parser[R]":
        """Return a parser that converts what this one reads; `convert` may raise ParamError."""
        inner = self.parse
        return Parser(lambda value: convert(inner(value)), required=self.required)


def describe(value: object) -> str:
    """Name a JSON value for an error text, briefly whatever its size."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        shown = value if len(value) <= MAX_SHOWN_CHARACTERS else value[:MAX_SHOWN_CHARACTERS] + "…"
        return f'string "{shown}"'
    if isinstance(value, int | float):
        return f"number {value}"
    return "an array" if isinstance(value, list) else "an object"


def wrong(expected: str, value: object) -> ParamError:
    """Return the error of a parser that expected something else."""
    return ParamError(f"expected {expected}, found {describe(value)}")


def _exactly(kind: type[T], expected: str) -> Parser[T]:
    def parse(value: object) -> T:
        if type(value) is not kind:
            raise wrong(expected, value)
        return value

    return Parser(parse)


JSON: Final[Parser[object]] = Parser(lambda value: value, required=False)
"""Any JSON value, unread."""
BOOL: Final = _exactly(bool, "true or false")
STRING: Final = _exactly(str, "a string")


def unsigned(bits: int) -> Parser[int]:
    """Return a parser of JSON numbers from 0 to 2**bits - 1 without fraction; bits up to 64."""
    bound = 1 << bits

    def parse(value: object) -> int:
        if type(value) is not int or not 0 <= value < bound:
            raise wrong(f"an unsigned integer of {bits} bits", value)
        return value

    return Parser(parse)


U32: Final = unsigned(32)
U64: Final = unsigned(64)

_HEX_NUMBER: Final = re.compile(r"0x[0-9a-fA-F]{1,64}")


def number_or_hex(bits: int) -> Parser[int]:
    """Return a parser of a number, or of a string "0x..." with its big-endian digits."""
    bound = 1 << bits

    def parse(value: object) -> int:
        if type(value) is str and _HEX_NUMBER.fullmatch(value):
            number = int(value, 16)
        elif type(value) is int:
            number = value
        else:
            raise wrong(f"a number of {bits} bits or its 0x-prefixed hex", value)
        if not 0 <= number < bound:
            raise wrong(f"a number of {bits} bits or its 0x-prefixed hex", value)
        return number

    return Parser(parse)


BLOCK_NUMBER: Final = number_or_hex(32)


def hex_bytes(max_bytes: int | None = None) -> Parser[bytes]:
    """Return a parser of "0x..." strings; `max_bytes` of None leaves the request size as limit."""

    def parse(value: object) -> bytes:
        if type(value) is not str or value[:2] != "0x":
            raise wrong("a 0x-prefixed hex string", value)
        if max_bytes is not None and len(value) > 2 + 2 * max_bytes:
            size = len(value) // 2 - 1
            raise ParamError(f"expected at most {max_bytes} bytes of hex, found {size}")
        try:
            return unhexlify(value[2:])
        except ValueError:  # an odd number of digits, or not a digit
            raise wrong("a 0x-prefixed hex string", value) from None

    return Parser(parse)


HEX: Final = hex_bytes()


def fixed_hex(size_bytes: int) -> Parser[bytes]:
    """Return a parser of "0x..." strings of exactly `size_bytes` bytes."""
    length = 2 + 2 * size_bytes

    def parse(value: object) -> bytes:
        if type(value) is str and len(value) == length and value[:2] == "0x":
            try:
                return unhexlify(value[2:])
            except ValueError:
                pass  # reported below, like any other wrong value
        raise wrong(f"0x and {2 * size_bytes} hex digits", value)

    return Parser(parse)


HASH: Final = fixed_hex(32)


def optional(parser: Parser[T]) -> Parser[T | None]:
    """Return a parser that also takes null or nothing, as None."""
    inner = parser.parse
    return Parser(lambda value: None if value is None else inner(value), required=False)


def list_of(parser: Parser[T], max_items: int | None = None) -> Parser[list[T]]:
    """Return a parser of arrays; `max_items` of None leaves the request size as limit."""
    inner = parser.parse

    def parse(value: object) -> list[T]:
        if type(value) is not list:
            raise wrong("an array", value)
        if max_items is not None and len(value) > max_items:
            raise ParamError(f"expected at most {max_items} items, found {len(value)}")
        items = []
        for index, item in enumerate(value):
            try:
                items.append(inner(item))
            except ParamError as error:
                raise error.inside(f"[{index}]") from None
        return items

    return Parser(parse)


def list_or_one(parser: Parser[T]) -> Parser[T | list[T]]:
    """Return a parser of an array of values or of a bare one (Substrate's ListOrValue)."""
    many, one = list_of(parser).parse, parser.parse

    def parse(value: object) -> T | list[T]:
        return many(value) if type(value) is list else one(value)

    return Parser(parse)


def choice(*words: str) -> Parser[str]:
    """Return a parser of one of some strings."""
    expected = "one of " + ", ".join(f'"{word}"' for word in words)

    def parse(value: object) -> str:
        if type(value) is not str or value not in words:
            raise wrong(expected, value)
        return value

    return Parser(parse)
