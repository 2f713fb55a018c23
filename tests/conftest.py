"""What all tests share: how hypothesis searches, and a blob of the runtime that is tested."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from parachain.client.executor import native_code

# A busy machine must not turn a slow example into a failure, and the same tree must pass twice:
# examples are derived from the test itself. `--hypothesis-profile=search` looks further.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("steady")


def pytest_configure(config: pytest.Config) -> None:
    """Build the runtime's WebAssembly anew if its sources have changed.

    In a process of its own: wasmtime must not meet the handlers of signals that pytest installs
    next.
    """
    if config.option.collectonly or _blob_is_of_these_sources():
        return
    sys.stderr.write("building the runtime's WebAssembly, whose sources have changed\n")
    root = Path(__file__).parents[1]
    command = [sys.executable, "-m", "runtime_wasm.builder", str(native_code.CODE_FILE)]
    subprocess.run(command, cwd=root, check=True)
    native_code.native_code.cache_clear()
    native_code.is_built_of_sources.cache_clear()


def _blob_is_of_these_sources() -> bool:
    try:
        return native_code.is_built_of_sources()
    except native_code.MissingCodeError:
        return False
