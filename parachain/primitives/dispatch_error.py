"""DispatchError: why a call failed, as it is put on chain.

Indices are those of polkadot-sdk stable2409, primitives/runtime/src/lib.rs and
primitives/arithmetic/src/lib.rs.
"""

from enum import IntEnum
from typing import NamedTuple, Union

from parachain.primitives.scale import (
    U8,
    UNIT,
    Codec,
    c_enum,
    enum,
    fields,
    fixed_bytes,
    result,
    struct,
    variant,
)


class ModuleError(NamedTuple):
    """An error that a pallet declares."""

    #: Index of the pallet in the runtime.
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs here
    #: The pallet's error, encoded and padded to four bytes; the first is the variant.
    error: bytes


MODULE_ERROR = struct(
    "sp_runtime::ModuleError",
    ModuleError,
    fields(
        ("index", U8),
        ("error", fixed_bytes(4).named("[u8; MAX_MODULE_ERROR_ENCODED_SIZE]")),
    ),
)


class TokenError(IntEnum):
    """What can be wrong with an operation on tokens."""

    FUNDS_UNAVAILABLE = 0
    ONLY_PROVIDER = 1
    BELOW_MINIMUM = 2
    CANNOT_CREATE = 3
    UNKNOWN_ASSET = 4
    FROZEN = 5
    UNSUPPORTED = 6
    CANNOT_CREATE_HOLD = 7
    NOT_EXPENDABLE = 8
    BLOCKED = 9


TOKEN_ERROR = c_enum("sp_runtime::TokenError", TokenError)


class ArithmeticError(IntEnum):  # noqa: A001  # the chain's name of the type
    """What can be wrong with a computation."""

    UNDERFLOW = 0
    OVERFLOW = 1
    DIVISION_BY_ZERO = 2


ARITHMETIC_ERROR = c_enum("sp_arithmetic::ArithmeticError", ArithmeticError)


class TransactionalError(IntEnum):
    """What can be wrong with nested storage transactions."""

    LIMIT_REACHED = 0
    NO_LAYER = 1


TRANSACTIONAL_ERROR = c_enum("sp_runtime::TransactionalError", TransactionalError)


class Other(NamedTuple):
    """Some error; its text stays with the node that saw it."""


class CannotLookup(NamedTuple):
    """The address names no account."""


class BadOrigin(NamedTuple):
    """The call is not open to this origin."""


class Module(NamedTuple):
    """A pallet refused, with one of its own errors."""

    error: ModuleError


class ConsumerRemaining(NamedTuple):
    """The account cannot go while something still uses it."""


class NoProviders(NamedTuple):
    """The account has nothing to exist for."""


class TooManyConsumers(NamedTuple):
    """The account's consumer counter is full."""


class Token(NamedTuple):
    """An operation on tokens failed."""

    error: TokenError


class Arithmetic(NamedTuple):
    """A computation failed."""

    error: ArithmeticError


class Transactional(NamedTuple):
    """A storage transaction could not be opened."""

    error: TransactionalError


class Exhausted(NamedTuple):
    """Resources are used up; trying again later may work."""


class Corruption(NamedTuple):
    """The state is not what it must be."""


class Unavailable(NamedTuple):
    """Something is not there now, such as a preimage."""


class RootNotAllowed(NamedTuple):
    """Root may not do this."""


DispatchError = Union[
    Other,
    CannotLookup,
    BadOrigin,
    Module,
    ConsumerRemaining,
    NoProviders,
    TooManyConsumers,
    Token,
    Arithmetic,
    Transactional,
    Exhausted,
    Corruption,
    Unavailable,
    RootNotAllowed,
]

DISPATCH_ERROR: Codec[DispatchError] = enum(
    "sp_runtime::DispatchError",
    variant(0, "Other", Other),
    variant(1, "CannotLookup", CannotLookup),
    variant(2, "BadOrigin", BadOrigin),
    variant(3, "Module", Module, fields(("0", MODULE_ERROR))),
    variant(4, "ConsumerRemaining", ConsumerRemaining),
    variant(5, "NoProviders", NoProviders),
    variant(6, "TooManyConsumers", TooManyConsumers),
    variant(7, "Token", Token, fields(("0", TOKEN_ERROR))),
    variant(8, "Arithmetic", Arithmetic, fields(("0", ARITHMETIC_ERROR))),
    variant(9, "Transactional", Transactional, fields(("0", TRANSACTIONAL_ERROR))),
    variant(10, "Exhausted", Exhausted),
    variant(11, "Corruption", Corruption),
    variant(12, "Unavailable", Unavailable),
    variant(13, "RootNotAllowed", RootNotAllowed),
)

#: Result<(), DispatchError>, the outcome of a call: Ok(()) or Err(error).
DISPATCH_RESULT = result(UNIT, DISPATCH_ERROR)
