"""chain_*: headers, blocks, hashes by number, and subscriptions to new heads.

Sources: polkadot-sdk stable2409, substrate/client/rpc-api/src/chain, client/rpc/src/chain. One
difference: when the operator sets the head, or finality forces another branch, that is a new head
too, which Substrate does not tell.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from parachain.client.chain.chain import Chain, Snapshot
from parachain.client.chain.notifications import FinalizedBlocks, ImportedBlock, Notification
from parachain.client.chain.tree_route import BlockId
from parachain.rpc.chain_feed import ChainFeed
from parachain.rpc.jsonrpc import CALL_EXECUTION_FAILED, RpcError
from parachain.rpc.methods import Namespace, blocking, method, subscription
from parachain.rpc.params import param, params
from parachain.rpc.parsers import HASH, list_or_one, number_or_hex, optional
from parachain.rpc.render import render_bytes, render_header, render_optional, render_signed_block
from parachain.rpc.subscriptions import TOO_SLOW, Sink

CHAIN_OTHER: Final = 3001

_U32_MAX: Final = (1 << 32) - 1
_U64_MAX: Final = (1 << 64) - 1
_AT: Final = params(param("hash", optional(HASH)))
_NUMBERS: Final = params(param("hash", optional(list_or_one(number_or_hex(256)))))


def chain_methods(chain: Chain, feed: ChainFeed) -> Namespace:
    """Return the methods of chain_*."""

    def header(at: bytes | None) -> object:
        found = chain.header(chain.best.hash if at is None else at)
        return None if found is None else render_header(found)

    def block(at: bytes | None) -> object:
        found = chain.block(chain.best.hash if at is None else at)
        return None if found is None else render_signed_block(found)

    def hash_at(number: int) -> str | None:
        if number > _U32_MAX:
            kind = "Hex" if number > _U64_MAX else "Number"
            text = f"`{kind}({number})` > u32::MAX, the max block number is u32."
            raise RpcError(CHAIN_OTHER, text)
        return render_optional(chain.hash_at(number))

    def block_hash(numbers: int | list[int] | None) -> object:
        if numbers is None:
            return render_bytes(chain.best.hash)
        if isinstance(numbers, int):
            return hash_at(numbers)
        return [hash_at(number) for number in numbers]

    def finalised_head() -> object:
        return render_bytes(chain.finalised.hash)

    return [
        method("chain_getHeader", header, _AT),
        blocking("chain_getBlock", block, _AT),
        method("chain_getBlockHash", block_hash, _NUMBERS, aliases=("chain_getHead",)),
        method(
            "chain_getFinalizedHead", finalised_head, params(), aliases=("chain_getFinalisedHead",)
        ),
        subscription(
            "chain_subscribeAllHeads",
            "chain_allHead",
            "chain_unsubscribeAllHeads",
            _heads(feed, lambda snapshot: snapshot.best, _imported),
            params(),
        ),
        subscription(
            "chain_subscribeNewHeads",
            "chain_newHead",
            ("chain_unsubscribeNewHeads", "chain_unsubscribeNewHead", "unsubscribe_newHead"),
            _heads(feed, lambda snapshot: snapshot.best, _best),
            params(),
            aliases=("chain_subscribeNewHead", "subscribe_newHead"),
        ),
        subscription(
            "chain_subscribeFinalizedHeads",
            "chain_finalizedHead",
            ("chain_unsubscribeFinalizedHeads", "chain_unsubscribeFinalisedHeads"),
            _heads(feed, lambda snapshot: snapshot.finalised, _finalised),
            params(),
            aliases=("chain_subscribeFinalisedHeads",),
        ),
    ]


Heads = tuple[BlockId, ...]


def _imported(news: Notification) -> Heads:
    return (news.block,) if isinstance(news, ImportedBlock) else ()


def _best(news: Notification) -> Heads:
    return () if news.route is None else (news.route.end,)


def _finalised(news: Notification) -> Heads:
    return news.blocks if isinstance(news, FinalizedBlocks) else ()


def _heads(
    feed: ChainFeed,
    first: Callable[[Snapshot], BlockId],
    heads_of: Callable[[Notification], Heads],
) -> Callable[[Sink], Awaitable[None]]:
    """Make a subscription to headers: the present head, then those of each notification."""

    async def follow(sink: Sink) -> None:
        with feed.follow() as (snapshot, news):
            await sink.accept()
            await _send_header(sink, feed.chain, first(snapshot))
            async for item in news:
                for block in heads_of(item):
                    await _send_header(sink, feed.chain, block)
        raise RpcError(CALL_EXECUTION_FAILED, TOO_SLOW)

    return follow


async def _send_header(sink: Sink, chain: Chain, block: BlockId) -> None:
    header = chain.header(block.hash)
    assert header is not None, "headers are never removed"
    await sink.send(render_header(header))
