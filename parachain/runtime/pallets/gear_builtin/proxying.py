"""The proxy actor: a program makes another account its proxy, or ends that.

The value of the message comes back with the reply. Source: gear,
vara/pallets/gear-builtin/src/proxy.rs and gbuiltins/proxy.
"""

from typing import NamedTuple, Union

from parachain.primitives.address import Id
from parachain.primitives.dispatch_error import DispatchError, Module
from parachain.primitives.scale import Codec, DecodeError, enum, fields, variant
from parachain.runtime.frame.call import RuntimeCall, actual_weight, dispatch, dispatch_info
from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import signed
from parachain.runtime.gear.ids import ACTOR_ID, ActorId
from parachain.runtime.gear.messages import StoredMessage
from parachain.runtime.pallets import balances, proxy
from parachain.runtime.pallets.gear_builtin.actors import (
    PROXY,
    Budget,
    BuiltinActor,
    BuiltinReply,
    refuse,
)
from parachain.runtime.pallets.proxy.permissions import PROXY_TYPE, ProxyType

#: What the sender is told of a message that is no request.
DECODING_ERROR = "Message decoding error"


class AddProxy(NamedTuple):
    """Let `delegate` act for the sender."""

    delegate: ActorId
    proxy_type: ProxyType


class RemoveProxy(NamedTuple):
    """Let `delegate` act for the sender no more."""

    delegate: ActorId
    proxy_type: ProxyType


Request = Union[AddProxy, RemoveProxy]

_BODY = fields(("delegate", ACTOR_ID), ("proxy_type", PROXY_TYPE))

REQUEST: Codec[Request] = enum(
    "gbuiltin_proxy::Request",
    variant(0, "AddProxy", AddProxy, _BODY),
    variant(1, "RemoveProxy", RemoveProxy, _BODY),
)


def _handle(ext: Ext, message: StoredMessage, budget: Budget) -> BuiltinReply:
    try:
        request, _ = REQUEST.read(message.payload, 0)  # what follows is not looked at
    except DecodeError:
        refuse(DECODING_ERROR)
    call = proxy.add_proxy if isinstance(request, AddProxy) else proxy.remove_proxy
    _dispatch(ext, message.source, call(Id(request.delegate), request.proxy_type, 0), budget)
    return BuiltinReply(b"", message.value)


def _dispatch(ext: Ext, source: ActorId, call: RuntimeCall, budget: Budget) -> None:
    """Make the call in the name of the sender, for the gas that it weighs."""
    info = dispatch_info(call)
    budget.check(info.weight.ref_time)
    try:
        post = dispatch(ext, call, signed(source))
    except DispatchFailed as failure:
        post_info = failure.post_info
        used = info.weight if post_info is None else actual_weight(info, post_info)
        budget.charge(used.ref_time)
        refuse(_text(failure.error))
    budget.charge(actual_weight(info, post).ref_time)


def _text(error: DispatchError) -> str:
    """The name of the error, as a Rust runtime knows it."""
    if isinstance(error, Module):
        index, number = error.error.index, error.error.error[0]
        for pallet in (proxy.pallet, balances.pallet):
            for declared in pallet.errors:
                if pallet.index == index and declared.index == number:
                    return declared.name
    return type(error).__name__


PROXY_ACTOR = BuiltinActor(PROXY, 0, _handle)
