"""The node as a process: what is built from a configuration, and the tasks that run.

    chain thread    import, authoring, finality: one worker thread, `ChainThread`
    event loop      pool, RPC, slots, finality timer, idle lines
    metrics         a thread of the Prometheus client

`run` returns after SIGINT or SIGTERM, within `SHUTDOWN_S`; a block being written is finished first.
"""

import logging
import os
import random
import signal
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version as distribution_version
from typing import Final

import trio

from parachain.client.authoring.author import Author
from parachain.client.chain.chain import Chain
from parachain.client.chain.finality import FinalityConfig
from parachain.client.chain.notifications import Notification
from parachain.client.crypto.keys import Scheme, pair_from_uri
from parachain.client.pool.config import PoolConfig
from parachain.client.pool.pool import TransactionPool
from parachain.node import informant, log, metrics
from parachain.node.authorship import Authorship, ChainThread
from parachain.node.chain import Folders, chain_folder, chain_spec, opened_chain
from parachain.node.chain_spec import ChainSpec
from parachain.node.collector import calm_collector
from parachain.node.config import NodeConfig
from parachain.node.identity import node_key, peer_id
from parachain.node.keystore import AURA, Keystore, KeystoreError
from parachain.node.transactions import Transactions
from parachain.rpc.backend import KeyRefusedError, NodeInfo
from parachain.rpc.chain_feed import ChainFeed
from parachain.rpc.gear import gear_namespaces
from parachain.rpc.legacy import legacy_namespaces
from parachain.rpc.methods import Registry
from parachain.rpc.new_spec import new_spec_namespaces
from parachain.rpc.server import Server

_log = logging.getLogger("gear.substrate")

#: `system_name`: clients of Gear expect it.
NODE_NAME: Final = "Gear Node"

#: Time in which the process ends once it was asked to.
SHUTDOWN_S: Final = 2.0

#: Threads hand Python over to each other this often: while a block is made, the RPC server still
#: answers within milliseconds. Python's own default is 5 ms.
SWITCH_INTERVAL_S: Final = 0.001

#: Frames for the deepest nesting of calls that decoding allows, several times over.
RECURSION_LIMIT: Final = 4000

#: The engine of programs counts on it: as large as the stack that a main thread commonly has.
THREAD_STACK_BYTES: Final = 8 << 20

_ROLE_FULL, _ROLE_AUTHORITY = 1, 4


def node_version() -> str:
    """Return x.y.z-<commit>, as portals split it; the commit is unknown outside a release."""
    return f"{distribution_version('gear-parachain')}-python"


class FellBehindError(Exception):
    """A task of the node missed changes of the chain: the machine is far too slow, or a bug."""


class NodeKeys:
    """The keystore as RPC sees it."""

    def __init__(self, keystore: Keystore) -> None:
        self._keystore = keystore

    def insert(self, key_type: bytes, uri: str, public: bytes) -> None:
        """Store a key. Raises KeyRefusedError."""
        try:
            self._keystore.insert(key_type, uri, public)
        except KeystoreError as error:
            raise KeyRefusedError(str(error)) from error

    def rotate(self) -> bytes:
        """Generate new session keys and return their public parts."""
        return self._keystore.generate(AURA, Scheme.SR25519, os.urandom(32))

    def has(self, key_type: bytes, public: bytes) -> bool:
        """Whether the secret key is there."""
        return self._keystore.has(key_type, public)


class NodeLogFilters:
    """Levels of the log, changed by RPC."""

    def __init__(self, configured: tuple[str, ...]) -> None:
        self._configured = configured

    def add(self, directives: str) -> None:
        """Apply directives. Raises ValueError."""
        log.apply_filter(log.parse_filter(directives))

    def reset(self) -> None:
        """Return to the levels of the command line."""
        log.reset_filter(log.parse_filters(self._configured))


def _keystore(config: NodeConfig, folders: Folders) -> Keystore:
    keystore = Keystore(folders.keystore if config.base_path is not None else None)
    if config.key_uri is not None:
        keystore.insert_pair(AURA, pair_from_uri(config.key_uri))
    return keystore


def _banner(config: NodeConfig, spec: ChainSpec, folders: Folders) -> None:
    _log.info("Gear Parachain Node, in Python")
    _log.info("✌️  version %s", node_version())
    _log.info("📋 Chain specification: %s", spec.name)
    _log.info("🏷  Node name: %s", config.name)
    _log.info("👤 Role: %s", config.role)
    _log.info("💾 Database: LevelDb at %s", folders.database)


async def run(config: NodeConfig, started_at_s: float) -> None:
    """Run a node until it is asked to end.

    Raises what opening a chain, a key or a port may raise; see `node.failures`.
    """
    spec = chain_spec(config.chain)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    sys.setrecursionlimit(RECURSION_LIMIT)
    threading.stack_size(THREAD_STACK_BYTES)
    with (
        trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals,
        chain_folder(config.base_path, spec.chain_id) as folders,
    ):
        _banner(config, spec, folders)
        with opened_chain(
            spec, folders, config.state_pruning, config.blocks_pruning, config.execution
        ) as (chain, _):
            await _serve(config, spec, folders, chain, signals, started_at_s)


async def _serve(
    config: NodeConfig,
    spec: ChainSpec,
    folders: Folders,
    chain: Chain,
    signals: AsyncIterator[int],
    started_at_s: float,
) -> None:
    calm_collector()
    _log.info(
        "🔨 Genesis 0x%s, best #%d, finalized #%d",
        chain.genesis_hash.hex(),
        chain.best.number,
        chain.finalised.number,
    )
    identity = node_key(
        config.node_key,
        config.node_key_file,
        folders.root if config.base_path is not None else None,
        os.urandom(32),
    )
    _log.info("🏷  Local node identity is: %s", peer_id(identity.public))
    keystore = _keystore(config, folders)
    pool = TransactionPool(PoolConfig(), chain.best)
    transactions = Transactions(chain, pool)
    thread = ChainThread()
    feed = ChainFeed(chain)
    authorship = Authorship(
        chain, Author(chain, keystore), transactions, thread, config.finality or FinalityConfig()
    )
    info = _info(config, spec, peer_id(identity.public))
    registry = Registry(
        [
            *legacy_namespaces(
                chain,
                feed,
                transactions,
                authorship,
                NodeKeys(keystore),
                NodeLogFilters(config.log_filters),
                info,
            ),
            *gear_namespaces(feed, config.rpc),
            *new_spec_namespaces(chain, feed, transactions, info),
        ]
    )
    server = Server(config.rpc, registry, random.SystemRandom())
    feed.attach()
    feed.call(informant.on_change)
    labels = {"chain": spec.chain_id}
    roles = _ROLE_AUTHORITY if config.authority else _ROLE_FULL
    collector = metrics.NodeCollector(
        chain, pool, labels, node_version(), started_at_s, roles, lambda: server.sockets
    )
    with _metrics(config, collector):
        async with trio.open_nursery() as services:
            addresses = await services.start(server.run)
            if info.development:
                _log.info(
                    "🔗 polkadot.js apps: https://polkadot.js.org/apps/?rpc=ws://127.0.0.1:%d",
                    addresses[0][1],
                )
            async with trio.open_nursery() as tasks:
                _start_tasks(tasks, config, chain, feed, transactions, authorship)
                async for number in signals:
                    _log.info("🛑 %s: shutting down", signal.Signals(number).name)
                    break
                tasks.cancel_scope.cancel()
            server.close()
    await thread.run(lambda: None)  # whatever is being written is written now


def _start_tasks(
    tasks: trio.Nursery,
    config: NodeConfig,
    chain: Chain,
    feed: ChainFeed,
    transactions: Transactions,
    authorship: Authorship,
) -> None:
    tasks.start_soon(_following, feed, transactions.follow)
    if config.authority:
        tasks.start_soon(authorship.seal, config.sealing)
        if config.finality is not None:
            tasks.start_soon(_following, feed, authorship.follow)
            tasks.start_soon(authorship.finalise)
    tasks.start_soon(informant.idle_lines, chain)


async def _following(
    feed: ChainFeed, consume: Callable[[trio.MemoryReceiveChannel[Notification]], Awaitable[None]]
) -> None:
    """Hand a consumer what happens to the chain. Raises FellBehindError if it is too slow."""
    with feed.listen() as news:
        await consume(news)
    raise FellBehindError


def _info(config: NodeConfig, spec: ChainSpec, peer: str) -> NodeInfo:
    return NodeInfo(
        name=NODE_NAME,
        version=node_version(),
        chain_name=spec.name,
        chain_type=spec.chain_type,
        properties=spec.properties,
        roles=("Authority",) if config.authority else ("Full",),
        peer_id=peer,
        listen_addresses=(),
        development=spec.chain_type == "Development",
    )


@contextmanager
def _metrics(config: NodeConfig, collector: metrics.NodeCollector) -> Iterator[None]:
    """Serve metrics, unless the operator wants none."""
    if config.prometheus_port is None:
        yield
        return
    host = "0.0.0.0" if config.prometheus_external else "127.0.0.1"  # noqa: S104  as asked for
    port, stop = metrics.serve(collector, host, config.prometheus_port)
    _log.info("〽️ Prometheus exporter started at %s:%d", host, port)
    try:
        yield
    finally:
        stop()
