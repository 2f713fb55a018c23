"""The checker of the pure part sees what it must, and the project passes it."""

from pathlib import Path

import pytest

from tools.check_runtime_subset import check, main, problems

PURE = "parachain/runtime/sample.py"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import os", "import of os"),
        ("from hashlib import sha256", "import of hashlib"),
        ("from . import x", "relative import"),
        ("from parachain.client import chain", "import of parachain.client"),
        ("x = 1.5", "float literal"),
        ("x = 7 / 2", "true division"),
        ("x /= 2", "true division"),
        ("x = {1, 2}", "set: iteration order differs between processes"),
        ("x = hash('a')", "hash()"),
        ("x = set()", "set()"),
        ("def f():\n    global x", "global: mutable state of a module"),
        ("async def f(): pass", "async code"),
        ("exec('x = 1')", "exec()"),
    ],
)
def test_what_is_refused(source: str, reason: str) -> None:
    assert reason in [found for _, found in problems(PURE, source)]


def test_what_is_allowed() -> None:
    source = "from typing import Any\nfrom parachain.primitives.scale import U8\nx = 7 // 2\n"
    assert problems(PURE, source) == []
    assert problems("parachain/primitives/scale/emit.py", "exec('x = 1')") == []


def test_long_files_are_named(tmp_path: Path) -> None:
    long = tmp_path / "long.py"
    long.write_text("x = 1\n" * 401, encoding="utf-8")
    assert check([long], tmp_path) == ["long.py:1: 401 lines, the limit is 400"]


def test_the_project_is_pure_where_it_must_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0, capsys.readouterr().out
