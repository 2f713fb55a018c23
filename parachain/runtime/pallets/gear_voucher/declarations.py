"""What pallet_gear_voucher declares besides its calls: vouchers, limits, errors and events."""

from typing import NamedTuple, Optional, Tuple

from parachain.primitives.account import ACCOUNT_ID, AccountId
from parachain.primitives.scale import (
    BOOL,
    U8,
    U32,
    U64,
    Codec,
    btree_set,
    fields,
    option,
    struct,
)
from parachain.runtime.frame.hashers import Hasher
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.frame.pallet_id import PALLET_ID
from parachain.runtime.gear.ids import ACTOR_ID, VOUCHER_ID, ActorId

pallet = Pallet("GearVoucher", "pallet_gear_voucher")

#: Programs that a voucher is for, sorted; None means any.
Programs = Optional[Tuple[ActorId, ...]]
PROGRAMS: Codec[Programs] = option(btree_set(ACTOR_ID))


class VoucherInfo(NamedTuple):
    """What a voucher allows its spender, and until when.

    owner           may change it, and gets back what is left.
    programs        that messages may be sent to, sorted; None means any.
    code_uploading  whether it pays for uploading code.
    expiry          the first block in which it is worth nothing.
    """

    owner: AccountId
    programs: Programs
    code_uploading: bool
    expiry: int


VOUCHER_INFO: Codec[VoucherInfo] = struct(
    "pallet_gear_voucher::internal::VoucherInfo",
    VoucherInfo,
    fields(
        ("owner", ACCOUNT_ID.named("AccountId")),
        ("programs", PROGRAMS),
        ("code_uploading", BOOL),
        ("expiry", U32.named("BlockNumber")),
    ),
    params=(("AccountId", ACCOUNT_ID), ("BlockNumber", U32)),
)

issued = pallet.optional("Issued", U64, "How many vouchers were ever issued.")
vouchers = pallet.optional_double_map(
    "Vouchers",
    (Hasher.IDENTITY, ACCOUNT_ID),
    (Hasher.IDENTITY, VOUCHER_ID),
    VOUCHER_INFO,
    "Vouchers by spender and id. Their funds are in the account whose id is the voucher's.",
)

pallet.constant("PalletId", PALLET_ID, b"py/vouch", "The id of this pallet; it has no account.")
MAX_PROGRAMS_AMOUNT = pallet.constant(
    "MaxProgramsAmount", U8, 32, "Programs that a voucher can be for, unless it is for any."
)
_BLOCKS = U32.named("BlockNumberFor<Self>")
MIN_DURATION = pallet.constant(
    "MinDuration", _BLOCKS, 20, "Blocks for which a voucher is good, at least."
)
MAX_DURATION = pallet.constant(
    "MaxDuration", _BLOCKS, 2_419_200, "Blocks for which a voucher is good, at most."
)

BAD_ORIGIN = pallet.error(0, "BadOrigin", "The sender does not own the voucher.")
BALANCE_TRANSFER = pallet.error(1, "BalanceTransfer", "The voucher's funds cannot be transferred.")
INAPPROPRIATE_DESTINATION = pallet.error(
    2, "InappropriateDestination", "The voucher is not for this program."
)
INEXISTENT_VOUCHER = pallet.error(3, "InexistentVoucher", "The spender has no such voucher.")
IRREVOCABLE_YET = pallet.error(4, "IrrevocableYet", "The voucher has not expired yet.")
MAX_PROGRAMS_LIMIT_EXCEEDED = pallet.error(
    5, "MaxProgramsLimitExceeded", "The voucher would be for too many programs."
)
UNKNOWN_DESTINATION = pallet.error(
    6, "UnknownDestination", "The message to reply to is not in the mailbox."
)
VOUCHER_EXPIRED = pallet.error(7, "VoucherExpired", "The voucher has expired.")
DURATION_OUT_OF_BOUNDS = pallet.error(
    8, "DurationOutOfBounds", "The voucher would be good for too few or too many blocks."
)
CODE_UPLOADING_ENABLED = pallet.error(
    9, "CodeUploadingEnabled", "That a voucher pays for code cannot be undone."
)
CODE_UPLOADING_DISABLED = pallet.error(
    10, "CodeUploadingDisabled", "The voucher does not pay for code."
)

_WHO = ACCOUNT_ID.named("AccountIdOf<T>")

VOUCHER_ISSUED = pallet.event(
    0,
    "VoucherIssued",
    fields(("owner", _WHO), ("spender", _WHO), ("voucher_id", VOUCHER_ID)),
    "A voucher was issued.",
)
VOUCHER_REVOKED = pallet.event(
    1,
    "VoucherRevoked",
    fields(("spender", _WHO), ("voucher_id", VOUCHER_ID)),
    "The owner of a voucher has got back what was left.",
)
VOUCHER_UPDATED = pallet.event(
    2,
    "VoucherUpdated",
    fields(("spender", _WHO), ("voucher_id", VOUCHER_ID), ("new_owner", option(_WHO))),
    "A voucher was changed; it may have a new owner.",
)
VOUCHER_DECLINED = pallet.event(
    3,
    "VoucherDeclined",
    fields(("spender", _WHO), ("voucher_id", VOUCHER_ID)),
    "A spender has let a voucher expire.",
)
