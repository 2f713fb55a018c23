"""The table of figures: as text for people, as JSON for tools, with where and when it was made."""

import json
import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import psutil

from tests.bench.row import Row, number

#: Columns of text: what was measured, the figure with its unit, the target.
_WHAT, _VALUE, _TARGET = 68, 14, 12


class Circumstances(NamedTuple):
    """What the figures depend on besides the program."""

    date: str
    machine: str
    python: str


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def circumstances() -> Circumstances:
    """Look at this machine."""
    memory = psutil.virtual_memory().total / (1 << 30)
    machine = f"{os.cpu_count()} x {_processor()}, {memory:.0f} GiB, {platform.system()}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return Circumstances(datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), machine, python)


def heading(around: Circumstances) -> str:
    """Return the lines above the table."""
    columns = f"{'what':{_WHAT}}{'measured':>{_VALUE}}{'target':>{_TARGET}}"
    return f"{around.machine}\n{around.python}, {around.date}\n\n{columns}\n{'-' * len(columns)}"


def line(row: Row) -> str:
    """Return one line of the table."""
    verdict = "" if row.target is None else ("  ok" if row.is_ok else "  MISSED")
    value = f"{number(row.value)} {row.unit}"
    target = "" if row.target is None else str(row.target)
    return f"{row.what:{_WHAT}}{value:>{_VALUE}}{target:>{_TARGET}}{verdict}".rstrip()


def as_markdown(around: Circumstances, rows: Iterable[tuple[str, Row]]) -> str:
    """Return the rows that have a target, as the README shows them."""
    lines = [
        f"{around.machine}; {around.python}; {around.date}.",
        "",
        "| what | measured | target |",
        "|---|---|---|",
    ]
    lines += [
        f"| {row.what} | {number(row.value)} {row.unit} | {row.target} |"
        for _, row in rows
        if row.target is not None
    ]
    return "\n".join(lines) + "\n"


def as_json(around: Circumstances, rows: Iterable[tuple[str, Row]]) -> str:
    """Return all rows, each with the name of its bench, and the circumstances."""
    entries = [
        {
            "bench": bench,
            "what": row.what,
            "value": row.value,
            "unit": row.unit,
            "target": None if row.target is None else str(row.target),
            "ok": row.is_ok,
        }
        for bench, row in rows
    ]
    return json.dumps({**around._asdict(), "rows": entries}, indent=1) + "\n"
