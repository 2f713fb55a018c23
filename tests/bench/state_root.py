"""Speed of the state: roots from LevelDB, reads, and the cost per key as states grow.

Keys are those of System.Account (48 bytes of prefix and hash, then the account id), values 80
bytes, so detached in layout V1. "Cold" is a node that was just started: nothing decoded in memory,
the files in the cache of the operating system. "Warm" is one that has executed the blocks before.

Reading and computing are measured in processor time of their thread: nothing waits for a disk, and
other programs do not count. Storing is measured by the clock, as it waits until the disk has it.
"""

import gc
import hashlib
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time
from typing import Final

from parachain.client.database import LevelDb, WriteBatch, open_leveldb
from parachain.client.state import ARCHIVE, NativeExt, Pruning, StateDb
from parachain.primitives.trie import EMPTY_ROOT
from tests.bench.row import Row, at_most

PREFIX: Final = bytes.fromhex("26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9")
ACCOUNTS: Final = 100_000
CHANGED: Final = 100
ROUNDS: Final = 50
READS: Final = 2000
BUILD_CHUNK: Final = 50_000
KEEP_256: Final = Pruning()

#: The state root is demanded in so many milliseconds.
MOST_ROOT_MS: Final = 5.0


def account_key(number: int) -> bytes:
    """Storage key of account `number`."""
    account = hashlib.blake2b(number.to_bytes(8, "little"), digest_size=32).digest()
    return PREFIX + hashlib.blake2b(account, digest_size=16).digest() + account


def account_value(number: int, version: int) -> bytes:
    """80 bytes, as an AccountInfo has."""
    return number.to_bytes(40, "little") + version.to_bytes(40, "little")


class Chain:
    """Blocks of account changes over a database."""

    def __init__(
        self, store: LevelDb, root: bytes = EMPTY_ROOT, pruning: Pruning = KEEP_256
    ) -> None:
        self.store = store
        self.db = StateDb(store, pruning)
        self.root = root
        self.number = 0
        self.hash = bytes(32)

    def restarted(self) -> "Chain":
        """The same chain with nothing in memory."""
        fresh = Chain(self.store, self.root)
        fresh.number, fresh.hash = self.number, self.hash
        return fresh

    def build(self, accounts: int) -> None:
        """Fill the state, in key order so that no node is written twice."""
        pairs = sorted((account_key(i), account_value(i, 0)) for i in range(accounts))
        for first in range(0, accounts, BUILD_CHUNK):
            self.block(dict(pairs[first : first + BUILD_CHUNK]))

    def block(self, changes: dict[bytes, bytes]) -> float:
        """Store a block; the seconds that computing its root took."""
        began = thread_time()
        change = self.db.at(self.root).change(changes, {}, 1)
        took = thread_time() - began
        transaction, batch = self.db.transaction(), WriteBatch()
        parent, self.hash = self.hash, change.root
        transaction.insert(self.number, self.hash, parent, change)
        transaction.canonicalize(self.number, self.hash)
        transaction.write_to(batch)
        self.store.write(batch)
        self.root = change.root
        self.number += 1
        return took


@contextmanager
def chain_of(accounts: int) -> Iterator[Chain]:
    """A state with so many accounts in a temporary database."""
    with tempfile.TemporaryDirectory(prefix="bench-state-") as folder:
        store = open_leveldb(Path(folder))
        chain = Chain(store, pruning=ARCHIVE)
        chain.build(accounts)
        store.close()  # what the build left in memory goes to files
        store = open_leveldb(Path(folder))
        chain.store = store
        gc.collect()
        gc.freeze()  # what building left behind is not the node's
        try:
            yield chain.restarted()
        finally:
            gc.unfreeze()
            store.close()


def _changes(chance: random.Random, accounts: int, count: int, version: int) -> dict[bytes, bytes]:
    picked = chance.sample(range(accounts), min(count, accounts))
    return {account_key(i): account_value(i, version) for i in picked}


def _timed(call: Callable[[], object]) -> float:
    began = thread_time()
    call()
    return thread_time() - began


def state_roots(
    accounts: int = ACCOUNTS, changed: int = CHANGED, rounds: int = ROUNDS, reads: int = READS
) -> list[Row]:
    """Root after a few changed keys of many, and reading single keys of that state."""
    chance = random.Random(1)
    with chain_of(accounts) as chain:
        versions = range(1, rounds + 1)
        batches = [_changes(chance, accounts, changed, version) for version in versions]
        cold = [
            _timed(partial(chain.restarted().db.at(chain.root).change, changes, {}, 1))
            for changes in batches
        ]
        warm = [chain.block(changes) for changes in batches]
        warm += [chain.block(changes) for changes in batches]
        keys = [account_key(i) for i in chance.sample(range(accounts), reads)]
        state = chain.restarted().db.at(chain.root)
        read_cold = _timed(lambda: [state.get(key) for key in keys])
        read_warm = _timed(lambda: [state.get(key) for key in keys])
    goal = at_most(MOST_ROOT_MS)
    what = f"state root after {changed} changed keys of {accounts:,}"
    return [
        Row(f"{what}, just started", median(cold) * 1e3, "ms", goal),
        Row(f"{what}, running", median(warm[rounds // 3 :]) * 1e3, "ms", goal),
        Row("storage read through the trie, cold", read_cold / len(keys) * 1e6, "us"),
        Row("storage read through the trie, cached", read_warm / len(keys) * 1e6, "us"),
    ]


def transfer_blocks(accounts: int) -> list[Row]:
    """A block of 1000 transfers: 2000 accounts read and written, the root, the batch on disk."""
    chance = random.Random(2)
    phases: dict[str, list[float]] = {"read and write": [], "root": [], "store": []}
    with chain_of(accounts) as chain:
        for version in range(1, 6):
            changes = _changes(chance, accounts, 2000, version)
            count = len(changes)
            ext = NativeExt(chain.db.at(chain.root))
            began = thread_time()
            for key, value in changes.items():
                ext.get(key)
                ext.put(key, value)
            executed = thread_time()
            change = ext.state_change()
            rooted = thread_time()
            storing = perf_counter()
            transaction, batch = chain.db.transaction(), WriteBatch()
            parent, chain.hash = chain.hash, change.root
            transaction.insert(chain.number, chain.hash, parent, change)
            transaction.canonicalize(chain.number, chain.hash)
            transaction.write_to(batch)
            chain.store.write(batch)
            stored = perf_counter()
            chain.root = change.root
            chain.number += 1
            phases["read and write"].append((executed - began) / count)
            phases["root"].append((rooted - executed) / count)
            phases["store"].append((stored - storing) / count)
    size = f"10^{len(str(accounts)) - 1}"
    rows = [
        Row(f"per changed account of {size}: {phase}", median(times) * 1e6, "us")
        for phase, times in phases.items()
    ]
    total = sum(row.value for row in rows)
    return [*rows, Row(f"per changed account of {size}: all", total, "us")]


def rows(*, large: bool = True) -> list[Row]:
    """All rows; `large` includes the state of 10^6 accounts, which takes a minute to build."""
    table = state_roots()
    for accounts in (1_000, 100_000, *((1_000_000,) if large else ())):
        table += transfer_blocks(accounts)
    return table


if __name__ == "__main__":
    for what, value, unit, target in rows():
        print(f"{what:55} {value:10.2f} {unit} {target or ''}")  # noqa: T201  # the table
