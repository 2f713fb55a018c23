"""The first block of a chain, from the state that its specification gives.

Its header has no parent, no extrinsics and an empty digest, so its hash, which names the chain,
depends on the state alone.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from parachain.client.chain.block import Block, make_block
from parachain.client.state import StateDb
from parachain.primitives.header import Header
from parachain.primitives.trie import EMPTY_ROOT, StateChange

GENESIS_PARENT: Final = bytes(32)


class GenesisState(NamedTuple):
    """Keys and values of the first state: `top`, and child tries by id without their prefix."""

    top: Mapping[bytes, bytes]
    children: Mapping[bytes, Mapping[bytes, bytes]]
    #: 0 or 1: how the trie holds values over 32 bytes; `state_version` of the genesis runtime.
    state_version: int = 1


def genesis_block(states: StateDb, genesis: GenesisState) -> tuple[Block, StateChange]:
    """Compute the first block, and the state to be stored with it. Nothing is written."""
    change = states.at(EMPTY_ROOT).change(
        dict(genesis.top),
        {child: dict(values) for child, values in genesis.children.items()},
        genesis.state_version,
    )
    header = Header(GENESIS_PARENT, 0, change.root, EMPTY_ROOT, ())
    return make_block(header, ()), change
