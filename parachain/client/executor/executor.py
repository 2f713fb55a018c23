"""What the client knows of a runtime: entry points called by name, SCALE bytes in and out."""

from typing import Protocol

from parachain.runtime.frame.ext import Ext


class RuntimePanic(Exception):  # noqa: N818  the field's word
    """The call ended where a compiled runtime would panic; nothing it wrote may be kept."""


class NoSuchEntryPoint(RuntimePanic):
    """The runtime has no function of that name."""


class Executor(Protocol):
    """Runs entry points of a runtime on a state."""

    def call(self, ext: Ext, method: str, args: bytes) -> bytes:
        """Run `method` on encoded `args`. Raises RuntimePanic."""
