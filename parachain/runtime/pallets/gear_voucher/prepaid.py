"""Prepaid calls: what a voucher pays for, and who may use it for that.

The calls themselves are pallet Gear's, which lies above this one: it binds `PREPAID_CALLS` while
the runtime is put together. Source: gear, vara/pallets/gear-voucher/src/internal.rs.
"""

from typing import Callable, NamedTuple, Optional, Union

from parachain.primitives.account import AccountId
from parachain.primitives.dispatch_info import PostDispatchInfo
from parachain.primitives.scale import BOOL, BYTES, U64, U128, Codec, enum, fields, variant
from parachain.primitives.weight import Weight
from parachain.runtime.frame.error import ensure, fail
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.ids import (
    ACTOR_ID,
    MESSAGE_ID,
    ActorId,
    MessageId,
    VoucherId,
)
from parachain.runtime.pallets import gear_messenger, system
from parachain.runtime.pallets.gear_voucher.declarations import (
    CODE_UPLOADING_DISABLED,
    INAPPROPRIATE_DESTINATION,
    INEXISTENT_VOUCHER,
    UNKNOWN_DESTINATION,
    VOUCHER_EXPIRED,
    VoucherInfo,
    vouchers,
)


class SendMessage(NamedTuple):
    """Send a message to a program; `value` is the spender's own."""

    destination: ActorId
    payload: bytes
    gas_limit: int
    value: int
    keep_alive: bool


class SendReply(NamedTuple):
    """Reply to a message of the spender's mailbox; `value` is the spender's own."""

    reply_to_id: MessageId
    payload: bytes
    gas_limit: int
    value: int
    keep_alive: bool


class UploadCode(NamedTuple):
    """Upload code."""

    code: bytes


class DeclineVoucher(NamedTuple):
    """Let the voucher expire."""


#: Those that pallet Gear makes.
GearCall = Union[SendMessage, SendReply, UploadCode]
PrepaidCall = Union[GearCall, DeclineVoucher]

_BALANCE = U128.named("Balance")

PREPAID_CALL: Codec[PrepaidCall] = enum(
    "pallet_gear_voucher::internal::PrepaidCall",
    variant(
        0,
        "SendMessage",
        SendMessage,
        fields(
            ("destination", ACTOR_ID),
            ("payload", BYTES),
            ("gas_limit", U64),
            ("value", _BALANCE),
            ("keep_alive", BOOL),
        ),
    ),
    variant(
        1,
        "SendReply",
        SendReply,
        fields(
            ("reply_to_id", MESSAGE_ID),
            ("payload", BYTES),
            ("gas_limit", U64),
            ("value", _BALANCE),
            ("keep_alive", BOOL),
        ),
    ),
    variant(2, "UploadCode", UploadCode, fields(("code", BYTES))),
    variant(3, "DeclineVoucher", DeclineVoucher),
    params=(("Balance", U128),),
)


# -- who makes them ----------------------------------------------------------------------------


class PrepaidCallsDispatcher(NamedTuple):
    """How pallet Gear weighs and makes prepaid calls.

    `dispatch` gets the spender, who sends the message and its value, and the account of the
    voucher, which pays for the gas.
    """

    weight: Callable[[GearCall], Weight]
    dispatch: Callable[[Ext, AccountId, AccountId, GearCall], Optional[PostDispatchInfo]]


class PrepaidCalls:
    """The dispatcher of this runtime. `bind` it once, while modules are imported."""

    __slots__ = ("_dispatcher",)

    def __init__(self) -> None:
        self._dispatcher: Optional[PrepaidCallsDispatcher] = None

    def bind(self, dispatcher: PrepaidCallsDispatcher) -> None:
        """Say who makes prepaid calls. Raises ValueError when bound already."""
        if self._dispatcher is not None:
            raise ValueError("the dispatcher of prepaid calls is bound already")
        self._dispatcher = dispatcher

    def get(self) -> PrepaidCallsDispatcher:
        """Return the dispatcher. Raises ValueError in a runtime that lacks pallet Gear."""
        if self._dispatcher is None:
            raise ValueError("GearVoucher needs pallet Gear to make prepaid calls")
        return self._dispatcher


PREPAID_CALLS = PrepaidCalls()


# -- who may use a voucher, and for what -------------------------------------------------------


def active_voucher(ext: Ext, spender: AccountId, voucher: VoucherId) -> VoucherInfo:
    """Return a voucher that has not expired. Fails with InexistentVoucher, VoucherExpired."""
    info = vouchers.get(ext, (spender, voucher))
    if info is None:
        fail(INEXISTENT_VOUCHER)
    ensure(system.block_number(ext) < info.expiry, VOUCHER_EXPIRED)
    return info


def validate_prepaid(ext: Ext, spender: AccountId, voucher: VoucherId, call: PrepaidCall) -> None:
    """Fail unless the voucher can be used for the call.

    Fails with InexistentVoucher, VoucherExpired, CodeUploadingDisabled, UnknownDestination,
    InappropriateDestination.
    """
    info = active_voucher(ext, spender, voucher)
    if isinstance(call, UploadCode):
        ensure(info.code_uploading, CODE_UPLOADING_DISABLED)
    elif not isinstance(call, DeclineVoucher) and info.programs is not None:
        destination = _destination(ext, spender, call)
        if destination is None:
            fail(UNKNOWN_DESTINATION)
        ensure(destination in info.programs, INAPPROPRIATE_DESTINATION)


def _destination(
    ext: Ext, spender: AccountId, call: Union[SendMessage, SendReply]
) -> Optional[ActorId]:
    """The program that gets the message, None if the message to reply to is unknown."""
    if isinstance(call, SendMessage):
        return call.destination
    replied_to = gear_messenger.mailbox.peek(ext, spender, call.reply_to_id)
    return None if replied_to is None else replied_to.source
