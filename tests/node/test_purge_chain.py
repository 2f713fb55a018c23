"""`purge-chain` removes a database and nothing else."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from tests.node.command_line import CommandLine
from tests.node.stored_chain import database

HOLD = """
import sys
from pathlib import Path
from parachain.client.database.leveldb import open_leveldb
store = open_leveldb(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def test_keys_stay(command_line: CommandLine, base_path: Path) -> None:
    key = database(base_path).parent / "keystore" / "61757261"
    key.parent.mkdir()
    key.write_text('"//Alice"')
    outcome = command_line.ok("purge-chain", "--dev", "-d", base_path, "-y")
    assert f"{database(base_path)} removed" in outcome.err
    assert outcome.out == b""
    assert not database(base_path).exists()
    assert key.exists()


@pytest.mark.parametrize(
    ("answer", "removed"),
    [("y\n", True), ("YES\n", True), ("n\n", False), ("\n", False), ("", False), ("yn\n", False)],
)
def test_the_operator_is_asked(
    command_line: CommandLine,
    base_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    removed: bool,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    outcome = command_line.ok("purge-chain", "--dev", "-d", base_path)
    assert f"Are you sure to remove {database(base_path)}? [y/N]: " in outcome.err
    assert ("Aborted" in outcome.err) is not removed
    assert database(base_path).exists() is not removed


def test_nothing_to_purge(command_line: CommandLine, tmp_path: Path) -> None:
    outcome = command_line.ok("purge-chain", "--dev", "-d", tmp_path, "-y")
    assert f"{database(tmp_path)} did not exist" in outcome.err


def test_the_default_folder(command_line: CommandLine, home: Path) -> None:
    database(home).mkdir(parents=True)
    command_line.ok("purge-chain", "--dev", "-y")
    assert not database(home).exists()


def test_a_damaged_database_can_be_purged(command_line: CommandLine, base_path: Path) -> None:
    (database(base_path) / "CURRENT").write_text("nonsense")
    command_line.ok("purge-chain", "--dev", "-d", base_path, "-y")
    assert not database(base_path).exists()


def test_a_database_kept_elsewhere(
    command_line: CommandLine, base_path: Path, tmp_path: Path
) -> None:
    elsewhere = database(base_path).rename(tmp_path / "disk")
    database(base_path).symlink_to(elsewhere)
    command_line.ok("purge-chain", "--dev", "-d", base_path, "-y")
    assert database(base_path).resolve() == elsewhere
    assert list(elsewhere.iterdir()) == []


def test_a_running_node_keeps_its_database(command_line: CommandLine, base_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database(base_path))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        line = command_line.fails("purge-chain", "--dev", "-d", base_path, "-y")
        holder.communicate()
    assert line.startswith(f"the database is in use: {database(base_path)}; stop the node")
    assert database(base_path).exists()
