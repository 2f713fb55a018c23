"""What a chain stores as `:code`: a WebAssembly module, compressed or not, made ready to compile.

A compressed blob is eight bytes of prefix and a zstd frame. Before a module is compiled its memory
is made its own and unbounded: an imported one becomes an exported one, as only the image of a
module's own memory can be shared between instances, and the host says how far it may grow.

Sources: sp-maybe-compressed-blob; sc-executor-common `runtime_blob` (polkadot-sdk).
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import zstandard

from parachain.runtime.gear.wasm.errors import ValidationError
from parachain.runtime.gear.wasm.leb128 import unsigned
from parachain.runtime.gear.wasm.module import FUNCTION, MEMORY
from parachain.runtime.gear.wasm.reader import Reader

ZSTD_PREFIX: Final = bytes.fromhex("52bc537646db8e05")

CODE_BLOB_BOMB_LIMIT: Final = 50 << 20
"""Most bytes a blob may decompress to (sp_maybe_compressed_blob::CODE_BLOB_BOMB_LIMIT)."""

#: So many compressed bytes at once: they become 32 MiB at most, however they are made.
_INPUT_STEP: Final = 1 << 10

MEMORY_EXPORT: Final = "memory"
HOST_MODULE: Final = "env"

_HEADER: Final = b"\0asm\x01\0\0\0"
_IMPORTS, _MEMORIES, _EXPORTS, _START = 2, 5, 7, 8
#: Sections that may come before that of memories, besides custom ones.
_BEFORE_MEMORIES: Final = (1, 2, 3, 4)
_HAS_MAXIMUM: Final = 1


class BlobError(Exception):
    """The bytes are no runtime: not decompressible, no module, or of a form no runtime has."""


class Section(NamedTuple):
    """A section of a module, custom ones (kind 0) with their name in the content."""

    kind: int
    content: bytes


def uncompressed(code: bytes, limit: int = CODE_BLOB_BOMB_LIMIT) -> bytes:
    """Return the module of at most `limit` bytes that `code` is or contains. Raises BlobError."""
    if not code.startswith(ZSTD_PREFIX):
        if len(code) > limit:
            raise BlobError(f"{len(code)} bytes of code, the limit is {limit}")
        return code
    parts: list[bytes] = []
    size = 0
    rest = memoryview(code)[len(ZSTD_PREFIX) :]
    try:
        while rest:
            frame = zstandard.ZstdDecompressor().decompressobj()
            while not frame.eof:
                if not rest:
                    raise BlobError("the code cannot be decompressed: it ends too early")
                part = frame.decompress(rest[:_INPUT_STEP])
                rest = rest[_INPUT_STEP:] if not frame.eof else _after(rest, frame.unused_data)
                size += len(part)
                if size > limit:
                    raise BlobError(f"the code decompresses to more than {limit} bytes")
                parts.append(part)
    except zstandard.ZstdError as error:
        raise BlobError(f"the code cannot be decompressed: {error}") from error
    return b"".join(parts)


def _after(rest: memoryview, unused: bytes) -> memoryview:
    """What follows a frame that ended within the first step of `rest`."""
    return rest[min(len(rest), _INPUT_STEP) - len(unused) :]


def compressed(module: bytes, level: int = 19) -> bytes:
    """Return `module` as a compressed blob."""
    return ZSTD_PREFIX + zstandard.ZstdCompressor(level=level).compress(module)


def sections(module: bytes) -> Iterator[Section]:
    """Sections of a module in order. Raises BlobError."""
    if not module.startswith(_HEADER):
        raise BlobError("the code is no WebAssembly module of version 1")
    reader = Reader(module, len(_HEADER))
    try:
        while not reader.is_at_end():
            kind = reader.byte()
            yield Section(kind, reader.take(reader.u32()))
    except ValidationError as error:
        raise BlobError(f"the code is no WebAssembly module: {error.detail}") from error


def with_own_memory(module: bytes) -> bytes:
    """Return the module with one memory of its own, exported as `memory`, without a maximum.

    Raises BlobError for a module without or with several memories, or with a start function, which
    would run before the host knows the memory. Nothing else is checked here: wasmtime will.
    """
    found = list(sections(module))
    try:
        imports, minimum = _without_memory(found)
        own = _own_memory(found)
        if (minimum is None) == (own is None):
            raise BlobError("a runtime has one memory, imported or of its own")
        size = own if minimum is None else minimum
        assert size is not None
        memory = Section(_MEMORIES, b"\x01\x00" + unsigned(size))
        written: list[Section] = []
        for section in found:
            if section.kind == _START:
                raise BlobError("a runtime has no start function")
            if section.kind == _MEMORIES:
                continue
            if memory not in written and section.kind not in (0, *_BEFORE_MEMORIES):
                written.append(memory)
            if section.kind == _IMPORTS:
                written.append(Section(_IMPORTS, imports))
            elif section.kind == _EXPORTS:
                written.append(Section(_EXPORTS, _exporting_memory(section.content)))
            else:
                written.append(section)
    except ValidationError as error:
        raise BlobError(f"the code is no WebAssembly module: {error.detail}") from error
    framed = [
        bytes((kind,)) + unsigned(len(content)) + content for kind, content in written if kind
    ]
    return b"".join([_HEADER, *framed])


def _name(reader: Reader) -> bytes:
    return reader.take(reader.u32())


def _limits(reader: Reader) -> int:
    """Read the limits of a memory or table; return the minimum."""
    flags = reader.byte()
    if flags > _HAS_MAXIMUM:
        raise BlobError("a memory or table of a kind no runtime has")
    minimum = reader.u32()
    if flags:
        reader.u32()
    return minimum


def _without_memory(found: list[Section]) -> tuple[bytes, int | None]:
    """Import section without the memory, and that one's size in pages if there is one."""
    content = next((section.content for section in found if section.kind == _IMPORTS), None)
    if content is None:
        return b"", None
    reader = Reader(content)
    kept: list[bytes] = []
    size: int | None = None
    for _ in range(reader.u32()):
        start = reader.pos
        module, name = _name(reader), _name(reader)
        kind = reader.byte()
        if module != HOST_MODULE.encode():
            raise BlobError(f"the code imports from {module!r}, which no host has")
        if kind == FUNCTION:
            reader.u32()
            kept.append(content[start : reader.pos])
        elif kind == MEMORY and size is None:
            size = _limits(reader)
        else:
            raise BlobError(f"the code imports {name!r}, which is no function")
    reader.finish()
    return unsigned(len(kept)) + b"".join(kept), size


def _own_memory(found: list[Section]) -> int | None:
    content = next((section.content for section in found if section.kind == _MEMORIES), None)
    if content is None or content == b"\0":
        return None
    reader = Reader(content)
    if reader.u32() != 1:
        raise BlobError("a runtime has one memory")
    size = _limits(reader)
    reader.finish()
    return size


def _exporting_memory(content: bytes) -> bytes:
    """Export section with the memory under its usual name, and under no other."""
    reader = Reader(content)
    kept: list[bytes] = []
    for _ in range(reader.u32()):
        start = reader.pos
        _name(reader)
        kind = reader.byte()
        reader.u32()
        if kind != MEMORY:
            kept.append(content[start : reader.pos])
    reader.finish()
    name = MEMORY_EXPORT.encode()
    kept.append(unsigned(len(name)) + name + bytes((MEMORY, 0)))
    return unsigned(len(kept)) + b"".join(kept)
