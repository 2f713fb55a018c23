"""`SentMessages`: what users were sent in each block, decoded once for all who subscribed.

Reads the event Gear.UserMessageSent out of System.Events. Events of few bytes, which are those of
almost every block, are decoded on the event loop, others in a thread.

Not here: filters and JSON.
"""

import logging
from collections.abc import Iterator
from typing import Final, NamedTuple

import trio

from parachain.client.chain.chain import Chain
from parachain.client.chain.notifications import ImportedBlock, Notification
from parachain.client.chain.tree_route import BlockId
from parachain.primitives.scale import COMPACT_U32, DecodeError
from parachain.rpc.client_errors import CLIENT_ERRORS, client_error_text
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.event import EVENT_RECORD, EVENTS_KEY
from parachain.runtime.gear.messages import UserMessage

_logger = logging.getLogger("gear.rpc")

MAX_BYTES_ON_LOOP: Final = 16 * 1024
"""Some hundred events, which take about a millisecond."""

MAX_CACHED_BLOCKS: Final = 16
"""From the best block down to those that are just being finalised."""

MAX_CACHED_BYTES: Final = 256 * 1024
"""Events of more bytes, which are mostly payloads, are decoded again for each subscriber."""

EVENT_THREADS: Final = 1
"""Threads that decode events: it takes the processor, so more would not be faster."""


#: Event 1 of the pallet, as the runtime of this process has it.
_USER_MESSAGE_SENT: Final = RUNTIME.pallet("Gear").events[1]


class Sent(NamedTuple):
    """A message to a user, and its place among all events of the block, counted from 0."""

    place: int
    message: UserMessage


class SentMessages:
    """Messages by block."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._decoded: dict[bytes, tuple[Sent, ...]] = {}
        self._threads = trio.CapacityLimiter(EVENT_THREADS)
        self._turn = trio.Lock()

    async def of_news(self, block: BlockId, news: Notification) -> tuple[Sent, ...]:
        """Return the messages of a block that `news` tells of."""
        if block.hash in self._decoded:
            return self._decoded[block.hash]
        if isinstance(news, ImportedBlock) and news.block == block:
            raw = news.changes.main.get(EVENTS_KEY) or b"\x00"
            if len(raw) <= MAX_BYTES_ON_LOOP:
                return self._keep(block, raw, self._decode(block, raw))
            return await self._in_thread(block, raw)
        return await self._in_thread(block, None)

    async def of_block(self, block: BlockId) -> tuple[Sent, ...]:
        """Return the messages of any block, none if its state is gone."""
        return await self._in_thread(block, None)

    async def _in_thread(self, block: BlockId, raw: bytes | None) -> tuple[Sent, ...]:
        def work() -> tuple[bytes, tuple[Sent, ...]]:
            encoded = self._read(block) if raw is None else raw
            return encoded, self._decode(block, encoded)

        async with self._turn:  # whoever waited for the same block finds it decoded
            found = self._decoded.get(block.hash)
            if found is not None:
                return found
            encoded, sent = await trio.to_thread.run_sync(
                work, abandon_on_cancel=True, limiter=self._threads
            )
            return self._keep(block, encoded, sent)

    def _read(self, block: BlockId) -> bytes:
        try:
            return self._chain.state_at(block.hash).get(EVENTS_KEY) or b"\x00"
        except CLIENT_ERRORS as error:
            text = client_error_text(error, block.hash)
            _logger.debug("messages of block %d are not told: %s", block.number, text)
            return b"\x00"

    def _decode(self, block: BlockId, raw: bytes) -> tuple[Sent, ...]:
        try:
            return tuple(_sent(raw))
        except DecodeError as error:
            _logger.warning("events of block %d cannot be read: %s", block.number, error)
            return ()

    def _keep(self, block: BlockId, raw: bytes, sent: tuple[Sent, ...]) -> tuple[Sent, ...]:
        if len(raw) <= MAX_CACHED_BYTES:
            self._decoded[block.hash] = sent
            if len(self._decoded) > MAX_CACHED_BLOCKS:
                del self._decoded[next(iter(self._decoded))]
        return sent


def _sent(raw: bytes) -> Iterator[Sent]:
    count, pos = COMPACT_U32.read(raw, 0)
    for place in range(count):
        record, pos = EVENT_RECORD.read(raw, pos)
        if record.event.declaration is _USER_MESSAGE_SENT:
            yield Sent(place, record.event.values[0])
