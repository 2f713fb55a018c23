"""Which nodes are in the database: what blocks bring, what finality and pruning take away.

A node or a detached value is stored once with a count of how often it is used. A block's change
lists what came and what went, as often as it did. Both lists wait in a journal until the block is
finalised: then what went is released as soon as the block is `keep_blocks` deep. A block that
loses against a finalised one releases what it brought. At any time the count of a node is how
often the oldest kept state reaches it, plus how often later blocks brought it.

All effects go into the caller's batch, with everything else of that block: a kill at any moment
leaves the database before or after, never in between. One transaction at a time.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from parachain.client.database import DatabaseError, KeyValueStore, WriteBatch
from parachain.client.database.columns import (
    STATE,
    STATE_JOURNAL,
    STATE_PRUNING,
    STATE_REFERENCES,
    number_key,
)
from parachain.client.state.nodes import NodeStore
from parachain.client.state.pruning import Pruning
from parachain.primitives.trie import StateChange

_HASH_SIZE: Final = 32


class JournalEntry(NamedTuple):
    """What a block not yet finalised did to the nodes. Hashes are joined without separators."""

    parent: bytes
    inserted: bytes
    removed: bytes

    def encode(self) -> bytes:
        """Parent, u32 count of inserted hashes, these, then the removed ones."""
        count = len(self.inserted) // _HASH_SIZE
        return self.parent + count.to_bytes(4, "little") + self.inserted + self.removed

    @classmethod
    def decode(cls, data: bytes) -> "JournalEntry":
        """Read what `encode` wrote."""
        middle = _HASH_SIZE + 4 + _HASH_SIZE * int.from_bytes(data[32:36], "little")
        return cls(data[:32], data[36:middle], data[middle:])


def _hashes(joined: bytes) -> Iterator[bytes]:
    return (joined[at : at + _HASH_SIZE] for at in range(0, len(joined), _HASH_SIZE))


class StateTransaction:
    """Changes to the stored states, to be written with one batch. Made by `StateDb`."""

    def __init__(self, store: KeyValueStore, nodes: NodeStore, pruning: Pruning) -> None:
        self._store = store
        self._nodes = nodes
        self._pruning = pruning
        self._finalized = 0
        self._counts: dict[bytes, int] = {}
        self._data: dict[bytes, bytes] = {}
        self._journal: dict[bytes, JournalEntry | None] = {}
        self._expiring: dict[int, bytes] = {}

    def insert(self, number: int, block: bytes, parent: bytes, change: StateChange) -> None:
        """Store the state of a block. `block` and `parent` are block hashes."""
        self._nodes.remember(change)
        data = self._data
        counts = self._counts
        inserted: list[bytes] = []
        for digest, encoded, _ in change.nodes:
            data[digest] = encoded
            inserted.append(digest)
        for digest, value in change.values:
            data[digest] = value
            inserted.append(digest)
        for digest in inserted:
            counts[digest] = counts.get(digest, 0) + 1
        if not self._pruning.keep_forks:
            keeps_all = self._pruning.keep_blocks is None
            removed = b"" if keeps_all else b"".join(change.removed)
            entry = JournalEntry(parent, b"".join(inserted), removed)
            self._journal[_journal_key(number, block)] = entry

    def canonicalize(self, number: int, block: bytes) -> list[bytes]:
        """Make a block's state final; blocks are finalised in order, none left out.

        States of its siblings and of their descendants are released, also states that became too
        old. Returns the hashes of the blocks whose states went with lost forks.
        """
        self._finalized = number
        lost: list[bytes] = []
        entry: JournalEntry | None = None
        for rival, rival_entry in self._entries(number):
            if rival == block:
                entry = rival_entry
            else:
                lost += self._discard_branch(number, rival, rival_entry)
        if entry is not None:
            self._journal[_journal_key(number, block)] = None
            if self._pruning.keep_blocks is not None:
                self._expiring[number] = entry.removed
        return lost

    def discard(self, number: int, block: bytes) -> list[bytes]:
        """Release the states of a block that is not final and of its descendants.

        Returns the hashes of the blocks whose states went.
        """
        for rival, entry in self._entries(number):
            if rival == block:
                return self._discard_branch(number, rival, entry)
        return []

    def write_to(self, batch: WriteBatch, *, pinned: int | None = None) -> None:
        """Add everything to `batch`; the transaction is over then.

        `pinned` is the number of a finalised block whose state stays, as do the later ones,
        however old it is. Raises DatabaseError if the counts in the database do not fit, which
        means it is damaged.
        """
        if self._pruning.keep_blocks is not None:
            last = self._finalized - self._pruning.keep_blocks
            self._prune(batch, last if pinned is None else min(last, pinned))
        for number, removed in self._expiring.items():
            batch.put(number_key(STATE_PRUNING, number), removed)
        for key, entry in self._journal.items():
            if entry is None:
                batch.delete(key)
            else:
                batch.put(key, entry.encode())
        for digest, difference in self._counts.items():
            if difference:
                self._write_count(batch, digest, difference)

    def _entries(self, number: int) -> list[tuple[bytes, JournalEntry]]:
        """Block hashes with this number and their journal entries, sorted."""
        prefix = number_key(STATE_JOURNAL, number)
        found: dict[bytes, JournalEntry | None] = {
            key: JournalEntry.decode(data) for key, data in self._store.iterate(prefix)
        }
        found.update((key, e) for key, e in self._journal.items() if key.startswith(prefix))
        return [(key[len(prefix) :], e) for key, e in sorted(found.items()) if e is not None]

    def _discard_branch(self, number: int, block: bytes, entry: JournalEntry) -> list[bytes]:
        lost = [block]
        level = [(block, entry)]
        while level:
            for loser, loser_entry in level:
                self._release(loser_entry.inserted)
                self._journal[_journal_key(number, loser)] = None
            parents = {loser for loser, _ in level}
            number += 1
            level = [(h, e) for h, e in self._entries(number) if e.parent in parents]
            lost += [loser for loser, _ in level]
        return lost

    def _release(self, joined: bytes) -> None:
        counts = self._counts
        for digest in _hashes(joined):
            counts[digest] = counts.get(digest, 0) - 1

    def _prune(self, batch: WriteBatch, last: int) -> None:
        """Release what finalised blocks up to number `last` put out of use."""
        # What is stored ends below what this transaction adds. One number is due, unless several
        # blocks become final at once or `keep_blocks` was lowered.
        newest = min([last, *(number - 1 for number in self._expiring)])
        for number in range(newest, -1, -1):
            key = number_key(STATE_PRUNING, number)
            removed = self._store.get(key)
            if removed is None:
                break
            self._release(removed)
            batch.delete(key)
        for number in [number for number in self._expiring if number <= last]:
            self._release(self._expiring.pop(number))

    def _write_count(self, batch: WriteBatch, digest: bytes, difference: int) -> None:
        # Nodes used more than once are few: look for a count only where there can be one.
        if difference > 0 and self._store.get(STATE + digest) is None:
            before = 0
        else:
            stored = self._store.get(STATE_REFERENCES + digest)
            before = 1 if stored is None else int.from_bytes(stored, "little")
        after = before + difference
        if after < 0:
            raise DatabaseError(
                f"the count of state node 0x{digest.hex()} would be {after}",
                "state",
                "the database is damaged: restore a copy or synchronise again",
            )
        if after == 0:
            batch.delete(STATE + digest)
        elif before == 0:
            batch.put(STATE + digest, self._data[digest])
        if after > 1:
            batch.put(STATE_REFERENCES + digest, after.to_bytes(4, "little"))
        elif before > 1:
            batch.delete(STATE_REFERENCES + digest)


def _journal_key(number: int, block: bytes) -> bytes:
    return number_key(STATE_JOURNAL, number) + block
