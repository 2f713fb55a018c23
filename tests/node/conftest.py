"""Every test of the node leaves the log as it found it, and finds databases of its own."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from parachain.node import log
from tests.node.command_line import CommandLine
from tests.node.stored_chain import BLOCKS, FINALISED, make_chain


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    root = logging.getLogger(log.ROOT)
    before = root.handlers[:], root.propagate, root.level
    yield
    root.handlers[:], root.propagate, level = before
    root.setLevel(level)
    for name in list(logging.Logger.manager.loggerDict):
        if name.startswith(f"{log.ROOT}."):
            logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a node without --base-path keeps its data."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "gear-parachain"


@pytest.fixture
def command_line(capfdbinary: pytest.CaptureFixture[bytes]) -> CommandLine:
    """Run the command line in this process."""
    return CommandLine(capfdbinary)


@pytest.fixture(scope="session")
def _one_chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base_path = tmp_path_factory.mktemp("chain")
    make_chain(base_path, BLOCKS, FINALISED)
    return base_path


@pytest.fixture
def base_path(_one_chain: Path, tmp_path: Path) -> Path:
    """Base path of a development chain that has some blocks; a copy for each test."""
    return Path(shutil.copytree(_one_chain, tmp_path / "base"))
