"""The blob against the native runtime: the same answers, blocks, validations and refusals."""

from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.client.chain.importing import Imported
from parachain.client.chain.notifications import BlockOrigin
from parachain.client.crypto.hashing import blake2_256
from parachain.client.crypto.keys import KeyPair
from parachain.client.executor.executor import Executor, RuntimePanic
from parachain.client.executor.native import NativeExecutor
from parachain.client.executor.native_code import native_code
from parachain.client.executor.wasm.runtime import WasmRuntime
from parachain.primitives.parachain import VALIDATION_RESULT
from parachain.primitives.scale import BYTES, STR, U32, option
from parachain.primitives.transaction_validity import TransactionSource
from parachain.runtime import apis
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.gear.ids import program_id_from_user
from parachain.runtime.pallets import gear
from parachain.runtime.validate_block import InvalidCandidate, validate_block
from tests.client.chain.real_node import NOW_MS, SANDBOX, RealNode
from tests.client.chain.small_node import ALICE
from tests.client.executor.probe_blob import EXECUTOR
from tests.runtime.gear.programs.actor import code_of
from tests.runtime.validate_block.candidates import Collator, ValidatorHost, genesis
from tests.runtime.validate_block.test_candidate_properties import BLOCKS, author

LATER_MS = NOW_MS + 3_600_000


@cache
def blob() -> WasmRuntime:
    code = native_code()
    return EXECUTOR.runtime(blake2_256(code), lambda: code)


def in_the_blob(params: bytes) -> bytes:
    host = ValidatorHost(sandbox=SANDBOX())
    # what it lacks are keys and the state before the call, for which no validator is asked
    return blob().call(host, "validate_block", params)  # type: ignore[arg-type]


def natively(params: bytes) -> bytes:
    return validate_block(ValidatorHost(sandbox=SANDBOX()), params)


@cache
def node() -> RealNode:
    return RealNode(genesis())


def test_every_entry_point_is_exported() -> None:
    assert blob().entry_points() == {*apis.ENTRY_POINTS, "validate_block"}


ANSWERS = [
    ("Core_version", b""),
    ("Metadata_metadata", b""),
    *(("Metadata_metadata_at_version", U32.encode(version)) for version in (13, 14, 15, 16)),
    ("Metadata_metadata_versions", b""),
    ("AuraApi_authorities", b""),
    ("AuraApi_slot_duration", b""),
    ("AccountNonceApi_account_nonce", ALICE.public),
    ("GenesisBuilder_preset_names", b""),
    ("GenesisBuilder_get_preset", option(STR).encode("development")),
    ("SessionKeys_decode_session_keys", BYTES.encode(bytes(32))),
]


@pytest.mark.parametrize(("method", "args"), ANSWERS)
def test_the_same_answers(method: str, args: bytes) -> None:
    at = node().chain.genesis_hash
    answer = blob().call(node().chain.overlay(at), method, args)
    assert answer == NativeExecutor().call(node().chain.overlay(at), method, args)


@cache
def a_transfer() -> bytes:
    return node().transfer(ALICE, 0, bytes(32), 10**12)


def changed(extrinsic: bytes, place: int, by: int) -> bytes:
    place %= len(extrinsic)
    return extrinsic[:place] + bytes((extrinsic[place] ^ by,)) + extrinsic[place + 1 :]


TRANSACTIONS = st.one_of(
    st.binary(max_size=300).map(BYTES.encode),
    st.builds(changed, st.builds(a_transfer), st.integers(0), st.integers(0, 255)),
)


@given(TRANSACTIONS)
def test_any_bytes_as_a_transaction(extrinsic: bytes) -> None:
    at = node().chain.genesis_hash
    args = bytes((TransactionSource.EXTERNAL,)) + extrinsic + at
    method = "TaggedTransactionQueue_validate_transaction"

    def outcome(executor: Executor | WasmRuntime) -> bytes | str:
        try:
            return executor.call(node().chain.overlay(at), method, args)
        except RuntimePanic as panic:
            told = str(panic).split("\n  at ", maxsplit=1)[0]
            return told.removeprefix(f"{method} panicked: InvalidBlock: ")

    assert outcome(blob()) == outcome(NativeExecutor())


@settings(max_examples=15)
@given(st.lists(BLOCKS, min_size=1, max_size=3))
def test_the_same_blocks_are_imported_and_validated(
    history: list[list[tuple[KeyPair, RuntimeCall]]],
) -> None:
    collator, importer = Collator(), RealNode(genesis(), executor=EXECUTOR)
    for calls in history:
        block = author(collator, calls)
        result = importer.chain.import_block(block, BlockOrigin.BROADCAST, LATER_MS)
        assert isinstance(result, Imported), result
        params = collator.candidate(block).params()
        assert in_the_blob(params) == natively(params)


PROGRAMS = (
    *("counter", "delayed", "every_call", "factory", "hostile", "ping"),
    *("relay", "reserver", "sorter", "vault", "waiter"),
)


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_run_in_the_blob(name: str) -> None:
    collator, importer = Collator(), RealNode(genesis(), executor=EXECUTOR)
    code = code_of(f"c/{name}")
    program = program_id_from_user(blake2_256, blake2_256(code), b"")
    for call in (
        gear.upload_program(code, b"", b"", 10**11, 0, False),
        gear.send_message(program, b"PING", 10**11, 0, False),
        gear.send_message(program, bytes(64), 10**11, 0, False),
    ):
        block = collator.block(call)
        result = importer.chain.import_block(block, BlockOrigin.BROADCAST, LATER_MS)
        assert isinstance(result, Imported), result
        params = collator.candidate(block).params()
        validated = in_the_blob(params)
        assert validated == natively(params)
        assert VALIDATION_RESULT.decode(validated).head_data == block.encoded_header


@cache
def honest() -> bytes:
    collator = Collator()
    return collator.candidate(collator.block(gear.upload_code(code_of("c/ping")))).params()


@settings(max_examples=40)
@given(st.data())
def test_changed_candidates_are_refused_for_the_same_reason(choice: st.DataObject) -> None:
    params = bytearray(honest())
    place = choice.draw(st.integers(0, len(params) - 37), label="before the relay parent")
    params[place] ^= choice.draw(st.integers(1, 255))
    assert outcome(in_the_blob, bytes(params)) == outcome(natively, bytes(params))


def outcome(validate: Callable[[bytes], bytes], params: bytes) -> bytes | str:
    """What is returned, or why the candidate is invalid."""
    try:
        return validate(params)
    except InvalidCandidate as refused:
        return str(refused)
    except RuntimePanic as panic:
        told = str(panic).split("\n  at ", maxsplit=1)[0]
        return told.removeprefix("validate_block panicked: InvalidCandidate: ")
