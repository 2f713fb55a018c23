"""Builtin actors: parts of the runtime that programs send messages to as if they were programs.

An actor handles a message at once, within a budget, and replies or refuses. Vara's
staking and bridge actors are registered under their ids, so that a program is told that they are
not available instead of having its message taken for one to a user. Source: gear,
vara/pallets/gear-builtin/src/lib.rs, builtins-common.
"""

from typing import Callable, NamedTuple, NoReturn

from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.gas_counter import GasAllowanceCounter, GasCounter
from parachain.runtime.gear.messages import StoredMessage
from parachain.runtime.gear.termination import GasLimitExceeded, Panic, Trap

#: Numbers that the ids of the actors are made of.
BLS12_381 = 1
STAKING = 2
ETH_BRIDGE = 3
PROXY = 4


class BuiltinReply(NamedTuple):
    """What the sender gets back. `value` is that of the message as far as it was not used."""

    payload: bytes
    value: int


class BuiltinRefused(Exception):  # noqa: N818  # an outcome, no mistake of the node
    """The actor has failed as a program would: the sender gets an error reply."""

    def __init__(self, trap: Trap) -> None:
        super().__init__(trap)
        self.trap = trap


class BuiltinOutOfAllowance(Exception):  # noqa: N818  # as above
    """The block has no gas left for the actor: the message is put back."""


def refuse(text: str) -> NoReturn:
    """Refuse with a text. Raises BuiltinRefused."""
    raise BuiltinRefused(Panic(text.encode()))


class Budget:
    """The gas of the message and of the block, which the actor uses."""

    __slots__ = ("allowance", "gas")

    def __init__(self, gas: int, allowance: int) -> None:
        self.gas = GasCounter(gas)
        self.allowance = GasAllowanceCounter(allowance)

    def check(self, amount: int) -> None:
        """Check that `amount` could be charged. Raises as `charge` does."""
        if amount > self.gas.left:
            raise BuiltinRefused(GasLimitExceeded())
        if amount > self.allowance.left:
            raise BuiltinOutOfAllowance

    def charge(self, amount: int) -> None:
        """Burn gas. Raises BuiltinRefused, BuiltinOutOfAllowance."""
        self.check(amount)
        self.gas.charge_if_enough(amount)
        self.allowance.charge_if_enough(amount)


class BuiltinActor(NamedTuple):
    """An actor: its number, the gas that the block must have left for it, and what it does."""

    number: int
    max_gas: int
    handle: Callable[[Ext, StoredMessage, Budget], BuiltinReply]
