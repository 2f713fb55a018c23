"""`gear-parachain`: reads the command line, runs a node or a sub-command, explains failures.

Whatever an operator may cause ends in one line on standard error and exit code 1, or 2 for a
command line that makes no sense; the traceback follows with `-l debug`. Anything else is a bug and
shows itself whole.
"""

import argparse
import logging
import sys
import traceback
from collections.abc import Iterator
from importlib.metadata import version as distribution_version
from typing import Final, NoReturn

import trio

from parachain.node import log
from parachain.node.arguments import ArgumentError, add_run, log_filters, node_config
from parachain.node.clock import now_ms
from parachain.node.commands import COMMANDS
from parachain.node.failures import FAILURES, explain
from parachain.node.output import discard_stdout

#: As shells report a process that SIGINT ended.
_INTERRUPTED: Final = 130

_FAILED, _USAGE = 1, 2


class _Parser(argparse.ArgumentParser):
    """Explains a mistake in one line, and takes no flag by half its name."""

    def __init__(self, **options: object) -> None:
        super().__init__(**{**options, "allow_abbrev": False})  # type: ignore[arg-type]  # passed on

    def error(self, message: str) -> NoReturn:
        """End the process with the exit code of a wrong command line."""
        self.exit(_USAGE, f"Error: {message}; see {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = _Parser(
        prog="gear-parachain",
        description="A Substrate-compatible node that carries the Gear protocol.",
    )
    top.add_argument(
        "-V",
        "--version",
        action="version",
        version=f"gear-parachain {distribution_version('gear-parachain')}",
    )
    add_run(top)
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    for add in COMMANDS:
        add(commands)
    top.set_defaults(run=_run_node)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code of the process."""
    args = parser().parse_args(arguments)
    try:
        log.set_up(log_filters(args), args.log_format)
        args.run(args)
    except BrokenPipeError:
        discard_stdout()  # whoever read our output has left
        return _FAILED
    except FAILURES as failure:
        return _fail(failure)
    except BaseExceptionGroup as group:
        failures = list(_leaves(group))
        if not all(isinstance(failure, FAILURES) for failure in failures):
            raise
        return _fail(failures[0])  # tasks of a node fail together when its database does
    except KeyboardInterrupt:
        return _INTERRUPTED
    return 0


def _run_node(args: argparse.Namespace) -> None:
    started_at_s = now_ms() / 1000
    config = node_config(args)
    from parachain.node.service import run  # noqa: PLC0415  sub-commands need no RPC server

    trio.run(run, config, started_at_s)


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for each in group.exceptions:
        if isinstance(each, BaseExceptionGroup):
            yield from _leaves(each)
        else:
            yield each


def _fail(failure: BaseException) -> int:
    print(f"Error: {explain(failure)}", file=sys.stderr)  # noqa: T201  what the operator reads
    if logging.getLogger(log.ROOT).isEnabledFor(logging.DEBUG):
        traceback.print_exception(failure)
    return _USAGE if isinstance(failure, ArgumentError) else _FAILED


if __name__ == "__main__":
    sys.exit(main())
