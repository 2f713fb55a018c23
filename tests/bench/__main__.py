"""`python -m tests.bench [NAME ...]`: measures and prints the table, and writes it as JSON.

Without names everything is measured, in some five minutes on an idle machine. Exit code 1 says
that a target was missed.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from tests.bench import (
    blob,
    block,
    candidate,
    codec,
    gear_code,
    gear_messages,
    growth,
    node,
    rpc,
    state_root,
    table,
)
from tests.bench.row import Row

BENCHES: Final[Mapping[str, Callable[[], Iterable[Row]]]] = {
    "codec": codec.rows,
    "state": state_root.state_roots,
    "block": block.rows,
    "candidate": candidate.rows,
    "growth": growth.rows,
    "rpc": rpc.rows,
    "gear_code": gear_code.rows,
    "gear_messages": gear_messages.rows,
    "blob": blob.rows,
    "node": node.rows,
}


def _note(text: str) -> None:
    """Say on a terminal what is being done; the next line of the table takes its place."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\x1b[K{text}")
        sys.stdout.flush()


def measure(names: Iterable[str]) -> list[tuple[str, Row]]:
    """Run benches and print each row as it comes."""
    measured = []
    for name in names:
        begun = time.monotonic()
        _note(f"{name} ...")
        for row in BENCHES[name]():
            measured.append((name, row))
            _note("")
            sys.stdout.write(table.line(row) + "\n")
            _note(f"{name} ... {time.monotonic() - begun:.0f} s")
        _note("")
    return measured


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, measure, write; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="file to write")
    parser.add_argument("--markdown", type=Path, help="file to write the README's table to")
    args = parser.parse_args(arguments)
    unknown = [name for name in args.names if name not in BENCHES]
    if unknown:
        parser.error(f"there is no bench {unknown[0]!r}; there are {', '.join(BENCHES)}")
    around = table.circumstances()
    sys.stdout.write(table.heading(around) + "\n")
    measured = measure(args.names or BENCHES)
    args.json.write_text(table.as_json(around, measured))
    if args.markdown is not None:
        args.markdown.write_text(table.as_markdown(around, measured))
    missed = sum(not row.is_ok for _, row in measured)
    sys.stdout.write(f"\n{missed} of {len(measured)} rows missed; written to {args.json}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
