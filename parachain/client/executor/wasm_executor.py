"""The executor of WebAssembly runtimes: runs the `:code` of the state that a call begins on.

Runtimes are compiled once for each code and kept: a few in memory, all of them on disk. Not here:
when the native runtime may stand in (`runtime_executor`).
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Final

from parachain.client.executor.executor import HostState, RuntimePanic, UnusableCode
from parachain.client.executor.module_cache import ModuleCache, open_folder
from parachain.client.executor.wasm import engine
from parachain.client.executor.wasm.blob import BlobError, uncompressed, with_own_memory
from parachain.client.executor.wasm.heap import HeapModules
from parachain.client.executor.wasm.runtime import HEAP_PAGES, MAX_CALL_S, WasmRuntime
from parachain.client.executor.wasm.version import embedded_version, encode_version
from parachain.primitives.scale import U64, DecodeError
from parachain.runtime.gear.sandbox import InstantiationError, ProgramCode

CODE: Final = b":code"
HEAP_PAGES_KEY: Final = b":heappages"

MAX_RUNTIMES: Final = 4
"""Runtimes kept in memory, some 20 MiB each: that of the chain, those before and after it."""

#: Names how modules are prepared for compiling. Changes when that does.
_PREPARATION: Final = b"own memory 1"

Load = Callable[[], bytes]

_log = logging.getLogger("gear.runtime")


class WasmExecutor:
    """Runs any runtime. May be used by several threads.

    `empty_state` gives a state without anything, for runtimes that are asked for their version
    alone. Compiled runtimes are kept in `folder`, if there is one.
    """

    def __init__(
        self,
        empty_state: Callable[[], HostState],
        folder: Path | None = None,
        max_call_s: float = MAX_CALL_S,
    ) -> None:
        self._empty_state = empty_state
        self._folder = folder
        self._max_call_s = max_call_s
        self._lock = threading.Lock()
        #: Held while a runtime is compiled, which uses all processors by itself.
        self._compiling = threading.Lock()
        self._compiler: _Compiler | None = None
        #: By hash of the code, the one used last at the end.
        self._runtimes: OrderedDict[bytes, WasmRuntime] = OrderedDict()

    def call(self, ext: HostState, method: str, args: bytes) -> bytes:
        """Call an entry point of the runtime at `:code`. Raises RuntimePanic."""
        code_hash = ext.committed_hash(CODE)
        if code_hash is None:
            raise UnusableCode("the state has no :code")
        runtime = self.runtime(code_hash, lambda: ext.committed(CODE) or b"")
        return runtime.call(ext, method, args, _heap_pages(ext), self.runtime_version)

    def runtime(self, code_hash: bytes, load: Load) -> WasmRuntime:
        """Return a runtime by the hash of its code, which is loaded if need be.

        Raises UnusableCode if the code is that of no runtime.
        """
        known = self._known(code_hash)
        if known is not None:
            return known
        with self._compiling:
            known = self._known(code_hash)
            if known is not None:
                return known
            if self._compiler is None:
                self._compiler = _Compiler(self._folder, self._max_call_s)
            runtime = self._compiler.compile(code_hash, load)
        with self._lock:
            self._runtimes[code_hash] = runtime
            if len(self._runtimes) > MAX_RUNTIMES:
                self._runtimes.popitem(last=False)
        return runtime

    def runtime_version(self, code: bytes) -> bytes | None:
        """Return the encoded version of a runtime, by running it only if its blob carries none.

        None if it has none: `ext_misc_runtime_version`.
        """
        try:
            version = embedded_version(code)
            if version is not None:
                return encode_version(version)
            ext = self._empty_state()
            runtime = self.runtime(ext.blake2_256(code), lambda: code)
            return runtime.call(ext, "Core_version", b"")
        except (BlobError, RuntimePanic):
            return None

    def _known(self, code_hash: bytes) -> WasmRuntime | None:
        with self._lock:
            known = self._runtimes.get(code_hash)
            if known is not None:
                self._runtimes.move_to_end(code_hash)
            return known


class _Compiler:
    """The engine, made when the first runtime has to run, and what it has compiled."""

    def __init__(self, folder: Path | None, max_call_s: float) -> None:
        self._engine = engine.new_engine()
        self._clock = engine.Clock(self._engine)
        self._heaps = HeapModules(self._engine)
        self._max_call_s = max_call_s
        # what is in memory is kept by the executor; of the cache only the disk counts
        self._modules = ModuleCache(
            self._engine,
            lambda code: with_own_memory(uncompressed(code)),
            engine.fingerprint() + _PREPARATION,
            None if folder is None else open_folder(folder),
            memory_bytes=0,
        )

    def compile(self, code_hash: bytes, load: Load) -> WasmRuntime:
        began_s = time.monotonic()
        try:
            module = self._modules.get(ProgramCode(code_hash, load))
        except (BlobError, InstantiationError) as error:
            raise UnusableCode(f"the runtime's code cannot be used: {error}") from error
        _log.info("runtime 0x%s ready in %.1f s", code_hash.hex(), time.monotonic() - began_s)
        return WasmRuntime(self._engine, module, self._clock, self._heaps, self._max_call_s)


def _heap_pages(ext: HostState) -> int:
    """Pages that the chain grants its runtime; a value that is no number counts as none."""
    encoded = ext.committed(HEAP_PAGES_KEY)
    if encoded is None:
        return HEAP_PAGES
    try:
        return U64.decode(encoded)
    except DecodeError:
        return HEAP_PAGES
