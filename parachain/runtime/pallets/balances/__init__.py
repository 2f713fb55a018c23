"""Balances: how much each account owns, how it moves, and what keeps it from moving.

Free balance is what an account may spend; reserved balance belongs to it but serves something
else; the frozen amount binds both together. An account whose free balance falls below the
existential deposit, with nothing reserved, is removed.

Other pallets use the functions exported here; those that fail do so with DispatchFailed.
Source: polkadot-sdk stable2409, substrate/frame/balances.
"""

from parachain.runtime.pallets.balances.accounts import (
    ensure_upgraded,
    free_balance,
    reducible_balance,
    reserved_balance,
    total_balance,
    usable_balance,
    usable_balance_for_fees,
)
from parachain.runtime.pallets.balances.calls import (
    burn,
    force_adjust_total_issuance,
    force_set_balance,
    force_transfer,
    force_unreserve,
    transfer_all,
    transfer_allow_death,
    transfer_keep_alive,
    upgrade_accounts,
)
from parachain.runtime.pallets.balances.currency import (
    currency_withdraw,
    deposit_creating,
    deposit_into_existing,
    refund_fee,
    withdraw_fee,
)
from parachain.runtime.pallets.balances.declarations import (
    EXISTENTIAL_DEPOSIT,
    inactive_issuance,
    pallet,
    total_issuance,
)
from parachain.runtime.pallets.balances.freezes import (
    balance_frozen,
    extend_freeze,
    set_freeze,
    thaw,
)
from parachain.runtime.pallets.balances.genesis import genesis
from parachain.runtime.pallets.balances.holds import (
    balance_on_hold,
    burn_held,
    hold,
    hold_available,
    release,
    set_on_hold,
    slash_held,
    transfer_on_hold,
)
from parachain.runtime.pallets.balances.issuance import (
    active_issuance,
    burn_from,
    deactivate,
    deposit,
    drop_negative_imbalance,
    drop_positive_imbalance,
    issue,
    mint_into,
    reactivate,
    rescind,
    withdraw,
)
from parachain.runtime.pallets.balances.locks import (
    balance_locked,
    extend_lock,
    remove_lock,
    set_lock,
)
from parachain.runtime.pallets.balances.reserves import (
    can_reserve,
    repatriate_reserved,
    repatriate_reserved_named,
    reserve,
    reserve_named,
    reserved_balance_named,
    slash_reserved,
    slash_reserved_named,
    unreserve,
    unreserve_named,
)
from parachain.runtime.pallets.balances.tokens import (
    AdjustmentDirection,
    BalanceStatus,
    Fortitude,
    Precision,
    Preservation,
    Restriction,
    WithdrawReasons,
)
from parachain.runtime.pallets.balances.transfers import transfer

__all__ = [
    "EXISTENTIAL_DEPOSIT",
    "AdjustmentDirection",
    "BalanceStatus",
    "Fortitude",
    "Precision",
    "Preservation",
    "Restriction",
    "WithdrawReasons",
    "active_issuance",
    "balance_frozen",
    "balance_locked",
    "balance_on_hold",
    "burn",
    "burn_from",
    "burn_held",
    "can_reserve",
    "currency_withdraw",
    "deactivate",
    "deposit",
    "deposit_creating",
    "deposit_into_existing",
    "drop_negative_imbalance",
    "drop_positive_imbalance",
    "ensure_upgraded",
    "extend_freeze",
    "extend_lock",
    "force_adjust_total_issuance",
    "force_set_balance",
    "force_transfer",
    "force_unreserve",
    "free_balance",
    "genesis",
    "hold",
    "hold_available",
    "inactive_issuance",
    "issue",
    "mint_into",
    "pallet",
    "reactivate",
    "reducible_balance",
    "refund_fee",
    "release",
    "remove_lock",
    "repatriate_reserved",
    "repatriate_reserved_named",
    "rescind",
    "reserve",
    "reserve_named",
    "reserved_balance",
    "reserved_balance_named",
    "set_freeze",
    "set_lock",
    "set_on_hold",
    "slash_held",
    "slash_reserved",
    "slash_reserved_named",
    "thaw",
    "total_balance",
    "total_issuance",
    "transfer",
    "transfer_all",
    "transfer_allow_death",
    "transfer_keep_alive",
    "transfer_on_hold",
    "unreserve",
    "unreserve_named",
    "upgrade_accounts",
    "usable_balance",
    "usable_balance_for_fees",
    "withdraw",
    "withdraw_fee",
]
