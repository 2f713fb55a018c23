"""A result that names something which is going to notify, and may do so only after the answer.

A subscription's handler waits in `Sink.accept`; a method that starts something in the background
returns `Announced(result, opened)` instead. Only methods that run on the event loop may.
"""

from typing import NamedTuple, Protocol


class Opened(Protocol):
    """What was opened by a call. One of the two methods is called, in the end."""

    def answered(self) -> None:
        """Let notifications out: the answer is queued."""

    def close(self) -> None:
        """End it: nobody will learn of it."""


class Announced(NamedTuple):
    """The result of a call, and what it names."""

    result: object
    opened: Opened
