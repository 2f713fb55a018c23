"""The gas that a message needs: it is sent with plenty, and what is left is looked at all the time.

The least limit is the most that was ever missing from the gas of the message, notes of its journals
being applied one by one: what is lent to others for a while must be there, though it comes back.
Whoever calls asks twice, the second time with that limit, because programs may do other things
when they have less gas.
"""

from typing import Final, Optional

from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear import gas_tree
from parachain.runtime.gear.answers import GasInfo
from parachain.runtime.gear.gas_tree import GasTreeError, NodeId
from parachain.runtime.gear.ids import ActorId, MessageId
from parachain.runtime.gear.journal import (
    GasBurned,
    InitFailure,
    JournalNote,
    MessageDispatched,
    MessageTrap,
    WaitDispatch,
)
from parachain.runtime.gear.termination import MessageWaitedType
from parachain.runtime.pallets.gear import calls
from parachain.runtime.pallets.gear.calculation import dry_run
from parachain.runtime.pallets.gear.calculation.dry_run import DryRun
from parachain.runtime.pallets.gear.calculation.failure import CalculationFailed, internal
from parachain.runtime.pallets.gear.calculation.handle_kind import (
    Handle,
    HandleKind,
    Init,
    InitByHash,
    Reply,
    Signal,
)
from parachain.runtime.pallets.gear_gas import StoredGasNodes, allowance
from parachain.runtime.pallets.gear_messenger import waitlist

#: Of the programs that are made for the time of the calculation.
_SALT: Final = b"calculate_gas_salt"
#: A program that knows how much gas it has could not be calculated with.
_FORBIDDEN: Final = ("gr_gas_available",)


def calculate_gas_info(
    ext: Ext,
    source: ActorId,
    kind: HandleKind,
    payload: bytes,
    value: int,
    allow_other_panics: bool,
    initial_gas: Optional[int] = None,
    allowance_multiplier: Optional[int] = None,
) -> GasInfo:
    """Calculate the gas of a message that is sent with `initial_gas`, all that a block has if None.

    `allow_other_panics`: go on if a message fails that is not the one itself. Changes nothing.
    Raises CalculationFailed.
    """
    with dry_run.Undone(ext):
        gas = allowance.block_gas_limit(ext) if initial_gas is None else initial_gas
        dry_run.begin(ext, allowance_multiplier)
        dry_run.endow(ext, source, gas, value)
        sent = dry_run.send(ext, source, _call(kind, payload, gas, value))
        main = sent.message.id
        calculation = _Calculation(ext, main, gas, allow_other_panics)
        calculation.process(DryRun(ext, _FORBIDDEN))
        waited = waitlist.contains(ext, sent.message.destination, main)
        # Nothing is ever returned or reserved: gas that a message takes along into a mailbox is
        # the root of a tree of its own, and none but that of the message itself is counted.
        return GasInfo(calculation.min_limit, 0, calculation.burned, 0, waited)


def _call(kind: HandleKind, payload: bytes, gas: int, value: int) -> RuntimeCall:
    """The call of the user. Raises CalculationFailed for a signal."""
    match kind:
        case Init(code):
            return calls.upload_program(code, _SALT, payload, gas, value, False)
        case InitByHash(code_id):
            return calls.create_program(code_id, _SALT, payload, gas, value, False)
        case Handle(destination):
            return calls.send_message(destination, payload, gas, value, False)
        case Reply(to, _):
            return calls.send_reply(to, payload, gas, value, False)
        case Signal():
            raise CalculationFailed("Gas calculation for `handle_signal` is not supported")


class _Calculation:
    """What is found out about one message and all that follow from it."""

    __slots__ = ("_allow_other_panics", "_ext", "_initial_gas", "_main", "burned", "min_limit")

    def __init__(
        self, ext: Ext, main: MessageId, initial_gas: int, allow_other_panics: bool
    ) -> None:
        self._ext = ext
        self._main = main
        self._initial_gas = initial_gas
        self._allow_other_panics = allow_other_panics
        self.min_limit = 0
        self.burned = 0

    def process(self, run: DryRun) -> None:
        """Process the queue. Raises CalculationFailed."""
        while True:
            journal = run.next()
            if journal is None:
                return
            for note in journal:
                run.apply((note,))
                self._note_limit(note)
                self._look_at(note)

    def _note_limit(self, note: JournalNote) -> None:
        """What is missing now was needed; waiting without end takes whatever there is."""
        remaining = self._remaining()
        if remaining is not None:
            self.min_limit = max(self.min_limit, self._initial_gas - remaining)
        elif (
            isinstance(note, WaitDispatch)
            and note.waited_type is MessageWaitedType.WAIT
            and self._is_of_main(note.dispatch.message.id)
        ):
            self.min_limit = self._initial_gas

    def _look_at(self, note: JournalNote) -> None:
        match note:
            case GasBurned(message, amount):
                if self._is_of_main(message):
                    self.burned += amount
            case MessageDispatched(message, _, MessageTrap(_, why) | InitFailure(_, _, why)):
                if message == self._main or not self._allow_other_panics:
                    raise CalculationFailed("Program terminated with a trap: '%s'" % why)
            case _:
                pass

    def _remaining(self) -> Optional[int]:
        """The gas that the message has left.

        Its node may be consumed and yet have gas, for children without any of their own. If it
        has none, that went up to its ancestors: then it says nothing, and this is None.
        """
        nodes, node = StoredGasNodes(self._ext), NodeId(self._main)
        try:
            return gas_tree.limit(nodes, node)
        except GasTreeError:
            pass  # consumed, or gone
        try:
            return gas_tree.limit_consumed(nodes, node) or None
        except GasTreeError:
            return None

    def _is_of_main(self, message: MessageId) -> bool:
        """Whether the gas of `message` comes from that of the message itself."""
        try:
            root = gas_tree.origin(StoredGasNodes(self._ext), NodeId(message)).root
        except GasTreeError as error:
            raise internal("Failed to get origin key") from error
        return root == NodeId(self._main)
