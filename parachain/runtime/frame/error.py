"""Failures of dispatchables and of transaction validity, as exceptions that carry chain values.

Whatever else escapes from a pallet is a bug and fails the block.
"""

from typing import NoReturn, Optional

from parachain.primitives.dispatch_error import DispatchError, Module, ModuleError
from parachain.primitives.dispatch_info import PostDispatchInfo
from parachain.primitives.transaction_validity import (
    InvalidTransaction,
    TransactionValidityError,
    UnknownTransaction,
)
from parachain.runtime.frame.owner import Owner


class DispatchFailed(Exception):  # noqa: N818  the field's word, and not an error of the node
    """A call failed: its storage changes are undone and `error` is put on chain.

    `post_info` holds the weight the call used in spite of failing, where that is known. `name` is
    what the pallet calls an error of its own; only its index goes on chain.
    """

    def __init__(
        self,
        error: DispatchError,
        post_info: Optional[PostDispatchInfo] = None,
        name: Optional[str] = None,
    ) -> None:
        super().__init__(error)
        self.error = error
        self.post_info = post_info
        self.name = name


class InvalidTransactionFailed(Exception):  # noqa: N818  as above
    """A transaction may not be included in a block; `error` says why."""

    def __init__(self, error: TransactionValidityError) -> None:
        super().__init__(error)
        self.error = error


class InvalidBlock(Exception):  # noqa: N818  as above
    """The block cannot be part of this chain; the message says why. A Rust runtime panics."""


class PalletError:
    """One declared error of a pallet. `index` is its position in the pallet's Error enum."""

    __slots__ = ("doc", "index", "name", "pallet")

    def __init__(self, pallet: Owner, index: int, name: str, doc: str) -> None:
        self.pallet = pallet
        self.index = index
        self.name = name
        self.doc = doc

    def value(self) -> DispatchError:
        """The error as it is put on chain."""
        return Module(ModuleError(self.pallet.index, bytes((self.index, 0, 0, 0))))


def fail(error: PalletError) -> NoReturn:
    """Fail the call with an error of a pallet."""
    raise DispatchFailed(error.value(), name=error.name)


def ensure(condition: bool, error: PalletError) -> None:
    """Fail the call with `error` unless `condition` holds."""
    if not condition:
        raise DispatchFailed(error.value(), name=error.name)


def fail_with(error: DispatchError) -> NoReturn:
    """Fail the call with an error that belongs to no pallet."""
    raise DispatchFailed(error)


def invalid(reason: InvalidTransaction) -> NoReturn:
    """Refuse a transaction for good."""
    raise InvalidTransactionFailed(reason)


def unknown(reason: UnknownTransaction) -> NoReturn:
    """Refuse a transaction whose validity cannot be told."""
    raise InvalidTransactionFailed(reason)
