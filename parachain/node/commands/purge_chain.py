"""`purge-chain`: removes the database of a chain. Keys and network identity stay."""

import argparse
import logging
import sys
from typing import Any

from parachain.client.database.removal import remove_leveldb
from parachain.node.arguments import add_chain, chain_name, database_base_path
from parachain.node.chain import Folders, chain_id

_log = logging.getLogger("gear.substrate")


def add(commands: Any) -> None:
    """Add the sub-command."""
    text = "remove the database of a chain; keys stay"
    parser = commands.add_parser("purge-chain", help=text, description=f"{text.capitalize()}.")
    add_chain(parser)
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    parser.set_defaults(run=_purge_chain)


def _purge_chain(args: argparse.Namespace) -> None:
    root = database_base_path(args) / "chains" / chain_id(chain_name(args))
    database = Folders(root).database
    if not database.exists():
        _log.info("%s did not exist", database)
    elif args.yes or _confirmed(f"Are you sure to remove {database}? [y/N]: "):
        remove_leveldb(database)
        _log.info("%s removed", database)
    else:
        _log.info("Aborted, nothing was removed")


def _confirmed(question: str) -> bool:
    """Ask on standard error; silence, as of a script without input, means no."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
