"""`build-spec`: prints the specification of a chain, plain or raw."""

import argparse
from dataclasses import replace
from typing import Any, Final

from parachain.client.executor.native_code import native_code
from parachain.node.arguments import (
    add_chain,
    add_node_key,
    chain_name,
    check_node_key,
    database_base_path,
)
from parachain.node.chain import chain_spec, genesis_state
from parachain.node.chain_spec import ChainSpec
from parachain.node.chain_spec_writer import write_plain, write_raw
from parachain.node.identity import known_node_key, peer_id
from parachain.node.output import output

_DEFAULT_BOOT_NODE: Final = "/ip4/127.0.0.1/tcp/30333/p2p/{}"


def add(commands: Any) -> None:
    """Add the sub-command."""
    text = "print the specification of a chain"
    parser = commands.add_parser("build-spec", help=text, description=f"{text.capitalize()}.")
    add_chain(parser)
    add_node_key(parser)
    parser.add_argument("--raw", action="store_true", help="spell out the first state")
    parser.add_argument(
        "--without-code",
        action="store_true",
        help="leave the runtime's code out of a plain one: whoever starts the chain has its own",
    )
    parser.add_argument(
        "--disable-default-bootnode",
        action="store_true",
        help="do not add this node, if its key is known, to a specification without boot nodes",
    )
    parser.set_defaults(run=_build_spec)


def _build_spec(args: argparse.Namespace) -> None:
    check_node_key(args)
    spec = chain_spec(chain_name(args))
    genesis = genesis_state(spec)  # also of a plain one: what is printed can be used
    if not args.disable_default_bootnode and not spec.boot_nodes:
        spec = _with_this_node(spec, args)
    with output(None) as out:
        if args.raw or spec.config is None:
            children = (
                (child, sorted(genesis.children[child].items()))
                for child in sorted(genesis.children)
            )
            write_raw(out, spec, sorted(genesis.top.items()), children)
        else:
            code = native_code() if spec.code is None else spec.code
            write_plain(out, spec, None if args.without_code else code)


def _with_this_node(spec: ChainSpec, args: argparse.Namespace) -> ChainSpec:
    """Add this node as boot node if it has a key, given by a flag or kept since its first start.

    polkadot-sdk makes a key and writes it to the base path; building a specification changes
    nothing here.
    """
    folder = database_base_path(args) / "chains" / spec.chain_id
    key = known_node_key(args.node_key, args.node_key_file, folder)
    if key is None:
        return spec
    return replace(spec, boot_nodes=(_DEFAULT_BOOT_NODE.format(peer_id(key.public)),))
