"""A small strict JSON reader for genesis configurations inside the runtime.

Numbers are integers (amounts exceed what a float holds); fractions, exponents, duplicate
names and deep nesting are refused. Not a general JSON library: the host uses its own.
"""

from typing import Any, Dict, List, Tuple

#: Deepest nesting of arrays and objects; a genesis configuration needs about six.
MAX_DEPTH = 32
#: Longest number in digits; u128 has 39.
MAX_DIGITS = 40

_SPACE = " \t\n\r"
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "/": "/"}
_LITERALS: Tuple[Tuple[str, Any], ...] = (("true", True), ("false", False), ("null", None))


class JsonError(ValueError):
    """The text is not the JSON that is read here; the message says where."""


def parse_json(text: str) -> Any:
    """Read one JSON value: dict, list, str, int, bool or None. Raises JsonError."""
    value, pos = _value(text, _skip(text, 0), 0)
    pos = _skip(text, pos)
    if pos != len(text):
        raise JsonError(f"character {pos}: something follows the value")
    return value


def _skip(text: str, pos: int) -> int:
    while pos < len(text) and text[pos] in _SPACE:
        pos += 1
    return pos


def _value(text: str, pos: int, depth: int) -> Tuple[Any, int]:
    if depth > MAX_DEPTH:
        raise JsonError(f"character {pos}: nested deeper than {MAX_DEPTH}")
    first = text[pos : pos + 1]
    if first == "{":
        return _object(text, pos + 1, depth + 1)
    if first == "[":
        return _array(text, pos + 1, depth + 1)
    if first == '"':
        return _string(text, pos + 1)
    if first == "-" or (first and first in "0123456789"):
        return _integer(text, pos)
    for word, value in _LITERALS:
        if text.startswith(word, pos):
            return value, pos + len(word)
    raise JsonError(f"character {pos}: a value was expected")


def _integer(text: str, pos: int) -> Tuple[int, int]:
    start = pos
    pos += text[pos] == "-"
    digits = pos
    while pos < len(text) and text[pos] in "0123456789":
        pos += 1
    if not 0 < pos - digits <= MAX_DIGITS or (text[digits] == "0" and pos - digits > 1):
        raise JsonError(f"character {start}: not an integer of at most {MAX_DIGITS} digits")
    if text[pos : pos + 1] in (".", "e", "E"):
        raise JsonError(f"character {start}: numbers are integers here")
    return int(text[start:pos]), pos


def _string(text: str, pos: int) -> Tuple[str, int]:
    out: List[str] = []
    while pos < len(text):
        character = text[pos]
        if character == '"':
            return "".join(out), pos + 1
        if character < " ":
            raise JsonError(f"character {pos}: a control character in a string")
        if character == "\\":
            escape = text[pos + 1 : pos + 2]
            if escape == "u":
                code = text[pos + 2 : pos + 6]
                if len(code) != 4 or any(c not in "0123456789abcdefABCDEF" for c in code):
                    raise JsonError(f"character {pos}: a broken escape")
                out.append(chr(int(code, 16)))
                pos += 6
                continue
            if escape not in _ESCAPES:
                raise JsonError(f"character {pos}: a broken escape")
            character = _ESCAPES[escape]
            pos += 1
        out.append(character)
        pos += 1
    raise JsonError("the text ends inside a string")


def _array(text: str, pos: int, depth: int) -> Tuple[List[Any], int]:
    out: List[Any] = []
    pos = _skip(text, pos)
    if text[pos : pos + 1] == "]":
        return out, pos + 1
    while True:
        value, pos = _value(text, _skip(text, pos), depth)
        out.append(value)
        pos = _skip(text, pos)
        mark = text[pos : pos + 1]
        if mark == "]":
            return out, pos + 1
        if mark != ",":
            raise JsonError(f"character {pos}: a comma or a bracket was expected")
        pos += 1


def _object(text: str, pos: int, depth: int) -> Tuple[Dict[str, Any], int]:
    out: Dict[str, Any] = {}
    pos = _skip(text, pos)
    if text[pos : pos + 1] == "}":
        return out, pos + 1
    while True:
        pos = _skip(text, pos)
        if text[pos : pos + 1] != '"':
            raise JsonError(f"character {pos}: a name was expected")
        name, pos = _string(text, pos + 1)
        if name in out:
            raise JsonError(f"character {pos}: {name!r} stands twice")
        pos = _skip(text, pos)
        if text[pos : pos + 1] != ":":
            raise JsonError(f"character {pos}: a colon was expected")
        out[name], pos = _value(text, _skip(text, pos + 1), depth)
        pos = _skip(text, pos)
        mark = text[pos : pos + 1]
        if mark == "}":
            return out, pos + 1
        if mark != ",":
            raise JsonError(f"character {pos}: a comma or a brace was expected")
        pos += 1
