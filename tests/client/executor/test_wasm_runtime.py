"""Calls of WebAssembly runtimes: what ends them, what they may use, what they leave behind."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.client.executor.executor import NoSuchEntryPoint, RuntimePanic, UnusableCode
from parachain.client.executor.wasm.blob import compressed
from parachain.client.executor.wasm.engine import Clock, new_engine
from parachain.client.executor.wasm.imports import HOST_FUNCTIONS
from parachain.client.executor.wasm.memory import PAGE
from parachain.client.executor.wasm.runtime import MAX_MEMORY_PAGES
from parachain.client.executor.wasm_executor import WasmExecutor
from parachain.client.state import NativeExt
from parachain.primitives.trie import MissingTrieNode
from tests.client.executor.probe_blob import (
    EXECUTOR,
    PROBE,
    assembled,
    blob,
    host,
    number,
    runtime,
    state,
)

FAT = "(i64.or (i64.extend_i32_u {}) (i64.shl (i64.extend_i32_u {}) (i64.const 32)))"
ENTRY = "(param $p i32) (param $n i32) (result i64)"


def entry(body: str, name: str = "run") -> str:
    return f'(func (export "{name}") {ENTRY} {body})'


def run(code: bytes, args: bytes = b"", **limits: Any) -> bytes:
    return runtime(code).call(state(), "run", args, **limits)


def reason(code: bytes, args: bytes = b"", **limits: Any) -> str:
    with pytest.raises(RuntimePanic) as failed:
        run(code, args, **limits)
    return str(failed.value)


def test_bytes_go_in_and_come_out() -> None:
    echo = blob(entry(FAT.format("(local.get $p)", "(local.get $n)")))
    for args in (b"", b"x", bytes(range(256)) * 300):
        assert run(echo, args) == args
    with pytest.raises(NoSuchEntryPoint, match="the runtime has no other"):
        runtime(echo).call(state(), "other", b"")


def test_nothing_is_left_for_the_next_call() -> None:
    counts = blob(
        '(global $g (mut i32) (i32.const 0)) (data (i32.const 100) "\\05")'
        + entry(
            "(global.set $g (i32.add (global.get $g) (i32.const 1)))"
            "(i32.store8 (i32.const 100) (i32.add (i32.load8_u (i32.const 100)) (global.get $g)))"
            + FAT.format("(i32.const 100)", "(i32.const 1)")
        )
    )
    assert [run(counts) for _ in range(3)] == [b"\6"] * 3


# What ends a call.

LOGS = '(import "env" "ext_logging_log_version_1" (func $log (param i32 i64 i64)))'
PANICS = '(import "env" "ext_panic_handler_abort_on_panic_version_1" (func $abort (param i64)))'
TEXT = '(data (i32.const 8) "runtimepanicked at nothing") (data (i32.const 64) "other")'
TARGET, MESSAGE, OTHER = (
    "(i64.const 0x700000008)",
    "(i64.const 0x130000000f)",
    "(i64.const 0x500000040)",
)


def test_a_panic_comes_with_its_message() -> None:
    logged = f"(call $log (i32.const 0) {TARGET} {MESSAGE}) (unreachable)"
    assert reason(blob(TEXT + entry(logged), LOGS)) == "run panicked: panicked at nothing"
    aborted = f"(call $abort {MESSAGE}) (i64.const 0)"
    assert reason(blob(TEXT + entry(aborted), PANICS)) == "run panicked: panicked at nothing"


@pytest.mark.parametrize("call", [f"(i32.const 1) {TARGET}", f"(i32.const 0) {OTHER}"])
def test_other_messages_are_not_that_of_a_panic(
    call: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "gear.runtime"):
        code = blob(TEXT + entry(f"(call $log {call} {MESSAGE}) (unreachable)"), LOGS)
        assert reason(code) == "run trapped: unreachable"
    assert "panicked at nothing" in caplog.text


@pytest.mark.parametrize(
    ("body", "trap"),
    [
        ("(unreachable)", "unreachable"),
        ("(i64.load (i32.const -1))", "memory out of bounds"),
        ("(i64.div_u (i64.const 1) (i64.const 0))", "integer division by zero"),
        ("(i64.trunc_f64_u (f64.const 1e30))", "integer overflow"),
        ("(call_indirect (result i64) (i32.const 7))", "table out of bounds"),
        ("(call_indirect (result i64) (i32.const 0))", "indirect call to null"),
        ("(call $run (local.get $p) (local.get $n))", "stack overflow"),
    ],
)
def test_traps(body: str, trap: str) -> None:
    code = blob(f'(table 1 funcref) (func $run (export "run") {ENTRY} {body})')
    assert reason(code) == f"run trapped: {trap}"


def test_functions_that_the_host_does_not_have_can_be_imported_but_not_called() -> None:
    imports = """(import "env" "ext_future_thing_version_9" (func $f (param i64 f64) (result f32)))
        (import "env" "ext_offchain_timestamp_version_1" (func $t (result i64)))"""
    code = blob(entry("(i64.const 0)", "quiet") + entry("(call $t)"), imports)
    assert runtime(code).call(state(), "quiet", b"") == b""
    missing = "ext_offchain_timestamp_version_1: this host has no function of that name"
    assert reason(code) == f"run trapped: {missing}"
    drops = "(drop (call $f (i64.const 1) (f64.const 2))) (i64.const 0)"
    assert "ext_future_thing_version_9" in reason(blob(entry(drops), imports))


def test_errors_of_the_host_pass_through() -> None:
    class Pruned(NativeExt):
        def exists(self, key: bytes) -> bool:
            raise MissingTrieNode(key)

    with pytest.raises(MissingTrieNode):
        host(Pruned(state()._committed), "ext_storage_exists_version_1", b"key")


def test_a_bug_of_the_host_ends_the_call_alone(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(NativeExt):
        def exists(self, key: bytes) -> bool:
            raise KeyError(key)

    with pytest.raises(RuntimePanic, match="exists_version_1 failed in the host: KeyError"):
        host(Broken(state()._committed), "ext_storage_exists_version_1", b"key")
    assert "a bug of the host" in caplog.text


# What a runtime must have.


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("(module (memory 1))", "exports no i32 __heap_base"),
        ('(module (memory 1) (global (export "__heap_base") i64 (i64.const 1)))', "no i32"),
        ('(module (memory 1) (func (export "__heap_base")))', "no i32"),
        ("(module)", "one memory"),
        ("(module (memory 1) (start 0) (func))", "no start function"),
        ("(module (memory 1) (func (param v128)))", "does not compile"),
        ("(module (memory 1) (func (result i32 i32) unreachable))", "does not compile"),
    ],
)
def test_modules_that_are_no_runtimes(text: str, what: str) -> None:
    with pytest.raises(UnusableCode, match=what):
        runtime(assembled(text))


@pytest.mark.parametrize("code", [b"", b"\0asm", compressed(b"no module"), b"\x52\xbc\x53\x76"])
def test_bytes_that_are_no_module(code: bytes) -> None:
    with pytest.raises(UnusableCode, match="the runtime's code cannot be used"):
        runtime(code)


def test_an_import_of_another_type_is_refused() -> None:
    wrong = '(import "env" "ext_storage_get_version_1" (func (param i32) (result i64)))'
    with pytest.raises(UnusableCode, match="ext_storage_get_version_1"):
        runtime(blob(entry("(i64.const 0)"), wrong))


def test_only_functions_of_the_right_type_are_entry_points() -> None:
    code = blob(
        entry("(i64.const 0)")
        + '(func (export "a")) (func (export "b") (param i32 i32 i32) (result i64) (i64.const 0))'
        + '(func (export "c") (param i32 i64) (result i64) (i64.const 0))'
        + '(func (export "d") (param i32 i32) (result i32) (i32.const 0))'
    )
    assert runtime(code).entry_points() == {"run"}


# What a call may use.


def test_the_memory_has_its_full_size_and_does_not_grow() -> None:
    sizes = entry(
        "(i32.store (i32.const 0) (memory.size))"
        "(i32.store (i32.const 4) (memory.grow (i32.const 1)))"
        + FAT.format("(i32.const 0)", "(i32.const 8)")
    )
    for text in (
        blob(sizes, pages=2),
        assembled(
            '(module (memory 2 3) (global (export "__heap_base") i32 (i32.const 9))' + sizes + ")"
        ),
    ):
        answer = run(text, heap_pages=10)
        assert (number(answer[:4]), answer[4:]) == (12, b"\xff" * 4)


def test_the_heap_ends_with_the_pages_that_the_chain_grants() -> None:
    malloc = '(import "env" "ext_allocator_malloc_version_1" (func $m (param i32) (result i32)))'
    code = blob(entry("(i64.extend_i32_u (call $m (i32.load (local.get $p))))"), malloc, pages=1)
    fits = (PAGE // 2).to_bytes(4, "little")
    assert run(code, fits, heap_pages=2) == b""
    assert "out of memory" in reason(code, (2 * PAGE).to_bytes(4, "little"), heap_pages=2)
    assert "more than 33554432 bytes" in reason(code, b"\xff\xff\xff\x7f")
    assert "out of memory" in reason(code, bytes(4 * PAGE), heap_pages=2), "as for the arguments"
    with pytest.raises(UnusableCode, match="cannot be instantiated"):
        run(code, fits, heap_pages=MAX_MEMORY_PAGES)


def test_a_runtime_that_never_ends_is_ended() -> None:
    slow = WasmExecutor(state, max_call_s=0.0)
    code = blob(entry("(loop $l (br $l)) (unreachable)") + entry("(i64.const 0)", "quick"))
    endless = slow.runtime(b"endless", lambda: code)
    began = time.monotonic()
    with pytest.raises(RuntimePanic, match="run takes too long"):
        endless.call(state(), "run", b"")
    assert time.monotonic() - began < 10
    assert endless.call(state(), "quick", b"") == b""


# Pointers from code that nobody vouches for.

BAD = st.one_of(
    st.integers(0, 2**64 - 1),
    st.builds(
        lambda start, size: start | size << 32, st.integers(0, 2**20), st.integers(0, 2**32 - 1)
    ),
)


@given(st.sampled_from(sorted(HOST_FUNCTIONS)), st.data())
def test_no_argument_does_harm(name: str, data: st.DataObject) -> None:
    args = [data.draw(st.one_of(BAD, st.binary(max_size=40))) for _ in HOST_FUNCTIONS[name].params]
    bugs: list[logging.LogRecord] = []
    log = logging.getLogger("gear.runtime")
    watch = logging.Handler(logging.ERROR)
    watch.emit = bugs.append  # type: ignore[assignment]  # all that it is for
    log.addHandler(watch)
    with contextlib.suppress(RuntimePanic):
        host(state(key=b"value"), name, *args)
    log.removeHandler(watch)
    assert [bug for bug in bugs if "a bug of the host" in bug.getMessage()] == []


@pytest.mark.parametrize("answer", [2**32, 2**63, 1 << 32 | (4 << 20) * 60, 2**64 - 1])
def test_answers_beyond_the_memory(answer: int) -> None:
    code = blob(entry(f"(i64.const {answer - (1 << 64) if answer >> 63 else answer})"), pages=1)
    expected = run(code, heap_pages=1) if answer == 2**32 else None
    if expected is None:
        assert "beyond the 131072 bytes" in reason(code, heap_pages=1)
    else:
        assert expected == b"\0"


# Versions of other runtimes.

VERSION = '(import "env" "ext_misc_runtime_version_version_1" (func $v (param i64) (result i64)))'
ASKS = FAT.format("(local.get $p)", "(local.get $n)")


def test_a_runtime_asks_for_the_version_of_another() -> None:
    old = blob('(data (i32.const 8) "version")' + entry("(i64.const 0x700000008)", "Core_version"))
    executor = WasmExecutor(state)
    for code in (old, compressed(old)):
        assert executor.runtime_version(code) == b"version"
    for code in (b"", PROBE, blob(entry("(unreachable)", "Core_version"))):
        assert executor.runtime_version(code) is None
    asking = executor.runtime(b"asking", lambda: blob(entry(f"(call $v {ASKS})"), VERSION))
    for code, answer in ((old, b"\1\x1cversion"), (PROBE, b"\0")):
        call = asking.call(state(), "run", code, read_version=executor.runtime_version)
        assert call == answer


def test_runtimes_do_not_ask_each_other_for_ever() -> None:
    asking = blob(entry(f"(call $v {ASKS})", "Core_version") + entry(f"(call $v {ASKS})"), VERSION)
    executor = WasmExecutor(state)
    assert executor.runtime_version(asking) is None
    outer = executor.runtime(b"outer", lambda: asking)
    answer = outer.call(state(), "run", asking, read_version=executor.runtime_version)
    assert answer == b"\0"


# Several calls at a time.


def test_threads_do_not_meet() -> None:
    failed: list[str] = []

    def work(mark: int) -> None:
        ext = state()
        for turn in range(60):
            value = bytes((mark, turn)) * 20
            host(ext, "ext_storage_set_version_1", b"key", value)
            answer = host(ext, "ext_storage_get_version_1", b"key")
            if answer != b"\1\xa0" + value:
                failed.append(answer.hex())

    threads = [threading.Thread(target=work, args=(mark,)) for mark in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_call_within_a_call() -> None:
    class Nesting(NativeExt):
        inner: Callable[[], bytes]

        def exists(self, key: bytes) -> bool:
            return self.inner() == b"\1\x08in" and key == b"key"

    ext = Nesting(state()._committed)
    ext.inner = lambda: host(state(key=b"in"), "ext_storage_get_version_1", b"key")
    assert number(host(ext, "ext_storage_exists_version_1", b"key")) == 1


def test_the_clock_ends_when_there_are_no_calls() -> None:
    clock = Clock(new_engine(), tick_s=0.001)
    for _ in range(2):
        with clock:
            assert clock._runs
        deadline = time.monotonic() + 10
        while clock._runs:
            assert time.monotonic() < deadline
            time.sleep(0.001)


def test_deep_stacks_on_top_of_each_other() -> None:
    endless = blob(
        f'(func $f (export "Core_version") {ENTRY} (call $f (i32.const 0) (i32.const 0)))'
    )
    deep = blob(
        f"""(func $down (param $p i32) (param $n i32) (param $levels i32) (result i64)
            (if (result i64) (local.get $levels)
              (then (call $down (local.get $p) (local.get $n)
                (i32.sub (local.get $levels) (i32.const 1))))
              (else (call $v {ASKS}))))"""
        + entry("(call $down (local.get $p) (local.get $n) (i32.const 20000))"),
        VERSION,
    )
    answers: list[bytes] = []

    def work() -> None:
        answer = runtime(deep).call(state(), "run", endless, read_version=EXECUTOR.runtime_version)
        answers.append(answer)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert answers == [b"\0"]
