"""Writes the encoding half of generated code.

Each value becomes parts: expressions that give bytes, joined at the end. Neighbours of fixed width
share one `struct.Struct`. Checks are statements before; a value that does not fit makes the code
raise one of MISFITS, and the readable twin then says why.
"""

import struct
from typing import Any, List, Tuple

from parachain.primitives.scale.codec import Codec
from parachain.primitives.scale.shape import (
    Boolean,
    ByteString,
    Cases,
    Compact,
    FixedBytes,
    Integer,
    Items,
    Maybe,
    Member,
    Record,
)
from parachain.primitives.scale.source import FORMATS, Source

#: Up to so many leaves a struct inside a struct is written out in place instead of called.
MAX_INLINE_LEAVES = 32

#: Up to so many variants are told apart by comparing, more by a table.
MAX_CHAIN = 6


def leaves(codec: Codec[Any]) -> int:
    """How many pieces of code the codec would be, written out in place."""
    shape = codec.shape
    if isinstance(shape, Record):
        return sum([leaves(inner) for inner in shape.codecs])
    return 1 + leaves(shape.codec) if isinstance(shape, Maybe) else 1


class Parts:
    """The parts of one bytes object, in order."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._parts: List[str] = []
        self._exact = True
        self._formats: List[str] = []
        self._packed: List[str] = []

    def constant(self, value: int) -> None:
        """Append one byte that is always the same."""
        self._formats.append("B")
        self._packed.append(str(value))

    def value(self, codec: Codec[Any], name: str) -> None:
        """Append the encoding of the value that the variable `name` holds."""
        shape, line = codec.shape, self.source.line
        match shape:
            case Integer(16, signed):
                self._pack("Qq" if signed else "QQ", name + " & MASK", name + " >> 64")
            case Integer(size, signed) if (size, signed) in FORMATS:
                self._pack(FORMATS[size, signed], name)
            case Integer(size, signed):
                self._part("%s.to_bytes(%d, 'little', signed=%r)" % (name, size, signed))
            case Boolean():
                line("if %s is not True and %s is not False: raise ValueError" % (name, name))
                self._pack("?", name)
            case Compact(full):
                self._count(name, self.source.bind(full.fast.encode))
            case FixedBytes(size):
                line("if len(%s) != %d: raise ValueError" % (name, size))
                self._pack("%ds" % size, name)
            case ByteString():
                self._byte_string(shape, name)
            case Member(members):
                table = self.source.bind({index: bytes((index,)) for index in members})
                self._part("%s[%s]" % (table, name))
            case Maybe(inner):
                self._maybe(inner, name)
            case Record(codecs, _) if leaves(codec) <= MAX_INLINE_LEAVES:
                self.record(codecs, name)
            case _:
                self._part("%s(%s)" % (self.source.bind(codec.fast.encode), name))

    def record(self, codecs: Tuple[Codec[Any], ...], name: str) -> None:
        """Append the fields of the tuple that the variable `name` holds."""
        names = [self.source.fresh() for _ in codecs]
        self.source.line("(%s) = %s" % ("".join([n + ", " for n in names]), name))
        for codec, field in zip(codecs, names, strict=True):
            self.value(codec, field)

    def joined(self) -> str:
        """The expression for all parts together."""
        self._flush()
        if not self._parts:
            return "b''"
        if len(self._parts) == 1 and self._exact:
            return self._parts[0]
        return "join((%s,))" % ", ".join(self._parts)

    def _part(self, expression: str, exact: bool = True) -> None:
        """Append an expression; `exact` if it gives bytes and not just something like it."""
        self._flush()
        self._parts.append(expression)
        self._exact = self._exact and exact

    def _pack(self, form: str, *expressions: str) -> None:
        self._formats.append(form)
        self._packed.extend(expressions)

    def _flush(self) -> None:
        forms, packed = self._formats, self._packed
        if not forms:
            return
        self._formats, self._packed = [], []
        if len(forms) == 1 and packed[0].isdigit():
            self._part(repr(bytes((int(packed[0]),))))
        elif len(forms) == 1 and forms[0].endswith("s"):
            self._part(packed[0], exact=False)
        else:
            pack = self.source.bind(struct.Struct("<" + "".join(forms)).pack)
            self._part("%s(%s)" % (pack, ", ".join(packed)))

    def _count(self, name: str, full: str) -> None:
        self._part("SMALL[%s] if 0 <= %s < 64 else %s(%s)" % (name, name, full, name))

    def _byte_string(self, shape: ByteString, name: str) -> None:
        line, length = self.source.line, self.source.fresh()
        if shape.text:
            text, name = name, self.source.fresh()
            line("%s = %s.encode()" % (name, text))
        line("%s = len(%s)" % (length, name))
        if shape.limit is not None:
            line("if %s > %d: raise ValueError" % (length, shape.limit))
        self._count(length, "encode_count")
        self._part(name, exact=False)

    def _maybe(self, inner: Codec[Any], name: str) -> None:
        source, out = self.source, self.source.fresh()
        source.line("if %s is None: %s = b'\\0'" % (name, out))
        source.line("else:")
        source.indent += 1
        some = Parts(source)
        some.constant(1)
        some.value(inner, name)
        source.line("%s = %s" % (out, some.joined()))
        source.indent -= 1
        self._part(out)


def emit_encode(source: Source, shape: object) -> None:
    """Write `def encode(value)` for a shape."""
    source.line("def encode(value):")
    source.indent += 1
    match shape:
        case Record(codecs, _):
            parts = Parts(source)
            parts.record(codecs, "value")
            source.line("return " + parts.joined())
        case Cases(cases):
            _emit_cases(source, cases)
        case Items():
            _emit_items(source, shape)
        case Maybe(inner):
            source.line("if value is None: return b'\\0'")
            parts = Parts(source)
            parts.constant(1)
            parts.value(inner, "value")
            source.line("return " + parts.joined())
        case _:
            raise TypeError("no code for %r" % (shape,))
    source.indent -= 1


def _emit_cases(source: Source, cases: Tuple[Tuple[int, Any, Tuple[Codec[Any], ...]], ...]) -> None:
    if len(cases) > MAX_CHAIN:
        source.line("return ENCODERS[value.__class__](value)")
        source.indent -= 1
        for index, _, codecs in cases:
            source.line("def encode_%d(value):" % index)
            source.indent += 1
            _return_case(source, index, codecs)
            source.indent -= 1
        table = ["%s: encode_%d" % (source.bind(kind), index) for index, kind, _ in cases]
        source.line("ENCODERS = {%s}" % ", ".join(table))
        source.indent += 1
        return
    source.line("kind = value.__class__")
    for index, kind, codecs in cases:
        source.line("if kind is %s:" % source.bind(kind))
        source.indent += 1
        _return_case(source, index, codecs)
        source.indent -= 1
    source.line("raise ValueError")


def _return_case(source: Source, index: int, codecs: Tuple[Codec[Any], ...]) -> None:
    parts = Parts(source)
    parts.constant(index)
    parts.record(codecs, "value")
    source.line("return " + parts.joined())


def _emit_items(source: Source, shape: Items) -> None:
    line = source.line
    line("if value.__class__ is not tuple and value.__class__ is not list: raise TypeError")
    line("count = len(value)")
    prefix = ""
    if shape.length is not None:
        line("if count != %d: raise ValueError" % shape.length)
    else:
        if shape.limit is not None:
            line("if count > %d: raise ValueError" % shape.limit)
        prefix = "(SMALL[count] if count < 64 else encode_count(count)) + "
    item = shape.codec.shape
    if isinstance(item, Integer) and item in FORMATS:
        line("return %spack('<%%d%s' %% count, *value)" % (prefix, FORMATS[item]))
    else:
        line("return %sjoin(map(%s, value))" % (prefix, source.bind(shape.codec.fast.encode)))
