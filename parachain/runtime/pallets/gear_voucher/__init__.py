"""GearVoucher: funds of one account that another may spend on fees and gas, and on nothing else.

    declarations   storage, constants, errors and events
    prepaid        what vouchers pay for, and the pallet that makes these calls
    calls          issuing, using, changing and revoking vouchers
    weights        of the calls

The id of a voucher is the account that its funds are in. Expiry counts System's blocks.
"""

from parachain.runtime.pallets.gear_voucher.calls import (
    AppendPrograms,
    call,
    decline,
    issue,
    make_prepaid,
    revoke,
    sponsor,
    update,
)
from parachain.runtime.pallets.gear_voucher.declarations import VoucherInfo, pallet, vouchers
from parachain.runtime.pallets.gear_voucher.prepaid import (
    PREPAID_CALL,
    PREPAID_CALLS,
    DeclineVoucher,
    GearCall,
    PrepaidCall,
    PrepaidCallsDispatcher,
    SendMessage,
    SendReply,
    UploadCode,
    validate_prepaid,
)

__all__ = [
    "PREPAID_CALL",
    "PREPAID_CALLS",
    "AppendPrograms",
    "DeclineVoucher",
    "GearCall",
    "PrepaidCall",
    "PrepaidCallsDispatcher",
    "SendMessage",
    "SendReply",
    "UploadCode",
    "VoucherInfo",
    "call",
    "decline",
    "issue",
    "make_prepaid",
    "pallet",
    "revoke",
    "sponsor",
    "update",
    "validate_prepaid",
    "vouchers",
]
