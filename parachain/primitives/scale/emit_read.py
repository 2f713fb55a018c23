"""Writes the decoding half of generated code.

Values become expressions over variables that earlier statements have set. Neighbours of fixed
width share one `struct.Struct`, which also checks that the bytes are there; slices do not, so a
function that slices compares its final position with the length of the buffer.
"""

import struct
from typing import Any, List, Tuple

from parachain.primitives.scale.codec import Codec
from parachain.primitives.scale.emit_encode import MAX_CHAIN, MAX_INLINE_LEAVES, leaves
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

#: Index, class and field codecs of each variant.
CaseTable = Tuple[Tuple[int, Any, Tuple[Codec[Any], ...]], ...]


class Values:
    """Values read one after the other. What `value` returns holds only after `flush`."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.sliced = False
        self._formats: List[str] = []
        self._names: List[str] = []
        self._checks: List[str] = []

    def value(self, codec: Codec[Any]) -> str:
        """Read one value; returns its expression."""
        shape = codec.shape
        match shape:
            case Integer(16, signed):
                low = self._unpack("Q")
                high = self._unpack("q" if signed else "Q")
                return "(%s | %s << 64 if %s else %s)" % (low, high, high, low)
            case Integer(size, signed) if (size, signed) in FORMATS:
                return self._unpack(FORMATS[size, signed])
            case Integer(size, signed):
                raw = self._unpack("%ds" % size)
                return "from_bytes(%s, 'little', signed=%r)" % (raw, signed)
            case Boolean():
                byte = self._unpack("B")
                self._checks.append("if %s > 1: raise ValueError" % byte)
                return "%s == 1" % byte
            case Compact(full):
                return self._compact(self.source.bind(full.fast.read))
            case FixedBytes(size):
                return self._unpack("%ds" % size)
            case ByteString():
                return self._byte_string(shape)
            case Member(members):
                return "%s[%s]" % (self.source.bind(members), self._unpack("B"))
            case Maybe(inner):
                return self._maybe(inner)
            case Record(codecs, make) if leaves(codec) <= MAX_INLINE_LEAVES:
                return self.record(codecs, make)
            case Cases(cases) if _is_small(cases):
                return self._cases(cases)
            case _:
                return self._call(self.source.bind(codec.fast.read))

    def record(self, codecs: Tuple[Codec[Any], ...], make: Any) -> str:
        """Read the fields of a struct; returns the expression that builds it."""
        values = "".join([self.value(codec) + ", " for codec in codecs])
        if make is None:
            return "(%s)" % values
        if _is_plain_named_tuple(make):
            return "new(%s, (%s))" % (self.source.bind(make), values)
        return "%s(%s)" % (self.source.bind(make), values)

    def flush(self) -> None:
        """Write the statements for what is pending."""
        forms, names = self._formats, self._names
        if not forms:
            return
        line = self.source.line
        size = struct.calcsize("<" + "".join(forms))
        if forms == ["B"]:
            line("%s = data[pos]" % names[0])
        elif len(forms) == 1 and forms[0].endswith("s"):
            line("%s = data[pos:pos + %d]" % (names[0], size))
            self.sliced = True
        else:
            unpack = self.source.bind(struct.Struct("<" + "".join(forms)).unpack_from)
            line("(%s) = %s(data, pos)" % ("".join([name + ", " for name in names]), unpack))
        line("pos += %d" % size)
        for check in self._checks:
            line(check)
        self._formats, self._names, self._checks = [], [], []

    def finish(self, expression: str) -> None:
        """Write the end of the function."""
        self.flush()
        if self.sliced:
            self.source.line("if pos > len(data): raise ValueError")
        self.source.line("return %s, pos" % expression)

    def _unpack(self, form: str) -> str:
        name = self.source.fresh()
        self._formats.append(form)
        self._names.append(name)
        return name

    def _call(self, function: str) -> str:
        self.flush()
        name = self.source.fresh()
        self.source.line("%s, pos = %s(data, pos)" % (name, function))
        return name

    def _compact(self, full: str) -> str:
        self.flush()
        name, line = self.source.fresh(), self.source.line
        line("%s = data[pos]" % name)
        line("if %s & 3: %s, pos = %s(data, pos)" % (name, name, full))
        line("else: %s >>= 2; pos += 1" % name)
        return name

    def _byte_string(self, shape: ByteString) -> str:
        length = self._compact("read_count")
        name, line = self.source.fresh(), self.source.line
        if shape.limit is not None:
            line("if %s > %d: raise ValueError" % (length, shape.limit))
        line("%s += pos" % length)
        line("%s = data[pos:%s]" % (name, length))
        line("pos = %s" % length)
        self.sliced = True
        if shape.text:
            line("%s = %s.decode()" % (name, name))
        return name

    def _maybe(self, inner: Codec[Any]) -> str:
        self.flush()
        name, source = self.source.fresh(), self.source
        source.line("%s = data[pos]" % name)
        source.line("pos += 1")
        source.line("if %s == 0: %s = None" % (name, name))
        source.line("elif %s == 1:" % name)
        source.indent += 1
        some = self.value(inner)
        self.flush()
        source.line("%s = %s" % (name, some))
        source.indent -= 1
        source.line("else: raise ValueError")
        return name

    def _cases(self, cases: CaseTable) -> str:
        self.flush()
        name, source = self.source.fresh(), self.source
        source.line("%s = data[pos]" % name)
        source.line("pos += 1")
        for position, (index, make, codecs) in enumerate(cases):
            source.line("%s %s == %d:" % ("elif" if position else "if", name, index))
            source.indent += 1
            value = self.record(codecs, make)
            self.flush()
            source.line("%s = %s" % (name, value))
            source.indent -= 1
        source.line("else: raise ValueError")
        return name


def _is_small(cases: CaseTable) -> bool:
    """Whether an enum is written out in place; MultiAddress and MultiSignature are."""
    fields = [codec for _, _, codecs in cases for codec in codecs]
    return 0 < len(cases) <= MAX_CHAIN and sum([leaves(c) for c in fields]) <= MAX_CHAIN


def _is_plain_named_tuple(make: Any) -> bool:
    """Whether tuple.__new__ builds the value as the class itself would."""
    return isinstance(make, type) and make.__mro__[1] is tuple and hasattr(make, "_fields")


def emit_read(source: Source, shape: object, recursive: bool) -> None:
    """Write `def read(data, pos)` for a shape."""
    source.line("def read(data, pos):")
    source.indent += 1
    match shape:
        case Record(codecs, make):
            _return_record(source, codecs, make)
        case Cases(cases):
            _emit_cases(source, cases)
        case Items():
            if recursive:
                source.line("data = nested(data, False)")
            _emit_items(source, shape)
        case Maybe(inner):
            source.line("some = data[pos]")
            source.line("pos += 1")
            source.line("if some == 0: return None, pos")
            source.line("if some != 1: raise ValueError")
            values = Values(source)
            values.finish(values.value(inner))
        case _:
            raise TypeError("no code for %r" % (shape,))
    source.indent -= 1


def _return_record(source: Source, codecs: Tuple[Codec[Any], ...], make: Any) -> None:
    values = Values(source)
    values.finish(values.record(codecs, make))


def _emit_cases(source: Source, cases: CaseTable) -> None:
    if len(cases) > MAX_CHAIN:
        source.line("return READERS[data[pos]](data, pos + 1)")
        source.indent -= 1
        for index, make, codecs in cases:
            source.line("def read_%d(data, pos):" % index)
            source.indent += 1
            _return_record(source, codecs, make)
            source.indent -= 1
        table = ["%d: read_%d" % (index, index) for index, _, _ in cases]
        source.line("READERS = {%s}" % ", ".join(table))
        source.indent += 1
        return
    source.line("kind = data[pos]")
    source.line("pos += 1")
    for index, make, codecs in cases:
        source.line("if kind == %d:" % index)
        source.indent += 1
        _return_record(source, codecs, make)
        source.indent -= 1
    source.line("raise ValueError")


def _emit_items(source: Source, shape: Items) -> None:
    line, item = source.line, shape.codec
    if shape.length is not None:
        line("count = %d" % shape.length)
    else:
        line("count = data[pos]")
        line("if count & 3: count, pos = read_count(data, pos)")
        line("else: count >>= 2; pos += 1")
        if shape.limit is not None:
            line("if count > %d: raise ValueError" % shape.limit)
        line("if count * %d > len(data) - pos: raise ValueError" % item.min_size)
    if isinstance(item.shape, Integer) and item.shape in FORMATS:
        line("value = unpack_from('<%%d%s' %% count, data, pos)" % FORMATS[item.shape])
        line("return value, pos + %d * count" % item.shape.size)
        return
    line("items = []")
    line("append = items.append")
    line("for _ in range(count):")
    source.indent += 1
    values = Values(source)
    expression = values.value(item)
    values.flush()
    line("append(%s)" % expression)
    source.indent -= 1
    values.finish("tuple(items)")
