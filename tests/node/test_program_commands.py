"""`program ...` against a running node: from an upload to the reply, and what goes wrong."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.node.command_line import CommandLine
from tests.node_process import NodeProcess

PROGRAMS: Final = Path(__file__).parents[1] / "programs" / "c"
COUNTER, PING = PROGRAMS / "counter.wasm", PROGRAMS / "ping.wasm"
NOTHING: Final = "0x" + "00" * 32


@pytest.fixture(scope="module")
def node() -> Iterator[NodeProcess]:
    with NodeProcess.start("--dev", "--tmp", "--sealing", "instant") as node:
        assert node.ws_url
        yield node


class Programs:
    """The commands with the URL of the node."""

    def __init__(self, command_line: CommandLine, node: NodeProcess) -> None:
        self._command_line = command_line
        self._url = node.ws_url

    def text(self, *arguments: object) -> list[str]:
        outcome = self._command_line.ok("program", *arguments, "--url", self._url)
        return outcome.out.decode().splitlines()

    def facts(self, *arguments: object) -> dict[str, Any]:
        lines = self.text(*arguments, "--output-type", "json")
        return {each["kind"]: each for each in map(json.loads, lines)}

    def fails(self, *arguments: object) -> str:
        outcome = self._command_line("program", *arguments, "--url", self._url)
        assert outcome.code == 1
        assert "Traceback" not in outcome.err
        return outcome.err.splitlines()[-1].removeprefix("Error: ")


@pytest.fixture
def programs(command_line: CommandLine, node: NodeProcess) -> Programs:
    return Programs(command_line, node)


def test_from_an_upload_to_the_reply(programs: Programs) -> None:
    lines = programs.text("upload", COUNTER, "--init", "0x07000000")
    labels = [line.split()[0] for line in lines]
    assert labels == ["code", "gas", "block", "program", "message", "reply"]
    assert lines[-1] == "reply     success: 0x07000000"
    program = lines[3].split()[1]
    assert re.fullmatch("0x[0-9a-f]{64}", program)
    sent = programs.text("send", program, "inc")
    assert sent[-1] == "reply     success: 0x08000000"
    assert programs.text("read-state", program) == ["state     0x08000000"]


def test_a_program_of_a_code_that_is_there(programs: Programs) -> None:
    uploaded = programs.facts("upload", COUNTER, "--salt", "one")
    created = programs.facts("create", uploaded["code"]["id"], "--salt", "two")
    assert created["program"]["id"] != uploaded["program"]["id"]
    assert created["reply"]["payload"] == "0x00000000"


def test_gas_and_signer_can_be_given(programs: Programs) -> None:
    program = programs.facts("upload", PING)["program"]["id"]
    told = programs.facts("send", program, "PING", "--gas", "2_000_000_000", "--suri", "//Bob")
    assert "gas" not in told
    assert told["reply"]["payload"] == "0x" + b"PONG".hex()


def test_an_error_reply_is_shown(programs: Programs) -> None:
    program = programs.facts("upload", COUNTER)["program"]["id"]
    lines = programs.text("send", program, "nonsense", "--gas", "2_000_000_000")
    assert lines[-1].startswith("reply     error: userspace panic")


def test_a_message_to_a_user(programs: Programs) -> None:
    (_, message) = programs.text("send", NOTHING, "hello", "--gas", "1_000_000_000")
    assert message.endswith(f"to {NOTHING}, which is no program: it is in the mailbox of a user")


def test_watching_a_program(programs: Programs) -> None:
    made = programs.facts("upload", COUNTER)
    program, first = made["program"]["id"], made["block"]["number"]
    programs.facts("upload", PING)
    sent = programs.facts("send", program, "inc")
    blocks = sent["block"]["number"] - first + 1
    lines = programs.text("watch", program, "--from", first, "--blocks", blocks)
    labels = [line.split()[0] for line in lines]
    init = ["program", "queued", "reply", "program", "processed"]
    assert labels == [*init, "queued", "reply", "processed"]
    assert lines[0] == f"program   #{first} {program} created"
    assert lines[6].endswith("(success): 0x01000000")
    everything = programs.text("watch", "--from", first, "--blocks", blocks)
    assert set(lines) < set(everything)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("claim", NOTHING), "Gear.MessageNotFound: "),
        (("reply", NOTHING, "hello"), "Runtime error: \"Extrinsic `gear.send_reply` failed: 'Me"),
        (("send", NOTHING, "hello"), 'Runtime error: "Internal error: entered unreachable code'),
        (("upload", PING, "--gas", "900_000_000_000"), "Gear.GasLimitTooHigh: "),
        (("upload", "/nowhere"), "/nowhere: No such file or directory"),
        (("create", NOTHING, "--gas", "1_000_000_000"), "Gear.CodeDoesntExist: "),
        (("upload", Path(__file__), "--gas", "1_000_000_000"), "Gear.ProgramConstructionFailed: "),
        (
            ("upload", COUNTER, "--gas", "1", "--suri", "//Poor"),
            "Invalid Transaction: Inability to pay",
        ),
        (("upload", COUNTER, "--suri", "/Alice/"), "expected <phrase or 0x seed>"),
        (("read-state", NOTHING), 'Runtime error: "Program not found"'),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(
    programs: Programs, arguments: tuple[object, ...], says: str
) -> None:
    assert programs.fails(*arguments).startswith(says)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ws://127.0.0.1:1", "no node answers at ws://127.0.0.1:1: Connection refused"),
        ("127.0.0.1", "'127.0.0.1' is not the URL of a WebSocket"),
    ],
)
def test_a_node_that_is_not_there(command_line: CommandLine, url: str, says: str) -> None:
    assert command_line.fails("program", "claim", NOTHING, "--url", url).startswith(says)
