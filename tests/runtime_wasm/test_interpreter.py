"""The interpreter inside a blob: memory, depth, failures, what it has and what it has not."""

import pytest

from parachain.client.executor.executor import RuntimePanic
from tests.client.executor.probe_blob import state
from tests.runtime_wasm.probe_runtime import probe, run, runtime

MIB = 2**20


def panic(function: str, number: int = 0) -> str:
    with pytest.raises(RuntimePanic) as failed:
        run(function, number)
    return str(failed.value)


@pytest.mark.parametrize("size", [0, 1, 5 * MIB])
def test_bytes_go_in_and_come_out(size: int) -> None:
    args = bytes(range(251)) * (size // 251 + 1)
    assert runtime().call(state(), "echo", args[:size]) == args[:size]


@pytest.mark.parametrize("size", [1, 8192, 8193, 4 * MIB, 25 * MIB])
def test_blocks_of_any_size_can_be_had(size: int) -> None:
    assert run("block", size) == str(size), "and it is all zeros"


@pytest.mark.parametrize("size", [100, 2_000, 5_000_000])
def test_blocks_that_are_given_back_are_used_again(size: int) -> None:
    assert run("blocks", size) == str(size)


def test_many_small_objects() -> None:
    assert run("many", 60_000) == "40000"


def test_a_block_may_grow() -> None:
    assert run("growing", 20 * MIB) == str(20 * MIB)


def test_when_the_arena_is_full_the_host_gives_more() -> None:
    assert run("many", 200_000) == "133333", "some 100 MB; the arena has 64 MiB to spare"


def test_without_memory_a_call_fails() -> None:
    assert "MemoryError" in panic("block", 120 * MIB)


def test_garbage_in_cycles_is_collected() -> None:
    assert run("cycles", 300_000) == "300000"


def test_python_calls_may_nest() -> None:
    assert run("plain", 980) == "980"
    assert run("descend", 490) == "490", "each takes a call from C as well"


@pytest.mark.parametrize("function", ["plain", "descend"])
def test_too_deep_is_an_exception_and_no_crash(function: str) -> None:
    assert "RecursionError: maximum recursion depth exceeded" in panic(function, 100_000)


def test_a_panic_tells_the_exception_and_where_it_came_from() -> None:
    told = panic("fail_deeply", 80)
    assert told.startswith("run panicked: ValueError: no 91, as ü says\n")
    assert told.count("\n  at ") == 8, "of the calls, the innermost"
    assert told.endswith(" fail")
    assert "parachain/runtime/blob/entry.py:" in told


def test_an_exception_without_message() -> None:
    assert panic("silent").startswith("run panicked: KeyError\n")


def test_even_the_exception_that_ends_programs_is_a_panic() -> None:
    assert panic("stopped_by_hand").startswith("run panicked: SystemExit: 3")


def test_nothing_can_be_compiled_or_imported() -> None:
    assert run("names") == "([], 0)"
    assert "ModuleNotFoundError: No module named 'json'" in panic("absent")


def test_the_order_of_a_set_is_always_the_same() -> None:
    assert len({run("order") for _ in range(3)}) == 1


def test_the_unused_memory_costs_nothing() -> None:
    blob = probe()
    assert len(blob.image) > 64 * MIB
    assert len(blob.module) < 6 * MIB
