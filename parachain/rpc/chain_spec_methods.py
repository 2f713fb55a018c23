"""chainSpec_v1_*: what the chain specification says. Source: json-rpc-interface-spec."""

from parachain.client.chain.chain import Chain
from parachain.rpc.backend import NodeInfo
from parachain.rpc.methods import Namespace, method
from parachain.rpc.params import params
from parachain.rpc.render import render_bytes


def chain_spec_methods(chain: Chain, info: NodeInfo) -> Namespace:
    """Return the methods of chainSpec_v1_*."""
    genesis_hash = render_bytes(chain.genesis_hash)
    properties = dict(info.properties)
    return [
        method("chainSpec_v1_chainName", lambda: info.chain_name, params()),
        method("chainSpec_v1_genesisHash", lambda: genesis_hash, params()),
        method("chainSpec_v1_properties", lambda: properties, params()),
    ]
