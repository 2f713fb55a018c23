"""`export-genesis-head` and `export-genesis-wasm`: what a relay chain is told of a new chain."""

import argparse
from pathlib import Path
from typing import Any

from parachain.client.chain.genesis import genesis_block
from parachain.client.database import MemoryStore
from parachain.client.state import Pruning, StateDb
from parachain.node.arguments import add_chain, chain_name
from parachain.node.chain import chain_spec, genesis_state
from parachain.node.output import output
from parachain.node.runtimes import CODE_KEY


def add(commands: Any) -> None:
    """Add the sub-commands."""
    text = "print the header of the first block, in hexadecimal"
    head = commands.add_parser(
        "export-genesis-head",
        aliases=["export-genesis-state"],
        help=text,
        description=f"{text.capitalize()}.",
    )
    _add_flags(head)
    head.set_defaults(run=_export_head)
    text = "print the runtime code of the first state, in hexadecimal"
    code = commands.add_parser(
        "export-genesis-wasm", help=text, description=f"{text.capitalize()}."
    )
    _add_flags(code)
    code.set_defaults(run=_export_code)


def _add_flags(parser: argparse.ArgumentParser) -> None:
    add_chain(parser)
    parser.add_argument("output", type=Path, nargs="?", help="file; standard output without it")
    parser.add_argument("-r", "--raw", action="store_true", help="write bytes, not hexadecimal")


def _export_head(args: argparse.Namespace) -> None:
    states = StateDb(MemoryStore(), Pruning())
    block, _ = genesis_block(states, genesis_state(chain_spec(chain_name(args))))
    _write(args, block.encoded_header)


def _export_code(args: argparse.Namespace) -> None:
    _write(args, genesis_state(chain_spec(chain_name(args))).top[CODE_KEY])


def _write(args: argparse.Namespace, data: bytes) -> None:
    """Write without a line's end, as polkadot-sdk does: scripts take the file as it is."""
    with output(args.output) as out:
        out.write(data if args.raw else b"0x" + data.hex().encode())
