"""The kept programs are what their sources say."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from parachain.runtime.gear.code.code import new_code
from parachain.runtime.gear.schedule import SCHEDULE
from parachain.runtime.gear.wasm.parser import parse
from tests.runtime.gear.code.judge import is_valid
from tools import build_programs
from tools.add_stack_end import STACK_END, with_stack_end

PROGRAMS = build_programs.PROGRAMS
MANIFEST = json.loads(build_programs.MANIFEST.read_text())
KEPT = build_programs.kept()


def _name(path: Path) -> str:
    return path.relative_to(PROGRAMS).as_posix()


def test_all_programs_are_kept() -> None:
    sources = {path.with_suffix(".wasm") for path in PROGRAMS.glob("c/*.c")}
    sources |= {
        path.parent.with_suffix(".wasm")
        for path in PROGRAMS.glob("rust/*/Cargo.toml")
        if "rust/target" not in path.as_posix()
    }
    assert sources == set(KEPT)
    assert list(MANIFEST["programs"]) == [_name(path) for path in KEPT]


@pytest.mark.parametrize("path", KEPT, ids=_name)
def test_a_kept_program_was_made_of_this_source(path: Path) -> None:
    assert MANIFEST["programs"][_name(path)] == build_programs.record(path)


@pytest.mark.parametrize("path", KEPT, ids=_name)
def test_a_kept_program_can_be_uploaded(path: Path) -> None:
    code = new_code(path.read_bytes(), SCHEDULE)
    assert is_valid(code.instrumented.bytes)
    assert code.metadata.stack_end == 1


def test_the_flags_are_recorded() -> None:
    assert MANIFEST["c"]["flags"] == list(build_programs.FLAGS)


@pytest.mark.slow
@pytest.mark.skipif(find_spec("ziglang") is None, reason="pip install -e '.[programs]'")
@pytest.mark.parametrize("path", [path for path in KEPT if path.parent.name == "c"], ids=_name)
def test_the_source_makes_these_bytes(path: Path, tmp_path: Path) -> None:
    built = tmp_path / path.name
    build_programs.build(path.with_suffix(".c"), built)
    assert built.read_bytes() == path.read_bytes()


def test_a_stack_end_is_where_the_stack_pointer_begins() -> None:
    code = (PROGRAMS / "c" / "ping.wasm").read_bytes()
    module = parse(with_stack_end(code))
    assert module.exports is not None
    assert module.globals is not None
    (end,) = [each for each in module.exports if each.name == STACK_END]
    assert module.globals[end.item].value == module.globals[0].value
    assert [each.name for each in module.exports] == ["init", "handle", STACK_END]
    assert new_code(with_stack_end(code), SCHEDULE).metadata.stack_end == 1


def test_a_program_without_a_stack_has_no_end_of_it() -> None:
    code = (PROGRAMS / "ping.wat").with_suffix(".wasm").read_bytes()
    with pytest.raises(ValueError, match="no stack pointer"):
        with_stack_end(code)
