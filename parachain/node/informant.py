"""What an operator sees of a healthy node: blocks as they come, and an idle line in between."""

import logging
from typing import Final

import trio

from parachain.client.chain.chain import Chain
from parachain.client.chain.notifications import (
    BlockOrigin,
    FinalizedBlocks,
    HeadSet,
    ImportedBlock,
    Notification,
)
from parachain.node.short import short

_log = logging.getLogger("gear.substrate")

IDLE_INTERVAL_S: Final = 5.0


def on_change(news: Notification) -> None:
    """Log one change of the chain."""
    if isinstance(news, ImportedBlock) and news.origin is not BlockOrigin.OWN:
        imported(news)
    elif isinstance(news, FinalizedBlocks):
        _log.debug("finalised up to #%d", news.blocks[-1].number)
    elif isinstance(news, HeadSet):
        _log.info("⏪ Set back to #%d (%s)", news.head.number, short(news.head.hash))


def imported(news: ImportedBlock) -> None:
    """Log a block that joined the chain; the author of an own block says first how it was made."""
    mark = "🏆" if news.is_new_best else "🆕"
    parent = short(news.header.parent_hash)
    number, block_hash = news.block.number, short(news.block.hash)
    _log.info("%s Imported #%d (%s → %s)", mark, number, parent, block_hash)
    if news.route is not None and news.route.retracted:
        _log.info(
            "♻️  Reorg on #%d,%s to #%d,%s, common ancestor #%d,%s",
            news.route.retracted[0].number,
            short(news.route.retracted[0].hash),
            number,
            block_hash,
            news.route.common.number,
            short(news.route.common.hash),
        )


async def idle_lines(chain: Chain) -> None:
    """Log where the chain stands every few seconds."""
    while True:
        await trio.sleep(IDLE_INTERVAL_S)
        best, finalised = chain.best, chain.finalised
        _log.info(
            "💤 Idle (0 peers), best: #%d (%s), finalized #%d (%s), ⬇ 0 ⬆ 0",
            best.number,
            short(best.hash),
            finalised.number,
            short(finalised.hash),
        )
