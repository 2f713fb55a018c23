"""What the pallet declares: constants, storage, errors and events of pallet_balances.

Amounts are u128 in plancks; 1 token is 10**12 plancks. Balances live in System.Account
(`AccountStore = System`); the map Account is declared as in FRAME and stays empty.
"""

from typing import NamedTuple, Tuple

from parachain.primitives.account import ACCOUNT_ID
from parachain.primitives.scale import (
    U32,
    U128,
    bounded_vec,
    fields,
    fixed_bytes,
    struct,
    weak_bounded_vec,
)
from parachain.runtime.frame.hashers import Hasher
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.pallets import system
from parachain.runtime.pallets.balances.reasons import (
    MAX_HOLDS,
    RUNTIME_FREEZE_REASON,
    RUNTIME_HOLD_REASON,
    FreezeReason,
    HoldReason,
)
from parachain.runtime.pallets.balances.tokens import BALANCE_STATUS, REASONS, Reasons

pallet = Pallet("Balances", "pallet_balances", storage_version=1, instantiable=True)

_WHO = ACCOUNT_ID.named("T::AccountId")
_BALANCE = U128.named("T::Balance")

#: Largest amount the balance type holds.
MAX_BALANCE = (1 << 128) - 1

#: Flag of an account that counts its reserved and frozen funds as one consumer reference.
IS_NEW_LOGIC = system.NEW_LOGIC

#: What an account without balances stores.
NO_BALANCE = system.EMPTY_ACCOUNT_DATA

# -- constants ---------------------------------------------------------------------------------

EXISTENTIAL_DEPOSIT = pallet.constant(
    "ExistentialDeposit", U128, 10**12, "The free balance below which an account is removed."
)
MAX_LOCKS = pallet.constant(
    "MaxLocks", U32, 50, "Locks an account is expected to have at most; not enforced."
)
MAX_RESERVES = pallet.constant(
    "MaxReserves", U32, 50, "Named reserves an account can have at once."
)
MAX_FREEZES = pallet.constant("MaxFreezes", U32, 1, "Freezes an account can have at once.")

# -- storage -----------------------------------------------------------------------------------

total_issuance = pallet.value("TotalIssuance", U128, 0, "All plancks there are.")
inactive_issuance = pallet.value(
    "InactiveIssuance", U128, 0, "Plancks of the total issuance that take no part in votes."
)
pallet.map(
    "Account",
    Hasher.BLAKE2_128_CONCAT,
    ACCOUNT_ID,
    system.ACCOUNT_DATA,
    NO_BALANCE,
    "Balances by account; empty, because System stores them.",
)


#: Locks and reserves go by eight bytes, such as b"staking ".
_NAME = fixed_bytes(8)


class BalanceLock(NamedTuple):
    """A lock: `amount` of the total balance may not leave the account."""

    id: bytes
    amount: int
    reasons: Reasons


BALANCE_LOCK = struct(
    "pallet_balances::types::BalanceLock",
    BalanceLock,
    fields(
        ("id", _NAME.named("LockIdentifier")),
        ("amount", U128.named("Balance")),
        ("reasons", REASONS),
    ),
    params=(("Balance", U128),),
)


class ReserveData(NamedTuple):
    """The part of the reserved balance that goes by a name."""

    id: bytes
    amount: int


RESERVE_DATA = struct(
    "pallet_balances::types::ReserveData",
    ReserveData,
    fields(("id", _NAME.named("ReserveIdentifier")), ("amount", U128.named("Balance"))),
    params=(("ReserveIdentifier", _NAME), ("Balance", U128)),
)


class Hold(NamedTuple):
    """The part of the reserved balance that is on hold for one reason."""

    id: HoldReason
    amount: int


class Freeze(NamedTuple):
    """An amount of the total balance that is frozen for one reason."""

    id: FreezeReason
    amount: int


_ID_AMOUNT = "frame_support::traits::tokens::misc::IdAmount"

HOLD = struct(
    _ID_AMOUNT,
    Hold,
    fields(("id", RUNTIME_HOLD_REASON.named("Id")), ("amount", U128.named("Balance"))),
    params=(("Id", RUNTIME_HOLD_REASON), ("Balance", U128)),
)
FREEZE = struct(
    _ID_AMOUNT,
    Freeze,
    fields(("id", RUNTIME_FREEZE_REASON.named("Id")), ("amount", U128.named("Balance"))),
    params=(("Id", RUNTIME_FREEZE_REASON), ("Balance", U128)),
)

_NO_LOCKS: Tuple[BalanceLock, ...] = ()
_NO_RESERVES: Tuple[ReserveData, ...] = ()
_NO_HOLDS: Tuple[Hold, ...] = ()
_NO_FREEZES: Tuple[Freeze, ...] = ()

locks = pallet.map(
    "Locks",
    Hasher.BLAKE2_128_CONCAT,
    ACCOUNT_ID,
    weak_bounded_vec(BALANCE_LOCK, MAX_LOCKS),
    _NO_LOCKS,
    "Locks by account.",
)
reserves = pallet.map(
    "Reserves",
    Hasher.BLAKE2_128_CONCAT,
    ACCOUNT_ID,
    bounded_vec(RESERVE_DATA, MAX_RESERVES),
    _NO_RESERVES,
    "Named reserves by account, sorted by name.",
)
holds = pallet.map(
    "Holds",
    Hasher.BLAKE2_128_CONCAT,
    ACCOUNT_ID,
    bounded_vec(HOLD, MAX_HOLDS),
    _NO_HOLDS,
    "Holds by account.",
)
freezes = pallet.map(
    "Freezes",
    Hasher.BLAKE2_128_CONCAT,
    ACCOUNT_ID,
    bounded_vec(FREEZE, MAX_FREEZES),
    _NO_FREEZES,
    "Freezes by account.",
)

# -- errors ------------------------------------------------------------------------------------

VESTING_BALANCE = pallet.error(0, "VestingBalance", "Too much of the balance is vesting.")
LIQUIDITY_RESTRICTIONS = pallet.error(
    1, "LiquidityRestrictions", "Locks or freezes forbid the withdrawal."
)
INSUFFICIENT_BALANCE = pallet.error(2, "InsufficientBalance", "The free balance is too low.")
BELOW_EXISTENTIAL_DEPOSIT = pallet.error(
    3, "ExistentialDeposit", "The value is too low to create an account."
)
EXPENDABILITY = pallet.error(4, "Expendability", "The payment would kill the account.")
EXISTING_VESTING_SCHEDULE = pallet.error(
    5, "ExistingVestingSchedule", "The account has a vesting schedule already."
)
DEAD_ACCOUNT = pallet.error(6, "DeadAccount", "The beneficiary does not exist.")
TOO_MANY_RESERVES = pallet.error(
    7, "TooManyReserves", "The account would have more than MaxReserves named reserves."
)
TOO_MANY_HOLDS = pallet.error(
    8, "TooManyHolds", "The account would have more holds than there are reasons."
)
TOO_MANY_FREEZES = pallet.error(
    9, "TooManyFreezes", "The account would have more than MaxFreezes freezes."
)
ISSUANCE_DEACTIVATED = pallet.error(
    10, "IssuanceDeactivated", "The issuance would fall below its inactive part."
)
DELTA_ZERO = pallet.error(11, "DeltaZero", "The adjustment is zero.")

# -- events ------------------------------------------------------------------------------------

_WHO_AMOUNT = fields(("who", _WHO), ("amount", _BALANCE))

ENDOWED = pallet.event(
    0,
    "Endowed",
    fields(("account", _WHO), ("free_balance", _BALANCE)),
    "An account was created with a free balance.",
)
DUST_LOST = pallet.event(
    1,
    "DustLost",
    fields(("account", _WHO), ("amount", _BALANCE)),
    "An account was removed, and what it had below the existential deposit was lost.",
)
TRANSFER = pallet.event(
    2,
    "Transfer",
    fields(("from", _WHO), ("to", _WHO), ("amount", _BALANCE)),
    "A transfer succeeded.",
)
BALANCE_SET = pallet.event(
    3, "BalanceSet", fields(("who", _WHO), ("free", _BALANCE)), "Root set a free balance."
)
RESERVED = pallet.event(4, "Reserved", _WHO_AMOUNT, "Funds moved from free to reserved.")
UNRESERVED = pallet.event(5, "Unreserved", _WHO_AMOUNT, "Funds moved from reserved to free.")
RESERVE_REPATRIATED = pallet.event(
    6,
    "ReserveRepatriated",
    fields(
        ("from", _WHO),
        ("to", _WHO),
        ("amount", _BALANCE),
        ("destination_status", BALANCE_STATUS.named("Status")),
    ),
    "Reserved funds of one account moved to another.",
)
DEPOSIT = pallet.event(7, "Deposit", _WHO_AMOUNT, "An amount was paid in.")
WITHDRAW = pallet.event(8, "Withdraw", _WHO_AMOUNT, "An amount was taken out, such as a fee.")
SLASHED = pallet.event(9, "Slashed", _WHO_AMOUNT, "An amount was taken as a punishment.")
MINTED = pallet.event(10, "Minted", _WHO_AMOUNT, "An amount was created in the account.")
BURNED = pallet.event(11, "Burned", _WHO_AMOUNT, "An amount of the account was destroyed.")
SUSPENDED = pallet.event(12, "Suspended", _WHO_AMOUNT, "An amount was taken, to be restored.")
RESTORED = pallet.event(13, "Restored", _WHO_AMOUNT, "A suspended amount was given back.")
UPGRADED = pallet.event(
    14, "Upgraded", fields(("who", _WHO)), "An account now counts references the new way."
)
ISSUED = pallet.event(15, "Issued", fields(("amount", _BALANCE)), "The total issuance rose.")
RESCINDED = pallet.event(16, "Rescinded", fields(("amount", _BALANCE)), "The total issuance fell.")
LOCKED = pallet.event(17, "Locked", _WHO_AMOUNT, "Locks took hold of more funds.")
UNLOCKED = pallet.event(18, "Unlocked", _WHO_AMOUNT, "Locks let funds go.")
FROZEN = pallet.event(19, "Frozen", _WHO_AMOUNT, "Freezes took hold of more funds.")
THAWED = pallet.event(20, "Thawed", _WHO_AMOUNT, "Freezes let funds go.")
TOTAL_ISSUANCE_FORCED = pallet.event(
    21,
    "TotalIssuanceForced",
    fields(("old", _BALANCE), ("new", _BALANCE)),
    "Root changed the total issuance.",
)
