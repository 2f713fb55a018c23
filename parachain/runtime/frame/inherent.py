"""Inherents: calls that the author of a block puts in by itself, such as the time.

Source: frame_support::inherent::ProvideInherent.
"""

from typing import Callable, Dict, NamedTuple, Optional

from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.ext import Ext

#: Inherent data of the host by 8-byte identifier, each value SCALE-encoded.
Data = Dict[bytes, bytes]


class InherentError(NamedTuple):
    """Why an inherent is refused. A fatal error makes the block invalid for good."""

    encoded: bytes
    fatal: bool


class InherentProvider(NamedTuple):
    """How a pallet makes, recognises and checks its inherent."""

    identifier: bytes
    create: Callable[[Ext, Data], Optional[RuntimeCall]]
    is_inherent: Callable[[RuntimeCall], bool]
    check: Callable[[Ext, RuntimeCall, Data], Optional[InherentError]]
    #: The error if the block lacks this inherent although the data ask for it, else None.
    is_required: Callable[[Ext, Data], Optional[InherentError]]
