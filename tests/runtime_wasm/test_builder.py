"""The builder: the same bytes each time, what a blob may be, failures that say why."""

from pathlib import Path

import pytest
from wasmtime import wat2wasm

from parachain.client.executor.wasm.version import embedded_version
from runtime_wasm.builder.blob import COMPRESSION_PREFIX, build, compress
from runtime_wasm.builder.checks import (
    MAX_BYTES,
    MAX_COMPRESSED_BYTES,
    BlobError,
    allowed_imports,
    check,
    check_compressed,
    mvp_engine,
)
from runtime_wasm.builder.guest_instance import GuestError
from runtime_wasm.builder.leb128 import read_unsigned, sections, signed, unsigned
from runtime_wasm.builder.snapshot import imported_functions
from runtime_wasm.builder.sources import sources
from tests.runtime_wasm.probe_runtime import FUNCTIONS, VERSION, probe, write_runtime

ROOT = Path(__file__).parents[2]


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    write_runtime(tmp_path / "elsewhere", FUNCTIONS)
    again = build(tmp_path / "elsewhere")
    assert again.module == probe().module
    assert compress(again.module) == compress(probe().module)


def test_a_blob_names_its_version() -> None:
    found = embedded_version(probe().module)
    assert found is not None
    assert found.spec_name == VERSION.spec_name
    assert found.spec_version == VERSION.spec_version


def test_a_blob_imports_host_functions_alone_and_keeps_no_names() -> None:
    imported = imported_functions(probe().module)
    assert set(imported) <= allowed_imports()
    assert all(name.startswith("ext_") for name in imported)
    kinds = [kind for kind, _ in sections(probe().module)]
    assert kinds == [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 0, 0, 0]


def test_every_allowed_import_is_used() -> None:
    assert set(imported_functions(probe().module)) == allowed_imports()


def test_a_runtime_that_cannot_be_imported(tmp_path: Path) -> None:
    write_runtime(tmp_path, "import os\n")
    with pytest.raises(GuestError, match=r"No module named 'os'\n(.*\n)+.*entry\.py:2 <module>"):
        build(tmp_path)


def test_a_runtime_that_asks_the_host_while_it_is_imported(tmp_path: Path) -> None:
    write_runtime(tmp_path, "import _host\n_host.get(b'')\n")
    with pytest.raises(GuestError, match="ext_storage_get_version_1"):
        build(tmp_path)


def module(text: str) -> bytes:
    return bytes(wat2wasm(f"(module {text})"))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (module('(import "env" "ext_other" (func))'), "imports ext_other, which no runtime may"),
        (module('(import "wasi" "fd_write" (func))'), "imports wasi.fd_write, which no runtime"),
        (module("(func (result v128) v128.const i64x2 0 0)"), "not a module of WebAssembly's"),
        (module("(func (result i32 i32) i32.const 0 i32.const 0)"), "not a module of WebAssem"),
        (module("(memory 1) (func (memory.copy " + "(i32.const 0)" * 3 + "))"), "not a module"),
        (b"no module", "not a module of WebAssembly's first version"),
        (bytes(MAX_BYTES + 1), "12,582,913 bytes, 12,582,912 are allowed"),
    ],
)
def test_what_no_chain_takes(code: bytes, reason: str) -> None:
    with pytest.raises(BlobError, match=reason):
        check(mvp_engine(), code)


def test_a_compressed_blob_has_a_limit_of_its_own() -> None:
    check_compressed(bytes(MAX_COMPRESSED_BYTES))
    with pytest.raises(BlobError, match="3,145,729 compressed bytes, 3,145,728 are allowed"):
        check_compressed(bytes(MAX_COMPRESSED_BYTES + 1))
    assert compress(b"").startswith(COMPRESSION_PREFIX)


def test_the_sources_are_the_pure_packages_and_some_of_the_standard_library() -> None:
    found = sources(ROOT)
    names = [source.name for source in found]
    assert len(names) == len(set(names))
    assert {"parachain.runtime.blob.entry", "parachain.primitives.scale", "typing"} <= set(names)
    assert not any(name.startswith("parachain.client") for name in names)
    packages = {source.name for source in found if source.is_package}
    assert {"parachain", "collections", "parachain.runtime.pallets.system"} <= packages


@pytest.mark.parametrize("number", [0, 1, 0x3F, 0x40, 0x7F, 0x80, 2**20, 2**32 - 1])
def test_numbers(number: int) -> None:
    assert read_unsigned(unsigned(number), 0) == (number, len(unsigned(number)))


@pytest.mark.parametrize(
    ("number", "encoded"), [(0, "00"), (63, "3f"), (64, "c000"), (-1, "7f"), (-65, "bf7f")]
)
def test_signed_numbers(number: int, encoded: str) -> None:
    assert signed(number).hex() == encoded
