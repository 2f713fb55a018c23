"""Where the data of a sub-command goes: a file, or standard output, which carries nothing else."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import UnsupportedOperation
from pathlib import Path
from typing import BinaryIO


class OutputError(Exception):
    """The data cannot be written; the message says where and why."""


@contextmanager
def output(path: Path | None) -> Iterator[BinaryIO]:
    """Open the file at `path`, replacing what is there; None is standard output.

    Raises OutputError; BrokenPipeError if whoever read standard output has left.
    """
    try:
        if path is None:
            yield sys.stdout.buffer
            sys.stdout.flush()
        else:
            with path.open("wb") as file:
                yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        if path is None:
            discard_stdout()
        where = "standard output" if path is None else str(path)
        raise OutputError(f"cannot write to {where}: {error.strerror}") from error


def discard_stdout() -> None:
    """Send what is still to be written nowhere, so that the process ends without a complaint."""
    with suppress(UnsupportedOperation, OSError):
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, sys.stdout.fileno())
        os.close(sink)
