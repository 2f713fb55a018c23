"""What a blob must be, to be accepted as the code of a parachain."""

from pathlib import Path
from typing import Final

from wasmtime import Config, Engine, Module, WasmtimeError
from wasmtime import _bindings as bindings

from runtime_wasm.builder.snapshot import imported_functions

#: Functions a runtime may import, one name to a line.
ALLOWED_IMPORTS: Final = Path(__file__).parent.parent / "allowed_imports.txt"

#: The relay chain's limits for validation code (max_code_size of its host configuration, and four
#: times that for the code as it was before compression).
MAX_COMPRESSED_BYTES: Final = 3 * 2**20
MAX_BYTES: Final = 12 * 2**20


class BlobError(Exception):
    """The module cannot be the code of a chain."""


def mvp_engine() -> Engine:
    """Make an engine with what a relay chain's validators accept, and nothing else.

    That is WebAssembly's first version, sign extension and mutable globals (polkadot-sdk,
    polkadot/node/core/pvf/common/src/executor_interface.rs). The engine does not optimize: what
    the builder runs takes less time than optimizing it would.
    """
    config = Config()
    config.cranelift_opt_level = "none"
    config.wasm_threads = False
    config.wasm_tail_call = False
    config.wasm_simd = False
    config.wasm_relaxed_simd = False
    config.wasm_bulk_memory = False
    config.wasm_multi_value = False
    config.wasm_multi_memory = False
    config.wasm_memory64 = False
    # Reference types can be switched off only after what is built upon them.
    config.wasm_component_model = False
    bindings.wasmtime_config_wasm_component_model_async_set(config.ptr(), False)
    config.wasm_gc = False
    config.wasm_function_references = False
    config.wasm_reference_types = False
    return Engine(config)


def allowed_imports() -> frozenset[str]:
    """Names of the functions a runtime may import."""
    lines = ALLOWED_IMPORTS.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def check(engine: Engine, module: bytes) -> None:
    """Raise BlobError for a module with other features or imports, or that is too long."""
    if len(module) > MAX_BYTES:
        raise BlobError(f"{len(module):,} bytes, {MAX_BYTES:,} are allowed")
    try:
        Module.validate(engine, module)
    except WasmtimeError as error:
        raise BlobError(f"not a module of WebAssembly's first version: {error}") from error
    allowed = allowed_imports()
    for name in imported_functions(module):
        if name not in allowed:
            raise BlobError(f"imports {name}, which no runtime may")


def check_compressed(code: bytes) -> None:
    """Raise BlobError for a compressed module that is too long."""
    if len(code) > MAX_COMPRESSED_BYTES:
        raise BlobError(f"{len(code):,} compressed bytes, {MAX_COMPRESSED_BYTES:,} are allowed")
