"""state_subscribeStorage and state_subscribeRuntimeVersion.

Sources: polkadot-sdk stable2409, substrate/client/rpc/src/state/state_full.rs. Unlike there, a
key that was written with the value it had is no change, and a reorganisation is noticed also for
keys that the new block did not write.
"""

from collections.abc import Sequence
from typing import Final

import trio

from parachain.client.chain.chain import Chain
from parachain.client.chain.notifications import Notification
from parachain.primitives.runtime_version import RuntimeVersion
from parachain.rpc import jsonrpc
from parachain.rpc.chain_feed import ChainFeed
from parachain.rpc.client_errors import CLIENT_ERRORS
from parachain.rpc.jsonrpc import CALL_EXECUTION_FAILED, RpcError
from parachain.rpc.methods import Namespace, subscription
from parachain.rpc.params import param, params
from parachain.rpc.parsers import HEX, list_of, optional
from parachain.rpc.render import render_change_set, render_runtime_version
from parachain.rpc.state_reader import StateReader
from parachain.rpc.storage_watch import Change, StorageWatch
from parachain.rpc.subscriptions import TOO_SLOW, Sink

KEYS_READ_AT_ONCE: Final = 32
"""First values of so many keys are read on the event loop; of more, in a worker thread."""

MAX_BACKLOG: Final = 64
"""Changed blocks that may wait until a new subscriber has its first values."""


def state_subscriptions(reader: StateReader, feed: ChainFeed) -> Namespace:
    """Return the subscriptions of state_*."""
    watch = StorageWatch(reader.chain)
    feed.call(watch.on_change)

    async def storage(sink: Sink, keys: list[bytes] | None) -> None:
        if keys is None and not sink.connection.allows_unsafe:
            raise jsonrpc.unsafe_call()
        subscriber = _Subscriber(sink)
        watched = watch.add(keys, subscriber.on_change)
        try:
            best = watch.best.hash
            values = await _first_values(reader, best, watched.keys or ())
            watch.note_values(values)
            await sink.accept()
            if values:
                await sink.send(render_change_set(best, values))
            subscriber.begin()
            await trio.sleep_forever()
        finally:
            watch.remove(watched)

    async def runtime_version(sink: Sink) -> None:
        with feed.follow() as (snapshot, news):
            await sink.accept()
            told = feed.chain.runtime_version(snapshot.best.hash)
            await sink.send(render_runtime_version(told))
            async for item in news:
                version = _version_after(feed.chain, item)
                if version is not None and version != told:
                    told = version
                    await sink.send(render_runtime_version(version))
        raise RpcError(CALL_EXECUTION_FAILED, TOO_SLOW)

    return [
        subscription(
            "state_subscribeStorage",
            "state_storage",
            "state_unsubscribeStorage",
            storage,
            params(param("keys", optional(list_of(HEX)))),
        ),
        subscription(
            "state_subscribeRuntimeVersion",
            "state_runtimeVersion",
            ("state_unsubscribeRuntimeVersion", "chain_unsubscribeRuntimeVersion"),
            runtime_version,
            params(),
            aliases=("chain_subscribeRuntimeVersion",),
        ),
    ]


class _Subscriber:
    """Changes on their way to a client, which must get its first values before them."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._backlog: list[dict[str, object]] | None = []

    def on_change(self, block_hash: bytes, changes: Sequence[Change]) -> None:
        """Send changes, or keep them until `begin`."""
        change_set = render_change_set(block_hash, changes)
        if self._backlog is None:
            self._sink.send_nowait(change_set)
        elif len(self._backlog) < MAX_BACKLOG:
            self._backlog.append(change_set)
        else:
            self._sink.close()

    def begin(self) -> None:
        """Send what was kept, and from now on everything at once."""
        backlog, self._backlog = self._backlog or [], None
        for change_set in backlog:
            self._sink.send_nowait(change_set)


async def _first_values(
    reader: StateReader, block_hash: bytes, keys: Sequence[bytes]
) -> list[Change]:
    """Read values at a block. Raises RpcError if its state was pruned."""

    def read() -> list[Change]:
        return reader.read(block_hash, lambda state: [(key, state.get(key)) for key in keys])

    if len(keys) <= KEYS_READ_AT_ONCE:
        return read()
    return await trio.to_thread.run_sync(read)


def _version_after(chain: Chain, news: Notification) -> RuntimeVersion | None:
    """Version of the runtime at the new best block, None if there is none or its state is gone."""
    if news.route is None:
        return None
    try:
        return chain.runtime_version(news.route.end.hash)
    except CLIENT_ERRORS:
        return None  # pruned already, so newer blocks follow
