"""The JSON-RPC methods of Gear: gear_*, gearBuiltin_queryId, runtime_wasmBlobVersion."""

from parachain.rpc.chain_feed import ChainFeed
from parachain.rpc.config import RpcConfig
from parachain.rpc.gear_info_methods import gear_info_methods
from parachain.rpc.gear_methods import gear_methods
from parachain.rpc.gear_subscriptions import gear_subscriptions
from parachain.rpc.methods import Namespace


def gear_namespaces(feed: ChainFeed, config: RpcConfig) -> list[Namespace]:
    """Return every namespace of Gear. Make them where trio runs."""
    return [
        gear_methods(feed.chain, config),
        gear_info_methods(feed.chain),
        gear_subscriptions(feed, config),
    ]
