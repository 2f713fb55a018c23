"""The dispatchables of pallet_balances.

Source: substrate/frame/balances/src/lib.rs of polkadot-sdk stable2409.
"""

from typing import Optional, Tuple

from parachain.primitives.account import ACCOUNT_ID
from parachain.primitives.address import MULTI_ADDRESS, MultiAddress
from parachain.primitives.dispatch_info import Pays, PostDispatchInfo
from parachain.primitives.scale import BOOL, COMPACT_U128, U128, fields, vec
from parachain.primitives.weight import Weight
from parachain.runtime.frame.error import ensure
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import Origin, ensure_root, ensure_signed
from parachain.runtime.pallets.balances import weights
from parachain.runtime.pallets.balances.accounts import (
    ensure_upgraded,
    mutate_handling_dust,
    reducible_balance,
)
from parachain.runtime.pallets.balances.declarations import (
    BALANCE_SET,
    DELTA_ZERO,
    EXISTENTIAL_DEPOSIT,
    ISSUANCE_DEACTIVATED,
    MAX_BALANCE,
    TOTAL_ISSUANCE_FORCED,
    inactive_issuance,
    pallet,
    total_issuance,
)
from parachain.runtime.pallets.balances.issuance import (
    burn_from,
    drop_negative_imbalance,
    drop_positive_imbalance,
)
from parachain.runtime.pallets.balances.reserves import unreserve
from parachain.runtime.pallets.balances.tokens import (
    ADJUSTMENT_DIRECTION,
    AdjustmentDirection,
    Fortitude,
    Preservation,
)
from parachain.runtime.pallets.balances.transfers import transfer
from parachain.runtime.pallets.system import AccountData, lookup

_ADDRESS = MULTI_ADDRESS.named("AccountIdLookupOf<T>")
_BALANCE = COMPACT_U128.named("T::Balance")

#: `upgrade_accounts` is free if at least so many percent of the accounts needed it.
_FREE_UPGRADE_PERCENT = 90


@pallet.call(
    0, fields(("dest", _ADDRESS), ("value", _BALANCE)), weight=weights.TRANSFER_ALLOW_DEATH
)
def transfer_allow_death(ext: Ext, origin: Origin, dest: MultiAddress, value: int) -> None:
    """Transfer free balance to another account; the sender may be removed by it.

    Signed. Fails as `transfers.transfer`, and with CannotLookup.
    """
    source = ensure_signed(origin)
    transfer(ext, source, lookup(dest), value, Preservation.EXPENDABLE)


@pallet.call(
    2,
    fields(("source", _ADDRESS), ("dest", _ADDRESS), ("value", _BALANCE)),
    weight=weights.FORCE_TRANSFER,
)
def force_transfer(
    ext: Ext, origin: Origin, source: MultiAddress, dest: MultiAddress, value: int
) -> None:
    """Transfer as `transfer_allow_death`, from any account. Root."""
    ensure_root(origin)
    sender = lookup(source)
    transfer(ext, sender, lookup(dest), value, Preservation.EXPENDABLE)


@pallet.call(3, fields(("dest", _ADDRESS), ("value", _BALANCE)), weight=weights.TRANSFER_KEEP_ALIVE)
def transfer_keep_alive(ext: Ext, origin: Origin, dest: MultiAddress, value: int) -> None:
    """Transfer free balance to another account, unless it would kill the sender.

    Signed. Fails as `transfers.transfer`, and with CannotLookup.
    """
    source = ensure_signed(origin)
    transfer(ext, source, lookup(dest), value, Preservation.PRESERVE)


@pallet.call(4, fields(("dest", _ADDRESS), ("keep_alive", BOOL)), weight=weights.TRANSFER_ALL)
def transfer_all(ext: Ext, origin: Origin, dest: MultiAddress, keep_alive: bool) -> None:
    """Transfer all that can be transferred, except the existential deposit if `keep_alive`.

    Funds that are locked, frozen, reserved or on hold stay. Signed.
    """
    source = ensure_signed(origin)
    preservation = Preservation.PRESERVE if keep_alive else Preservation.EXPENDABLE
    amount = reducible_balance(ext, source, preservation, Fortitude.POLITE)
    transfer(ext, source, lookup(dest), amount, preservation)


@pallet.call(
    5,
    fields(("who", _ADDRESS), ("amount", U128.named("T::Balance"))),
    weight=weights.FORCE_UNRESERVE,
)
def force_unreserve(ext: Ext, origin: Origin, who: MultiAddress, amount: int) -> None:
    """Move up to `amount` of an account from reserved to free. Root."""
    ensure_root(origin)
    unreserve(ext, lookup(who), amount)


def _upgrade_weight(who: Tuple[bytes, ...]) -> Weight:
    return weights.upgrade_accounts(len(who))


@pallet.call(6, fields(("who", vec(ACCOUNT_ID.named("T::AccountId")))), weight=_upgrade_weight)
def upgrade_accounts(
    ext: Ext, origin: Origin, who: Tuple[bytes, ...]
) -> Optional[PostDispatchInfo]:
    """Make accounts count their references the new way; free if nearly all needed it. Signed."""
    ensure_signed(origin)
    upgraded = 0
    for account in who:
        if ensure_upgraded(ext, account):
            upgraded += 1
    waived = len(who) > 0 and upgraded * 100 >= len(who) * _FREE_UPGRADE_PERCENT
    return PostDispatchInfo(None, Pays.NO) if waived else None


@pallet.call(
    8,
    fields(("who", _ADDRESS), ("new_free", _BALANCE)),
    weight=weights.FORCE_SET_BALANCE_CREATING.highest(weights.FORCE_SET_BALANCE_KILLING),
)
def force_set_balance(ext: Ext, origin: Origin, who: MultiAddress, new_free: int) -> None:
    """Set the free balance of an account, and the issuance with it.

    An amount below the existential deposit counts as 0. Root. Fails with ConsumerRemaining.
    """
    ensure_root(origin)
    account = lookup(who)
    new = new_free if new_free >= EXISTENTIAL_DEPOSIT else 0
    before = [0]

    def change(data: AccountData, _is_new: bool) -> AccountData:
        before[0] = data.free
        return AccountData(new, data.reserved, data.frozen, data.flags)

    mutate_handling_dust(ext, account, change)
    old = before[0]
    if new > old:
        drop_positive_imbalance(ext, new - old)
    elif new < old:
        drop_negative_imbalance(ext, old - new)
    BALANCE_SET.deposit(ext, account, new)


@pallet.call(
    9,
    fields(("direction", ADJUSTMENT_DIRECTION), ("delta", _BALANCE)),
    weight=weights.FORCE_ADJUST_TOTAL_ISSUANCE,
)
def force_adjust_total_issuance(
    ext: Ext, origin: Origin, direction: AdjustmentDirection, delta: int
) -> None:
    """Change the total issuance by `delta`, as far as it goes, and no balance.

    Root. Fails with DeltaZero or IssuanceDeactivated.
    """
    ensure_root(origin)
    ensure(delta > 0, DELTA_ZERO)
    old = total_issuance.get(ext)
    if direction is AdjustmentDirection.INCREASE:
        new = min(old + delta, MAX_BALANCE)
    else:
        new = max(old - delta, 0)
    ensure(inactive_issuance.get(ext) <= new, ISSUANCE_DEACTIVATED)
    total_issuance.put(ext, new)
    TOTAL_ISSUANCE_FORCED.deposit(ext, old, new)


def _burn_weight(_value: int, keep_alive: bool) -> Weight:
    """Return the two weights the way round the reference has them, for the same fees."""
    return weights.BURN_ALLOW_DEATH if keep_alive else weights.BURN_KEEP_ALIVE


@pallet.call(10, fields(("value", _BALANCE), ("keep_alive", BOOL)), weight=_burn_weight)
def burn(ext: Ext, origin: Origin, value: int, keep_alive: bool) -> None:
    """Destroy free balance of the sender. Signed. Fails with Token: FundsUnavailable."""
    source = ensure_signed(origin)
    preservation = Preservation.PRESERVE if keep_alive else Preservation.EXPENDABLE
    burn_from(ext, source, value, preservation)
