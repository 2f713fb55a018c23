"""Every bench runs, on sizes so small that the figures mean nothing."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from parachain.runtime.pallets import system
from parachain.runtime.pallets.system import check_weight
from tests.bench import __main__ as command
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
from tests.bench.row import Row, at_least, at_most
from tests.bench.wide_blocks import wide_blocks

SMALL: dict[str, Callable[[], Iterable[Row]]] = {
    "codec": lambda: codec.rows(seconds=0.01),
    "state": lambda: state_root.state_roots(accounts=50, changed=5, rounds=3, reads=5),
    "state by phases": lambda: state_root.transfer_blocks(50),
    "block": lambda: block.rows(transfers=4, accounts=50, rounds=1),
    "candidate": lambda: candidate.rows(transfers=4, accounts=50, rounds=1),
    "growth": lambda: growth.rows((2, 4), (10, 20), state=20, block=6, active=5, rounds=1),
    "rpc": lambda: rpc.rows(seconds=0.02),
    "gear_code": lambda: gear_code.rows(functions=5),
    "gear_messages": lambda: gear_messages.rows(sent=2, from_users=2, arrays=1, rounds=1, crowd=2),
    "blob": lambda: blob.rows(transfers=4, accounts=50, sent=2, rounds=1),
    "node": lambda: node.rows(starts=1, seconds=0.02, idle_seconds=0),
}


@pytest.mark.parametrize("name", SMALL)
def test_a_bench_runs(name: str) -> None:
    rows = list(SMALL[name]())
    assert rows
    assert len({row.what for row in rows}) == len(rows)
    assert all(row.value >= 0 for row in rows)


def test_every_bench_of_the_command_runs_here() -> None:
    assert command.BENCHES.keys() <= SMALL.keys()


def test_targets() -> None:
    assert at_most(3).is_met(3)
    assert not at_most(3).is_met(3.1)
    assert at_least(3000).is_met(3000)
    assert not at_least(3000).is_met(2999)
    assert [str(at_most(0.6)), str(at_least(3000))] == ["<= 0.6", ">= 3,000"]


def test_the_limits_of_blocks_come_back() -> None:
    before = system.BLOCK_WEIGHTS
    with wide_blocks():
        assert vars(check_weight)["BLOCK_WEIGHTS"] is system.BLOCK_WEIGHTS
        assert system.BLOCK_WEIGHTS.max_block.ref_time > before.max_block.ref_time
    assert vars(check_weight)["BLOCK_WEIGHTS"] is before
    assert system.BLOCK_WEIGHTS is before


def test_the_command_prints_and_writes_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = Row("good", 1, "s", at_most(2)), Row("bad", 3, "s", at_most(2))
    monkeypatch.setattr(command, "BENCHES", {"one": lambda: [good], "two": lambda: [bad]})
    file, readme = tmp_path / "bench.json", tmp_path / "table.md"
    assert command.main(["one", "--json", str(file)]) == 0
    assert command.main(["--json", str(file), "--markdown", str(readme)]) == 1
    assert "| good | 1 s | <= 2 |" in readme.read_text()
    printed = capsys.readouterr().out
    assert table.line(good) in printed
    assert table.line(bad).endswith("MISSED")
    written = json.loads(file.read_text())
    assert [(row["bench"], row["what"], row["ok"]) for row in written["rows"]] == [
        ("one", "good", True),
        ("two", "bad", False),
    ]
    assert written["python"].startswith("CPython 3.")


def test_a_bench_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["speed"])
    assert "there is no bench 'speed'" in capsys.readouterr().err
