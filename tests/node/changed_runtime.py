"""The next version of the runtime: a blob of sources in which something was changed."""

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from parachain.client.executor.native_code import PACKAGE, PURE_PACKAGES
from parachain.client.executor.wasm.blob import compressed
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.pallets import balances

OLD_VERSION: Final = RUNTIME.version.spec_version
NEW_VERSION: Final = OLD_VERSION + 1
OLD_DEPOSIT: Final = balances.EXISTENTIAL_DEPOSIT
#: Accounts may have less from then on.
NEW_DEPOSIT: Final = OLD_DEPOSIT // 2

#: By file of the runtime: what is replaced there, once, and by what.
_CHANGES: Final = {
    "pallets/system/version.py": (r"spec_version=[\d_]+", f"spec_version={NEW_VERSION}"),
    "pallets/balances/declarations.py": (
        r'("ExistentialDeposit", U128), 10\*\*12',
        rf"\1, {NEW_DEPOSIT}",
    ),
}


@cache
def next_code() -> bytes:
    """Build it, once for all tests; compressed, but not as well as a release."""
    with TemporaryDirectory(prefix="next-runtime-") as folder:
        root = Path(folder)
        for name in PURE_PACKAGES:
            shutil.copytree(PACKAGE / name, root / "parachain" / name)
        for name, (pattern, replacement) in _CHANGES.items():
            path = root / "parachain" / "runtime" / name
            text, count = re.subn(pattern, replacement, path.read_text())
            assert count == 1, f"{count} times {pattern} in {name}"
            path.write_text(text)
        # in a process of its own: wasmtime must not meet the handlers of signals of pytest
        command = (sys.executable, "-m", "runtime_wasm.builder", "--root", root)
        module = root / "module.wasm"
        subprocess.run((*command, "--raw", module), cwd=PACKAGE.parent, check=True)
        return compressed(module.read_bytes(), 3)
