"""What can go wrong between values and bytes.

`DecodeError` blames whoever sent the bytes, `EncodeError` blames whoever made the value. Both carry
the path of the field, built while the error travels outwards: `calls[3].dest: needs 32 bytes`.
"""

from typing import Self, Tuple


class ScaleError(Exception):
    """A reason and the path of the field it concerns, outermost segment first."""

    def __init__(self, reason: str, path: Tuple[str, ...] = ()) -> None:
        super().__init__(reason, path)
        self.reason = reason
        self.path = path

    def __str__(self) -> str:
        shown = ""
        for segment in self.path:
            shown += segment if segment.startswith("[") or not shown else "." + segment
        return "%s: %s" % (shown, self.reason) if shown else self.reason

    def inside(self, segment: str) -> Self:
        """The same error seen from one level further out."""
        return type(self)(self.reason, (segment, *self.path))


class DecodeError(ScaleError):
    """The bytes are not the canonical encoding of a value of the expected type."""


class EncodeError(ScaleError):
    """The value does not fit its type: a mistake of this program, never of a peer."""
