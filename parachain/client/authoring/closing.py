"""What closes a block after its transactions: on a chain of Gear, processing the message queue.

The runtime makes these extrinsics, the author puts them in. They are no inherents: nothing of them
depends on the host, and no importer asks for them.
"""

from typing import Final

from parachain.client.chain.chain import Chain
from parachain.primitives.scale import U64, option

GEAR_API: Final = bytes.fromhex("ff8dc88037f26223")
"""Identifier of GearApi: blake2b-64 of the name."""

_MAX_GAS: Final = option(U64)


def closing_extrinsics(chain: Chain, parent: bytes) -> tuple[bytes, ...]:
    """Make the extrinsics that close a block above `parent`, with their length prefixes.

    Raises UnknownBlock, UnknownState, RuntimePanic.
    """
    apis = chain.runtime_version(parent).apis
    if not any(identifier == GEAR_API for identifier, _ in apis):
        return ()
    return (chain.runtime_call(parent, "GearApi_gear_run_extrinsic", _MAX_GAS.encode(None)),)
