"""ChargeTransactionPayment: fees are taken before the call, and what was not used is returned.

The sender pays, or a voucher (see pallet GearPayment). The fee goes to the treasury, the tip to the
author of the block. Whatever finds no home (a treasury that does not exist yet and would get less
than an account needs, a block without author) leaves the total issuance. Sources:
pallet_transaction_payment's CurrencyAdapter, polkadot-sdk stable2409; gear,
vara/runtime/common/src/lib.rs (DealWithFees).
"""

from typing import NamedTuple, Optional

from parachain.primitives.dispatch_error import DispatchError
from parachain.primitives.dispatch_info import PostDispatchInfo
from parachain.primitives.scale import COMPACT_U128, UNIT, newtype
from parachain.primitives.transaction_validity import (
    U64_MAX,
    InvalidTransaction,
    ValidTransaction,
)
from parachain.runtime.frame.error import DispatchFailed, invalid
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.extension import Dispatched, TransactionExtension
from parachain.runtime.pallets import authorship, balances, gear_payment, system
from parachain.runtime.pallets.transaction_payment.declarations import TRANSACTION_FEE_PAID
from parachain.runtime.pallets.transaction_payment.fees import (
    compute_actual_fee,
    compute_fee,
    get_priority,
    without_multiplier,
)

#: Account of pallet Treasury: `modl`, the pallet's id, zeros.
TREASURY = b"modlpy/trsry".ljust(32, b"\0")


class Charged(NamedTuple):
    """What was taken before the call: who paid, the tip within, and how much; in plancks."""

    who: bytes
    tip: int
    paid: int


def _validate(ext: Ext, tip: int, who: bytes, tx: Dispatched) -> ValidTransaction:
    """Refuse with Payment if the payer's balance does not cover the fee."""
    who = gear_payment.fee_payer(ext, tx.call, who)
    info = without_multiplier(ext, tx.call, tx.info)
    fee = compute_fee(ext, tx.length, info, tip)
    if fee:
        data = system.get_account_data(ext, who)
        if data.free - fee < data.frozen:
            invalid(InvalidTransaction.PAYMENT)
    return ValidTransaction(get_priority(info, tx.length, tip, fee), (), (), U64_MAX, True)


def _prepare(ext: Ext, tip: int, who: bytes, tx: Dispatched) -> Charged:
    """Take the fee. Refuses with Payment, also if it would leave less than an account needs."""
    who = gear_payment.fee_payer(ext, tx.call, who)
    fee = compute_fee(ext, tx.length, without_multiplier(ext, tx.call, tx.info), tip)
    if fee:
        try:
            balances.withdraw_fee(ext, who, fee)
        except DispatchFailed:
            invalid(InvalidTransaction.PAYMENT)
    return Charged(who, tip, fee)


def _post_dispatch(
    ext: Ext,
    charged: Optional[Charged],
    tx: Dispatched,
    post: PostDispatchInfo,
    error: Optional[DispatchError],  # noqa: ARG001  failed calls pay as well
) -> None:
    """Return what was not used, pass the rest on, and tell it by TransactionFeePaid."""
    if charged is None:
        return
    who, tip, paid = charged
    actual = compute_actual_fee(ext, tx.length, tx.info, post, tip)
    if paid:
        kept = paid
        if paid > actual:
            kept -= balances.refund_fee(ext, who, paid - actual)
        tip_kept = min(tip, kept)
        _give(ext, TREASURY, kept - tip_kept)
        _give(ext, authorship.author(ext), tip_kept)
    TRANSACTION_FEE_PAID.deposit(ext, who, actual, tip)


def _give(ext: Ext, who: Optional[bytes], amount: int) -> None:
    if amount:
        given = 0 if who is None else balances.deposit_creating(ext, who, amount)
        if given < amount:
            balances.drop_negative_imbalance(ext, amount - given)


#: Vara's wrapper around FRAME's extension; the value is the tip in plancks.
CHARGE_TRANSACTION_PAYMENT = TransactionExtension(
    "ChargeTransactionPayment",
    newtype(
        "pallet_gear_payment::CustomChargeTransactionPayment",
        newtype(
            "pallet_transaction_payment::ChargeTransactionPayment",
            COMPACT_U128.named("BalanceOf<T>"),
            (("T", None),),
        ).named("ChargeTransactionPayment<T>"),
        (("T", None),),
    ),
    UNIT,
    validate=_validate,
    prepare=_prepare,
    post_dispatch=_post_dispatch,
)
