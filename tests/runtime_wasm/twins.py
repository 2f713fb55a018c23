"""The native runtime and the blob side by side: the same call in both, on equal states.

What must be equal is all that a call leaves: its answer or its panic, the state, and the log.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from parachain.client.chain.block import Block
from parachain.client.chain.chain import Chain
from parachain.client.chain.collation import record_execution
from parachain.client.crypto.hashing import blake2_256
from parachain.client.executor.executor import HostState, RuntimePanic
from parachain.client.executor.native_code import native_code
from parachain.client.executor.wasm.runtime import HEAP_PAGES, WasmRuntime
from parachain.client.state import NativeExt
from parachain.primitives.scale import DecodeError, EncodeError
from parachain.runtime import apis
from parachain.runtime.frame.error import DispatchFailed, InvalidBlock, InvalidTransactionFailed
from parachain.runtime.frame.ext import Ext, HostRefused
from tests.client.executor.probe_blob import EXECUTOR
from tests.runtime.memory_ext import LogLine, MemoryExt

CODE_KEY = b":code"

#: What ends a call of the native runtime and is neither a bug of its nor of the host's.
_PANICS = (
    DecodeError,
    DispatchFailed,
    EncodeError,
    HostRefused,
    InvalidBlock,
    InvalidTransactionFailed,
)

Run = Callable[[Ext, str, bytes], bytes]


class Panic(NamedTuple):
    """How a call ended that did not return: the class of the exception and its text."""

    reason: str


class Outcome(NamedTuple):
    """What a call leaves."""

    result: bytes | Panic
    state: object
    log: tuple[LogLine, ...] = ()


@cache
def blob() -> WasmRuntime:
    """The runtime's WebAssembly, compiled."""
    code = native_code()
    return EXECUTOR.runtime(blake2_256(code), lambda: code)


def natively(ext: Ext, method: str, args: bytes) -> bytes | Panic:
    """Call the runtime of this process."""
    try:
        return apis.call(ext, method, args)
    except _PANICS as error:
        return Panic(f"{type(error).__name__}: {error}")


def in_the_blob(ext: Ext, method: str, args: bytes) -> bytes | Panic:
    """Call the blob on a state that has what runtimes ask for, and no more."""
    state: HostState = ext  # type: ignore[assignment]  # the blob is not looked for in the state
    try:
        return blob().call(state, method, args, HEAP_PAGES, EXECUTOR.runtime_version)
    except RuntimePanic as panic:
        told = str(panic).split("\n  at ", maxsplit=1)[0]
        return Panic(told.removeprefix(f"{method} panicked: "))


def outcomes(state: Callable[[], Ext], method: str, args: bytes) -> tuple[Outcome, Outcome]:
    """What both leave; `state` gives the same state each time, with room for changes."""
    native, ours = state(), state()
    return (
        _outcome(native, natively(native, method, args)),
        _outcome(ours, in_the_blob(ours, method, args)),
    )


def same(state: Callable[[], Ext], method: str, args: bytes) -> bytes | Panic:
    """Return the answer of both, which must leave the same."""
    native, ours = outcomes(state, method, args)
    assert ours.result == native.result, f"the blob: {ours.result!r}; natively: {native.result!r}"
    if isinstance(native.result, bytes):  # what a panic leaves is thrown away
        assert ours.state == native.state, "the states differ"
        assert ours.log == native.log, f"the blob: {ours.log}; natively: {native.log}"
    return native.result


def _outcome(ext: Ext, result: bytes | Panic) -> Outcome:
    if isinstance(ext, MemoryExt):
        # the last line of a blob that panics is the panic
        return Outcome(result, ext.tries, tuple(ext.logs))
    assert isinstance(ext, NativeExt)
    return Outcome(result, (ext.changes(), ext.child_changes()))


def execute(chain: Chain, block: Block) -> bool:
    """Let the blob execute a block, which must arrive at its state root and its digest.

    False if the block is not of our runtime.
    """
    ext = chain.overlay(block.header.parent_hash, record=True)
    if ext.committed_hash(CODE_KEY) != blake2_256(native_code()):
        return False
    record_execution(EXECUTOR, ext, block)
    assert ext.state_change().root == block.header.state_root
    return True
