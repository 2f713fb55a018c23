"""`check-block`: verifies and executes a stored block again."""

import argparse
import logging
import time
from typing import Any

from parachain.client.chain.invalid_block import InvalidBlock
from parachain.client.chain.runtime_calls import UnknownBlock
from parachain.client.chain.verification import TooEarlyError
from parachain.client.state import UnknownState
from parachain.node.clock import now_ms
from parachain.node.commands.stored_chain import (
    CommandError,
    add_command,
    find_block,
    number_or_hash,
    stored_chain,
)

_log = logging.getLogger("gear.substrate")


def add(commands: Any) -> None:
    """Add the sub-command."""
    parser = add_command(commands, "check-block", "verify and execute a stored block again")
    parser.add_argument("block", type=number_or_hash, metavar="HASH_OR_NUMBER", help="the block")
    parser.set_defaults(run=_check_block)


def _check_block(args: argparse.Namespace) -> None:
    with stored_chain(args) as (_, chain):
        block_hash = find_block(chain, args.block)
        block = chain.block_id(block_hash)
        assert block is not None, "it has just been found"
        name = f"block {block.number} 0x{block_hash.hex()}"
        if not block.number:
            raise CommandError("the first block of a chain is given, not executed")
        started_s = time.monotonic()
        try:
            chain.check_block(block_hash, now_ms())
        except (InvalidBlock, TooEarlyError) as error:
            raise CommandError(f"{name} is not valid: {error}") from error
        except UnknownBlock:
            raise CommandError(f"{name} cannot be checked: its body has been pruned") from None
        except UnknownState as error:
            raise CommandError(f"{name} cannot be checked: before it, {error}") from None
        _log.info("%s is valid, checked in %.3f s", name, time.monotonic() - started_s)
