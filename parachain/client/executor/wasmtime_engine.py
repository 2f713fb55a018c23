"""The one configuration of wasmtime with which programs are compiled and run.

What it allows is what instrumentation writes, not what programs may have: they are checked before.
wasmtime aborts the process if settings contradict each other, so none of them comes from outside.
"""

import ctypes
import platform
from importlib.metadata import version
from typing import Final

from wasmtime import Config, Engine
from wasmtime import _bindings as bindings

from parachain.runtime.gear import page_checks

#: The stack of WebAssembly code, on the native stack of the calling thread, which is 8 MiB as a
#: rule. It must not end before the stack limiter says so: its 36,743 values of 8 bytes take up to
#: 0.8 MiB, as they are once an operand, once an argument and once a parameter.
MAX_WASM_STACK: Final = 2 * 1024 * 1024

#: Optimization would keep what is computed twice on the stack across calls, where no limiter
#: counts it, so that the depth of recursion would be the compiler's to decide.
OPTIMIZATION: Final = "none"

#: Names the settings below. Changes when they do.
_SETTINGS: Final = f"cranelift {OPTIMIZATION}, multi-memory, {MAX_WASM_STACK} bytes of stack, 1"


def new_engine() -> Engine:
    """An engine; one is enough for a process, and may be used by all threads."""
    config = Config()
    config.strategy = "cranelift"
    config.cranelift_opt_level = OPTIMIZATION
    config.wasm_multi_memory = True
    config.wasm_bulk_memory = False
    config.wasm_multi_value = False
    config.wasm_simd = False
    config.wasm_relaxed_simd = False
    config.wasm_threads = False
    config.wasm_tail_call = False
    config.wasm_memory64 = False
    config.wasm_component_model = False
    bindings.wasmtime_config_wasm_component_model_async_set(config.ptr(), False)
    config.wasm_gc = False
    config.wasm_function_references = False
    config.wasm_reference_types = False
    # the two stack sizes must fit each other, though nothing here is asynchronous
    bindings.wasmtime_config_async_stack_size_set(config.ptr(), ctypes.c_size_t(2 * MAX_WASM_STACK))
    config.max_wasm_stack = MAX_WASM_STACK
    return Engine(config)


def fingerprint() -> bytes:
    """Everything that compiled code depends on besides the code."""
    parts = (
        "wasmtime " + version("wasmtime"),
        _SETTINGS,
        f"page checks {page_checks.VERSION}",
        platform.system(),
        platform.machine(),
    )
    return "\n".join(parts).encode()
