"""Words of the token traits: how gently, how exactly and how finally a balance may be reduced.

Source: frame_support::traits::tokens::misc of polkadot-sdk stable2409.
"""

from enum import IntEnum, IntFlag

from parachain.primitives.scale import c_enum


class Preservation(IntEnum):
    """What a reduction must leave alive."""

    #: Nothing: the account may die.
    EXPENDABLE = 0
    #: The account, though perhaps without the reference that its balance gives it.
    PROTECT = 1
    #: The existential deposit, and with it the reference.
    PRESERVE = 2


class Fortitude(IntEnum):
    """Whether locks and freezes are respected (POLITE) or overruled (FORCE)."""

    POLITE = 0
    FORCE = 1


class Precision(IntEnum):
    """Whether an operation is done in full or not at all (EXACT), or as far as possible."""

    EXACT = 0
    BEST_EFFORT = 1


class Restriction(IntEnum):
    """Whether transferred funds arrive free or on hold."""

    FREE = 0
    ON_HOLD = 1


class BalanceStatus(IntEnum):
    """Which half of a balance repatriated funds arrive in."""

    FREE = 0
    RESERVED = 1


BALANCE_STATUS = c_enum("frame_support::traits::tokens::misc::BalanceStatus", BalanceStatus)


class WithdrawReasons(IntFlag):
    """What a lock forbids; a set of bits."""

    TRANSACTION_PAYMENT = 1
    TRANSFER = 2
    RESERVE = 4
    FEE = 8
    TIP = 16
    ALL = 31


class Reasons(IntEnum):
    """How a lock remembers its WithdrawReasons: what it keeps apart is fees."""

    FEE = 0
    MISC = 1
    ALL = 2


REASONS = c_enum("pallet_balances::types::Reasons", Reasons)


def reasons_of(withdraw: WithdrawReasons) -> Reasons:
    """Return the Reasons a lock with these WithdrawReasons has."""
    if withdraw == WithdrawReasons.TRANSACTION_PAYMENT:
        return Reasons.FEE
    if withdraw & WithdrawReasons.TRANSACTION_PAYMENT:
        return Reasons.ALL
    return Reasons.MISC


def union(first: Reasons, second: Reasons) -> Reasons:
    """Return the Reasons of a lock that has both; anything but twice the same is ALL."""
    return first if first is second else Reasons.ALL


class AdjustmentDirection(IntEnum):
    """Which way the total issuance is forced."""

    INCREASE = 0
    DECREASE = 1


ADJUSTMENT_DIRECTION = c_enum("pallet_balances::types::AdjustmentDirection", AdjustmentDirection)
