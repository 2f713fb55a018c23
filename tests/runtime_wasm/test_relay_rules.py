"""The blob as relay-chain validators run it: their limits to stack and memory, their functions."""

from functools import cache

import pytest

from parachain.client.crypto.hashing import blake2_256
from parachain.client.executor.executor import RuntimePanic
from parachain.client.executor.native_code import native_code
from parachain.client.executor.wasm.blob import uncompressed
from parachain.client.executor.wasm.memory import PAGE
from parachain.client.executor.wasm.runtime import WasmRuntime
from parachain.primitives.address import Id
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.gear.ids import program_id_from_user
from parachain.runtime.pallets import gear
from parachain.runtime.pallets.balances.calls import transfer_allow_death
from parachain.runtime.pallets.system import calls as system_calls
from parachain.runtime.pallets.utility.calls import batch
from parachain.runtime.validate_block import validate_block
from runtime_wasm.builder.checks import check, mvp_engine
from runtime_wasm.builder.leb128 import read_unsigned, sections
from tests.client.chain.real_node import SANDBOX, UNIT
from tests.client.executor.probe_blob import EXECUTOR, assembled, state
from tests.runtime.gear.programs.actor import code_of
from tests.runtime.validate_block.candidates import Collator, ValidatorHost
from tests.runtime_wasm.relay_stack import limited

#: DEFAULT_CONFIG of polkadot-sdk, polkadot/node/core/pvf/common/src/executor_interface.rs.
LOGICAL_STACK_VALUES = 65_536
MEMORY_PAGES = 32 + 2048

#: How deeply calls may be nested.
DEEPEST = 63


@cache
def module() -> bytes:
    return uncompressed(native_code())


@cache
def validator() -> WasmRuntime:
    prepared = limited(module(), LOGICAL_STACK_VALUES)
    return EXECUTOR.runtime(blake2_256(prepared), lambda: prepared)


def validate(params: bytes) -> bytes:
    own = read_unsigned(dict(sections(module()))[5], 2)[0]
    return validator().call(
        ValidatorHost(sandbox=SANDBOX()),  # type: ignore[arg-type]  # its storage is not used
        "validate_block",
        params,
        heap_pages=MEMORY_PAGES - own,
    )


def nested(depth: int) -> RuntimeCall:
    call = system_calls.remark_with_event(b"deep")
    for _ in range(depth):
        call = batch((call,))
    return call


def programs() -> list[RuntimeCall]:
    code = code_of("c/ping")
    program = program_id_from_user(blake2_256, blake2_256(code), b"")
    return [
        gear.upload_program(code, b"", b"", 10**10, 0, False),
        gear.send_message(program, b"PING", 10**10, 0, False),
    ]


def test_the_blob_has_the_features_and_the_size_of_a_validation_function() -> None:
    check(mvp_engine(), module())
    assert len(module()) < 12 * 2**20
    assert len(native_code()) < 3 * 2**20


def test_memory_is_left_for_the_host() -> None:
    own = read_unsigned(dict(sections(module()))[5], 2)[0]
    assert (MEMORY_PAGES - own) * PAGE > 40 * 2**20, "a candidate of 10 MiB, twice, and more"


@pytest.mark.parametrize("number", [1, 40])
def test_transfers(number: int) -> None:
    collator = Collator()
    transfers = [transfer_allow_death(Id(bytes((n,)) * 32), UNIT) for n in range(number)]
    params = collator.candidate(collator.block(*transfers)).params()
    assert validate(params) == validate_block(ValidatorHost(sandbox=SANDBOX()), params)


def test_calls_nested_as_deeply_as_they_may() -> None:
    collator = Collator()
    params = collator.candidate(collator.block(nested(DEEPEST))).params()
    assert validate(params) == validate_block(ValidatorHost(sandbox=SANDBOX()), params)


def test_programs() -> None:
    collator = Collator()
    for call in programs():
        params = collator.candidate(collator.block(call)).params()
        assert validate(params) == validate_block(ValidatorHost(sandbox=SANDBOX()), params)


def test_too_deep_a_stack_is_the_end_of_the_call() -> None:
    descends = assembled("""(module
        (import "env" "ext_allocator_malloc_version_1" (func (param i32) (result i32)))
        (memory (export "memory") 1)
        (global (export "__heap_base") i32 (i32.const 1024))
        (func $descend (param $depth i32)
            (if (local.get $depth)
                (then (call $descend (i32.sub (local.get $depth) (i32.const 1))))))
        (table 1 funcref) (elem (i32.const 0) $descend)
        (func (export "run") (param $p i32) (param $n i32) (result i64)
            (call $descend (local.get $n)) (i64.const 0)))""")
    weight = 2 + 2  # of a call: its activation, two operands
    prepared = limited(descends, 3 + 101 * weight)
    runtime = EXECUTOR.runtime(blake2_256(prepared), lambda: prepared)
    assert runtime.call(state(), "run", bytes(100)) == b""
    with pytest.raises(RuntimePanic, match="run trapped: unreachable"):
        runtime.call(state(), "run", bytes(101))
