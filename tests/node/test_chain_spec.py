"""Chain specifications an operator may give: each mistake is one line that names the place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parachain.client.executor.wasm.blob import uncompressed
from tests.node.command_line import CommandLine

Edit = Callable[[dict[str, Any]], Any]


def config(spec: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = spec["genesis"]["runtimeGenesis"]["config"]
    return found


def other_runtime(spec: dict[str, Any]) -> None:
    code = uncompressed(bytes.fromhex(spec["genesis"]["runtimeGenesis"]["code"][2:]))
    spec["genesis"]["runtimeGenesis"]["code"] = (
        "0x" + code.replace(b"gear-parachain", b"meme-parachain").hex()
    )


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda spec: spec.pop("name"), "`name` must be a JSON string"),
        (lambda spec: spec.update(name=5), "`name` must be a JSON string"),
        (lambda spec: spec.update(name="\ud800"), "`name` is not Unicode text"),
        (lambda spec: spec.update(id="../../etc"), "`id` names a folder"),
        (lambda spec: spec.update(id=""), "`id` names a folder"),
        (lambda spec: spec.update(chainType="Dev"), "`chainType` must be one of Development"),
        (lambda spec: spec.update(properties=[]), "`properties` must be a JSON object"),
        (lambda spec: spec.update(properties={"a": "\udcff"}), "`properties` is not Unicode text"),
        (lambda spec: spec.update(bootNodes=[1]), "`bootNodes` must be an array of strings"),
        (lambda spec: spec.update(para_id="x"), "`para_id` must be a JSON number"),
        (lambda spec: spec.update(genesis={}), "genesis holds neither `raw` nor `runtimeGenesis`"),
        (lambda spec: spec.update(genesis={"raw": {}}), "`top` must be a JSON object"),
        (
            lambda spec: spec.update(genesis={"raw": {"top": {"x": "0x"}}}),
            "a key of genesis.raw.top must be a string of hex digits after 0x",
        ),
        (
            lambda spec: spec.update(genesis={"raw": {"top": {"0x00": "0x0g"}}}),
            "genesis.raw.top.0x00 is not hexadecimal",
        ),
        (
            lambda spec: spec.update(genesis={"raw": {"top": {}, "childrenDefault": {"0x": 1}}}),
            "genesis.raw.childrenDefault.0x must be a JSON object",
        ),
        (
            lambda spec: spec.update(genesis={"raw": {"top": {}}}),
            "genesis.raw.top has no runtime code (:code)",
        ),
        (
            lambda spec: spec["genesis"]["runtimeGenesis"].update(code="0x0061736d"),
            "genesis.runtimeGenesis.code is the code of no runtime by name",
        ),
        (other_runtime, "is the code of `meme-parachain`; this node runs chains of `gear-parac"),
        (
            lambda spec: spec["genesis"]["runtimeGenesis"].pop("config"),
            "genesis.runtimeGenesis holds neither `config` nor `patch`",
        ),
        (lambda spec: config(spec).update(staking={}), "staking"),
        (lambda spec: config(spec)["sudo"].update(key="5x"), "sudo.key"),
        (
            lambda spec: config(spec)["balances"]["balances"].append([1, 2]),
            "balances.balances[9] must be an address",
        ),
        (
            lambda spec: config(spec)["balances"]["balances"][0].__setitem__(1, -1),
            "balances.balances[0] must be an integer from",
        ),
    ],
)
def test_mistakes(command_line: CommandLine, tmp_path: Path, edit: Edit, says: str) -> None:
    spec = json.loads(command_line.ok("build-spec", "--dev").out)
    edit(spec)
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(spec))
    line = command_line.fails("build-spec", "--chain", path, "--raw")
    assert says in line
    assert len(line) < 400


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[]", "it must be a JSON object"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"properties": NaN}', "NaN is no number"),
        (b"9" * 5_000, "is not JSON"),
    ],
)
def test_files_that_are_none(
    command_line: CommandLine, tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "spec.json"
    path.write_bytes(content)
    line = command_line.fails("build-spec", "--chain", path)
    assert line.startswith(f"the chain spec {path}")
    assert says in line


def test_no_such_chain(command_line: CommandLine) -> None:
    line = command_line.fails("build-spec", "--chain", "polkadot")
    assert line == "'polkadot' is neither a file nor a built-in chain (dev, local)"


def test_a_folder_is_no_specification(command_line: CommandLine, tmp_path: Path) -> None:
    line = command_line.fails("build-spec", "--chain", tmp_path)
    assert line == f"cannot read the chain spec {tmp_path}: Is a directory"
