"""Nodes for clients to talk to, and the JavaScript clients as processes.

The chain of most tests differs from the development chain in the length of its slots alone.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.node_process import COMMAND, NodeProcess

HERE: Final = Path(__file__).parent
#: Slots so short that some hundreds of blocks take a minute or two.
FAST_SLOT_MS: Final = 400
#: The longest script, several times over.
SCRIPT_TIMEOUT_S: Final = 240.0

#: What a node never logs while it works as it should, whatever clients send.
_TROUBLE: Final = re.compile(r"Traceback|\bERROR\b|🙈|refused|WARN sandbox")


def fast_chain(folder: Path) -> Path:
    """Write the specification of the development chain with short slots."""
    done = subprocess.run(
        (*COMMAND, "build-spec", "--chain", "dev"), check=True, capture_output=True, timeout=60
    )
    spec = json.loads(done.stdout)
    spec["genesis"]["runtimeGenesis"]["config"]["timestamp"] = {"slotDurationMs": FAST_SLOT_MS}
    path = folder / "fast.json"
    path.write_text(json.dumps(spec), encoding="utf-8")
    return path


@contextmanager
def running_node(chain: Path | str, *flags: str) -> Iterator[NodeProcess]:
    """Run an authority of `chain` during the block. Fails if it does not end as it should."""
    with NodeProcess.start("--chain", chain, "--tmp", "--alice", *flags) as node:
        yield node
        assert node.stop() == 0, node.log


def assert_no_trouble(node: NodeProcess) -> None:
    """Fail if the log of the node shows a bug: a traceback, an error, a block that failed."""
    lines = node.log.splitlines()
    for number, line in enumerate(lines):
        assert not _TROUBLE.search(line), "\n".join(lines[max(number - 5, 0) : number + 60])


def node_js() -> str:
    """Return the path of Node.js. Fails the test where it or a package is missing."""
    path = shutil.which("node")
    if path is None:
        raise AssertionError("the client tests need Node.js 20 or newer: install nodejs and npm")
    if not (HERE / "node_modules").is_dir():
        raise AssertionError(f"the JavaScript clients are not installed: run npm ci in {HERE}")
    return path


def run_script(name: str, endpoint: str) -> None:
    """Run a script of Node's test runner against a node. Fails with what it reported."""
    command = (node_js(), "--test-reporter=spec", "--test-force-exit", f"{name}.test.mjs")
    environment = {**os.environ, "GEAR_ENDPOINT": endpoint, "NO_COLOR": "1"}
    environment.pop("FORCE_COLOR", None)  # which would win
    with subprocess.Popen(
        command,
        cwd=HERE,
        env=environment,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        try:
            report, _ = process.communicate(timeout=SCRIPT_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            report, _ = process.communicate()
            raise AssertionError(f"{name} took over {SCRIPT_TIMEOUT_S} s:\n{report}") from None
    assert process.returncode == 0, f"{name}:\n{report}"
