"""A run of the queue that is undone: one message by a user who can pay for it, and what follows.

The messages that were in the queue do not take part, and nothing limits the run but an allowance
of some blocks. Not here: what is concluded from the run.
"""

from typing import Final, Optional, Self, Tuple, Type

from parachain.primitives.account import AccountId
from parachain.primitives.dispatch_error import Module
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.frame.error_text import error_text
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import signed
from parachain.runtime.gear.dispatch import StoredDispatch
from parachain.runtime.gear.gas_tree import gas_to_value
from parachain.runtime.gear.journal import Journal
from parachain.runtime.pallets import authorship, balances, gear_bank
from parachain.runtime.pallets.gear import journal, queue
from parachain.runtime.pallets.gear.calculation.failure import (
    ALLOWANCE_LIMIT,
    CalculationFailed,
    internal,
)
from parachain.runtime.pallets.gear.costs import execution_settings
from parachain.runtime.pallets.gear.declarations import pallet
from parachain.runtime.pallets.gear.invariants import Certain
from parachain.runtime.pallets.gear.queue_run import QueueRun
from parachain.runtime.pallets.gear_gas import allowance
from parachain.runtime.pallets.gear_messenger import block_counters
from parachain.runtime.pallets.gear_messenger import queue as messages

#: Blocks whose gas a calculation may burn, unless the node says otherwise.
DEFAULT_ALLOWANCE_MULTIPLIER: Final = 6

_U64_MAX: Final = 2**64 - 1
_U128_MAX: Final = 2**128 - 1


class Undone:
    """What is done inside `with` never was."""

    __slots__ = ("_ext",)

    def __init__(self, ext: Ext) -> None:
        self._ext = ext

    def __enter__(self) -> Self:
        self._ext.begin()
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: object
    ) -> None:
        self._ext.rollback()


def gas_allowance(ext: Ext, multiplier: Optional[int]) -> int:
    """The gas that a calculation may burn."""
    blocks = DEFAULT_ALLOWANCE_MULTIPLIER if multiplier is None else multiplier
    return min(blocks * allowance.block_gas_limit(ext), _U64_MAX)


def begin(ext: Ext, multiplier: Optional[int]) -> None:
    """Forget the queue and whatever the block has burned.

    On the genesis block, which has no author, the treasury stands in for one.
    """
    if authorship.author(ext) is None:
        authorship.block_author.put(ext, gear_bank.TREASURY)
    messages.clear(ext)
    allowance.put(ext, gas_allowance(ext, multiplier))
    block_counters.allow_queue_processing(ext)


def endow(ext: Ext, who: AccountId, gas: int, value: int) -> None:
    """Give an account what it lacks to send a message and to live on."""
    has = balances.reducible_balance(
        ext, who, balances.Preservation.EXPENDABLE, balances.Fortitude.POLITE
    )
    price = gas_to_value(gear_bank.GAS_MULTIPLIER_NOW, gas)
    needs = min(balances.EXISTENTIAL_DEPOSIT + price + value, _U128_MAX)
    given = balances.deposit_creating(ext, who, max(needs - has, 0))
    balances.drop_positive_imbalance(ext, given)


def send(ext: Ext, who: AccountId, call: RuntimeCall) -> StoredDispatch:
    """Do what a user's call does; return the message that is queued by it.

    Raises CalculationFailed if the call fails, or queues nothing.
    """
    declaration = call.declaration
    try:
        declaration.function(ext, signed(who), *call.args)
    except DispatchFailed as failure:
        raise CalculationFailed(_refusal(declaration.name, failure)) from failure
    first = next(messages.iterate(ext), None)
    if first is None:
        raise internal("Failed to get last message from the queue")
    return first


def _refusal(call: str, failure: DispatchFailed) -> str:
    text = "Extrinsic `gear.%s` failed: '%s'" % (call, error_text(failure.error, failure.name))
    if isinstance(failure.error, Module) and failure.error.error.index != pallet.index:
        # The reference never closes the parenthesis.
        text += " (pallet index of the error: %d" % failure.error.error.index
    return text


class DryRun:
    """The processing of the queue, message by message."""

    __slots__ = ("_settings", "run")

    def __init__(self, ext: Ext, forbidden: Tuple[str, ...] = ()) -> None:
        self.run = QueueRun(ext)
        self._settings = execution_settings(ext, forbidden)

    def next(self) -> Optional[Journal]:
        """Let the first message be processed; None if there is none. Nothing of it is applied."""
        ext = self.run.ext
        with Certain("a calculation"):
            dispatch = messages.dequeue(ext)
            return None if dispatch is None else queue.process(ext, self._settings, dispatch)

    def apply(self, notes: Journal) -> None:
        """Do what the notes say. Raises CalculationFailed if the allowance is used up."""
        with Certain("a calculation"):
            journal.apply(self.run, notes)
        if not block_counters.queue_processing_allowed(self.run.ext):
            raise CalculationFailed(ALLOWANCE_LIMIT)
