"""One engine for the programs of a process, made when the first program has to run.

A node that meets no program never pays for the engine, which takes some 20 MiB and its own handlers
of signals. Not here: running programs (`wasmtime_sandbox`).
"""

import threading
from pathlib import Path

from parachain.client.executor.wasmtime_sandbox import WasmtimeSandbox


class SharedSandbox:
    """Call it for the engine. May be used by several threads.

    Compiled programs are kept in `folder`, if there is one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._sandbox: WasmtimeSandbox | None = None

    def __call__(self) -> WasmtimeSandbox:
        """Return the engine."""
        with self._lock:
            if self._sandbox is None:
                self._sandbox = WasmtimeSandbox(self._folder)
            return self._sandbox
