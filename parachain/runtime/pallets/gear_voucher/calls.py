"""The dispatchables of pallet_gear_voucher.

Source: gear, vara/pallets/gear-voucher/src/lib.rs.
"""

from typing import NamedTuple, Optional, Tuple

from parachain.primitives.account import ACCOUNT_ID, AccountId
from parachain.primitives.dispatch_info import PostDispatchInfo
from parachain.primitives.scale import (
    BOOL,
    U32,
    U128,
    Codec,
    Field,
    Variant,
    Variants,
    fields,
    option,
    struct,
)
from parachain.primitives.weight import Weight
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.error import DispatchFailed, ensure, fail
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import Origin, ensure_signed
from parachain.runtime.gear.ids import VOUCHER_ID, VoucherId, voucher_id
from parachain.runtime.pallets import balances, system
from parachain.runtime.pallets.gear_voucher import weights
from parachain.runtime.pallets.gear_voucher.declarations import (
    BAD_ORIGIN,
    BALANCE_TRANSFER,
    CODE_UPLOADING_ENABLED,
    DURATION_OUT_OF_BOUNDS,
    INEXISTENT_VOUCHER,
    IRREVOCABLE_YET,
    MAX_DURATION,
    MAX_PROGRAMS_AMOUNT,
    MAX_PROGRAMS_LIMIT_EXCEEDED,
    MIN_DURATION,
    PROGRAMS,
    VOUCHER_DECLINED,
    VOUCHER_ISSUED,
    VOUCHER_REVOKED,
    VOUCHER_UPDATED,
    Programs,
    VoucherInfo,
    issued,
    pallet,
    vouchers,
)
from parachain.runtime.pallets.gear_voucher.prepaid import (
    PREPAID_CALL,
    PREPAID_CALLS,
    DeclineVoucher,
    PrepaidCall,
    PrepaidCallsDispatcher,
    active_voucher,
    validate_prepaid,
)

_MAX_BLOCK = 2**32 - 1

_WHO = ACCOUNT_ID.named("AccountIdOf<T>")
_BALANCE = U128.named("BalanceOf<T>")
_BLOCKS = U32.named("BlockNumberFor<T>")


class AppendPrograms(NamedTuple):
    """Programs that a voucher shall be for as well; None makes it for any."""

    programs: Programs


#: Option<Option<BTreeSet<ActorId>>>; the absent outer option is None, the inner one inside.
APPEND_PROGRAMS: Codec[Optional[AppendPrograms]] = option(
    struct("", AppendPrograms, fields(("programs", PROGRAMS)))
).described(
    Variants(
        "Option",
        (Variant("None", 0), Variant("Some", 1, (Field("", PROGRAMS, ""),))),
        (("T", PROGRAMS),),
    ),
    "Option<Option<BTreeSet<ActorId>>>",
)


def _transfer(
    ext: Ext, source: AccountId, dest: AccountId, amount: int, preservation: balances.Preservation
) -> None:
    """Transfer as the Currency trait does. Fails with BalanceTransfer."""
    if amount == 0 or source == dest:
        return
    try:
        balances.transfer(ext, source, dest, amount, preservation)
    except DispatchFailed:
        fail(BALANCE_TRANSFER)


def _ensure_duration(blocks: int) -> None:
    ensure(MIN_DURATION <= blocks <= MAX_DURATION, DURATION_OUT_OF_BOUNDS)


@pallet.call(
    0,
    fields(
        ("spender", _WHO),
        ("balance", _BALANCE),
        ("programs", PROGRAMS),
        ("code_uploading", BOOL),
        ("duration", _BLOCKS),
    ),
    weight=weights.ISSUE,
)
def issue(
    ext: Ext,
    origin: Origin,
    spender: AccountId,
    balance: int,
    programs: Programs,
    code_uploading: bool,
    duration: int,
) -> None:
    """Issue a voucher: its balance pays fees and gas of what the spender does with it.

    It is good for this block and `duration` more, for the given programs or any, and maybe for
    uploading code. Signed; the sender owns the voucher. Fails with DurationOutOfBounds,
    MaxProgramsLimitExceeded, BalanceTransfer.
    """
    owner = ensure_signed(origin)
    _ensure_duration(duration)
    ensure(programs is None or len(programs) <= MAX_PROGRAMS_AMOUNT, MAX_PROGRAMS_LIMIT_EXCEEDED)
    number = (issued.get(ext) or 0) + 1
    issued.put(ext, number)
    voucher = voucher_id(ext.blake2_256, number)
    _transfer(ext, owner, voucher, balance, balances.Preservation.PRESERVE)
    expiry = min(system.block_number(ext) + duration + 1, _MAX_BLOCK)
    vouchers.put(ext, (spender, voucher), VoucherInfo(owner, programs, code_uploading, expiry))
    VOUCHER_ISSUED.deposit(ext, owner, spender, voucher)


def _call_weight(_voucher_id: VoucherId, call: PrepaidCall) -> Weight:
    if isinstance(call, DeclineVoucher):
        return weights.DECLINE.saturating_add(weights.CALL_BASE)
    return PREPAID_CALLS.get().weight(call).saturating_add(weights.CALL_BASE)


def make_prepaid(
    ext: Ext,
    spender: AccountId,
    voucher: VoucherId,
    call: PrepaidCall,
    dispatcher: PrepaidCallsDispatcher,
) -> Optional[PostDispatchInfo]:
    """Make a call that a voucher pays for. Fails as `validate_prepaid`, and as the call does."""
    validate_prepaid(ext, spender, voucher, call)
    if isinstance(call, DeclineVoucher):
        _decline(ext, spender, voucher)
        return None
    return dispatcher.dispatch(ext, spender, voucher, call)


@pallet.call(
    1,
    fields(("voucher_id", VOUCHER_ID), ("call", PREPAID_CALL.named("PrepaidCall<BalanceOf<T>>"))),
    weight=_call_weight,
)
def call(
    ext: Ext, origin: Origin, voucher: VoucherId, call: PrepaidCall
) -> Optional[PostDispatchInfo]:
    """Make a prepaid call: the voucher pays the fee and the gas, the sender the value.

    Signed; the sender is the voucher's spender. Fails with InexistentVoucher, VoucherExpired,
    CodeUploadingDisabled, UnknownDestination, InappropriateDestination, and as the call does.
    """
    return make_prepaid(ext, ensure_signed(origin), voucher, call, PREPAID_CALLS.get())


@pallet.call(2, fields(("spender", _WHO), ("voucher_id", VOUCHER_ID)), weight=weights.REVOKE)
def revoke(ext: Ext, origin: Origin, spender: AccountId, voucher: VoucherId) -> None:
    """Get back what is left of a voucher that has expired.

    The voucher itself stays and may be made good again. Signed by its owner. Fails with
    InexistentVoucher, BadOrigin, IrrevocableYet, BalanceTransfer.
    """
    who = ensure_signed(origin)
    info = _owned(ext, who, spender, voucher)
    ensure(system.block_number(ext) >= info.expiry, IRREVOCABLE_YET)
    left = balances.free_balance(ext, voucher)
    if left:
        _transfer(ext, voucher, info.owner, left, balances.Preservation.EXPENDABLE)
        VOUCHER_REVOKED.deposit(ext, spender, voucher)


def _owned(ext: Ext, who: AccountId, spender: AccountId, voucher: VoucherId) -> VoucherInfo:
    """Return a voucher that belongs to `who`. Fails with InexistentVoucher, BadOrigin."""
    info = vouchers.get(ext, (spender, voucher))
    if info is None:
        fail(INEXISTENT_VOUCHER)
    ensure(info.owner == who, BAD_ORIGIN)
    return info


@pallet.call(
    3,
    fields(
        ("spender", _WHO),
        ("voucher_id", VOUCHER_ID),
        ("move_ownership", option(_WHO)),
        ("balance_top_up", option(_BALANCE)),
        ("append_programs", APPEND_PROGRAMS),
        ("code_uploading", option(BOOL)),
        ("prolong_duration", option(_BLOCKS)),
    ),
    weight=weights.UPDATE,
)
def update(
    ext: Ext,
    origin: Origin,
    spender: AccountId,
    voucher: VoucherId,
    move_ownership: Optional[AccountId],
    balance_top_up: Optional[int],
    append_programs: Optional[AppendPrograms],
    code_uploading: Optional[bool],
    prolong_duration: Optional[int],
) -> None:
    """Extend a voucher: another owner, more funds, more programs, code, more time.

    Nothing can be taken away. A voucher that has expired becomes good from this block on. Signed
    by its owner. Fails with InexistentVoucher, BadOrigin, BalanceTransfer,
    MaxProgramsLimitExceeded, CodeUploadingEnabled, DurationOutOfBounds.
    """
    who = ensure_signed(origin)
    old = _owned(ext, who, spender, voucher)
    new_owner = None if move_ownership == old.owner else move_ownership
    if balance_top_up:
        _transfer(ext, who, voucher, balance_top_up, balances.Preservation.EXPENDABLE)
    programs = _with_programs(old.programs, append_programs)
    ensure(code_uploading is not False or not old.code_uploading, CODE_UPLOADING_ENABLED)
    new = VoucherInfo(
        new_owner or old.owner, programs, code_uploading or old.code_uploading, old.expiry
    )
    if prolong_duration:
        new = new._replace(expiry=_prolonged(ext, old.expiry, prolong_duration))
    if new != old or prolong_duration or balance_top_up:
        vouchers.put(ext, (spender, voucher), new)
        VOUCHER_UPDATED.deposit(ext, spender, voucher, new_owner)


def _with_programs(programs: Programs, appended: Optional[AppendPrograms]) -> Programs:
    """The programs of a voucher after an update. Fails with MaxProgramsLimitExceeded."""
    if appended is None or programs is None:
        return programs
    if appended.programs is None:
        return None
    together: Tuple[bytes, ...] = tuple(sorted(dict.fromkeys((*programs, *appended.programs))))
    ensure(len(together) <= MAX_PROGRAMS_AMOUNT, MAX_PROGRAMS_LIMIT_EXCEEDED)
    return together


def _prolonged(ext: Ext, expiry: int, blocks: int) -> int:
    """The new expiry. Fails with DurationOutOfBounds, counting from this block."""
    now = system.block_number(ext)
    if expiry < now:
        _ensure_duration(blocks)
        return min(now + blocks + 1, _MAX_BLOCK)
    _ensure_duration(expiry - now + blocks)
    return min(expiry + blocks, _MAX_BLOCK)


@pallet.call(4, fields(("voucher_id", VOUCHER_ID)), weight=weights.DECLINE)
def decline(ext: Ext, origin: Origin, voucher: VoucherId) -> None:
    """Let one's own voucher expire, so that its owner can revoke it.

    Signed by the spender. Fails with InexistentVoucher, VoucherExpired.
    """
    _decline(ext, ensure_signed(origin), voucher)


def _decline(ext: Ext, spender: AccountId, voucher: VoucherId) -> None:
    info = active_voucher(ext, spender, voucher)
    vouchers.put(ext, (spender, voucher), info._replace(expiry=system.block_number(ext)))
    VOUCHER_DECLINED.deposit(ext, spender, voucher)


def sponsor(ext: Ext, call_made: RuntimeCall, who: AccountId) -> Optional[AccountId]:
    """Account that pays the fee in the place of `who`: a voucher's, if it is good for the call.

    None for all calls but `GearVoucher.call`, and if that is going to fail.
    """
    if call_made.declaration is not call:
        return None
    voucher, prepaid = call_made.args
    try:
        validate_prepaid(ext, who, voucher, prepaid)
    except DispatchFailed:
        return None
    account: AccountId = voucher
    return account
