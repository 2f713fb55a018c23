"""What an execution may still burn and send: counters of gas, of the block's allowance, of value.

Two ways to take gas: `charge` burns it, `reduce` hands it on (to a message, a reservation, a
rent) without burning. Gas that the running code uses is counted in an exported global of the
module, for whichever of gas and allowance is less; `Counters` brings the three together. Source:
gear, protocol/core/src/gas.rs and protocol/processor/src/ext.rs.
"""

from enum import IntEnum
from typing import NamedTuple


class ChargeFailure(IntEnum):
    """Which counter was short. Short gas fails the message; short allowance ends the block."""

    GAS_LIMIT_EXCEEDED = 0
    GAS_ALLOWANCE_EXCEEDED = 1


class ChargeError(Exception):
    """A charge that cannot be paid."""

    def __init__(self, reason: ChargeFailure) -> None:
        super().__init__(reason)
        self.reason = reason


class GasAmount(NamedTuple):
    """A gas counter at the end of an execution."""

    left: int
    burned: int


class GasCounter:
    """Gas of one message. Every method that takes gas returns whether there was enough."""

    __slots__ = ("burned", "left")

    def __init__(self, left: int, burned: int = 0) -> None:
        self.left = left
        self.burned = burned

    def charge(self, amount: int) -> bool:
        """Burn `amount`; if there is less, burn all of it and return False."""
        if amount <= self.left:
            self.left -= amount
            self.burned += amount
            return True
        self.burned += self.left
        self.left = 0
        return False

    def charge_if_enough(self, amount: int) -> bool:
        """Burn `amount`; if there is less, change nothing and return False."""
        if amount > self.left:
            return False
        self.left -= amount
        self.burned += amount
        return True

    def reduce(self, amount: int) -> bool:
        """Hand on `amount` without burning it; if there is less, change nothing."""
        if amount > self.left:
            return False
        self.left -= amount
        return True

    def increase(self, amount: int) -> None:
        """Take back what a reservation of this very execution was given."""
        if self.left + amount >= 2**64:
            raise AssertionError("%d + %d gas: more than was reduced before" % (self.left, amount))
        self.left += amount

    def amount(self) -> GasAmount:
        """The counter as a value."""
        return GasAmount(self.left, self.burned)

    def copy(self) -> "GasCounter":
        """Another counter of the same state, for a call that may be undone."""
        return GasCounter(self.left, self.burned)


class GasAllowanceCounter:
    """Gas that the block has left for all messages."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left

    def charge(self, amount: int) -> bool:
        """Take `amount`; if there is less, take all of it and return False."""
        if amount <= self.left:
            self.left -= amount
            return True
        self.left = 0
        return False

    def charge_if_enough(self, amount: int) -> bool:
        """Take `amount`; if there is less, change nothing and return False."""
        if amount > self.left:
            return False
        self.left -= amount
        return True

    def copy(self) -> "GasAllowanceCounter":
        """Another counter of the same state."""
        return GasAllowanceCounter(self.left)


class ValueCounter:
    """Value, in plancks, that the program can still send."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left

    def reduce(self, amount: int) -> bool:
        """Hand on `amount`; if there is less, change nothing and return False."""
        if amount > self.left:
            return False
        self.left -= amount
        return True

    def copy(self) -> "ValueCounter":
        """Another counter of the same state."""
        return ValueCounter(self.left)


class CounterType(IntEnum):
    """Which counter the running code counts down."""

    GAS_LIMIT = 0
    GAS_ALLOWANCE = 1


class Counters:
    """Gas and allowance during the execution of code, and which of them the code counts down."""

    __slots__ = ("allowance", "current", "gas")

    def __init__(
        self,
        gas: GasCounter,
        allowance: GasAllowanceCounter,
        current: CounterType = CounterType.GAS_LIMIT,
    ) -> None:
        self.gas = gas
        self.allowance = allowance
        self.current = current

    def define_current(self) -> int:
        """Choose the lesser counter, gas if they are equal, and return what it has left."""
        gas, allowance = self.gas.left, self.allowance.left
        if gas <= allowance:
            self.current = CounterType.GAS_LIMIT
            return gas
        self.current = CounterType.GAS_ALLOWANCE
        return allowance

    def current_left(self) -> int:
        """What the counter has left that was chosen last."""
        if self.current is CounterType.GAS_LIMIT:
            return self.gas.left
        return self.allowance.left

    def decrease_current_to(self, left: int) -> None:
        """Burn what the code has used: bring the chosen counter down to `left`, the other as far.

        Does nothing if the counter is that low already: a system call that ran out of gas has
        emptied it while the code's own count stood still.
        """
        gas, allowance = self.gas, self.allowance
        is_gas = self.current is CounterType.GAS_LIMIT
        used = (gas.left if is_gas else allowance.left) - left
        if used <= 0:
            return
        if used > gas.left or used > allowance.left:
            raise AssertionError("the code burned %d, more than the lesser counter had" % used)
        gas.left -= used
        gas.burned += used
        allowance.left -= used

    def charge(self, amount: int) -> None:
        """Burn the price of a system call from both counters, all that is left if there is less.

        Raises ChargeError: GAS_LIMIT_EXCEEDED, or GAS_ALLOWANCE_EXCEEDED if only that is short.
        """
        gas, allowance = self.gas, self.allowance
        if amount <= gas.left and amount <= allowance.left:
            gas.left -= amount
            gas.burned += amount
            allowance.left -= amount
            return
        enough_gas = gas.charge(amount)
        enough_allowance = allowance.charge(amount)
        if not enough_gas:
            raise ChargeError(ChargeFailure.GAS_LIMIT_EXCEEDED)
        if not enough_allowance:
            raise ChargeError(ChargeFailure.GAS_ALLOWANCE_EXCEEDED)

    def charge_if_enough(self, amount: int) -> None:
        """Burn a fee from both counters, or from none that is short.

        Raises ChargeError as `charge` does. If only the allowance is short, the gas stays burned:
        the whole message is taken back then.
        """
        gas, allowance = self.gas, self.allowance
        if amount > gas.left:
            raise ChargeError(ChargeFailure.GAS_LIMIT_EXCEEDED)
        gas.left -= amount
        gas.burned += amount
        if amount > allowance.left:
            raise ChargeError(ChargeFailure.GAS_ALLOWANCE_EXCEEDED)
        allowance.left -= amount

    def copy(self) -> "Counters":
        """Counters of the same state, for a call that may be undone."""
        return Counters(self.gas.copy(), self.allowance.copy(), self.current)
