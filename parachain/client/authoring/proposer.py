"""Making a block: inherents, then transactions until time, weight or size run out.

Follows sc-basic-authorship. Each extrinsic is applied in a storage transaction of its own, so one
that may not be included leaves nothing behind. Out of scope: whose turn it is (`slots`), sealing,
and what the pool does with transactions that turned out invalid.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, Protocol, TypeVar

from parachain.client.chain.importing import ExecutedBlock, storage_changes
from parachain.client.executor.executor import Executor, RuntimePanic, decode_answer
from parachain.client.state import NativeExt
from parachain.primitives.body import decode_body
from parachain.primitives.digest import Digest
from parachain.primitives.header import HEADER, Header
from parachain.primitives.scale import DecodeError
from parachain.primitives.transaction_validity import (
    TRANSACTION_VALIDITY_ERROR,
    InvalidTransaction,
    TransactionValidityError,
    reason,
)

MAX_SKIPPED_TRANSACTIONS: Final = 8
"""So many transactions that do not fit are passed over, in search of smaller ones."""

HEADER_BYTES: Final = 512
"""What a header with its digest and seal takes, generously, of the size limit."""

_UNKNOWN_ROOT: Final = bytes(32)
_INCLUDED: Final = b"\0"
_APPLY: Final = "BlockBuilder_apply_extrinsic"


class Transaction(Protocol):
    """A transaction of the pool."""

    @property
    def hash(self) -> bytes:
        """BLAKE2-256 of the encoded extrinsic."""

    @property
    def data(self) -> bytes:
        """The encoded extrinsic with its length prefix."""


AnyTransaction = TypeVar("AnyTransaction", bound=Transaction)


class ReadyTransactions(Protocol[AnyTransaction]):
    """Transactions in the order in which they should be tried."""

    def __iter__(self) -> Iterator[AnyTransaction]: ...

    def report_invalid(self, transaction: AnyTransaction, /) -> None:
        """Leave out what depends on a transaction that was not included."""


class Given(NamedTuple):
    """A transaction that somebody gave, past the pool."""

    hash: bytes
    data: bytes


class GivenTransactions:
    """Transactions to be tried in the given order, whatever becomes of the others."""

    def __init__(self, transactions: tuple[Given, ...] = ()) -> None:
        self._transactions = transactions

    def __iter__(self) -> Iterator[Given]:
        return iter(self._transactions)

    def report_invalid(self, _transaction: Given, /) -> None:
        """Nothing depends on anything here."""


class EndReason(StrEnum):
    """Why a block takes no further transaction."""

    NO_MORE_TRANSACTIONS = "no more transactions"
    DEADLINE = "deadline"
    WEIGHT = "block weight limit"
    SIZE = "block size limit"


class Refused(NamedTuple):
    """A transaction that is invalid on this block, with the runtime's reason.

    `error` is None if the runtime gave up on it.
    """

    hash: bytes
    error: TransactionValidityError | None
    reason: str


class Proposal(NamedTuple):
    """A block to be sealed, with its effect on the state."""

    header: Header
    extrinsics: tuple[bytes, ...]
    executed: ExecutedBlock
    #: Hashes of the transactions that are in it.
    included: tuple[bytes, ...]
    refused: tuple[Refused, ...]
    end: EndReason


class ProposalError(Exception):
    """No block can be made on this parent; the message says which step failed."""


@dataclass(frozen=True)
class ProposerConfig:
    """Limits of a block beyond those of the runtime."""

    #: Header and body together. What the network carries in one message is the bound.
    max_block_bytes: int = (4 << 20) + 512


#: Called with the open block after all transactions, to close it.
CloseBlock = Callable[["OpenBlock"], None]

#: Called last with the open block; returns extrinsics to be applied, which must not fail.
FinalExtrinsics = Callable[[NativeExt], tuple[bytes, ...]]


def propose(
    executor: Executor,
    ext: NativeExt,
    parent: bytes,
    number: int,
    digest: Digest,
    inherent_data: bytes,
    transactions: ReadyTransactions[AnyTransaction],
    clock: Callable[[], int],
    deadline_ms: int,
    config: ProposerConfig,
    close: CloseBlock | None = None,
    final: FinalExtrinsics | None = None,
) -> Proposal:
    """Make block `number` above `parent`, whose state `ext` is a fresh overlay of.

    `clock` returns the time in ms; no transaction is begun after `deadline_ms`. Raises
    ProposalError, and what `close` and `final` raise.
    """
    open_block = OpenBlock(executor, ext)
    open_block.call(
        "Core_initialize_block",
        HEADER.encode(Header(parent, number, _UNKNOWN_ROOT, _UNKNOWN_ROOT, digest)),
    )
    open_block.apply_inherents(inherent_data)
    filler = _Filler(open_block, clock, deadline_ms, config.max_block_bytes)
    end = filler.fill(transactions)
    if close is not None:
        close(open_block)
    for extrinsic in () if final is None else final(ext):
        open_block.apply_mandatory(extrinsic)
    header = open_block.finalize()
    return Proposal(
        header,
        tuple(open_block.extrinsics),
        ExecutedBlock(ext.state_change(), storage_changes(ext)),
        tuple(filler.included),
        tuple(filler.refused),
        end,
    )


class OpenBlock:
    """A block between initialisation and finalisation."""

    def __init__(self, executor: Executor, ext: NativeExt) -> None:
        self._executor = executor
        self.ext = ext
        self.extrinsics: list[bytes] = []
        self.size = HEADER_BYTES

    def call(self, method: str, args: bytes) -> bytes:
        """Call the runtime on the block. Raises ProposalError."""
        try:
            return self._executor.call(self.ext, method, args)
        except RuntimePanic as panic:
            raise ProposalError(f"{method}: {panic}") from None

    def apply(self, extrinsic: bytes) -> TransactionValidityError | None:
        """Add an extrinsic; return why not if it may not be included. Raises RuntimePanic."""
        ext = self.ext
        depth = ext.depth
        ext.begin()
        answer = b""
        try:
            answer = self._executor.call(ext, _APPLY, extrinsic)
        finally:
            if answer[:1] != _INCLUDED:
                while ext.depth > depth:
                    ext.rollback()
        if answer[:1] != _INCLUDED:
            return decode_answer(TRANSACTION_VALIDITY_ERROR, _APPLY, answer[1:])
        ext.commit()
        self.extrinsics.append(extrinsic)
        self.size += len(extrinsic)
        return None

    def apply_inherents(self, inherent_data: bytes) -> None:
        """Add what the runtime makes of the inherent data. Raises ProposalError."""
        method = "BlockBuilder_inherent_extrinsics"
        try:
            inherents = decode_body(self.call(method, inherent_data))
        except DecodeError as error:
            raise ProposalError(f"{method} answers no extrinsics: {error}") from error
        for inherent in inherents:
            self.apply_mandatory(inherent)

    def finalize(self) -> Header:
        """Close the block and return its header. Raises ProposalError."""
        method = "BlockBuilder_finalize_block"
        answer = self.call(method, b"")
        try:
            return decode_answer(HEADER, method, answer)
        except RuntimePanic as panic:
            raise ProposalError(str(panic)) from None

    def apply_mandatory(self, extrinsic: bytes) -> None:
        """Add an extrinsic that must not fail. Raises ProposalError."""
        try:
            error = self.apply(extrinsic)
        except RuntimePanic as panic:
            raise ProposalError(f"an inherent failed: {panic}") from None
        if error is not None:
            raise ProposalError(f"an inherent was refused: {reason(error)}")


class _Filler:
    """Puts transactions into a block until a limit is reached."""

    def __init__(
        self, block: OpenBlock, clock: Callable[[], int], deadline_ms: int, max_bytes: int
    ) -> None:
        now_ms = clock()
        self._block = block
        self._clock = clock
        self._deadline_ms = deadline_ms
        self._max_bytes = max_bytes
        #: Until then the search for transactions that fit goes on.
        self._patience_ms = now_ms + (deadline_ms - now_ms) // 2
        self._skipped = 0
        self.included: list[bytes] = []
        self.refused: list[Refused] = []

    def fill(self, transactions: ReadyTransactions[AnyTransaction]) -> EndReason:
        """Try one transaction after the other; return why it came to an end."""
        block = self._block
        for transaction in transactions:
            if self._clock() > self._deadline_ms:
                return EndReason.DEADLINE
            data = transaction.data
            if block.size + len(data) > self._max_bytes:
                transactions.report_invalid(transaction)
                if self._gives_up():
                    return EndReason.SIZE
                continue
            try:
                error = block.apply(data)
            except RuntimePanic as panic:
                transactions.report_invalid(transaction)
                self.refused.append(Refused(transaction.hash, None, str(panic)))
                continue
            if error is None:
                self.included.append(transaction.hash)
                continue
            transactions.report_invalid(transaction)
            if error is not InvalidTransaction.EXHAUSTS_RESOURCES:
                self.refused.append(Refused(transaction.hash, error, reason(error)))
            elif self._gives_up():
                return EndReason.WEIGHT
        return EndReason.NO_MORE_TRANSACTIONS

    def _gives_up(self) -> bool:
        """Whether the block counts as full after one more transaction that does not fit."""
        if self._skipped < MAX_SKIPPED_TRANSACTIONS:
            self._skipped += 1
            return False
        return self._clock() >= self._patience_ms
