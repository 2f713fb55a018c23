"""Candidates of the development chain: blocks with their proof, to be validated or spoilt."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from parachain.client.authoring.seal import seal_block
from parachain.client.chain.block import Block
from parachain.client.chain.collation import make_block_data, record_execution
from parachain.client.chain.genesis import GenesisState
from parachain.client.crypto.keys import KeyPair
from parachain.primitives.header import HEADER, Header
from parachain.primitives.parachain import (
    VALIDATION_RESULT,
    BlockDataVersion,
    CandidateBlock,
    ValidationResult,
    encode_block_data,
    encode_params,
    read_block_data,
)
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.validate_block import validate_block
from tests.client.chain.real_node import NOW_MS, SANDBOX, RealNode, development
from tests.client.chain.small_node import ALICE, given
from tests.runtime.memory_ext import MemoryExt

RELAY_NUMBER = 7
RELAY_ROOT = b"\x52" * 32

#: What validators do not offer: the state is in the proof.
_STORAGE = (
    "get put delete exists append next_key clear_prefix storage_root begin commit rollback "
    "child_get child_put child_delete child_next_key child_clear_prefix child_kill child_root"
)


class ValidatorHost(MemoryExt):
    """Hashing, signatures, programs and the log."""


def _absent(name: str) -> Callable[..., None]:
    def call(*_arguments: object) -> None:
        raise AssertionError(f"{name} of the validator was called")

    return call


for _name in _STORAGE.split():
    setattr(ValidatorHost, _name, _absent(_name))


class Candidate(NamedTuple):
    """A candidate whose parts can be replaced. `proof` has the items of the compact proof."""

    parent: Header
    blocks: tuple[Block, ...]
    proof: tuple[bytes, ...]
    version: BlockDataVersion = BlockDataVersion.V1

    def params(self) -> bytes:
        blocks = [CandidateBlock(b.header, b.encoded_header, b.extrinsics) for b in self.blocks]
        data = encode_block_data(self.version, blocks, self.proof)
        return encode_params(HEADER.encode(self.parent), data, RELAY_NUMBER, RELAY_ROOT)

    def validate(self) -> ValidationResult:
        return validate(self.params())


def validate(params: bytes) -> ValidationResult:
    return VALIDATION_RESULT.decode(validate_block(ValidatorHost(sandbox=SANDBOX()), params))


@cache
def genesis() -> GenesisState:
    """The development chain's first state, made once."""
    return development()


class Collator(RealNode):
    """A node that makes candidates of its blocks."""

    def __init__(self) -> None:
        super().__init__(genesis())
        self.nonce = 0

    def signed_by_alice(self, *calls: RuntimeCall) -> list[bytes]:
        """Extrinsics of Alice, in an order."""
        self.nonce += len(calls)
        first = self.nonce - len(calls)
        return [self.signed(ALICE, first + i, call.encode()) for i, call in enumerate(calls)]

    def block(self, *calls: RuntimeCall) -> Block:
        """Author a block with calls of Alice."""
        return self.make(*self.signed_by_alice(*calls)).block

    def make_what_may_be(self, *extrinsics: bytes) -> Block:
        """Author a block with those of the transactions that may be included."""
        parent = self.chain.best.hash
        claim = self.author.claim_next(parent, NOW_MS)
        ready = given(*extrinsics)
        return self.author.author(parent, claim, NOW_MS, ready, lambda: NOW_MS).block

    def candidate(self, *blocks: Block) -> Candidate:
        """A candidate of blocks of this chain that follow each other."""
        parent = self.chain.header(blocks[0].header.parent_hash)
        assert parent is not None
        proof: list[bytes] = []
        for block in blocks:
            ext = self.chain.overlay(block.header.parent_hash, record=True)
            proof += record_execution(self.chain.executor, ext, block)
        data = make_block_data(parent, blocks, proof)
        return Candidate(parent, blocks, tuple(read_block_data(data, 0, len(data)).proof))


def resealed(block: Block, header: Header, pair: KeyPair = ALICE) -> Block:
    """The block with another header, signed again by somebody."""
    return seal_block(header._replace(digest=header.digest[:-1]), block.extrinsics, pair.sign)
