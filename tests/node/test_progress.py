"""Progress of long commands, on a terminal and in a log."""

import io

import pytest

from parachain.node import log
from parachain.node.progress import Progress


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run(stream: io.StringIO, total: int | None, seconds_each: float = 0.125) -> str:
    """Import 100 of `total` blocks."""
    log.set_up((), "text", stream)
    clock = Clock()
    progress = Progress(
        "Imported", "blocks", lambda done: done / total if total else None, clock, stream
    )
    for number in range(1, 101):
        clock.now_s += seconds_each
        progress.advance(f"#{number}")
    progress.finish()
    return stream.getvalue()


def test_a_terminal_sees_one_line_that_changes() -> None:
    text = run(Terminal(), 400)
    shown = text.split("\r\x1b[K")
    assert len(shown) == 52
    assert shown[-2] == "Imported 100 blocks, at #100, 8 a second, 25%, 38 s left"
    assert shown[-1].endswith("Imported 100 blocks in 12.5 s (8 a second)\n")
    assert text.count("\n") == 1


def test_a_log_gets_a_line_now_and_then() -> None:
    lines = run(io.StringIO(), 400).splitlines()
    assert [line[20:] for line in lines] == [
        "Imported 40 blocks, at #40, 8 a second, 10%, 45 s left",
        "Imported 80 blocks, at #80, 8 a second, 20%, 40 s left",
        "Imported 100 blocks in 12.5 s (8 a second)",
    ]


def test_nobody_knows_how_much_there_is() -> None:
    lines = run(io.StringIO(), None).splitlines()
    assert lines[0][20:] == "Imported 40 blocks, at #40, 8 a second"


@pytest.mark.parametrize(
    ("total", "seconds_each", "left"),
    [
        (2_000, 0.125, "2%, 4 min 5 s left"),
        (150, 64.0, "1%, 2 h 38 min left"),
        (100_000, 0.125, "8 a second"),
    ],
)
def test_time_that_is_left(total: int, seconds_each: float, left: str) -> None:
    assert run(io.StringIO(), total, seconds_each).splitlines()[0].endswith(left)


def test_nothing_done_in_no_time() -> None:
    stream = io.StringIO()
    log.set_up((), "text", stream)
    Progress("Exported", "keys", lambda _: None, Clock(), stream).finish()
    assert stream.getvalue()[20:] == "Exported 0 keys in 0.0 s\n"
