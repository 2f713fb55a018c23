"""Opening a chain: begin it with its genesis block, or find it in the database as it was left."""

from dataclasses import dataclass, field

from parachain.client.chain.blocks import BlockChanges, BlockStore, CorruptDatabaseError, Heads
from parachain.client.chain.chain import Chain
from parachain.client.chain.fork_tree import MAX_UNFINALISED_BLOCKS, ForkTree
from parachain.client.chain.genesis import GenesisState, genesis_block
from parachain.client.chain.importing import BadBlocks
from parachain.client.chain.pruning import ARCHIVE_CANONICAL_BLOCKS, BlocksPruning
from parachain.client.chain.runtime_calls import RuntimeCalls
from parachain.client.chain.tree_route import BlockId
from parachain.client.chain.writer import ChainWriter
from parachain.client.database import KeyValueStore, WriteBatch
from parachain.client.executor.executor import Executor
from parachain.client.executor.wasm.version import version_of
from parachain.client.state import Pruning, SandboxSource, StateDb, VersionReader
from parachain.client.state.nodes import DEFAULT_CACHE_BYTES


@dataclass(frozen=True)
class ChainConfig:
    """What an operator decides about a chain, and what its specification says beside genesis."""

    state_pruning: Pruning = field(default_factory=Pruning)
    blocks_pruning: BlocksPruning = ARCHIVE_CANONICAL_BLOCKS
    state_cache_bytes: int = DEFAULT_CACHE_BYTES
    max_unfinalised_blocks: int = MAX_UNFINALISED_BLOCKS
    #: Hashes of blocks never to be accepted: `badBlocks` of the chain specification.
    bad_blocks: tuple[bytes, ...] = ()


class OtherChainError(Exception):
    """The database belongs to another chain than the chain specification describes."""

    def __init__(self, found: bytes, expected: bytes) -> None:
        super().__init__(
            f"the database belongs to another chain: its genesis block is 0x{found.hex()}, that of "
            f"the chain specification 0x{expected.hex()}; choose another --base-path, or run "
            "purge-chain"
        )
        self.found = found
        self.expected = expected


def open_chain(
    store: KeyValueStore,
    genesis: GenesisState,
    executor: Executor,
    config: ChainConfig | None = None,
    sandbox: SandboxSource | None = None,
    read_version: VersionReader = version_of,
) -> Chain:
    """Open the chain in `store`; an empty store gets the genesis block.

    Programs run in what `sandbox` gives; without, blocks that run one cannot be executed. What
    version a runtime's code has, `read_version` tells.

    Raises OtherChainError, CorruptDatabaseError, DatabaseError.
    """
    if config is None:
        config = ChainConfig()
    states = StateDb(store, config.state_pruning, config.state_cache_bytes)
    blocks = BlockStore(store)
    heads = _heads(store, blocks, states, genesis)
    tree = ForkTree(heads.finalised, config.max_unfinalised_blocks)
    for block, parent in blocks.above(heads.finalised):
        tree.insert(block.hash, parent)
    if heads.best.hash not in tree:
        raise CorruptDatabaseError(f"the best block 0x{heads.best.hash.hex()} is missing")
    tree.set_best(heads.best.hash)
    for head in (heads.finalised, heads.best):
        header = blocks.header(head.hash)
        if header is None or not states.contains(header.state_root):
            raise CorruptDatabaseError(f"block {head.number} has no state")
        blocks.remember(head.hash, header)
    writer = ChainWriter(store, blocks, states, tree, config.blocks_pruning)
    calls = RuntimeCalls(blocks, states, executor, sandbox, read_version)
    return Chain(
        heads.genesis, blocks, states, calls, executor, writer, BadBlocks(config.bad_blocks)
    )


def _heads(
    store: KeyValueStore, blocks: BlockStore, states: StateDb, genesis: GenesisState
) -> Heads:
    """Return the heads that are stored; write the genesis block first if nothing is."""
    first, change = genesis_block(states, genesis)
    heads = blocks.heads()
    if heads is not None:
        if heads.genesis != first.hash:
            raise OtherChainError(heads.genesis, first.hash)
        return heads
    batch = WriteBatch()
    changes = BlockChanges(blocks)
    changes.begin(first)
    state = states.transaction()
    state.insert(0, first.hash, first.header.parent_hash, change)
    state.canonicalize(0, first.hash)
    state.write_to(batch)
    changes.put_into(batch)
    store.write(batch)
    only = BlockId(first.hash, 0)
    return Heads(first.hash, only, only)
