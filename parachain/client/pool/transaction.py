"""A transaction as the pool keeps it, and what the pool asks the runtime about one."""

from enum import Enum, auto
from typing import Final, NamedTuple

from parachain.client.chain.tree_route import BlockId
from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.transaction_validity import (
    TransactionSource,
    TransactionValidityError,
    ValidTransaction,
)

MAX_BLOCK_NUMBER: Final = (1 << 64) - 1
"""`longevity` is a u64 and "forever" is its maximum; sums stop there."""

Validity = ValidTransaction | TransactionValidityError
"""What `TaggedTransactionQueue_validate_transaction` answers."""


class Transaction(NamedTuple):
    """An extrinsic with what validation said of it.

    `data`: the encoded extrinsic, `hash`: its BLAKE2-256. Ready once every tag in `requires` is
    provided by the state or another ready transaction; no two with a common tag in `provides`
    can both be on chain. Higher `priority` goes first. From block `valid_till` on it must be
    validated again. `validated_at`: number of the block it was last valid on.
    """

    data: bytes
    hash: bytes
    source: TransactionSource
    priority: int
    requires: tuple[bytes, ...]
    provides: tuple[bytes, ...]
    valid_till: int
    propagate: bool
    validated_at: int


class Purpose(Enum):
    """Why a transaction is validated, which decides what becomes of the answer."""

    SUBMISSION = auto()
    ENACTED = auto()
    RETRACTED = auto()
    REVALIDATION = auto()


class ValidationRequest(NamedTuple):
    """Ask the runtime, on the state after block `at`, whether `data` is valid.

    A plain value: it may be carried to another thread and back.
    """

    purpose: Purpose
    data: bytes
    hash: bytes
    source: TransactionSource
    at: BlockId


def transaction_hash(data: bytes) -> bytes:
    """Hash an extrinsic (BLAKE2-256), as every Substrate chain names it."""
    return blake2_256(data)


def validated(request: ValidationRequest, validity: ValidTransaction) -> Transaction:
    """Make the transaction of a request that was answered with `validity`."""
    return Transaction(
        data=request.data,
        hash=request.hash,
        source=request.source,
        priority=validity.priority,
        requires=tuple(dict.fromkeys(validity.requires)),
        provides=tuple(dict.fromkeys(validity.provides)),
        valid_till=min(request.at.number + validity.longevity, MAX_BLOCK_NUMBER),
        propagate=validity.propagate,
        validated_at=request.at.number,
    )


def is_bare(data: bytes) -> bool:
    """Whether an encoded extrinsic has neither signature nor extensions: an inherent, mostly.

    Looks at the version byte behind the length only. False for what is no extrinsic at all.
    """
    if not data:
        return False
    prefix_size = (1, 2, 4, (data[0] >> 2) + 5)[data[0] & 0b11]
    return len(data) > prefix_size and data[prefix_size] & 0b1100_0000 == 0
