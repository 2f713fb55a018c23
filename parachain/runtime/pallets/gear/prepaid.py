"""The calls of this pallet that vouchers pay for: the gas is the voucher's, the value is not.

Source: gear, vara/pallets/gear/src/lib.rs (PrepaidCallDispatcher).
"""

from typing import Optional

from parachain.primitives.account import AccountId
from parachain.primitives.dispatch_info import PostDispatchInfo
from parachain.primitives.weight import Weight
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets.gear import uploads, user_messages, weights
from parachain.runtime.pallets.gear_voucher.prepaid import (
    PREPAID_CALLS,
    GearCall,
    PrepaidCallsDispatcher,
    SendMessage,
    SendReply,
)


def _weight(call: GearCall) -> Weight:
    if isinstance(call, SendMessage):
        return weights.send_message(len(call.payload))
    if isinstance(call, SendReply):
        return weights.send_reply(len(call.payload))
    return weights.upload_code(len(call.code))


def _dispatch(
    ext: Ext, spender: AccountId, voucher: AccountId, call: GearCall
) -> Optional[PostDispatchInfo]:
    if isinstance(call, SendMessage):
        user_messages.send_message(ext, spender, *call, sponsor=voucher)
    elif isinstance(call, SendReply):
        user_messages.send_reply(ext, spender, *call, sponsor=voucher)
    else:
        uploads.upload_code(ext, call.code)
    return None


PREPAID_CALLS.bind(PrepaidCallsDispatcher(_weight, _dispatch))
