"""The runtimes of a node: the one in this process, the code it was released with, and any other.

Not here: which of them a block needs (`parachain.client.executor.runtime_executor`).
"""

import logging
from pathlib import Path
from typing import Final, NamedTuple

from parachain.client.crypto.hashing import blake2_256
from parachain.client.database import MemoryStore
from parachain.client.executor.native import NativeExecutor
from parachain.client.executor.native_code import is_built_of_sources, native_code
from parachain.client.executor.runtime_executor import Execution, RuntimeExecutor
from parachain.client.executor.wasm_executor import WasmExecutor
from parachain.client.state import NativeExt, Pruning, StateAt, StateDb, VersionReader
from parachain.primitives.trie import EMPTY_ROOT, ProofNodes

_log = logging.getLogger("gear.substrate")

CODE_KEY: Final = b":code"

_STATE_VERSION: Final = 1


class Runtimes(NamedTuple):
    """What runs runtimes, and what knows their versions."""

    executor: RuntimeExecutor
    read_version: VersionReader


def open_runtimes(folder: Path | None = None, execution: Execution = Execution.AUTO) -> Runtimes:
    """Return the runtimes of a node that keeps compiled ones in `folder`.

    If the sources have changed since their blob was built, no code is the native runtime's.
    Raises MissingCodeError.
    """
    wasm = WasmExecutor(empty_state, folder)
    code_hash: bytes | None = blake2_256(native_code())
    if not is_built_of_sources():
        code_hash = None
        if execution is Execution.AUTO:
            _log.warning(
                "the runtime has changed since its WebAssembly was built, so all blocks run in "
                "WebAssembly, slowly; `make runtime` builds it anew"
            )
    executor = RuntimeExecutor(NativeExecutor(), code_hash, wasm, execution)
    return Runtimes(executor, wasm.runtime_version)


def empty_state() -> NativeExt:
    """Return the state before any chain, with room for changes."""
    return NativeExt(StateDb(MemoryStore(), Pruning()).at(EMPTY_ROOT))


def state_of(code: bytes) -> NativeExt:
    """Return a state that has `code` and nothing else, with room for changes."""
    empty = StateDb(MemoryStore(), Pruning()).at(EMPTY_ROOT)
    change = empty.change({CODE_KEY: code}, {}, _STATE_VERSION)
    items = [node.encoded for node in change.nodes] + [value for _, value in change.values]
    return NativeExt(StateAt(ProofNodes(items, blake2_256), change.root))
