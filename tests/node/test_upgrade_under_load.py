"""A node whose chain gets another runtime while people use it."""

from collections.abc import Iterator
from typing import Any

import pytest

from parachain.client.chain.block import Block, make_block
from parachain.client.chain.importing import Imported
from parachain.client.chain.notifications import BlockOrigin
from parachain.client.crypto.hashing import blake2_128, blake2_256
from parachain.client.crypto.keys import KeyPair
from parachain.client.executor.native import NativeExecutor
from parachain.client.executor.native_code import native_code
from parachain.client.executor.runtime_executor import Execution, RuntimeExecutor
from parachain.primitives.address import Id
from parachain.primitives.digest import RuntimeEnvironmentUpdated
from parachain.primitives.header import HEADER
from parachain.primitives.scale import BYTES, COMPACT_U32, U32
from parachain.primitives.weight import Weight
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.metadata.v14 import METADATA_V14
from parachain.runtime.pallets import sudo, system
from parachain.runtime.pallets.balances.calls import transfer_allow_death
from tests.client.chain.real_node import NOW_MS, UNIT, RealNode, development
from tests.client.chain.small_node import ALICE, BOB
from tests.client.executor.probe_blob import EXECUTOR
from tests.node.changed_runtime import (
    NEW_DEPOSIT,
    NEW_VERSION,
    OLD_DEPOSIT,
    OLD_VERSION,
    next_code,
)
from tests.node_process import NodeProcess, RpcCallError, Session

#: The clock of a node that hears of the blocks later.
LATER_MS = NOW_MS + 10**12

BLOCKS = 30
UPGRADE = 15
TRANSFERS = 3

#: Less than an account needs before the upgrade, and more than it needs after it.
LITTLE = (OLD_DEPOSIT + NEW_DEPOSIT) // 2


class Client:
    """Signs for a chain that is reached by RPC, and reads it."""

    def __init__(self, node: NodeProcess) -> None:
        self.rpc = node.rpc
        self._genesis = bytes.fromhex(self.rpc("chain_getBlockHash", 0)[2:])

    def signed(self, pair: KeyPair, nonce: int, call: RuntimeCall, version: int) -> str:
        """Sign for a version of the runtime: immortal, no tip."""
        explicit = b"\x00" + COMPACT_U32.encode(nonce) + b"\x00\x00"
        payload = call.encode() + explicit + U32.encode(version) + U32.encode(1)
        payload += 2 * self._genesis + b"\x00"
        signature = pair.sign(blake2_256(payload) if len(payload) > 256 else payload)
        head = b"\x84\x00" + pair.public + b"\x01" + signature
        return "0x" + BYTES.encode(head + explicit + call.encode()).hex()

    def transfers(self, first: int, version: int) -> list[str]:
        """Transfers of Bob's to people who have nothing yet, from his nonce `first` on."""
        nonces = range(first, first + TRANSFERS)
        return [self.signed(BOB, nonce, to_newcomer(nonce), version) for nonce in nonces]

    def seal(self, *transactions: str) -> str:
        """Submit transactions and make a block of exactly these; return its hash."""
        for transaction in transactions:
            self.rpc("author_submitExtrinsic", transaction)
        block_hash: str = self.rpc("engine_createBlock", True, True)["hash"]
        included = self.rpc("archive_v1_body", block_hash)[1:-1]  # without the time, gear.run
        assert included == list(transactions)
        return block_hash

    def block(self, block_hash: str) -> Block:
        """Fetch a block as another node would."""
        header = HEADER.decode(bytes.fromhex(self.rpc("archive_v1_header", block_hash)[2:]))
        body = self.rpc("archive_v1_body", block_hash)
        return make_block(header, [bytes.fromhex(extrinsic[2:]) for extrinsic in body])

    def deposit(self, at: str) -> int:
        """The least balance of an account, as metadata says."""
        encoded = bytes.fromhex(self.rpc("state_getMetadata", at)[2:])
        (pallet,) = (p for p in METADATA_V14.decode(encoded[5:]).pallets if p.name == "Balances")
        (value,) = (c.value for c in pallet.constants if c.name == "ExistentialDeposit")
        return int.from_bytes(value, "little")


def newcomer(nonce: int) -> bytes:
    return blake2_256(nonce.to_bytes(4, "little"))


def to_newcomer(nonce: int, amount: int = UNIT) -> RuntimeCall:
    return transfer_allow_death(Id(newcomer(nonce)), amount)


def upgrade() -> RuntimeCall:
    """What the owner of the chain makes of a new code."""
    return sudo.sudo_unchecked_weight(system.set_code(next_code()), Weight(0, 0))


def sync(blocks: list[Block], execution: Execution) -> None:
    """Import all of a chain above its genesis on another node of the same release."""
    ours = blake2_256(native_code())
    executor = RuntimeExecutor(NativeExecutor(), ours, EXECUTOR, execution)
    chain = RealNode(development(), executor=executor).chain
    for block in blocks:
        result = chain.import_block(block, BlockOrigin.INITIAL_SYNC, LATER_MS)
        assert isinstance(result, Imported), result
    assert chain.best.hash == blocks[-1].hash
    assert chain.runtime_version(chain.best.hash).spec_version == NEW_VERSION
    first, last = (chain.overlay(at) for at in (chain.genesis_hash, chain.best.hash))
    assert executor.is_native(first) == (execution is Execution.AUTO)
    assert not executor.is_native(last)


@pytest.fixture
def node() -> Iterator[NodeProcess]:
    with NodeProcess.start("--dev", "--tmp", "--sealing", "manual") as node:
        yield node
        assert node.stop() == 0
        assert "Traceback" not in node.log


def test_thirty_blocks_with_transfers_across_set_code(node: NodeProcess) -> None:
    client = Client(node)
    nonce = 0
    with node.session() as versions:
        versions.call("state_subscribeRuntimeVersion")
        assert announced(versions) == OLD_VERSION
        hashes = []
        for _ in range(1, UPGRADE):
            hashes.append(client.seal(*client.transfers(nonce, OLD_VERSION)))
            nonce += TRANSFERS
        assert client.deposit(hashes[-1]) == OLD_DEPOSIT
        hashes.append(across(node, client, nonce))
        assert announced(versions) == NEW_VERSION
    for number in range(UPGRADE, BLOCKS):
        hashes.append(client.seal(*client.transfers(nonce, NEW_VERSION)))
        nonce += TRANSFERS
        assert int(node.rpc("chain_getHeader")["number"], 16) == number + 1
    assert node.rpc("chain_getFinalizedHead") == hashes[-1]
    assert client.deposit(hashes[-1]) == NEW_DEPOSIT
    poor = client.signed(BOB, nonce, to_newcomer(nonce, LITTLE), NEW_VERSION)
    hashes.append(client.seal(poor))
    blocks = [client.block(block_hash) for block_hash in hashes]
    assert [block.number for block in blocks] == list(range(1, BLOCKS + 2))
    assert all(node.rpc("state_getStorage", account(newcomer(n))) for n in range(nonce + 1))
    for execution in (Execution.AUTO, Execution.WASM):
        sync(blocks, execution)


def account(who: bytes) -> str:
    """Where the state has an account."""
    return "0x" + (system.account.prefix + blake2_128(who) + who).hex()


def announced(versions: Session) -> int:
    method, version = versions.notification()
    assert method == "state_runtimeVersion"
    return int(version["specVersion"])


def across(node: NodeProcess, client: Client, nonce: int) -> str:
    """Upgrade while the pool holds transfers that are signed for the version before."""
    outdated = client.transfers(nonce, OLD_VERSION)
    with node.session() as pool:
        for transaction in outdated:
            pool.call("author_submitAndWatchExtrinsic", transaction)
            assert pool.notification() == ("author_extrinsicUpdate", "ready")
        transaction = client.signed(ALICE, 0, upgrade(), OLD_VERSION)
        block_hash: str = node.rpc("dev_newBlock", {"transactions": [transaction]})
        block = client.block(block_hash)
        assert RuntimeEnvironmentUpdated() in block.header.digest
        assert [extrinsic.hex() for extrinsic in block.extrinsics[1:-1]] == [transaction[2:]]
        for _ in outdated:
            assert pool.notification() == ("author_extrinsicUpdate", "invalid")
    assert node.rpc("author_pendingExtrinsics") == []
    late = client.signed(BOB, nonce, to_newcomer(BLOCKS * TRANSFERS), OLD_VERSION)
    with pytest.raises(RpcCallError) as refused:
        node.rpc("author_submitExtrinsic", late)
    assert (refused.value.code, refused.value.data) == (1010, "Transaction has a bad signature")
    return block_hash


def test_an_authorized_upgrade_on_webassembly_alone() -> None:
    flags = ("--dev", "--tmp", "--sealing", "manual", "--execution", "wasm")
    with NodeProcess.start(*flags) as node:
        client = Client(node)
        code = next_code()
        authorize = sudo.sudo(system.authorize_upgrade(blake2_256(code)))
        hashes = [client.seal(client.signed(ALICE, 0, authorize, OLD_VERSION))]
        apply = BYTES.encode(b"\x04" + system.apply_authorized_upgrade(code).encode())
        hashes.append(client.seal("0x" + apply.hex()))
        hashes.append(client.seal(*client.transfers(0, NEW_VERSION)))
        blocks: list[Block] = [client.block(block_hash) for block_hash in hashes]
        updated = [RuntimeEnvironmentUpdated() in block.header.digest for block in blocks]
        assert updated == [False, True, False]
        versions: list[Any] = [node.rpc("state_getRuntimeVersion", at) for at in hashes]
        assert [v["specVersion"] for v in versions] == [OLD_VERSION, NEW_VERSION, NEW_VERSION]
        assert node.stop() == 0
    sync(blocks, Execution.AUTO)
