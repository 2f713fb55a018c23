"""Which executor a call goes to, and what is kept of runtimes."""

from pathlib import Path

import pytest

from parachain.client.crypto.hashing import blake2_256
from parachain.client.executor.executor import HostState, RuntimePanic, UnusableCode
from parachain.client.executor.runtime_executor import Execution, RuntimeExecutor
from parachain.client.executor.wasm_executor import MAX_RUNTIMES, WasmExecutor
from parachain.client.state import NativeExt, StateAt
from parachain.primitives.trie import ProofNodes
from tests.client.executor.probe_blob import blob, number, state


class Named:
    """An Executor that answers its name."""

    def __init__(self, name: bytes) -> None:
        self._name = name

    def call(self, ext: HostState, method: str, args: bytes) -> bytes:
        del ext, method, args
        return self._name


def committed(*, version: int = 1, **values: bytes) -> NativeExt:
    """A state in which values are from the start; keys are well-known ones."""
    top = {b":" + key.encode(): value for key, value in values.items()}
    change = state()._state.change(top, {}, version)
    items = [node.encoded for node in change.nodes] + [value for _, value in change.values]
    return NativeExt(StateAt(ProofNodes(items, blake2_256), change.root))


def entry(name: str, answer: int) -> bytes:
    """A blob whose entry point answers eight bytes."""
    return blob(f"""(func (export "{name}") (param i32 i32) (result i64)
        (i64.store (i32.const 0) (i64.const {answer})) (i64.const 0x800000000))""")


OURS = b"code of this release"


@pytest.mark.parametrize("trie_version", [0, 1])
@pytest.mark.parametrize(
    ("execution", "code", "runs"),
    [
        (Execution.AUTO, OURS, b"native"),
        (Execution.AUTO, OURS + b"!", b"wasm"),
        (Execution.NATIVE, OURS + b"!", b"native"),
        (Execution.WASM, OURS, b"wasm"),
    ],
)
def test_the_native_runtime_stands_in_for_its_own_code_alone(
    execution: Execution, code: bytes, runs: bytes, trie_version: int
) -> None:
    ours = blake2_256(OURS)
    chosen = RuntimeExecutor(Named(b"native"), ours, Named(b"wasm"), execution)
    assert chosen.call(committed(version=trie_version, code=code), "Core_version", b"") == runs


def test_what_a_block_writes_does_not_count() -> None:
    chosen = RuntimeExecutor(Named(b"native"), blake2_256(OURS), Named(b"wasm"))
    ext = committed(code=OURS)
    ext.put(b":code", b"for the next block")
    assert chosen.call(ext, "BlockBuilder_apply_extrinsic", b"") == b"native"


def test_the_code_of_the_state_runs() -> None:
    executor = WasmExecutor(state)
    for answer in (1, 2):
        ext = committed(code=entry("run", answer))
        assert number(executor.call(ext, "run", b"")) == answer
    with pytest.raises(UnusableCode, match="the state has no :code"):
        executor.call(state(), "run", b"")


@pytest.mark.parametrize(
    ("pages", "size"),
    [(None, 2 + 2048), ((7).to_bytes(8, "little"), 9), (b"none", 2 + 2048), (bytes(8), 2)],
)
def test_the_chain_says_how_much_memory_its_runtime_gets(pages: bytes | None, size: int) -> None:
    code = blob("""(func (export "run") (param i32 i32) (result i64)
        (i32.store (i32.const 0) (memory.size)) (i64.const 0x400000000))""")
    ext = committed(code=code) if pages is None else committed(code=code, heappages=pages)
    assert number(WasmExecutor(state).call(ext, "run", b"")) == size


def test_compiled_runtimes_are_kept_on_disk(tmp_path: Path) -> None:
    folder = tmp_path / "runtimes"
    code = entry("run", 7)
    for _ in range(2):
        executor = WasmExecutor(state, folder)
        assert number(executor.call(committed(code=code), "run", b"")) == 7
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    executor = WasmExecutor(state, folder)
    assert number(executor.call(committed(code=code), "run", b"")) == 7


def test_a_few_runtimes_are_kept_in_memory() -> None:
    executor = WasmExecutor(state)
    loaded: list[int] = []

    def ask(answer: int) -> None:
        def load() -> bytes:
            loaded.append(answer)
            return entry("run", answer)

        runtime = executor.runtime(bytes((answer,)), load)
        assert number(runtime.call(state(), "run", b"")) == answer

    for answer in (*range(MAX_RUNTIMES), 0, MAX_RUNTIMES, 0, 1):
        ask(answer)
    assert loaded == [*range(MAX_RUNTIMES + 1), 1]


def test_code_that_cannot_be_used_is_said_to_be_so_each_time() -> None:
    executor = WasmExecutor(state)
    ext = committed(code=b"no code")
    for _ in range(2):
        with pytest.raises(RuntimePanic, match="no WebAssembly module"):
            executor.call(ext, "Core_version", b"")
