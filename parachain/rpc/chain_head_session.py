"""Drives one `chainHead_v1_follow` subscription: feed in, events out, operations beside.

The machine is `chain_head_follow`; here are its tasks and threads.
"""

from typing import Final

import trio

from parachain.client.chain.chain import Chain
from parachain.client.chain.notifications import Notification
from parachain.client.chain.tree_route import BlockId
from parachain.rpc.chain_feed import ChainFeed
from parachain.rpc.chain_head_events import EventRenderer, FollowEvent, Stop
from parachain.rpc.chain_head_follow import Follow
from parachain.rpc.chain_head_operations import Operations
from parachain.rpc.subscriptions import Sink

RECENT_FINALISED: Final = 16
"""Final blocks reported at first: about a minute of them. A client that reconnects finds the block
it knew last among them."""


class FollowSession:
    """One subscription. It can be asked for blocks while `run` is in progress."""

    def __init__(
        self,
        chain: Chain,
        sink: Sink,
        threads: trio.CapacityLimiter,
        nursery: trio.Nursery,
        *,
        with_runtime: bool,
    ) -> None:
        self.chain = chain
        self.with_runtime = with_runtime
        self.follow = Follow(chain)
        self.operations = Operations(chain, sink, nursery, threads)
        self._sink = sink
        self._threads = threads
        self._renderer = EventRenderer(chain, with_runtime=with_runtime)

    async def run(self, feed: ChainFeed) -> None:
        """Report until the view of the chain breaks; then nothing but `stop` may follow."""
        try:
            with feed.follow() as (snapshot, news):
                recent = _recent(self.chain, snapshot.finalised)
                await self._report(self.follow.begin(snapshot, recent))
                await self._follow(news)
        finally:
            self.follow.end()

    async def _follow(self, news: trio.MemoryReceiveChannel[Notification]) -> None:
        async for change in news:
            events = self.follow.on_change(change)
            if events and events[-1] == Stop():
                await self._report(events[:-1])
                return
            await self._report(events)

    async def _report(self, events: list[FollowEvent]) -> None:
        if any(self._renderer.calls_runtime(event) for event in events):
            rendered = await trio.to_thread.run_sync(
                self._render, events, abandon_on_cancel=True, limiter=self._threads
            )
        else:
            rendered = self._render(events)
        for each in rendered:
            await self._sink.send(each)

    def _render(self, events: list[FollowEvent]) -> list[dict[str, object]]:
        return [self._renderer.render(event) for event in events]


def _recent(chain: Chain, finalised: BlockId) -> list[BlockId]:
    """Return the last final blocks, oldest first; at least `finalised` itself."""
    recent = [finalised]
    while len(recent) < RECENT_FINALISED and recent[-1].number:
        header = chain.header(recent[-1].hash)
        assert header is not None, "headers are kept"
        recent.append(BlockId(header.parent_hash, header.number - 1))
    recent.reverse()
    return recent
