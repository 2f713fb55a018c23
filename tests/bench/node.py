"""A whole node as an operator starts it: time to the first block, memory, reads over RPC."""

import time
from collections.abc import Iterator
from statistics import median
from typing import Final

import psutil

from parachain.client.crypto.keys import pair_from_uri
from tests.bench.ledger import account_key
from tests.bench.row import Row, at_most
from tests.bench.rpc import storage_reads
from tests.node_process import NodeProcess

#: Starts to take the median of; their moments fall anywhere in a slot of 3 s.
STARTS: Final = 5
SECONDS: Final = 2.0
IDLE_SECONDS: Final = 7.0

_DEVELOPMENT: Final = ("--dev", "--tmp")
_FIRST: Final = 1


def wait_for_first_block(node: NodeProcess) -> None:
    """Return when a client that follows the chain has been told of a block."""
    with node.session() as client:
        client.call("chain_subscribeNewHeads")
        client.wait_for_header("chain_newHead", _FIRST)


def seconds_to_first_block() -> float:
    """From the command to the moment at which a client knows the first block."""
    begun = time.perf_counter()
    with NodeProcess.start(*_DEVELOPMENT) as node:
        wait_for_first_block(node)
        return time.perf_counter() - begun


def resident_mib(node: NodeProcess) -> float:
    """Memory of the process that is resident."""
    return float(psutil.Process(node.process.pid).memory_info().rss) / (1 << 20)


def rows(
    starts: int = STARTS, seconds: float = SECONDS, idle_seconds: float = IDLE_SECONDS
) -> Iterator[Row]:
    """Start nodes and load one of them."""
    first = median(seconds_to_first_block() for _ in range(starts))
    yield Row("from command to first block told by RPC", first, "s", at_most(3))
    with NodeProcess.start(*_DEVELOPMENT) as node:
        wait_for_first_block(node)
        time.sleep(idle_seconds)
        yield Row("resident memory, idle", resident_mib(node), "MiB", at_most(150))
        alice = account_key(pair_from_uri("//Alice").public)
        yield from storage_reads("node", node.rpc_port, (alice,), seconds, demanded=True)
        for version in (14, 15, 16):
            argument = "0x" + version.to_bytes(4, "little").hex()
            node.rpc("state_call", "Metadata_metadata_at_version", argument)
        what = "resident memory, after these calls and three versions of metadata"
        yield Row(what, resident_mib(node), "MiB")
