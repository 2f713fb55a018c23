"""The legacy JSON-RPC methods: those of sc-rpc and frame RPC crates before the *_v1 groups.

Not here: the methods of the JSON-RPC interface specification (`new_spec`), and Gear's own.
"""

import time

from parachain.client.chain.chain import Chain
from parachain.rpc.account_methods import account_methods
from parachain.rpc.author_methods import author_methods
from parachain.rpc.backend import Authoring, Keys, LogFilters, NodeInfo, Transactions
from parachain.rpc.block_stats_methods import block_stats_methods
from parachain.rpc.chain_feed import ChainFeed
from parachain.rpc.chain_methods import chain_methods
from parachain.rpc.childstate_methods import childstate_methods
from parachain.rpc.dev_methods import dev_methods
from parachain.rpc.engine_methods import engine_methods
from parachain.rpc.methods import Namespace
from parachain.rpc.offchain_methods import LocalStorage, offchain_methods
from parachain.rpc.payment_methods import payment_methods
from parachain.rpc.state_methods import state_methods
from parachain.rpc.state_reader import StateReader
from parachain.rpc.state_runtime_methods import state_runtime_methods
from parachain.rpc.state_subscriptions import state_subscriptions
from parachain.rpc.system_methods import system_methods


def legacy_namespaces(
    chain: Chain,
    feed: ChainFeed,
    transactions: Transactions,
    authoring: Authoring,
    keys: Keys,
    log_filters: LogFilters,
    info: NodeInfo,
) -> list[Namespace]:
    """Return every legacy namespace; what makes blocks on development chains only.

    Registers a callback with the feed, whose other callbacks should come later: clients are told
    of changed storage first.
    """
    reader = StateReader(chain, time.monotonic)
    namespaces = [
        system_methods(chain, info, log_filters),
        account_methods(chain, transactions.pool),
        chain_methods(chain, feed),
        state_methods(reader),
        state_runtime_methods(chain),
        state_subscriptions(reader, feed),
        childstate_methods(reader),
        author_methods(chain, transactions, keys),
        payment_methods(chain),
        offchain_methods(LocalStorage()),
        block_stats_methods(chain),
    ]
    if info.development:
        namespaces += [
            engine_methods(chain, transactions, authoring),
            dev_methods(chain, authoring),
        ]
    return namespaces
