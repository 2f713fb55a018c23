"""gear_* that answer once, gearBuiltin_queryId, runtime_wasmBlobVersion.

Arguments and answers are spelled out in bytes, as the reference's runtime API has them; the JSON is
what its node answers with.
"""

import threading
from typing import Any

import pytest
import trio

from parachain.client.executor.executor import RuntimePanic
from parachain.client.executor.native_code import BLOB_VERSION_SECTION
from parachain.client.executor.wasm_sections import encode_section
from parachain.primitives.scale import BYTES
from parachain.rpc.config import RpcConfig
from parachain.rpc.gear_calls import MAX_CALCULATIONS
from parachain.rpc.gear_methods import ORIGINAL_CODES
from tests.client.chain.small_node import SmallNode
from tests.client.chain.small_runtime import put
from tests.rpc.gear_node import GearChain, GearNode, write
from tests.rpc.legacy_node import RpcFailure, hexed

SOURCE, TARGET = b"\x51" * 32, b"\x7a" * 32
MULTIPLIER = b"\x40" + bytes(7)
"""64 as u64."""

GAS_INFO = b"".join(number.to_bytes(8, "little") for number in (750, 20, 700, 0)) + b"\x01"
GAS_JSON = {"min_limit": 750, "reserved": 20, "burned": 700, "may_be_returned": 0, "waited": True}

CALCULATIONS = {
    ("gear_calculateInitCreateGas", "gear_calculateGasForCreate"): (TARGET, b"\x01" + TARGET),
    ("gear_calculateInitUploadGas", "gear_calculateGasForUpload"): (b"\0asm", b"\x00\x10\0asm"),
    ("gear_calculateHandleGas", "gear_calculateGasForHandle"): (TARGET, b"\x02" + TARGET),
    ("gear_calculateReplyGas", "gear_calculateGasForReply"): (
        TARGET,
        b"\x03" + TARGET + b"\x00\x01",
    ),
}


def err(text: str) -> bytes:
    return b"\x01" + BYTES.encode(text.encode())


@pytest.mark.parametrize(("names", "target"), CALCULATIONS.items())
async def test_gas_is_calculated_twice(names: tuple[str, str], target: tuple[bytes, bytes]) -> None:
    given, kind = target
    for name in names:
        chain = GearChain()
        node = GearNode(chain.chain)
        first = (1000).to_bytes(8, "little") + GAS_INFO[8:]
        chain.answers("GearApi_calculate_gas_info", b"\x00" + first, b"\x00" + GAS_INFO)
        value = "0x00000000000000000de0b6b3a7640000"  # as polkadot.js writes 10**18
        arguments = [hexed(SOURCE), hexed(given), "0xabcd", value, True]
        assert await node.call(name, *arguments) == GAS_JSON
        message = SOURCE + kind + b"\x08\xab\xcd" + (10**18).to_bytes(16, "little") + b"\x01"
        assert chain.asked == [
            ("GearApi_calculate_gas_info", message + b"\x00" + b"\x01" + MULTIPLIER),
            (
                "GearApi_calculate_gas_info",
                message + b"\x01" + (1000).to_bytes(8, "little") + b"\x01" + MULTIPLIER,
            ),
        ]


async def test_the_state_that_is_asked_is_that_of_one_block() -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    old = chain.make(put(b"a", b"\x07")).block
    chain.make(put(b"a", b"\x08"))

    def count(ext: Any, _args: bytes) -> bytes:
        value = ext.get(b"valuea") or b""
        chain.make(put(b"a", bytes((value[0] + 1,))))  # meanwhile the chain grows
        return b"\x00" + value + bytes(7) + GAS_INFO[8:]

    chain.answers("GearApi_calculate_gas_info", count)
    arguments = [hexed(SOURCE), hexed(TARGET), "0x", 0, False]
    best = await node.call("gear_calculateHandleGas", *arguments)
    assert best["min_limit"] == 8
    past = await node.call("gear_calculateHandleGas", *arguments, hexed(old.hash))
    assert past["min_limit"] == 7
    named = {
        "source": hexed(SOURCE),
        "dest": hexed(TARGET),
        "payload": "0x",
        "value": 0,
        "allow_other_panics": False,
        "at": hexed(old.hash),
    }
    call = {"jsonrpc": "2.0", "id": 1, "method": "gear_calculateHandleGas", "params": named}
    assert (await node.answer(call))["result"]["min_limit"] == 7


async def test_errors_of_the_runtime() -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    arguments = [hexed(SOURCE), hexed(TARGET), "0x", 0, True]
    text = 'Program terminated with a trap: "no"\n'
    chain.answers("GearApi_calculate_gas_info", err(text))
    quoted = '"Program terminated with a trap: \\"no\\"\\n"'
    failure = RpcFailure(8000, "Runtime error", quoted)
    assert await node.call("gear_calculateHandleGas", *arguments) == failure
    assert len(chain.asked) == 1

    chain.answers("GearApi_read_metahash", err("Program not found"), b"\x01\x04\xff", b"\x02")
    failures = [await node.call("gear_readMetahash", hexed(TARGET)) for _ in range(3)]
    assert failures[0] == RpcFailure(8000, "Runtime error", '"Program not found"')
    assert failures[1].data == '"�"'
    assert failures[2].data.startswith('FailedToDecodeReturnValue { function: "GearApi_read_meta')

    chain.answers("GearApi_read_metahash", RuntimePanic("panicked at 'no'"))
    assert await node.call("gear_readMetahash", hexed(TARGET)) == RpcFailure(
        8000,
        "Runtime error",
        "Application(Execution(AbortedDueToPanic(MessageWithBacktrace "
        "{ message: \"panicked at 'no'\", backtrace: None })))",
    )


async def test_blocks_that_cannot_be_asked() -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    unknown = "0x" + "ab" * 32
    chain.answers("GearApi_read_state", b"\x00\x00")
    chain.answers("GearApi_calculate_reply_for_handle", b"\x00\x00")
    text = f"Api called for an unknown Block: Header was not found in the database: {unknown}"
    state = await node.call("gear_readState", hexed(TARGET), "0x", unknown)
    assert state == RpcFailure(8000, text)
    reply = [hexed(SOURCE), hexed(TARGET), "0x", 1, 0, unknown]
    data = f'UnknownBlock("Expect block number from id: BlockId::Hash({unknown})")'
    answer = await node.call("gear_calculateReplyForHandle", *reply)
    assert answer == RpcFailure(8000, "Runtime error", data)
    assert chain.asked == []


async def test_a_runtime_without_gear() -> None:
    node = GearNode(SmallNode().chain)
    answer = await node.call("gear_readState", hexed(TARGET), "0x")
    assert answer == RpcFailure(8000, "Gear runtime api wasn't found in the runtime")


REPLY = b"\x00\x08ok" + (2**64).to_bytes(16, "little")


@pytest.mark.parametrize(
    ("code", "rendered"),
    [
        (b"\x00\x00", {"Success": "Auto"}),
        (b"\x00\x01", {"Success": "Manual"}),
        (b"\x00\xff", {"Success": "Unsupported"}),
        (b"\x01\x00\x00", {"Error": {"Execution": "RanOutOfGas"}}),
        (b"\x01\x00\x04", {"Error": {"Execution": "UnreachableInstruction"}}),
        (b"\x01\x02\x00", {"Error": {"UnavailableActor": "ProgramExited"}}),
        (b"\x01\x02\x04", {"Error": {"UnavailableActor": "ReinstrumentationFailure"}}),
        (b"\x01\x03", {"Error": "RemovedFromWaitlist"}),
        (b"\x01\xff", {"Error": "Unsupported"}),
        (b"\xff", "Unsupported"),
    ],
)
async def test_replies(code: bytes, rendered: object) -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    chain.answers("GearApi_calculate_reply_for_handle", REPLY + code)
    arguments = [hexed(SOURCE), hexed(TARGET), "0x01", 250_000_000_000, "5"]
    answer = await node.call("gear_calculateReplyForHandle", *arguments)
    # A JSON number of more than 64 bits, which orjson reads as a float.
    assert answer == {"payload": "0x6f6b", "value": float(2**64), "code": rendered}
    (asked,) = chain.asked
    args = SOURCE + TARGET + b"\x04\x01" + (250_000_000_000).to_bytes(8, "little")
    assert asked[1] == args + (5).to_bytes(16, "little") + MULTIPLIER


async def test_replies_with_messages() -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    message = b"\x11" * 32 + TARGET + SOURCE + b"\x08\xab\xcd" + b"\x04"
    details = b"\x01" + b"\x22" * 32 + b"\x01\x00\x03"
    messages = b"\x08" + message + b"\x00" + message + details
    chain.answers("GearApi_calculate_reply_for_handle_result", REPLY + b"\x00\x01" + messages)
    arguments = [hexed(SOURCE), hexed(TARGET), "0x", 1, 0]
    answer = await node.call("gear_calculateReplyForHandleResult", *arguments)
    plain = {
        "id": "0x" + "11" * 32,
        "source": "kGiJadEARtFGbyaWatrRCEg1dvnpgQGNHKa7oT49peFBSfd5o",
        "destination": "kGhNcSB41t5H6E3V61C1yjT4PW7VqG29az56xTgmSxSmUVARV",
        "payload": [0xAB, 0xCD],
        "value": 1,
        "details": None,
    }
    code = {"Error": {"Execution": "UserspacePanic"}}
    replied = {**plain, "details": {"to": "0x" + "22" * 32, "code": code}}
    assert answer == {
        "reply": {"payload": "0x6f6b", "value": float(2**64), "code": "0x00010000"},
        "messages": [plain, replied],
    }


async def test_states() -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    chain.answers("GearApi_read_state", lambda _ext, args: b"\x00\x04" + args[33:34])
    assert await node.call("gear_readState", hexed(TARGET), "0x2a") == "0x2a"
    assert chain.asked == [("GearApi_read_state", TARGET + b"\x04\x2a\x01" + MULTIPLIER)]
    pairs = [[hexed(TARGET), f"0x{number:02x}"] for number in range(3)]
    assert await node.call("gear_readStateBatch", pairs) == ["0x00", "0x01", "0x02"]
    assert await node.call("gear_readStateBatch", []) == []

    chain.asked.clear()
    chain.answers("GearApi_read_state_using_wasm", b"\x00\x04\x07")
    using = [hexed(b"all"), "0x0061", "0x01"]
    assert await node.call("gear_readStateUsingWasm", hexed(TARGET), "0x", *using) == "0x07"
    batch = [[hexed(TARGET), "0x"]] * 2
    answer = await node.call("gear_readStateUsingWasmBatch", batch, *using[:2], None)
    assert answer == ["0x07", "0x07"]
    common = TARGET + b"\x00" + b"\x0call" + b"\x08\x00\x61"
    end = b"\x01" + MULTIPLIER
    first, *others = [args for _, args in chain.asked]
    assert first == common + b"\x01\x04\x01" + end
    assert others == [common + b"\x00" + end] * 2


async def test_the_hash_of_the_metadata() -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    chain.answers("GearApi_read_metahash", b"\x00" + b"\x33" * 32)
    assert await node.call("gear_readMetahash", hexed(TARGET)) == "0x" + "33" * 32
    assert chain.asked == [("GearApi_read_metahash", TARGET + b"\x01" + MULTIPLIER)]


async def test_limits_of_batches() -> None:
    chain = GearChain()
    chain.answers("GearApi_read_state", b"\x00" + BYTES.encode(bytes(60)))
    node = GearNode(chain.chain, RpcConfig(gear_max_batch_items=4, max_response_bytes=400))
    pair = [hexed(TARGET), "0x"]
    assert len(await node.call("gear_readStateBatch", [pair] * 3)) == 3
    text = "Batch size must be lower than 4"
    answer = await node.call("gear_readStateBatch", [pair] * 5)
    assert answer == RpcFailure(8000, "Runtime error", text)
    assert len(chain.asked) == 3
    answer = await node.call("gear_readStateBatch", [pair] * 4)
    assert answer == RpcFailure(-32008, "Response is too big", "Exceeded max limit of 400")
    assert await node.call("gear_readStateUsingWasmBatch", [pair] * 5, "0x", "0x", None)


@pytest.mark.parametrize(
    ("name", "arguments", "data"),
    [
        ("gear_readState", ["0x00", "0x"], "programId: expected 0x and 64 hex digits"),
        ("gear_readStateBatch", [[["0x" + "00" * 32]]], "batchIdPayload[0]: expected [program id"),
        ("gear_calculateHandleGas", [hexed(SOURCE)], "dest"),
        (
            "gear_calculateHandleGas",
            [hexed(SOURCE), hexed(TARGET), "0x", "1.5", True],
            "value: expected a number of 128 bits",
        ),
        (
            "gear_calculateReplyForHandle",
            [hexed(SOURCE), hexed(TARGET), "0x", "0x01", 0],
            "gasLimit: expected an unsigned integer of 64 bits",
        ),
    ],
)
async def test_wrong_parameters(name: str, arguments: list[object], data: str) -> None:
    answer = await GearNode(GearChain().chain).call(name, *arguments)
    assert answer.code == -32602
    assert answer.data.startswith(data)


async def test_calculations_wait_in_threads_of_their_own() -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    gate, running = threading.Event(), threading.Semaphore(0)

    def slow(_ext: object, _args: bytes) -> bytes:
        running.release()
        gate.wait(10)
        return b"\x00\x00"

    chain.answers("GearApi_read_state", slow)
    chain.answers("GearBuiltinApi_query_actor_id", b"\x44" * 32)
    with trio.fail_after(10):
        async with trio.open_nursery() as nursery:
            for _ in range(MAX_CALCULATIONS + 3):
                nursery.start_soon(node.call, "gear_readState", hexed(TARGET), "0x")
            for _ in range(MAX_CALCULATIONS):
                await trio.to_thread.run_sync(running.acquire)
            assert not running.acquire(blocking=False)
            # Others are served meanwhile, on the event loop and in threads.
            assert "gear_readState" in (await node.call("rpc_methods"))["methods"]
            assert await node.call("gearBuiltin_queryId", 4) == "0x" + "44" * 32
            gate.set()


async def test_ids_of_builtin_actors() -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    chain.answers("GearBuiltinApi_query_actor_id", b"\x44" * 32, RuntimePanic("no"))
    assert await node.call("gearBuiltin_queryId", 2**64 - 1) == "0x" + "44" * 32
    assert chain.asked[0][1] == b"\xff" * 8
    failure = await node.call("gearBuiltin_queryId", 1)
    text = "Execution failed: Execution aborted due to panic: no"
    assert failure == RpcFailure(1, "Unable to generate actor id", text)


async def test_the_version_of_the_code() -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    none = RpcFailure(9000, "Unable to find WASM blob in storage")
    assert await node.call("runtime_wasmBlobVersion") == none
    code = b"\0asm\x01\0\0\0" + encode_section(BLOB_VERSION_SECTION, b"2.0.1-abc")
    block = chain.make(write(b":code", code)).block
    assert await node.call("runtime_wasmBlobVersion") == "2.0.1-abc"
    chain.make(write(b":code", code[:8]))
    unnamed = RpcFailure(9000, "Unable to find WASM blob version in WASM blob")
    assert await node.call("runtime_wasmBlobVersion") == unnamed
    chain.make(write(b":code", code[:-1]))
    broken = RpcFailure(9000, "Runtime info error", "a section is longer than the module")
    assert await node.call("runtime_wasmBlobVersion") == broken
    assert await node.call("runtime_wasmBlobVersion", hexed(block.hash)) == "2.0.1-abc"
    unknown = await node.call("runtime_wasmBlobVersion", "0x" + "ab" * 32)
    assert unknown.code == 9000


async def test_custom_sections_of_programs() -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    code = b"\0asm\x01\0\0\0\x01\x01\x00" + encode_section(b"sails:idl", b"first")
    code += encode_section(b"sails:idl", b"second")
    chain.make(write(ORIGINAL_CODES + TARGET, BYTES.encode(code)))
    section = "gear_readWasmCustomSection"
    assert await node.call(section, hexed(TARGET), "sails:idl") == hexed(b"first")
    assert await node.call(section, hexed(TARGET), "sails") is None
    assert await node.call(section, hexed(SOURCE), "sails:idl") is None
    chain.make(write(ORIGINAL_CODES + TARGET, BYTES.encode(b"no module")))
    answer = await node.call(section, hexed(TARGET), "sails:idl")
    text = "not a WebAssembly module of version 1"
    assert answer == RpcFailure(8000, "WASM custom section read error", text)
    answer = await node.call(section, hexed(TARGET), "x", "0x" + "ab" * 32)
    assert answer[:2] == (8000, "WASM custom section storage read error")
