"""What is stored as `:code`: decompressed within limits, prepared, asked for its version."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wasmtime import Module, WasmtimeError

from parachain.client.executor.wasm.blob import (
    ZSTD_PREFIX,
    BlobError,
    compressed,
    sections,
    uncompressed,
    with_own_memory,
)
from parachain.client.executor.wasm.engine import new_engine
from parachain.client.executor.wasm.version import (
    embedded_version,
    encode_version,
    read_version,
    version_of,
)
from parachain.primitives.runtime_version import RuntimeVersion
from parachain.primitives.scale import U32, DecodeError
from tests.client.executor.probe_blob import PROBE, assembled

CORE = bytes.fromhex("df6acb689907609b")
MODULE = b"\0asm\1\0\0\0"
ENGINE = new_engine()


def version(core: int, **changes: object) -> RuntimeVersion:
    made = RuntimeVersion("name", "impl", 1, 9300, 2, ((CORE, core), (bytes(8), 7)), 13, 1)
    return made._replace(**changes)  # type: ignore[arg-type]  # as the tests below name them


def test_a_compressed_blob_is_the_module() -> None:
    assert uncompressed(PROBE) == PROBE
    blob = compressed(PROBE)
    assert blob.startswith(ZSTD_PREFIX)
    assert len(blob) < len(PROBE)
    assert uncompressed(blob) == PROBE
    assert uncompressed(blob + blob[len(ZSTD_PREFIX) :]) == 2 * PROBE, "frames follow each other"


def test_what_is_too_large_is_refused_before_it_takes_memory() -> None:
    assert len(uncompressed(compressed(bytes(5000)), limit=5000)) == 5000
    for blob in (compressed(bytes(5001)), bytes(5001)):
        with pytest.raises(BlobError, match="5000"):
            uncompressed(blob, limit=5000)
    bomb = compressed(bytes(60 << 20))
    assert len(bomb) < 10_000
    with pytest.raises(BlobError, match="more than 52428800 bytes"):
        uncompressed(bomb)


@given(st.integers(8, 60))
def test_half_a_frame_is_none(cut: int) -> None:
    blob = compressed(PROBE)
    with pytest.raises(BlobError, match="cannot be decompressed"):
        uncompressed(blob[:-cut])
    with pytest.raises(BlobError, match="cannot be decompressed"):
        uncompressed(blob + bytes(cut))


@given(st.binary(max_size=80))
def test_any_bytes_are_read_without_surprise(noise: bytes) -> None:
    for code in (noise, MODULE + noise, ZSTD_PREFIX + noise, compressed(MODULE + noise)):
        assert version_of(code) is None
        with contextlib.suppress(BlobError):
            with_own_memory(uncompressed(code))


@pytest.mark.parametrize(
    "text",
    [
        '(module (import "env" "memory" (memory 3)) (func (export "f")))',
        '(module (import "env" "memory" (memory 3 9)) (func (export "f")))',
        '(module (memory (export "memory") 3) (func (export "f")))',
        '(module (memory (export "other") 3 4) (func (export "f")) (data (i32.const 9) "x"))',
        """(module (import "env" "f" (func)) (import "env" "memory" (memory 3))
        (export "f" (func 0)))""",
        '(module (memory 3) (table 1 funcref) (global i32 (i32.const 1)) (func (export "f")))',
    ],
)
def test_the_memory_becomes_the_module_s_own(text: str) -> None:
    module = Module(ENGINE, with_own_memory(assembled(text)))
    assert [item.name for item in module.imports] in ([], ["f"])
    found = {item.name: item.type for item in module.exports}
    assert set(found) == {"f", "memory"}
    limits = found["memory"].limits  # type: ignore[union-attr]  # it is a memory
    assert (limits.min, limits.max) == (3, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(module)", "one memory"),
        ('(module (import "env" "memory" (memory 1)) (memory 1))', "one memory"),
        ("(module (memory 1) (memory 1))", "one memory"),
        ("(module (memory i64 1))", "a kind no runtime has"),
        ("(module (memory 1) (func) (start 0))", "no start function"),
        ('(module (import "wasi" "f" (func)) (memory 1))', "imports from"),
        ('(module (import "env" "t" (table 1 funcref)) (memory 1))', "no function"),
        ('(module (import "env" "g" (global i32)) (memory 1))', "no function"),
    ],
)
def test_forms_that_no_runtime_has(text: str, reason: str) -> None:
    with pytest.raises(BlobError, match=reason):
        with_own_memory(assembled(text))


def test_broken_modules_are_refused_by_someone() -> None:
    module = with_own_memory(PROBE)
    for size in range(8, len(PROBE), 97):
        with pytest.raises((BlobError, WasmtimeError)):
            Module(ENGINE, with_own_memory(PROBE[:size]))
    assert len(list(sections(module))) > 3


def custom(name: bytes, content: bytes) -> bytes:
    body = bytes((len(name),)) + name + content
    assert len(body) < 128
    return b"\0" + bytes((len(body),)) + body


def embedded(head: RuntimeVersion, size: int | None = None) -> bytes:
    encoded = encode_version(head._replace(apis=()))
    apis = b"".join(name + U32.encode(number) for name, number in head.apis)
    return (
        MODULE
        + custom(b"runtime_version", encoded[:size])
        + custom(b"runtime_version", b"ignored")
        + custom(b"runtime_apis", apis)
    )


def test_the_version_is_read_without_running_anything() -> None:
    for core in (4, 5):
        code = embedded(version(core))
        assert embedded_version(code) == embedded_version(compressed(code)) == version(core)
        assert version_of(code) == encode_version(version(core))
    assert embedded_version(MODULE) is None
    assert version_of(b"nonsense") is None


def test_older_runtimes_know_fewer_versions() -> None:
    # Core 3 ends before the state version, Core 2 before that of transactions
    assert embedded_version(embedded(version(3), -1)) == version(3, state_version=0)
    oldest = version(2, state_version=0, transaction_version=1)
    assert embedded_version(embedded(version(2), -5)) == oldest
    assert read_version(encode_version(version(2))[:-5]) == oldest
    assert read_version(encode_version(version(4))) == version(4)
    with pytest.raises(DecodeError):
        read_version(encode_version(version(4))[:-1])


@pytest.mark.parametrize(
    "code",
    [
        MODULE + custom(b"runtime_version", b"\xff"),
        embedded(version(4), -1),
        embedded(version(4))[:-1],
        MODULE
        + custom(b"runtime_version", encode_version(version(4)))
        + custom(b"runtime_apis", b"x"),
        MODULE + b"\0\5\x09abcd",
    ],
)
def test_malformed_sections(code: bytes) -> None:
    with pytest.raises(BlobError):
        embedded_version(code)
    assert version_of(code) is None
