"""Wasmtime as judge of what is valid, with the proposals off that a program may not use.

It cannot be told to refuse floats, so that modules under comparison have none.
"""

import atexit

import wasmtime
from wasmtime import _ffi as ffi

#: Off, besides asynchronous components, which the Python interface has no name for.
PROPOSALS = (
    "component_model",
    "bulk_memory",
    "reference_types",
    "multi_value",
    "simd",
    "relaxed_simd",
    "multi_memory",
    "memory64",
    "threads",
    "tail_call",
    "gc",
    "function_references",
    "exceptions",
)


def engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    for proposal in PROPOSALS:
        setattr(config, f"wasm_{proposal}", False)
    ffi.wasmtime_config_wasm_component_model_async_set(config.ptr(), False)
    return wasmtime.Engine(config)


ENGINE = engine()
atexit.register(ENGINE.close)  # while the library is still there


def is_valid(code: bytes) -> bool:
    try:
        wasmtime.Module.validate(ENGINE, code)
    except wasmtime.WasmtimeError:
        return False
    return True
