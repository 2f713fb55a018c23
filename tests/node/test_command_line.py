"""Flags before and after sub-commands, mistakes in them, and standard output that goes away."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from parachain.client.authoring.author import Sealing
from parachain.client.executor.runtime_executor import Execution
from parachain.node.arguments import default_base_path, log_filters, node_config
from parachain.node.cli import main, parser
from parachain.node.config import NodeConfig
from parachain.rpc.config import MethodsPolicy
from tests.node.command_line import CommandLine
from tests.node.stored_chain import database

COMMAND = (sys.executable, "-m", "parachain.node.cli")


def config(*flags: str) -> NodeConfig:
    return node_config(parser().parse_args(flags))


def test_the_console_script_is_this_command_line() -> None:
    (script,) = entry_points(group="console_scripts", name="gear-parachain")
    assert script.load() is main


@pytest.mark.parametrize(
    "arguments",
    [
        ("build-spec", "--chain", "local", "--raw"),
        ("--chain", "local", "build-spec", "--raw"),
        ("--chain", "dev", "build-spec", "--raw", "--chain=local"),
        ("--log", "off", "-lsync=debug", "build-spec", "--raw", "-l", "warn", "--chain", "local"),
        ("--log-format=json", "build-spec", "--chain", "local", "--raw"),
    ],
)
def test_flags_before_and_after_a_sub_command(
    command_line: CommandLine, arguments: tuple[str, ...]
) -> None:
    expected = command_line.ok("build-spec", "--raw", "--chain", "local").out
    assert command_line.ok(*arguments).out == expected


def test_base_path_before_a_sub_command(command_line: CommandLine, base_path: Path) -> None:
    command_line.ok("-d", base_path, "--dev", "purge-chain", "-y")
    assert not database(base_path).exists()


def test_log_filters_add_up() -> None:
    args = parser().parse_args(["-lwarn", "purge-chain", "--dev", "-l", "db=debug", "--log=a=off"])
    assert log_filters(args) == ("warn", "db=debug", "a=off")


def test_a_development_node() -> None:
    node = config("--dev")
    assert (node.chain, node.base_path, node.key_uri, node.authority) == (
        "dev",
        None,
        "//Alice",
        True,
    )
    assert node.execution is Execution.AUTO
    assert node.rpc.cors_origins is None
    assert [address.port for address in node.rpc.listen] == [9944, 9944]
    assert node.prometheus_port == 9615


def test_what_operators_choose() -> None:
    node = config(
        *("--chain", "local", "--bob", "--sealing", "manual", "--no-prometheus"),
        *("--state-pruning", "archive", "--keep-blocks", "100", "--rpc-methods", "unsafe"),
        *("--rpc-external", "--rpc-cors", "http://a, http://b", "--rpc-max-request-size", "1"),
        *("--rpc-calculations-multiplier", "6", "--rpc-max-batch-size", "8"),
        *("--execution", "wasm"),
    )
    assert node.key_uri == "//Bob"
    assert node.sealing is Sealing.MANUAL
    assert node.prometheus_port is None
    assert node.state_pruning.keep_blocks is None
    assert node.blocks_pruning.keep_blocks == 100
    assert node.rpc.methods is MethodsPolicy.UNSAFE
    assert node.rpc.listen[0].host == "0.0.0.0"
    assert node.rpc.cors_origins == ("http://a", "http://b")
    assert node.rpc.max_request_bytes == 1 << 20
    assert (node.rpc.gear_allowance_multiplier, node.rpc.gear_max_batch_items) == (6, 8)
    assert node.execution is Execution.WASM
    assert node.base_path == default_base_path()


def test_the_default_folder_is_of_the_user(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    assert default_base_path() == home
    for unusable in ("", "relative"):
        monkeypatch.setenv("XDG_DATA_HOME", unusable)
        monkeypatch.setenv("HOME", "/home/operator")
        assert default_base_path() == Path("/home/operator/.local/share/gear-parachain")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "say which chain: --dev, or --chain with a specification"),
        (("build-spec",), "say which chain: --dev, or --chain with a specification"),
        (("--bogus",), "unrecognized arguments: --bogus"),
        (("--dev", "--rpc=1"), "unrecognized arguments: --rpc=1"),
        (("explode",), "argument COMMAND: invalid choice: 'explode'"),
        (("--dev", "--rpc-port", "70000"), "argument --rpc-port: '70000' is not a port"),
        (("--dev", "--rpc-port", "-1"), "argument --rpc-port"),
        (("--dev", "--sealing", "never"), "argument --sealing: invalid choice: 'never'"),
        (("--dev", "--alice", "--bob"), "not allowed with argument"),
        (("--dev", "--state-pruning", "0"), "state pruning '0': expected archive"),
        (("--dev", "--blocks-pruning", "some"), "blocks pruning 'some': expected archive"),
        (("--dev", "--execution", "both"), "'both' is none of auto, native, wasm"),
        (("revert", "--dev", "--execution", "both"), "'both' is none of auto, native, wasm"),
        (("--dev", "--finality-lag", "-1"), "'-1' is not a positive number"),
        (("--dev", "--tmp", "-d", "/x"), "--tmp and --base-path exclude each other"),
        (("--dev", "--log-format", "xml"), "argument --log-format: invalid choice: 'xml'"),
        (("key",), "the following arguments are required: ACTION"),
        (("revert", "--dev", "many"), "argument NUM: 'many' is not a block number"),
    ],
)
def test_a_mistake_is_one_line(
    command_line: CommandLine, arguments: tuple[str, ...], says: str
) -> None:
    assert says in command_line.fails(*arguments, code=2)


def test_a_log_filter_that_is_none(command_line: CommandLine) -> None:
    line = command_line.fails("build-spec", "--dev", "-l", "sync=loud")
    assert line.startswith("'loud' in the log filter 'sync=loud' is none of off, error")


def test_a_mistake_shows_its_traceback_on_request(command_line: CommandLine) -> None:
    outcome = command_line("build-spec", "--chain", "none", "-ldebug")
    assert outcome.code == 1
    assert outcome.err.startswith("Error: 'none' is neither")
    assert "Traceback" in outcome.err


@pytest.mark.parametrize("flags", [("--help",), ("build-spec", "--help"), ("--version",)])
def test_help(command_line: CommandLine, flags: tuple[str, ...]) -> None:
    assert command_line.ok(*flags).out


def test_zombienet_recognises_the_generation(command_line: CommandLine) -> None:
    text = command_line.ok("--help").out.decode()
    assert "export-genesis-head" in text
    assert "--ws-port <PORT>" not in text
    assert "export-chain-spec" not in text


def test_whoever_reads_may_leave(base_path: Path) -> None:
    """As `gear-parachain export-blocks | true`: the pipe is closed before anything is written."""
    arguments = ("export-blocks", "--dev", "-d", str(base_path), "-lerror")
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1


def test_a_full_disk_behind_standard_output() -> None:
    with Path("/dev/full").open("wb") as full:
        process = subprocess.run(
            [*COMMAND, "build-spec", "--dev"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert process.returncode == 1
    assert process.stderr == b"Error: cannot write to standard output: No space left on device\n"
