"""Which builtin actors there are, by their ids, and the processing of messages to them.

Source: gear, vara/pallets/gear-builtin/src/lib.rs.
"""

from typing import Dict, Tuple

from parachain.primitives.blake2b import blake2b
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.dispatch import DispatchKind, StoredDispatch, incoming
from parachain.runtime.gear.ids import ActorId, builtin_id
from parachain.runtime.gear.journal import Journal
from parachain.runtime.gear.message_context import Sent
from parachain.runtime.gear.packets import ReplyPacket, reply_dispatch
from parachain.runtime.gear.processing import (
    nothing_executed,
    process_allowance_exceed,
    process_execution_error,
    process_success,
)
from parachain.runtime.gear.reservation import system_reservation
from parachain.runtime.gear.termination import Succeeded
from parachain.runtime.pallets.gear_builtin.absent import (
    ETH_BRIDGE_ACTOR,
    STAKING_ACTOR,
)
from parachain.runtime.pallets.gear_builtin.actors import (
    Budget,
    BuiltinActor,
    BuiltinOutOfAllowance,
    BuiltinRefused,
)
from parachain.runtime.pallets.gear_builtin.curve import BLS12_381_ACTOR
from parachain.runtime.pallets.gear_builtin.proxying import PROXY_ACTOR

#: Gas of the block for having the actors at hand when messages are processed.
CREATE_DISPATCHER_GAS = 1_693_000


def actor_id(number: int) -> ActorId:
    """The id of a builtin actor, be there one or not."""
    return builtin_id(_blake2_256, number)


def _blake2_256(data: bytes) -> bytes:
    return blake2b(data, 32)


def _by_id(actors: Tuple[BuiltinActor, ...]) -> Dict[ActorId, BuiltinActor]:
    return {actor_id(actor.number): actor for actor in actors}


#: Never changed.
ACTORS = _by_id((BLS12_381_ACTOR, STAKING_ACTOR, ETH_BRIDGE_ACTOR, PROXY_ACTOR))


def is_builtin(actor: ActorId) -> bool:
    """Whether that is the id of a builtin actor."""
    return actor in ACTORS


def process(
    ext: Ext, actor: BuiltinActor, dispatch: StoredDispatch, gas_limit: int, allowance: int
) -> Journal:
    """Let the actor handle a message; return what is to be done then.

    Raises ValueError for anything but a first message to `handle`: builtin actors send nothing
    that could be replied to, and never wait.
    """
    if dispatch.kind is not DispatchKind.HANDLE or dispatch.context is not None:
        raise ValueError("%s to builtin actor %d" % (dispatch.kind.name, actor.number))
    address = dispatch.message.destination
    to_actor = incoming(dispatch, gas_limit)
    if actor.max_gas > allowance:
        return process_allowance_exceed(to_actor, address, 0)
    budget = Budget(gas_limit, allowance)
    try:
        reply = actor.handle(ext, dispatch.message, budget)
    except BuiltinOutOfAllowance:
        return process_allowance_exceed(to_actor, address, 0)
    except BuiltinRefused as refused:
        aside = system_reservation(to_actor)
        burned = budget.gas.burned
        return process_execution_error(
            ext.blake2_256, to_actor, address, burned, aside, refused.trap
        )
    message = dispatch.message
    answer = reply_dispatch(
        ext.blake2_256,
        address,
        message.source,
        message.id,
        ReplyPacket(reply.payload, None, reply.value),
    )
    result = nothing_executed(to_actor, budget.gas.amount())._replace(
        dispatches=(Sent(answer, 0, None),), reply_sent=True
    )
    return process_success(ext.blake2_256, to_actor, address, Succeeded(), result)
