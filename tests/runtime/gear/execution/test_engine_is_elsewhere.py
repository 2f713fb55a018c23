"""The rules need no engine to be there: only whoever runs programs brings one."""

import subprocess
import sys


def test_the_runtime_is_importable_without_wasmtime() -> None:
    script = (
        "import sys; sys.modules['wasmtime'] = None; "
        "import parachain.runtime.gear.execution, parachain.runtime.gear.code.code"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
