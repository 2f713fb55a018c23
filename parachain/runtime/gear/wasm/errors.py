"""Why a binary is not the code of a program. Nothing but `CodeError` is raised for bad code."""


class CodeError(Exception):
    """The code is refused, by fault of whoever wrote it.

    `reason` is the name of the rule that is broken, as the reference's error enums have it;
    `detail` says where.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return "%s: %s" % (self.reason, self.detail) if self.detail else self.reason


class ValidationError(CodeError):
    """The bytes are not a valid module of the accepted WebAssembly; `detail` says why."""

    def __init__(self, detail: str) -> None:
        super().__init__("Validation", detail)

    def __reduce__(self) -> "tuple[type[ValidationError], tuple[str]]":
        return ValidationError, (self.detail,)


class ModuleError(CodeError):
    """The module is valid, yet has a form that no program may have."""
