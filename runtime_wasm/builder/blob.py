"""From sources to blob."""

from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import zstandard
from wasmtime import Engine, Module

from parachain.client.executor.native_code import (
    BLOB_VERSION_SECTION,
    sources_digest,
    version_text,
)
from parachain.primitives.runtime_version import RUNTIME_VERSION
from parachain.primitives.scale import BYTES, STR, fields, vec
from runtime_wasm.builder.checks import check, mvp_engine
from runtime_wasm.builder.guest_instance import Guest
from runtime_wasm.builder.snapshot import write_snapshot
from runtime_wasm.builder.sources import INTERPRETER, guest_program, sources

#: What Substrate puts before compressed code (sp_maybe_compressed_blob).
COMPRESSION_PREFIX: Final = bytes.fromhex("52bc537646db8e05")
#: The levels above take twice as long for a thousandth less.
_LEVEL: Final = 19

#: Memory that an instance may use before it asks the host for more. Blocks bigger than the 32 MiB
#: that hosts give at once, such as memories of programs, fit here only.
RESERVE_BYTES: Final = 64 * 2**20

#: What `parachain.runtime.blob.entry.description` returns.
_DESCRIPTION: Final = fields(
    ("entry_points", vec(STR)), ("runtime_version", BYTES), ("runtime_apis", BYTES)
)


class Blob(NamedTuple):
    """A runtime as a WebAssembly module.

    module        its bytes, not compressed
    image         the memory it begins with, for those who want to know what is in it
    entry_points  names of the functions it exports
    """

    module: bytes
    image: bytes
    entry_points: tuple[str, ...]


def build(root: Path) -> Blob:
    """Build the runtime whose sources are in `root`/parachain.

    Raises GuestError if it cannot be imported, and BlobError if the result is not fit for a chain.
    """
    interpreter, engine, _ = _interpreter()
    runtime, described = _imported(root)
    (names, version, apis), _ = _DESCRIPTION.read(described, 0)
    end = runtime.freeze(RESERVE_BYTES)
    image = bytes(runtime.memory.read(runtime.store, 0, end))
    digest = sources_digest(root / "parachain")
    text = version_text(RUNTIME_VERSION.decode(version).spec_version, digest)
    custom = {
        "runtime_version": version,
        "runtime_apis": apis,
        BLOB_VERSION_SECTION.decode(): text.encode(),
    }
    written = write_snapshot(interpreter, image, names, custom)
    check(engine, written)
    return Blob(written, image, names)


class Measured(NamedTuple):
    """Objects of a kind in the memory of a runtime."""

    name: str
    objects: int
    size: int


def measure(root: Path) -> list[Measured]:
    """What a runtime's objects take of its memory, the largest first. Raises GuestError."""
    runtime, _ = _imported(root)
    lines = runtime.run(guest_program("measure"), ()).decode().splitlines()
    kinds = (line.split("\t") for line in lines)
    found = [Measured(name, int(objects), int(size)) for name, objects, size in kinds]
    return sorted(found, key=lambda kind: (-kind.size, kind.name))


def _imported(root: Path) -> tuple[Guest, bytes]:
    """The interpreter with the runtime imported, and how the runtime describes itself."""
    _, engine, module = _interpreter()
    compiler = Guest(engine, module)
    compiler.start()
    modules = tuple(map(tuple, sources(root)))
    compiled = compiler.run(
        guest_program("compile_sources"), (guest_program("import_runtime"), modules)
    )
    runtime = Guest(engine, module)
    runtime.start()
    return runtime, runtime.run_marshalled(compiled)


@cache
def _interpreter() -> tuple[bytes, Engine, Module]:
    """The kept interpreter, compiled once for a process."""
    interpreter = zstandard.ZstdDecompressor().decompress(INTERPRETER.read_bytes())
    engine = mvp_engine()
    return interpreter, engine, Module(engine, interpreter)


def compress(module: bytes) -> bytes:
    """Compress a module as chains store it. Raises BlobError if it is still too long."""
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False)
    return COMPRESSION_PREFIX + compressor.compress(module)
