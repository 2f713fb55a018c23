"""The dispatchables of pallet_proxy.

Source: substrate/frame/proxy/src/lib.rs of polkadot-sdk stable2409.
"""

from typing import Optional

from parachain.primitives.address import MULTI_ADDRESS, MultiAddress
from parachain.primitives.dispatch_info import DispatchClass
from parachain.primitives.scale import COMPACT_U32, H256, U16, U32, fields, option
from parachain.primitives.weight import Weight
from parachain.runtime.frame.call import RUNTIME_CALL, RuntimeCall, call_class, call_weight
from parachain.runtime.frame.error import DispatchFailed, ensure, fail
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import Origin, ensure_signed
from parachain.runtime.pallets import balances, system
from parachain.runtime.pallets.proxy import weights
from parachain.runtime.pallets.proxy.declarations import (
    ANNOUNCED,
    DUPLICATE,
    MAX_PENDING,
    NO_PERMISSION,
    PURE_CREATED,
    TOO_MANY,
    UNANNOUNCED,
    Announcement,
    ProxyDefinition,
    announcements,
    pallet,
    proxies,
)
from parachain.runtime.pallets.proxy.delegation import (
    add_proxy_delegate,
    announcement_deposit,
    change_deposit,
    find_proxy,
    make_call,
    proxy_deposit,
    pure_account,
    remove_all_proxy_delegates,
    remove_proxy_delegate,
    retain_announcements,
)
from parachain.runtime.pallets.proxy.permissions import PROXY_TYPE, ProxyType
from parachain.runtime.pallets.system import lookup

_ADDRESS = MULTI_ADDRESS.named("AccountIdLookupOf<T>")
_CALL = RUNTIME_CALL.named("Box<<T as Config>::RuntimeCall>")
_TYPE = PROXY_TYPE.named("T::ProxyType")
_MAYBE_TYPE = option(PROXY_TYPE).named("Option<T::ProxyType>")
_BLOCKS = U32.named("BlockNumberFor<T>")
_CALL_HASH = H256.named("CallHashOf<T>")


def _proxy_weight(
    _real: MultiAddress, _proxy_type: Optional[ProxyType], call: RuntimeCall
) -> Weight:
    return weights.PROXY.saturating_add(call_weight(call))


def _proxy_class(
    _real: MultiAddress, _proxy_type: Optional[ProxyType], call: RuntimeCall
) -> DispatchClass:
    return call_class(call)


@pallet.call(
    0,
    fields(("real", _ADDRESS), ("force_proxy_type", _MAYBE_TYPE), ("call", _CALL)),
    weight=_proxy_weight,
    dispatch_class=_proxy_class,
)
def proxy(
    ext: Ext,
    origin: Origin,
    real: MultiAddress,
    force_proxy_type: Optional[ProxyType],
    call: RuntimeCall,
) -> None:
    """Make a call in the name of an account that the sender is a proxy of.

    An event has the result. Signed. Fails with NotProxy, or Unannounced if the proxy has a delay.
    """
    who = ensure_signed(origin)
    account = lookup(real)
    definition = find_proxy(ext, account, who, force_proxy_type)
    ensure(definition.delay == 0, UNANNOUNCED)
    make_call(ext, definition, account, call)


@pallet.call(
    1,
    fields(("delegate", _ADDRESS), ("proxy_type", _TYPE), ("delay", _BLOCKS)),
    weight=weights.ADD_PROXY,
)
def add_proxy(
    ext: Ext, origin: Origin, delegate: MultiAddress, proxy_type: ProxyType, delay: int
) -> None:
    """Make an account a proxy of the sender. Signed. Fails as `add_proxy_delegate`."""
    who = ensure_signed(origin)
    add_proxy_delegate(ext, who, lookup(delegate), proxy_type, delay)


@pallet.call(
    2,
    fields(("delegate", _ADDRESS), ("proxy_type", _TYPE), ("delay", _BLOCKS)),
    weight=weights.REMOVE_PROXY,
)
def remove_proxy(
    ext: Ext, origin: Origin, delegate: MultiAddress, proxy_type: ProxyType, delay: int
) -> None:
    """Remove a proxy of the sender. Signed. Fails with NotFound."""
    who = ensure_signed(origin)
    remove_proxy_delegate(ext, who, lookup(delegate), proxy_type, delay)


@pallet.call(3, fields(), weight=weights.REMOVE_PROXIES)
def remove_proxies(ext: Ext, origin: Origin) -> None:
    """Remove all proxies of the sender; an account without a key is lost by it. Signed."""
    remove_all_proxy_delegates(ext, ensure_signed(origin))


@pallet.call(
    4,
    fields(("proxy_type", _TYPE), ("delay", _BLOCKS), ("index", U16)),
    weight=weights.CREATE_PURE,
)
def create_pure(ext: Ext, origin: Origin, proxy_type: ProxyType, delay: int, index: int) -> None:
    """Create an account that nobody has a key of, with the sender as its proxy.

    `index` tells accounts apart that one extrinsic creates. Signed. Fails with Duplicate, and for
    want of the deposit.
    """
    who = ensure_signed(origin)
    pure = pure_account(ext, who, proxy_type, index)
    ensure(not proxies.contains(ext, pure), DUPLICATE)
    deposit = proxy_deposit(1)
    balances.reserve(ext, who, deposit)
    proxies.put(ext, pure, ((ProxyDefinition(who, proxy_type, delay),), deposit))
    PURE_CREATED.deposit(ext, pure, who, proxy_type, index)


@pallet.call(
    5,
    fields(
        ("spawner", _ADDRESS),
        ("proxy_type", _TYPE),
        ("index", U16),
        ("height", COMPACT_U32.named("BlockNumberFor<T>")),
        ("ext_index", COMPACT_U32.named("u32")),
    ),
    weight=weights.KILL_PURE,
)
def kill_pure(
    ext: Ext,
    origin: Origin,
    spawner: MultiAddress,
    proxy_type: ProxyType,
    index: int,
    height: int,
    ext_index: int,
) -> None:
    """Remove the proxies of the sender, an account that `create_pure` made; its funds are lost.

    The parameters are those of its creation; the spawner gets the deposit back. Signed. Fails
    with NoPermission.
    """
    who = ensure_signed(origin)
    creator = lookup(spawner)
    pure = pure_account(ext, creator, proxy_type, index, (height, ext_index))
    ensure(pure == who, NO_PERMISSION)
    _, deposit = proxies.take(ext, who)
    balances.unreserve(ext, creator, deposit)


@pallet.call(6, fields(("real", _ADDRESS), ("call_hash", _CALL_HASH)), weight=weights.ANNOUNCE)
def announce(ext: Ext, origin: Origin, real: MultiAddress, call_hash: bytes) -> None:
    """Announce a call that the sender will make as a proxy with a delay, by its hash.

    Signed. Fails with NotProxy, TooMany, and for want of the deposit.
    """
    who = ensure_signed(origin)
    account = lookup(real)
    find_proxy(ext, account, who, None)
    pending, deposit = announcements.get(ext, who)
    ensure(len(pending) < MAX_PENDING, TOO_MANY)
    pending = (*pending, Announcement(account, call_hash, system.block_number(ext)))
    new_deposit = announcement_deposit(len(pending))
    change_deposit(ext, who, deposit, new_deposit)
    announcements.put(ext, who, (pending, new_deposit))
    ANNOUNCED.deposit(ext, account, who, call_hash)


def _is_other(announcement: Announcement, real: bytes, call_hash: bytes) -> bool:
    return announcement.real != real or announcement.call_hash != call_hash


@pallet.call(
    7,
    fields(("real", _ADDRESS), ("call_hash", _CALL_HASH)),
    weight=weights.REMOVE_ANNOUNCEMENT,
)
def remove_announcement(ext: Ext, origin: Origin, real: MultiAddress, call_hash: bytes) -> None:
    """Take back an announcement of the sender. Signed. Fails with NotFound."""
    who = ensure_signed(origin)
    account = lookup(real)
    retain_announcements(ext, who, lambda item: _is_other(item, account, call_hash))


@pallet.call(
    8,
    fields(("delegate", _ADDRESS), ("call_hash", _CALL_HASH)),
    weight=weights.REJECT_ANNOUNCEMENT,
)
def reject_announcement(ext: Ext, origin: Origin, delegate: MultiAddress, call_hash: bytes) -> None:
    """Drop an announcement that a proxy of the sender made. Signed. Fails with NotFound."""
    who = ensure_signed(origin)
    retain_announcements(ext, lookup(delegate), lambda item: _is_other(item, who, call_hash))


def _announced_weight(
    _delegate: MultiAddress,
    _real: MultiAddress,
    _proxy_type: Optional[ProxyType],
    call: RuntimeCall,
) -> Weight:
    return weights.PROXY_ANNOUNCED.saturating_add(call_weight(call))


def _announced_class(
    _delegate: MultiAddress,
    _real: MultiAddress,
    _proxy_type: Optional[ProxyType],
    call: RuntimeCall,
) -> DispatchClass:
    return call_class(call)


@pallet.call(
    9,
    fields(
        ("delegate", _ADDRESS),
        ("real", _ADDRESS),
        ("force_proxy_type", _MAYBE_TYPE),
        ("call", _CALL),
    ),
    weight=_announced_weight,
    dispatch_class=_announced_class,
)
def proxy_announced(
    ext: Ext,
    origin: Origin,
    delegate: MultiAddress,
    real: MultiAddress,
    force_proxy_type: Optional[ProxyType],
    call: RuntimeCall,
) -> None:
    """Make a call that a proxy has announced, once its delay is over; anyone may send it.

    The announcement goes; an event has the result. Signed. Fails with NotProxy or Unannounced.
    """
    ensure_signed(origin)
    agent = lookup(delegate)
    account = lookup(real)
    definition = find_proxy(ext, account, agent, force_proxy_type)
    call_hash = ext.blake2_256(call.encode())
    now = system.block_number(ext)

    def keeps(item: Announcement) -> bool:
        return _is_other(item, account, call_hash) or now - item.height < definition.delay

    try:
        retain_announcements(ext, agent, keeps)
    except DispatchFailed:
        fail(UNANNOUNCED)
    make_call(ext, definition, account, call)
