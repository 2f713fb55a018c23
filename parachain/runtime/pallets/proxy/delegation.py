"""Who is whose proxy, what the deposits are, and a call made by a proxy.

Source: substrate/frame/proxy/src/lib.rs of polkadot-sdk stable2409.
"""

from typing import Callable, Optional, Tuple

from parachain.primitives.scale import Err, Ok
from parachain.runtime.frame.call import RuntimeCall, dispatch
from parachain.runtime.frame.error import DispatchFailed, ensure, fail
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import Origin, Signed
from parachain.runtime.pallets import balances, system
from parachain.runtime.pallets.proxy.declarations import (
    ANNOUNCEMENT_DEPOSIT_BASE,
    ANNOUNCEMENT_DEPOSIT_FACTOR,
    DUPLICATE,
    MAX_PROXIES,
    NO_SELF_PROXY,
    NOT_FOUND,
    NOT_PROXY,
    PROXY_ADDED,
    PROXY_DEPOSIT_BASE,
    PROXY_DEPOSIT_FACTOR,
    PROXY_EXECUTED,
    PROXY_REMOVED,
    TOO_MANY,
    Announcement,
    ProxyDefinition,
    announcements,
    pallet,
    proxies,
)
from parachain.runtime.pallets.proxy.permissions import ProxyType, is_superset, permits

# -- accounts and deposits ---------------------------------------------------------------------


def pure_account(
    ext: Ext,
    who: bytes,
    proxy_type: ProxyType,
    index: int,
    when: Optional[Tuple[int, int]] = None,
) -> bytes:
    """Account that `who` creates with these parameters in a block and extrinsic (default: now)."""
    height, ext_index = when or (system.block_number(ext), system.extrinsic_index(ext) or 0)
    return ext.blake2_256(
        b"modlpy/proxy____"
        + who
        + height.to_bytes(4, "little")
        + ext_index.to_bytes(4, "little")
        + bytes((proxy_type,))
        + index.to_bytes(2, "little")
    )


def proxy_deposit(count: int) -> int:
    """Plancks reserved for so many proxies."""
    return PROXY_DEPOSIT_BASE + PROXY_DEPOSIT_FACTOR * count if count else 0


def announcement_deposit(count: int) -> int:
    """Plancks reserved for so many announcements."""
    return ANNOUNCEMENT_DEPOSIT_BASE + ANNOUNCEMENT_DEPOSIT_FACTOR * count if count else 0


def change_deposit(ext: Ext, who: bytes, old: int, new: int) -> None:
    """Reserve or give back the difference. Fails as `balances.reserve`."""
    if new > old:
        balances.reserve(ext, who, new - old)
    elif new < old:
        balances.unreserve(ext, who, old - new)


# -- proxies -----------------------------------------------------------------------------------


def add_proxy_delegate(
    ext: Ext, delegator: bytes, delegatee: bytes, proxy_type: ProxyType, delay: int
) -> None:
    """Make `delegatee` a proxy of `delegator`.

    Fails with NoSelfProxy, Duplicate, TooMany, and for want of the deposit.
    """
    ensure(delegator != delegatee, NO_SELF_PROXY)
    listed, deposit = proxies.get(ext, delegator)
    added = ProxyDefinition(delegatee, proxy_type, delay)
    ensure(added not in listed, DUPLICATE)
    ensure(len(listed) < MAX_PROXIES, TOO_MANY)
    listed = tuple(sorted((*listed, added)))
    new_deposit = proxy_deposit(len(listed))
    change_deposit(ext, delegator, deposit, new_deposit)
    PROXY_ADDED.deposit(ext, delegator, delegatee, proxy_type, delay)
    proxies.put(ext, delegator, (listed, new_deposit))


def remove_proxy_delegate(
    ext: Ext, delegator: bytes, delegatee: bytes, proxy_type: ProxyType, delay: int
) -> None:
    """Undo `add_proxy_delegate` with the same parameters. Fails with NotFound."""
    listed, deposit = proxies.get(ext, delegator)
    removed = ProxyDefinition(delegatee, proxy_type, delay)
    ensure(removed in listed, NOT_FOUND)
    left = tuple(definition for definition in listed if definition != removed)
    new_deposit = proxy_deposit(len(left))
    change_deposit(ext, delegator, deposit, new_deposit)
    PROXY_REMOVED.deposit(ext, delegator, delegatee, proxy_type, delay)
    if left:
        proxies.put(ext, delegator, (left, new_deposit))
    else:
        proxies.remove(ext, delegator)


def remove_all_proxy_delegates(ext: Ext, delegator: bytes) -> None:
    """Remove all proxies of an account and give back the deposit."""
    _, deposit = proxies.take(ext, delegator)
    balances.unreserve(ext, delegator, deposit)


def find_proxy(
    ext: Ext, real: bytes, delegate: bytes, proxy_type: Optional[ProxyType]
) -> ProxyDefinition:
    """Return the first proxy that `delegate` is of `real`, of this type if one is given.

    Fails with NotProxy.
    """
    for definition in proxies.get(ext, real)[0]:
        if definition.delegate == delegate and proxy_type in (None, definition.proxy_type):
            return definition
    return fail(NOT_PROXY)


# -- calls by proxies --------------------------------------------------------------------------


def _filter(definition: ProxyDefinition) -> Callable[[RuntimeCall], bool]:
    """Return what calls of a proxy must pass: the filter of its type, and no way to more rights."""
    own = definition.proxy_type

    def passes(call: RuntimeCall) -> bool:
        declaration = call.declaration
        name = declaration.name if declaration.pallet is pallet else ""
        if name in ("add_proxy", "remove_proxy"):
            _delegate, proxy_type, _delay = call.args
            if not is_superset(own, proxy_type):
                return False
        if name in ("remove_proxies", "kill_pure") and own is not ProxyType.ANY:
            return False
        return permits(own, call)

    return passes


def make_call(ext: Ext, definition: ProxyDefinition, real: bytes, call: RuntimeCall) -> None:
    """Make a call as `real`, as far as the proxy may; an event has the result."""
    origin = Origin(Signed(real), (_filter(definition),))
    try:
        dispatch(ext, call, origin)
    except DispatchFailed as failure:
        PROXY_EXECUTED.deposit(ext, Err(failure.error))
    else:
        PROXY_EXECUTED.deposit(ext, Ok(()))


# -- announcements -----------------------------------------------------------------------------


def retain_announcements(ext: Ext, delegate: bytes, keeps: Callable[[Announcement], bool]) -> None:
    """Drop the announcements of a proxy that `keeps` is false of; the deposit shrinks.

    Fails with NotFound if there are none.
    """
    pending, deposit = announcements.get(ext, delegate)
    kept = tuple(announcement for announcement in pending if keeps(announcement))
    ensure(len(kept) < len(pending), NOT_FOUND)
    new_deposit = announcement_deposit(len(kept))
    change_deposit(ext, delegate, deposit, new_deposit)
    if kept:
        announcements.put(ext, delegate, (kept, new_deposit))
    else:
        announcements.remove(ext, delegate)
