"""Compiled programs in memory and on disk: what is kept, what is trusted."""

import logging
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from wasmtime import Engine, wat2wasm

from parachain.client.executor.module_cache import ModuleCache, open_folder
from parachain.client.executor.wasmtime_engine import fingerprint, new_engine
from parachain.runtime.gear.sandbox import InstantiationError, ProgramCode


@pytest.fixture(scope="module")
def engine() -> Engine:
    return new_engine()


def program(number: int) -> ProgramCode:
    text = f'(module (func (export "f") (result i32) (i32.const {number})))'
    return ProgramCode(number.to_bytes(4, "little"), lambda: bytes(wat2wasm(text)))


class Prepared:
    """Counts what had to be compiled."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, code: bytes) -> bytes:
        self.count += 1
        return code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return open_folder(tmp_path / "cache")


@pytest.fixture
def opened(engine: Engine, folder: Path) -> Callable[..., tuple[ModuleCache, Prepared]]:
    def make(mark: bytes = b"1", room: int = 10**9) -> tuple[ModuleCache, Prepared]:
        prepared = Prepared()
        return ModuleCache(engine, prepared, mark, folder, room), prepared

    return make


Opened = Callable[..., tuple[ModuleCache, Prepared]]


def test_a_program_is_compiled_once(opened: Opened) -> None:
    cache, prepared = opened()
    assert cache.get(program(1)) is cache.get(program(1))
    assert prepared.count == 1
    again, prepared = opened()
    again.get(program(1))
    assert prepared.count == 0


def test_code_is_not_even_loaded_if_it_is_known(opened: Opened) -> None:
    cache, _ = opened()
    cache.get(program(1))

    def fail() -> bytes:
        raise AssertionError

    cache.get(ProgramCode(program(1).key, fail))


def test_other_settings_have_other_files(opened: Opened, folder: Path) -> None:
    opened()[0].get(program(1))
    other, prepared = opened(b"2")
    other.get(program(1))
    assert prepared.count == 1
    assert len(list(folder.iterdir())) == 2


def test_files_are_for_the_owner_only(opened: Opened, folder: Path) -> None:
    opened()[0].get(program(1))
    (path,) = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes()[:-1] + b"\xff"),
        lambda path: path.write_bytes(b"other" + path.read_bytes()[5:]),
        lambda path: path.chmod(0o620),
        lambda path: (path.rename(path.with_name("x")), path.symlink_to(path.with_name("x"))),
        lambda path: (path.unlink(), path.mkdir()),
    ],
)
def test_what_is_not_as_it_was_written_is_compiled_anew(
    opened: Opened, folder: Path, spoil: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    opened()[0].get(program(1))
    (path,) = folder.iterdir()
    spoil(path)
    with caplog.at_level(logging.WARNING):
        cache, prepared = opened()
        cache.get(program(1))
    assert prepared.count == 1
    assert "compiled program" in caplog.text


def test_a_file_of_one_program_is_not_taken_for_another(opened: Opened, folder: Path) -> None:
    cache, _ = opened()
    cache.get(program(1))
    (one,) = folder.iterdir()
    content = one.read_bytes()
    cache.get(program(2))
    (other,) = [path for path in folder.iterdir() if path != one]
    other.write_bytes(content)
    again, prepared = opened()
    again.get(program(2))
    assert prepared.count == 1


def test_the_least_used_goes_first(opened: Opened) -> None:
    cache, prepared = opened()
    cache.get(program(0))
    size = len(cache.get(program(0)).serialize())
    cache, prepared = opened(b"3", 2 * size + size // 2)
    for number in (1, 2, 1, 3):
        cache.get(program(number))
    first = cache.get(program(1))
    assert cache.get(program(1)) is first
    assert prepared.count == 3
    cache.get(ProgramCode(program(2).key, program(2).load))
    assert prepared.count == 3  # from disk


def test_a_folder_of_others_is_refused(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    with pytest.raises(PermissionError):
        open_folder(shared)
    link = tmp_path / "link"
    link.symlink_to(open_folder(tmp_path / "mine"))
    with pytest.raises(PermissionError):
        open_folder(link)


def test_a_folder_that_cannot_be_written_is_no_reason_to_stop(
    engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache = ModuleCache(engine, lambda code: code, b"1", tmp_path / "missing")
    with caplog.at_level(logging.WARNING):
        cache.get(program(1))
    assert "cannot be kept" in caplog.text


def test_bad_code_is_refused(engine: Engine) -> None:
    cache = ModuleCache(engine, lambda code: code, b"1")
    with pytest.raises(InstantiationError, match="does not compile"):
        cache.get(ProgramCode(b"bad", lambda: b"\0asm\1\0\0\0bad"))


def test_the_fingerprint_names_what_compiled_code_depends_on() -> None:
    assert fingerprint().startswith(b"wasmtime 50.0.1\ncranelift")
