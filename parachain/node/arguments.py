"""The command line: flags a Substrate operator knows, turned into a `NodeConfig`.

Flags that only make sense together, or ports that are none, are refused here in one line.
What the sub-commands do is in `commands`.
"""

import argparse
import os
from pathlib import Path
from typing import Final

from parachain.client.authoring.author import Sealing
from parachain.client.chain.finality import FinalityConfig
from parachain.client.chain.pruning import (
    ARCHIVE_CANONICAL_BLOCKS,
    BlocksPruning,
    parse_blocks_pruning,
)
from parachain.client.executor.runtime_executor import Execution
from parachain.client.state import Pruning
from parachain.client.state.pruning import parse_pruning
from parachain.node.config import DEVELOPMENT_NAMES, NodeConfig
from parachain.rpc.config import ListenAddress, MethodsPolicy, RpcConfig

MEBIBYTE = 1 << 20


class ArgumentError(Exception):
    """The command line asks for something that cannot be; the message says which flag."""


#: Blocks by which finality follows the best block; None for not by itself.
DEFAULT_FINALITY_LAG: Final = {Sealing.INTERVAL: 1, Sealing.INSTANT: 0, Sealing.MANUAL: None}


def port(text: str) -> int:
    """Read a TCP port; 0 lets the system choose."""
    if text.isascii() and text.isdigit() and int(text) <= 0xFFFF:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to 65535)")


def count(text: str) -> int:
    """Read a count of at least one."""
    if text.isascii() and text.isdigit() and 0 < int(text) < 1 << 32:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a positive number")


def whole(text: str) -> int:
    """Read a count that may be zero."""
    return 0 if text == "0" else count(text)


def state_pruning(text: str) -> Pruning:
    """Read `archive`, `archive-canonical` or a number of blocks."""
    try:
        return parse_pruning(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def blocks_pruning(text: str) -> BlocksPruning:
    """Read `archive`, `archive-canonical` or a number of blocks."""
    try:
        return parse_blocks_pruning(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def execution(text: str) -> Execution:
    """Read `auto`, `native` or `wasm`."""
    try:
        return Execution(text)
    except ValueError:
        known = ", ".join(Execution)
        raise argparse.ArgumentTypeError(f"{text!r} is none of {known}") from None


def add_chain(parser: argparse.ArgumentParser, *, sub_command: bool = True) -> None:
    """Add the flags that say which chain, where it lies, and what is logged.

    They may stand before a sub-command or after it: there, a flag that is not given has no value,
    so that the one before holds.
    """
    absent = argparse.SUPPRESS if sub_command else None
    parser.add_argument(
        "--chain",
        metavar="CHAIN",
        default=absent,
        help="dev, local, or the path of a chain specification",
    )
    parser.add_argument(
        "--dev",
        action="store_true",
        default=absent or False,
        help="the development chain; without a sub-command, with the keys of Alice and, unless "
        "--base-path is given, a temporary database",
    )
    parser.add_argument(
        "-d",
        "--base-path",
        type=Path,
        metavar="PATH",
        default=absent,
        help="folder of databases and keys",
    )
    parser.add_argument(
        "-l",
        "--log",
        action="append",
        dest="sub_command_log" if sub_command else "log",
        default=[],
        metavar="FILTER",
        help="log levels, such as debug or txpool=trace,rpc=debug; may be repeated",
    )
    parser.add_argument(
        "--log-format",
        choices=("text", "json"),
        default=absent or "text",
        help="form of log lines",
    )


def add_pruning(group: argparse._ActionsContainer, *, sub_command: bool = True) -> None:
    """Add the flags that say what the database keeps."""
    absent = argparse.SUPPRESS if sub_command else None
    group.add_argument(
        "--state-pruning",
        "--pruning",
        type=state_pruning,
        default=absent or Pruning(),
        metavar="MODE",
        help="archive, archive-canonical, or how many states are kept below the finalised block "
        "(256)",
    )
    group.add_argument(
        "--blocks-pruning",
        "--keep-blocks",
        type=blocks_pruning,
        default=absent or ARCHIVE_CANONICAL_BLOCKS,
        metavar="MODE",
        help="archive, archive-canonical (default), or how many bodies are kept below the "
        "finalised block",
    )


def add_execution(group: argparse._ActionsContainer, *, sub_command: bool = True) -> None:
    """Add the flag that says what executes blocks."""
    group.add_argument(
        "--execution",
        type=execution,
        metavar="WAY",
        default=argparse.SUPPRESS if sub_command else Execution.AUTO,
        help="what executes blocks: auto (default) runs the native runtime for the code that this "
        "node was released with and WebAssembly for all other, native and wasm choose one",
    )


def add_node_key(group: argparse._ActionsContainer, *, sub_command: bool = True) -> None:
    """Add the flags that give the node's network identity."""
    absent = argparse.SUPPRESS if sub_command else None
    group.add_argument(
        "--node-key", metavar="HEX", default=absent, help="secret of the network identity"
    )
    group.add_argument(
        "--node-key-file", type=Path, metavar="PATH", default=absent, help="file of that secret"
    )


def add_finality(group: argparse._ActionsContainer, *, sub_command: bool = True) -> None:
    """Add the flag that says how far finality stays behind on a chain without relay."""
    group.add_argument(
        "--finality-lag",
        type=whole,
        default=argparse.SUPPRESS if sub_command else None,
        metavar="BLOCKS",
        help="blocks by which finality follows the best block on a chain without relay: 1 for "
        "sealing in slots, 0 for instant sealing, on request only for manual sealing",
    )


def add_run(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a running node."""
    add_chain(parser, sub_command=False)
    node = parser.add_argument_group("node")
    node.add_argument("--tmp", action="store_true", help="a temporary folder, removed at exit")
    node.add_argument("--name", default=None, help="name of the node in logs")
    keys = node.add_mutually_exclusive_group()
    for name in DEVELOPMENT_NAMES:
        keys.add_argument(
            f"--{name}",
            dest="key_of",
            action="store_const",
            const=name,
            help=f"hold the keys of //{name.title()} and author",
        )
    for name in ("--validator", "--collator"):
        node.add_argument(name, dest="authority", action="store_true", help="author blocks")
    node.add_argument(
        "--sealing",
        choices=[mode.value for mode in Sealing],
        default="interval",
        help="when blocks are made: in slots, for each transaction, or by engine_createBlock",
    )
    add_pruning(node, sub_command=False)
    add_execution(node, sub_command=False)
    add_finality(node, sub_command=False)
    _add_rpc(parser.add_argument_group("JSON-RPC"))
    network = parser.add_argument_group("network")
    network.add_argument("--port", type=port, default=30333, help="TCP port of the network")
    add_node_key(network, sub_command=False)
    metrics = parser.add_argument_group("metrics")
    metrics.add_argument("--prometheus-port", type=port, default=9615, help="port of metrics")
    metrics.add_argument("--prometheus-external", action="store_true", help="serve all interfaces")
    metrics.add_argument("--no-prometheus", action="store_true", help="serve no metrics")


def _add_rpc(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--rpc-port", type=port, default=9944, help="HTTP and WebSocket port (9944)")
    group.add_argument("--rpc-external", action="store_true", help="listen on all interfaces")
    group.add_argument("--unsafe-rpc-external", action="store_true", help="the same")
    group.add_argument(
        "--rpc-cors",
        metavar="ORIGINS",
        help="origins of web pages that may connect, by comma, or all",
    )
    group.add_argument(
        "--rpc-methods",
        choices=[policy.value for policy in MethodsPolicy],
        default="auto",
        help="whether unsafe methods are served: auto serves them on loopback",
    )
    group.add_argument("--rpc-max-connections", type=count, default=100, metavar="COUNT")
    group.add_argument("--rpc-max-request-size", type=count, default=15, metavar="MIB")
    group.add_argument("--rpc-max-response-size", type=count, default=15, metavar="MIB")
    group.add_argument("--rpc-max-subscriptions-per-connection", type=count, default=1024)
    group.add_argument(
        "--rpc-calculations-multiplier",
        type=count,
        default=64,
        metavar="BLOCKS",
        help="one question to programs may burn the gas of so many blocks (64)",
    )
    group.add_argument(
        "--rpc-max-batch-size",
        type=count,
        default=256,
        metavar="COUNT",
        help="programs that may be asked for their states at once (256)",
    )


def chain_name(args: argparse.Namespace) -> str:
    """Return which chain the flags ask for. Raises ArgumentError."""
    if args.chain is not None:
        return str(args.chain)
    if args.dev:
        return "dev"
    raise ArgumentError("say which chain: --dev, or --chain with a specification")


def base_path(args: argparse.Namespace) -> Path | None:
    """Return the folder the flags ask for; None for a temporary one."""
    if getattr(args, "tmp", False):
        if args.base_path is not None:
            raise ArgumentError("--tmp and --base-path exclude each other")
        return None
    if args.base_path is not None:
        return Path(args.base_path)
    return None if args.dev else default_base_path()


def database_base_path(args: argparse.Namespace) -> Path:
    """Return the folder in which a sub-command finds databases: it never is a temporary one."""
    return default_base_path() if args.base_path is None else Path(args.base_path)


def default_base_path() -> Path:
    """Return the folder of a node that was given none."""
    data_home = os.environ.get("XDG_DATA_HOME", "")
    root = Path(data_home) if data_home.startswith("/") else Path.home() / ".local" / "share"
    return root / "gear-parachain"


def log_filters(args: argparse.Namespace) -> tuple[str, ...]:
    """Return the log filters given before and after the sub-command."""
    return (*args.log, *getattr(args, "sub_command_log", ()))


def check_node_key(args: argparse.Namespace) -> None:
    """Refuse two node keys. Raises ArgumentError."""
    if args.node_key is not None and args.node_key_file is not None:
        raise ArgumentError("--node-key and --node-key-file exclude each other")


def node_config(args: argparse.Namespace) -> NodeConfig:
    """Make the configuration of a node. Raises ArgumentError."""
    chain = chain_name(args)
    key_of = args.key_of or ("alice" if args.dev else None)
    check_node_key(args)
    return NodeConfig(
        chain=chain,
        base_path=base_path(args),
        name=args.name or (key_of.title() if key_of else "gear-node"),
        key_uri=f"//{key_of.title()}" if key_of else None,
        authority=bool(args.authority or key_of),
        sealing=Sealing(args.sealing),
        state_pruning=args.state_pruning,
        blocks_pruning=args.blocks_pruning,
        execution=args.execution,
        finality=finality(Sealing(args.sealing), args.finality_lag),
        rpc=_rpc_config(args),
        port=args.port,
        node_key=args.node_key,
        node_key_file=args.node_key_file,
        prometheus_port=None if args.no_prometheus else args.prometheus_port,
        prometheus_external=args.prometheus_external,
        log_filters=log_filters(args),
        log_format=args.log_format,
    )


def finality(sealing: Sealing, lag_blocks: int | None) -> FinalityConfig | None:
    """Return how finality follows: as the operator says, or as it suits the way of sealing.

    A block made for one transaction is the last for a while: nothing would come to finalise it.
    Who makes blocks by hand also says which are final.
    """
    if lag_blocks is None:
        lag_blocks = DEFAULT_FINALITY_LAG[sealing]
    return None if lag_blocks is None else FinalityConfig(lag_blocks=lag_blocks)


def _rpc_config(args: argparse.Namespace) -> RpcConfig:
    external = args.rpc_external or args.unsafe_rpc_external
    if external:
        listen = (
            ListenAddress("0.0.0.0", args.rpc_port),  # noqa: S104  that is what the flag asks for
            ListenAddress("::", args.rpc_port, optional=True),
        )
    else:
        listen = (
            ListenAddress("127.0.0.1", args.rpc_port),
            ListenAddress("::1", args.rpc_port, optional=True),
        )
    default = RpcConfig()
    if args.rpc_cors is None:
        origins = None if args.dev else default.cors_origins
    elif args.rpc_cors == "all":
        origins = None
    else:
        origins = tuple(origin.strip() for origin in args.rpc_cors.split(",") if origin.strip())
    return RpcConfig(
        listen=listen,
        cors_origins=origins,
        methods=MethodsPolicy(args.rpc_methods),
        max_request_bytes=args.rpc_max_request_size * MEBIBYTE,
        max_response_bytes=args.rpc_max_response_size * MEBIBYTE,
        max_connections=args.rpc_max_connections,
        max_subscriptions_per_connection=args.rpc_max_subscriptions_per_connection,
        gear_allowance_multiplier=args.rpc_calculations_multiplier,
        gear_max_batch_items=args.rpc_max_batch_size,
    )
