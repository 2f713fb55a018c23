"""Prometheus metrics under Substrate's names, made when they are asked for.

Dashboards for Substrate nodes and zombienet's assertions read these names
(`substrate_block_height{status="best"}`, `substrate_process_start_time_seconds`, ...). Served in
a thread of the Prometheus client, which only reads.
"""

from collections.abc import Callable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from parachain.client.chain.chain import Chain
from parachain.client.pool.pool import TransactionPool

PREFIX: Final = "substrate_"


class MetricsError(Exception):
    """Metrics cannot be served; the message says why."""


class NodeCollector(Collector):
    """Reads the chain and the pool at the moment of a scrape."""

    def __init__(
        self,
        chain: Chain,
        pool: TransactionPool,
        labels: dict[str, str],
        version: str,
        started_at_s: float,
        roles: int,
        sockets: Callable[[], int],
    ) -> None:
        self._chain = chain
        self._pool = pool
        self._labels = labels
        self._version = version
        self._started_at_s = started_at_s
        self._roles = roles
        self._sockets = sockets

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        height = self._gauge("block_height", "Block height info of the chain", ("status",))
        best, finalised = self._chain.best.number, self._chain.finalised.number
        for status, number in (("best", best), ("finalized", finalised), ("sync_target", best)):
            height.add_metric([*self._labels.values(), status], number)
        yield height
        build = self._gauge("build_info", "A metric with a constant '1' value", ("version",))
        build.add_metric([*self._labels.values(), self._version], 1)
        yield build
        status_of_pool, counters = self._pool.status(), self._pool.counters
        for name, text, value in (
            ("process_start_time_seconds", "Start of the process, Unix time", self._started_at_s),
            ("node_roles", "The roles the node is running as", self._roles),
            ("number_leaves", "Number of known chain leaves", len(self._chain.leaves())),
            ("ready_transactions_number", "Transactions ready for a block", status_of_pool.ready),
            ("sub_txpool_future", "Transactions waiting for others", status_of_pool.future),
            ("sub_txpool_ready_bytes", "Bytes of ready ones", status_of_pool.ready_bytes),
            ("sub_txpool_watched", "Transactions somebody watches", status_of_pool.watched),
            ("sub_txpool_banned", "Transactions not let in again", status_of_pool.banned),
            ("sub_libp2p_peers_count", "Number of connected peers", 0),
            ("is_major_syncing", "Whether the node is syncing", 0),
            ("rpc_sockets", "Open sockets of the RPC server", self._sockets()),
        ):
            gauge = self._gauge(name, text)
            gauge.add_metric(list(self._labels.values()), value)
            yield gauge
        for name, text, count in (
            ("sub_txpool_submitted_transactions", "Transactions let in", counters.submitted),
            ("sub_txpool_validations_invalid", "Transactions found invalid", counters.invalid),
            ("sub_txpool_dropped_transactions", "Transactions evicted", counters.dropped),
            ("sub_txpool_block_transactions_pruned", "Included in blocks", counters.included),
            ("sub_txpool_block_transactions_resubmitted", "Taken back", counters.resubmitted),
        ):
            counter = CounterMetricFamily(PREFIX + name, text, labels=list(self._labels))
            counter.add_metric(list(self._labels.values()), count)
            yield counter

    def _gauge(self, name: str, text: str, more: tuple[str, ...] = ()) -> GaugeMetricFamily:
        return GaugeMetricFamily(PREFIX + name, text, labels=[*self._labels, *more])


def serve(collector: NodeCollector, host: str, port: int) -> tuple[int, Callable[[], None]]:
    """Serve `GET /metrics`; return the port and a function that stops it. Raises MetricsError."""
    registry = CollectorRegistry()
    registry.register(collector)
    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as error:
        raise MetricsError(
            f"metrics cannot be served on {host}:{port} ({error.strerror}); choose another "
            "--prometheus-port, or --no-prometheus"
        ) from error

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return server.server_port, stop
