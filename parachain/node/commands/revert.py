"""`revert`: takes blocks that are not final off the best chain."""

import argparse
import logging
from typing import Any, Final

from parachain.node.commands.stored_chain import add_command, block_number, stored_chain

_log = logging.getLogger("gear.substrate")

_DEFAULT_COUNT: Final = 256


def add(commands: Any) -> None:
    """Add the sub-command."""
    parser = add_command(commands, "revert", "take blocks off the chain, none that is final")
    parser.add_argument(
        "count",
        nargs="?",
        type=block_number,
        default=_DEFAULT_COUNT,
        metavar="NUM",
        help=f"how many at most ({_DEFAULT_COUNT})",
    )
    parser.set_defaults(run=_revert)


def _revert(args: argparse.Namespace) -> None:
    with stored_chain(args) as (_, chain):
        reverted = chain.revert(args.count)
        best = chain.best
        if reverted:
            what = "1 block" if reverted == 1 else f"{reverted} blocks"
            _log.info("Reverted %s. Best: #%d (0x%s)", what, best.number, best.hash.hex())
        else:
            _log.info("Nothing to revert: no block above #%d, which is final", best.number)
