"""The development chain on the real runtime, with an author and signed transfers, for tests."""

from parachain.client.authoring.author import Author, Authored
from parachain.client.authoring.proposer import GivenTransactions
from parachain.client.chain.chain import Chain
from parachain.client.chain.genesis import GenesisState
from parachain.client.chain.opening import ChainConfig, open_chain
from parachain.client.crypto.hashing import blake2_256
from parachain.client.crypto.keys import KeyPair
from parachain.client.database import KeyValueStore, MemoryStore
from parachain.client.executor.executor import Executor
from parachain.client.executor.native import NativeExecutor
from parachain.client.executor.shared_sandbox import SharedSandbox
from parachain.client.state.ext import SandboxSource
from parachain.node.chain import chain_spec, genesis_state
from parachain.primitives.scale import BYTES, COMPACT_U32, COMPACT_U128, U32
from tests.client.chain.small_node import ALICE, PairKeys, given

UNIT = 10**12

#: One for all nodes of a process; made when the first program runs.
SANDBOX = SharedSandbox()
NOW_MS = 1_700_000_001_000
TRANSFER_ALLOW_DEATH = b"\x05\x00"


def development() -> GenesisState:
    return genesis_state(chain_spec("dev"))


class RealNode:
    """A node of the development chain."""

    def __init__(
        self,
        genesis: GenesisState,
        store: KeyValueStore | None = None,
        config: ChainConfig | None = None,
        executor: Executor | None = None,
        sandbox: SandboxSource = SANDBOX,
    ) -> None:
        self.store = MemoryStore() if store is None else store
        if executor is None:
            executor = NativeExecutor()
        self.chain: Chain = open_chain(self.store, genesis, executor, config, sandbox)
        self.author = Author(self.chain, PairKeys(ALICE))
        version = self.chain.runtime_version(self.chain.genesis_hash)
        self._implicit = (
            U32.encode(version.spec_version)
            + U32.encode(version.transaction_version)
            + 2 * self.chain.genesis_hash
            + b"\x00"
        )

    def transfer(self, sender: KeyPair, nonce: int, to: bytes, amount: int) -> bytes:
        """Make a signed, immortal transfer."""
        call = TRANSFER_ALLOW_DEATH + b"\x00" + to + COMPACT_U128.encode(amount)
        return self.signed(sender, nonce, call)

    def signed(self, sender: KeyPair, nonce: int, call: bytes, tip: int = 0) -> bytes:
        """Sign a call: immortal era, nonce, tip, no metadata hash."""
        explicit = b"\x00" + COMPACT_U32.encode(nonce) + COMPACT_U128.encode(tip) + b"\x00"
        payload = call + explicit + self._implicit
        if len(payload) > 256:
            payload = blake2_256(payload)
        signature = b"\x01" + sender.sign(payload)
        return BYTES.encode(b"\x84\x00" + sender.public + signature + explicit + call)

    def make(self, *extrinsics: bytes, parent: bytes | None = None, skip: int = 0) -> Authored:
        """Author a block with these transactions, none of which may be refused."""
        parent = self.chain.best.hash if parent is None else parent
        claim = self.author.claim_next(parent, NOW_MS)
        if skip:
            duration = claim.slot.ends_ms - claim.slot.starts_ms
            claim = self.author.claim_at(parent, claim.slot.starts_ms + skip * duration, NOW_MS)
        ready: GivenTransactions = given(*extrinsics)
        made = self.author.author(parent, claim, NOW_MS, ready, lambda: NOW_MS)
        assert not made.proposal.refused, made.proposal.refused[0]
        return made
