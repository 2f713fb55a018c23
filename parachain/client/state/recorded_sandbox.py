"""The engine of a host that records what is read: it has the code of every program read.

An engine that has compiled a program before does not ask for its code, and nobody would read the
code from the state. Whoever executes the block from the recorded proof may have to compile it.
"""

from typing import Any

from parachain.runtime.gear.sandbox import HostFunctions, Instance, ProgramCode, Sandbox


class RecordedSandbox:
    """Runs programs in another engine."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def instantiate(
        self, code: ProgramCode, functions: HostFunctions, context: Any, memory_pages: int
    ) -> Instance:
        """Read the code, then instantiate it. Raises InstantiationError."""
        loaded = code.load()
        return self._sandbox.instantiate(
            ProgramCode(code.key, lambda: loaded), functions, context, memory_pages
        )
