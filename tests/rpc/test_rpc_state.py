"""state_*: what is read from states, and how reading them fails."""

import pytest

from parachain.client.chain.opening import ChainConfig
from parachain.client.crypto.hashing import blake2_256, twox_128
from parachain.client.state import Pruning
from parachain.primitives.trie import read_proof
from tests.client.chain.small_node import SmallNode
from tests.client.chain.small_runtime import put
from tests.rpc.legacy_node import LegacyNode, RpcFailure, hexed, real_node

UNKNOWN = b"\xaa" * 32
TIMESTAMP = twox_128(b"Timestamp") + twox_128(b"Now")
SYSTEM = twox_128(b"System")
NO_HEADER = f"UnknownBlock: Header was not found in the database: {hexed(UNKNOWN)}"


def best(node: LegacyNode) -> str:
    return hexed(node.chain.best.hash)


async def test_values_sizes_and_hashes() -> None:
    node = real_node()
    state = node.chain.state_at(node.chain.best.hash)
    code = state.get(b":code")
    assert code is not None
    assert await node.call("state_getStorage", hexed(b":code")) == hexed(code)
    for name in ("state_getStorage", "state_getStorageAt"):
        assert await node.call(name, hexed(b":code"), best(node)) == hexed(code)
        assert await node.call(name, hexed(b"nothing"), None) is None
    for suffix in ("", "At"):
        call_hash = await node.call("state_getStorageHash" + suffix, hexed(b":code"))
        assert call_hash == hexed(blake2_256(code))
        assert await node.call("state_getStorageSize" + suffix, hexed(b":code")) == len(code)
    assert await node.call("state_getStorageHash", hexed(b"nothing")) is None
    assert await node.call("state_getStorageSize", hexed(b"nothing")) is None


async def test_the_size_of_a_prefix_is_that_of_all_values_under_it() -> None:
    node = real_node()
    pairs = dict(node.chain.state_at(node.chain.best.hash).pairs(SYSTEM))
    assert len(pairs) > 3
    total = sum(map(len, pairs.values()))
    assert await node.call("state_getStorageSize", hexed(SYSTEM)) == total
    strangers = await node.call("state_getStorageSize", hexed(SYSTEM), allows_unsafe=False)
    assert strangers == total


async def test_keys_and_pairs() -> None:
    node = real_node()
    pairs = [[hexed(k), hexed(v)] for k, v in node.chain.state_at(node.chain.best.hash).pairs()]
    keys = [key for key, _ in pairs]
    under = [key for key in keys if key.startswith(hexed(SYSTEM))]
    assert await node.call("state_getKeys", "0x") == keys
    assert await node.call("state_getKeys", hexed(SYSTEM), best(node)) == under
    assert await node.call("state_getPairs", "0x") == pairs
    assert await node.call("state_getPairs", "0x", allows_unsafe=False) == RpcFailure(
        -32601, "RPC call is unsafe to be called externally"
    )


@pytest.mark.parametrize("name", ["state_getKeysPaged", "state_getKeysPagedAt"])
async def test_pages_of_keys(name: str) -> None:
    node = real_node()
    keys = [hexed(key) for key in node.chain.state_at(node.chain.best.hash).keys(b"")]
    found: list[str] = []
    while page := await node.call(name, None, 7, found[-1] if found else None, best(node)):
        assert len(page) <= 7
        found += page
    assert found == keys
    under = [key for key in keys if key.startswith(hexed(SYSTEM))]
    # polkadot.js begins with the prefix itself as start
    assert await node.call(name, hexed(SYSTEM), 1000, hexed(SYSTEM)) == under
    assert await node.call(name, hexed(SYSTEM), 0) == []
    assert await node.call(name, hexed(SYSTEM), 1001) == RpcFailure(
        4002, "count exceeds maximum value. value: 1001, max: 1000"
    )


async def test_a_read_proof_proves_presence_and_absence() -> None:
    node = real_node()
    keys = [TIMESTAMP, b":code", b"nothing"]
    answer = await node.call("state_getReadProof", [hexed(key) for key in keys])
    assert answer["at"] == best(node)
    header = node.chain.header(node.chain.best.hash)
    assert header is not None
    proof = [bytes.fromhex(each[2:]) for each in answer["proof"]]
    state = node.chain.state_at(node.chain.best.hash)
    assert read_proof(header.state_root, keys, proof, blake2_256) == {
        key: state.get(key) for key in keys
    }


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("state_getStorage", ["0x00"]),
        ("state_getStorageHash", ["0x00"]),
        ("state_getStorageSize", ["0x00"]),
        ("state_getKeys", ["0x00"]),
        ("state_getPairs", ["0x00"]),
        ("state_getKeysPaged", ["0x00", 1, None]),
        ("state_getReadProof", [["0x00"]]),
        ("state_trieMigrationStatus", []),
    ],
)
async def test_unknown_blocks_are_named(name: str, arguments: list[object]) -> None:
    answer = await real_node().call(name, *arguments, hexed(UNKNOWN))
    assert answer == RpcFailure(4003, f"Client error: {NO_HEADER}")


async def test_unknown_blocks_are_named_otherwise_where_the_runtime_is_called() -> None:
    node = real_node()
    number = f"Expect block number from id: BlockId::Hash({hexed(UNKNOWN)})"
    api = "Client error: Api called for an unknown Block: "
    answer = await node.call("state_call", "Core_version", "0x", hexed(UNKNOWN))
    assert answer == RpcFailure(4003, f"Client error: UnknownBlock: {number}")
    answer = await node.call("state_getMetadata", hexed(UNKNOWN))
    assert answer == RpcFailure(4003, api + number)
    answer = await node.call("state_getRuntimeVersion", hexed(UNKNOWN))
    header = f"Header was not found in the database: {hexed(UNKNOWN)}"
    assert answer == RpcFailure(4003, api + header)


async def test_pruned_states_are_named() -> None:
    small = SmallNode(config=ChainConfig(state_pruning=Pruning(1)))
    blocks = small.grow(4)
    small.chain.finalize(blocks[3].hash)
    node = LegacyNode(small.chain)
    gone = hexed(blocks[0].hash)
    for name, arguments in (
        ("state_getStorage", ["0x00", gone]),
        ("state_call", ["Core_version", "0x", gone]),
        ("state_queryStorageAt", [["0x00"], gone]),
    ):
        answer = await node.call(name, *arguments)
        text = f"Client error: UnknownBlock: State already discarded for {gone}"
        assert answer == RpcFailure(4003, text)
    assert (await node.call("chain_getHeader", gone))["number"] == "0x1"


async def test_runtime_calls() -> None:
    node = real_node()
    version = node.chain.runtime_call(node.chain.best.hash, "Core_version", b"")
    for name in ("state_call", "state_callAt"):
        assert await node.call(name, "Core_version", "0x") == hexed(version)
    assert await node.call("state_call", "Nobody_knows", "0x") == RpcFailure(
        4003,
        "Client error: Execution failed: Other: Exported method Nobody_knows is not found",
    )
    answer = await node.call("state_call", "AccountNonceApi_account_nonce", "0x01")
    assert answer.code == 4003
    prefix = "Client error: Execution failed: Execution aborted due to panic: bad input data"
    assert answer.message.startswith(prefix)


async def test_metadata_and_versions() -> None:
    node = real_node()
    metadata = await node.call("state_getMetadata")
    assert metadata.startswith(hexed(b"meta\x0e"))
    assert metadata == await node.call("state_getMetadata", best(node))
    version = await node.call("state_getRuntimeVersion")
    assert version == await node.call("chain_getRuntimeVersion", best(node))
    assert list(version) == [
        "specName",
        "implName",
        "authoringVersion",
        "specVersion",
        "implVersion",
        "apis",
        "transactionVersion",
        "stateVersion",
    ]
    assert ["0x37e397fc7c91f5e4", 2] in version["apis"]
    assert version["stateVersion"] == 1


async def test_storage_of_a_range_of_blocks() -> None:
    small = SmallNode()
    key = b"value" + b"k"
    blocks = [small.make(*extrinsics).block for extrinsics in ([], [put(b"k", b"1")], [])]
    blocks.append(small.make(put(b"k", b"2")).block)
    node = LegacyNode(small.chain)
    first, _, _, last = (hexed(block.hash) for block in blocks)
    expected = [
        {"block": first, "changes": [[hexed(key), None]]},
        {"block": hexed(blocks[1].hash), "changes": [[hexed(key), hexed(b"1")]]},
        {"block": last, "changes": [[hexed(key), hexed(b"2")]]},
    ]
    assert await node.call("state_queryStorage", [hexed(key)], first) == expected
    assert await node.call("state_queryStorage", [hexed(key)], first, last) == expected
    denied = await node.call("state_queryStorage", [hexed(key)], first, allows_unsafe=False)
    assert denied.code == -32601
    backwards = await node.call("state_queryStorage", [hexed(key)], last, first)
    assert backwards == RpcFailure(
        4001,
        f'Cannot resolve a block range [\'"4 ({last})"\' ... \'"1 ({first})"]. '
        "from number > to number",
    )
    (fork,) = small.grow(1, parent=small.chain.genesis_hash, skip=9)
    other = await node.call("state_queryStorage", [hexed(key)], hexed(fork.hash), last)
    assert other.code == 4001
    assert other.message.endswith("from and to are on different forks")


async def test_storage_at_a_block() -> None:
    small = SmallNode()
    made = small.make(put(b"k", b"1")).block
    node = LegacyNode(small.chain)
    here, nowhere = hexed(b"valuek"), hexed(b"nowhere")
    expected = [{"block": hexed(made.hash), "changes": [[here, hexed(b"1")], [nowhere, None]]}]
    assert await node.call("state_queryStorageAt", [here, nowhere, here]) == expected
    assert await node.call("state_queryStorageAt", [here, nowhere], hexed(made.hash)) == expected
    assert await node.call("state_queryStorageAt", []) == []
    unknown = hexed(UNKNOWN)
    assert await node.call("state_queryStorageAt", [here], unknown) == RpcFailure(
        4001, f'Cannot resolve a block range [\'"{unknown}"\' ... \'"Some({unknown})"]. {NO_HEADER}'
    )


async def test_nothing_is_left_to_migrate_and_nothing_is_traced() -> None:
    node = real_node()
    count = len(list(node.chain.state_at(node.chain.best.hash).keys(b"")))
    assert await node.call("state_trieMigrationStatus") == {
        "topRemainingToMigrate": 0,
        "childRemainingToMigrate": 0,
        "totalTop": count,
        "totalChild": 0,
    }
    answer = await node.call("state_traceBlock", best(node), "state", "", None)
    assert answer.code == 4003
    assert "does not trace" in answer.message


async def test_strangers_may_not_scan_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(0, 1_000_000, 40))
    monkeypatch.setattr("parachain.rpc.legacy.time.monotonic", lambda: float(next(ticks)))
    small = SmallNode()
    for start in range(0, 250, 50):
        small.make(*(put(bytes((byte,)), b"x") for byte in range(start, start + 50)))
    small.make(*(put(bytes((byte,)), b"x") for byte in range(250, 256)))
    node = LegacyNode(small.chain)
    for name, arguments in (("state_getKeys", ["0x"]), ("state_getStorageSize", [hexed(b"v")])):
        assert not isinstance(await node.call(name, *arguments), RpcFailure)
        answer = await node.call(name, *arguments, allows_unsafe=False)
        assert answer == RpcFailure(4003, "Client error: Timed out after 30 s")


@pytest.mark.parametrize(
    ("name", "arguments", "where"),
    [
        ("state_getStorage", [], "key: no more params"),
        ("state_getStorage", [None], "key: expected a 0x-prefixed hex string, found null"),
        ("state_getStorage", ["00"], 'key: expected a 0x-prefixed hex string, found string "00"'),
        ("state_getStorage", ["0x0"], 'key: expected a 0x-prefixed hex string, found string "0x0"'),
        ("state_getStorage", ["0x", "0x00"], "hash: expected 0x and 64 hex digits"),
        ("state_getStorage", ["0x", 5], "hash: expected 0x and 64 hex digits, found number 5"),
        ("state_getKeysPaged", [None, -1], "count: expected an unsigned integer of 32 bits"),
        ("state_getKeysPaged", [None, 1 << 32], "count: expected an unsigned integer of 32 bits"),
        ("state_getReadProof", [["0x", None]], "keys[1]: expected a 0x-prefixed hex string"),
        ("state_queryStorageAt", ["0x"], "keys: expected an array"),
        ("state_call", [5, "0x"], "name: expected a string"),
        ("state_call", ["Core_version"], "bytes: no more params"),
        ("state_traceBlock", ["0x"], "block: expected 0x and 64 hex digits"),
    ],
)
async def test_wrong_parameters(name: str, arguments: list[object], where: str) -> None:
    answer = await real_node().call(name, *arguments)
    assert answer.code == -32602
    assert answer.data.startswith(where), answer.data


async def test_parameters_by_name() -> None:
    node = real_node()
    params = {"prefix": "0x", "count": 2, "start_key": "0x", "hash": best(node)}
    call = {"jsonrpc": "2.0", "id": 1, "method": "state_getKeysPaged", "params": params}
    assert len((await node.answer(call))["result"]) == 2
