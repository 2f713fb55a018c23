"""The runtime as WebAssembly: making it, starting it, and blocks against the native runtime.

Times are those of the processor, the best of some rounds: other programs can only add to them. A
block is executed as when it is imported, signatures and the new state root included.
"""

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time, thread_time
from typing import Final, NamedTuple

from parachain.client.chain import aura
from parachain.client.chain.block import Block
from parachain.client.chain.chain import Chain
from parachain.client.chain.collation import make_block_data, record_execution
from parachain.client.crypto.hashing import blake2_256
from parachain.client.executor.executor import Executor, HostState
from parachain.client.executor.native import NativeExecutor
from parachain.client.executor.native_code import native_code
from parachain.client.executor.wasm.blob import uncompressed
from parachain.client.executor.wasm.runtime import WasmRuntime
from parachain.client.executor.wasm_executor import WasmExecutor
from parachain.node.runtimes import empty_state
from parachain.primitives.body import encode_body
from parachain.primitives.header import HEADER
from parachain.primitives.parachain import VALIDATION_RESULT, encode_params
from runtime_wasm.builder.checks import MAX_BYTES, MAX_COMPRESSED_BYTES
from tests.bench.block import one_core
from tests.bench.gear_messages import SENDERS, SENT
from tests.bench.gear_programs import PING, SENDER, program
from tests.bench.gear_scene import gear_scene, message
from tests.bench.ledger import ledger_of
from tests.bench.row import Row, Target, at_most
from tests.runtime.memory_ext import MemoryExt

TRANSFERS: Final = 200
ACCOUNTS: Final = 10_000
ROUNDS: Final = 5

MIB: Final = 1 << 20
ROOT: Final = Path(__file__).parents[2]


def best(rounds: int, run: Callable[[], object]) -> float:
    """The least time of some runs, after one that is not counted."""
    times = []
    for _ in range(rounds + 1):
        begun = thread_time()
        run()
        times.append(thread_time() - begun)
    return min(times[1:])


def _execution(executor: Executor, chain: Chain, block: Block) -> Callable[[], None]:
    """What executes a block on its parent's state."""
    unsealed, _ = aura.split_seal(block.header)
    encoded = HEADER.encode(unsealed) + encode_body(block.extrinsics)

    def run() -> None:
        ext = chain.overlay(block.header.parent_hash)
        executor.call(ext, "Core_execute_block", encoded)
        assert ext.state_change().root == block.header.state_root

    return run


class _Blob(NamedTuple):
    """The executor of WebAssembly, and the runtime that it has compiled."""

    executor: WasmExecutor
    runtime: WasmRuntime


def _execute(
    what: str, blob: _Blob, chain: Chain, block: Block, rounds: int, target: Target | None = None
) -> Iterator[Row]:
    """Natively, by the blob, and how much longer the blob takes."""
    native = best(rounds, _execution(NativeExecutor(), chain, block))
    ours = best(rounds, _execution(blob.executor, chain, block))
    yield Row(f"execute {what}, natively", native * 1e3, "ms")
    yield Row(f"execute {what}, by the blob", ours * 1e3, "ms")
    yield Row(f"execute {what}, by the blob, times native", ours / native, "x", target)


def _transfers(blob: _Blob, transfers: int, accounts: int, rounds: int) -> Iterator[Row]:
    with ledger_of(accounts, active=transfers) as ledger:
        node = ledger.author
        block = node.make(*ledger.transfers(transfers, transfers, strangers=True)).block
        yield from _execute(f"{transfers} transfers", blob, node.chain, block, rounds, at_most(3))
        params = _candidate(node.chain, block)

        def validate() -> None:
            result = blob.runtime.call(_host(), "validate_block", params)
            assert VALIDATION_RESULT.decode(result).head_data == block.encoded_header

        what = f"validate a candidate of {transfers} transfers, by the blob"
        yield Row(what, best(rounds, validate), "s", at_most(0.7))


def _candidate(chain: Chain, block: Block) -> bytes:
    parent = chain.header(block.header.parent_hash)
    assert parent is not None
    ext = chain.overlay(block.header.parent_hash, record=True)
    proof = record_execution(chain.executor, ext, block)
    data = make_block_data(parent, [block], proof)
    return encode_params(HEADER.encode(parent), data, 1, bytes(32))


def _host() -> HostState:
    return MemoryExt()  # type: ignore[return-value]  # whose state nobody asks for


def _messages(blob: _Blob, sent: int, rounds: int) -> Iterator[Row]:
    with gear_scene(thread_time) as scene:
        ping = scene.upload(program(PING))
        sender = scene.upload(program(SENDER, target=ping, count=sent))
        made = scene.block(*[message(sender) for _ in range(SENDERS)])
        chain = scene.author.chain
        block = chain.block(chain.best.hash)
        assert block is not None
        what = f"{made.messages:,} messages of programs"
        yield from _execute(what, blob, chain, block, rounds)


def _building() -> Iterator[Row]:
    """In a process of its own, whose time is told when it has ended."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with TemporaryDirectory(prefix="blob-bench-") as folder:
        out = Path(folder) / "runtime.wasm"
        command = (sys.executable, "-m", "runtime_wasm.builder", out)
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        code = out.read_bytes()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    yield Row("build the blob", took, "s", at_most(10))
    size, limit = len(code) / MIB, MAX_COMPRESSED_BYTES / MIB
    yield Row("size of the blob, compressed", size, "MiB", at_most(limit))
    size, limit = len(uncompressed(code)) / MIB, MAX_BYTES / MIB
    yield Row("size of the blob", size, "MiB", at_most(limit))


def rows(
    transfers: int = TRANSFERS, accounts: int = ACCOUNTS, sent: int = SENT, rounds: int = ROUNDS
) -> Iterator[Row]:
    """Measure; most of the time goes into compiling and building."""
    with one_core():
        yield from _building()
        executor, code = WasmExecutor(empty_state), native_code()
        begun = process_time()
        runtime = executor.runtime(blake2_256(code), lambda: code)
        yield Row("compile the blob", process_time() - begun, "s")
        blob = _Blob(executor, runtime)
        asked = best(10 * rounds, lambda: runtime.call(_host(), "Core_version", b""))
        yield Row("ask the blob for its version, in a new instance", asked * 1e3, "ms", at_most(15))
        yield from _transfers(blob, transfers, accounts, rounds)
        yield from _messages(blob, sent, rounds)
