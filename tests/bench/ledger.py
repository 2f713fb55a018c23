"""Two nodes of a development chain with many accounts: one authors blocks, the other imports them.

The state is written through the chain, some accounts a block, and final before anything is
measured. Each node has a LevelDB of its own, so that the importer has in memory only what it
imported. Some accounts are active: half of them can send, the other half receives. Python's
collector of garbage is set as in the node.
"""

import gc
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final, NamedTuple

from parachain.client.authoring.proposer import GivenTransactions
from parachain.client.chain.block import Block
from parachain.client.chain.chain import Chain
from parachain.client.chain.importing import Imported
from parachain.client.chain.notifications import BlockOrigin
from parachain.client.chain.opening import ChainConfig
from parachain.client.crypto.hashing import blake2_128, blake2_256
from parachain.client.crypto.keys import KeyPair, Scheme, pair_from_seed
from parachain.client.database import open_leveldb
from parachain.client.pool.config import PoolConfig
from parachain.client.pool.pool import TransactionPool
from parachain.client.pool.transaction import ValidationRequest, Validity
from parachain.client.state import ARCHIVE, NativeExt
from parachain.node.collector import calm_collector
from parachain.primitives.scale import Err, result
from parachain.primitives.transaction_validity import (
    TRANSACTION_SOURCE,
    TRANSACTION_VALIDITY_ERROR,
    VALID_TRANSACTION,
    TransactionSource,
)
from parachain.runtime.pallets.balances.declarations import total_issuance
from parachain.runtime.pallets.system import NEW_LOGIC, AccountData, AccountInfo, account
from tests.client.chain.real_node import NOW_MS, UNIT, RealNode, development

#: Accounts written in one block while the state is built; bounds memory.
CHUNK: Final = 50_000

ENDOWMENT: Final = 1000 * UNIT
IMPORT_MS: Final = NOW_MS + 3_600_000

_VALIDITY: Final = result(VALID_TRANSACTION, TRANSACTION_VALIDITY_ERROR)


def account_of(number: int) -> bytes:
    """Account `number` of those without a key."""
    return blake2_256(b"account" + number.to_bytes(8, "little"))


def sender_of(number: int) -> KeyPair:
    """Key of sender `number`."""
    return pair_from_seed(Scheme.SR25519, blake2_256(b"sender" + number.to_bytes(8, "little")))


def account_key(who: bytes) -> bytes:
    """Storage key of an account."""
    return account.prefix + blake2_128(who) + who


class Times(NamedTuple):
    """Seconds that one block took, in total, and how many transfers it had."""

    transfers: int
    validating: float
    authoring: float
    importing: float


@dataclass
class Ledger:
    """Both nodes, and what is known of their accounts."""

    author: RealNode
    importer: RealNode
    senders: Sequence[KeyPair]
    receivers: Sequence[bytes]
    strangers: Sequence[bytes]
    #: What times are told by, in seconds: `perf_counter`, or `thread_time` for computing alone.
    clock: Callable[[], float]
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    nonces: dict[bytes, int] = field(default_factory=dict)

    def transfers(self, count: int, distinct: int, *, strangers: bool = False) -> list[bytes]:
        """Sign `count` transfers from `distinct` senders to as many receivers, drawn by chance.

        The receivers are active accounts or `strangers`, who are anywhere in the state.
        """
        senders = self.chance.sample(self.senders, distinct)
        receivers = self.chance.sample(self.strangers if strangers else self.receivers, distinct)
        signed = []
        for index in range(count):
            sender = senders[index % distinct]
            nonce = self.nonces.get(sender.public, 0)
            self.nonces[sender.public] = nonce + 1
            receiver = receivers[index % distinct]
            signed.append(self.author.transfer(sender, nonce, receiver, UNIT + index))
        return signed

    def block(self, count: int, distinct: int, *, strangers: bool = False) -> Times:
        """Take transfers into the pool, author a block of them, import it; time each."""
        chain = self.author.chain
        pool = TransactionPool(PoolConfig(), chain.best)
        signed = self.transfers(count, distinct, strangers=strangers)
        begun = self.clock()
        for data in signed:
            pool.submit(data, TransactionSource.EXTERNAL, lambda r: validate(chain, r), NOW_MS)
        validated = self.clock()
        parent = chain.best.hash
        claim = self.author.author.claim_next(parent, NOW_MS)
        ready = pool.ready()
        authored = self.author.author.author(parent, claim, NOW_MS, ready, lambda: NOW_MS)
        done = self.clock()
        assert len(authored.proposal.included) == count, authored.proposal.end
        return Times(count, validated - begun, done - validated, self._import(authored.block))

    def _import(self, block: Block) -> float:
        begun = self.clock()
        outcome = self.importer.chain.import_block(block, BlockOrigin.BROADCAST, IMPORT_MS)
        took = self.clock() - begun
        assert isinstance(outcome, Imported), outcome
        for node in (self.author, self.importer):
            node.chain.finalize(block.header.parent_hash)
        return took


def validate(chain: Chain, request: ValidationRequest) -> Validity:
    """Ask the runtime about a transaction, as the node does for its pool."""
    args = TRANSACTION_SOURCE.encode(request.source) + request.data + request.at.hash
    answer = chain.runtime_call(
        request.at.hash, "TaggedTransactionQueue_validate_transaction", args
    )
    value = _VALIDITY.decode(answer)
    validity: Validity = value.error if isinstance(value, Err) else value.value
    return validity


def _endow(node: RealNode, accounts: Sequence[bytes]) -> None:
    """Write accounts into the state, a chunk in a block, in the order of their keys.

    In key order a block changes one region of the trie; in any other it would write most of the
    upper nodes again. Balances differ, as otherwise all accounts would share one stored value.
    """
    order = sorted((blake2_128(who), number) for number, who in enumerate(accounts))
    for first in range(0, len(order), CHUNK):
        chunk = [(accounts[number], number) for _, number in order[first : first + CHUNK]]

        def write(ext: NativeExt, chunk: list[tuple[bytes, int]] = chunk) -> tuple[bytes, ...]:
            for who, number in chunk:
                free = ENDOWMENT + number
                info = AccountInfo(0, 0, 1, 0, AccountData(free, 0, 0, NEW_LOGIC))
                account.put(ext, who, info)
            total_issuance.put(ext, total_issuance.get(ext) + 2 * ENDOWMENT * len(chunk))
            return ()

        best = node.chain.best.hash
        claim = node.author.claim_next(best, NOW_MS)
        authored = node.author.author(
            best, claim, NOW_MS, GivenTransactions(()), lambda: NOW_MS, write
        )
        node.chain.finalize(authored.block.hash)


@contextmanager
def ledger_of(
    accounts: int, active: int, clock: Callable[[], float] = perf_counter
) -> Iterator[Ledger]:
    """Two nodes with so many accounts, of which `active` can send and as many receive.

    The databases lie in a temporary folder that goes with the context.
    """
    genesis = development()
    senders = [sender_of(number) for number in range(active)]
    others = [account_of(number) for number in range(accounts - active)]
    with TemporaryDirectory(prefix="gear-bench-") as folder:
        ours, theirs = Path(folder) / "author", Path(folder) / "importer"
        store = open_leveldb(ours)
        builder = RealNode(genesis, store, ChainConfig(state_pruning=ARCHIVE))
        _endow(builder, [*(pair.public for pair in senders), *others])
        store._database.compact_range()  # so that LevelDB has nothing left to do while we measure
        store.close()
        shutil.copytree(ours, theirs)
        stores = [open_leveldb(ours), open_leveldb(theirs)]
        nodes = [RealNode(genesis, store) for store in stores]
        thresholds = gc.get_threshold()
        calm_collector()
        try:
            strangers = others[active:] or others
            yield Ledger(nodes[0], nodes[1], senders, others[:active], strangers, clock)
        finally:
            gc.set_threshold(*thresholds)
            gc.unfreeze()
            for store in stores:
                store.close()
