"""system_*, offchain_*, childstate_*, and what is offered to whom."""

import pytest

from parachain.client.chain.genesis import GenesisState
from parachain.client.chain.opening import open_chain
from parachain.client.crypto.hashing import blake2_256
from parachain.client.database import MemoryStore
from parachain.primitives.trie import CHILD_STORAGE_PREFIX, ProofNodes, child_root, get_value
from parachain.rpc.offchain_methods import LocalStorage
from tests.client.chain.small_node import SmallNode
from tests.client.chain.small_runtime import SmallRuntime
from tests.rpc.legacy_node import INFO, LegacyNode, RpcFailure, hexed

CHILD = b"the child"
PREFIXED = hexed(CHILD_STORAGE_PREFIX + CHILD)
VALUES = {b"a": b"1", b"ab": b"22", b"b": b"3" * 40}
NAMES = """
account_nextIndex author_hasKey author_hasSessionKeys author_insertKey
author_pendingExtrinsics author_removeExtrinsic author_rotateKeys
author_rotateKeysWithOwner author_submitAndWatchExtrinsic author_submitExtrinsic
author_unwatchExtrinsic chain_getBlock chain_getBlockHash chain_getFinalisedHead
chain_getFinalizedHead chain_getHead chain_getHeader chain_getRuntimeVersion
chain_subscribeAllHeads chain_subscribeFinalisedHeads chain_subscribeFinalizedHeads
chain_subscribeNewHead chain_subscribeNewHeads chain_subscribeRuntimeVersion
chain_unsubscribeAllHeads chain_unsubscribeFinalisedHeads chain_unsubscribeFinalizedHeads
chain_unsubscribeNewHead chain_unsubscribeNewHeads chain_unsubscribeRuntimeVersion
childstate_getKeys childstate_getKeysPaged childstate_getKeysPagedAt childstate_getStorage
childstate_getStorageEntries childstate_getStorageHash childstate_getStorageSize
offchain_localStorageClear offchain_localStorageGet offchain_localStorageSet
payment_queryFeeDetails payment_queryInfo state_call state_callAt state_getChildReadProof
state_getKeys state_getKeysPaged state_getKeysPagedAt state_getMetadata state_getPairs
state_getReadProof state_getRuntimeVersion state_getStorage state_getStorageAt
state_getStorageHash state_getStorageHashAt state_getStorageSize state_getStorageSizeAt
state_queryStorage state_queryStorageAt state_subscribeRuntimeVersion
state_subscribeStorage state_traceBlock state_trieMigrationStatus
state_unsubscribeRuntimeVersion state_unsubscribeStorage subscribe_newHead
system_accountNextIndex system_addLogFilter system_addReservedPeer system_chain
system_chainType system_dryRun system_dryRunAt system_health system_localListenAddresses
system_localPeerId system_name system_nodeRoles system_peers system_properties
system_removeReservedPeer system_reservedPeers system_resetLogFilter system_syncState
system_unstable_networkState system_version unsubscribe_newHead
"""
UNKNOWN = hexed(b"\xaa" * 32)


async def test_facts_about_the_node() -> None:
    small = SmallNode()
    small.grow(3)
    node = LegacyNode(small.chain)
    small.grow(2)
    expected = {
        "system_name": "Gear Node",
        "system_version": "0.1.0-test",
        "system_chain": "Development",
        "system_chainType": "Development",
        "system_properties": {"ss58Format": 137, "tokenDecimals": 12, "tokenSymbol": "TVARA"},
        "system_health": {"peers": 0, "isSyncing": False, "shouldHavePeers": False},
        "system_localPeerId": INFO.peer_id,
        "system_localListenAddresses": ["/ip4/127.0.0.1/tcp/30333"],
        "system_peers": [],
        "system_reservedPeers": [],
        "system_nodeRoles": ["Authority"],
        "system_syncState": {"startingBlock": 3, "currentBlock": 5, "highestBlock": 5},
    }
    for name, value in expected.items():
        assert await node.call(name) == value
    state = await node.call("system_unstable_networkState")
    assert state["peerId"] == INFO.peer_id
    assert state["connectedPeers"] == {}


async def test_reserved_peers_are_checked_and_refused() -> None:
    node = LegacyNode(SmallNode().chain)
    peer = f"/ip4/198.51.100.19/tcp/30333/p2p/{INFO.peer_id}"
    refused = await node.call("system_addReservedPeer", peer)
    assert refused.code == -32603
    for wrong in ("/ip4/198.51.100.19/tcp/30333", "", INFO.peer_id, "/p2p/"):
        assert await node.call("system_addReservedPeer", wrong) == RpcFailure(
            2002, "Peer id is missing from the address"
        )
    assert await node.call("system_removeReservedPeer", INFO.peer_id) is None
    answer = await node.call("system_removeReservedPeer", peer)
    assert answer.code == 2002
    assert answer.message.endswith("invalid character '/' at byte 0")


async def test_log_filters() -> None:
    node = LegacyNode(SmallNode().chain)
    assert await node.call("system_addLogFilter", "sync=debug,state=trace") is None
    assert node.log_filters.directives == ["sync=debug,state=trace"]
    assert await node.call("system_addLogFilter", "nonsense") == RpcFailure(
        -32603, "'nonsense' is no log filter"
    )
    assert await node.call("system_resetLogFilter") is None
    assert node.log_filters.directives == []


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("system_peers", []),
        ("system_unstable_networkState", []),
        ("system_addReservedPeer", ["/p2p/x"]),
        ("system_removeReservedPeer", ["x"]),
        ("system_addLogFilter", ["a=b"]),
        ("system_resetLogFilter", []),
        ("offchain_localStorageGet", ["PERSISTENT", "0x"]),
        ("engine_createBlock", [True, False]),
        ("dev_newBlock", []),
        ("dev_setStorage", [[]]),
        ("dev_setHead", [0]),
        ("dev_timeTravel", [0]),
    ],
)
async def test_strangers_are_denied(name: str, arguments: list[object]) -> None:
    node = LegacyNode(SmallNode().chain)
    answer = await node.call(name, *arguments, allows_unsafe=False)
    assert answer == RpcFailure(-32601, "RPC call is unsafe to be called externally")


async def test_what_changes_the_chain_is_offered_on_development_chains_only() -> None:
    chain = SmallNode().chain
    names = set((await LegacyNode(chain).call("rpc_methods"))["methods"])
    live = LegacyNode(chain, info=INFO._replace(development=False))
    elsewhere = set((await live.call("rpc_methods"))["methods"])
    assert names - elsewhere == {
        "engine_createBlock",
        "engine_finalizeBlock",
        "dev_newBlock",
        "dev_setStorage",
        "dev_setHead",
        "dev_timeTravel",
    }


async def test_names_and_aliases_that_clients_look_for() -> None:
    names = (await LegacyNode(SmallNode().chain).call("rpc_methods"))["methods"]
    assert set(NAMES.split()) <= set(names)


async def test_local_storage() -> None:
    node = LegacyNode(SmallNode().chain)
    key = hexed(b"key")
    assert await node.call("offchain_localStorageGet", "PERSISTENT", key) is None
    assert await node.call("offchain_localStorageSet", "PERSISTENT", key, "0x01") is None
    assert await node.call("offchain_localStorageGet", "PERSISTENT", key) == "0x01"
    assert await node.call("offchain_localStorageClear", "PERSISTENT", key) is None
    assert await node.call("offchain_localStorageGet", "PERSISTENT", key) is None
    for name, arguments in (("Get", []), ("Clear", []), ("Set", ["0x"])):
        answer = await node.call(f"offchain_localStorage{name}", "LOCAL", key, *arguments)
        assert answer == RpcFailure(5001, "This storage kind is not available yet")
    assert (await node.call("offchain_localStorageGet", "OTHER", key)).code == -32602


def test_local_storage_is_bounded() -> None:
    storage = LocalStorage(10)
    assert storage.set(b"abc", b"1234567")
    assert not storage.set(b"", b"1")
    assert storage.set(b"abc", b"1")
    assert storage.set(b"d", b"12345")
    assert not storage.set(b"abc", b"12")
    storage.clear(b"d")
    storage.clear(b"d")
    assert storage.set(b"abc", b"1234567")
    assert storage.get(b"abc") == b"1234567"


def with_child() -> LegacyNode:
    genesis = GenesisState({b"top": b"value"}, {CHILD: VALUES})
    return LegacyNode(open_chain(MemoryStore(), genesis, SmallRuntime()))


async def test_child_tries() -> None:
    node = with_child()
    here = hexed(node.chain.genesis_hash)
    keys = [hexed(key) for key in VALUES]
    assert await node.call("childstate_getKeys", PREFIXED, "0x") == keys
    assert await node.call("childstate_getKeys", PREFIXED, hexed(b"a"), here) == keys[:2]
    for name in ("childstate_getKeysPaged", "childstate_getKeysPagedAt"):
        assert await node.call(name, PREFIXED, None, 2, None) == keys[:2]
        assert await node.call(name, PREFIXED, "0x", 2, keys[1], here) == keys[2:]
    for key, value in VALUES.items():
        arguments = PREFIXED, hexed(key), here
        assert await node.call("childstate_getStorage", *arguments) == hexed(value)
        assert await node.call("childstate_getStorageHash", *arguments) == hexed(blake2_256(value))
        assert await node.call("childstate_getStorageSize", *arguments) == len(value)
    for name in ("getStorage", "getStorageHash", "getStorageSize"):
        assert await node.call(f"childstate_{name}", PREFIXED, hexed(b"none")) is None
    entries = await node.call("childstate_getStorageEntries", PREFIXED, [*keys, hexed(b"none")])
    assert entries == [*map(hexed, VALUES.values()), None]
    status = await node.call("state_trieMigrationStatus")
    assert (status["totalTop"], status["totalChild"]) == (2, 3)


async def test_no_such_child_is_an_empty_one() -> None:
    node = with_child()
    other = hexed(CHILD_STORAGE_PREFIX + b"other")
    assert await node.call("childstate_getKeys", other, "0x") == []
    assert await node.call("childstate_getStorage", other, "0x") is None


async def test_a_child_read_proof_leads_from_the_main_trie_to_the_child() -> None:
    node = with_child()
    answer = await node.call("state_getChildReadProof", PREFIXED, [hexed(b"b"), hexed(b"c")])
    header = node.chain.header(node.chain.genesis_hash)
    assert header is not None
    proof = ProofNodes([bytes.fromhex(each[2:]) for each in answer["proof"]], blake2_256)
    root = child_root(proof, header.state_root, CHILD)
    assert get_value(proof, root, b"b") == VALUES[b"b"]
    assert get_value(proof, root, b"c") is None


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("childstate_getKeys", ["0x"]),
        ("childstate_getKeysPaged", [None, 1, None]),
        ("childstate_getStorage", ["0x"]),
        ("childstate_getStorageEntries", [["0x"]]),
        ("childstate_getStorageHash", ["0x"]),
        ("childstate_getStorageSize", ["0x"]),
        ("state_getChildReadProof", [["0x"]]),
    ],
)
async def test_wrong_child_keys_and_blocks(name: str, arguments: list[object]) -> None:
    node = with_child()
    answer = await node.call(name, hexed(CHILD), *arguments)
    assert answer == RpcFailure(4003, "Client error: Invalid child storage key")
    answer = await node.call(name, PREFIXED, *arguments, UNKNOWN)
    assert answer.code == 4003
    assert answer.message.startswith("Client error: UnknownBlock: Header was not found")
