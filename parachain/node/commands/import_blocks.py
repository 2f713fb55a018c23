"""`import-blocks`: verifies, executes and stores the blocks of a file or standard input."""

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any, Final

from parachain.client.authoring.author import Sealing
from parachain.client.chain.block import Block
from parachain.client.chain.block_file import announced_blocks, read_binary, read_json
from parachain.client.chain.chain import Chain
from parachain.client.chain.importing import (
    AlreadyInChain,
    BadBlock,
    Imported,
    ImportResult,
    MissingParent,
    NoRoom,
    TooEarly,
)
from parachain.client.chain.notifications import BlockOrigin
from parachain.node.arguments import (
    DEFAULT_FINALITY_LAG,
    add_finality,
    chain_name,
    database_base_path,
)
from parachain.node.chain import chain_folder, chain_spec, opened_chain
from parachain.node.clock import now_ms
from parachain.node.commands.stored_chain import CommandError, add_command
from parachain.node.progress import Progress, Share

#: Finality follows in steps of so many blocks: fewer than would cost a synced batch for each,
#: more would keep more states.
_FINALISE_EVERY: Final = 64


def add(commands: Any) -> None:
    """Add the sub-command."""
    parser = add_command(commands, "import-blocks", "verify and store the blocks of a file")
    add_finality(parser)
    parser.add_argument("input", type=Path, nargs="?", help="file; standard input without it")
    parser.add_argument("--binary", action="store_true", help="the file is SCALE, not JSON")
    parser.set_defaults(run=_import_blocks)


def _import_blocks(args: argparse.Namespace) -> None:
    spec = chain_spec(chain_name(args))
    with (
        _input(args.input) as source,
        chain_folder(database_base_path(args), spec.chain_id) as folders,
        opened_chain(spec, folders, args.state_pruning, args.blocks_pruning, args.execution) as (
            chain,
            _,
        ),
    ):
        share = _share(source, binary=args.binary)
        progress = Progress("Imported", "blocks", share, time.monotonic)
        blocks = read_binary(source) if args.binary else read_json(source)
        lag = None if spec.relay_chain is not None else args.finality_lag
        if lag is None and spec.relay_chain is None:
            lag = DEFAULT_FINALITY_LAG[Sealing.INTERVAL]
        try:
            _import_all(chain, blocks, lag, progress)
        finally:
            progress.finish()


@contextmanager
def _input(path: Path | None) -> Iterator[BufferedReader]:
    if path is None:
        source = sys.stdin.buffer
        assert isinstance(source, BufferedReader), "standard input is buffered"
        yield source
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise CommandError(f"cannot read the blocks in {path}: {error.strerror}") from error
    with file:
        yield file


def _share(source: BufferedReader, *, binary: bool) -> Share:
    """Return how to tell which part of the input a number of blocks is.

    A binary file begins with the number of its blocks. Of another, the part that was read tells.
    """
    count = announced_blocks(source) if binary else None
    if count is not None:
        return lambda done: done / count if count else None
    if not source.seekable():
        return lambda _: None
    begin = source.tell()
    size = source.seek(0, os.SEEK_END) - begin
    source.seek(begin)
    return lambda _: (source.tell() - begin) / size if size else None


def _import_all(
    chain: Chain, blocks: Iterable[Block], finality_lag: int | None, progress: Progress
) -> None:
    """Import blocks in their order; those that are there already are passed over.

    A chain without relay has no proofs of finality: it follows the best block at a lag, as while
    a node runs, so that any number of blocks can be imported. Raises CommandError at the first
    block that cannot be imported; those before it stay.
    """
    waiting = 0
    for block in blocks:
        result = chain.import_block(block, BlockOrigin.FILE, now_ms())
        _check(chain, block, result)
        if isinstance(result, Imported):
            progress.advance(f"#{block.number}")
            waiting += 1
        if waiting >= _FINALISE_EVERY:
            _finalise(chain, finality_lag)
            waiting = 0
    _finalise(chain, finality_lag)


def _finalise(chain: Chain, lag: int | None) -> None:
    if lag is None:
        return
    block_hash = chain.hash_at(max(chain.best.number - lag, chain.finalised.number))
    assert block_hash is not None, "the best chain has no gaps"
    chain.finalize(block_hash)


def _check(chain: Chain, block: Block, result: ImportResult) -> None:
    """Explain a block that was not imported. Raises CommandError."""
    name = f"block {block.number} 0x{block.hash.hex()}"
    genesis = f"the first block of the chain is 0x{chain.genesis_hash.hex()}"
    match result:
        case Imported() | AlreadyInChain():
            return
        case MissingParent() if block.number <= 1:
            raise CommandError(f"{name} belongs to another chain: {genesis}; check --chain")
        case MissingParent(parent_hash):
            raise CommandError(
                f"{name} cannot be imported: its parent 0x{parent_hash.hex()} is not there; import "
                f"the blocks above #{chain.best.number} first"
            )
        case TooEarly(slot, ready_at_ms):
            wait_s = (ready_at_ms - now_ms()) / 1000
            raise CommandError(
                f"{name} cannot be imported: its slot {slot} comes in {wait_s:.0f} s, if the clock "
                "is right"
            )
        case NoRoom(reason):
            raise CommandError(f"{name} cannot be imported: {reason}")
        case BadBlock(reason):
            raise CommandError(f"{name} is not valid: {reason}") from reason
