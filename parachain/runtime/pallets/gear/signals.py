"""Signals: telling a program that its message has failed, on gas that was put aside for that."""

from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear import gas_tree
from parachain.runtime.gear.dispatch import stored
from parachain.runtime.gear.gas_tree import NodeId
from parachain.runtime.gear.ids import ActorId, MessageId
from parachain.runtime.gear.packets import signal_dispatch
from parachain.runtime.gear.reply_code import SignalCode
from parachain.runtime.pallets.gear import gas
from parachain.runtime.pallets.gear_gas import StoredGasNodes
from parachain.runtime.pallets.gear_messenger import queue


def send_signal(ext: Ext, message: MessageId, program: ActorId, code: SignalCode) -> None:
    """Give the message back the gas put aside, and queue a signal with as much, if any."""
    node = NodeId(message)
    amount = gas_tree.system_unreserve(StoredGasNodes(ext), node)
    if amount == 0:
        return
    signal = stored(signal_dispatch(ext.blake2_256, message, program, code))
    gas.split_with_value(ext, node, signal.message.id, amount)
    queue.enqueue(ext, signal)
