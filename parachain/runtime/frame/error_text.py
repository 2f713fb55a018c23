"""Failures of calls in words: the static texts that sp_runtime gives them.

Nothing on chain depends on these; clients are shown them. Source: polkadot-sdk stable2409,
substrate/primitives/runtime/src/lib.rs, primitives/arithmetic/src/lib.rs.
"""

from typing import Dict, Final, Optional, Tuple

from parachain.primitives.dispatch_error import (
    Arithmetic,
    ArithmeticError,  # noqa: A004  # the chain's name of the type
    BadOrigin,
    CannotLookup,
    ConsumerRemaining,
    Corruption,
    DispatchError,
    Exhausted,
    Module,
    NoProviders,
    Other,
    RootNotAllowed,
    Token,
    TokenError,
    TooManyConsumers,
    Transactional,
    TransactionalError,
    Unavailable,
)

_SIMPLE: Final[Tuple[Tuple[type, str], ...]] = (
    (Other, ""),
    (CannotLookup, "Cannot lookup"),
    (BadOrigin, "Bad origin"),
    (ConsumerRemaining, "Consumer remaining"),
    (NoProviders, "No providers"),
    (TooManyConsumers, "Too many consumers"),
    (Exhausted, "Resources exhausted"),
    (Corruption, "State corrupt"),
    (Unavailable, "Resource unavailable"),
    (RootNotAllowed, "Root not allowed"),
)
_TOKEN: Final[Dict[TokenError, str]] = {
    TokenError.FUNDS_UNAVAILABLE: "Funds are unavailable",
    TokenError.ONLY_PROVIDER: "Account that must exist would die",
    TokenError.BELOW_MINIMUM: "Account cannot exist with the funds that would be given",
    TokenError.CANNOT_CREATE: "Account cannot be created",
    TokenError.UNKNOWN_ASSET: "The asset in question is unknown",
    TokenError.FROZEN: "Funds exist but are frozen",
    TokenError.UNSUPPORTED: "Operation is not supported by the asset",
    TokenError.CANNOT_CREATE_HOLD: "Account cannot be created for recording amount on hold",
    TokenError.NOT_EXPENDABLE: "Account that is desired to remain would die",
    TokenError.BLOCKED: "Account cannot receive the assets",
}
_ARITHMETIC: Final[Dict[ArithmeticError, str]] = {
    ArithmeticError.UNDERFLOW: "An underflow would occur",
    ArithmeticError.OVERFLOW: "An overflow would occur",
    ArithmeticError.DIVISION_BY_ZERO: "Division by zero",
}
_TRANSACTIONAL: Final[Dict[TransactionalError, str]] = {
    TransactionalError.LIMIT_REACHED: "Too many transactional layers have been spawned",
    TransactionalError.NO_LAYER: "A transactional layer was expected, but does not exist",
}


def error_text(error: DispatchError, name: Optional[str]) -> str:
    """`error` in words; `name` is what its pallet calls it, None if that is not known."""
    match error:
        case Module():
            return "Unknown module error" if name is None else name
        case Token(kind):
            return _TOKEN[kind]
        case Arithmetic(fault):
            return _ARITHMETIC[fault]
        case Transactional(fault):
            return _TRANSACTIONAL[fault]
        case _:
            return next(text for kind, text in _SIMPLE if isinstance(error, kind))
