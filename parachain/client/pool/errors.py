"""Why the pool refuses a transaction, each with the JSON-RPC error Substrate's node answers.

`code`, `message` and `data` are what clients of `author_submitExtrinsic` see and match on; a RPC
server renders them as they are. Source of the table: polkadot-sdk
`substrate/client/rpc-api/src/author/error.rs`.
"""

from typing import Final

from parachain.primitives.transaction_validity import (
    CustomInvalid,
    CustomUnknown,
    InvalidTransaction,
    TransactionValidityError,
    UnknownTransaction,
    reason,
)

POOL_INVALID_TX: Final = 1010
POOL_UNKNOWN_VALIDITY: Final = 1011
POOL_TEMPORARILY_BANNED: Final = 1012
POOL_ALREADY_IMPORTED: Final = 1013
POOL_TOO_LOW_PRIORITY: Final = 1014
POOL_CYCLE_DETECTED: Final = 1015
POOL_IMMEDIATELY_DROPPED: Final = 1016
POOL_UNACTIONABLE: Final = 1018
POOL_NO_TAGS: Final = 1019
POOL_FUTURE_TX: Final = 1021
OTHER_ERROR: Final = 1040


class PoolError(Exception):
    """The pool refuses a transaction; nothing in it changed but bans.

    `code`, `message`, `data`: the JSON-RPC error object.
    """

    def __init__(self, code: int, message: str, data: str | None = None) -> None:
        super().__init__(message if data is None else f"{message}: {data}")
        self.code = code
        self.message = message
        self.data = data


class InvalidTransactionError(PoolError):
    """The runtime says that the transaction is invalid, because of `error`."""

    def __init__(self, error: InvalidTransaction | CustomInvalid) -> None:
        super().__init__(POOL_INVALID_TX, "Invalid Transaction", reason(error))
        self.error = error


class UnknownValidityError(PoolError):
    """The runtime cannot tell whether the transaction is valid, because of `error`."""

    def __init__(self, error: UnknownTransaction | CustomUnknown) -> None:
        if isinstance(error, CustomUnknown):
            variant = f"Custom({error.code})"
        else:
            variant = error.name.title().replace("_", "")  # as Rust's Debug writes it
        super().__init__(POOL_UNKNOWN_VALIDITY, "Unknown Transaction Validity", variant)
        self.error = error


class TemporarilyBannedError(PoolError):
    """The transaction left the pool a short while ago and may not come back yet."""

    def __init__(self) -> None:
        super().__init__(POOL_TEMPORARILY_BANNED, "Transaction is temporarily banned")


class AlreadyImportedError(PoolError):
    """The transaction is in the pool."""

    def __init__(self, tx_hash: bytes) -> None:
        super().__init__(
            POOL_ALREADY_IMPORTED, "Transaction Already Imported", f"0x{tx_hash.hex()}"
        )


class TooLowPriorityError(PoolError):
    """Others that provide the same tags have priority `old`, this one only `new`.

    `holder`: the hash of one of those others.
    """

    def __init__(self, old: int, new: int, holder: bytes) -> None:
        super().__init__(
            POOL_TOO_LOW_PRIORITY,
            f"Priority is too low: ({old} vs {new})",
            "The transaction has too low priority to replace another transaction already in the"
            " pool.",
        )
        self.holder = holder


class CycleDetectedError(PoolError):
    """The transaction depends on what depends on it."""

    def __init__(self) -> None:
        super().__init__(POOL_CYCLE_DETECTED, "Cycle Detected")


class ImmediatelyDroppedError(PoolError):
    """The pool is full of transactions with a higher priority."""

    def __init__(self) -> None:
        super().__init__(
            POOL_IMMEDIATELY_DROPPED,
            "Immediately Dropped",
            "The transaction couldn't enter the pool because of the limit",
        )


class UnactionableError(PoolError):
    """The transaction may not be propagated, and this node makes no blocks."""

    def __init__(self) -> None:
        super().__init__(
            POOL_UNACTIONABLE,
            "Unactionable",
            "The transaction is unactionable since it is not propagable and the local node does"
            " not author blocks",
        )


class NoTagsProvidedError(PoolError):
    """The transaction provides no tag, so nothing tells it from its copies."""

    def __init__(self) -> None:
        super().__init__(
            POOL_NO_TAGS,
            "No tags provided",
            "Transaction does not provide any tags, so the pool can't identify it",
        )


class RejectedFutureError(PoolError):
    """The transaction requires tags that nothing provides, and the pool takes no such ones."""

    def __init__(self) -> None:
        super().__init__(POOL_FUTURE_TX, "The pool is not accepting future transactions")


class TooManyWatchersError(PoolError):
    """So many transactions are watched that no watch can be added. Not a limit of Substrate's."""

    def __init__(self, max_watchers: int) -> None:
        super().__init__(OTHER_ERROR, f"The pool watches {max_watchers} transactions already")


def refusal(error: TransactionValidityError) -> PoolError:
    """Make the pool's error of the runtime's."""
    if isinstance(error, InvalidTransaction | CustomInvalid):
        return InvalidTransactionError(error)
    return UnknownValidityError(error)
