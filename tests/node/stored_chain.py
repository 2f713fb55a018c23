"""Development chains in folders, as a node leaves them."""

from pathlib import Path
from typing import Final

from parachain.client.database.leveldb import open_leveldb
from tests.client.chain.real_node import UNIT, RealNode, development
from tests.client.chain.small_node import ALICE, BOB

#: Blocks of the chain that tests share; the last one and the one before are not final.
BLOCKS: Final = 12
FINALISED: Final = 10

CHAIN_ID: Final = "gear_dev"


def database(base_path: Path) -> Path:
    return base_path / "chains" / CHAIN_ID / "db"


def make_chain(base_path: Path, blocks: int, finalised: int) -> None:
    """Author blocks with a transfer in each, and make some final."""
    store = open_leveldb(database(base_path))
    node = RealNode(development(), store)
    for nonce in range(blocks):
        made = node.make(node.transfer(ALICE, nonce, BOB.public, UNIT))
        if made.block.number <= finalised:
            node.chain.finalize(made.block.hash)
    store.close()


def heads(base_path: Path) -> tuple[int, int]:
    """Return the numbers of the best and the finalised block."""
    store = open_leveldb(database(base_path))
    chain = RealNode(development(), store).chain
    numbers = chain.best.number, chain.finalised.number
    store.close()
    return numbers


def hash_at(base_path: Path, number: int) -> str:
    """Hash of a block of the best chain, as the command line takes it."""
    store = open_leveldb(database(base_path))
    block_hash = RealNode(development(), store).chain.hash_at(number)
    store.close()
    assert block_hash is not None
    return "0x" + block_hash.hex()
