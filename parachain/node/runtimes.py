"""The runtimes of a node: the one in this process, the code it was released with, and any other.

Not here: which of them a block needs (`parachain.client.executor.runtime_executor`).
"""

from pathlib import Path
from typing import Final, NamedTuple

from parachain.client.crypto.hashing import blake2_256
from parachain.client.database import MemoryStore
from parachain.client.executor.native import NativeExecutor
from parachain.client.executor.native_code import native_code
from parachain.client.executor.runtime_executor import Execution, RuntimeExecutor
from parachain.client.executor.wasm_executor import WasmExecutor
from parachain.client.state import NativeExt, Pruning, StateAt, StateDb, VersionReader
from parachain.primitives.runtime_version import RUNTIME_VERSION
from parachain.primitives.trie import EMPTY_ROOT, ProofNodes

CODE_KEY: Final = b":code"

_STATE_VERSION: Final = 1


class Runtimes(NamedTuple):
    """What runs runtimes, and what knows their versions."""

    executor: RuntimeExecutor
    read_version: VersionReader


def open_runtimes(folder: Path | None = None, execution: Execution = Execution.AUTO) -> Runtimes:
    """Return the runtimes of a node that keeps compiled ones in `folder`."""
    wasm = WasmExecutor(empty_state, folder)
    executor = RuntimeExecutor(NativeExecutor(), blake2_256(runtime_code()), wasm, execution)
    return Runtimes(executor, wasm.runtime_version)


def runtime_code() -> bytes:
    """Return the `:code` of a chain that this node's runtime begins."""
    answer = NativeExecutor().call(empty_state(), "Core_version", b"")
    return native_code(RUNTIME_VERSION.decode(answer))


def empty_state() -> NativeExt:
    """Return the state before any chain, with room for changes."""
    return NativeExt(StateDb(MemoryStore(), Pruning()).at(EMPTY_ROOT))


def state_of(code: bytes) -> NativeExt:
    """Return a state that has `code` and nothing else, with room for changes."""
    empty = StateDb(MemoryStore(), Pruning()).at(EMPTY_ROOT)
    change = empty.change({CODE_KEY: code}, {}, _STATE_VERSION)
    items = [node.encoded for node in change.nodes] + [value for _, value in change.values]
    return NativeExt(StateAt(ProofNodes(items, blake2_256), change.root))
