"""Which executor runs what comes after a block: the native runtime, or the block's own code.

The native runtime stands in for exactly one code, that with which this node was released: both give
the same results, and the native one is faster. Every other code runs as what it is.
"""

from enum import StrEnum

from parachain.client.executor.executor import Executor, HostState
from parachain.client.executor.wasm_executor import CODE


class Execution(StrEnum):
    """What an operator decides about it."""

    #: The native runtime for its own code, WebAssembly for all other.
    AUTO = "auto"
    #: The native runtime whatever the code is: results are this node's own.
    NATIVE = "native"
    #: WebAssembly whatever the code is.
    WASM = "wasm"


class RuntimeExecutor:
    """Chooses for each call, by the code in the state that the call begins on.

    A block that replaces its code is executed by the code before; the next one by the new code.
    """

    def __init__(
        self,
        native: Executor,
        native_code_hash: bytes | None,
        wasm: Executor,
        execution: Execution = Execution.AUTO,
    ) -> None:
        self._native = native
        self._native_code_hash = native_code_hash
        self._wasm = wasm
        self._execution = execution

    def call(self, ext: HostState, method: str, args: bytes) -> bytes:
        """Call an entry point of the runtime of a state. Raises RuntimePanic."""
        executor = self._native if self.is_native(ext) else self._wasm
        return executor.call(ext, method, args)

    def is_native(self, ext: HostState) -> bool:
        """Whether the native runtime runs what begins on this state."""
        if self._execution is Execution.AUTO:
            return ext.committed_hash(CODE) == self._native_code_hash
        return self._execution is Execution.NATIVE
