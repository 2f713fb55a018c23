"""`gear-parachain`: reads the command line, runs a node or a sub-command, explains failures.

Whatever an operator may cause ends in one line on standard error and exit code 1; the traceback
follows with `-l debug`. Anything else is a bug and shows itself whole.
"""

import argparse
import logging
import sys
import traceback
from importlib.metadata import version as distribution_version

import trio

from parachain.node import log
from parachain.node.arguments import add_run, node_config
from parachain.node.commands import COMMANDS
from parachain.node.failures import FAILURES
from parachain.node.service import process_start_s, run


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = argparse.ArgumentParser(
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
    top.set_defaults(run=None)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code of the process."""
    started_at_s = process_start_s()
    args = parser().parse_args(arguments)
    try:
        log.set_up(tuple(getattr(args, "log", ())), getattr(args, "log_format", "text"))
        if args.run is not None:
            args.run(args)
        else:
            trio.run(run, node_config(args), started_at_s)
    except FAILURES as failure:
        return _fail(failure)
    except BaseExceptionGroup as group:
        only = _only(group)
        if not isinstance(only, FAILURES):
            raise
        return _fail(only)
    except BrokenPipeError:
        return 1  # whoever read our output has left
    except KeyboardInterrupt:
        return 130
    return 0


def _only(group: BaseException) -> BaseException:
    """Return the exception inside nested groups of one."""
    while isinstance(group, BaseExceptionGroup) and len(group.exceptions) == 1:
        group = group.exceptions[0]
    return group


def _fail(failure: BaseException) -> int:
    print(f"Error: {failure}", file=sys.stderr)  # noqa: T201  what the operator reads
    if logging.getLogger(log.ROOT).isEnabledFor(logging.DEBUG):
        traceback.print_exception(failure)
    return 1


if __name__ == "__main__":
    sys.exit(main())
