"""`BlockStore`: headers, bodies, justifications and the index by number, in the database.

Reads go to the database and may come from any thread. What changes is collected in a
`BlockChanges` and put into one batch with the changes of the state, so that a block is there
with its state or not at all. Out of scope: which block is best (`fork_tree`).
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeVar

from parachain.client.chain.block import (
    JUSTIFICATIONS,
    Block,
    Justification,
)
from parachain.client.chain.tree_route import BlockId, TreeRoute
from parachain.client.database import KeyValueStore, WriteBatch, columns
from parachain.primitives.body import decode_body, encode_body
from parachain.primitives.header import HEADER, Header
from parachain.primitives.scale import DecodeError

T = TypeVar("T")

_GENESIS: Final = columns.META + b"genesis"
_BEST: Final = columns.META + b"best"
_FINALISED: Final = columns.META + b"finalised"

_HASH_SIZE: Final = 32

RECENT_HEADERS: Final = 512
"""Decoded headers kept in memory, about 1 KiB each: those that clients ask for."""


class Heads(NamedTuple):
    """The blocks a chain is described by."""

    genesis: bytes
    best: BlockId
    finalised: BlockId


class CorruptDatabaseError(Exception):
    """The database lacks what it must have; the message says what to do."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the database is damaged: {what}; restore a copy, or run purge-chain and start anew"
        )


class BlockStore:
    """Blocks by hash and by number. One thread writes, several may read."""

    __slots__ = ("_recent", "_store")

    def __init__(self, store: KeyValueStore) -> None:
        self._store = store
        #: Filled by the writing thread only, oldest first.
        self._recent: dict[bytes, Header] = {}

    def heads(self) -> Heads | None:
        """Read genesis, best and finalised block; None if no chain was ever begun here."""
        genesis, best, finalised = (self._store.get(key) for key in (_GENESIS, _BEST, _FINALISED))
        if genesis is None:
            return None
        if best is None or finalised is None:
            raise CorruptDatabaseError("it names no best or no finalised block")
        return Heads(genesis, _read_block_id(best), _read_block_id(finalised))

    def header(self, block_hash: bytes) -> Header | None:
        """Header of a block, or None if it is unknown."""
        header = self._recent.get(block_hash)
        if header is None:
            encoded = self._store.get(columns.HEADER + block_hash)
            if encoded is not None:
                return _stored(HEADER.decode, encoded, "header", block_hash)
        return header

    def encoded_header(self, block_hash: bytes) -> bytes | None:
        """Encoded header of a block, or None if it is unknown."""
        return self._store.get(columns.HEADER + block_hash)

    def is_listed(self, block_hash: bytes) -> bool:
        """Whether the block is part of the chain or a fork of it, be it stale."""
        header = self.header(block_hash)
        return header is not None and block_hash in self.hashes_at(header.number)

    def body(self, block_hash: bytes) -> tuple[bytes, ...] | None:
        """Extrinsics with their length prefixes, or None if unknown or pruned."""
        encoded = self._store.get(columns.BODY + block_hash)
        return None if encoded is None else _stored(decode_body, encoded, "body", block_hash)

    def justifications(self, block_hash: bytes) -> tuple[Justification, ...] | None:
        """Return the proofs of finality that came with the block, or None if there are none."""
        encoded = self._store.get(columns.JUSTIFICATION + block_hash)
        if encoded is None:
            return None
        return _stored(JUSTIFICATIONS.decode, encoded, "justifications", block_hash)

    def block(self, block_hash: bytes) -> Block | None:
        """Return the whole block, or None if header or body are missing."""
        encoded = self.encoded_header(block_hash)
        body = self.body(block_hash)
        if encoded is None or body is None:
            return None
        header = self.header(block_hash) or HEADER.decode(encoded)
        return Block(block_hash, header, encoded, body, self.justifications(block_hash))

    def hashes_at(self, number: int) -> tuple[bytes, ...]:
        """Every block with this number, stale ones included; the canonical one comes first."""
        hashes = self._store.get(columns.number_key(columns.NUMBER, number)) or b""
        return tuple(hashes[pos : pos + _HASH_SIZE] for pos in range(0, len(hashes), _HASH_SIZE))

    def parent(self, block: BlockId) -> BlockId:
        """Parent of a stored block. Raises CorruptDatabaseError if the block is not there."""
        header = self.header(block.hash)
        if header is None:
            raise CorruptDatabaseError(f"block {block.number} 0x{block.hash.hex()} is missing")
        return BlockId(header.parent_hash, block.number - 1)

    def above(self, finalised: BlockId) -> Iterator[tuple[BlockId, bytes]]:
        """Stored descendants of `finalised` with the hash of their parent, parents first."""
        known = {finalised.hash}
        number = finalised.number + 1
        while hashes := self.hashes_at(number):
            for block_hash in hashes:
                header = self.header(block_hash)
                if header is not None and header.parent_hash in known:
                    known.add(block_hash)
                    yield BlockId(block_hash, number), header.parent_hash
            number += 1

    def remember(self, block_hash: bytes, header: Header) -> None:
        """Keep a header at hand. For the writing thread."""
        self._recent[block_hash] = header
        while len(self._recent) > RECENT_HEADERS:
            del self._recent[next(iter(self._recent))]


class BlockChanges:
    """Changes of the blocks that belong together; `put_into` adds them to a batch."""

    __slots__ = ("_batch", "_blocks", "_heights")

    def __init__(self, blocks: BlockStore) -> None:
        self._blocks = blocks
        self._batch = WriteBatch()
        #: Hashes by number, as they will be.
        self._heights: dict[int, list[bytes]] = {}

    def put_into(self, batch: WriteBatch) -> None:
        """Add what was collected to `batch`."""
        batch.operations += self._batch.operations
        for number, hashes in self._heights.items():
            key = columns.number_key(columns.NUMBER, number)
            if hashes:
                batch.put(key, b"".join(hashes))
            else:
                batch.delete(key)

    def add(self, block: Block) -> None:
        """Store a block beside those of its number."""
        self._batch.put(columns.HEADER + block.hash, block.encoded_header)
        self._batch.put(columns.BODY + block.hash, encode_body(block.extrinsics))
        if block.justifications is not None:
            self.set_justifications(block.hash, block.justifications)
        hashes = self._height(block.number)
        if block.hash not in hashes:
            hashes.append(block.hash)

    def set_justifications(self, block_hash: bytes, proofs: tuple[Justification, ...]) -> None:
        """Store proofs of finality with a block."""
        self._batch.put(columns.JUSTIFICATION + block_hash, JUSTIFICATIONS.encode(proofs))

    def begin(self, genesis: Block) -> None:
        """Begin a chain with its first block."""
        block = BlockId(genesis.hash, genesis.number)
        self.add(genesis)
        self._batch.put(_GENESIS, genesis.hash)
        self._batch.put(_BEST, _write_block_id(block))
        self._batch.put(_FINALISED, _write_block_id(block))

    def set_best(self, best: BlockId, route: TreeRoute) -> None:
        """Make `best` the head; the blocks that `route` enacts become canonical."""
        for block in route.enacted:
            hashes = self._height(block.number)
            hashes.remove(block.hash)
            hashes.insert(0, block.hash)
        self._batch.put(_BEST, _write_block_id(best))

    def set_finalised(self, block: BlockId) -> None:
        """Move finality to `block`."""
        self._batch.put(_FINALISED, _write_block_id(block))

    def remove_body(self, block_hash: bytes) -> None:
        """Remove extrinsics and justifications; the header stays."""
        self._batch.delete(columns.BODY + block_hash)
        self._batch.delete(columns.JUSTIFICATION + block_hash)

    def unlist_above(self, number: int) -> None:
        """Take higher blocks off the chain; header and body can still be read by their hash."""
        number += 1
        while self._blocks.hashes_at(number):
            self._heights[number] = []
            number += 1

    def _height(self, number: int) -> list[bytes]:
        hashes = self._heights.get(number)
        if hashes is None:
            hashes = self._heights[number] = list(self._blocks.hashes_at(number))
        return hashes


def _stored(decode: Callable[[bytes], T], encoded: bytes, what: str, block_hash: bytes) -> T:
    """Decode what was written here. Raises CorruptDatabaseError."""
    try:
        return decode(encoded)
    except DecodeError as error:
        raise CorruptDatabaseError(f"{what} of block 0x{block_hash.hex()}: {error}") from error


def _write_block_id(block: BlockId) -> bytes:
    return block.hash + block.number.to_bytes(8, "big")


def _read_block_id(data: bytes) -> BlockId:
    if len(data) != _HASH_SIZE + 8:
        raise CorruptDatabaseError(f"a block is named by {len(data)} bytes")
    return BlockId(data[:_HASH_SIZE], int.from_bytes(data[_HASH_SIZE:], "big"))
