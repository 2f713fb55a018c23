"""Runs `gear-parachain` within the test's process."""

from typing import NamedTuple

import pytest

from parachain.node.cli import main


class Outcome(NamedTuple):
    """How a command ended and what it wrote."""

    code: int
    out: bytes
    err: str

    @property
    def error(self) -> str:
        """The one line of a failure; there must be no other, above all no traceback."""
        errors = [line for line in self.err.splitlines() if line.startswith("Error: ")]
        assert len(errors) == 1, self.err
        assert "Traceback" not in self.err
        assert not self.out
        return errors[0].removeprefix("Error: ")


class CommandLine:
    """Calls `main` and collects what it writes."""

    def __init__(self, capture: pytest.CaptureFixture[bytes]) -> None:
        self._capture = capture

    def __call__(self, *arguments: object) -> Outcome:
        """Run the command line."""
        self._capture.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:  # as argparse ends a process
            code = int(end.code or 0)
        out, err = self._capture.readouterr()
        return Outcome(code, out, err.decode())

    def ok(self, *arguments: object) -> Outcome:
        """Run a command that must succeed."""
        outcome = self(*arguments)
        assert outcome.code == 0, outcome.err
        return outcome

    def fails(self, *arguments: object, code: int = 1) -> str:
        """Run a command that must fail, and return its line."""
        outcome = self(*arguments)
        assert outcome.code == code, outcome
        return outcome.error
