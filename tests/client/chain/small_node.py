"""A chain on the small runtime with an author, for tests."""

from parachain.client.authoring.author import Author, Authored
from parachain.client.authoring.proposer import Given, GivenTransactions
from parachain.client.chain.block import Block
from parachain.client.chain.chain import Chain
from parachain.client.chain.importing import Imported
from parachain.client.chain.notifications import BlockOrigin, Notification
from parachain.client.chain.opening import ChainConfig, open_chain
from parachain.client.crypto.hashing import blake2_256
from parachain.client.crypto.keys import KeyPair, pair_from_uri
from parachain.client.database import KeyValueStore, MemoryStore
from tests.client.chain.small_runtime import SLOT_MS, SmallRuntime, genesis

ALICE, BOB = pair_from_uri("//Alice"), pair_from_uri("//Bob")
NOW_MS = 1_700_000_001_000


class PairKeys:
    """Keys in memory."""

    def __init__(self, *pairs: KeyPair) -> None:
        self.pairs = {pair.public: pair for pair in pairs}

    def has(self, _key_type: bytes, public: bytes) -> bool:
        return public in self.pairs

    def sign(self, _key_type: bytes, public: bytes, message: bytes) -> bytes | None:
        pair = self.pairs.get(public)
        return None if pair is None else pair.sign(message)


def given(*extrinsics: bytes) -> GivenTransactions:
    return GivenTransactions(tuple(Given(blake2_256(data), data) for data in extrinsics))


class SmallNode:
    """One node; nodes made alike have the same genesis."""

    def __init__(
        self,
        store: KeyValueStore | None = None,
        config: ChainConfig | None = None,
        authorities: tuple[KeyPair, ...] = (ALICE,),
    ) -> None:
        self.store = MemoryStore() if store is None else store
        self.runtime = SmallRuntime()
        state = genesis(*(pair.public for pair in authorities))
        self.chain: Chain = open_chain(self.store, state, self.runtime, config)
        self.author = Author(self.chain, PairKeys(*authorities))
        self.news: list[Notification] = []
        self.chain.subscribe(self.news.append)

    def make(self, *extrinsics: bytes, parent: bytes | None = None, skip: int = 0) -> Authored:
        """Author a block above `parent`, after leaving out `skip` slots; no limit of time."""
        parent = self.chain.best.hash if parent is None else parent
        claim = self.author.claim_next(parent, NOW_MS)
        if skip:
            claim = self.author.claim_at(parent, claim.slot.starts_ms + skip * SLOT_MS, NOW_MS)
        return self.author.author(parent, claim, NOW_MS, given(*extrinsics), lambda: NOW_MS)

    def grow(self, count: int, parent: bytes | None = None, skip: int = 0) -> list[Block]:
        """Author blocks one above the other."""
        blocks = []
        for _ in range(count):
            blocks.append(self.make(parent=parent, skip=skip).block)
            parent = blocks[-1].hash
        return blocks

    def take(self, *blocks: Block, now_ms: int | None = None) -> None:
        """Import blocks that must be good."""
        for block in blocks:
            result = self.chain.import_block(block, BlockOrigin.BROADCAST, now_ms or LATER_MS)
            assert isinstance(result, Imported), result


LATER_MS = NOW_MS + 1_000 * SLOT_MS
"""Late enough for every block that a test makes."""
