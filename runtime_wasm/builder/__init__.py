"""Builds the chain's `:code`: the interpreter with the runtime imported, frozen into one module.

    python -m runtime_wasm.builder OUT      writes the blob, compressed as Substrate does it
    python -m runtime_wasm.builder --sizes  lists its largest parts

Two instances of the interpreter take part. The first compiles the sources
(`guest/compile_sources`), the second imports them (`guest/import_runtime`) and is then copied out
of its memory (`snapshot`): so nothing of compiling stays behind. The same sources give the same
bytes on any machine: no file, clock, environment or chance is within the interpreter's reach, and
this machine's Python only carries bytes around.

Not here: how the interpreter is made (runtime_wasm/interpreter), what the blob does when it is
called (parachain/runtime/blob).
"""

from runtime_wasm.builder.blob import Blob, build, compress

__all__ = ["Blob", "build", "compress"]
