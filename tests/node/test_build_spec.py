"""`build-spec`, `export-genesis-head` and `export-genesis-wasm`, and the specifications we keep."""

import json
from pathlib import Path
from typing import Any

import pytest

from parachain.client.chain.genesis import genesis_block
from parachain.client.crypto.hashing import blake2_256
from parachain.client.database import MemoryStore
from parachain.client.executor.wasm.version import embedded_version
from parachain.client.state import Pruning, StateDb
from parachain.node.chain import chain_spec, genesis_state
from parachain.node.chain_spec import load
from parachain.primitives.header import HEADER
from tests.node.command_line import CommandLine

ROOT = Path(__file__).parents[2]
CODE = "0x" + b":code".hex()
NODE_KEY = "00" * 31 + "01"
PEER_ID = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp"


@pytest.mark.parametrize(("chain", "file"), [("dev", "development"), ("local", "local")])
def test_kept_specifications_are_what_the_command_prints(
    command_line: CommandLine, chain: str, file: str
) -> None:
    flags = ("--without-code", "--disable-default-bootnode")
    printed = command_line.ok("build-spec", "--chain", chain, *flags).out
    assert (ROOT / "chain_specs" / f"{file}.json").read_bytes() == printed, "make chain-specs"


def test_a_plain_specification(command_line: CommandLine) -> None:
    spec = json.loads(command_line.ok("build-spec", "--chain", "local").out)
    assert list(spec) == [
        "name",
        "id",
        "chainType",
        "bootNodes",
        "telemetryEndpoints",
        "protocolId",
        "properties",
        "codeSubstitutes",
        "genesis",
    ]
    assert spec["properties"] == {"ss58Format": 137, "tokenDecimals": 12, "tokenSymbol": "TVARA"}
    runtime = spec["genesis"]["runtimeGenesis"]
    assert len(runtime["config"]["aura"]["authorities"]) == 2
    version = embedded_version(bytes.fromhex(runtime["code"][2:]))
    assert version is not None
    assert version.spec_name == "gear-parachain"


def test_raw_and_plain_begin_the_same_chain(command_line: CommandLine, tmp_path: Path) -> None:
    heads = []
    for name, flags in (("plain", []), ("raw", ["--raw"])):
        path = tmp_path / f"{name}.json"
        path.write_bytes(command_line.ok("build-spec", "--chain", "local", *flags).out)
        heads.append(command_line.ok("export-genesis-head", "--chain", path).out)
    assert heads[0] == heads[1] == command_line.ok("export-genesis-head", "--chain", "local").out


def test_edits_of_the_plain_form_reach_the_raw_one(
    command_line: CommandLine, tmp_path: Path
) -> None:
    spec = json.loads(command_line.ok("build-spec", "--dev").out)
    spec["name"] = "Eingang 💎"
    balances = spec["genesis"]["runtimeGenesis"]["config"]["balances"]["balances"]
    balances[1][1] = 2**100  # more than a double holds exactly
    path = tmp_path / "edited.json"
    path.write_text(json.dumps(spec))
    raw = json.loads(command_line.ok("build-spec", "--raw", "--chain", path).out)
    assert raw["name"] == "Eingang 💎"
    top: dict[str, str] = raw["genesis"]["raw"]["top"]
    assert any((2**100).to_bytes(16, "little").hex() in value for value in top.values())
    assert list(top) == sorted(top)
    assert CODE in top


def test_a_raw_specification_stays_raw(command_line: CommandLine, tmp_path: Path) -> None:
    raw = command_line.ok("build-spec", "--dev", "--raw").out
    path = tmp_path / "raw.json"
    path.write_bytes(raw)
    assert command_line.ok("build-spec", "--chain", path).out == raw


def test_child_tries_are_written_and_read(command_line: CommandLine, tmp_path: Path) -> None:
    spec = json.loads(command_line.ok("build-spec", "--dev", "--raw").out)
    children = {"0x6161": {"0x01": "0x", "0x02": "0x0303"}, "0x6162": {"0x01": "0xff"}}
    spec["genesis"]["raw"]["childrenDefault"] = children
    path = tmp_path / "children.json"
    path.write_text(json.dumps(spec))
    again = json.loads(command_line.ok("build-spec", "--chain", path).out)
    assert again["genesis"]["raw"]["childrenDefault"] == children
    assert genesis_state(load(path)).children == {
        b"aa": {b"\x01": b"", b"\x02": b"\x03\x03"},
        b"ab": {b"\x01": b"\xff"},
    }
    with_children = command_line.ok("export-genesis-head", "--chain", path).out
    assert with_children != command_line.ok("export-genesis-head", "--dev").out


def boot_nodes(outcome: bytes) -> Any:
    return json.loads(outcome)["bootNodes"]


def test_this_node_becomes_the_boot_node_if_its_key_is_known(
    command_line: CommandLine, tmp_path: Path
) -> None:
    address = f"/ip4/127.0.0.1/tcp/30333/p2p/{PEER_ID}"
    flags = ("build-spec", "--dev", "-d", tmp_path)
    assert boot_nodes(command_line.ok(*flags).out) == []
    assert boot_nodes(command_line.ok(*flags, "--node-key", NODE_KEY).out) == [address]
    without = command_line.ok(*flags, "--node-key", NODE_KEY, "--disable-default-bootnode")
    assert boot_nodes(without.out) == []
    kept = tmp_path / "chains" / "gear_dev" / "network"
    assert not kept.exists()
    kept.mkdir(parents=True)
    (kept / "secret_ed25519").write_bytes(bytes.fromhex(NODE_KEY))
    assert boot_nodes(command_line.ok(*flags).out) == [address]


def test_two_node_keys_exclude_each_other(command_line: CommandLine, tmp_path: Path) -> None:
    flags = ("--node-key", NODE_KEY, "--node-key-file", tmp_path / "key")
    line = command_line.fails("build-spec", "--dev", *flags, code=2)
    assert line == "--node-key and --node-key-file exclude each other"


@pytest.mark.parametrize("name", ["export-genesis-head", "export-genesis-state"])
def test_the_head_is_the_header_of_the_first_block(
    command_line: CommandLine, tmp_path: Path, name: str
) -> None:
    block, _ = genesis_block(StateDb(MemoryStore(), Pruning()), genesis_state(chain_spec("dev")))
    printed = command_line.ok(name, "--dev").out
    assert printed == b"0x" + block.encoded_header.hex().encode()
    header = HEADER.decode(bytes.fromhex(printed[2:].decode()))
    assert (header.parent_hash, header.number, header.digest) == (bytes(32), 0, ())
    file = tmp_path / "head"
    assert command_line.ok(name, "--raw", "--dev", file).out == b""
    assert blake2_256(file.read_bytes()) == block.hash


def test_the_code_is_that_of_the_first_state(command_line: CommandLine) -> None:
    raw = json.loads(command_line.ok("build-spec", "--dev", "--raw").out)
    code = raw["genesis"]["raw"]["top"][CODE]
    assert command_line.ok("export-genesis-wasm", "--dev").out.decode() == code


def test_a_file_that_cannot_be_written(command_line: CommandLine, tmp_path: Path) -> None:
    line = command_line.fails("export-genesis-head", "--dev", tmp_path)
    assert line == f"cannot write to {tmp_path}: Is a directory"
