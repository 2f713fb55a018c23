"""Actors of Vara that this chain has no pallet for: they refuse every message."""

from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.messages import StoredMessage
from parachain.runtime.pallets.gear_builtin.actors import (
    ETH_BRIDGE,
    STAKING,
    Budget,
    BuiltinActor,
    BuiltinReply,
    refuse,
)

#: The payload of the error reply.
NOT_AVAILABLE = "Builtin actor is not available on this chain"


def _handle(ext: Ext, message: StoredMessage, budget: Budget) -> BuiltinReply:  # noqa: ARG001  # one signature for all actors
    refuse(NOT_AVAILABLE)


STAKING_ACTOR = BuiltinActor(STAKING, 0, _handle)
ETH_BRIDGE_ACTOR = BuiltinActor(ETH_BRIDGE, 0, _handle)
