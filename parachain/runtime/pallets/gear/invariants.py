"""What must not fail: where the reference panics, the block fails, and no error is put on chain.

with Certain("the rent of a message in a mailbox"):
    gas.charge_for_hold(...)
"""

from typing import Optional, Self, Type

from parachain.runtime.frame.error import DispatchFailed, InvalidBlock
from parachain.runtime.gear.gas_tree import GasTreeError


class Certain:
    """Turns refusals of the bank, the gas tree and the storage of messages into InvalidBlock."""

    __slots__ = ("_what",)

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: object
    ) -> None:
        if isinstance(error, (DispatchFailed, GasTreeError)):
            raise InvalidBlock("%s: %s" % (self._what, error)) from error
