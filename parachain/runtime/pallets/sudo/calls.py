"""The dispatchables of pallet_sudo.

Source: substrate/frame/sudo/src/lib.rs of polkadot-sdk stable2409.
"""

from typing import Union

from parachain.primitives.address import MULTI_ADDRESS, MultiAddress
from parachain.primitives.dispatch_error import DispatchError
from parachain.primitives.dispatch_info import DispatchClass, Pays, PostDispatchInfo
from parachain.primitives.scale import Err, Ok, fields
from parachain.primitives.weight import WEIGHT, Weight
from parachain.runtime.frame.call import (
    RUNTIME_CALL,
    RuntimeCall,
    call_class,
    call_weight,
    dispatch_bypassing_filters,
)
from parachain.runtime.frame.error import DispatchFailed, ensure
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import ROOT, Origin, ensure_signed, is_root, signed
from parachain.runtime.pallets.sudo import weights
from parachain.runtime.pallets.sudo.declarations import (
    KEY_CHANGED,
    KEY_REMOVED,
    REQUIRE_SUDO,
    SUDID,
    SUDO_AS_DONE,
    key,
    pallet,
)
from parachain.runtime.pallets.system import lookup

_ADDRESS = MULTI_ADDRESS.named("AccountIdLookupOf<T>")
_CALL = RUNTIME_CALL.named("Box<<T as Config>::RuntimeCall>")

#: What every call of this pallet reports when it was the sudo account that made it.
_NO_FEE = PostDispatchInfo(None, Pays.NO)


def _ensure_sudo(ext: Ext, origin: Origin) -> None:
    """Fail with RequireSudo unless signed by the sudo account or root; else with BadOrigin."""
    if not is_root(origin):
        ensure(ensure_signed(origin) == key.get(ext), REQUIRE_SUDO)


def _result(
    ext: Ext, call: RuntimeCall, origin: Origin
) -> Union[Ok[tuple[()]], Err[DispatchError]]:
    try:
        dispatch_bypassing_filters(ext, call, origin)
    except DispatchFailed as failure:
        return Err(failure.error)
    return Ok(())


def _sudo_weight(call: RuntimeCall) -> Weight:
    return weights.SUDO.saturating_add(call_weight(call))


@pallet.call(0, fields(("call", _CALL)), weight=_sudo_weight, dispatch_class=call_class)
def sudo(ext: Ext, origin: Origin, call: RuntimeCall) -> PostDispatchInfo:
    """Make a call as root; an event has the result. The sudo account. Free."""
    _ensure_sudo(ext, origin)
    SUDID.deposit(ext, _result(ext, call, ROOT))
    return _NO_FEE


def _given_weight(_call: RuntimeCall, weight: Weight) -> Weight:
    return weight


def _class_beside_weight(call: RuntimeCall, _weight: Weight) -> DispatchClass:
    return call_class(call)


@pallet.call(
    1,
    fields(("call", _CALL), ("weight", WEIGHT)),
    weight=_given_weight,
    dispatch_class=_class_beside_weight,
)
def sudo_unchecked_weight(
    ext: Ext,
    origin: Origin,
    call: RuntimeCall,
    weight: Weight,  # noqa: ARG001  it is only declared
) -> PostDispatchInfo:
    """Make a call as root that counts with the given weight. The sudo account. Free."""
    _ensure_sudo(ext, origin)
    SUDID.deposit(ext, _result(ext, call, ROOT))
    return _NO_FEE


@pallet.call(2, fields(("new", _ADDRESS)), weight=weights.SET_KEY)
def set_key(ext: Ext, origin: Origin, new: MultiAddress) -> PostDispatchInfo:
    """Make another account the sudo account. The sudo account. Free."""
    _ensure_sudo(ext, origin)
    account = lookup(new)
    KEY_CHANGED.deposit(ext, key.get(ext), account)
    key.put(ext, account)
    return _NO_FEE


def _sudo_as_weight(_who: MultiAddress, call: RuntimeCall) -> Weight:
    return weights.SUDO_AS.saturating_add(call_weight(call))


def _class_behind_who(_who: MultiAddress, call: RuntimeCall) -> DispatchClass:
    return call_class(call)


@pallet.call(
    3,
    fields(("who", _ADDRESS), ("call", _CALL)),
    weight=_sudo_as_weight,
    dispatch_class=_class_behind_who,
)
def sudo_as(ext: Ext, origin: Origin, who: MultiAddress, call: RuntimeCall) -> PostDispatchInfo:
    """Make a call as if `who` had signed it; an event has the result. The sudo account. Free."""
    _ensure_sudo(ext, origin)
    account = lookup(who)
    SUDO_AS_DONE.deposit(ext, _result(ext, call, signed(account)))
    return _NO_FEE


@pallet.call(4, fields(), weight=weights.REMOVE_KEY)
def remove_key(ext: Ext, origin: Origin) -> PostDispatchInfo:
    """Give up the sudo account for good. The sudo account. Free."""
    _ensure_sudo(ext, origin)
    KEY_REMOVED.deposit(ext)
    key.kill(ext)
    return _NO_FEE


def genesis(ext: Ext, account: bytes) -> None:
    """Set the sudo account."""
    key.put(ext, account)
