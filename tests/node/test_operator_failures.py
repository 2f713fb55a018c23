"""What keeps a node from starting is one line that says what, where and what to do."""

import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parachain.client.executor.native_code import native_code
from tests.node.command_line import CommandLine
from tests.node.stored_chain import BLOCKS, database

NO_PORTS = ("--rpc-port", 0, "--no-prometheus", "--sealing", "manual")


@pytest.fixture(autouse=True)
def _interpreter_as_before() -> Iterator[None]:
    """Take back what a node sets for its process."""
    before = sys.getswitchinterval(), sys.getrecursionlimit()
    yield
    sys.setswitchinterval(before[0])
    sys.setrecursionlimit(before[1])


def fails(command_line: CommandLine, *flags: object) -> str:
    """Start a node that cannot run; return its line."""
    return command_line.fails(*flags, *NO_PORTS)


def test_a_specification_of_another_chain_on_an_existing_base_path(
    command_line: CommandLine, base_path: Path, tmp_path: Path
) -> None:
    spec = json.loads(command_line.ok("build-spec", "--dev").out)
    spec["genesis"]["runtimeGenesis"]["config"]["balances"]["balances"][0][1] += 1
    path = tmp_path / "other.json"
    path.write_text(json.dumps(spec))
    line = fails(command_line, "--chain", path, "-d", base_path)
    assert line.startswith("the database belongs to another chain: its genesis block is 0x")
    assert line.endswith("choose another --base-path, or run purge-chain")
    assert command_line.fails("export-blocks", "--chain", path, "-d", base_path) == line


def test_a_chain_nobody_knows(command_line: CommandLine) -> None:
    line = fails(command_line, "--chain", "vara")
    assert line == "'vara' is neither a file nor a built-in chain (dev, local)"


@pytest.mark.parametrize("command", [(), ("import-blocks", "/dev/null")])
@pytest.mark.parametrize(
    ("base", "says"),
    [
        ("/dev/null", "a file is in the way of the database"),
        ("/sys", "the database may not be written"),
    ],
)
def test_a_base_path_that_cannot_be_written(
    command_line: CommandLine, command: tuple[str, ...], base: str, says: str
) -> None:
    flags = (*command, "--dev", "-d", base)
    line = command_line.fails(*flags) if command else fails(command_line, *flags)
    assert line.startswith(f"{says}: {base}/chains/gear_dev/db; ")


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (("--node-key", "12"), "--node-key must be 64 hex digits"),
        (("--node-key", "g" * 64), "--node-key must be 64 hex digits"),
        (("--node-key-file", "/nowhere"), "cannot read the node key /nowhere: No such file"),
        (("--node-key-file", "/dev/null"), "the node key in /dev/null must be 64 hex digits"),
    ],
)
def test_a_bad_node_key(command_line: CommandLine, flags: tuple[str, ...], says: str) -> None:
    assert fails(command_line, "--dev", "--tmp", *flags).startswith(says)


def destroy_current(folder: Path) -> None:
    (folder / "CURRENT").write_bytes(b"nonsense")


def destroy_manifest(folder: Path) -> None:
    manifest = next(folder.glob("MANIFEST-*"))
    manifest.write_bytes(manifest.read_bytes()[:20])


def remove_tables(folder: Path) -> None:
    for table in folder.glob("*.ldb"):
        table.unlink()


def empty_log(folder: Path) -> None:
    for log in folder.glob("*.log"):
        log.write_bytes(b"\xff" * 40_000)


def overwrite_everything(folder: Path) -> None:
    for file in folder.iterdir():
        file.write_bytes(b"\x5a" * file.stat().st_size)


@pytest.mark.parametrize(
    "destroy", [destroy_current, destroy_manifest, remove_tables, empty_log, overwrite_everything]
)
def test_a_damaged_database(
    command_line: CommandLine, base_path: Path, destroy: Callable[[Path], None]
) -> None:
    command_line.ok("check-block", "--dev", "-d", base_path, 3)  # writes tables
    folder = database(base_path)
    destroy(folder)
    for line in (
        command_line.fails("check-block", "--dev", "-d", base_path, 3),
        fails(command_line, "--dev", "-d", base_path),
    ):
        assert line.startswith(f"the database is damaged: {folder}; restore a copy, or run `gear-")


def test_a_flipped_bit_is_never_a_traceback(command_line: CommandLine, base_path: Path) -> None:
    command_line.ok("check-block", "--dev", "-d", base_path, 3)
    files = [file for file in sorted(database(base_path).glob("*.ldb")) if file.stat().st_size]
    assert files
    rng = random.Random(20_240_917)
    found = 0
    code = native_code()
    for _ in range(40):
        file = rng.choice(files)
        data = bytearray(file.read_bytes())
        place = rng.randrange(len(data) - len(code))
        if place >= data.find(code[:64]) > 0:  # few look at the runtime's code
            place += len(code)
        data[place] ^= 1 << rng.randrange(8)
        whole = file.read_bytes()
        file.write_bytes(data)
        for command in (("export-state",), ("check-block", 9)):
            outcome = command_line(*command, "--dev", "-d", base_path, "-loff")
            assert outcome.code in (0, 1)
            if outcome.code:
                errors = outcome.err.splitlines()
                assert len(errors) == 1
                assert errors[0].startswith("Error: ")
                found += 1
        file.write_bytes(whole)
    assert found, "no damage was noticed at all"


def test_tracebacks_on_request(command_line: CommandLine, base_path: Path) -> None:
    destroy_current(database(base_path))
    outcome = command_line("check-block", "--dev", "-d", base_path, 3, "-l", "debug")
    assert outcome.code == 1
    assert outcome.err.startswith("Error: the database is damaged")
    assert "Traceback" in outcome.err


def test_the_chain_is_whole_after_a_failed_start(
    command_line: CommandLine, base_path: Path
) -> None:
    fails(command_line, "--dev", "-d", base_path, "--node-key", "12")
    assert (
        len(command_line.ok("export-blocks", "--dev", "-d", base_path).out.splitlines()) == BLOCKS
    )
