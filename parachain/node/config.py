"""What an operator may choose about a node: one frozen record, with units and defaults."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from parachain.client.authoring.author import Sealing
from parachain.client.chain.finality import FinalityConfig
from parachain.client.chain.pruning import ARCHIVE_CANONICAL_BLOCKS, BlocksPruning
from parachain.client.executor.runtime_executor import Execution
from parachain.client.state import Pruning
from parachain.rpc.config import RpcConfig

#: Keys of the development accounts that `--alice` and its sisters put into the keystore.
DEVELOPMENT_NAMES: Final = ("alice", "bob", "charlie", "dave", "eve", "ferdie")

ROLE_AUTHORITY: Final = "AUTHORITY"
ROLE_FULL: Final = "FULL"


@dataclass(frozen=True, slots=True)
class NodeConfig:
    """The configuration of one node process."""

    #: `dev`, `local`, or the path of a chain specification.
    chain: str = "dev"
    #: Where databases and keys lie; None keeps everything in a folder that is removed at exit.
    base_path: Path | None = None
    #: Name of the node in logs.
    name: str = "gear-node"
    #: Development account whose keys the node holds, as `//Alice`.
    key_uri: str | None = None
    #: Whether the node makes blocks.
    authority: bool = False
    sealing: Sealing = Sealing.INTERVAL
    state_pruning: Pruning = field(default_factory=Pruning)
    blocks_pruning: BlocksPruning = ARCHIVE_CANONICAL_BLOCKS
    #: Whether the native runtime runs blocks, or their own code does.
    execution: Execution = Execution.AUTO
    #: How finality follows on a chain without relay; None: on request only.
    finality: FinalityConfig | None = field(default_factory=FinalityConfig)
    rpc: RpcConfig = field(default_factory=RpcConfig)
    #: TCP port of the peer-to-peer network.
    port: int = 30333
    #: Secret of the peer-to-peer identity: 64 hex digits, or a file of 32 bytes or hex.
    node_key: str | None = None
    node_key_file: Path | None = None
    #: None serves no metrics.
    prometheus_port: int | None = 9615
    prometheus_external: bool = False
    log_filters: tuple[str, ...] = ()
    #: `text` or `json`.
    log_format: str = "text"

    @property
    def role(self) -> str:
        """The role as logs name it."""
        return ROLE_AUTHORITY if self.authority else ROLE_FULL
