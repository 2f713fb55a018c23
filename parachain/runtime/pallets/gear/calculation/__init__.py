"""What would happen, and what programs know of themselves: answers for clients, outside of blocks.

dry_run       a message sent and the queue processed, all of which is undone
gas_info      the gas that a message needs
reply         the reply to a message
query         programs asked for their state

All of them run on the state as a block has left it, and leave it as it is. Source: gear,
vara/pallets/gear/src/runtime_api.rs.
"""

from parachain.runtime.pallets.gear.calculation.failure import CalculationFailed
from parachain.runtime.pallets.gear.calculation.gas_info import calculate_gas_info
from parachain.runtime.pallets.gear.calculation.handle_kind import HANDLE_KIND, HandleKind
from parachain.runtime.pallets.gear.calculation.query import (
    read_metahash,
    read_state,
    read_state_using_wasm,
)
from parachain.runtime.pallets.gear.calculation.reply import calculate_reply_for_handle

__all__ = [
    "HANDLE_KIND",
    "CalculationFailed",
    "HandleKind",
    "calculate_gas_info",
    "calculate_reply_for_handle",
    "read_metahash",
    "read_state",
    "read_state_using_wasm",
]
