"""author_*, system_accountNextIndex, system_dryRun, payment_*: what senders of transactions use."""

from typing import Any

import pytest

from parachain.client.pool.transaction import transaction_hash
from parachain.client.pool.watchers import Broadcast, Dropped, FinalityTimeout, Future, Status
from parachain.primitives.scale import BYTES
from parachain.primitives.ss58 import encode_address
from parachain.rpc.render import render_status
from parachain.rpc.submission import MAX_WAITING_STATUSES
from tests.client.chain.real_node import UNIT, RealNode
from tests.client.chain.small_node import ALICE, BOB
from tests.rpc.legacy_node import (
    LegacyNode,
    RpcFailure,
    hexed,
    real_genesis,
    settle,
)
from tests.rpc.rpc_peer import WsClient

ALICE_ADDRESS = encode_address(ALICE.public, 137)
UNKNOWN = hexed(b"\xaa" * 32)


class Scene:
    """A development chain and transfers on it."""

    def __init__(self) -> None:
        self.real = RealNode(real_genesis())
        self.node = LegacyNode(self.real.chain, self.real)
        self.call = self.node.call

    def transfer(self, nonce: int, amount: int = UNIT) -> bytes:
        return self.real.transfer(ALICE, nonce, BOB.public, amount)


async def statuses(client: WsClient, identifier: str, count: int) -> list[Any]:
    found = []
    for _ in range(count):
        message = await client.receive()
        assert message["method"] == "author_extrinsicUpdate", message
        assert message["params"]["subscription"] == identifier
        found.append(message["params"]["result"])
    return found


async def test_submitting_gives_the_hash_and_the_pool_shows_it() -> None:
    scene = Scene()
    extrinsic = scene.transfer(0)
    answer = await scene.call("author_submitExtrinsic", hexed(extrinsic))
    assert answer == hexed(transaction_hash(extrinsic))
    later = scene.transfer(2)  # waits for the one before it
    await scene.call("author_submitExtrinsic", hexed(later))
    assert await scene.call("author_pendingExtrinsics") == [hexed(extrinsic)]


async def test_refusals_of_the_pool_are_answered_as_substrate_does() -> None:
    scene = Scene()
    extrinsic = scene.transfer(0)
    await scene.call("author_submitExtrinsic", hexed(extrinsic))
    again = await scene.call("author_submitExtrinsic", hexed(extrinsic))
    tx_hash = hexed(transaction_hash(extrinsic))
    assert again == RpcFailure(1013, "Transaction Already Imported", tx_hash)
    for name, forged in (
        ("author_submitExtrinsic", scene.transfer(1, 7)),
        ("author_submitAndWatchExtrinsic", scene.transfer(1, 8)),
    ):
        async with scene.node.client() as client:
            answer = await client.call(name, hexed(forged[:-1] + b"\x04"))
            assert answer["error"] == {
                "code": 1010,
                "message": "Invalid Transaction",
                "data": "Transaction has a bad signature",
            }


async def test_what_is_no_extrinsic() -> None:
    scene = Scene()
    for data in (b"", b"\x04", b"\x08\x84\x00\x00", b"\xff" * 40):
        answer = await scene.call("author_submitExtrinsic", hexed(data))
        assert answer.code == 1040
        assert answer.message.startswith("Client error: ")
        async with scene.node.client() as client:
            answer = await client.call("author_submitAndWatchExtrinsic", hexed(data))
            assert answer["error"]["code"] == 1001
            assert answer["error"]["message"].startswith("Extrinsic has invalid format: ")
    panics = BYTES.encode(b"panic")
    answer = await scene.call("author_submitExtrinsic", hexed(panics))
    text = "Execution failed: Execution aborted due to panic: panicked at 'no'"
    assert answer == RpcFailure(
        1002, f"Verification Error: Runtime error: {text}", f'RuntimeApi("{text}")'
    )
    for hostile in (None, 5, "00", "0xzz", ["0x00"]):
        assert (await scene.call("author_submitExtrinsic", hostile)).code == -32602


async def test_watching_ends_with_finality() -> None:
    scene = Scene()
    async with scene.node.client() as client:
        identifier = await client.call("author_submitAndWatchExtrinsic", hexed(scene.transfer(0)))
        assert await statuses(client, identifier, 1) == ["ready"]
        created = await scene.node.authoring.create_block()
        block = hexed(created.block_hash)
        assert await statuses(client, identifier, 1) == [{"inBlock": block}]
        scene.real.chain.finalize(created.block_hash)
        assert await statuses(client, identifier, 1) == [{"finalized": block}]
        await settle()
        assert await client.call("author_unwatchExtrinsic", identifier) is False
        assert len(scene.node.transactions.pool.watchers) == 0


async def test_futures_become_ready() -> None:
    scene = Scene()
    async with scene.node.client() as client:
        late = await client.call("author_submitAndWatchExtrinsic", hexed(scene.transfer(1)))
        assert await statuses(client, late, 1) == ["future"]
        first = {"jsonrpc": "2.0", "id": 8, "method": "author_submitAndWatchExtrinsic"}
        await client.send(first | {"params": [hexed(scene.transfer(0))]})
        seen = [await client.receive() for _ in range(3)]
        (answer,) = [each["result"] for each in seen if "id" in each]
        told = {
            each["params"]["subscription"]: each["params"]["result"]
            for each in seen
            if "params" in each
        }
        assert told == {late: "ready", answer: "ready"}
        assert await client.call("author_unwatchExtrinsic", answer) is True
        await settle()
        assert len(scene.node.transactions.pool.watchers) == 1


async def test_a_block_given_up_is_retracted() -> None:
    scene = Scene()
    async with scene.node.client() as client:
        extrinsic = scene.transfer(0)
        watch = await client.call("author_submitAndWatchExtrinsic", hexed(extrinsic))
        assert await statuses(client, watch, 1) == ["ready"]
        created = await scene.node.authoring.create_block()
        block = hexed(created.block_hash)
        assert await statuses(client, watch, 1) == [{"inBlock": block}]
        scene.real.chain.set_head(scene.real.chain.genesis_hash)
        seen = await statuses(client, watch, 2)
        assert seen[0] == {"retracted": block}
        assert seen[1] in ("ready", "future")
        again = await scene.node.authoring.create_block()
        assert await statuses(client, watch, 1) == [{"inBlock": hexed(again.block_hash)}]


async def test_a_client_that_reads_no_statuses_is_dropped() -> None:
    scene = Scene()
    async with scene.node.client() as client:
        watch = await client.call("author_submitAndWatchExtrinsic", hexed(scene.transfer(0)))
        assert await statuses(client, watch, 1) == ["ready"]
        pool = scene.node.transactions.pool
        (transaction,) = pool.ready()
        for _ in range(2 * MAX_WAITING_STATUSES):
            pool.on_broadcast({transaction.hash: ["peer"]})
        told = 0
        while "result" in (message := await client.receive())["params"]:
            told += 1
        assert MAX_WAITING_STATUSES <= told < 2 * MAX_WAITING_STATUSES
        assert message["params"]["error"]["code"] == -32000
        await settle()
        assert len(pool.watchers) == 0


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Future(), "future"),
        (Broadcast(("a", "b")), {"broadcast": ["a", "b"]}),
        (FinalityTimeout(b"\x01" * 32), {"finalityTimeout": hexed(b"\x01" * 32)}),
        (Dropped(), "dropped"),
    ],
)
def test_statuses(status: Status, expected: object) -> None:
    assert render_status(status) == expected


async def test_what_is_removed_was_invalid() -> None:
    scene = Scene()
    async with scene.node.client() as client:
        extrinsic = scene.transfer(0)
        watch = await client.call("author_submitAndWatchExtrinsic", hexed(extrinsic))
        assert await statuses(client, watch, 1) == ["ready"]
        scene.node.transactions.remove([transaction_hash(extrinsic)])
        assert await statuses(client, watch, 1) == ["invalid"]


async def test_removing_from_the_pool() -> None:
    scene = Scene()
    extrinsics = [scene.transfer(nonce) for nonce in range(3)]
    hashes = [hexed(transaction_hash(each)) for each in extrinsics]
    for extrinsic in extrinsics:
        await scene.call("author_submitExtrinsic", hexed(extrinsic))
    removed = await scene.call("author_removeExtrinsic", [{"extrinsic": hexed(extrinsics[2])}])
    assert removed == [hashes[2]]
    removed = await scene.call("author_removeExtrinsic", [{"hash": hashes[0]}])
    assert sorted(removed) == sorted(hashes[:2])
    assert await scene.call("author_pendingExtrinsics") == []
    assert await scene.call("author_removeExtrinsic", []) == []
    banned = await scene.call("author_submitExtrinsic", hexed(extrinsics[0]))
    assert banned == RpcFailure(1012, "Transaction is temporarily banned")
    denied = await scene.call("author_removeExtrinsic", [], allows_unsafe=False)
    assert denied.code == -32601
    for wrong in ({}, {"hash": "0x00"}, {"hash": hashes[0], "extrinsic": "0x00"}, hashes[0]):
        assert (await scene.call("author_removeExtrinsic", [wrong])).code == -32602
    bad = await scene.call("author_removeExtrinsic", [{"extrinsic": "0xff"}])
    assert bad.code == 1001


async def test_keys() -> None:
    scene = Scene()
    public = hexed(b"\x05" * 32)
    assert await scene.call("author_hasKey", public, "aura") is False
    assert await scene.call("author_insertKey", "aura", "//Me", public) is None
    assert await scene.call("author_hasKey", public, "aura") is True
    assert await scene.call("author_hasSessionKeys", public) is True
    rotated = await scene.call("author_rotateKeys")
    assert await scene.call("author_hasSessionKeys", rotated) is True
    assert await scene.call("author_hasSessionKeys", UNKNOWN) is False
    assert await scene.call("author_hasSessionKeys", "0x00") == RpcFailure(
        1040, "Session keys are not encoded correctly"
    )
    text = "Invalid key type ID format (should be of length four)"
    for key_type in ("", "aur", "aurae", "äura"):
        assert await scene.call("author_hasKey", public, key_type) == RpcFailure(1040, text)
        inserted = await scene.call("author_insertKey", key_type, "//Me", public)
        assert inserted == RpcFailure(1040, text)
    assert await scene.call("author_insertKey", "aura", "bad", public) == RpcFailure(
        1040, "The key store is unavailable", "the secret URI is of another key"
    )
    assert (await scene.call("author_rotateKeysWithOwner", public)).code == 1040
    for name, arguments in (
        ("author_insertKey", ["aura", "//Me", public]),
        ("author_rotateKeys", []),
        ("author_rotateKeysWithOwner", ["0x"]),
        ("author_hasKey", [public, "aura"]),
        ("author_hasSessionKeys", [public]),
    ):
        assert (await scene.call(name, *arguments, allows_unsafe=False)).code == -32601


@pytest.mark.parametrize("name", ["system_accountNextIndex", "account_nextIndex"])
async def test_the_next_nonce_counts_what_is_ready(name: str) -> None:
    scene = Scene()
    scene.real.make(scene.transfer(0))
    scene.node.transactions.pool.best = scene.real.chain.best
    for account in (ALICE_ADDRESS, encode_address(ALICE.public, 42), hexed(ALICE.public)):
        assert await scene.call(name, account) == 1
    for nonce in (1, 2, 4):
        await scene.call("author_submitExtrinsic", hexed(scene.transfer(nonce)))
    assert await scene.call(name, ALICE_ADDRESS) == 3
    assert await scene.call(name, encode_address(BOB.public, 137)) == 0
    assert await scene.call(name, encode_address(b"\x01" * 32, 137)) == 0
    typo = ALICE_ADDRESS[:-1] + ("1" if ALICE_ADDRESS[-1] != "1" else "2")
    hostile: list[object] = [typo, "", "0x00", 5, None, "1" * 100_000, "\u0000", [ALICE_ADDRESS]]
    for wrong in hostile:
        answer = await scene.call(name, wrong)
        assert answer.code == -32602
        assert len(str(answer.data)) < 300


@pytest.mark.parametrize("name", ["system_dryRun", "system_dryRunAt"])
async def test_dry_runs(name: str) -> None:
    scene = Scene()
    scene.real.make()
    assert await scene.call(name, hexed(scene.transfer(0))) == "0x0000"
    future = await scene.call(name, hexed(scene.transfer(5)), hexed(scene.real.chain.best.hash))
    assert future == "0x010002"
    poor = await scene.call(name, hexed(scene.transfer(0, 10**30)))
    assert poor.startswith("0x0001")
    assert (await scene.call(name, "0x00ff")).code == 2
    unknown = await scene.call(name, hexed(scene.transfer(0)), UNKNOWN)
    assert unknown.code == 1
    assert unknown.message == "Unable to dry run extrinsic."
    assert unknown.data.startswith("Api called for an unknown Block: ")
    assert (await scene.call(name, "0x00", allows_unsafe=False)).code == -32601


async def test_what_a_transaction_costs() -> None:
    scene = Scene()
    extrinsic = scene.transfer(0)
    info = await scene.call("payment_queryInfo", hexed(extrinsic))
    assert set(info) == {"weight", "class", "partialFee"}
    assert set(info["weight"]) == {"ref_time", "proof_size"}
    assert info["class"] == "normal"
    details = await scene.call("payment_queryFeeDetails", hexed(extrinsic), None)
    assert list(details) == ["inclusionFee"]
    fee = details["inclusionFee"]
    assert list(fee) == ["baseFee", "lenFee", "adjustedWeightFee"]
    assert all(value.startswith("0x") for value in fee.values())
    assert sum(int(value, 16) for value in fee.values()) == int(info["partialFee"])
    inherent, _ = scene.real.make().block.extrinsics
    assert (await scene.call("payment_queryInfo", hexed(inherent)))["class"] == "mandatory"
    free = await scene.call("payment_queryFeeDetails", hexed(inherent))
    assert free["inclusionFee"] is None
    for name, text in (
        ("payment_queryInfo", "Unable to query dispatch info."),
        ("payment_queryFeeDetails", "Unable to query fee details."),
    ):
        answer = await scene.call(name, "0x08")
        assert (answer.code, answer.message) == (2, text)
        answer = await scene.call(name, hexed(BYTES.encode(b"\x84")))
        assert (answer.code, answer.message) == (1, text)
        answer = await scene.call(name, hexed(extrinsic), UNKNOWN)
        assert (answer.code, answer.message) == (1, text)
