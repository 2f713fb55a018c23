"""Whether, and under which conditions, a transaction may go into a block.

Source: polkadot-sdk stable2409, primitives/runtime/src/transaction_validity.rs.
"""

from enum import Enum, IntEnum
from typing import Any, Dict, List, NamedTuple, Tuple, Type, TypeVar, Union

from parachain.primitives.dispatch_error import DISPATCH_RESULT
from parachain.primitives.scale import (
    BOOL,
    BYTES,
    U8,
    U64,
    Codec,
    DecodeError,
    EncodeError,
    Field,
    Readable,
    Variant,
    Variants,
    c_enum,
    fields,
    result,
    struct,
    vec,
)

U64_MAX = (1 << 64) - 1


class InvalidTransaction(Enum):
    """Why a transaction is refused for good, or for now (FUTURE, EXHAUSTS_RESOURCES)."""

    CALL = 0
    PAYMENT = 1
    FUTURE = 2
    STALE = 3
    BAD_PROOF = 4
    ANCIENT_BIRTH_BLOCK = 5
    EXHAUSTS_RESOURCES = 6
    BAD_MANDATORY = 8
    MANDATORY_VALIDATION = 9
    BAD_SIGNER = 10


class CustomInvalid(NamedTuple):
    """InvalidTransaction::Custom: a reason that only the runtime explains."""

    code: int


class UnknownTransaction(Enum):
    """Why the validity of a transaction cannot be told."""

    CANNOT_LOOKUP = 0
    NO_UNSIGNED_VALIDATOR = 1


class CustomUnknown(NamedTuple):
    """UnknownTransaction::Custom: a reason that only the runtime explains."""

    code: int


TransactionValidityError = Union[
    InvalidTransaction, CustomInvalid, UnknownTransaction, CustomUnknown
]

R = TypeVar("R", bound=Enum)
C = TypeVar("C", CustomInvalid, CustomUnknown)


def _reasons(name: str, named: Type[R], custom: Type[C], custom_index: int) -> Codec[Union[R, C]]:
    """An enum of reasons without fields, and one with a byte of the runtime's own."""
    path = "sp_runtime::transaction_validity::" + name
    members: Dict[int, R] = {member.value: member for member in named}

    def encode(value: Union[R, C]) -> bytes:
        if isinstance(value, custom):
            return bytes((custom_index,)) + U8.encode(value.code)
        if isinstance(value, named):
            return bytes((value.value,))
        raise EncodeError("%r is no variant of %s" % (value, path))

    def read(data: bytes, pos: int) -> Tuple[Union[R, C], int]:
        if pos >= len(data):
            raise DecodeError("%s needs a byte for its variant" % path)
        if data[pos] == custom_index:
            code, pos = U8.read(data, pos + 1)
            return custom(code), pos
        member = members.get(data[pos])
        if member is None:
            raise DecodeError("%s has no variant %d" % (path, data[pos]))
        return member, pos + 1

    def variant_name(member: R) -> str:
        return member.name.title().replace("_", "")

    variants: List[Variant] = [Variant(variant_name(m), int(m.value)) for m in named]
    variants.append(Variant("Custom", custom_index, (Field("", U8, "u8"),)))
    variants.sort(key=lambda variant: variant.index)
    return Codec(Readable(encode, read), Variants(path, tuple(variants)), name, 1)


INVALID_TRANSACTION = _reasons("InvalidTransaction", InvalidTransaction, CustomInvalid, 7)
UNKNOWN_TRANSACTION = _reasons("UnknownTransaction", UnknownTransaction, CustomUnknown, 2)


def _encode_error(error: TransactionValidityError) -> bytes:
    if isinstance(error, (InvalidTransaction, CustomInvalid)):
        return b"\x00" + INVALID_TRANSACTION.encode(error)
    return b"\x01" + UNKNOWN_TRANSACTION.encode(error)


def _read_error(data: bytes, pos: int) -> Tuple[TransactionValidityError, int]:
    if pos >= len(data):
        raise DecodeError("TransactionValidityError needs a byte for its variant")
    if data[pos] == 0:
        return INVALID_TRANSACTION.read(data, pos + 1)
    if data[pos] == 1:
        return UNKNOWN_TRANSACTION.read(data, pos + 1)
    raise DecodeError("TransactionValidityError has no variant %d" % data[pos])


#: Both kinds of reasons; the value is the reason itself, whose type says which kind it is.
TRANSACTION_VALIDITY_ERROR: Codec[TransactionValidityError] = Codec(
    Readable(_encode_error, _read_error),
    Variants(
        "sp_runtime::transaction_validity::TransactionValidityError",
        (
            Variant("Invalid", 0, (Field("", INVALID_TRANSACTION, "InvalidTransaction"),)),
            Variant("Unknown", 1, (Field("", UNKNOWN_TRANSACTION, "UnknownTransaction"),)),
        ),
    ),
    "TransactionValidityError",
    2,
)

#: How node and RPC word the reasons; clients match on these texts.
_TEXTS: Dict[Any, str] = {
    InvalidTransaction.CALL: "Transaction call is not expected",
    InvalidTransaction.PAYMENT: "Inability to pay some fees (e.g. account balance too low)",
    InvalidTransaction.FUTURE: "Transaction will be valid in the future",
    InvalidTransaction.STALE: "Transaction is outdated",
    InvalidTransaction.BAD_PROOF: "Transaction has a bad signature",
    InvalidTransaction.ANCIENT_BIRTH_BLOCK: "Transaction has an ancient birth block",
    InvalidTransaction.EXHAUSTS_RESOURCES: "Transaction would exhaust the block limits",
    InvalidTransaction.BAD_MANDATORY: (
        "A call was labelled as mandatory, but resulted in an Error."
    ),
    InvalidTransaction.MANDATORY_VALIDATION: (
        "Transaction dispatch is mandatory; transactions must not be validated."
    ),
    InvalidTransaction.BAD_SIGNER: "Invalid signing address",
    UnknownTransaction.CANNOT_LOOKUP: (
        "Could not lookup information required to validate the transaction"
    ),
    UnknownTransaction.NO_UNSIGNED_VALIDATOR: (
        "Could not find an unsigned validator for the unsigned transaction"
    ),
}


def reason(error: TransactionValidityError) -> str:
    """The reason as Substrate nodes word it to clients."""
    if isinstance(error, (CustomInvalid, CustomUnknown)):
        return "Custom error: %d" % error.code
    return _TEXTS[error]


class TransactionSource(IntEnum):
    """Where a transaction comes from."""

    IN_BLOCK = 0
    LOCAL = 1
    EXTERNAL = 2


TRANSACTION_SOURCE = c_enum(
    "sp_runtime::transaction_validity::TransactionSource", TransactionSource
)


class ValidTransaction(NamedTuple):
    """How a valid transaction relates to others, and for how many blocks that holds."""

    priority: int
    requires: Tuple[bytes, ...]
    provides: Tuple[bytes, ...]
    longevity: int
    propagate: bool

    @staticmethod
    def default() -> "ValidTransaction":
        """No priority, no tags, valid for ever, propagated."""
        return ValidTransaction(0, (), (), U64_MAX, True)

    def combine_with(self, other: "ValidTransaction") -> "ValidTransaction":
        """Both sets of conditions: priorities add up, the shorter longevity counts."""
        return ValidTransaction(
            min(self.priority + other.priority, U64_MAX),
            self.requires + other.requires,
            self.provides + other.provides,
            min(self.longevity, other.longevity),
            self.propagate and other.propagate,
        )


_TAGS = vec(BYTES.named("TransactionTag")).named("Vec<TransactionTag>")

VALID_TRANSACTION = struct(
    "sp_runtime::transaction_validity::ValidTransaction",
    ValidTransaction,
    fields(
        ("priority", U64.named("TransactionPriority")),
        ("requires", _TAGS),
        ("provides", _TAGS),
        ("longevity", U64.named("TransactionLongevity")),
        ("propagate", BOOL),
    ),
)

#: Result<ValidTransaction, TransactionValidityError>.
TRANSACTION_VALIDITY = result(VALID_TRANSACTION, TRANSACTION_VALIDITY_ERROR)

#: Result<Result<(), DispatchError>, TransactionValidityError>: whether an extrinsic may be in the
#: block, and then whether its call succeeded.
APPLY_EXTRINSIC_RESULT = result(DISPATCH_RESULT, TRANSACTION_VALIDITY_ERROR)
