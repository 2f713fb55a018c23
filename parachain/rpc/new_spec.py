"""The methods of the JSON-RPC interface specification (json-rpc-interface-spec), all of them."""

from parachain.client.chain.chain import Chain
from parachain.rpc.archive_methods import archive_methods
from parachain.rpc.backend import NodeInfo, Transactions
from parachain.rpc.chain_feed import ChainFeed
from parachain.rpc.chain_head_methods import chain_head_methods
from parachain.rpc.chain_spec_methods import chain_spec_methods
from parachain.rpc.methods import Namespace
from parachain.rpc.transaction_methods import transaction_methods
from parachain.rpc.transaction_watch_methods import transaction_watch_methods


def new_spec_namespaces(
    chain: Chain, feed: ChainFeed, transactions: Transactions, info: NodeInfo
) -> list[Namespace]:
    """Return the namespaces chainHead_v1, chainSpec_v1, transaction(Watch)_v1 and archive_v1.

    `feed` must be attached before the first subscription.
    """
    return [
        chain_head_methods(chain, feed),
        chain_spec_methods(chain, info),
        transaction_methods(transactions, feed),
        transaction_watch_methods(transactions),
        archive_methods(chain),
    ]
