"""Paying for a dispatch before its code runs: for every look into the state, and instantiation.

The first step that cannot be paid ends the processing with a journal. What the steps cost is
with whoever knows the schedule. Source: gear, protocol/processor/src/precharge.rs.
"""

from typing import Optional

from parachain.runtime.gear.dispatch import IncomingDispatch
from parachain.runtime.gear.gas_counter import GasAllowanceCounter, GasCounter
from parachain.runtime.gear.ids import ActorId, Blake2b256
from parachain.runtime.gear.journal import Journal
from parachain.runtime.gear.processing import process_allowance_exceed, process_execution_error
from parachain.runtime.gear.reservation import system_reservation
from parachain.runtime.gear.termination import PreChargeGasLimitExceeded

#: The steps in words, as errors name them.
PROGRAM_DATA = "handle program data"
CODE_METADATA = "obtain code metadata"
ORIGINAL_CODE = "obtain original code"
INSTRUMENTATION = "instrument Wasm module"
INSTRUMENTED_CODE = "obtain instrumented code"
ALLOCATIONS = "obtain program allocations"
INSTANTIATION = "instantiate %s section of Wasm module"

#: Sections in the order in which their instantiation is charged.
SECTIONS = ("Function", "Data", "Global", "Table", "Element", "Type")


class Precharge:
    """One dispatch and the counters that it begins with."""

    __slots__ = ("_blake2_256", "allowance", "dispatch", "gas", "program_id")

    def __init__(
        self,
        blake2_256: Blake2b256,
        dispatch: IncomingDispatch,
        program_id: ActorId,
        allowance: GasAllowanceCounter,
    ) -> None:
        self._blake2_256 = blake2_256
        self.dispatch = dispatch
        self.program_id = program_id
        self.gas = GasCounter(dispatch.message.gas_limit)
        self.allowance = allowance

    def charge_at_once(self, amount: int) -> bool:
        """Pay for several steps together; if that is too much, pay nothing and return False."""
        if amount > self.gas.left or amount > self.allowance.left:
            return False
        return self.allowance.charge_if_enough(amount) and self.gas.charge_if_enough(amount)

    def charge(self, step: str, amount: int) -> Optional[Journal]:
        """Pay for a step. Returns None, or the journal that ends it all.

        The allowance is looked at first: if the block has no gas left, the message is put back,
        even if its own gas would not be enough either.
        """
        if not self.allowance.charge_if_enough(amount):
            return process_allowance_exceed(self.dispatch, self.program_id, self.gas.burned)
        if not self.gas.charge_if_enough(amount):
            return process_execution_error(
                self._blake2_256,
                self.dispatch,
                self.program_id,
                self.gas.burned,
                system_reservation(self.dispatch),
                PreChargeGasLimitExceeded(step),
            )
        return None
