"""`export-blocks`: writes blocks of the best chain to a file or standard output."""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parachain.client.chain.block import Block
from parachain.client.chain.block_file import write_binary, write_json
from parachain.client.chain.chain import Chain
from parachain.node.commands.stored_chain import (
    CommandError,
    add_command,
    block_number,
    find_block,
    stored_chain,
)
from parachain.node.output import output
from parachain.node.progress import Progress


def add(commands: Any) -> None:
    """Add the sub-command."""
    parser = add_command(commands, "export-blocks", "write blocks to a file")
    parser.add_argument("output", type=Path, nargs="?", help="file; standard output without it")
    parser.add_argument(
        "--from", dest="first", type=block_number, default=1, metavar="BLOCK", help="first one (1)"
    )
    parser.add_argument(
        "--to",
        dest="last",
        type=block_number,
        default=None,
        metavar="BLOCK",
        help="last one (best)",
    )
    parser.add_argument("--binary", action="store_true", help="SCALE instead of JSON, much smaller")
    parser.set_defaults(run=_export_blocks)


def _export_blocks(args: argparse.Namespace) -> None:
    with stored_chain(args) as (_, chain):
        first, last = _range(chain, args.first, args.last)
        count = last - first + 1
        progress = Progress("Exported", "blocks", lambda done: done / count, time.monotonic)
        with output(args.output) as out:
            blocks = _blocks(chain, first, last, progress)
            if args.binary:
                write_binary(out, blocks, count)
            else:
                write_json(out, blocks)
        progress.finish()


def _range(chain: Chain, first: int, last: int | None) -> tuple[int, int]:
    """Return the first and the last block to be exported; none if the chain has only begun.

    Raises CommandError before anything is written if a block is not there.
    """
    best = chain.best.number
    if last is None:
        last = max(best, first - 1) if first <= best + 1 else best
    if last > best or first > last + 1:
        raise CommandError(f"there are no blocks {first} to {last}; the best block is {best}")
    for number in (first, last):  # bodies are pruned from below
        if first <= last:
            _block(chain, number)
    return first, last


def _blocks(chain: Chain, first: int, last: int, progress: Progress) -> Iterator[Block]:
    for number in range(first, last + 1):
        yield _block(chain, number)
        progress.advance(f"#{number}")


def _block(chain: Chain, number: int) -> Block:
    block = chain.block(find_block(chain, number))
    if block is None:
        raise CommandError(f"block {number} has been pruned; export from a later one with --from")
    return block
