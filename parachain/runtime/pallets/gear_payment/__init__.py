"""GearPayment: how Gear changes what transactions cost, and who pays.

The longer the queue of messages, the more a call costs that adds to it; all other calls cost what
they cost with an empty queue. A call that a voucher pays for is paid by the voucher. Pallet
TransactionPayment asks the three functions here; this pallet has no storage, calls or events.
Source: gear, vara/pallets/payment/src/lib.rs and vara/runtime/vara/src/lib.rs.
"""

from parachain.primitives.account import AccountId
from parachain.primitives.fixed_point import saturating_from_integer
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.pallets import gear_messenger, gear_voucher

pallet = Pallet("GearPayment", "pallet_gear_payment")

#: The multiplier grows by one with so many messages in the queue.
QUEUE_LENGTH_STEP = 1000

#: Calls of pallet Gear that put messages into the queue.
_QUEUE_CALLS = ("upload_program", "create_program", "send_message", "send_reply")


def multiplier_for(queue_length: int) -> int:
    """Multiplier (FixedU128) at so many messages in the queue."""
    return saturating_from_integer(queue_length // QUEUE_LENGTH_STEP + 1)


def next_multiplier(ext: Ext) -> int:
    """Multiplier (FixedU128) of the next block, by the queue as it is now."""
    return multiplier_for(gear_messenger.queue.length(ext))


def is_multiplied(call: RuntimeCall) -> bool:
    """Whether the multiplier applies to the call, because it adds to the queue.

    As in the reference it does not apply to a prepaid call, which may add to it as well.
    """
    declaration = call.declaration
    return declaration.pallet.name == "Gear" and declaration.name in _QUEUE_CALLS


def fee_payer(ext: Ext, call: RuntimeCall, who: AccountId) -> AccountId:
    """Account that the fee of the call is taken from: the sender, or a voucher good for it."""
    return gear_voucher.sponsor(ext, call, who) or who
