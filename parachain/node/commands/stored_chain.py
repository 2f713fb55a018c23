"""The chain that a sub-command works on, and the blocks that its arguments name."""

import argparse
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from parachain.client.chain.blocks import CorruptDatabaseError
from parachain.client.chain.chain import Chain
from parachain.node.arguments import (
    add_chain,
    add_execution,
    add_pruning,
    chain_name,
    database_base_path,
)
from parachain.node.chain import Folders, chain_folder, chain_spec, opened_chain
from parachain.node.chain_spec import ChainSpec

_HASH: Final = re.compile("0x[0-9a-fA-F]{64}")

#: A block number is u32.
_MAX_NUMBER: Final = (1 << 32) - 1


class CommandError(Exception):
    """A sub-command cannot do what it was asked to; the message says why."""


def add_command(commands: Any, name: str, text: str, *aliases: str) -> argparse.ArgumentParser:
    """Add a sub-command that works on a chain in a database, with the flags that say which."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, aliases=aliases, help=text, description=text[0].upper() + text[1:] + "."
    )
    add_chain(parser)
    add_pruning(parser)
    add_execution(parser)
    return parser


def block_number(text: str) -> int:
    """Read a block number."""
    if text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= _MAX_NUMBER:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a block number")


def number_or_hash(text: str) -> int | bytes:
    """Read a block number, or a block hash of 64 hexadecimal digits after 0x."""
    if _HASH.fullmatch(text):
        return bytes.fromhex(text[2:])
    try:
        return block_number(text)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a block number nor a hash (0x and 64 hexadecimal digits)"
        ) from None


@contextmanager
def stored_chain(args: argparse.Namespace) -> Iterator[tuple[ChainSpec, Chain]]:
    """Open the chain of the flags, whose database must be there.

    Raises CommandError if there is none, and what `opened_chain` raises.
    """
    spec = chain_spec(chain_name(args))
    with chain_folder(database_base_path(args), spec.chain_id) as folders:
        check_database(folders)
        with opened_chain(
            spec, folders, args.state_pruning, args.blocks_pruning, args.execution
        ) as (chain, _):
            yield spec, chain


def check_database(folders: Folders) -> None:
    """Refuse to make a database where one is expected: a mistyped path. Raises CommandError."""
    if not folders.database.is_dir():
        raise CommandError(
            f"there is no database at {folders.database}; check --base-path and --chain"
        )


def find_block(chain: Chain, wanted: int | bytes) -> bytes:
    """Return the hash of the block that an argument names; its header is there.

    Raises CommandError, CorruptDatabaseError.
    """
    if isinstance(wanted, bytes):
        if chain.header(wanted) is None:
            raise CommandError(f"there is no block 0x{wanted.hex()} in the database")
        return wanted
    block_hash = chain.hash_at(wanted)
    if block_hash is None:
        raise CommandError(f"there is no block {wanted}; the best block is {chain.best.number}")
    if chain.header(block_hash) is None:
        raise CorruptDatabaseError(f"block {wanted} has no header")
    return block_hash
