"""system_*: what this node is, how it is doing, and the levels of its log.

Source: polkadot-sdk stable2409, substrate/client/rpc-api/src/system. The node has no peer-to-peer
network yet: it has no peers, and reserving one is refused.
"""

from typing import Final

from parachain.client.chain.chain import Chain
from parachain.primitives.ss58 import ALPHABET
from parachain.rpc.backend import LogFilters, NodeInfo
from parachain.rpc.jsonrpc import INTERNAL_ERROR, RpcError
from parachain.rpc.methods import Namespace, method
from parachain.rpc.params import param, params
from parachain.rpc.parsers import STRING

MALFORMATTED_PEER: Final = 2002

_NO_PEERS: Final[list[object]] = []


def system_methods(chain: Chain, info: NodeInfo, log_filters: LogFilters) -> Namespace:
    """Return the methods of system_* that concern the node."""
    started_at = chain.best.number

    def sync_state() -> object:
        best = chain.best.number
        return {"startingBlock": started_at, "currentBlock": best, "highestBlock": best}

    def add_log_filter(directives: str) -> object:
        try:
            log_filters.add(directives)
        except ValueError as error:
            raise RpcError(INTERNAL_ERROR, str(error)) from None
        return None

    def reset_log_filter() -> object:
        log_filters.reset()
        return None

    network_state: dict[str, object] = {
        "peerId": info.peer_id,
        "listenedAddresses": list(info.listen_addresses),
        "externalAddresses": [],
        "connectedPeers": {},
        "notConnectedPeers": {},
        "peerset": None,
    }
    return [
        method("system_name", lambda: info.name, params()),
        method("system_version", lambda: info.version, params()),
        method("system_chain", lambda: info.chain_name, params()),
        method("system_chainType", lambda: info.chain_type, params()),
        method("system_properties", lambda: info.properties, params()),
        method("system_health", lambda: _HEALTH, params()),
        method("system_localPeerId", lambda: info.peer_id, params()),
        method("system_localListenAddresses", lambda: info.listen_addresses, params()),
        method("system_peers", lambda: _NO_PEERS, params(), unsafe=True),
        method("system_unstable_networkState", lambda: network_state, params(), unsafe=True),
        method(
            "system_addReservedPeer", _add_reserved_peer, params(param("peer", STRING)), unsafe=True
        ),
        method(
            "system_removeReservedPeer",
            _remove_reserved_peer,
            params(param("peerId", STRING)),
            unsafe=True,
        ),
        method("system_reservedPeers", lambda: _NO_PEERS, params()),
        method("system_nodeRoles", lambda: info.roles, params()),
        method("system_syncState", sync_state, params()),
        method(
            "system_addLogFilter", add_log_filter, params(param("directives", STRING)), unsafe=True
        ),
        method("system_resetLogFilter", reset_log_filter, params(), unsafe=True),
    ]


#: Without boot nodes a node is not expected to find peers.
_HEALTH: Final = {"peers": 0, "isSyncing": False, "shouldHavePeers": False}


def _add_reserved_peer(peer: str) -> object:
    _, found, peer_id = peer.rpartition("/p2p/")
    if not peer.startswith("/") or not found or not peer_id:
        raise RpcError(MALFORMATTED_PEER, "Peer id is missing from the address")
    raise RpcError(INTERNAL_ERROR, "this node has no peer-to-peer network to reserve a peer in")


def _remove_reserved_peer(peer_id: str) -> object:
    for place, character in enumerate(peer_id):
        if character not in ALPHABET:
            raise RpcError(
                MALFORMATTED_PEER,
                "base-58 decode error: provided string contained invalid character "
                f"{character!r} at byte {place}",
            )
    return None
