"""Sub-commands on the blocks and states of a stored chain."""

import io
import json
import sys
from pathlib import Path

import pytest

from parachain.client.database.leveldb import open_leveldb
from tests.client.chain.real_node import RealNode, development
from tests.client.chain.small_node import BOB
from tests.node.command_line import CommandLine
from tests.node.stored_chain import BLOCKS, FINALISED, database, hash_at, heads, make_chain

BINARY_COUNT_BYTES = 8
NO_HASH = "0x" + "5a" * 32


def export(command_line: CommandLine, base_path: Path, *flags: object) -> bytes:
    return command_line.ok("export-blocks", "--dev", "-d", base_path, *flags).out


@pytest.mark.parametrize("form", [(), ("--binary",)])
def test_blocks_go_from_one_database_to_another(
    command_line: CommandLine, base_path: Path, tmp_path: Path, form: tuple[str, ...]
) -> None:
    file, other = tmp_path / "blocks", tmp_path / "other"
    outcome = command_line.ok("export-blocks", "--dev", "-d", base_path, *form, file)
    assert outcome.out == b""
    assert f"Exported {BLOCKS} blocks in" in outcome.err
    imported = command_line.ok("import-blocks", "--dev", "-d", other, *form, file)
    assert imported.out == b""
    assert f"Imported {BLOCKS} blocks in" in imported.err
    assert heads(other) == (BLOCKS, BLOCKS - 1)
    assert hash_at(other, BLOCKS) == hash_at(base_path, BLOCKS)


@pytest.mark.parametrize("form", [(), ("--binary",)])
def test_blocks_go_through_pipes(
    command_line: CommandLine,
    base_path: Path,
    tmp_path: Path,
    form: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = export(command_line, base_path, *form)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))
    command_line.ok("import-blocks", "--dev", "-d", tmp_path / "other", *form)
    assert heads(tmp_path / "other") == (BLOCKS, BLOCKS - 1)


def test_a_part_of_the_chain(command_line: CommandLine, base_path: Path) -> None:
    lines = export(command_line, base_path, "--from", 3, "--to", 5).splitlines()
    numbers = [json.loads(line)["block"]["header"]["number"] for line in lines]
    assert numbers == ["0x3", "0x4", "0x5"]
    assert len(export(command_line, base_path, "--from", 0).splitlines()) == BLOCKS + 1


def test_a_chain_that_has_only_begun_has_no_blocks(
    command_line: CommandLine, tmp_path: Path
) -> None:
    make_chain(tmp_path, 0, 0)
    assert export(command_line, tmp_path) == b""
    assert export(command_line, tmp_path, "--binary") == bytes(BINARY_COUNT_BYTES)


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (("--to", 13), "there are no blocks 1 to 13; the best block is 12"),
        (("--from", 5, "--to", 2), "there are no blocks 5 to 2; the best block is 12"),
        (("--from", 20), "there are no blocks 20 to 12; the best block is 12"),
    ],
)
def test_blocks_that_are_not_there(
    command_line: CommandLine, base_path: Path, flags: tuple[object, ...], says: str
) -> None:
    assert command_line.fails("export-blocks", "--dev", "-d", base_path, *flags) == says


def test_pruned_blocks_are_named_before_anything_is_written(
    command_line: CommandLine, base_path: Path, tmp_path: Path
) -> None:
    file, other = tmp_path / "blocks", tmp_path / "other"
    file.write_bytes(export(command_line, base_path))
    prune = ("--blocks-pruning", 4, "--state-pruning", 2)
    command_line.ok("import-blocks", "--dev", "-d", other, *prune, file)
    line = command_line.fails("export-blocks", "--dev", "-d", other)
    assert line == "block 1 has been pruned; export from a later one with --from"
    line = command_line.fails("check-block", "--dev", "-d", other, 3)
    assert line.endswith("cannot be checked: its body has been pruned")
    line = command_line.fails("export-state", "--dev", "-d", other, 3)
    assert line.endswith("it was pruned, or never known; keep more with --state-pruning")


def test_blocks_that_are_there_are_passed_over(
    command_line: CommandLine, base_path: Path, tmp_path: Path
) -> None:
    file = tmp_path / "blocks"
    file.write_bytes(export(command_line, base_path, "--from", 0))
    assert (
        "Imported 0 blocks" in command_line.ok("import-blocks", "--dev", "-d", base_path, file).err
    )


def test_a_gap(command_line: CommandLine, base_path: Path, tmp_path: Path) -> None:
    file = tmp_path / "blocks"
    file.write_bytes(export(command_line, base_path, "--from", 3))
    line = command_line.fails("import-blocks", "--dev", "-d", tmp_path / "other", file)
    assert line.startswith("block 3 0x")
    assert line.endswith("is not there; import the blocks above #0 first")


def test_blocks_of_another_chain(
    command_line: CommandLine, base_path: Path, tmp_path: Path
) -> None:
    file = tmp_path / "blocks"
    file.write_bytes(export(command_line, base_path))
    line = command_line.fails("import-blocks", "--chain", "local", "-d", tmp_path / "other", file)
    assert line.startswith("block 1 0x")
    assert "belongs to another chain: the first block of the chain is 0x" in line


def test_a_bad_block_ends_the_import_and_those_before_it_stay(
    command_line: CommandLine, base_path: Path, tmp_path: Path
) -> None:
    blocks = [json.loads(line) for line in export(command_line, base_path).splitlines()]
    extrinsics = blocks[6]["block"]["extrinsics"]
    extrinsics[1] = extrinsics[1][:-2] + "ff"
    file = tmp_path / "blocks"
    file.write_text("".join(json.dumps(block) for block in blocks))
    line = command_line.fails("import-blocks", "--dev", "-d", tmp_path / "other", file)
    assert line.startswith("block 7 0x")
    assert "is not valid: " in line
    assert heads(tmp_path / "other")[0] == 6


@pytest.mark.parametrize(
    ("flags", "content", "says"),
    [
        ((), b"{}", "block 1: KeyError('block')"),
        ((), b"no", "block 1: Expecting value"),
        (("--binary",), b"\0", "the file is too short for the number of blocks"),
        (("--binary",), b"\1" + bytes(7), "block 1 of 1: "),
        (("--binary",), b"\xff" * 99, "block 1 of 18446744073709551615: "),
    ],
)
def test_files_that_hold_no_blocks(
    command_line: CommandLine, tmp_path: Path, flags: tuple[str, ...], content: bytes, says: str
) -> None:
    file = tmp_path / "blocks"
    file.write_bytes(content)
    line = command_line.fails("import-blocks", "--dev", "-d", tmp_path / "new", *flags, file)
    assert line.startswith(says)


def test_no_such_file(command_line: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "blocks"
    line = command_line.fails("import-blocks", "--dev", "-d", tmp_path / "new", file)
    assert line == f"cannot read the blocks in {file}: No such file or directory"
    assert not (tmp_path / "new").exists()


def test_a_block_is_checked_by_number_and_hash(command_line: CommandLine, base_path: Path) -> None:
    seventh = hash_at(base_path, 7)
    for named in ("7", seventh):
        outcome = command_line.ok("check-block", "--dev", "-d", base_path, named)
        assert f"block 7 {seventh} is valid, checked in" in outcome.err
        assert outcome.out == b""


@pytest.mark.parametrize(
    ("block", "code", "says"),
    [
        ("0", 1, "the first block of a chain is given, not executed"),
        ("99", 1, "there is no block 99; the best block is 12"),
        (NO_HASH, 1, f"there is no block {NO_HASH} in the database"),
        ("0x12", 2, "'0x12' is neither a block number nor a hash"),
        ("-1", 2, "is neither a block number nor a hash"),
        ("4294967296", 2, "is neither a block number nor a hash"),
        ("१", 2, "is neither a block number nor a hash"),
    ],
)
def test_blocks_that_cannot_be_checked(
    command_line: CommandLine, base_path: Path, block: str, code: int, says: str
) -> None:
    assert says in command_line.fails("check-block", "--dev", "-d", base_path, block, code=code)


def test_revert_stops_at_finality(command_line: CommandLine, base_path: Path) -> None:
    outcome = command_line.ok("revert", "--dev", "-d", base_path, 1)
    assert "Reverted 1 block. Best: #11 (0x" in outcome.err
    outcome = command_line.ok("revert", "--dev", "-d", base_path)
    assert f"Reverted 1 block. Best: #{FINALISED} (0x" in outcome.err
    assert heads(base_path) == (FINALISED, FINALISED)
    outcome = command_line.ok("revert", "--dev", "-d", base_path)
    assert f"Nothing to revert: no block above #{FINALISED}, which is final" in outcome.err


def test_the_state_of_a_block_begins_another_chain(
    command_line: CommandLine, base_path: Path, tmp_path: Path
) -> None:
    outcome = command_line.ok("export-state", "--dev", "-d", base_path, 5)
    spec = tmp_path / "fork.json"
    spec.write_bytes(outcome.out)
    head = command_line.ok("export-genesis-head", "--raw", "--chain", spec).out
    node = RealNode(development(), open_leveldb(database(base_path)))
    fifth = node.chain.hash_at(5)
    assert fifth is not None
    header = node.chain.header(fifth)
    assert header is not None
    assert header.state_root in head
    node.store.close()
    by_hash = command_line.ok("export-state", "--dev", "-d", base_path, hash_at(base_path, 5))
    assert by_hash.out == outcome.out
    best = command_line.ok("export-state", "--dev", "-d", base_path).out
    assert best == command_line.ok("export-state", "--dev", "-d", base_path, BLOCKS).out
    assert BOB.public.hex().encode() in best


@pytest.mark.parametrize(
    "command", [("export-blocks",), ("export-state",), ("check-block", "1"), ("revert",)]
)
def test_a_mistyped_path_makes_no_database(
    command_line: CommandLine, tmp_path: Path, command: tuple[str, ...]
) -> None:
    line = command_line.fails(*command, "--dev", "-d", tmp_path / "typo")
    assert line.startswith(f"there is no database at {tmp_path}/typo/chains/gear_dev/db; check")
    assert not (tmp_path / "typo").exists()
