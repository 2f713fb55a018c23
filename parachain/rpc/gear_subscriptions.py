"""gear_subscribeUserMessageSent and gear_subscribeProgramStateChanges.

Sources: gear, vara/node/service/src/rpc/gear_events.rs, vara/pallets/gear/rpc/src/lib.rs. Unlike
there, every block that becomes the best or final is told, also one that is so only as the ancestor
of another; and nobody misses blocks that come while older ones are told.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from parachain.client.chain.chain import Snapshot
from parachain.client.chain.notifications import FinalizedBlocks, ImportedBlock, Notification
from parachain.client.chain.tree_route import BlockId
from parachain.client.crypto.hashing import twox_128
from parachain.rpc.chain_feed import ChainFeed
from parachain.rpc.config import RpcConfig
from parachain.rpc.gear_calls import runtime_error
from parachain.rpc.gear_events import Sent, SentMessages
from parachain.rpc.gear_json import CHANGES_ACKNOWLEDGEMENT, SENT_ACKNOWLEDGEMENT, render_sent
from parachain.rpc.jsonrpc import CALL_EXECUTION_FAILED, INVALID_PARAMS, RpcError
from parachain.rpc.methods import Namespace, subscription
from parachain.rpc.params import object_of, param, params
from parachain.rpc.parsers import BOOL, HASH, HEX, U32, U64, list_of, optional
from parachain.rpc.render import render_bytes
from parachain.rpc.subscriptions import TOO_SLOW, Sink
from parachain.runtime.gear.messages import UserMessage

MAX_PATTERN_BYTES: Final = 256
"""MAX_PAYLOAD_PATTERN."""

MAX_BACKFILL_BLOCKS: Final = 5000
"""MAX_BACKFILL_BLOCKS: past blocks that one subscription may have told."""

#: GearProgram.ProgramStorage: an Identity map from program ids.
PROGRAMS: Final = twox_128(b"GearProgram") + twox_128(b"ProgramStorage")

_PROGRAM_KEY_LENGTH: Final = len(PROGRAMS) + 32


class PayloadFilter(NamedTuple):
    """The bytes that a payload must have at `offset`."""

    offset: int
    pattern: bytes


class MessageFilter(NamedTuple):
    """Which messages are told: all conditions must hold."""

    source: bytes | None
    destination: bytes | None
    payload_filters: Sequence[PayloadFilter] | None
    from_block: int | None
    finalized_only: bool | None

    def matches(self, message: UserMessage) -> bool:
        """Whether a message is one of these."""
        return (
            self.source in (None, message.source)
            and self.destination in (None, message.destination)
            and all(
                message.payload[offset : offset + len(pattern)] == pattern
                and offset + len(pattern) <= len(message.payload)
                for offset, pattern in self.payload_filters or ()
            )
        )


_PAYLOAD_FILTER: Final = object_of(params(param("offset", U32), param("pattern", HEX)))
_FILTER: Final = object_of(
    params(
        param("source", optional(HASH)),
        param("destination", optional(HASH)),
        param(
            "payloadFilters",
            optional(list_of(_PAYLOAD_FILTER.map(lambda members: PayloadFilter(*members)))),
        ),
        param("fromBlock", optional(U64)),
        param("finalizedOnly", optional(BOOL)),
    )
).map(lambda members: MessageFilter(*members))


def gear_subscriptions(feed: ChainFeed, config: RpcConfig) -> Namespace:
    """Return the subscriptions of gear_*. Make it where trio runs."""
    sent_messages = SentMessages(feed.chain)
    programs = _ChangedPrograms()

    async def user_messages(sink: Sink, wanted: MessageFilter) -> None:
        _check(wanted)
        with feed.follow() as (snapshot, news):
            first, last = _past(wanted, snapshot)
            await sink.accept()
            await sink.send(SENT_ACKNOWLEDGEMENT)
            for number in range(first, last + 1):
                block_hash = feed.chain.hash_at(number)
                if block_hash is not None:
                    block = BlockId(block_hash, number)
                    await _tell(sink, wanted, block, await sent_messages.of_block(block))
            begins = wanted.from_block or 0
            async for item in news:
                for block in _new_blocks(item, finalized_only=wanted.finalized_only):
                    if block.number >= begins:
                        begins = 0  # after a reorganisation lower numbers are news too
                        await _tell(sink, wanted, block, await sent_messages.of_news(block, item))
        raise RpcError(CALL_EXECUTION_FAILED, TOO_SLOW)

    async def program_changes(sink: Sink, program_ids: list[bytes] | None) -> None:
        wanted = None if program_ids is None else frozenset(program_ids)
        limit = config.gear_max_batch_items
        if wanted is not None and limit and len(wanted) > limit:
            raise runtime_error(f"Program filter size must be lower than {limit}")
        with feed.follow() as (_, news):
            await sink.accept()
            await sink.send(CHANGES_ACKNOWLEDGEMENT)
            async for item in news:
                changed = programs.of(item)
                if wanted is not None:
                    changed = tuple(each for each in changed if each in wanted)
                if changed and isinstance(item, ImportedBlock):
                    await sink.send(
                        {
                            "block_hash": render_bytes(item.block.hash),
                            "program_ids": [render_bytes(each) for each in changed],
                        }
                    )
        raise RpcError(CALL_EXECUTION_FAILED, TOO_SLOW)

    return [
        subscription(
            "gear_subscribeUserMessageSent",
            "gear_subscribeUserMessageSent",
            "gear_unsubscribeUserMessageSent",
            user_messages,
            params(param("filter", _FILTER)),
        ),
        subscription(
            "gear_subscribeProgramStateChanges",
            "gear_subscribeProgramStateChanges",
            "gear_unsubscribeProgramStateChanges",
            program_changes,
            params(param("programIds", optional(list_of(HASH)))),
        ),
    ]


def _check(wanted: MessageFilter) -> None:
    for index, (_, pattern) in enumerate(wanted.payload_filters or ()):
        if len(pattern) > MAX_PATTERN_BYTES:
            text = f"payload_filters[{index}] longer than {MAX_PATTERN_BYTES} bytes"
            raise RpcError(INVALID_PARAMS, text)


def _past(wanted: MessageFilter, snapshot: Snapshot) -> tuple[int, int]:
    """First and last number of the blocks to tell of before new ones; there may be none."""
    head = (snapshot.finalised if wanted.finalized_only else snapshot.best).number
    if wanted.from_block is None or wanted.from_block > head:
        return 0, -1
    span = head - wanted.from_block + 1
    if span > MAX_BACKFILL_BLOCKS:
        text = f"requested backfill spans {span} blocks which exceeds limit {MAX_BACKFILL_BLOCKS}"
        raise RpcError(INVALID_PARAMS, text)
    return wanted.from_block, head


def _new_blocks(news: Notification, *, finalized_only: bool | None) -> tuple[BlockId, ...]:
    """Blocks that became final, or part of the best chain, oldest first."""
    if finalized_only:
        return news.blocks if isinstance(news, FinalizedBlocks) else ()
    return () if news.route is None else news.route.enacted


async def _tell(
    sink: Sink, wanted: MessageFilter, block: BlockId, messages: Sequence[Sent]
) -> None:
    for place, message in messages:
        if wanted.matches(message):
            await sink.send(render_sent(block.hash, place, message))


class _ChangedPrograms:
    """Which programs a block wrote, found once for all subscribers."""

    def __init__(self) -> None:
        self._last: tuple[Notification, tuple[bytes, ...]] | None = None

    def of(self, news: Notification) -> tuple[bytes, ...]:
        """Return the ids in order; none unless it is the new best block."""
        if not isinstance(news, ImportedBlock) or not news.is_new_best:
            return ()
        if self._last is None or self._last[0] is not news:
            keys = (key for key in news.changes.main if key.startswith(PROGRAMS))
            changed = sorted(
                key[len(PROGRAMS) :] for key in keys if len(key) == _PROGRAM_KEY_LENGTH
            )
            self._last = news, tuple(changed)
        return self._last[1]
