"""`Author`: makes, seals and stores the blocks of this node. For the thread that changes the chain.

    interval   a block in each slot that is ours (`slots.SlotMachine` says when)
    instant    a block as soon as the pool has a transaction
    manual     a block when an operator asks for one

Only the first waits for its slot. The other two take the next slot after the parent's, and the
time of the chain runs ahead of the clock if they author faster than slots pass.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import NamedTuple, Protocol

from parachain.client.authoring.closing import Closing
from parachain.client.authoring.proposer import (
    AnyTransaction,
    FinalExtrinsics,
    Proposal,
    ProposalError,
    ProposerConfig,
    ReadyTransactions,
    propose,
)
from parachain.client.authoring.seal import seal_block
from parachain.client.authoring.slots import Claim, SlotMachine, next_own_slot, slot_at
from parachain.client.chain import aura
from parachain.client.chain.block import Block
from parachain.client.chain.chain import Chain
from parachain.client.chain.inherents import inherent_data
from parachain.client.chain.notifications import ImportedBlock
from parachain.client.chain.runtime_calls import UnknownBlock
from parachain.client.chain.tree_route import BlockId
from parachain.client.chain.verification import authorities, slot_duration_ms
from parachain.primitives.header import Header

KEY_TYPE = aura.ENGINE_ID
"""Key type of Aura in a keystore; the same four letters."""


class Sealing(StrEnum):
    """When blocks are made: `--sealing`."""

    INTERVAL = "interval"
    INSTANT = "instant"
    MANUAL = "manual"


class Keys(Protocol):
    """The secret keys of this node, by key type and public key."""

    def has(self, key_type: bytes, public: bytes, /) -> bool:
        """Whether the secret key is there."""

    def sign(self, key_type: bytes, public: bytes, message: bytes, /) -> bytes | None:
        """Sign with it, or None if it is not there."""


class Authored(NamedTuple):
    """A block that was made and stored, and how it was made."""

    block: Block
    proposal: Proposal
    news: ImportedBlock


class Author:
    """The author of blocks of one chain with the keys of this node."""

    __slots__ = ("_chain", "_closing", "_config", "_keys")

    def __init__(self, chain: Chain, keys: Keys, config: ProposerConfig | None = None) -> None:
        self._chain = chain
        self._closing = Closing(chain)
        self._keys = keys
        self._config = config or ProposerConfig()

    def slot_duration_ms(self) -> int:
        """Length of a slot at the best block."""
        return self._slot_duration_at(self._chain.best.hash)

    def claim(self, machine: SlotMachine, now_ms: int) -> tuple[BlockId, Claim] | None:
        """Claim the present slot above the best block, if it is ours and later than its slot."""
        best = self._chain.best
        parent = self._header(best.hash)
        claim = machine.claim(now_ms, _slot(parent), self._authorities(best.hash), self._is_ours)
        return None if claim is None else (best, claim)

    def claim_next(self, parent_hash: bytes, now_ms: int) -> Claim:
        """Claim the first slot of ours after a block's, which may lie in the future.

        Raises ProposalError if we are no authority, UnknownBlock.
        """
        parent = self._header(parent_hash)
        claim = next_own_slot(
            now_ms,
            self._slot_duration_at(parent_hash),
            _slot(parent),
            self._authorities(parent_hash),
            self._is_ours,
        )
        if claim is None:
            raise ProposalError("no key of this node belongs to an authority")
        return claim

    def claim_at(self, parent_hash: bytes, timestamp_ms: int, now_ms: int) -> Claim:
        """Claim the slot of a given time, to travel in time.

        Raises ProposalError if the slot is not ours or not after the parent's, UnknownBlock.
        """
        parent_slot = _slot(self._header(parent_hash))
        slot = slot_at(timestamp_ms, self._slot_duration_at(parent_hash))
        if parent_slot is not None and slot.number <= parent_slot:
            raise ProposalError(
                f"{timestamp_ms} ms is in slot {slot.number}, the parent is in slot {parent_slot}"
            )
        author = aura.expected_author(slot.number, self._authorities(parent_hash))
        if author is None or not self._is_ours(author):
            raise ProposalError(f"slot {slot.number} is not ours")
        return Claim(slot, author, now_ms + slot.ends_ms - slot.starts_ms)

    def author(
        self,
        parent_hash: bytes,
        claim: Claim,
        timestamp_ms: int,
        transactions: ReadyTransactions[AnyTransaction],
        clock: Callable[[], int],
        final: FinalExtrinsics | None = None,
    ) -> Authored:
        """Make a block above a parent, seal it and store it.

        The time of the block is `timestamp_ms`, moved into the claimed slot if it lies outside.
        Raises ProposalError, UnknownBlock, and what storing raises.
        """
        chain = self._chain
        parent = self._header(parent_hash)
        slot = claim.slot
        timestamp_ms = min(max(timestamp_ms, slot.starts_ms), slot.ends_ms - 1)
        proposal = propose(
            chain.executor,
            chain.overlay(parent_hash),
            parent_hash,
            parent.number + 1,
            (aura.slot_digest(slot.number),),
            inherent_data(timestamp_ms, slot.number),
            transactions,
            clock,
            claim.deadline_ms,
            self._config,
            partial(self._closing.close, parent_hash, clock, claim.queue_ends_ms),
            final,
        )
        block = seal_block(
            proposal.header, proposal.extrinsics, lambda message: self._sign(claim.author, message)
        )
        return Authored(block, proposal, chain.append_own_block(block, proposal.executed))

    def _header(self, block_hash: bytes) -> Header:
        header = self._chain.header(block_hash)
        if header is None:
            raise UnknownBlock(block_hash)
        return header

    def _slot_duration_at(self, block_hash: bytes) -> int:
        return slot_duration_ms(partial(self._chain.runtime_call, block_hash))

    def _authorities(self, block_hash: bytes) -> tuple[bytes, ...]:
        return authorities(partial(self._chain.runtime_call, block_hash))

    def _is_ours(self, public: bytes) -> bool:
        return self._keys.has(KEY_TYPE, public)

    def _sign(self, public: bytes, message: bytes) -> bytes:
        signature = self._keys.sign(KEY_TYPE, public, message)
        if signature is None:
            raise ProposalError(f"the key 0x{public.hex()} is no longer there")
        return signature


def _slot(header: Header) -> int | None:
    """Slot of a block; the genesis block has none."""
    return aura.slot_of(header) if header.number else None
