"""`export-state`: prints the state of a block as the first state of a raw specification."""

import argparse
import time
from collections.abc import Iterator
from typing import Any

from parachain.client.state import StateAt, UnknownState
from parachain.node.chain_spec_writer import Pairs, write_raw
from parachain.node.commands.stored_chain import (
    CommandError,
    add_command,
    find_block,
    number_or_hash,
    stored_chain,
)
from parachain.node.output import output
from parachain.node.progress import Progress
from parachain.primitives.trie import CHILD_STORAGE_PREFIX


def add(commands: Any) -> None:
    """Add the sub-command."""
    parser = add_command(
        commands, "export-state", "print the state of a block as a raw chain specification"
    )
    parser.add_argument(
        "block",
        nargs="?",
        type=number_or_hash,
        metavar="HASH_OR_NUMBER",
        help="the block; the best one without it",
    )
    parser.set_defaults(run=_export_state)


def _export_state(args: argparse.Namespace) -> None:
    with stored_chain(args) as (spec, chain):
        wanted = chain.best.hash if args.block is None else args.block
        try:
            state = chain.state_at(find_block(chain, wanted))
        except UnknownState as error:
            raise CommandError(f"{error}; keep more with --state-pruning") from None
        progress = Progress("Exported", "keys", lambda _: None, time.monotonic)
        with output(None) as out:
            children = ((child, state.child(child).pairs()) for child in state.children())
            write_raw(out, spec, _top(state, progress), children)
        progress.finish()


def _top(state: StateAt, progress: Progress) -> Iterator[tuple[bytes, bytes]]:
    """Pairs of the main trie but for the roots of child tries, which follow from these."""
    pairs: Pairs = state.pairs()
    for key, value in pairs:
        if not key.startswith(CHILD_STORAGE_PREFIX):
            progress.advance(f"0x{key[:8].hex()}")
            yield key, value
