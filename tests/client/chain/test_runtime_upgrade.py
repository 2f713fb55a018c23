"""Upgrades of the runtime: from the next block on, its code is what runs."""

import pytest

from parachain.client.chain.importing import Imported
from parachain.client.chain.notifications import BlockOrigin
from parachain.client.crypto.hashing import blake2_256
from parachain.client.executor.executor import NoSuchEntryPoint
from parachain.client.executor.native import NativeExecutor
from parachain.client.executor.native_code import native_code
from parachain.client.executor.runtime_executor import Execution, RuntimeExecutor
from parachain.client.executor.wasm.blob import compressed, uncompressed
from parachain.client.executor.wasm.version import encode_version
from parachain.client.executor.wasm_executor import WasmExecutor
from parachain.client.executor.wasm_sections import encode_section
from parachain.primitives.digest import RuntimeEnvironmentUpdated
from parachain.primitives.runtime_version import RuntimeVersion
from parachain.primitives.scale import BYTES
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.call import RUNTIME_CALL, RuntimeCall
from parachain.runtime.pallets import sudo, system
from tests.client.chain.real_node import NOW_MS, UNIT, RealNode, development
from tests.client.chain.small_node import ALICE, BOB
from tests.client.executor.probe_blob import blob, state

CORE = bytes.fromhex("df6acb689907609b")
LATER_MS = NOW_MS + 3_600_000
OLD = RUNTIME.version.spec_version

WASM = WasmExecutor(state)


def node(execution: Execution = Execution.AUTO) -> RealNode:
    code_hash = blake2_256(native_code())
    executor = RuntimeExecutor(NativeExecutor(), code_hash, WASM, execution)
    return RealNode(development(), executor=executor)


def next_version() -> RuntimeVersion:
    return RUNTIME.version._replace(spec_version=OLD + 1, apis=((CORE, 4),))


def next_runtime() -> bytes:
    """A runtime that knows its version and nothing else."""
    encoded = encode_version(next_version())
    text = "".join(f"\\{byte:02x}" for byte in encoded)
    answer = f"(i64.const {len(encoded) << 32 | 16})"
    module = blob(
        f'(data (i32.const 16) "{text}")'
        f'(func (export "Core_version") (param i32 i32) (result i64) {answer})'
    )
    version = encode_section(b"runtime_version", encode_version(next_version()._replace(apis=())))
    apis = encode_section(b"runtime_apis", CORE + (4).to_bytes(4, "little"))
    return compressed(module + version + apis)


def as_root(call: RuntimeCall) -> bytes:
    return RUNTIME_CALL.encode(sudo.sudo(call))


def authorized(chain: RealNode, code: bytes) -> bytes:
    """Authorize an upgrade, and return the transaction by which anyone may carry it out."""
    call = as_root(system.authorize_upgrade(blake2_256(code)))
    chain.make(chain.signed(ALICE, 0, call))
    return BYTES.encode(b"\x04" + RUNTIME_CALL.encode(system.apply_authorized_upgrade(code)))


@pytest.mark.parametrize("way", ["set_code", "authorize_upgrade"])
def test_an_upgrade_takes_effect_in_the_next_block(way: str) -> None:
    upgraded = node()
    code = next_runtime()
    if way == "set_code":
        extrinsic = upgraded.signed(ALICE, 0, as_root(system.set_code(code)))
    else:
        extrinsic = authorized(upgraded, code)
    made = upgraded.make(extrinsic)
    header = made.block.header
    assert RuntimeEnvironmentUpdated() in header.digest
    chain = upgraded.chain
    assert chain.state_at(made.block.hash).get(b":code") == code
    assert chain.runtime_version(header.parent_hash).spec_version == OLD
    assert chain.runtime_version(made.block.hash) == next_version()
    # the block that brought the code was made, and is imported, by the code before
    result = node().chain.import_block(made.block, BlockOrigin.BROADCAST, LATER_MS)
    assert isinstance(result, Imported) == (way == "set_code"), "the other one has a block before"
    with pytest.raises(NoSuchEntryPoint, match="the runtime has no AuraApi_slot_duration"):
        upgraded.make()


def test_the_same_runtime_goes_on_as_webassembly() -> None:
    code = compressed(uncompressed(native_code()) + encode_section(b"note", b"another hash"), 1)
    first, second = node(), node(Execution.NATIVE)
    upgrade = first.signed(ALICE, 0, as_root(system.set_code_without_checks(code)))
    blocks = [first.make(upgrade).block]
    transfers = (first.transfer(ALICE, nonce, BOB.public, UNIT) for nonce in range(1, 4))
    blocks += [first.make(transfer).block for transfer in transfers]
    assert WASM._known(blake2_256(code)) is not None
    for block in blocks:
        result = second.chain.import_block(block, BlockOrigin.BROADCAST, LATER_MS)
        assert isinstance(result, Imported), result
    best = first.chain.best.hash
    for version in (14, 15, 16):
        assert first.chain.metadata(best, version) == second.chain.metadata(best, version)
    assert first.chain.runtime_version(best) == second.chain.runtime_version(best)
