"""The one configuration of wasmtime with which runtimes are compiled and run, and its clock.

Runtimes are WebAssembly 1.0 with sign extension, mutable globals, bulk memory and conversions that
do not trap, as sc-executor-wasmtime (polkadot-sdk) has it. Results are those of every other node:
what floating point leaves open is closed by canonical NaNs. wasmtime aborts the process if settings
contradict each other, so none of them comes from outside.
"""

import ctypes
import platform
import threading
import time
from importlib.metadata import version
from typing import Final

from wasmtime import Config, Engine
from wasmtime import _bindings as bindings

MAX_WASM_STACK: Final = 2 << 20
"""Bytes of native stack for the code of one call.

A runtime that looks at the version of another one runs that on top of itself: two such stacks
and Python's frames stay well below the 8 MiB of the thread.
"""

TICK_S: Final = 1.0
"""The clock of calls goes so fast."""

#: So long the clock goes on without calls: to wake it costs more than to let it tick.
_IDLE_TICKS: Final = 10

#: Names the settings below. Changes when they do.
_SETTINGS: Final = f"cranelift speed, epochs, canonical NaN, {MAX_WASM_STACK} bytes of stack, 1"


def new_engine() -> Engine:
    """An engine; one is enough for a process, and may be used by all threads."""
    config = Config()
    config.strategy = "cranelift"
    config.cranelift_opt_level = "speed"
    bindings.wasmtime_config_cranelift_nan_canonicalization_set(config.ptr(), True)
    config.epoch_interruption = True
    config.wasm_bulk_memory = True
    config.wasm_multi_value = False
    config.wasm_multi_memory = False
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
    # the whole address space is reserved, so that a memory stays where it is when it grows
    bindings.wasmtime_config_memory_may_move_set(config.ptr(), False)
    # the two stack sizes must fit each other, though nothing here is asynchronous
    bindings.wasmtime_config_async_stack_size_set(config.ptr(), ctypes.c_size_t(2 * MAX_WASM_STACK))
    config.max_wasm_stack = MAX_WASM_STACK
    return Engine(config)


def fingerprint() -> bytes:
    """Everything that compiled code depends on besides the code and how it is prepared."""
    parts = ("wasmtime " + version("wasmtime"), _SETTINGS, platform.system(), platform.machine())
    return "\n".join(parts).encode()


class Clock:
    """Lets the time of an engine's calls pass, as long as there are any. For several threads.

    Its own thread ends after some time without calls; only until then does it keep the engine.
    """

    def __init__(self, engine: Engine, tick_s: float = TICK_S) -> None:
        # Not a weak reference: it could be followed while the engine's memory is already freed.
        self._engine = engine
        self._tick_s = tick_s
        self._lock = threading.Lock()
        self._calls = 0
        self._runs = False

    def __enter__(self) -> None:
        with self._lock:
            self._calls += 1
            if not self._runs:
                self._runs = True
                threading.Thread(target=self._run, name="runtime clock", daemon=True).start()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._calls -= 1

    def _run(self) -> None:
        idle_ticks = 0
        while True:
            time.sleep(self._tick_s)
            with self._lock:
                idle_ticks = 0 if self._calls else idle_ticks + 1
                if idle_ticks >= _IDLE_TICKS:
                    self._runs = False
                    return
            self._engine.increment_epoch()
