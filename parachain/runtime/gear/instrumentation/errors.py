"""Why valid code cannot be instrumented."""

from parachain.runtime.gear.wasm.errors import CodeError


class InstrumentationError(CodeError):
    """The reason is a name of the reference's InstrumentationError."""
