"""What the pallet declares besides its calls: operations under way, constants, errors, events."""

from typing import NamedTuple, Tuple

from parachain.primitives.account import ACCOUNT_ID
from parachain.primitives.dispatch_error import DISPATCH_RESULT
from parachain.primitives.scale import U32, U128, bounded_vec, fields, fixed_bytes, struct
from parachain.runtime.frame.hashers import Hasher
from parachain.runtime.frame.pallet import Pallet

pallet = Pallet("Multisig", "pallet_multisig", storage_version=1)

DEPOSIT_BASE = pallet.constant(
    "DepositBase", U128, 814_500_000_000_000, "Plancks reserved for an operation under way."
)
DEPOSIT_FACTOR = pallet.constant(
    "DepositFactor", U128, 288_000_000_000_000, "Plancks reserved besides, times the threshold."
)
MAX_SIGNATORIES = pallet.constant(
    "MaxSignatories", U32, 100, "Signatories that an account can have."
)

_HASH = fixed_bytes(32)


class Timepoint(NamedTuple):
    """When an operation began: the block, and the extrinsic in it."""

    height: int
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs here


TIMEPOINT = struct(
    "pallet_multisig::Timepoint",
    Timepoint,
    fields(("height", U32.named("BlockNumber")), ("index", U32)),
    params=(("BlockNumber", U32),),
)
TIMEPOINT_NOW = TIMEPOINT.named("Timepoint<BlockNumberFor<T>>")


class Multisig(NamedTuple):
    """An operation under way: when it began, what it holds in deposit, who approved (sorted)."""

    when: Timepoint
    deposit: int
    depositor: bytes
    approvals: Tuple[bytes, ...]


MULTISIG = struct(
    "pallet_multisig::Multisig",
    Multisig,
    fields(
        ("when", TIMEPOINT.named("Timepoint<BlockNumber>")),
        ("deposit", U128.named("Balance")),
        ("depositor", ACCOUNT_ID.named("AccountId")),
        (
            "approvals",
            bounded_vec(ACCOUNT_ID, MAX_SIGNATORIES).named("BoundedVec<AccountId, MaxApprovals>"),
        ),
    ),
    params=(
        ("BlockNumber", U32),
        ("Balance", U128),
        ("AccountId", ACCOUNT_ID),
        ("MaxApprovals", None),
    ),
)

multisigs = pallet.optional_double_map(
    "Multisigs",
    (Hasher.TWOX_64_CONCAT, ACCOUNT_ID),
    (Hasher.BLAKE2_128_CONCAT, _HASH),
    MULTISIG,
    "Operations under way by account and hash of the call.",
)

MINIMUM_THRESHOLD = pallet.error(0, "MinimumThreshold", "The threshold must be at least 2.")
ALREADY_APPROVED = pallet.error(1, "AlreadyApproved", "The sender has approved this call.")
NO_APPROVALS_NEEDED = pallet.error(2, "NoApprovalsNeeded", "The call has enough approvals.")
TOO_FEW_SIGNATORIES = pallet.error(3, "TooFewSignatories", "There are no other signatories.")
TOO_MANY_SIGNATORIES = pallet.error(4, "TooManySignatories", "There are too many signatories.")
SIGNATORIES_OUT_OF_ORDER = pallet.error(
    5, "SignatoriesOutOfOrder", "The other signatories are not sorted, or one is given twice."
)
SENDER_IN_SIGNATORIES = pallet.error(
    6, "SenderInSignatories", "The sender is among the other signatories."
)
NOT_FOUND = pallet.error(7, "NotFound", "There is no such operation to take back.")
NOT_OWNER = pallet.error(8, "NotOwner", "Only who began the operation may take it back.")
NO_TIMEPOINT = pallet.error(9, "NoTimepoint", "The operation is under way, its timepoint missing.")
WRONG_TIMEPOINT = pallet.error(10, "WrongTimepoint", "The operation began at another timepoint.")
UNEXPECTED_TIMEPOINT = pallet.error(
    11, "UnexpectedTimepoint", "A timepoint is given, but the operation is not under way."
)
MAX_WEIGHT_TOO_LOW = pallet.error(
    12, "MaxWeightTooLow", "The call weighs more than the approval allows."
)
ALREADY_STORED = pallet.error(13, "AlreadyStored", "The call is stored already.")

_WHO = ACCOUNT_ID.named("T::AccountId")
_CALL_HASH = _HASH.named("CallHash")

NEW_MULTISIG = pallet.event(
    0,
    "NewMultisig",
    fields(("approving", _WHO), ("multisig", _WHO), ("call_hash", _CALL_HASH)),
    "An operation began.",
)
MULTISIG_APPROVAL = pallet.event(
    1,
    "MultisigApproval",
    fields(
        ("approving", _WHO),
        ("timepoint", TIMEPOINT_NOW),
        ("multisig", _WHO),
        ("call_hash", _CALL_HASH),
    ),
    "An operation was approved by one more signatory.",
)
MULTISIG_EXECUTED = pallet.event(
    2,
    "MultisigExecuted",
    fields(
        ("approving", _WHO),
        ("timepoint", TIMEPOINT_NOW),
        ("multisig", _WHO),
        ("call_hash", _CALL_HASH),
        ("result", DISPATCH_RESULT.named("DispatchResult")),
    ),
    "An operation had its last approval, and its call was made.",
)
MULTISIG_CANCELLED = pallet.event(
    3,
    "MultisigCancelled",
    fields(
        ("cancelling", _WHO),
        ("timepoint", TIMEPOINT_NOW),
        ("multisig", _WHO),
        ("call_hash", _CALL_HASH),
    ),
    "An operation was taken back.",
)
