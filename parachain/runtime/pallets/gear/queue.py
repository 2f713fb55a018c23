"""Processing the queue: tasks first, then messages, as long as the block has gas.

Source: gear, vara/pallets/gear/src/{queue,lib}.rs (run_queue, process_queue).
"""

from parachain.primitives.dispatch_info import DispatchClass, Pays, PostDispatchInfo
from parachain.primitives.scale import U64, fields, option
from parachain.primitives.weight import Weight
from parachain.runtime.frame.error import ensure
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.origin import Origin, ensure_none
from parachain.runtime.gear.dispatch import StoredDispatch
from parachain.runtime.gear.externalities import ExecutionSettings
from parachain.runtime.gear.gas_tree import NodeId
from parachain.runtime.gear.journal import Journal
from parachain.runtime.pallets import gear_builtin, system
from parachain.runtime.pallets.gear import funds, gas, journal
from parachain.runtime.pallets.gear.costs import execution_settings
from parachain.runtime.pallets.gear.declarations import (
    GEAR_RUN_ALREADY_IN_BLOCK,
    MESSAGE_QUEUE_PROCESSING_DISABLED,
    execute_inherent,
    gear_run_in_block,
    pallet,
)
from parachain.runtime.pallets.gear.events import MESSAGES_DISPATCHED
from parachain.runtime.pallets.gear.execution import run_dispatch
from parachain.runtime.pallets.gear.invariants import Certain
from parachain.runtime.pallets.gear.queue_run import QueueRun
from parachain.runtime.pallets.gear.tasks import process_tasks
from parachain.runtime.pallets.gear_gas import allowance
from parachain.runtime.pallets.gear_messenger import block_counters
from parachain.runtime.pallets.gear_messenger import queue as messages

#: Above what is measured: that messages were processed is noted.
_NOTE_WEIGHT = system.DB_WEIGHT.reads_writes(0, 1)


@pallet.call(
    6,
    fields(("max_gas", option(U64).named("Option<GasBalanceOf<T>>"))),
    weight=system.BLOCK_WEIGHTS.max_block,
    dispatch_class=DispatchClass.MANDATORY,
)
def run(ext: Ext, origin: Origin, max_gas: "int | None") -> PostDispatchInfo:
    """Run the tasks that are due and process the queue: the last extrinsic of a block.

    Its author puts it in; `max_gas` bounds what it burns. Free. Fails with
    MessageQueueProcessingDisabled or GearRunAlreadyInBlock.
    """
    ensure_none(origin)
    ensure(execute_inherent.get(ext), MESSAGE_QUEUE_PROCESSING_DISABLED)
    ensure(not gear_run_in_block.exists(ext), GEAR_RUN_ALREADY_IN_BLOCK)
    gear_run_in_block.put(ext, ())
    most = system.BLOCK_WEIGHTS.max_block
    # The whole block was taken ahead for this very call, what is beyond was used by the others.
    used = system.total_block_weight(ext).saturating_sub(most)
    remaining = most.saturating_sub(used)
    available = max(allowance.get(ext), remaining.ref_time)
    if max_gas is not None:
        available = min(available, max_gas)
    with Certain("processing the queue"):
        burned = run_queue(ext, available)
    return PostDispatchInfo(Weight(burned, 0).saturating_add(_NOTE_WEIGHT), Pays.NO)


#: This is no inherent: it comes last, and no host checks it.
pallet.closing_call = run


def run_queue(ext: Ext, available: int) -> int:
    """Run tasks and messages for the gas that the block has; return how much it was."""
    allowance.put(ext, max(available - gear_builtin.CREATE_DISPATCHER_GAS, 0))
    queue_run = QueueRun(ext)
    process_tasks(queue_run)
    process_queue(queue_run, execution_settings(ext))
    return max(available - allowance.get(ext), 0)


def process_queue(queue_run: QueueRun, settings: ExecutionSettings) -> None:
    """Process messages until there is none, or one is put back."""
    ext = queue_run.ext
    while block_counters.queue_processing_allowed(ext):
        dispatch = messages.dequeue(ext)
        if dispatch is None:
            break
        journal.apply(queue_run, process(ext, settings, dispatch))
    total = block_counters.dequeued(ext)
    if total:
        statuses = {message: queue_run.statuses[message] for message in sorted(queue_run.statuses)}
        MESSAGES_DISPATCHED.deposit(ext, total, statuses, tuple(sorted(queue_run.state_changes)))


def process(ext: Ext, settings: ExecutionSettings, dispatch: StoredDispatch) -> Journal:
    """Let a program, or a builtin actor, process one message; nothing of that is applied."""
    address = dispatch.message.destination
    gas_limit = gas.limit(ext, NodeId(dispatch.message.id))
    left = allowance.get(ext)
    actor = gear_builtin.ACTORS.get(address)
    if actor is not None:
        return gear_builtin.process(ext, actor, dispatch, gas_limit, left)
    balance = funds.available(ext, address)
    return run_dispatch(ext, settings, dispatch, gas_limit, left, balance)
